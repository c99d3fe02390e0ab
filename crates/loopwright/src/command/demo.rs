//! `demo`: the whole loop on a bundled project, told step by step.

mod bundle;

use std::path::Path;

use loopwright_core::{Cost, Fact, Ledger, Purpose, Split, Summary};
use loopwright_eval::{Made, Order};
use loopwright_improve::{DiagnosisRequest, ImprovementRequest, Replaying, diagnose, improve};
use loopwright_report::html::{Theme, page};
use loopwright_report::{Fate, LoopReport, Palette, SIMULATED, Units, cost, terminal};

use super::improve::{RACE_TRIALS, afresh, story};
use crate::cli::DemoArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::printer::{FAINT, Format, HINT, STRONG, WARN};
use crate::progress::Progress;
use crate::project;
use crate::report::save;
use crate::workshop::{Options, Seeding, Shop};

/// The report, within the demo's folder.
const REPORT: &str = "report.html";

/// Tells the story.
pub(super) async fn run(args: DemoArgs, context: &Context) -> Result<Exit, Fault> {
    let folder = context.folder.join(&args.dir);
    bundle::unpack(&folder)?;
    let options = Options { seeding: Seeding::Story(loopwright_core::Seed(args.seed)), ..Options::default() };
    let shop = Shop::of(project::load(&folder, None)?, context, None, options)?;
    let told = tell(&shop, context).await?;
    let page = page(&told, Theme::System);
    save(&folder.join(REPORT), &page)?;
    context.printer.document(&close(&told, &args.dir), "loop", &told)?;
    Ok(Exit::Ok)
}

/// The loop, each step printed as it is done.
async fn tell(shop: &Shop, context: &Context) -> Result<LoopReport, Fault> {
    // Programs are given the whole story at its end.
    let out = |text: &str| match context.printer.format {
        Format::Text => context.printer.out(text),
        Format::Json => {}
    };
    out(&format!("{WARN}{SIMULATED}{WARN:#}"));
    out(&chapter("1 · Where it stands", "the support desk of a small shop, on the dev cases"));
    let (made, before) = measure(shop, context).await?;
    out(&terminal::summary(&before, Palette::Ansi));
    out(&chapter(
        "2 · Why it fails",
        "signals in the traces, confirmed by putting the right thing in and running again",
    ));
    let evidence = super::diagnose::evidence(shop, &made.plan.manifest).await?;
    let request = DiagnosisRequest {
        evidence: &evidence,
        level: shop.workshop.ruler.level,
        replaying: Some(Replaying::usual(&shop.workshop)),
    };
    let diagnosis = diagnose(request, &mut Progress::new(context.printer)).await.map_err(Fault::unexpected)?;
    let facts = diagnosis.findings.iter().cloned().map(|finding| Fact::Found(Box::new(finding))).collect();
    shop.store.append(facts).await.map_err(Fault::unexpected)?;
    out(&terminal::findings(&diagnosis.findings, &|_| None, Palette::Ansi));
    out(&chapter("3 · What was tried", "raced on dev beside a placebo; the sealed vault decides"));
    let request = ImprovementRequest {
        workshop: &shop.workshop,
        rule: &shop.rule()?,
        evidence,
        findings: diagnosis.findings.clone(),
        only: None,
        trials: RACE_TRIALS,
    };
    let improvement = improve(request, &mut Progress::new(context.printer)).await.map_err(Fault::unexpected)?;
    let told = story(shop, &made.plan.manifest, diagnosis.findings, (&improvement, None)).await?;
    out(&tried(&told));
    out(&chapter("4 · Where it stands now", "dev, measured afresh with everything that was accepted"));
    let after = afresh(shop, &improvement, context).await?;
    out(&after.as_ref().map_or_else(
        || "nothing was accepted: it stands where it stood\n".to_owned(),
        |after| terminal::summary(after, Palette::Ansi),
    ));
    let cost = told.cost + diagnosis.cost + after.as_ref().map_or(Cost::ZERO, |after| after.cost);
    Ok(LoopReport { before, after, cost, ..told })
}

/// The dev cases, plain and perturbed.
async fn measure(shop: &Shop, context: &Context) -> Result<(Made, Summary), Fault> {
    let order = Order {
        purpose: Purpose::Eval,
        split: Split::Dev,
        arms: vec![shop.base()?],
        conditions: shop.workshop.suite.conditions(),
        repetitions: shop.workshop.suite.trials,
        only: None,
    };
    let made = shop.workshop.make(order, &mut Progress::new(context.printer)).await?;
    let summary = shop.summary(&made);
    Ok((made, summary))
}

fn chapter(title: &str, what: &str) -> String {
    format!("\n{STRONG}{title}{STRONG:#}\n{FAINT}{what}{FAINT:#}\n")
}

/// What was tried, and what the vault let out of each question.
fn tried(told: &LoopReport) -> String {
    let units = Units::of([&told.before]);
    let mut text = terminal::attempts(&told.attempts, &units, Palette::Ansi);
    for query in &told.gate_queries {
        text.push('\n');
        text.push_str(&terminal::gate_query(query, &units, Palette::Ansi));
    }
    for attempt in told.attempts.iter().filter(|attempt| attempt.fate == Fate::Accepted) {
        text.push_str(&format!("\n{STRONG}{}{STRONG:#}: {}\n{}", attempt.technique, attempt.change, attempt.diff));
    }
    text
}

fn close(told: &LoopReport, folder: &Path) -> String {
    let folder = folder.display();
    format!(
        "\n{FAINT}all of it: {}{FAINT:#}\nreport: {STRONG}{folder}/{REPORT}{STRONG:#}\nthe project is in {folder}: \
         {HINT}cd {folder} && loopwright{HINT:#}",
        cost(&told.cost)
    )
}

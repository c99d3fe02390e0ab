//! `trace`: what happened in one trial, step by step.

use std::fmt::Write;

use loopwright_core::{
    ActedTrial, Label, Ledger, Outcome, Score, ScoreQuery, Span, SpanDetail, TrialKey, Unit, Unscored, Verdict,
};
use loopwright_eval::Metric;
use loopwright_report::value;
use loopwright_store::Store;

use super::past_run;
use crate::cli::TraceArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::printer::{BAD, FAINT, GOOD, STRONG, visible};
use crate::workshop::open_store;

/// Characters of a text that are shown of it; `--verbose` shows all.
const SHOWN: usize = 400;

/// Shows one trial.
pub(super) async fn run(args: TraceArgs, context: &Context) -> Result<Exit, Fault> {
    let store = open_store(&context.project()?, context)?;
    let key = key(&store, &args.trial).await?;
    let missing = || Fault::usage(format!("the trial `{}` is not to be seen", args.trial));
    let trial = store.trial(&key).await.map_err(Fault::unexpected)?.ok_or_else(missing)?;
    let query = ScoreQuery { run: trial.site.run.clone(), metric: None, trial: Some(key) };
    let scores = store.scores(query).await.map_err(Fault::unexpected)?;
    let labels = store.labels(&key).await.map_err(Fault::unexpected)?;
    let metrics = Metric::of_run(&past_run::named(&store, &trial.site.run).await?.manifest);
    let most = if context.printer.verbosity == crate::printer::Verbosity::Verbose { usize::MAX } else { SHOWN };
    let value = serde_json::json!({ "trial": trial, "scores": scores, "labels": labels });
    let mut text = text(&trial, (&scores, &metrics), most);
    for label in &labels {
        let _ = writeln!(text, "{}", said_by_a_person(label, most));
    }
    context.printer.document(&text, "trial", &value)?;
    Ok(Exit::Ok)
}

async fn key(store: &Store, prefix: &str) -> Result<TrialKey, Fault> {
    let found = store.find_trials(&prefix.to_lowercase()).await.map_err(Fault::unexpected)?;
    match found.as_slice() {
        [only] => Ok(*only),
        [] => Err(Fault::usage(format!("no trial's key begins with `{prefix}`"))
            .with_hint("`loopwright diagnose` names trials to look at; those of the vault are sealed")),
        several => {
            let names: Vec<String> = several.iter().map(|key| key.0.short()).collect();
            Err(Fault::usage(format!("several trials' keys begin with `{prefix}`"))
                .with_hint(format!("they are {}", names.join(", "))))
        }
    }
}

fn text(trial: &ActedTrial, (scores, metrics): (&[Score], &[Metric]), most: usize) -> String {
    let site = &trial.site;
    let mut out = format!(
        "{STRONG}{}{STRONG:#} · case {} · arm {} · {} · repetition {} · run {}\n",
        site.key.0.short(),
        site.case,
        site.arm,
        site.condition,
        site.repetition,
        site.run
    );
    for span in &trial.trace.spans {
        step(span, most, &mut out);
    }
    let _ = writeln!(out, "{}", outcome(&trial.trace.outcome, most));
    for score in scores {
        let _ = writeln!(out, "{}", judged(score, metrics));
    }
    let _ = writeln!(out, "{FAINT}cost: {}{FAINT:#}", loopwright_report::cost(&trial.cost));
    out
}

fn step(span: &Span, most: usize, out: &mut String) {
    let took = (span.end_ns - span.start_ns) as f64 / 1e6;
    let _ = writeln!(out, "\n{STRONG}{:>2} {}{STRONG:#} {FAINT}{took:.1} ms{FAINT:#}", span.id, visible(&span.name()));
    match &span.detail {
        SpanDetail::Agent { variant, .. } => {
            let _ = writeln!(out, "   variant {}", variant.short());
        }
        SpanDetail::Turn { said, answered } => {
            let _ = writeln!(out, "   the user: {}", cut(said, most));
            let _ = writeln!(out, "   the agent: {}", cut(answered, most));
        }
        SpanDetail::Retrieval { query, passages, shown } => {
            let _ = writeln!(out, "   query: {}", cut(query, most));
            for (rank, passage) in passages.iter().take(*shown).enumerate() {
                let place = format!("{}:{}–{}", passage.source, passage.start, passage.end);
                let _ = writeln!(out, "   [{}] {} {FAINT}{:.2}{FAINT:#}", rank + 1, visible(&place), passage.score);
            }
        }
        SpanDetail::Chat { request, response, segments, .. } => {
            if let Some(last) = request.messages.last() {
                let _ = writeln!(out, "   asked: {}", cut(&last.plain_text(), most));
            }
            let used: Vec<String> = segments.iter().map(|one| format!("{} {}", one.name, one.tokens)).collect();
            if !used.is_empty() {
                let _ = writeln!(out, "   {FAINT}tokens: {}{FAINT:#}", used.join(" · "));
            }
            if let Some(response) = response {
                let said = response.message.plain_text();
                if !said.is_empty() {
                    let _ = writeln!(out, "   said: {}", cut(&said, most));
                }
                for call in &response.message.tool_calls {
                    let _ = writeln!(out, "   calls: {} {}", visible(&call.name), cut(&call.arguments, most));
                }
            }
        }
        SpanDetail::Tool { call, result, .. } => {
            let _ = writeln!(out, "   with: {}", cut(&call.arguments, most));
            let _ = writeln!(out, "   gave: {}", cut(result, most));
        }
        _ => {}
    }
    if let Some(error) = &span.error {
        let _ = writeln!(out, "   {BAD}{}{BAD:#}", visible(error));
    }
}

fn outcome(outcome: &Outcome, most: usize) -> String {
    match outcome {
        Outcome::Answered { text } => format!("\n{STRONG}answer{STRONG:#} {}", cut(text, most)),
        Outcome::Stopped { limit, text } => {
            format!("\n{BAD}stopped{BAD:#} by the limit on {limit}: {}", cut(text, most))
        }
        Outcome::Failed { message } => format!("\n{BAD}failed{BAD:#} {}", visible(message)),
        Outcome::Infrastructure { message } => format!("\n{BAD}infrastructure{BAD:#} {}", visible(message)),
        Outcome::Untouched { reason } => format!("\n{STRONG}not run{STRONG:#} {}", visible(reason)),
    }
}

fn said_by_a_person(label: &Label, most: usize) -> String {
    let score = label.score.map(|score| format!("{score}"));
    let correction = label.correction.as_ref().map(|text| format!("should have been: {}", cut(text, most)));
    let texts = [&label.name, &label.word, &label.comment].map(|text| text.as_ref().map(|text| cut(text, most)));
    let [name, word, comment] = texts;
    let said: Vec<String> = [name, score, word, comment, correction].into_iter().flatten().collect();
    let author = label.author.as_deref().map(visible).map_or_else(|| "a person".to_owned(), |name| name.to_string());
    format!("{STRONG}label{STRONG:#} of {author}: {}", said.join(" · "))
}

fn judged(score: &Score, metrics: &[Metric]) -> String {
    let unit = metrics.iter().find(|metric| metric.id() == &score.metric).map_or(Unit::Count, Metric::unit);
    let value = score.value.map(|number| value(unit, number)).unwrap_or_default();
    let word = match &score.verdict {
        Verdict::Pass => format!("{GOOD}pass{GOOD:#}"),
        Verdict::Fail => format!("{BAD}fail{BAD:#}"),
        Verdict::Measured => value,
        Verdict::Unscored(Unscored::NotApplicable) => format!("{FAINT}does not apply{FAINT:#}"),
        Verdict::Unscored(reason) => format!("unscored: {reason:?}"),
    };
    format!("{:<22} {word}  {FAINT}{}{FAINT:#}", score.metric.name.to_string(), visible(&score.evidence))
}

/// The beginning of `text` on one line, safe for a terminal.
fn cut(text: &str, most: usize) -> String {
    let line = visible(text).split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

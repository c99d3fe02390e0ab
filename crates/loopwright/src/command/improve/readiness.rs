//! Whether there is anything that can be tried, asked before anything is spent.

use loopwright_core::{Finding, FindingCode, Split};
use loopwright_improve::technique;

use crate::answerer::is_attached;
use crate::fault::Fault;
use crate::printer::Printer;
use crate::workshop::Shop;

/// Checks that the agent can be changed, that something was found, and that there is a vault to decide.
///
/// # Errors
/// When nothing can be tried. A missing vault is only warned of: the race shows what may be worth its making.
pub(super) fn check(
    shop: &Shop,
    findings: &[Finding],
    only: Option<FindingCode>,
    printer: Printer,
) -> Result<(), Fault> {
    if findings.is_empty() {
        let fault = Fault::nothing("nothing was found that a technique could remedy");
        return Err(fault.with_hint("`loopwright diagnose` says what fails"));
    }
    if let Some(code) = only.filter(|code| findings.iter().all(|finding| finding.code != *code)) {
        let found: Vec<String> = findings.iter().map(|finding| finding.code.to_string()).collect();
        let fault = Fault::nothing(format!("{code} was not found"));
        return Err(fault.with_hint(format!("found were {}", found.join(", "))));
    }
    if is_attached(&shop.base()?.variant) {
        return Err(attached(shop, findings));
    }
    if shop.workshop.suite.split(Split::Vault).is_empty() {
        printer.warn(
            "the suite has no case in the vault, so nothing can be accepted; mark cases that nobody tunes by with \
             `\"split\": \"vault\"`",
        );
    }
    Ok(())
}

/// What is behind an endpoint is not Loopwright's to rewrite.
fn attached(shop: &Shop, findings: &[Finding]) -> Fault {
    let named = |finding: &Finding| {
        let answers = technique::all().iter().filter(|technique| technique.answers.contains(&finding.code));
        let names: Vec<&str> = answers.map(|technique| technique.name).collect();
        (!names.is_empty()).then(|| format!("{} ({})", finding.code, names.join(", ")))
    };
    let mut would: Vec<String> = findings.iter().filter_map(named).collect();
    would.dedup();
    let message = format!("the agent `{}` is attached: what is behind its endpoint cannot be rewritten", shop.agent);
    let fault = Fault::nothing(message);
    let fault = match would.is_empty() {
        true => fault,
        false => fault.with_hint(format!("do by hand what a technique would do: {}", would.join(", "))),
    };
    fault
        .with_hint("`loopwright explain NAME` says how each works")
        .with_hint("then `loopwright eval` measures the change, and `loopwright gate` says whether it holds")
}

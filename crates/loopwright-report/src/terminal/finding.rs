//! Findings as text: what fails, how often, and what mending it would win.

use loopwright_core::{Estimate, Finding, Unit};

use crate::number::{range, value};
use crate::palette::{Palette, Tone};
use crate::words::{counted, listed};
use crate::{escape, level};

/// Most exemplar traces that are named.
const TRACES_SHOWN: usize = 3;

/// The findings, in the order given, each with its hint. `hint` says what to do about one, such as the command that tries
/// its techniques.
pub fn findings(findings: &[Finding], hint: &dyn Fn(&Finding) -> Option<String>, palette: Palette) -> String {
    if findings.is_empty() {
        return "no finding\n".to_owned();
    }
    let count = counted(findings.len() as u64, "finding", "findings");
    let mut parts = vec![format!("{}\n", palette.paint(Tone::Strong, &count))];
    parts.extend(findings.iter().map(|finding| block(finding, hint(finding), palette)));
    parts.join("\n")
}

fn block(finding: &Finding, hint: Option<String>, palette: Palette) -> String {
    let code = palette.paint(Tone::Literal, &finding.code.to_string());
    let title = palette.paint(Tone::Strong, &escape(&finding.title));
    let trials = counted(finding.trials, "trial", "trials");
    let cases = counted(finding.cases.len() as u64, "case", "cases");
    let mut out = format!("{code} {title}\n      shows in {}: {trials}, {cases}\n", share(&finding.share));
    if let Some(headroom) = &finding.headroom {
        out += &format!("      mending it would win {}\n", share(headroom));
    }
    if let Some(part) = &finding.part {
        out += &format!("      part: {part}\n");
    }
    for line in &finding.evidence {
        out += &format!("      - {}\n", escape(line));
    }
    if !finding.exemplars.is_empty() {
        let traces: Vec<String> = finding.exemplars.iter().map(|key| key.0.short()).collect();
        out += &format!("      traces: {}\n", listed(&traces, TRACES_SHOWN));
    }
    if let Some(hint) = hint {
        out += &format!("      {} {}\n", palette.paint(Tone::Literal, "hint:"), escape(&hint));
    }
    out
}

fn share(share: &Estimate) -> String {
    let (point, range) = (value(Unit::Share, share.point), range(Unit::Share, share));
    format!("{point} of trials ({range} at {})", level(share.level))
}

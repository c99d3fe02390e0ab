//! Why it fails.

use loopwright_core::{Estimate, Finding, Unit};
use maud::{Markup, PreEscaped, html};

use crate::svg::{Scale, share_row};
use crate::words::{counted, listed};
use crate::{LoopReport, escape, range, value};

pub(super) fn section(report: &LoopReport) -> Markup {
    if report.findings.is_empty() {
        return html! {};
    }
    let ends = report.findings.iter().flat_map(|finding| [Some(&finding.share), finding.headroom.as_ref()]);
    let scale = Scale::around(ends.flatten().map(|one| one.high));
    html! {
        section {
            h2 { "Why it fails" }
            p.lede { "Each pattern with the share of trials that show it (pale bar) and its headroom (full bar): what mending that "
                "stage perfectly would win over a plain rerun. Shares overlap: a trial can show several." }
            ol.findings { @for finding in &report.findings { (item(finding, scale)) } }
        }
    }
}

fn item(finding: &Finding, scale: Scale) -> Markup {
    let told =
        |name: &str, one: &Estimate| format!("{name} {} ({})", value(Unit::Share, one.point), range(Unit::Share, one));
    let mut label = vec![told("share", &finding.share)];
    label.extend(finding.headroom.as_ref().map(|headroom| told("headroom", headroom)));
    let traces: Vec<String> = finding.exemplars.iter().map(|key| key.0.short()).collect();
    html! {
        li id=(finding.code) {
            h3 { code { (finding.code) } " " (escape(&finding.title)) }
            (PreEscaped(share_row(&label.join(", "), scale, &finding.share, finding.headroom.as_ref())))
            p.measures {
                span { "shows in " strong { (value(Unit::Share, finding.share.point)) } " of trials "
                    span.interval { (range(Unit::Share, &finding.share)) } }
                span {
                    @match &finding.headroom {
                        Some(headroom) => {
                            "headroom " strong { (value(Unit::Share, headroom.point)) } " "
                            span.interval { (range(Unit::Share, headroom)) }
                        }
                        None => "headroom not measured",
                    }
                }
                span { (counted(finding.trials, "trial", "trials")) ", " (counted(finding.cases.len() as u64, "case", "cases")) }
                @if let Some(part) = &finding.part { span { "part " code { (part) } } }
            }
            @if !finding.evidence.is_empty() {
                ul { @for line in &finding.evidence { li { (escape(line)) } } }
            }
            @if !traces.is_empty() {
                p.note { "Traces to look at: " code { (listed(&traces, 4)) } }
            }
        }
    }
}

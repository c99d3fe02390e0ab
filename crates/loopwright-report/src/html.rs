//! A page of its own: inline style, light and dark, no script, no address, nothing to load.

mod attempts;
mod conditions;
mod findings;
mod gates;
mod grid;
mod robustness;
mod standing;
mod words;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::{LoopReport, SIMULATED, Units, cost, escape};

const STYLE: &str = include_str!("html/page.css");

/// Whether a page is light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the reader's system is set.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// The story of a loop as one HTML page. It can be opened from a disk or sent by mail: its policy forbids it to load
/// anything. All data is escaped. Of sealed cases it shows what a gate let out.
pub fn page(report: &LoopReport, theme: Theme) -> String {
    let theme = match theme {
        Theme::System => None,
        Theme::Light => Some("light"),
        Theme::Dark => Some("dark"),
    };
    let markup = html! {
        (DOCTYPE)
        html lang="en" data-theme=[theme] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                title { (escape(&report.title)) " · loopwright" }
                style { (PreEscaped(STYLE)) }
            }
            body { (body(report)) }
        }
    };
    markup.into_string()
}

fn body(report: &LoopReport) -> Markup {
    let units = Units::of([&report.before].into_iter().chain(&report.after));
    html! {
        header {
            p.made { "loopwright · suite " (report.before.suite) " · " (escape(&report.made)) }
            h1 { (escape(&report.title)) }
            @if report.simulated {
                p.simulated role="note" { (SIMULATED) }
            }
            (standing::glance(report))
        }
        main {
            (standing::section(report))
            (standing::compared(report, &units))
            (conditions::perturbations(report))
            (conditions::slices(report))
            (findings::section(report))
            (attempts::section(report, &units))
            (gates::section(report, &units))
            (last(report))
        }
        footer {
            @if report.simulated { p { (SIMULATED) } }
            p { "Intervals are at " (crate::level(report.before.level)) " and count cases, not trials. pass^k: all of k trials of a case pass. "
                "A verdict holds for the margin beside it; “underpowered” means that the data cannot tell." }
        }
    }
}

fn last(report: &LoopReport) -> Markup {
    html! {
        section {
            h2 { "What it cost" }
            p { (cost(&report.cost)) "." }
            @if !report.commands.is_empty() {
                h3 { "To repeat it, and to go on" }
                pre tabindex="0" { @for command in &report.commands { (escape(command)) "\n" } }
            }
        }
    }
}

//! The reference page of all metrics.

use loopwright_core::{Direction, Unit};

use super::{GENERAL, MetricKind, Scale, Setting};

/// The reference page in Markdown: each metric with its title, unit, direction, version and page.
pub fn reference() -> String {
    let mut out = String::from(
        "# Metrics\n\nA metric is a named, versioned question about a trial. A suite names those it measures; the first, or \
         `primary`, is the one that decides.\n\n| metric | asks | unit | better |\n|---|---|---|---|\n",
    );
    for MetricKind { name, title, scale, direction, .. } in MetricKind::all() {
        out += &format!("| [`{name}`](#{name}) | {title} | {} | {} |\n", answers(*scale), better(*direction));
    }
    out += "\nEach of them can be named as it stands. `[metric.NAME]` of the project makes another of it: `kind` names it, the \
            other keys are its settings, and these, which all understand:\n\n";
    out += &listed(GENERAL);
    for kind in MetricKind::all() {
        let body = kind.doc.replace("\n## ", "\n### ");
        out += &format!("\n## `{}`\n\nVersion {}. {}", kind.name, kind.version, body);
        if !kind.settings.is_empty() {
            out += &format!("\n### Settings\n\n{}", listed(kind.settings));
        }
    }
    out
}

fn listed(settings: &[Setting]) -> String {
    settings.iter().map(|Setting { name, meaning }| format!("- `{name}`: {meaning}.\n")).collect()
}

fn answers(scale: Scale) -> &'static str {
    match scale {
        Scale::Verdict => "pass or fail",
        Scale::Measure(unit) => self::unit(unit),
    }
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Share => "share",
        Unit::Count => "count",
        Unit::Number => "number",
        Unit::Dollars => "dollars",
        Unit::Joules => "joules",
        Unit::Seconds => "seconds",
    }
}

fn better(direction: Direction) -> &'static str {
    match direction {
        Direction::Up => "more",
        Direction::Down => "less",
    }
}

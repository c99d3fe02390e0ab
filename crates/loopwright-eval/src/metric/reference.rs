//! The reference page of all metrics.

use loopwright_core::{Direction, Unit};

use super::Metric;

/// The reference page in Markdown: each metric with its title, unit, direction, version and page.
pub fn reference() -> String {
    let mut out = String::from(
        "# Metrics\n\nA metric is a named, versioned question about a trial. A suite names those it measures; the first, or \
         `primary`, is the one that decides.\n\n| metric | asks | unit | better |\n|---|---|---|---|\n",
    );
    for metric in Metric::all() {
        let Metric { name, title, .. } = metric;
        out += &format!("| [`{name}`](#{name}) | {title} | {} | {} |\n", unit(metric.unit), better(metric.direction));
    }
    for metric in Metric::all() {
        let body = metric.doc.replace("\n## ", "\n### ");
        out += &format!("\n## `{}`\n\nVersion {}. {}", metric.name, metric.version, body);
    }
    out
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Share => "share",
        Unit::Count => "count",
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

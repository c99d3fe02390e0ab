//! Rows: one drawing of a line of a table.

use loopwright_core::Estimate;
use maud::{Markup, html};

use super::scale::{Scale, Series, percent};
use crate::escape;

/// Height of one lane of a row, in CSS pixels.
const LANE: f64 = 18.0;

/// One lane for each series: the interval as a band, the estimate as a mark. A line stands at `reference`, such as 0 for
/// differences. `label` is read out in place of the drawing.
pub fn interval_row(label: &str, scale: Scale, reference: Option<f64>, lanes: &[(Series, &Estimate)]) -> String {
    let height = LANE * lanes.len().max(1) as f64;
    let inside = html! {
        @if let Some(x) = reference.and_then(|value| scale.at(value)) {
            line class="reference" x1=(percent(x)) x2=(percent(x)) y1="0" y2=(height) stroke="currentColor" {}
        }
        @for (index, (series, estimate)) in lanes.iter().enumerate() {
            (lane(scale, *series, estimate, LANE * (index as f64 + 0.5)))
        }
    };
    drawing(label, height, &inside)
}

/// A pair: from one estimate to another, with the interval of the second. The first is a ring, the second a mark.
pub fn paired_row(label: &str, scale: Scale, from: &Estimate, to: (Series, &Estimate)) -> String {
    let (series, to) = to;
    let y = LANE / 2.0;
    let inside = html! {
        line class="track" x1="0" x2="100%" y1=(y) y2=(y) stroke="currentColor" stroke-opacity="0.15" {}
        @if let (Some(start), Some(end)) = (scale.at(from.point), scale.at(to.point)) {
            line class="pair" x1=(percent(start)) x2=(percent(end)) y1=(y) y2=(y) stroke="currentColor" stroke-opacity="0.5" stroke-width="2" {}
            circle class="ring" cx=(percent(start)) cy=(y) r="5" fill="none" stroke="currentColor" stroke-width="2" {}
        }
        (band(scale, series, to, y))
        (marked(scale, series, to, y))
    };
    drawing(label, LANE, &inside)
}

/// A share as a bar from zero with its interval, and the part of it that could be won as a fuller bar in front.
pub fn share_row(label: &str, scale: Scale, share: &Estimate, part: Option<&Estimate>) -> String {
    let bar = |estimate: &Estimate, class: &str, opacity: &str, (top, height): (f64, f64)| {
        let (start, end) = (scale.at(0.0).unwrap_or(0.0), scale.at(estimate.point).unwrap_or(0.0));
        let (x, width) = (start.min(end), (end - start).abs());
        html! {
            rect class=(class) x=(percent(x)) y=(top) width=(percent(width)) height=(height) rx="2" fill="currentColor" fill-opacity=(opacity) {}
        }
    };
    let y = LANE / 2.0;
    let inside = html! {
        line class="track" x1="0" x2="100%" y1=(LANE - 1.0) y2=(LANE - 1.0) stroke="currentColor" stroke-opacity="0.15" {}
        (bar(share, "share", "0.25", (2.0, LANE - 5.0)))
        @if let Some(part) = part {
            (bar(part, "part", "0.9", (5.0, LANE - 11.0)))
        }
        (whisker(scale, part.unwrap_or(share), y - 0.5))
    };
    drawing(label, LANE, &inside)
}

fn drawing(label: &str, height: f64, inside: &Markup) -> String {
    let markup = html! {
        svg class="row" role="img" aria-label=(escape(label)) width="100%" height=(height) xmlns="http://www.w3.org/2000/svg" overflow="visible" {
            (inside)
        }
    };
    markup.into_string()
}

fn lane(scale: Scale, series: Series, estimate: &Estimate, y: f64) -> Markup {
    html! {
        line class="track" x1="0" x2="100%" y1=(y) y2=(y) stroke="currentColor" stroke-opacity="0.15" {}
        (band(scale, series, estimate, y))
        (marked(scale, series, estimate, y))
    }
}

fn band(scale: Scale, series: Series, estimate: &Estimate, y: f64) -> Markup {
    let ends = scale.at(estimate.low).zip(scale.at(estimate.high));
    html! {
        @if let Some((low, high)) = ends {
            line class={ "band " (series.class()) } x1=(percent(low)) x2=(percent(high)) y1=(y) y2=(y) stroke="currentColor" stroke-opacity="0.4" stroke-width="5" stroke-linecap="round" {}
        }
    }
}

fn marked(scale: Scale, series: Series, estimate: &Estimate, y: f64) -> Markup {
    html! {
        @if let Some(x) = scale.at(estimate.point) {
            // A drawing within the drawing: the mark moves in per cent and keeps its own units.
            svg x=(percent(x)) y=(y) overflow="visible" { (series.mark()) }
        }
    }
}

fn whisker(scale: Scale, estimate: &Estimate, y: f64) -> Markup {
    let ends = scale.at(estimate.low).zip(scale.at(estimate.high));
    html! {
        @if let Some((low, high)) = ends {
            g class="whisker" stroke="currentColor" stroke-width="1.5" {
                line x1=(percent(low)) x2=(percent(high)) y1=(y) y2=(y) {}
                line x1=(percent(low)) x2=(percent(low)) y1=(y - 4.0) y2=(y + 4.0) {}
                line x1=(percent(high)) x2=(percent(high)) y1=(y - 4.0) y2=(y + 4.0) {}
            }
        }
    }
}

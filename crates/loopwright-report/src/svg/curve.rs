//! The pass^k curve: how reliability falls when every one of k trials must pass.

use loopwright_core::Estimate;
use maud::{Markup, html};

use super::scale::{Series, short};
use crate::escape;

/// Size of the drawing, in its own units.
const SIZE: (f64, f64) = (420.0, 230.0);
/// Room for the numbers at the left, the names at the right, above, and the numbers below.
const ROOM: (f64, f64, f64, f64) = (52.0, 92.0, 12.0, 34.0);

/// One curve.
#[derive(Debug, Clone, Copy)]
pub struct Curve<'a> {
    /// Whose it is; stands at its end.
    pub name: &'a str,
    /// Its colour and mark.
    pub series: Series,
    /// All of k trials pass, for k = 1, 2, …
    pub points: &'a [Estimate],
}

/// The curves with their intervals as bands, over k from 1. `label` is read out in place of the drawing.
pub fn pass_curve(label: &str, curves: &[Curve<'_>]) -> String {
    let largest = curves.iter().map(|curve| curve.points.len()).max().unwrap_or(0).max(1);
    let names = name_places(curves);
    let markup = html! {
        svg class="curve" role="img" aria-label=(escape(label)) viewBox={ "0 0 " (SIZE.0) " " (SIZE.1) } xmlns="http://www.w3.org/2000/svg" font-size="12" {
            (grid(largest))
            @for curve in curves { (drawn(curve, largest)) }
            @for (curve, y) in curves.iter().zip(names) {
                @let x = x(curve.points.len(), largest);
                text class={ "name " (curve.series.class()) } x=(short(x + 11.0)) y=(short(y)) fill="currentColor" { (clipped(curve.name)) }
            }
        }
    };
    markup.into_string()
}

fn x(k: usize, largest: usize) -> f64 {
    let (left, right, ..) = ROOM;
    let share = if largest < 2 { 0.5 } else { (k.max(1) - 1) as f64 / (largest - 1) as f64 };
    left + share * (SIZE.0 - left - right)
}

fn y(share: f64) -> f64 {
    let (.., top, bottom) = ROOM;
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    SIZE.1 - bottom - share * (SIZE.1 - top - bottom)
}

fn grid(largest: usize) -> Markup {
    let right = x(largest, largest);
    html! {
        g class="grid" stroke="currentColor" stroke-opacity="0.15" {
            @for quarter in 0..=4 {
                @let y = short(y(f64::from(quarter) / 4.0));
                line x1=(ROOM.0) x2=(short(right)) y1=(y) y2=(y) {}
            }
        }
        g class="axis" fill="currentColor" {
            @for quarter in 0..=4 {
                text x=(ROOM.0 - 9.0) y=(short(y(f64::from(quarter) / 4.0) + 4.0)) text-anchor="end" { (quarter * 25) " %" }
            }
            @for k in 1..=largest {
                text x=(short(x(k, largest))) y=(SIZE.1 - ROOM.3 + 18.0) text-anchor="middle" { "k=" (k) }
            }
        }
    }
}

fn drawn(curve: &Curve<'_>, largest: usize) -> Markup {
    let place = |k: usize, share: f64| format!("{},{}", short(x(k, largest)), short(y(share)));
    let numbered = || curve.points.iter().enumerate().map(|(index, point)| (index + 1, point));
    let line: Vec<String> = numbered().map(|(k, point)| place(k, point.point)).collect();
    let above = numbered().map(|(k, point)| place(k, point.high));
    let below = numbered().rev().map(|(k, point)| place(k, point.low));
    let band: Vec<String> = above.chain(below).collect();
    let class = curve.series.class();
    html! {
        polygon class={ "area " (class) } points=(band.join(" ")) fill="currentColor" fill-opacity="0.12" {}
        polyline class={ "line " (class) } points=(line.join(" ")) fill="none" stroke="currentColor" stroke-width="2" {}
        @for (k, point) in numbered() {
            svg x=(short(x(k, largest))) y=(short(y(point.point))) overflow="visible" { (curve.series.mark()) }
        }
    }
}

/// Where each name stands: at the end of its curve, moved down where two would overlap.
fn name_places(curves: &[Curve<'_>]) -> Vec<f64> {
    let end = |curve: &Curve<'_>| y(curve.points.last().map_or(0.0, |point| point.point)) + 4.0;
    let mut order: Vec<usize> = (0..curves.len()).collect();
    order.sort_by(|a, b| end(&curves[*a]).total_cmp(&end(&curves[*b])));
    let mut places = vec![0.0; curves.len()];
    let mut free = f64::NEG_INFINITY;
    for index in order {
        places[index] = end(&curves[index]).max(free);
        free = places[index] + 14.0;
    }
    places
}

/// A name that fits beside the curve.
fn clipped(name: &str) -> String {
    let name = escape(name);
    if name.chars().count() <= 12 { name.into_owned() } else { name.chars().take(11).chain(['…']).collect() }
}

#![doc = include_str!("../../../doc/metric/bleu.md")]

use loopwright_core::{Direction, Unit};

use super::ngram::{common, counts};
use super::similarity::{REFERENCE, likeness};
use crate::metric::{MetricKind, Scale};

pub(super) const KIND: MetricKind = MetricKind {
    name: "bleu",
    version: 1,
    title: "how many runs of words the answer and the reference share (BLEU)",
    doc: include_str!("../../../doc/metric/bleu.md"),
    scale: Scale::Measure(Unit::Share),
    direction: Direction::Up,
    settings: &[REFERENCE],
    build: |settings| likeness(settings, bleu),
};

/// The longest run that counts.
const LONGEST: usize = 4;

/// Sentence BLEU as sacreBLEU computes it: its tokens `13a`, smoothing `exp`, and only orders that the answer is long
/// enough for.
fn bleu(said: &str, reference: &str) -> f64 {
    let (said, reference) = (tokens(said), tokens(reference));
    let orders = said.len().min(LONGEST);
    if orders == 0 || reference.is_empty() {
        return 0.0;
    }
    let (mut logs, mut smoothing, mut any) = (0.0, 1.0, false);
    for n in 1..=orders {
        let shared = common(&counts(&said, n), &counts(&reference, n));
        let all = (said.len() + 1 - n) as f64;
        if shared == 0 {
            smoothing *= 2.0;
        }
        any |= shared > 0;
        let precision = if shared == 0 { 1.0 / (smoothing * all) } else { shared as f64 / all };
        logs += precision.ln();
    }
    if !any {
        return 0.0;
    }
    let ratio = reference.len() as f64 / said.len() as f64;
    let brevity = if ratio > 1.0 { (1.0 - ratio).exp() } else { 1.0 };
    brevity * (logs / orders as f64).exp()
}

/// The tokens of `mteval-v13a`: punctuation stands on its own, save a point or comma within a number. Case counts.
fn tokens(text: &str) -> Vec<String> {
    let text = text.replace("<skipped>", "").replace("-\n", "").replace('\n', " ");
    let text = text.replace("&quot;", "\"").replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">");
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len() + 16);
    for (at, c) in chars.iter().copied().enumerate() {
        let is_digit = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(char::is_ascii_digit);
        let (before, after) = (is_digit(at.checked_sub(1)), is_digit(Some(at + 1)));
        let is_apart = match c {
            '.' | ',' => !(before && after) && (at > 0 || at + 1 < chars.len()),
            '-' => before,
            // The ranges `{`–`~`, `[`–backtick, space–`&`, `(`–`+`, `:`–`@` and `/` of the script.
            '{'..='~' | '['..='`' | ' '..='&' | '('..='+' | ':'..='@' | '/' => true,
            _ => false,
        };
        if is_apart {
            out.extend([' ', c, ' ']);
        } else {
            out.push(c);
        }
    }
    out.split_whitespace().map(str::to_owned).collect()
}

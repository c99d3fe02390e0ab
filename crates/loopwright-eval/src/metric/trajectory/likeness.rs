//! How like a needed call a call is: the share of its values that are right.

use loopwright_core::GoldCall;
use serde_json::{Map, Value};

use crate::metric::call::MadeCall;
use crate::metric::json_path::{is_named, leaves};
use crate::metric::same::same_argument;

/// What of the arguments counts.
#[derive(Debug, Clone, Default)]
pub(super) struct Terms {
    /// Whether values that the needed call does not name count as wrong.
    pub exact: bool,
    /// Globs over the paths of values that do not count.
    pub ignore: Vec<String>,
}

/// Values that are right, and all that count.
#[derive(Debug, Clone, Copy, Default)]
struct Counted {
    right: usize,
    all: usize,
}

impl Counted {
    fn share(self) -> f64 {
        if self.all == 0 { 1.0 } else { self.right as f64 / self.all as f64 }
    }

    fn with(self, other: Counted) -> Counted {
        Counted { right: self.right + other.right, all: self.all + other.all }
    }
}

/// How like `gold` the call is, 0 to 1: nothing when it is of another tool, 1 when there is no value to compare.
pub(super) fn likeness(gold: &GoldCall, made: &MadeCall<'_>, terms: &Terms) -> f64 {
    match made.arguments.as_object() {
        Some(arguments) if made.tool == gold.tool => counted(gold, arguments, terms).share(),
        _ => 0.0,
    }
}

fn counted(gold: &GoldCall, made: &Map<String, Value>, terms: &Terms) -> Counted {
    let needed = gold.args.iter().filter(|(name, wanted)| !wanted.optional || made.contains_key(*name));
    let compared = needed.map(|(name, wanted)| {
        let each = wanted.any.iter().map(|wanted| compared(name, wanted, made.get(name), terms));
        each.max_by(|a, b| a.share().total_cmp(&b.share())).unwrap_or_default()
    });
    let beyond = made.iter().filter(|(name, _)| terms.exact && !gold.args.contains_key(*name));
    let beyond = beyond.flat_map(|(name, value)| leaves(name, value));
    let beyond = beyond.filter(|(path, _)| !is_named(path, &terms.ignore)).count();
    compared.fold(Counted { right: 0, all: beyond }, Counted::with)
}

fn compared(name: &str, wanted: &Value, made: Option<&Value>, terms: &Terms) -> Counted {
    let counts = |(path, _): &(String, &Value)| !is_named(path, &terms.ignore);
    let made: Vec<(String, &Value)> = made.map(|made| leaves(name, made)).unwrap_or_default();
    let wanted: Vec<(String, &Value)> = leaves(name, wanted).into_iter().filter(counts).collect();
    let is_right = |(path, value): &&(String, &Value)| {
        made.iter().any(|(other, made)| other == path && same_argument(value, made))
    };
    let is_beyond = |(path, _): &&(String, &Value)| terms.exact && !wanted.iter().any(|(other, _)| other == path);
    let beyond = made.iter().filter(is_beyond).filter(|leaf| counts(leaf)).count();
    Counted { right: wanted.iter().filter(is_right).count(), all: wanted.len() + beyond }
}

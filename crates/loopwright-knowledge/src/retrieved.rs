//! What one search found, and which of it is shown.

use std::cmp::Ordering;

use loopwright_core::FoundPassage;

use crate::Order;

/// What one search found.
///
/// Invariant: the first [`Retrieved::shown_len`] passages are the best ones, in the order in which the model is shown
/// them and with their text; the others follow best first, without. That is the form in which a trace records a
/// retrieval.
#[derive(Debug, Clone, PartialEq)]
pub struct Retrieved {
    passages: Vec<FoundPassage>,
    shown: usize,
    order: Order,
}

impl Retrieved {
    /// Of `passages`, which hold their text, the `shown` best ones in `order`.
    pub fn new(mut passages: Vec<FoundPassage>, shown: usize, order: Order) -> Self {
        passages.sort_by(by_rank);
        let mut retrieved = Self { shown: passages.len(), passages, order: Order::Relevance };
        retrieved.keep(shown);
        retrieved.order = order;
        arrange(&mut retrieved.passages[..retrieved.shown], order);
        retrieved
    }

    /// All passages found.
    pub fn passages(&self) -> &[FoundPassage] {
        &self.passages
    }

    /// How many of them are shown.
    pub fn shown_len(&self) -> usize {
        self.shown
    }

    /// The passages that are shown, in that order: `[1]` is the first.
    pub fn shown(&self) -> &[FoundPassage] {
        &self.passages[..self.shown]
    }

    /// Shows only the `count` best of what is shown now, such as to keep a budget; the order is made anew.
    pub fn keep(&mut self, count: usize) {
        self.passages.sort_by(by_rank);
        self.shown = self.shown.min(count);
        self.passages[self.shown..].iter_mut().for_each(|passage| passage.text.clear());
        arrange(&mut self.passages[..self.shown], self.order);
    }

    /// The passages and how many are shown, as [`loopwright_core::SpanDetail::Retrieval`] takes them.
    pub fn into_parts(self) -> (Vec<FoundPassage>, usize) {
        (self.passages, self.shown)
    }
}

/// Best first; ties by source and place, so that the order never depends on chance.
pub(crate) fn by_rank(a: &FoundPassage, b: &FoundPassage) -> Ordering {
    let place = |passage: &FoundPassage| (passage.start, passage.end);
    b.score.total_cmp(&a.score).then_with(|| a.source.cmp(&b.source)).then_with(|| place(a).cmp(&place(b)))
}

/// Arranges `ranked`, best first, in `order`.
fn arrange(ranked: &mut [FoundPassage], order: Order) {
    if order == Order::EdgesFirst {
        let odd = (0..ranked.len()).step_by(2);
        let even = (1..ranked.len()).step_by(2).rev();
        let arranged: Vec<FoundPassage> = odd.chain(even).map(|rank| ranked[rank].clone()).collect();
        ranked.clone_from_slice(&arranged);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retrieved(shown: usize, order: Order) -> Retrieved {
        let passage = |n: u32| FoundPassage {
            source: format!("{n}.md"),
            start: 0,
            end: 9,
            score: f64::from(10 - n),
            text: n.to_string(),
        };
        Retrieved::new([3, 1, 6, 2, 5, 4].into_iter().map(passage).collect(), shown, order)
    }

    fn texts(retrieved: &Retrieved) -> Vec<&str> {
        retrieved.passages().iter().map(|passage| passage.text.as_str()).collect()
    }

    #[test]
    fn best_at_the_edges() {
        assert_eq!(texts(&retrieved(6, Order::EdgesFirst)), ["1", "3", "5", "6", "4", "2"]);
        assert_eq!(texts(&retrieved(3, Order::EdgesFirst)), ["1", "3", "2", "", "", ""]);
        assert_eq!(texts(&retrieved(9, Order::Relevance)), ["1", "2", "3", "4", "5", "6"]);
    }

    #[test]
    fn a_budget_drops_the_worst_whatever_the_order() {
        let mut found = retrieved(5, Order::EdgesFirst);
        found.keep(2);
        assert_eq!(texts(&found), ["1", "2", "", "", "", ""]);
        assert_eq!(found.passages()[2].source, "3.md");
        found.keep(7);
        assert_eq!(found.shown_len(), 2);
    }
}

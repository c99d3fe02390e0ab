//! How good one retrieval was. Intervals over many questions are the business of `eval`.

use std::collections::BTreeMap;

use loopwright_core::FoundPassage;
use serde::{Deserialize, Serialize};

use crate::GoldSpan;
use crate::retrieved::by_rank;

/// How good one retrieval was, against the evidence of one question. Every value lies in 0 to 1.
///
/// A passage is relevant when it meets a gold span ([`GoldSpan::is_met_by`]). Ranks count all candidates, best first,
/// whatever the order in which the model was shown them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RetrievalValues {
    /// Share of the gold spans that one of the first k passages meets.
    pub recall_at_k: f64,
    /// Share of relevant passages among the first k, or among all when fewer were found; 0 when none was.
    pub precision_at_k: f64,
    /// One over the rank of the first relevant candidate; 0 when there is none. Its mean is the MRR.
    pub reciprocal_rank: f64,
    /// Normalised discounted cumulative gain of the first k, gain 1 a relevant passage, discount `log2(1 + rank)`
    /// (Järvelin and Kekäläinen 2002). The ideal ranks every relevant candidate first, with one more for each span that
    /// none meets.
    pub ndcg_at_k: f64,
    /// Share of the gold characters that the shown passages cover.
    pub character_recall: f64,
    /// Share of gold characters among those shown; what is shown twice counts twice.
    pub character_precision: f64,
    /// Gold characters shown, over all that are gold or shown (twice when shown twice): intersection over union.
    pub character_iou: f64,
    /// For each gold span, the rank (from 1) of the first candidate that meets it.
    pub gold_ranks: Vec<Option<usize>>,
}

/// Compares what was found with `gold`. `passages` are as a trace records them: the first `shown` were shown to the
/// model. `None` when there is no gold to compare with.
///
/// ```
/// use loopwright_core::FoundPassage;
/// use loopwright_knowledge::{GoldSpan, retrieval_values};
/// let passage = |start, score| FoundPassage { source: "a".into(), start, end: start + 100, score, text: String::new() };
/// let gold = [GoldSpan { source: "a".into(), start: 120, end: 140 }];
/// let values = retrieval_values(&[passage(0, 2.0), passage(100, 1.0)], 2, &gold, 5).unwrap();
/// assert_eq!((values.recall_at_k, values.precision_at_k, values.reciprocal_rank), (1.0, 0.5, 0.5));
/// assert_eq!((values.character_recall, values.character_precision), (1.0, 0.1));
/// ```
pub fn retrieval_values(
    passages: &[FoundPassage],
    shown: usize,
    gold: &[GoldSpan],
    k: usize,
) -> Option<RetrievalValues> {
    if gold.iter().all(GoldSpan::is_empty) {
        return None;
    }
    let mut ranked: Vec<&FoundPassage> = passages.iter().collect();
    ranked.sort_by(|a, b| by_rank(a, b));
    let relevant: Vec<bool> = ranked.iter().map(|passage| gold.iter().any(|span| span.is_met_by(passage))).collect();
    let first = |span: &GoldSpan| ranked.iter().position(|passage| span.is_met_by(passage)).map(|at| at + 1);
    let gold_ranks: Vec<Option<usize>> = gold.iter().map(first).collect();

    let top = relevant.len().min(k);
    let hits = relevant[..top].iter().filter(|relevant| **relevant).count();
    let met = gold_ranks.iter().flatten().filter(|rank| **rank <= k).count();
    let missed = gold_ranks.iter().filter(|rank| rank.is_none()).count();
    let ideal = (relevant.iter().filter(|relevant| **relevant).count() + missed).min(k);
    let gained = relevant[..top].iter().enumerate().filter(|(_, relevant)| **relevant);
    let characters = Characters::of(&passages[..shown.min(passages.len())], gold);
    Some(RetrievalValues {
        recall_at_k: share(met, gold.len()),
        precision_at_k: share(hits, top),
        reciprocal_rank: relevant.iter().position(|relevant| *relevant).map_or(0.0, |at| 1.0 / (at + 1) as f64),
        ndcg_at_k: if ideal == 0 {
            0.0
        } else {
            gained.map(|(at, _)| discount(at)).sum::<f64>() / (0..ideal).map(discount).sum::<f64>()
        },
        character_recall: share(characters.both, characters.gold),
        character_precision: share(characters.both, characters.shown),
        character_iou: share(characters.both, characters.gold + characters.shown - characters.both),
        gold_ranks,
    })
}

/// What a gain at position `at` (from 0) is worth.
fn discount(at: usize) -> f64 {
    1.0 / ((at + 2) as f64).log2()
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Characters that are gold, shown (repeats included), and both.
struct Characters {
    gold: usize,
    shown: usize,
    both: usize,
}

impl Characters {
    fn of(shown: &[FoundPassage], gold: &[GoldSpan]) -> Characters {
        let gold = merged(gold.iter().map(|span| (span.source.as_str(), span.start, span.end)));
        let places = merged(shown.iter().map(|passage| (passage.source.as_str(), passage.start, passage.end)));
        let both =
            gold.iter().map(|(source, spans)| common(spans, places.get(source).map_or(&[], Vec::as_slice))).sum();
        Characters {
            gold: gold.values().flatten().map(|(start, end)| end - start).sum(),
            shown: shown.iter().map(|passage| passage.end.saturating_sub(passage.start)).sum(),
            both,
        }
    }
}

/// Disjoint spans by source, in order.
fn merged<'a>(spans: impl Iterator<Item = (&'a str, usize, usize)>) -> BTreeMap<&'a str, Vec<(usize, usize)>> {
    let mut by_source: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
    for (source, start, end) in spans.filter(|(_, start, end)| start < end) {
        by_source.entry(source).or_default().push((start, end));
    }
    for spans in by_source.values_mut() {
        spans.sort_unstable();
        spans.dedup_by(|next, last| {
            let joins = next.0 <= last.1;
            if joins {
                last.1 = last.1.max(next.1);
            }
            joins
        });
    }
    by_source
}

/// Characters in both of two lists of disjoint spans.
fn common(a: &[(usize, usize)], b: &[(usize, usize)]) -> usize {
    let pairs = a.iter().flat_map(|a| b.iter().map(move |b| (a, b)));
    pairs.map(|(a, b)| a.1.min(b.1).saturating_sub(a.0.max(b.0))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passage(start: usize, end: usize, score: f64) -> FoundPassage {
        FoundPassage { source: "a".into(), start, end, score, text: String::new() }
    }

    fn gold(start: usize, end: usize) -> GoldSpan {
        GoldSpan { source: "a".into(), start, end }
    }

    #[test]
    fn ranks_ignore_the_order_of_showing() {
        let shuffled = [passage(0, 50, 1.0), passage(100, 150, 3.0), passage(200, 250, 2.0)];
        let values = retrieval_values(&shuffled, 2, &[gold(210, 230), gold(500, 510)], 2).unwrap();
        assert_eq!(values.gold_ranks, [Some(2), None]);
        assert_eq!((values.recall_at_k, values.precision_at_k, values.reciprocal_rank), (0.5, 0.5, 0.5));
        let ideal = 1.0 + 1.0 / 3.0_f64.log2();
        assert!((values.ndcg_at_k - (1.0 / 3.0_f64.log2()) / ideal).abs() < 1e-12);
        assert_eq!(values.character_recall, 0.0, "the passage that holds it was not shown");
    }

    #[test]
    fn characters_shown_twice_count_twice() {
        let shown = [passage(0, 100, 2.0), passage(50, 150, 1.0)];
        let values = retrieval_values(&shown, 2, &[gold(60, 80), gold(70, 110)], 5).unwrap();
        assert_eq!(values.character_recall, 1.0);
        assert_eq!(values.character_precision, 50.0 / 200.0);
        assert_eq!(values.character_iou, 50.0 / 200.0);
        assert_eq!(values.ndcg_at_k, 1.0);
    }

    #[test]
    fn nothing_found_is_zero_and_no_gold_is_none() {
        let values = retrieval_values(&[], 0, &[gold(0, 9)], 5).unwrap();
        assert_eq!(
            (values.recall_at_k, values.precision_at_k, values.ndcg_at_k, values.character_iou),
            (0.0, 0.0, 0.0, 0.0)
        );
        assert!(retrieval_values(&[passage(0, 9, 1.0)], 1, &[], 5).is_none());
    }
}

//! Lexical search: BM25.

use loopwright_core::FoundPassage;

use crate::{Index, Order, Retrieved};

/// How many passages a search looks at beyond those it shows: enough to tell "ranked too low" from "not found".
pub const CANDIDATES: usize = 50;

/// What one search depends on beside the index; [`crate::KnowledgePart::search_params`] makes it. Ranges as there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SearchParams {
    /// How slowly a repeated word stops to count.
    pub k1: f64,
    /// How much long chunks are discounted.
    pub b: f64,
    /// How many passages are shown at most.
    pub top_k: usize,
    /// Passages below this share of the best score are not shown.
    pub threshold: f64,
    /// In what order they are shown.
    pub order: Order,
}

/// The chunks that share a term with `query`, up to [`CANDIDATES`], and which of them to show.
///
/// The score is Okapi BM25 as Lucene has computed it since version 8: the sum over the query's terms, repeats included,
/// of `idf · tf / (tf + k1·(1 − b + b·length/mean length))` with `idf = ln(1 + (N − n + ½)/(n + ½))`, where `n` of the
/// `N` chunks hold the term. (Kamphuis et al., "Which BM25 do you mean?", ECIR 2020, name the variants.)
///
/// ```
/// use loopwright_knowledge::{Corpus, Document, Index, KnowledgePart, search};
/// let page = |source: &str, text: &str| Document { source: source.into(), text: text.into() };
/// let corpus = Corpus::new(vec![page("a.md", "Parcels take two days."), page("b.md", "Returns are free.")])?;
/// let part = KnowledgePart::new(corpus.digest());
/// let index = Index::build(&corpus, &part)?;
/// let found = search(&index, "How do I return a pan?", &part.search_params());
/// assert_eq!(found.shown()[0].text, "Returns are free.");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn search(index: &Index, query: &str, params: &SearchParams) -> Retrieved {
    let mut ranked = ranked(index, query, params);
    ranked.truncate(CANDIDATES);
    let best = ranked.first().map_or(0.0, |(score, _)| *score);
    let good = ranked.iter().take_while(|(score, _)| *score >= params.threshold * best).count();
    let shown = good.min(params.top_k);
    let passage = |(rank, (score, chunk)): (usize, &(f64, usize))| {
        let text = if rank < shown { index.text(*chunk) } else { String::new() };
        FoundPassage { text, ..index.passage(*chunk, *score) }
    };
    Retrieved::new(ranked.iter().enumerate().map(passage).collect(), shown, params.order)
}

/// Scores with chunk numbers, best first; ties by number, which is by source and place.
fn ranked(index: &Index, query: &str, params: &SearchParams) -> Vec<(f64, usize)> {
    let mut scores = vec![0.0_f64; index.len()];
    for term in index.analyser().terms(query) {
        let postings = index.postings(&term);
        let holding = postings.len() as f64;
        let idf = (1.0 + (index.len() as f64 - holding + 0.5) / (holding + 0.5)).ln();
        for posting in postings {
            let (chunk, count) = (posting.chunk as usize, f64::from(posting.count));
            let discount = params.k1 * (1.0 - params.b + params.b * index.relative_length(chunk));
            scores[chunk] += idf * count / (count + discount);
        }
    }
    let mut ranked: Vec<(f64, usize)> =
        scores.into_iter().enumerate().filter(|(_, score)| *score > 0.0).map(|(chunk, score)| (score, chunk)).collect();
    let order = |a: &(f64, usize), b: &(f64, usize)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
    if ranked.len() > CANDIDATES {
        ranked.select_nth_unstable_by(CANDIDATES - 1, order);
        ranked.truncate(CANDIDATES);
    }
    ranked.sort_unstable_by(order);
    ranked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Corpus, Document, KnowledgePart, LexicalRule};

    fn index(texts: &[&str], rule: LexicalRule) -> (Index, KnowledgePart) {
        let page = |(n, text): (usize, &&str)| Document { source: format!("{n:03}.md"), text: (*text).into() };
        let corpus = Corpus::new(texts.iter().enumerate().map(page).collect()).unwrap();
        let part = KnowledgePart { search: rule, ..KnowledgePart::new(corpus.digest()) };
        (Index::build(&corpus, &part).unwrap(), part)
    }

    #[test]
    fn scores_are_those_of_the_formula() {
        let (index, part) = index(&["pan pan pot lid", "pan lid", "pot box"], LexicalRule::default());
        let found = search(&index, "pan", &part.search_params());
        let idf = (1.0_f64 + 1.5 / 2.5).ln();
        let mean = 8.0 / 3.0;
        let expected = |tf: f64, length: f64| idf * tf / (tf + 1.2 * (0.25 + 0.75 * length / mean));
        let scores: Vec<f64> = found.passages().iter().map(|passage| passage.score).collect();
        assert_eq!(scores.len(), 2);
        assert!((scores[0] - expected(2.0, 4.0)).abs() < 1e-12, "{scores:?}");
        assert!((scores[1] - expected(1.0, 2.0)).abs() < 1e-12, "{scores:?}");
    }

    #[test]
    fn equal_scores_rank_by_source() {
        let (index, part) = index(&["a pan"; 60], LexicalRule::default());
        let found = search(&index, "pan", &part.search_params());
        let sources: Vec<&str> = found.passages().iter().map(|passage| passage.source.as_str()).collect();
        assert_eq!(sources.len(), CANDIDATES);
        assert!(sources.is_sorted() && sources[0] == "000.md", "{sources:?}");
        assert_eq!(found.shown_len(), 4);
    }

    #[test]
    fn the_threshold_is_a_share_of_the_best() {
        let (index, part) =
            index(&["pan pan pan", "pan and a very long tail of other words", "pot"], LexicalRule::default());
        let shown = |threshold| search(&index, "pan", &SearchParams { threshold, ..part.search_params() }).shown_len();
        assert_eq!((shown(0.0), shown(0.9), shown(1.0)), (2, 1, 1));
    }

    #[test]
    fn nothing_in_common_finds_nothing() {
        let (index, part) = index(&["pan", "pot"], LexicalRule::default());
        for query in ["", "the", "kettle", "—"] {
            assert!(search(&index, query, &part.search_params()).passages().is_empty(), "{query}");
        }
    }
}

//! Settings of the retrieval, measured on the dev questions without a model.

use loopwright_agent::estimate_tokens;
use loopwright_core::FoundPassage;
use loopwright_knowledge::{
    ChunkBy, ChunkRule, Corpus, GoldSpan, Index, KnowledgePart, Order, Retrieved, SearchParams, retrieval_values,
    search,
};

use crate::Evidence;

const SIZES: [usize; 5] = [40, 60, 100, 180, 300];
const TOP_KS: [usize; 8] = [1, 2, 3, 4, 5, 6, 8, 10];
const THRESHOLDS: [f64; 4] = [0.0, 0.3, 0.5, 0.7];
/// Share of a chunk that the next one repeats, where it repeats any: one in four.
const OVERLAP: usize = 4;

/// What one setting shows for the dev questions that have gold passages.
#[derive(Debug, Clone)]
pub(super) struct Measured {
    /// The setting.
    pub(super) part: KnowledgePart,
    /// Gold passages that are shown.
    pub(super) met: usize,
    /// All gold passages.
    pub(super) gold: usize,
    /// Tokens shown for a question, on average.
    pub(super) tokens: f64,
    /// Fields that differ from the setting now.
    pub(super) changes: usize,
}

/// A question with the evidence for its answer.
struct Question {
    text: String,
    gold: Vec<GoldSpan>,
}

/// The setting now, and all others; `None` when no dev question has gold passages, or the documents cannot be indexed.
pub(super) fn sweep(corpus: &Corpus, now: &KnowledgePart, evidence: &Evidence) -> Option<(Measured, Vec<Measured>)> {
    let questions: Vec<Question> = evidence
        .by_case()
        .into_iter()
        .filter_map(|(case, trials)| Some(Question { text: case.input.question(), gold: trials.first()?.gold.clone() }))
        .filter(|question| !question.gold.is_empty())
        .collect();
    if questions.is_empty() {
        return None;
    }
    let budget = evidence.spec.context.knowledge_tokens;
    let setting_now = [(now.top_k, now.threshold)];
    let measured_now = measure(corpus, now, &now.chunk, &setting_now, &questions, budget)?.pop()?;
    let cutoffs: Vec<(usize, f64)> =
        TOP_KS.into_iter().flat_map(|top_k| THRESHOLDS.map(|threshold| (top_k, threshold))).collect();
    let rules = rules(&now.chunk);
    let all = rules.iter().filter_map(|rule| measure(corpus, now, rule, &cutoffs, &questions, budget)).flatten();
    Some((measured_now, all.collect()))
}

/// The ways to cut documents, the present one among them.
fn rules(now: &ChunkRule) -> Vec<ChunkRule> {
    let mut rules = vec![now.clone()];
    for by in [ChunkBy::Words, ChunkBy::Heading] {
        for size in SIZES {
            for overlap in [0, size / OVERLAP] {
                rules.extend([false, true].map(|header| ChunkRule { by, size, overlap, header }));
            }
        }
    }
    rules.push(ChunkRule { by: ChunkBy::Page, ..now.clone() });
    rules
}

/// One way to cut, with all ways to cut off: the search is the same for them.
fn measure(
    corpus: &Corpus,
    now: &KnowledgePart,
    rule: &ChunkRule,
    cutoffs: &[(usize, f64)],
    questions: &[Question],
    budget: u64,
) -> Option<Vec<Measured>> {
    let part = KnowledgePart { chunk: rule.clone(), ..now.clone() };
    let index = Index::build(corpus, &part).ok()?;
    let deepest = cutoffs.iter().map(|(top_k, _)| *top_k).max()?;
    let params = SearchParams { top_k: deepest, threshold: 0.0, order: Order::Relevance, ..part.search_params() };
    let found: Vec<Retrieved> = questions.iter().map(|question| search(&index, &question.text, &params)).collect();
    let measured = cutoffs.iter().map(|(top_k, threshold)| {
        let (mut met, mut tokens) = (0, 0);
        for (question, found) in questions.iter().zip(&found) {
            let shown = shown(found.shown(), *top_k, *threshold, budget);
            tokens += shown.iter().map(|passage| estimate_tokens(&passage.text)).sum::<u64>();
            let values = retrieval_values(shown, shown.len(), &question.gold, shown.len());
            met += values.map_or(0, |values| values.gold_ranks.iter().flatten().count());
        }
        let part = KnowledgePart { top_k: *top_k, threshold: *threshold, ..part.clone() };
        let gold = questions.iter().map(|question| question.gold.len()).sum();
        let changes = changes(now, &part);
        Measured { part, met, gold, tokens: tokens as f64 / questions.len() as f64, changes }
    });
    Some(measured.collect())
}

/// The passages that a setting shows, of those that stand best first, within a budget of tokens.
fn shown(ranked: &[FoundPassage], top_k: usize, threshold: f64, budget: u64) -> &[FoundPassage] {
    let best = ranked.first().map_or(0.0, |passage| passage.score);
    let mut left = budget;
    let fits = |passage: &&FoundPassage| {
        let rest = left.checked_sub(estimate_tokens(&passage.text));
        left = rest.unwrap_or(0);
        rest.is_some() && threshold * best <= passage.score
    };
    &ranked[..ranked.iter().take(top_k).take_while(fits).count()]
}

fn changes(old: &KnowledgePart, new: &KnowledgePart) -> usize {
    let differ = [
        old.chunk.by != new.chunk.by,
        old.chunk.size != new.chunk.size,
        old.chunk.overlap != new.chunk.overlap,
        old.chunk.header != new.chunk.header,
        old.top_k != new.top_k,
        old.threshold != new.threshold,
    ];
    differ.into_iter().filter(|differs| *differs).count()
}

#![doc = include_str!("../../doc/technique/retrieval_parameters.md")]

mod sweep;

use loopwright_core::{Edit, Finding};
use loopwright_knowledge::{ChunkBy, KnowledgePart, Order};
use serde_json::{Value, json};

use super::Technique;
use crate::candidate::edit;
use crate::signal::code;
use crate::{Candidate, Evidence};
use sweep::{Measured, sweep};

pub(super) const TECHNIQUE: Technique = Technique {
    name: "retrieval_parameters",
    title: "cut, rank and show the documents in another way",
    doc: include_str!("../../doc/technique/retrieval_parameters.md"),
    answers: &[code::RETRIEVAL_MISS, code::RANKED_TOO_LOW, code::DISTRACTOR_CAPTURED, code::OVER_ABSTENTION],
    propose,
};

/// Most settings that are proposed.
const MOST: usize = 3;
/// A setting that is to show less may lose this share of the gold passages.
const LOSS: f64 = 0.02;
/// What a setting that is to show less may still send of the tokens now: a bold one, and a careful one.
const BOLD: std::ops::Range<f64> = 0.0..0.4;
const CAREFUL: std::ops::Range<f64> = 0.4..0.75;
/// From so many passages on, the middle is read worse than the ends.
const MANY: usize = 4;

fn propose(finding: &Finding, evidence: &Evidence) -> Vec<Candidate> {
    let part = evidence.variant.part("knowledge").map(KnowledgePart::parse);
    let (Some(Ok(part)), Some(corpus)) = (part, &evidence.corpus) else { return vec![] };
    let Some((now, all)) = sweep(corpus, &part, evidence) else { return vec![] };
    // A miss is mended by finding more, a capture or a timid answer by showing less beside what is right.
    let finds_more = [code::RETRIEVAL_MISS, code::RANKED_TOO_LOW].contains(&finding.code);
    let chosen = if finds_more { more(&now, all) } else { less(&now, &all) };
    let mut candidates: Vec<Candidate> =
        chosen.iter().filter_map(|other| candidate(finding, &part, &now, other)).collect();
    if !finds_more && MANY <= part.top_k && part.order == Order::Relevance {
        let edits = edit("knowledge", &["order"], json!(Order::EdgesFirst)).into_iter().collect();
        candidates.push(Candidate::better(TECHNIQUE.name, finding.code, "show the best passages at both ends", edits));
    }
    candidates
}

/// The ends and the middle of the front of settings that show more gold passages.
fn more(now: &Measured, mut all: Vec<Measured>) -> Vec<Measured> {
    all.retain(|other| now.met < other.met);
    spread(front(all))
}

/// A bold and a careful setting that send fewer tokens and lose next to no gold passage. The bold one sends least, the
/// careful one changes least.
fn less(now: &Measured, all: &[Measured]) -> Vec<Measured> {
    let least = now.met as f64 - LOSS * now.gold as f64;
    let keeps = |range: std::ops::Range<f64>| {
        let fits = move |other: &&Measured| least <= other.met as f64 && range.contains(&(other.tokens / now.tokens));
        all.iter().filter(fits)
    };
    let bold = front(keeps(BOLD).cloned().collect()).into_iter().next();
    let careful = keeps(CAREFUL).min_by(|a, b| {
        a.changes.cmp(&b.changes).then_with(|| b.met.cmp(&a.met)).then_with(|| a.tokens.total_cmp(&b.tokens))
    });
    bold.into_iter().chain(careful.cloned()).collect()
}

/// The settings that no other beats in both gold passages shown and tokens, most passages first. Of equals the one that
/// changes least.
fn front(mut all: Vec<Measured>) -> Vec<Measured> {
    all.sort_by(|a, b| {
        b.met.cmp(&a.met).then_with(|| a.tokens.total_cmp(&b.tokens)).then_with(|| a.changes.cmp(&b.changes))
    });
    let mut cheapest = f64::INFINITY;
    all.retain(|measured| {
        let kept = measured.tokens < cheapest;
        cheapest = cheapest.min(measured.tokens);
        kept
    });
    all
}

/// The two ends and the middle of the front.
fn spread(front: Vec<Measured>) -> Vec<Measured> {
    if front.len() <= MOST {
        return front;
    }
    let last = front.len() - 1;
    let places = [0, last / 2, last];
    front.into_iter().enumerate().filter(|(place, _)| places.contains(place)).map(|(_, measured)| measured).collect()
}

fn candidate(finding: &Finding, part: &KnowledgePart, now: &Measured, other: &Measured) -> Option<Candidate> {
    let edits = edits(part, &other.part);
    if edits.is_empty() {
        return None;
    }
    let change = format!(
        "{}: shows {} of {} gold passages of the dev questions in place of {}, with {:.0} tokens in place of {:.0}",
        words(part, &other.part),
        other.met,
        other.gold,
        now.met,
        other.tokens,
        now.tokens
    );
    Some(Candidate::better(TECHNIQUE.name, finding.code, change, edits))
}

/// The fields that differ, whole.
fn edits(old: &KnowledgePart, new: &KnowledgePart) -> Vec<Edit> {
    let (old, new) = (old.to_value(), new.to_value());
    let fields = ["chunk", "top_k", "threshold"];
    let changed = fields.into_iter().filter(|field| old[*field] != new[*field]);
    changed.filter_map(|field| edit("knowledge", &[field], new.get(field).cloned().unwrap_or(Value::Null))).collect()
}

fn words(old: &KnowledgePart, new: &KnowledgePart) -> String {
    let mut words = vec![];
    let (before, chunk) = (&old.chunk, &new.chunk);
    if before.by != chunk.by {
        words.push(match chunk.by {
            ChunkBy::Words => "cut by words".to_owned(),
            ChunkBy::Heading => "cut at headings".to_owned(),
            ChunkBy::Page => "one chunk a document".to_owned(),
        });
    }
    if before.size != chunk.size {
        words.push(format!("chunks of {} words", chunk.size));
    }
    if before.overlap != chunk.overlap {
        words.push(match chunk.overlap {
            0 => "no overlap".to_owned(),
            overlap => format!("{overlap} words of overlap"),
        });
    }
    if before.header != chunk.header {
        words.push(if chunk.header { "with the headings above" } else { "without headings" }.to_owned());
    }
    if old.top_k != new.top_k {
        words.push(format!("show {}", new.top_k));
    }
    if old.threshold != new.threshold {
        words.push(format!("leave out what scores below {} of the best", new.threshold));
    }
    words.join(", ")
}

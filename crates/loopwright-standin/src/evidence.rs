//! Evidence: every span of the request that an answer could be copied from, and how relevant each is.

use std::ops::Range;

use crate::expectation::Expected;
use crate::lexicon::{Lexicon, Term};
use crate::profile::Profile;
use crate::reading::Reading;
use crate::record::{Record, Row};
use crate::relevance::{Query, Rarity, Weights, digest, middle, misreading};
use crate::sentence::{sentences, trail_of};
use crate::voice::{commands, is_fact};

/// Share of a sentence's relevance that is its own; the rest is that of its heading and its neighbours with it.
const OWN: f64 = 0.72;
/// Bonus for holding a thing of the form that the question asks for.
const FORM: f64 = 0.07;
/// What a whole row is worth where no field stands out, and a whole list where no row does.
const PLAIN_ROW: f64 = 0.30;
const PLAIN_LIST: f64 = 0.40;
/// What a list gains, and its parts lose, where all that match are asked for.
const ALL: f64 = 0.12;
/// What a field lacks that says nothing of what is asked.
const SILENT: f64 = -0.20;
/// Bonus for being the result of a call in this turn.
const FRESH: f64 = 0.15;
/// What the earlier conversation lacks, and the prose of the instructions.
const HISTORY: f64 = -0.15;
const INSTRUCTIONS: f64 = -0.20;

/// Where a span comes from, and what of it would be copied.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Source<'r> {
    /// A sentence of the passage with this number.
    Sentence { text: &'r str, number: u32 },
    /// An earlier message, or the prose of the instructions.
    Said { text: &'r str },
    /// A field of a row of a call's result.
    Field { call: usize, row: usize, field: usize },
    /// A row.
    Row { call: usize, row: usize },
    /// All rows.
    List { call: usize },
    /// A result that is a text, or empty.
    Note { call: usize },
}

impl Source<'_> {
    /// The call that it is the result of.
    pub(crate) fn call(self) -> Option<usize> {
        match self {
            Self::Field { call, .. } | Self::Row { call, .. } | Self::List { call } | Self::Note { call } => Some(call),
            Self::Sentence { .. } | Self::Said { .. } => None,
        }
    }
}

/// A span of evidence.
pub(crate) struct Span<'r> {
    pub source: Source<'r>,
    /// Its words, in the arena; a field's name comes first.
    words: Range<usize>,
    name_len: usize,
    /// The words of its heading.
    heading: Range<usize>,
    /// Neighbours are spans of the same block.
    block: u32,
    /// The span of a field's row.
    row_at: usize,
    digest: u64,
    bonus: f64,
    /// It came from outside and commands the reader.
    pub commands: bool,
    /// Noise-free relevance.
    pub relevance: f64,
    /// What the choice sees.
    pub utility: f64,
}

/// All spans of a request.
pub(crate) struct Evidence<'r> {
    pub spans: Vec<Span<'r>>,
    /// The results of the calls, parsed; one for each call of the reading.
    pub records: Vec<Option<Record>>,
    arena: Vec<Term>,
    /// The words of each call: its tool's name, its arguments.
    calls: Vec<(Range<usize>, Range<usize>)>,
    block: u32,
}

impl<'r> Evidence<'r> {
    /// Reads all spans of `reading`.
    pub(crate) fn read(reading: &Reading<'r>, lexicon: &mut Lexicon) -> Self {
        let mut evidence =
            Self { spans: Vec::new(), records: Vec::new(), arena: Vec::new(), calls: Vec::new(), block: 0 };
        for line in reading.instructions.iter().filter(|line| !line.listed && is_fact(line.text)) {
            evidence.push_said(lexicon, line.text, INSTRUCTIONS);
        }
        for said in &reading.history {
            evidence.block += 1;
            for sentence in sentences(said.text) {
                let bonus = if said.by_user { HISTORY - 0.1 } else { HISTORY };
                evidence.push_said(lexicon, sentence, bonus);
            }
        }
        for passage in &reading.passages {
            evidence.read_passage(lexicon, passage.text, passage.source, passage.number, reading.question);
        }
        for (index, call) in reading.calls.iter().enumerate() {
            let name = evidence.words(lexicon, call.name);
            let arguments = evidence.words(lexicon, call.arguments);
            evidence.calls.push((name, arguments));
            let record = call.result.map(Record::of);
            if let Some(record) = &record {
                evidence.read_record(
                    lexicon,
                    index,
                    record,
                    call.arguments,
                    if call.this_turn { FRESH } else { HISTORY },
                );
            }
            evidence.records.push(record);
        }
        evidence
    }

    fn words(&mut self, lexicon: &mut Lexicon, text: &str) -> Range<usize> {
        let begin = self.arena.len();
        let arena = &mut self.arena;
        lexicon.read_with(text, |term, _| arena.push(term));
        begin..arena.len()
    }

    fn push(&mut self, lexicon: &Lexicon, source: Source<'r>, words: Range<usize>, heading: Range<usize>) {
        let digest = digest(lexicon, &self.arena[words.clone()]);
        let (bonus, relevance, utility) = (0.0, 0.0, 0.0);
        let block = self.block;
        let (name_len, row_at, commands) = (0, 0, false);
        let span =
            Span { source, words, name_len, heading, block, row_at, digest, bonus, commands, relevance, utility };
        self.spans.push(span);
    }

    fn push_said(&mut self, lexicon: &mut Lexicon, text: &'r str, bonus: f64) {
        let words = self.words(lexicon, text);
        self.push(lexicon, Source::Said { text }, words, 0..0);
        self.set_last(|span| span.bonus = bonus);
    }

    fn set_last(&mut self, set: impl FnOnce(&mut Span<'r>)) {
        if let Some(span) = self.spans.last_mut() {
            set(span);
        }
    }

    fn read_passage(&mut self, lexicon: &mut Lexicon, text: &'r str, source: &str, number: u32, question: &str) {
        let title = source.rsplit('/').next().unwrap_or(source);
        let (trail, text) = trail_of(text);
        let mut heading = self.words(lexicon, title.rsplit_once('.').map_or(title, |(stem, _)| stem));
        heading.end = self.words(lexicon, trail).end;
        let opening = heading.end;
        self.block += 1;
        for sentence in sentences(text).filter(|sentence| *sentence != question) {
            let words = self.words(lexicon, sentence);
            if sentence.starts_with('#') || sentence.ends_with('?') {
                // A heading or a question is no answer: it says what the next sentences are about. The first one says it
                // together with the title above it.
                heading = if words.start == opening { heading.start..words.end } else { words };
                self.block += 1;
                continue;
            }
            let commands = commands(lexicon, sentence, &self.arena[words.clone()]);
            self.push(lexicon, Source::Sentence { text: sentence, number }, words, heading.clone());
            self.set_last(|span| span.commands = commands);
        }
    }

    fn read_record(&mut self, lexicon: &mut Lexicon, call: usize, record: &Record, arguments: &str, bonus: f64) {
        self.block += 1;
        let rows = match record {
            Record::Rows(rows) if !rows.is_empty() => rows,
            other => {
                let words = self.words(lexicon, if let Record::Note(text) = other { text } else { "" });
                self.push(lexicon, Source::Note { call }, words, 0..0);
                self.set_last(|span| span.bonus = bonus);
                return;
            }
        };
        let all = self.arena.len();
        for (index, row) in rows.iter().enumerate() {
            let begin = self.arena.len();
            for field in 0..row.0.len() {
                self.read_field(lexicon, Source::Field { call, row: index, field }, row, arguments, bonus);
            }
            let words = begin..self.arena.len();
            self.push(lexicon, Source::Row { call, row: index }, words, 0..0);
            self.set_last(|span| span.bonus = bonus);
        }
        if rows.len() > 1 {
            let words = all..self.arena.len();
            self.push(lexicon, Source::List { call }, words, 0..0);
            self.set_last(|span| span.bonus = bonus);
        }
    }

    fn read_field(&mut self, lexicon: &mut Lexicon, source: Source<'r>, row: &Row, arguments: &str, bonus: f64) {
        let Source::Field { field, .. } = source else { return };
        let Some((name, value)) = row.0.get(field) else { return };
        let name = self.words(lexicon, name);
        let name_len = name.len();
        // What the call was asked with is no news.
        let echo = value.len() > 1 && arguments.contains(value.as_str());
        let value_words = self.words(lexicon, value);
        let commands = commands(lexicon, value, &self.arena[value_words.clone()]);
        self.push(lexicon, source, name.start..value_words.end, 0..0);
        // The row's own span follows its fields.
        let row_at = self.spans.len() - 1 + row.0.len() - field;
        self.set_last(|span| {
            span.name_len = name_len;
            span.bonus = if echo { bonus - 0.25 } else { bonus };
            span.commands = commands;
            span.row_at = row_at;
        });
    }

    /// Counts the spans for the rarity of words.
    pub(crate) fn rarity(&self, lexicon: &Lexicon) -> Rarity {
        let mut rarity = Rarity::new(lexicon);
        for span in self.spans.iter().filter(|span| !matches!(span.source, Source::Field { .. } | Source::List { .. }))
        {
            rarity.count(&self.arena[span.words.clone()]);
        }
        rarity
    }

    /// Scores every span against the question.
    pub(crate) fn score(&mut self, profile: &Profile, question: &Question<'_>) {
        let best = Best::of(self, question);
        let mut around = Vec::with_capacity(question.query.len());
        let count = self.spans.iter().filter(|span| span.is_prose()).count();
        let mut place = 0.0;
        for at in 0..self.spans.len() {
            let relevance =
                self.relevance(at, &best, &mut around, question) + self.spans[at].bonus + self.form(at, question);
            let span = &mut self.spans[at];
            span.relevance = relevance.clamp(0.0, 1.0);
            span.utility =
                profile.gain * relevance + profile.systematic * misreading(profile, question.digest, span.digest);
            if span.is_prose() {
                span.utility -= profile.position * middle(place, count as f64);
                place += 1.0;
            }
        }
    }

    fn relevance(&self, at: usize, best: &Best, around: &mut Vec<f32>, question: &Question<'_>) -> f64 {
        let span = &self.spans[at];
        let own = question.weights.coverage(best.of_span(at));
        match span.source {
            Source::Sentence { .. } | Source::Said { .. } => {
                around.clear();
                around.extend_from_slice(best.of_span(at));
                question.query.raise(around, &self.arena[span.heading.clone()]);
                for near in [at.wrapping_sub(1), at + 1] {
                    if self.spans.get(near).is_some_and(|other| other.block == span.block) {
                        around.iter_mut().zip(best.of_span(near)).for_each(|(one, other)| *one = one.max(*other));
                    }
                }
                let long = (span.words.len() as f64 / 15.0).max(1.0).ln();
                OWN * own + (1.0 - OWN) * question.weights.coverage(around) - 0.03 * long
            }
            Source::Field { call, .. } => {
                let named = question.best(&self.arena[span.words.start..span.words.start + span.name_len]);
                let new = question.coverage_of_rest(&named, best.of_span(at), &self.call_best(call, question));
                let silent = if new > 0.0 { 0.0 } else { SILENT };
                0.5 * self.row_coverage(span.row_at, call, best, question) + 0.5 * new + silent
            }
            Source::Row { call, .. } => 0.5 * self.row_coverage(at, call, best, question) + 0.5 * PLAIN_ROW,
            Source::List { call } => {
                0.5 * question.weights.coverage(&self.with_call(best.of_span(at).to_vec(), call, question))
                    + 0.5 * PLAIN_LIST
            }
            Source::Note { call } => {
                0.5 * question.weights.coverage(&self.with_call(best.of_span(at).to_vec(), call, question))
                    + 0.5 * PLAIN_ROW
            }
        }
    }

    fn row_coverage(&self, row_at: usize, call: usize, best: &Best, question: &Question<'_>) -> f64 {
        let own = best.of_span(row_at).to_vec();
        question.weights.coverage(&self.with_call(own, call, question))
    }

    fn with_call(&self, mut best: Vec<f32>, call: usize, question: &Question<'_>) -> Vec<f32> {
        let (name, arguments) = &self.calls[call];
        question.query.raise(&mut best, &self.arena[name.clone()]);
        question.query.raise(&mut best, &self.arena[arguments.clone()]);
        best
    }

    /// How far the call itself already speaks of each word of the question.
    fn call_best(&self, call: usize, question: &Question<'_>) -> Vec<f32> {
        let (name, arguments) = &self.calls[call];
        let mut best = question.best(&self.arena[name.clone()]);
        best.iter_mut().for_each(|one| *one *= 0.6);
        question.query.raise(&mut best, &self.arena[arguments.clone()]);
        best
    }

    /// What the form of the span adds or takes, given what is asked for.
    fn form(&self, at: usize, question: &Question<'_>) -> f64 {
        let span = &self.spans[at];
        let rows = |call: usize| match self.records.get(call) {
            Some(Some(Record::Rows(rows))) => rows.as_slice(),
            _ => &[],
        };
        let fits = |fits: bool| if fits { FORM } else { 0.0 };
        let part = |call: usize| if question.expected == Expected::List && rows(call).len() > 1 { -ALL } else { 0.0 };
        match span.source {
            Source::Sentence { text, .. } | Source::Said { text } => {
                fits(question.expected.fits(question.lexicon, text, &self.arena[span.words.clone()]))
            }
            Source::Field { call, row, field } => {
                let named = rows(call).get(row).and_then(|row| row.0.get(field));
                fits(named.is_some_and(|(name, _)| question.expected.fits_field(name))) + part(call)
            }
            Source::Row { call, .. } => part(call),
            Source::List { .. } if question.expected == Expected::List => ALL,
            Source::List { .. } | Source::Note { .. } => 0.0,
        }
    }

    /// The best noise-free relevance of prose and of results of this turn; `None` where there is none.
    pub(crate) fn strength(&self) -> (Option<f64>, Option<f64>) {
        let best = |prose: bool| {
            let spans = self.spans.iter().filter(|span| span.is_prose() == prose);
            spans.map(|span| span.relevance).max_by(f64::total_cmp)
        };
        (best(true), best(false))
    }

    /// The words of a span.
    pub(crate) fn words_of(&self, span: &Span<'_>) -> &[Term] {
        &self.arena[span.words.clone()]
    }
}

impl Span<'_> {
    fn is_prose(&self) -> bool {
        matches!(self.source, Source::Sentence { .. } | Source::Said { .. })
    }
}

/// For each span, the best likeness of its words to each word of the question.
struct Best {
    all: Vec<f32>,
    width: usize,
}

impl Best {
    fn of(evidence: &Evidence<'_>, question: &Question<'_>) -> Self {
        let width = question.query.len();
        let mut all = vec![0.0; width * evidence.spans.len()];
        for (at, span) in evidence.spans.iter().enumerate() {
            question.query.raise(&mut all[at * width..(at + 1) * width], evidence.words_of(span));
        }
        Self { all, width }
    }

    fn of_span(&self, at: usize) -> &[f32] {
        self.all.get(at * self.width..(at + 1) * self.width).unwrap_or_default()
    }
}

/// What is asked, ready to be compared.
pub(crate) struct Question<'q> {
    pub lexicon: &'q Lexicon,
    pub query: &'q Query,
    pub weights: Weights,
    pub expected: Expected,
    pub digest: u64,
}

impl Question<'_> {
    fn best(&self, words: &[Term]) -> Vec<f32> {
        let mut best = vec![0.0; self.query.len()];
        self.query.raise(&mut best, words);
        best
    }

    /// The covered share of what the call has not said itself. A field's name counts in full, its value for less.
    fn coverage_of_rest(&self, named: &[f32], all: &[f32], said: &[f32]) -> f64 {
        self.weights.coverage_of_rest(named, all, said)
    }
}

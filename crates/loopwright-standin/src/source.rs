//! Where the values of arguments can come from: the user's words, earlier ones, results, and what an outsider says.

use crate::candidate::{Candidate, Kind, candidates};
use crate::evidence::{Evidence, Source as SpanSource};
use crate::lexicon::{Lexicon, Term};
use crate::profile::Profile;
use crate::reading::Reading;
use crate::record::Record;
use crate::relevance::Query;

/// What an earlier message of the user lacks against the last one.
const EARLIER: f64 = -0.10;
/// What the words of an outsider lack, for a profile that does not trust them at all.
const OUTSIDE: f64 = -0.35;
/// Rows of results beyond this many, newest last, hold no arguments.
const MOST_ROWS: usize = 20;

/// A part of the conversation that could be a value.
pub(crate) struct Offer {
    pub candidate: Candidate,
    /// First and last word of it in the user's text; `None` if it is from elsewhere.
    pub words: Option<(usize, usize)>,
    /// Place among the candidates of its kind, from 0.
    pub rank: usize,
    /// What its origin adds.
    pub origin: f64,
}

/// A field of a result.
pub(crate) struct Given {
    pub value: String,
    /// The words of the field's name and of the tool that gave it.
    pub words: Vec<Term>,
    pub candidate: Option<Kind>,
    /// The row it is in, from 0.
    pub row: usize,
}

/// All values on offer.
#[derive(Default)]
pub(crate) struct Sources<'r> {
    pub said: &'r str,
    /// The words of the user's text: their term, and the byte at which they begin.
    pub words: Vec<(Term, usize)>,
    pub offers: Vec<Offer>,
    pub given: Vec<Given>,
    /// For each word of the query, where it stands in the user's text.
    places: Vec<Vec<usize>>,
}

impl<'r> Sources<'r> {
    /// Collects what the request offers.
    pub(crate) fn collect(
        profile: &Profile,
        reading: &Reading<'r>,
        evidence: &Evidence<'_>,
        lexicon: &mut Lexicon,
    ) -> Self {
        let mut words = Vec::new();
        lexicon.read_with(reading.said, |term, at| words.push((term, at)));
        let mut offers = offers_of(reading.said, Some(&words), 0.0);
        for said in reading.history.iter().rev().filter(|said| said.by_user).take(2) {
            offers.extend(offers_of(said.text, None, EARLIER));
        }
        for span in evidence.spans.iter().filter(|span| span.commands).take(4) {
            if let Some(text) = evidence.plain_text(span) {
                offers.extend(offers_of(&text, None, OUTSIDE * (1.0 - profile.trust) + EARLIER));
            }
        }
        let given = given(reading, evidence, lexicon);
        Self { said: reading.said, words, offers, given, places: Vec::new() }
    }

    /// Learns where the words of the query stand in the user's text.
    pub(crate) fn locate(&mut self, query: &Query) {
        let stands =
            |term: Term| self.words.iter().enumerate().filter(move |(_, word)| word.0 == term).map(|(at, _)| at);
        self.places = query.terms().iter().map(|(term, _)| stands(*term).collect()).collect();
    }

    /// Where in the user's text something like `term` stands, with likeness.
    pub(crate) fn stands<'s>(&'s self, query: &'s Query, term: Term) -> impl Iterator<Item = (usize, f32)> + 's {
        query.matches(term).iter().flat_map(move |(place, likeness)| {
            let places = self.places.get(usize::from(*place)).map_or(&[][..], Vec::as_slice);
            places.iter().map(move |at| (*at, *likeness))
        })
    }
}

fn offers_of(text: &str, words: Option<&[(Term, usize)]>, origin: f64) -> Vec<Offer> {
    let mut seen: Vec<Kind> = Vec::new();
    let mut all = Vec::new();
    for candidate in candidates(text) {
        let rank = seen.iter().filter(|kind| **kind == candidate.kind).count();
        seen.push(candidate.kind);
        let words = words.map(|words| {
            let first = words.partition_point(|word| word.1 < candidate.begin);
            let after = words.partition_point(|word| word.1 < candidate.end);
            (first, after.saturating_sub(1).max(first))
        });
        all.push(Offer { candidate, words, rank, origin });
    }
    all
}

fn given(reading: &Reading<'_>, evidence: &Evidence<'_>, lexicon: &mut Lexicon) -> Vec<Given> {
    let mut all = Vec::new();
    for (call, record) in reading.calls.iter().zip(&evidence.records) {
        let Some(Record::Rows(rows)) = record else { continue };
        let tool = lexicon.read(call.name);
        for (place, row) in rows.iter().take(MOST_ROWS).enumerate() {
            for (name, value) in row.0.iter().filter(|(_, value)| value.len() <= 200) {
                let mut words = lexicon.read(name);
                words.extend_from_slice(&tool);
                let short = value.len() <= 40;
                let candidate = short.then(|| candidates(value).first().map(|one| one.kind)).flatten();
                all.push(Given { value: value.clone(), words, candidate, row: place });
            }
        }
    }
    all
}

impl Evidence<'_> {
    /// The text of a sentence or of a field's value; `None` for rows and lists.
    pub(crate) fn plain_text(&self, span: &crate::evidence::Span<'_>) -> Option<String> {
        match span.source {
            SpanSource::Sentence { text, .. } | SpanSource::Said { text } => Some(text.to_owned()),
            SpanSource::Field { call, row, field } => match self.records.get(call)? {
                Some(Record::Rows(rows)) => rows.get(row)?.0.get(field).map(|(_, value)| value.clone()),
                _ => None,
            },
            SpanSource::Note { call } => match self.records.get(call)? {
                Some(Record::Note(text)) => Some(text.clone()),
                _ => None,
            },
            SpanSource::Row { .. } | SpanSource::List { .. } => None,
        }
    }
}

//! The words of one request: each stem once, with what is needed to compare two of them.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::profile::Profile;
use crate::synonym::sets_of;
use crate::word::{Commonness, LONGEST, Word, commonness_of, each_word, hash, stem_hash};

/// Weight of a synonym against the word itself.
const SYNONYM: f32 = 0.85;
/// Weight of a look-alike (shared trigrams) of likeness 1.
const LOOK_ALIKE: f32 = 0.85;
/// Look-alikes below this Dice coefficient of trigrams are strangers.
const STRANGER: f32 = 0.45;

/// A stem, by its number in the [`Lexicon`].
pub(crate) type Term = u32;

struct Entry {
    stem: u64,
    commonness: Commonness,
    digits: bool,
    sets: [Option<u16>; 3],
    /// A bit for each trigram's hash: what shares few bits shares few trigrams.
    trigrams: u64,
    letters: [u8; LONGEST],
    len: u8,
}

/// All stems read so far.
pub(crate) struct Lexicon {
    entries: Vec<Entry>,
    words: HashMap<u64, Term, BuildHasherDefault<Hashed>>,
    stems: HashMap<u64, Term, BuildHasherDefault<Hashed>>,
    synonyms: f64,
    salt: u64,
}

impl Lexicon {
    pub(crate) fn new(profile: &Profile) -> Self {
        Self {
            entries: Vec::with_capacity(512),
            words: HashMap::with_capacity_and_hasher(1024, BuildHasherDefault::default()),
            stems: HashMap::with_capacity_and_hasher(512, BuildHasherDefault::default()),
            synonyms: profile.synonyms,
            salt: hash(profile.name.as_bytes()),
        }
    }

    /// Reads `text`; gives its terms in order.
    pub(crate) fn read(&mut self, text: &str) -> Vec<Term> {
        let mut terms = Vec::with_capacity(text.len() / 6 + 1);
        self.read_with(text, |term, _| terms.push(term));
        terms
    }

    /// Reads `text`; calls `each` with every term and the byte at which its word begins.
    pub(crate) fn read_with(&mut self, text: &str, mut each: impl FnMut(Term, usize)) {
        each_word(text, |word| each(self.term(word), word.begin));
    }

    fn term(&mut self, word: &Word<'_>) -> Term {
        if let Some(term) = self.words.get(&word.hash) {
            return *term;
        }
        let stem = stem_hash(word.letters);
        let term = match self.stems.get(&stem) {
            Some(term) => *term,
            None => self.add(word, stem),
        };
        self.words.insert(word.hash, term);
        term
    }

    fn add(&mut self, word: &Word<'_>, stem: u64) -> Term {
        let term = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        let len = word.letters.len().min(LONGEST);
        let mut letters = [0; LONGEST];
        letters[..len].copy_from_slice(&word.letters[..len]);
        let commonness = commonness_of(word.letters, word.hash);
        let digits = word.letters.iter().any(u8::is_ascii_digit);
        // Grammar and numbers have no synonyms and no look-alikes.
        let plain = digits || commonness == Commonness::Function;
        self.entries.push(Entry {
            stem,
            commonness,
            digits,
            sets: if plain { [None; 3] } else { sets_of(stem) },
            trigrams: if plain { 0 } else { signature(&letters[..len]) },
            letters,
            len: len as u8,
        });
        self.stems.insert(stem, term);
        term
    }

    /// The term of a lower-case word that has been read, or shares its stem with one.
    pub(crate) fn known(&self, word: &Word<'_>) -> Option<Term> {
        self.words.get(&word.hash).or_else(|| self.stems.get(&stem_hash(word.letters))).copied()
    }

    /// How many stems there are.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn commonness(&self, term: Term) -> Commonness {
        self.entries[term as usize].commonness
    }

    /// Whether the term carries meaning of its own.
    pub(crate) fn is_content(&self, term: Term) -> bool {
        self.commonness(term) == Commonness::Content
    }

    /// Whether the term holds a digit: an id, a number, a date.
    pub(crate) fn has_digits(&self, term: Term) -> bool {
        self.entries[term as usize].digits
    }

    /// The hash of the stem; the same in every request.
    pub(crate) fn stem(&self, term: Term) -> u64 {
        self.entries[term as usize].stem
    }

    /// Whether the term can only be like itself: grammar, numbers and ids.
    pub(crate) fn is_plain(&self, term: Term) -> bool {
        self.entries[term as usize].trigrams == 0
    }

    /// How far `one` stands for `two`, 0..=1: the same stem 1, a synonym that the profile knows 0.85, a look-alike by
    /// shared character trigrams up to 0.85.
    pub(crate) fn likeness(&self, one: Term, two: Term) -> f32 {
        if one == two {
            return 1.0;
        }
        let (a, b) = (&self.entries[one as usize], &self.entries[two as usize]);
        if a.trigrams == 0 || b.trigrams == 0 {
            return 0.0;
        }
        if a.sets[0].is_some() && a.sets.iter().flatten().any(|set| b.sets.contains(&Some(*set))) && self.knows(a, b) {
            return SYNONYM;
        }
        if a.len < 4 || b.len < 4 {
            return 0.0;
        }
        let shared = (a.trigrams & b.trigrams).count_ones() as f32;
        if 2.0 * shared / f32::from(a.len + b.len + 2) < STRANGER {
            return 0.0;
        }
        let dice = dice(a, b);
        if dice < STRANGER { 0.0 } else { LOOK_ALIKE * dice }
    }

    fn knows(&self, a: &Entry, b: &Entry) -> bool {
        let pair = scatter(a.stem.min(b.stem) ^ scatter(a.stem.max(b.stem) ^ self.salt));
        unit(pair) < self.synonyms
    }
}

/// Trigrams of a word with two marks before and one after it.
fn trigrams(word: &[u8]) -> impl Iterator<Item = u64> + '_ {
    let letter = |at: usize| if at < 2 || at >= word.len() + 2 { b'^' } else { word[at - 2] };
    (0..=word.len()).map(move |at| u64::from_le_bytes([letter(at), letter(at + 1), letter(at + 2), 0, 0, 0, 0, 0]))
}

/// A bit for each trigram of a word.
fn signature(word: &[u8]) -> u64 {
    let mut gram = u64::from_le_bytes([b'^', b'^', 0, 0, 0, 0, 0, 0]);
    word.iter().chain(b"^").fold(0, |bits, letter| {
        gram = ((gram << 8) | u64::from(*letter)) & 0xff_ffff;
        bits | 1 << (gram.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58)
    })
}

fn dice(a: &Entry, b: &Entry) -> f32 {
    let (one, two) = (&a.letters[..usize::from(a.len)], &b.letters[..usize::from(b.len)]);
    let shared = trigrams(one).filter(|gram| trigrams(two).any(|other| other == *gram)).count() as f32;
    2.0 * shared / f32::from(a.len + b.len + 2)
}

/// Spreads the bits of a number (the finaliser of SplitMix64).
pub(crate) fn scatter(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A number in 0..1 from scattered bits.
pub(crate) fn unit(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1u64 << 53) as f64
}

/// The keys are hashes already.
#[derive(Default)]
pub(crate) struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = hash(bytes);
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness(profile: &str, one: &str, two: &str) -> f32 {
        let mut lexicon = Lexicon::new(Profile::named(profile).unwrap());
        let (one, two) = (lexicon.read(one)[0], lexicon.read(two)[0]);
        lexicon.likeness(one, two)
    }

    #[test]
    fn forms_synonyms_and_typos_are_alike() {
        assert_eq!(likeness("nano", "shipped", "shipping"), 1.0);
        let knows = |profile: &str| {
            [("buy", "purchase"), ("parcel", "package"), ("cancel", "annul"), ("late", "delayed"), ("cost", "fee")]
                .iter()
                .filter(|(one, two)| likeness(profile, one, two) > 0.0)
                .count()
        };
        assert!(knows("large") >= knows("nano"));
        assert!(likeness("nano", "warranty", "warrenty") > 0.3);
        assert_eq!(likeness("large", "kettle", "invoice"), 0.0);
        assert_eq!(likeness("large", "r-2077", "r-2078"), 0.0);
    }
}

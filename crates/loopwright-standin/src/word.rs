//! Words: how text is cut into them, their light stems, and how common they are in general.

use crate::table::WordTable;

/// Bytes of a word that count; what is longer is cut.
pub(crate) const LONGEST: usize = 32;

/// How common a word is in everyday text. Rare words weigh more (see `relevance`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Commonness {
    /// Carries the subject.
    Content,
    /// Common in instructions and tool descriptions: `get`, `list`, `details`.
    Generic,
    /// Grammar: `the`, `of`, `is`.
    Function,
}

const FUNCTION: &[&str] = &[
    "a an the of to in on at is are was were be been being for and or nor with without by from that this these those it",
    "its as do does did done doing what which who whom whose when where why how many much your yours you i me my mine we",
    "us our ours can could please will would shall should may might must have has had having not no yes if then than so",
    "but there their theirs they them he she him her his hers about into onto over under up down out off again also just",
    "any some all each every both other another such only own same too very s t d ll m re ve dont cant im ive id whats",
    "wheres hows thats am let lets hi hello hey thanks thank ok okay get got still already now here while because until",
    "after before between during through per via upon against within like want need tell know say said long often",
];

const GENERIC: &[&str] = &[
    "find list show look lookup fetch retrieve search check read give given provide use used using information info",
    "detail details data specific based current certain return returns value values input output parameter function tool",
    "call obtain display result results thing things one two help make take put see question answer user new e g",
];

static WORDS: WordTable<1024> = WordTable::new(&[FUNCTION, GENERIC], false);

/// How common a lower-case word is.
pub(crate) fn commonness(word: &[u8]) -> Commonness {
    commonness_of(word, hash(word))
}

/// How common a lower-case word of this hash is.
pub(crate) fn commonness_of(word: &[u8], hash: u64) -> Commonness {
    match WORDS.first(hash) {
        Some(0) => Commonness::Function,
        Some(_) => Commonness::Generic,
        None if word.len() == 1 && word[0].is_ascii_alphabetic() => Commonness::Generic,
        None => Commonness::Content,
    }
}

/// FNV-1a's first state and its multiplier.
const FNV: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0100_0000_01b3;

/// FNV-1a.
pub(crate) const fn hash(bytes: &[u8]) -> u64 {
    let mut state = FNV;
    let mut at = 0;
    while at < bytes.len() {
        state = (state ^ bytes[at] as u64).wrapping_mul(PRIME);
        at += 1;
    }
    state
}

/// The hash of the light stem of a lower-case word: plural, tense, a few endings, doubled consonants. Words that hold a
/// digit are their own stem. Meant to conflate too little rather than too much.
pub(crate) const fn stem_hash(word: &[u8]) -> u64 {
    let mut text = [0; LONGEST];
    let mut len = if word.len() > LONGEST { LONGEST } else { word.len() };
    let mut at = 0;
    while at < len {
        if word[at].is_ascii_digit() || word[at] >= 0x80 {
            return hash(word);
        }
        text[at] = word[at];
        at += 1;
    }
    if len > 3 {
        (text, len) = strip_plural(text, len);
        len = strip_ending(&text, len);
    }
    if len >= 3 && text[len - 1] == b'e' {
        len -= 1;
    }
    if len >= 3 && (text[len - 1] == b'y' || text[len - 1] == b'i') && !is_vowel(text[len - 2]) {
        text[len - 1] = b'i';
        len -= (len >= 6) as usize;
    }
    if len >= 3 && text[len - 1] == text[len - 2] && !is_vowel(text[len - 1]) {
        len -= 1;
    }
    hash(text.split_at(len).0)
}

const fn strip_plural(mut text: [u8; LONGEST], len: usize) -> ([u8; LONGEST], usize) {
    if len > 4 && (ends(&text, len, b"ies") || ends(&text, len, b"ied")) {
        text[len - 3] = b'y';
        return (text, len - 2);
    }
    if ends(&text, len, b"sses") || (len > 4 && (ends(&text, len, b"ches") || ends(&text, len, b"shes"))) {
        return (text, len - 2);
    }
    let plural =
        text[len - 1] == b's' && !(ends(&text, len, b"ss") || ends(&text, len, b"us") || ends(&text, len, b"is"));
    (text, len - plural as usize)
}

const fn strip_ending(text: &[u8; LONGEST], len: usize) -> usize {
    if ends(text, len, b"ing") && has_vowel(text, len - 3) {
        return len - 3;
    }
    if ends(text, len, b"ed") && !ends(text, len, b"eed") && has_vowel(text, len - 2) {
        return len - 2;
    }
    let endings: [(&[u8], usize); 7] =
        [(b"ation", 4), (b"ment", 3), (b"able", 4), (b"ible", 4), (b"ness", 4), (b"ly", 4), (b"al", 5)];
    let mut at = 0;
    while at < endings.len() {
        let (ending, rest) = endings[at];
        if ends(text, len, ending) && len - ending.len() >= rest {
            return len - ending.len();
        }
        at += 1;
    }
    if (ends(text, len, b"tion") || ends(text, len, b"sion")) && len >= 8 { len - 3 } else { len }
}

const fn ends(text: &[u8; LONGEST], len: usize, ending: &[u8]) -> bool {
    if len < ending.len() {
        return false;
    }
    let mut at = 0;
    while at < ending.len() {
        if text[len - ending.len() + at] != ending[at] {
            return false;
        }
        at += 1;
    }
    true
}

const fn has_vowel(text: &[u8; LONGEST], len: usize) -> bool {
    let mut at = 0;
    while at < len {
        if is_vowel(text[at]) || (at > 0 && text[at] == b'y') {
            return len >= 2;
        }
        at += 1;
    }
    false
}

const fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u')
}

/// Calls `each` with every word of `text` in lower case, and where it begins. Words are runs of letters and digits; ids,
/// decimals, dates and times stay whole (`R-2077`, `3.5`, `12:30`), a possessive `'s` is dropped, `camelCase` is split.
pub(crate) fn each_word(text: &str, each: impl FnMut(&Word<'_>)) {
    let mut cutter = Cutter { each, letters: [0; BUFFER], len: 0, hash: FNV, begin: 0 };
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        let lower = LOWER[usize::from(byte)];
        if lower != 0 {
            // Upper case after lower case begins a word: `camelCase`.
            if byte != lower && at > 0 && bytes[at - 1].is_ascii_lowercase() {
                cutter.end();
            }
            at = cutter.run(bytes, at);
        } else if byte == b' ' {
            cutter.end();
            at += 1;
        } else if is_apostrophe(bytes, at) {
            at += if cutter.len == 0 { apostrophe_width(bytes, at) } else { apostrophe(bytes, at) };
        } else if byte >= 0x80 {
            at += cutter.wide(text, at);
        } else {
            if cutter.len > 0 && joins(bytes, at) {
                cutter.push(byte, at);
            } else {
                cutter.end();
            }
            at += 1;
        }
    }
    cutter.end();
}

/// A word in lower case.
pub(crate) struct Word<'w> {
    pub letters: &'w [u8],
    /// Of the whole word, also where it is longer than what `letters` holds.
    pub hash: u64,
    /// The byte of the text at which it begins.
    pub begin: usize,
}

const BUFFER: usize = 2 * LONGEST;

struct Cutter<F> {
    each: F,
    letters: [u8; BUFFER],
    len: usize,
    hash: u64,
    begin: usize,
}

impl<F: FnMut(&Word<'_>)> Cutter<F> {
    fn push(&mut self, letter: u8, at: usize) {
        if self.len == 0 {
            self.begin = at;
        }
        if let Some(place) = self.letters.get_mut(self.len) {
            *place = letter;
            self.len += 1;
        }
        self.hash = (self.hash ^ u64::from(letter)).wrapping_mul(PRIME);
    }

    /// Takes letters and digits up to the next thing that is neither, or the next hump. Gives where it stopped.
    fn run(&mut self, bytes: &[u8], begin: usize) -> usize {
        if self.len == 0 {
            self.begin = begin;
        }
        let (mut hash, mut len, mut low) = (self.hash, self.len, false);
        let mut taken = 0;
        for byte in &bytes[begin..] {
            let lower = LOWER[usize::from(*byte)];
            if lower == 0 || low && lower != *byte {
                break;
            }
            low = lower == *byte && lower > b'9';
            hash = (hash ^ u64::from(lower)).wrapping_mul(PRIME);
            if len < BUFFER {
                self.letters[len] = lower;
                len += 1;
            }
            taken += 1;
        }
        (self.hash, self.len) = (hash, len);
        begin + taken
    }

    fn end(&mut self) {
        if self.len > 0 {
            (self.each)(&Word { letters: &self.letters[..self.len], hash: self.hash, begin: self.begin });
            (self.len, self.hash) = (0, FNV);
        }
    }

    /// Takes one character outside ASCII: a letter goes on with the word, anything else ends it. Gives its width.
    fn wide(&mut self, text: &str, at: usize) -> usize {
        let letter = text.get(at..).and_then(|rest| rest.chars().next());
        match letter {
            Some(letter) if letter.is_alphanumeric() => {
                for lower in letter.to_lowercase() {
                    lower.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| self.push(byte, at));
                }
            }
            _ => self.end(),
        }
        letter.map_or(1, char::len_utf8)
    }
}

/// Letters and digits in lower case, and 0 for every other byte.
static LOWER: [u8; 256] = {
    let mut lower = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        if (byte as u8).is_ascii_alphanumeric() {
            lower[byte] = (byte as u8).to_ascii_lowercase();
        }
        byte += 1;
    }
    lower
};

fn is_apostrophe(bytes: &[u8], at: usize) -> bool {
    bytes[at] == b'\'' || bytes[at..].starts_with("’".as_bytes())
}

fn apostrophe_width(bytes: &[u8], at: usize) -> usize {
    if bytes[at] == b'\'' { 1 } else { "’".len() }
}

/// How many bytes the apostrophe takes with it: a possessive `'s` goes whole.
fn apostrophe(bytes: &[u8], at: usize) -> usize {
    let width = apostrophe_width(bytes, at);
    let after = |offset: usize| bytes.get(at + width + offset).copied().unwrap_or(b' ');
    let possessive = after(0).eq_ignore_ascii_case(&b's') && !after(1).is_ascii_alphanumeric();
    width + usize::from(possessive)
}

/// Whether the character at `at` belongs to an id, a number, a date or a time.
fn joins(bytes: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).map_or(b' ', |before| bytes[before]);
    let after = bytes.get(at + 1).copied().unwrap_or(b' ');
    match bytes[at] {
        b'-' => before.is_ascii_alphanumeric() && after.is_ascii_digit(),
        b'.' | b',' | b':' | b'/' => before.is_ascii_digit() && after.is_ascii_digit(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let mut all = Vec::new();
        each_word(text, |word| all.push(String::from_utf8(word.letters.to_vec()).unwrap()));
        all
    }

    #[test]
    fn ids_and_numbers_stay_whole() {
        assert_eq!(words("Order R-2077's 3.5 kg, at 12:30."), ["order", "r-2077", "3.5", "kg", "at", "12:30"]);
        assert_eq!(
            words("getOrder list_items cast-iron 30-day"),
            ["get", "order", "list", "items", "cast", "iron", "30", "day"]
        );
        assert_eq!(words("Don't; ÉTÉ 花 ’"), ["dont", "été", "花"]);
    }

    #[test]
    fn forms_of_a_word_share_a_stem() {
        let families: &[&[&str]] = &[
            &["ship", "ships", "shipped", "shipping", "shipment", "shipments"],
            &["cancel", "cancelled", "canceled", "cancelling", "cancellation"],
            &["return", "returned", "returns", "returning", "returnable"],
            &["delivery", "deliveries", "delivered", "deliver", "delivering"],
            &["change", "changes", "changed", "changing"],
            &["address", "addresses"],
            &["arrive", "arrived", "arriving", "arrival"],
            &["refund", "refunded", "refundable"],
            &["day", "days"],
        ];
        for family in families {
            for word in *family {
                assert_eq!(stem_hash(word.as_bytes()), stem_hash(family[0].as_bytes()), "{word} {}", family[0]);
            }
        }
        assert_ne!(stem_hash(b"order"), stem_hash(b"border"));
        assert_ne!(stem_hash(b"r-2077"), stem_hash(b"a-1043"));
        assert_ne!(stem_hash(b"need"), stem_hash(b"ne"));
    }

    #[test]
    fn grammar_is_more_common_than_content() {
        assert_eq!(commonness(b"the"), Commonness::Function);
        assert_eq!(commonness(b"details"), Commonness::Generic);
        assert_eq!(commonness(b"refund"), Commonness::Content);
    }
}

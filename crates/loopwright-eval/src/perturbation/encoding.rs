#![doc = include_str!("../../doc/perturbation/encoding.md")]

mod base64;
mod leet;
mod morse;
mod pig_latin;

pub(crate) use self::base64::encode as base64;
use super::{Application, Apply, Invariant, PerturbationKind, Situation, question, sample, spared};

pub(super) const BASE64: PerturbationKind = kind("base64", "the end of the question in Base64", |a, b| {
    encoded(&Encoding { name: "Base64", encode: base64::encode }, a, b)
});
pub(super) const HEX: PerturbationKind = kind("hex", "the end of the question in hexadecimal digits", |a, b| {
    encoded(&Encoding { name: "hexadecimal UTF-8 bytes", encode: hex }, a, b)
});
pub(super) const ROT13: PerturbationKind =
    kind("rot13", "the end of the question in ROT13", |a, b| encoded(&Encoding { name: "ROT13", encode: rot13 }, a, b));
pub(super) const LEET: PerturbationKind = kind("leet", "the end of the question in leetspeak", |a, b| {
    encoded(&Encoding { name: "leetspeak", encode: leet::encode }, a, b)
});
pub(super) const MORSE: PerturbationKind = kind("morse", "the end of the question in Morse code", |a, b| {
    encoded(&Encoding { name: "Morse code, words parted by `/`", encode: morse::encode }, a, b)
});
pub(super) const PIG_LATIN: PerturbationKind = kind("pig_latin", "the end of the question in Pig Latin", |a, b| {
    encoded(&Encoding { name: "Pig Latin", encode: pig_latin::encode }, a, b)
});

/// A way of writing that a reader can undo.
struct Encoding {
    /// What the reader is told.
    name: &'static str,
    /// A text of one word or more, written so.
    encode: fn(&str) -> String,
}

const fn kind(name: &'static str, title: &'static str, apply: Apply) -> PerturbationKind {
    PerturbationKind {
        name,
        title,
        doc: include_str!("../../doc/perturbation/encoding.md"),
        dose_meaning: "per cent of the words encoded, the last ones first",
        most: 100,
        invariant: Invariant::Everything,
        needs: question::NEEDED,
        apply,
    }
}

fn encoded(encoding: &Encoding, situation: Situation, application: &Application<'_>) -> Situation {
    question::changed(situation, |text| {
        let words = spared::words(text);
        let Some(first) = words.get(words.len() - sample::count(words.len(), application.dose)) else {
            return text.to_owned();
        };
        let (before, rest) = text.split_at(first.start);
        let told = format!("[the rest is in {}]\n{}", encoding.name, (encoding.encode)(rest.trim_end()));
        if before.trim().is_empty() { told } else { format!("{}\n{told}", before.trim_end()) }
    })
}

pub(crate) fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn rot13(text: &str) -> String {
    let turn = |c: char, first: u8| char::from((c as u8 - first + 13) % 26 + first);
    let letter = |c: char| match c {
        'a'..='z' => turn(c, b'a'),
        'A'..='Z' => turn(c, b'A'),
        other => other,
    };
    text.chars().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plain_ones_match_known_answers() {
        assert_eq!(hex("Hi é"), "486920c3a9");
        assert_eq!(rot13("Hello, Zoë 13"), "Uryyb, Mbë 13");
        assert_eq!(rot13(&rot13("Where is A-1042?")), "Where is A-1042?");
    }
}

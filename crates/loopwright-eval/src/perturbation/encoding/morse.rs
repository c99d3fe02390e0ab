//! Morse code (ITU-R M.1677-1).

const SIGNS: [(char, &str); 43] = [
    ('a', ".-"),
    ('b', "-..."),
    ('c', "-.-."),
    ('d', "-.."),
    ('e', "."),
    ('f', "..-."),
    ('g', "--."),
    ('h', "...."),
    ('i', ".."),
    ('j', ".---"),
    ('k', "-.-"),
    ('l', ".-.."),
    ('m', "--"),
    ('n', "-."),
    ('o', "---"),
    ('p', ".--."),
    ('q', "--.-"),
    ('r', ".-."),
    ('s', "..."),
    ('t', "-"),
    ('u', "..-"),
    ('v', "...-"),
    ('w', ".--"),
    ('x', "-..-"),
    ('y', "-.--"),
    ('z', "--.."),
    ('1', ".----"),
    ('2', "..---"),
    ('3', "...--"),
    ('4', "....-"),
    ('5', "....."),
    ('6', "-...."),
    ('7', "--..."),
    ('8', "---.."),
    ('9', "----."),
    ('0', "-----"),
    ('.', ".-.-.-"),
    (',', "--..--"),
    ('?', "..--.."),
    ('\'', ".----."),
    ('-', "-....-"),
    ('/', "-..-."),
    ('@', ".--.-."),
];

/// `text` with its letters parted by spaces and its words by `/`. A word with a sign that has no code stays as it is.
pub(super) fn encode(text: &str) -> String {
    let words = text.split_whitespace().map(|word| coded(word).unwrap_or_else(|| word.to_owned()));
    words.collect::<Vec<_>>().join(" / ")
}

fn coded(word: &str) -> Option<String> {
    let signs: Option<Vec<&str>> = word.chars().map(sign).collect();
    signs.map(|signs| signs.join(" "))
}

fn sign(letter: char) -> Option<&'static str> {
    let small = letter.to_ascii_lowercase();
    SIGNS.iter().find(|(plain, _)| *plain == small).map(|(_, sign)| *sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_parted_and_what_has_no_code_stays() {
        assert_eq!(encode("SOS  B-2 né"), "... --- ... / -... -....- ..--- / né");
    }

    #[test]
    fn no_sign_stands_for_two_letters() {
        let codes: std::collections::BTreeSet<&str> = SIGNS.iter().map(|(_, sign)| *sign).collect();
        assert_eq!(codes.len(), SIGNS.len());
    }
}

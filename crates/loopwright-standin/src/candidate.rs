//! Candidates: the parts of a text that could be the value of an argument, each with its kind.

use crate::word::{Commonness, commonness};

/// What sort of thing a candidate looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Integer,
    Decimal,
    /// A number in words.
    Spelled,
    /// Letters and digits: an order number, a code.
    Id,
    Email,
    Date,
    Time,
    /// Between quotes.
    Quoted,
    /// A run of capitalised words.
    Name,
    /// The words after a preposition or an article.
    Phrase,
    /// The rest of the sentence after `to`, `because` or a colon.
    Clause,
    /// A whole text.
    Whole,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Candidate {
    /// As it would be written in the arguments.
    pub text: String,
    pub kind: Kind,
    /// Bytes in the text.
    pub begin: usize,
    pub end: usize,
}

/// Tokens of a text beyond this many are not looked at.
const MOST_TOKENS: usize = 400;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const NUMBERS: [&str; 21] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
];
const PREPOSITIONS: &[&str] = &[
    "for", "in", "to", "about", "of", "from", "at", "on", "with", "named", "called", "titled", "as", "into", "is",
    "be", "by", "saying", "near", "between", "using", "via", "under", "against", "than", "because", "since",
];
const TRAILING: &[&str] = &["instead", "please", "thanks", "now", "today", "too", "thank", "you"];
const ARTICLES: &[&str] = &["the", "a", "an", "my", "our", "your", "this", "any", "many", "some"];

/// The candidates in `text`, in the order of their kinds and places.
pub(crate) fn candidates(text: &str) -> Vec<Candidate> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    quoted(text, &mut found);
    dates(text, &tokens, &mut found);
    for token in &tokens {
        let inside =
            |other: &Candidate| other.kind == Kind::Date && token.begin >= other.begin && token.end <= other.end;
        if let Some((kind, value)) = typed(token.text).filter(|_| !found.iter().any(inside)) {
            found.push(Candidate { text: value, kind, begin: token.begin, end: token.end });
        }
    }
    names(text, &tokens, &mut found);
    phrases(text, &tokens, &mut found);
    found
}

#[derive(Debug, Clone, Copy)]
struct Token<'t> {
    text: &'t str,
    begin: usize,
    end: usize,
    /// A sentence begins here.
    first: bool,
    /// A comma or a stop follows.
    closed: bool,
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut first = true;
    let mut all = Vec::new();
    // `x=3` is a name and a value; in a text with brackets a comma parts values even without a space.
    let listed = text.contains('[');
    let parts = |letter: char| letter.is_whitespace() || letter == '=' || listed && letter == ',';
    let rough = text.split(parts).filter(|rough| !rough.is_empty());
    for rough in rough.take(MOST_TOKENS) {
        let offset = rough.as_ptr() as usize - text.as_ptr() as usize;
        let left = rough.trim_start_matches(|letter: char| "\"'`“‘([{,;:!?#*".contains(letter));
        let inner = left.trim_end_matches(|letter: char| "\"'`”’)]},;:.!?*".contains(letter));
        let begin = offset + rough.len() - left.len();
        let closed = left.len() > inner.len();
        if !inner.is_empty() {
            all.push(Token { text: inner, begin, end: begin + inner.len(), first, closed });
        }
        first = rough.ends_with(['.', '!', '?', ':']) || (first && inner.is_empty());
    }
    all
}

fn quoted(text: &str, found: &mut Vec<Candidate>) {
    for (open, close) in [('"', '"'), ('“', '”'), ('‘', '’'), ('\'', '\''), ('`', '`')] {
        let mut from = 0;
        while let Some(begin) = text[from..].find(open).map(|at| from + at) {
            let inner = begin + open.len_utf8();
            // An apostrophe inside a word opens nothing.
            let inside = text[..begin].chars().next_back().is_some_and(char::is_alphanumeric);
            let Some(len) = text[inner..].find(close).filter(|_| !inside) else {
                from = inner;
                continue;
            };
            let content = &text[inner..inner + len];
            if !content.trim().is_empty() && content.len() <= 400 {
                found.push(Candidate { text: content.to_owned(), kind: Kind::Quoted, begin: inner, end: inner + len });
            }
            from = inner + len + close.len_utf8();
        }
    }
}

/// The kind of one token, and the value as it would be written.
fn typed(token: &str) -> Option<(Kind, String)> {
    if token.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.')) {
        return Some((Kind::Email, token.to_owned()));
    }
    let digits = token.bytes().filter(u8::is_ascii_digit).count();
    if digits == 0 {
        let lower = token.to_ascii_lowercase();
        let place = NUMBERS.iter().position(|word| *word == lower)?;
        return (place != 1).then(|| (Kind::Spelled, place.to_string()));
    }
    if is_time(token) {
        return Some((Kind::Time, token.to_owned()));
    }
    number(token).or_else(|| Some((Kind::Id, token.to_owned())))
}

fn is_time(token: &str) -> bool {
    let core = token.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let suffix = &token[core.len()..];
    let clock = core.split_once(':').is_some_and(|(hour, minute)| {
        hour.len() <= 2 && minute.len() == 2 && format!("{hour}{minute}").bytes().all(|byte| byte.is_ascii_digit())
    });
    clock || (["am", "pm", "AM", "PM"].contains(&suffix) && core.len() <= 2)
}

/// `£1,200.50`, `5%`, `10kg`, `3rd`, `-4`: the number without its dress.
fn number(token: &str) -> Option<(Kind, String)> {
    let bare = token.trim_start_matches(['$', '€', '£', '+', '~']).trim_end_matches(['%', '°']);
    let core = bare.trim_end_matches(|letter: char| letter.is_alphabetic() || letter == '°' || letter == '²');
    let unit = &bare[core.len()..];
    if unit.len() > 5 || core.is_empty() {
        return None;
    }
    let plain = core.replace(',', "");
    let digits = plain.strip_prefix('-').unwrap_or(&plain);
    let sound = digits.starts_with(|letter: char| letter.is_ascii_digit())
        && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && digits.bytes().filter(|byte| *byte == b'.').count() <= 1;
    if !sound || digits.len() > 18 {
        return None;
    }
    Some((if plain.contains('.') { Kind::Decimal } else { Kind::Integer }, plain))
}

fn dates(text: &str, tokens: &[Token<'_>], found: &mut Vec<Candidate>) {
    let mut at = 0;
    while at < tokens.len() {
        let len = date_len(&tokens[at..]);
        if len > 0 {
            let (begin, end) = (tokens[at].begin, tokens[at + len - 1].end);
            found.push(Candidate { text: text[begin..end].to_owned(), kind: Kind::Date, begin, end });
        }
        at += len.max(1);
    }
}

/// How many tokens from the first make a date; 0 for none.
fn date_len(tokens: &[Token<'_>]) -> usize {
    let Some(first) = tokens.first() else { return 0 };
    let parts: Vec<&str> = first.text.split(['-', '/', '.']).collect();
    let numeric = |part: &&str| !part.is_empty() && part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
    if parts.len() == 3 && parts.iter().all(numeric) && parts.iter().any(|part| part.len() == 4) {
        return 1;
    }
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text);
    let year = |at: usize| text(at).len() == 4 && numeric(&text(at));
    if is_month(first.text) && is_day(text(1)) {
        return if year(2) { 3 } else { 2 };
    }
    if is_day(first.text) && is_month(text(1)) {
        return if year(2) { 3 } else { 2 };
    }
    if is_day(first.text) && text(1) == "of" && is_month(text(2)) {
        return if year(3) { 4 } else { 3 };
    }
    let relative = ["today", "tomorrow", "yesterday", "tonight"];
    usize::from(relative.iter().any(|word| word.eq_ignore_ascii_case(first.text)))
}

fn is_month(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let capital = word.starts_with(|letter: char| letter.is_ascii_uppercase());
    capital && lower.len() >= 3 && MONTHS.iter().any(|month| lower.starts_with(month)) && lower.len() <= 9
}

fn is_day(word: &str) -> bool {
    let core = word.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let suffix = &word[core.len()..];
    ["", "st", "nd", "rd", "th"].contains(&suffix) && core.parse().is_ok_and(|day: u32| (1..=31).contains(&day))
}

fn names(text: &str, tokens: &[Token<'_>], found: &mut Vec<Candidate>) {
    let mut at = 0;
    while at < tokens.len() {
        let len = name_len(&tokens[at..]);
        if len == 0 {
            at += 1;
            continue;
        }
        let mut push = |end: usize| {
            let (begin, end) = (tokens[at].begin, tokens[end].end);
            let name = text[begin..end].trim_end_matches("'s").trim_end_matches("’s");
            found.push(Candidate { text: name.to_owned(), kind: Kind::Name, begin, end: begin + name.len() });
        };
        push(at + len - 1);
        // `San Francisco, CA`: the place with its region is a candidate of its own.
        if tokens[at + len - 1].closed && text[tokens[at + len - 1].end..].starts_with(", ") {
            let more = name_len(&tokens[at + len..]);
            if more > 0 {
                push(at + len + more - 1);
            }
        }
        at += len;
    }
}

fn name_len(tokens: &[Token<'_>]) -> usize {
    let mut len = 0;
    for (at, token) in tokens.iter().enumerate() {
        let upper = token.text.starts_with(char::is_uppercase) && !token.text.bytes().any(|byte| byte.is_ascii_digit());
        let lower = token.text.to_lowercase();
        let plain = commonness(lower.as_bytes()) != Commonness::Content;
        // What opens a sentence is capitalised anyway.
        if at == 0 && (!upper || token.first || plain && token.text.len() < 3) {
            return 0;
        }
        let links = ["of", "de", "la", "van", "von", "the", "du"].contains(&token.text)
            && tokens.get(at + 1).is_some_and(|next| next.text.starts_with(char::is_uppercase));
        if !(upper || links && !token.closed) {
            break;
        }
        len = at + 1;
        if token.closed || token.text.ends_with("'s") || token.text.ends_with("’s") {
            break;
        }
    }
    len
}

fn phrases(text: &str, tokens: &[Token<'_>], found: &mut Vec<Candidate>) {
    let mut push = |kind: Kind, from: usize, to: usize| {
        if to > from {
            let (begin, end) = (tokens[from].begin, tokens[to - 1].end);
            found.push(Candidate { text: text[begin..end].to_owned(), kind, begin, end });
        }
    };
    for (at, token) in tokens.iter().enumerate() {
        let opens = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(token.text));
        let colon = text[token.end..].starts_with(':');
        if colon || opens(&["to", "because", "saying"]) && !token.closed {
            let stop = tokens[at + 1..].iter().position(|next| next.first);
            let stop = stop.map_or(tokens.len(), |stop| at + 1 + stop);
            let trailing = tokens[at + 1..stop].iter().rev().take_while(|token| TRAILING.contains(&token.text)).count();
            push(Kind::Clause, at + 1, stop - trailing);
        }
        let before_article = tokens.get(at + 1).is_some_and(|next| ARTICLES.contains(&next.text));
        if token.closed || before_article || !(opens(PREPOSITIONS) || opens(ARTICLES)) {
            continue;
        }
        let ends = |next: &Token<'_>| {
            PREPOSITIONS.contains(&next.text)
                || commonness(next.text.to_ascii_lowercase().as_bytes()) == Commonness::Function
        };
        let mut end = at + 1;
        while tokens.get(end).is_some_and(|next| end < at + 7 && !ends(next)) {
            end += 1;
            if tokens[end - 1].closed {
                break;
            }
        }
        push(Kind::Phrase, at + 1, end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_kind(text: &str, kind: Kind) -> Vec<String> {
        candidates(text).into_iter().filter(|one| one.kind == kind).map(|one| one.text).collect()
    }

    #[test]
    fn kinds_are_told_apart() {
        let text = "Please send 2 kettles for order R-2077 to ann@example.com by 5 May 2024 at 12:30, for £1,200.50.";
        assert_eq!(of_kind(text, Kind::Integer), ["2"]);
        assert_eq!(of_kind(text, Kind::Decimal), ["1200.50"]);
        assert_eq!(of_kind(text, Kind::Id), ["R-2077"]);
        assert_eq!(of_kind(text, Kind::Email), ["ann@example.com"]);
        assert_eq!(of_kind(text, Kind::Date), ["5 May 2024"]);
        assert_eq!(of_kind(text, Kind::Time), ["12:30"]);
    }

    #[test]
    fn names_leave_out_what_opens_a_sentence() {
        assert_eq!(
            of_kind("Find Anna Lopez's order in San Francisco, CA.", Kind::Name),
            ["Anna Lopez", "San Francisco", "San Francisco, CA", "CA"]
        );
        assert_eq!(of_kind("What is the capital of Brazil?", Kind::Name), ["Brazil"]);
    }

    #[test]
    fn quotes_and_phrases() {
        assert_eq!(of_kind("Don't say \"hello there\" to Bob's dog", Kind::Quoted), ["hello there"]);
        assert_eq!(of_kind("the weather in the old town, please", Kind::Phrase), ["weather", "old town"]);
        assert_eq!(of_kind("Send it to 3 Mill Lane, Oslo. Thanks.", Kind::Clause), ["3 Mill Lane, Oslo"]);
        assert_eq!(of_kind("three dozen", Kind::Spelled), ["3"]);
        assert_eq!(of_kind("where a=1, b=-3 and `c` = 4", Kind::Integer), ["1", "-3", "4"]);
    }
}

//! A small matcher for the `pattern` keyword of JSON Schema, without compilation that a call would have to pay for.
//!
//! It knows literals, `.`, classes with ranges and negation, `\d \w \s` and their negations, groups, alternatives, the
//! anchors, and the repetitions `? * + {n} {n,} {n,m}` (greedy with backtracking). Anything else is not known, and a
//! pattern with it restricts nothing. Work is bounded: a pattern that needs more steps does not match.

const MOST_STEPS: u32 = 4_000;
const MOST_REPEATS: usize = 64;

/// A parsed pattern.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pattern {
    branches: Vec<Vec<Piece>>,
}

#[derive(Debug, Clone, PartialEq)]
struct Piece {
    atom: Atom,
    least: usize,
    most: usize,
}

#[derive(Debug, Clone, PartialEq)]
enum Atom {
    One(Set),
    Group(Vec<Vec<Piece>>),
    Begin,
    End,
}

#[derive(Debug, Clone, PartialEq, Default)]
struct Set {
    ranges: Vec<(char, char)>,
    negated: bool,
}

impl Set {
    fn holds(&self, letter: char) -> bool {
        self.ranges.iter().any(|(from, to)| (*from..=*to).contains(&letter)) != self.negated
    }
}

impl Pattern {
    /// Parses `text`; `None` if it uses what is not known.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let letters: Vec<char> = text.chars().collect();
        let mut parser = Parser { letters: &letters, at: 0, depth: 0 };
        let branches = parser.branches()?;
        (parser.at == letters.len()).then_some(Self { branches })
    }

    /// Whether the pattern matches the whole of `text`. (The keyword itself searches; a candidate for an argument should
    /// be the thing and nothing else.)
    pub(crate) fn matches(&self, text: &str) -> bool {
        let letters: Vec<char> = text.chars().collect();
        let mut steps = 0;
        let end = letters.len();
        any_branch(&self.branches, &letters, 0, &mut steps, &mut |at, _| at == end)
    }
}

type Then<'t> = &'t mut dyn FnMut(usize, &mut u32) -> bool;

fn any_branch(branches: &[Vec<Piece>], text: &[char], at: usize, steps: &mut u32, then: Then<'_>) -> bool {
    branches.iter().any(|pieces| in_order(pieces, text, at, steps, then))
}

fn in_order(pieces: &[Piece], text: &[char], at: usize, steps: &mut u32, then: Then<'_>) -> bool {
    match pieces.split_first() {
        None => then(at, steps),
        Some((piece, rest)) => repeat(piece, rest, text, (at, 0), steps, then),
    }
}

/// Takes `piece` as often as it can, then the rest.
fn repeat(
    piece: &Piece,
    rest: &[Piece],
    text: &[char],
    (at, taken): (usize, usize),
    steps: &mut u32,
    then: Then<'_>,
) -> bool {
    *steps += 1;
    if *steps > MOST_STEPS {
        return false;
    }
    if taken < piece.most {
        let more = match &piece.atom {
            Atom::Begin => at == 0 && in_order(rest, text, at, steps, then),
            Atom::End => at == text.len() && in_order(rest, text, at, steps, then),
            Atom::One(set) => {
                text.get(at).is_some_and(|letter| set.holds(*letter))
                    && repeat(piece, rest, text, (at + 1, taken + 1), steps, then)
            }
            Atom::Group(branches) => any_branch(branches, text, at, steps, &mut |next, steps| {
                next > at && repeat(piece, rest, text, (next, taken + 1), steps, then)
            }),
        };
        if more {
            return true;
        }
    }
    taken >= piece.least && !matches!(piece.atom, Atom::Begin | Atom::End) && in_order(rest, text, at, steps, then)
}

struct Parser<'p> {
    letters: &'p [char],
    at: usize,
    depth: u32,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    fn take(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.at += 1;
        Some(letter)
    }

    fn branches(&mut self) -> Option<Vec<Vec<Piece>>> {
        self.depth += 1;
        let mut all = vec![Vec::new()];
        while let Some(letter) = self.peek().filter(|letter| *letter != ')') {
            if letter == '|' {
                self.at += 1;
                all.push(Vec::new());
                continue;
            }
            let piece = self.piece()?;
            all.last_mut()?.push(piece);
        }
        self.depth -= 1;
        (self.depth < 8).then_some(all)
    }

    fn piece(&mut self) -> Option<Piece> {
        let atom = match self.take()? {
            '^' => Atom::Begin,
            '$' => Atom::End,
            '.' => Atom::One(Set { ranges: vec![('\n', '\n')], negated: true }),
            '[' => Atom::One(self.class()?),
            '(' => {
                if self.peek() == Some('?') {
                    self.at += 1;
                    self.take().filter(|letter| *letter == ':')?;
                }
                if self.depth > 6 {
                    return None;
                }
                let group = self.branches()?;
                self.take().filter(|letter| *letter == ')')?;
                Atom::Group(group)
            }
            '\\' => Atom::One(self.escape()?),
            '*' | '+' | '?' | '{' => return None,
            letter => Atom::One(Set { ranges: vec![(letter, letter)], negated: false }),
        };
        let (least, most) = self.repetition()?;
        Some(Piece { atom, least, most })
    }

    fn repetition(&mut self) -> Option<(usize, usize)> {
        let bounds = match self.peek() {
            Some('?') => (0, 1),
            Some('*') => (0, MOST_REPEATS),
            Some('+') => (1, MOST_REPEATS),
            Some('{') => {
                let close = self.letters[self.at..].iter().position(|letter| *letter == '}')?;
                let text: String = self.letters[self.at + 1..self.at + close].iter().collect();
                self.at += close;
                let (least, most) = text.split_once(',').unwrap_or((&text, &text));
                let least = least.trim().parse().ok()?;
                let most = if most.trim().is_empty() { MOST_REPEATS } else { most.trim().parse().ok()? };
                (least, most)
            }
            _ => return Some((1, 1)),
        };
        self.at += 1;
        // A lazy or possessive mark changes nothing for a match of the whole text, or is not known.
        if self.peek() == Some('?') {
            self.at += 1;
        }
        (bounds.1 <= 1_000 && self.peek() != Some('+')).then_some(bounds)
    }

    fn escape(&mut self) -> Option<Set> {
        let letter = self.take()?;
        let ranges = match letter.to_ascii_lowercase() {
            'd' => vec![('0', '9')],
            'w' => vec![('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')],
            's' => vec![(' ', ' '), ('\t', '\r')],
            other if other.is_ascii_alphanumeric() => return None,
            _ => return Some(Set { ranges: vec![(letter, letter)], negated: false }),
        };
        Some(Set { ranges, negated: letter.is_ascii_uppercase() })
    }

    fn class(&mut self) -> Option<Set> {
        let mut set = Set::default();
        if self.peek() == Some('^') {
            self.at += 1;
            set.negated = true;
        }
        loop {
            let from = match self.take()? {
                ']' if !set.ranges.is_empty() => return Some(set),
                '\\' => {
                    let inner = self.escape().filter(|inner| !inner.negated)?;
                    set.ranges.extend(inner.ranges);
                    continue;
                }
                letter => letter,
            };
            let ranged = self.peek() == Some('-') && self.letters.get(self.at + 1).is_some_and(|next| *next != ']');
            let to = if ranged {
                self.at += 1;
                self.take()?
            } else {
                from
            };
            set.ranges.push((from, to));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyday_patterns_match() {
        let cases = [
            ("^R-[0-9]{4}$", "R-2077", true),
            ("^R-[0-9]{4}$", "R-20771", false),
            (r"^A-\d{4}$", "B-1042", false),
            ("^[^@ ]+@[^@ ]+$", "ann@example.com", true),
            ("^[^@ ]+@[^@ ]+$", "ann example.com", false),
            (r"[A-Z]{2}\d+", "GB12", true),
            ("^(yes|no)$", "no", true),
            (r"^\+?[0-9 ()-]{6,}$", "+44 (0)1380-55", true),
            ("^(ab)*c?$", "ababc", true),
            (r"^\d{4}-\d{2}-\d{2}$", "2024-05-03", true),
            ("a|b", "c", false),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(Pattern::parse(pattern).unwrap().matches(text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn the_unknown_is_refused_and_work_is_bounded() {
        for pattern in [r"\bword", "(?=a)", "a++", "[a", "(a", "*", r"\p{L}", "a)", "a{2"] {
            assert_eq!(Pattern::parse(pattern), None, "{pattern}");
        }
        let hard = Pattern::parse("^(a+)+$").unwrap();
        assert!(!hard.matches(&format!("{}b", "a".repeat(60))));
        assert!(Pattern::parse(&"(".repeat(500)).is_none());
    }
}

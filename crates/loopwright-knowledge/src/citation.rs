//! Citations: the `[n]` of an answer.

use std::collections::BTreeSet;

/// The citations of an answer, resolved against what was shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Citations {
    /// Positions (from 0) in the shown passages that the answer cites.
    pub shown: BTreeSet<usize>,
    /// Numbers cited that stand for no passage.
    pub unknown: BTreeSet<usize>,
}

impl Citations {
    /// The citations of `answer`, when `shown` passages were shown to the model: `[1]` is the first.
    ///
    /// ```
    /// let citations = loopwright_knowledge::Citations::of("Within 30 days. [2] Free. [7]", 4);
    /// assert_eq!(citations.shown.into_iter().collect::<Vec<_>>(), [1]);
    /// assert_eq!(citations.unknown.into_iter().collect::<Vec<_>>(), [7]);
    /// ```
    pub fn of(answer: &str, shown: usize) -> Citations {
        let (known, unknown): (Vec<usize>, Vec<usize>) =
            cited(answer).into_iter().partition(|number| (1..=shown).contains(number));
        Citations {
            shown: known.into_iter().map(|number| number - 1).collect(),
            unknown: unknown.into_iter().collect(),
        }
    }
}

/// The numbers that `answer` cites, in order, repeats included: `[2]`, or `[1, 3]` for two. Numbers have at most four
/// digits.
///
/// ```
/// assert_eq!(loopwright_knowledge::cited("Free [1], and fast.[2, 10] See [a] and [^3]."), [1, 2, 10]);
/// ```
pub fn cited(answer: &str) -> Vec<usize> {
    let mut numbers = Vec::new();
    let mut rest = answer;
    while let Some(open) = rest.find('[') {
        rest = &rest[open + 1..];
        let Some(close) = rest.find(']') else { break };
        if let Some(inside) = listed(&rest[..close]) {
            numbers.extend(inside);
            rest = &rest[close + 1..];
        }
    }
    numbers
}

/// The numbers of a list such as `1, 3`; `None` when it is anything else.
fn listed(inside: &str) -> Option<Vec<usize>> {
    let number = |item: &str| {
        let item = item.trim();
        let digits = !item.is_empty() && item.len() <= 4 && item.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| item.parse().ok()).flatten()
    };
    inside.split([',', ';']).map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_is_a_citation_and_nothing_else() {
        assert_eq!(cited("a [1][2] b[3; 1]."), [1, 2, 3, 1]);
        assert_eq!(cited("[[4]] [ 5 ]"), [4, 5]);
        assert!(cited("[] [x] [1-3] [99999] [1,] [-1] [").is_empty());
        assert_eq!(Citations::of("[0]", 3).unknown, BTreeSet::from([0]));
    }
}

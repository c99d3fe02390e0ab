//! Text with some of its places rewritten.

use std::ops::Range;

use loopwright_stats::SeededRng;

use super::sample;

/// `text` with `per_cent` of `spots` (byte ranges in order, none over another) as `rewrite` makes them.
pub(super) fn some(
    text: &str,
    spots: &[Range<usize>],
    per_cent: usize,
    rng: &mut SeededRng,
    mut rewrite: impl FnMut(&str, &mut SeededRng) -> String,
) -> String {
    let mut out = String::with_capacity(text.len());
    let mut written = 0;
    for place in sample::share((0..spots.len()).collect(), per_cent, rng) {
        let spot = spots[place].clone();
        out.push_str(&text[written..spot.start]);
        out.push_str(&rewrite(&text[spot.clone()], rng));
        written = spot.end;
    }
    out.push_str(&text[written..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_between_the_spots_stays() {
        let all = |per_cent| {
            let shout = |word: &str, _: &mut SeededRng| word.to_uppercase();
            some("é one, two; three", &[3..6, 8..11, 13..18], per_cent, &mut SeededRng::new(1), shout)
        };
        assert_eq!(all(100), "é ONE, TWO; THREE");
        assert_eq!(all(0), "é one, two; three");
        assert_eq!(all(1).chars().filter(char::is_ascii_uppercase).count() % 5 % 3, 0);
    }
}

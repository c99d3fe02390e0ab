//! Text with some of its places rewritten.

use std::ops::Range;

use loopwright_stats::SeededRng;

use super::sample;

/// `text` with each of `spots` (byte ranges in order, none over another) as `rewrite` makes it.
pub(super) fn each(
    text: &str,
    spots: impl IntoIterator<Item = Range<usize>>,
    mut rewrite: impl FnMut(&str) -> String,
) -> String {
    let mut out = String::with_capacity(text.len());
    let mut written = 0;
    for spot in spots {
        out.push_str(&text[written..spot.start]);
        out.push_str(&rewrite(&text[spot.clone()]));
        written = spot.end;
    }
    out + &text[written..]
}

/// As [`each`], of `per_cent` of `spots`, drawn by chance.
pub(super) fn some(
    text: &str,
    spots: &[Range<usize>],
    per_cent: usize,
    rng: &mut SeededRng,
    mut rewrite: impl FnMut(&str, &mut SeededRng) -> String,
) -> String {
    let places = sample::share((0..spots.len()).collect(), per_cent, rng);
    each(text, places.into_iter().map(|place| spots[place].clone()), |spot| rewrite(spot, rng))
}

/// `text` with a capital at its beginning.
pub(super) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
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
        let one = all(1);
        assert!(["é ONE, two; three", "é one, TWO; three", "é one, two; THREE"].contains(&one.as_str()), "{one}");
    }
}

//! Sequences of n neighbours, counted.

use std::collections::BTreeMap;

/// Words as the ROUGE script takes them: lower case, of letters and digits. Letters of any script count, not those of
/// ASCII alone.
pub(super) fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// How often each run of `n` neighbours stands in `items`; `n` is at least 1.
pub(super) fn counts<T: Ord>(items: &[T], n: usize) -> BTreeMap<&[T], usize> {
    let mut counts = BTreeMap::new();
    items.windows(n).for_each(|gram| *counts.entry(gram).or_insert(0) += 1);
    counts
}

/// How many runs two texts have in common, each counted as often as it stands in both.
pub(super) fn common<T: Ord>(a: &BTreeMap<&[T], usize>, b: &BTreeMap<&[T], usize>) -> usize {
    a.iter().filter_map(|(gram, count)| b.get(gram).map(|other| *count.min(other))).sum()
}

/// The harmonic mean of precision and recall of `common` among `said` and `wanted`; 0 when nothing is in common.
pub(super) fn f1(common: usize, said: usize, wanted: usize) -> f64 {
    if common == 0 { 0.0 } else { 2.0 * common as f64 / (said + wanted) as f64 }
}

//! It knows no names: with all things renamed it is as good as before, but for the luck of its misreadings.

use crate::world::{Item, items, mean, small};

const COUNT: u64 = 240;

fn right(items: &[Item]) -> Vec<f64> {
    items.iter().map(|item| item.right(small(), &item.request("Help.", &item.among(6, 2)))).collect()
}

fn difference(one: &[f64], two: &[f64]) -> (f64, f64) {
    mean(&one.iter().zip(two).map(|(one, two)| one - two).collect::<Vec<_>>())
}

#[test]
fn renamed_worlds_are_equally_hard() {
    let first = right(&items(11, COUNT));
    for names in [12, 13, 14] {
        let (shift, error) = difference(&first, &right(&items(names, COUNT)));
        assert!(error < 0.03, "the bound says nothing: standard error {error}");
        assert!(shift.abs() < 3.3 * error, "renaming shifts accuracy by {shift} ± {error}");
    }
}

#[test]
fn the_bound_would_notice_a_real_effect() {
    let items = items(11, COUNT);
    let harder: Vec<f64> =
        items.iter().map(|item| item.right(small(), &item.request("Help.", &item.among(9, 2)))).collect();
    let (shift, error) = difference(&right(&items), &harder);
    assert!(shift > 3.3 * error, "three more near-misses go unnoticed: {shift} ± {error}");
}

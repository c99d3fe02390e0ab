//! Which of several things a dose hits.

use loopwright_stats::SeededRng;

/// `per_cent` of `all`, rounded, but at least one where there is one and something is asked for.
pub(super) fn count(all: usize, per_cent: usize) -> usize {
    if per_cent == 0 { 0 } else { ((all * per_cent + 50) / 100).max(1).min(all) }
}

/// `per_cent` of `places`, drawn without replacement, in their order. With the same draws a larger share holds a
/// smaller.
pub(super) fn share(mut places: Vec<usize>, per_cent: usize, rng: &mut SeededRng) -> Vec<usize> {
    let count = count(places.len(), per_cent);
    rng.shuffle(&mut places);
    places.truncate(count);
    places.sort_unstable();
    places
}

/// `per_cent` of `items`, but at least two, change places among each other: none of them stays where it was.
pub(super) fn dealt<T: Clone>(items: &mut [T], per_cent: usize, rng: &mut SeededRng) {
    if per_cent == 0 || items.len() < 2 {
        return;
    }
    let mut places: Vec<usize> = (0..items.len()).collect();
    rng.shuffle(&mut places);
    places.truncate(count(items.len(), per_cent).max(2));
    let moved: Vec<T> = places.iter().map(|place| items[*place].clone()).collect();
    // Along one cycle each takes the place of the next, so that no two moves cancel out.
    for (turn, item) in moved.into_iter().enumerate() {
        items[places[(turn + 1) % places.len()]] = item;
    }
}

/// `count` of `items` by chance, in the order drawn; all of them when there are fewer. A larger count holds a smaller.
pub(super) fn drawn<'a, T: ?Sized>(mut items: Vec<&'a T>, count: usize, rng: &mut SeededRng) -> Vec<&'a T> {
    rng.shuffle(&mut items);
    items.truncate(count);
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_rounded_and_never_nothing() {
        assert_eq!((count(60, 10), count(64, 10), count(66, 10), count(4, 1), count(0, 10)), (6, 6, 7, 1, 0));
        assert!((0..=50).map(|dose| count(60, dose)).is_sorted());
        assert_eq!(count(9, 0), 0);
    }

    #[test]
    fn a_larger_share_holds_a_smaller() {
        let share = |per_cent| share((0..50).collect(), per_cent, &mut SeededRng::new(3));
        let (few, more) = (share(10), share(40));
        assert_eq!((few.len(), more.len()), (5, 20));
        assert!(few.iter().all(|place| more.contains(place)) && more.is_sorted());
    }

    #[test]
    fn what_is_dealt_anew_never_stays() {
        for seed in 0..50 {
            for (per_cent, moved) in [(1, 2), (50, 4), (100, 8)] {
                let mut items: Vec<usize> = (0..8).collect();
                dealt(&mut items, per_cent, &mut SeededRng::new(seed));
                assert_eq!(items.iter().enumerate().filter(|(place, item)| place != *item).count(), moved);
                items.sort_unstable();
                assert_eq!(items, (0..8).collect::<Vec<_>>());
            }
        }
    }
}

//! pass^k and pass@k: unbiased, and covered as stated.

use crate::population::{Population, SPREADS, Spread, Tally};
use loopwright_stats::{Level, SeededRng, all_of_k, any_of_k};

#[test]
fn intervals_over_cases_cover() {
    let mut rng = SeededRng::new(7_001);
    let (mut all, mut any) = (Tally::default(), Tally::default());
    let mut by_cases = [Tally::default(); 4];
    for (position, cases) in [10_usize, 30, 100, 300].into_iter().enumerate() {
        for (trials, k) in [(2_u32, 2_u32), (4, 2), (4, 4), (8, 4), (10, 3)] {
            for spread in SPREADS {
                for mean in [0.3, 0.6, 0.9, 0.97] {
                    let population = Population { mean, spread };
                    // pass@k of the population is one less pass^k of its mirror image.
                    let mirrored = match spread {
                        // Its two kinds do not mirror.
                        Spread::TwoKinds => None,
                        spread => Some(Population { mean: 1.0 - mean, spread }),
                    };
                    for _ in 0..12 {
                        let suite = population.suite(cases, trials, &mut rng);
                        let every = all_of_k(&suite, k, Level::P95).expect("pass^k").covers(population.all_of(k));
                        all.note(every);
                        by_cases[position].note(every);
                        if let Some(mirrored) = mirrored {
                            let truth = 1.0 - mirrored.all_of(k);
                            any.note(any_of_k(&suite, k, Level::P95).expect("pass@k").covers(truth));
                        }
                    }
                }
            }
        }
    }
    println!("pass^k {:.4} of {}, pass@k {:.4} of {}", all.share(), all.of, any.share(), any.of);
    println!("pass^k by cases {:?}", by_cases.map(Tally::share));
    assert!((0.93..=0.97).contains(&all.share()), "{all:?}");
    assert!((0.93..=0.97).contains(&any.share()), "{any:?}");
}

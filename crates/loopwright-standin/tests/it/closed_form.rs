//! The closed form is the law that is drawn from.

use loopwright_core::{ChatRequest, Seed};
use loopwright_standin::{Alternative, Profile, complete, distribution};

use crate::world::{items, small, tool};

const DRAWS: u64 = 3000;

/// Pearson's statistic of draws against a law, with its degrees of freedom. Alternatives that are expected fewer than
/// five times are counted together; an impossible draw makes it infinite.
fn chi_square(profile: &Profile, request: &ChatRequest, law: &[Alternative]) -> (f64, f64) {
    let mut hits = vec![0.0f64; law.len()];
    for seed in 0..DRAWS {
        let message = complete(profile, request, Seed(seed)).response.message;
        match law.iter().position(|one| one.message == message) {
            Some(place) => hits[place] += 1.0,
            None => return (f64::INFINITY, 1.0),
        }
    }
    let expected = |one: &Alternative| one.probability * DRAWS as f64;
    let (mut statistic, mut cells, mut rest) = (0.0, 0.0f64, (0.0, 0.0));
    for (one, hits) in law.iter().zip(hits) {
        if expected(one) < 5.0 {
            rest = (rest.0 + expected(one), rest.1 + hits);
        } else {
            statistic += (hits - expected(one)).powi(2) / expected(one);
            cells += 1.0;
        }
    }
    if rest.0 >= 1.0 {
        statistic += (rest.1 - rest.0).powi(2) / rest.0;
        cells += 1.0;
    }
    (statistic, (cells - 1.0).max(1.0))
}

/// The quantile of the chi-square law that 1 in 10 000 exceeds (Wilson and Hilferty, 1931).
fn bound(freedom: f64) -> f64 {
    let part = 2.0 / (9.0 * freedom);
    freedom * (1.0 - part + 3.719 * part.sqrt()).powi(3)
}

/// Requests that lead to answers, to abstentions, to citations and to calls.
fn requests() -> Vec<ChatRequest> {
    let items = items(61, 6);
    let rules = "- Cite the passage.\n- If the answer is not in the passages, say that you do not know.";
    let mut all: Vec<ChatRequest> =
        items.iter().map(|item| item.request(rules, &item.among(5, 2))).chain([items[0].request("", &[])]).collect();
    let mut calling = items[1].request("- Ask when the name is missing.", &[&items[1].near[0]]);
    calling.tools = vec![tool("find_thing", "Finds a thing by its name."), tool("list_things", "Lists all things.")];
    all.push(calling);
    all.push(ChatRequest { temperature: Some(0.4), ..all[2].clone() });
    all
}

#[test]
fn probabilities_sum_to_one() {
    for request in requests() {
        for profile in Profile::all() {
            let law = distribution(profile, &request);
            let total: f64 = law.iter().map(|one| one.probability).sum();
            assert!((total - 1.0).abs() < 1e-9, "{total}");
            assert!(law.windows(2).all(|pair| pair[0].probability >= pair[1].probability));
        }
    }
}

#[test]
fn draws_follow_the_closed_form() {
    for (at, request) in requests().iter().enumerate() {
        let (statistic, freedom) = chi_square(small(), request, &distribution(small(), request));
        assert!(statistic < bound(freedom), "request {at}: {statistic} with {freedom} degrees of freedom");
    }
}

#[test]
fn the_bound_would_notice_another_law() {
    let request = &requests()[0];
    let warmer = ChatRequest { temperature: Some(1.15), ..request.clone() };
    let (statistic, freedom) = chi_square(small(), request, &distribution(small(), &warmer));
    assert!(statistic > bound(freedom), "{statistic} with {freedom} degrees of freedom");
}

#[test]
fn a_greedy_request_has_one_answer() {
    let request = ChatRequest { temperature: Some(0.0), ..requests()[0].clone() };
    let law = distribution(small(), &request);
    assert_eq!(law.len(), 1);
    assert!((0..20).all(|seed| complete(small(), &request, Seed(seed)).response.message == law[0].message));
}

//! The law is frozen: what a profile answers changes only together with its version.

use loopwright_core::ChatRequest;
use loopwright_standin::{Profile, distribution};

use crate::world::{items, tool};

/// For each version that was published, what its profiles make of the requests below. A change of the law adds a line with
/// a new version; it never alters one.
const PUBLISHED: [(u32, u64); 1] = [(1, 0xae1c_8480_b38f_ab82)];

/// Requests that lead to answers, abstentions, citations, questions and calls.
fn requests() -> Vec<ChatRequest> {
    let rules = "- Cite the passage.\n- If the answer is not in the passages, say that you do not know.";
    let told = "- Ask when the name is missing.\n- Answer in JSON.";
    let tools = vec![tool("find_thing", "Finds a thing by its name."), tool("list_things", "Lists all things.")];
    let one = |(place, item): (usize, &crate::world::Item)| {
        let request = item.request(if place % 2 == 0 { rules } else { told }, &item.among(4 + place, place % 4));
        ChatRequest { tools: if place % 3 == 0 { tools.clone() } else { vec![] }, ..request }
    };
    items(71, 12).iter().enumerate().map(one).collect()
}

/// FNV-1a of every outcome with its probability to three digits, so that the last bit of a platform's `exp` does not count.
fn fingerprint(profiles: &[Profile]) -> u64 {
    let mut state = 0xcbf2_9ce4_8422_2325_u64;
    for request in requests() {
        for profile in profiles {
            for outcome in distribution(profile, &request) {
                let words = format!("{:.3} {}", outcome.probability, serde_json::to_string(&outcome.message).unwrap());
                for byte in words.bytes() {
                    state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
                }
            }
        }
    }
    state
}

#[test]
fn a_published_law_does_not_change() {
    let version = Profile::all()[0].version;
    assert!(Profile::all().iter().all(|profile| profile.version == version), "the law is one for all sizes");
    let found = fingerprint(Profile::all());
    let published = PUBLISHED.iter().find(|(known, _)| *known == version).map(|(_, fingerprint)| *fingerprint);
    assert_eq!(published, Some(found), "the law of version {version} is now {found:#018x}: give it a new version");
}

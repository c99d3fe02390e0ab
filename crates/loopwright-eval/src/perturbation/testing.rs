//! A desk with pages and tools, for tests of what perturbations do to it.

use loopwright_agent::ToolPart;
use loopwright_core::{Input, Seed};
use loopwright_knowledge::{Corpus, Document, GoldSpan, Index, KnowledgePart, SearchParams};
use serde_json::json;

use super::{Application, Apply, PerturbationMaterial, Situation};

/// The question of the desk.
pub(super) const QUESTION: &str = "Please tell me where \"Blue pan\" of order A-1042 is, and how quickly it is sent.";

/// Where the answer stands in page 3.
pub(super) const GOLD: &str = "order is sent within 3 days";

pub(super) struct Desk {
    index: Index,
    search: SearchParams,
    gold: Vec<GoldSpan>,
    tools: Vec<ToolPart>,
}

impl Desk {
    pub(super) fn new() -> Self {
        let text = |n: usize| match n {
            3 => format!("Where it is quickly told: an {GOLD}."),
            _ => format!("Parcel rule {} says where the order of {} pans is.", "x".repeat(n + 1), n + 10),
        };
        let page = |n: usize| Document { source: format!("{n:02}.md"), text: text(n) };
        let corpus = Corpus::new((0..12).map(page).collect()).unwrap();
        let part = KnowledgePart { top_k: 4, ..KnowledgePart::new(corpus.digest()) };
        let index = Index::build(&corpus, &part).unwrap();
        let gold = vec![GoldSpan { source: "03.md".into(), start: 29, end: 29 + GOLD.len() }];
        let tool = |name: &str| {
            serde_json::from_value(json!({"name": name, "effect": "read", "statements": ["select 1"]})).unwrap()
        };
        Self { index, search: part.search_params(), gold, tools: ["one", "two", "three"].map(tool).to_vec() }
    }

    pub(super) fn material(&self) -> PerturbationMaterial<'_> {
        let (index, search) = (Some(&self.index), Some(self.search));
        PerturbationMaterial { index, search, gold: &self.gold, answer: None, tools: &self.tools }
    }
}

/// The question `text` after `apply`, without knowledge or tools.
pub(super) fn asked(apply: Apply, text: &str, dose: usize, seed: u64) -> String {
    let material = PerturbationMaterial::default();
    let application = Application { dose, seed: Seed(seed), material: &material };
    apply(Situation::plain(Input::text(text)), &application).input.question()
}

//! A shop of any size, made by rule: a page for each article, questions about it, and orders in a database. No two
//! cases are alike, and how hard they are differs, because the pages resemble each other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use loopwright_agent::WorldSeed;
use loopwright_core::{AgentName, Case, Digest, PartName, Split, Variant};
use loopwright_eval::Library;
use loopwright_knowledge::{Corpus, Document, KnowledgePart};
use serde_json::{Value, json};

const MATERIALS: [&str; 12] =
    ["copper", "iron", "oak", "glass", "tin", "slate", "willow", "linen", "clay", "brass", "cork", "felt"];
const ARTICLES: [&str; 12] =
    ["kettle", "pan", "bench", "lamp", "basket", "trowel", "jug", "rack", "stool", "tray", "ladle", "bucket"];
const STATES: [&str; 4] = ["packed", "posted", "delivered", "waiting"];

/// Articles at most.
pub(crate) const MOST: usize = MATERIALS.len() * ARTICLES.len();

/// A shop.
pub(crate) struct Catalogue {
    articles: usize,
}

impl Catalogue {
    /// A shop of so many articles, and as many orders.
    pub(crate) fn new(articles: usize) -> Self {
        assert!(articles <= MOST, "there are words for {MOST} articles");
        Self { articles }
    }

    /// What variants of the shop pin.
    pub(crate) fn library(&self) -> Library {
        let (corpus, script) = (self.corpus(), self.script());
        let world = Arc::new(WorldSeed::build("shop.sql", &script).unwrap());
        let worlds = BTreeMap::from([(Digest::of_bytes(script.as_bytes()), world)]);
        Library::new(BTreeMap::from([(corpus.digest(), corpus)]), worlds)
    }

    /// An agent that answers from the pages and knows no tool.
    pub(crate) fn reader(&self) -> Variant {
        let knowledge = KnowledgePart { top_k: 3, ..KnowledgePart::new(self.corpus().digest()) };
        variant(vec![
            ("model", json!({"ref": "standin:small"})),
            ("instructions", json!("Answer from the passages.")),
            ("knowledge", knowledge.to_value()),
        ])
    }

    /// An agent that can look orders up and cancel them too.
    pub(crate) fn clerk(&self) -> Variant {
        let mut clerk = self.reader();
        let rule = "Answer from the passages. Call a tool for questions about an order.\n- Always look up the order with \
                    order_status before you cancel it.";
        let digest = Digest::of_bytes(self.script().as_bytes());
        let parts = [
            ("instructions", json!(rule)),
            ("tools", tools()),
            ("world", json!({"source": "shop.sql", "digest": digest})),
        ];
        clerk.parts.extend(parts.into_iter().map(|(name, value)| (PartName::new(name).unwrap(), value)));
        clerk
    }

    /// Five questions about each article, which are one group.
    pub(crate) fn questions(&self, split: Split) -> Vec<Case> {
        (0..self.articles).flat_map(|index| questions(index, split)).collect()
    }

    /// A question that needs one look at an order, for each of them.
    pub(crate) fn look_ups(&self, split: Split) -> Vec<Case> {
        let look_up = |index: usize| {
            let order = order(index);
            let calls = json!([{"tool": "order_status", "args": {"order_id": order}}]);
            let expect = json!({"answer": {"contains": STATES[index % STATES.len()]}, "calls": calls});
            case(&format!("status-{index}"), &format!("What is the status of order {order}?"), expect, split, None)
        };
        (0..self.articles).map(look_up).collect()
    }

    /// A wish that needs a look at an order and then a change of it, for each of them.
    pub(crate) fn cancellations(&self, split: Split) -> Vec<Case> {
        let cancellation = |index: usize| {
            let order = order(index);
            let call = |tool: &str| json!({"tool": tool, "args": {"order_id": order}});
            let sql = format!("select state from orders where id = '{order}'");
            let state = json!([{"sql": sql, "equals": "cancelled"}]);
            let expect = json!({"calls": [call("order_status"), call("cancel_order")], "state": state});
            case(&format!("cancel-{index}"), &format!("Please cancel order {order}."), expect, split, None)
        };
        (0..self.articles).map(cancellation).collect()
    }

    fn corpus(&self) -> Corpus {
        Corpus::new((0..self.articles).map(page).collect()).unwrap()
    }

    fn script(&self) -> String {
        let row = |index: usize| {
            format!("('{}', '{}', '{}')", order(index), STATES[index % STATES.len()], Article::new(index).name)
        };
        let rows: Vec<String> = (0..self.articles).map(row).collect();
        format!(
            "create table orders(id text primary key, state text, article text);\ninsert into orders values {};",
            rows.join(", ")
        )
    }
}

/// One article, and what is written about it.
struct Article {
    name: String,
    price: usize,
    weight: usize,
    aisle: usize,
    years: usize,
    parts: usize,
}

impl Article {
    fn new(index: usize) -> Self {
        let name = format!("{} {}", MATERIALS[index % MATERIALS.len()], ARTICLES[index / MATERIALS.len()]);
        // Steps that share no factor with their range, so that neighbours differ in everything.
        let (price, weight, aisle) = (11 + index * 37 % 89, 2 + index * 7 % 23, 1 + index * 5 % 31);
        Self { name, price, weight, aisle, years: 2 + index * 11 % 13, parts: 101 + index * 17 % 97 }
    }
}

fn page(index: usize) -> Document {
    let Article { name, price, weight, aisle, years, parts } = Article::new(index);
    let text = format!(
        "# The {name}\n\nThe {name} costs {price} pounds. The {name} weighs {weight} kg. The {name} stands in aisle \
         {aisle}. The {name} is guaranteed for {years} years. Spare parts of the {name} are sold for {parts} pence.\n"
    );
    Document { source: format!("{}.md", name.replace(' ', "-")), text }
}

fn questions(index: usize, split: Split) -> Vec<Case> {
    let Article { name, price, weight, aisle, years, parts } = Article::new(index);
    let asked = [
        (format!("What does the {name} cost?"), format!("{price} pounds")),
        (format!("How heavy is the {name}?"), format!("{weight} kg")),
        (format!("Where is the {name}?"), format!("aisle {aisle}")),
        (format!("For how many years is the {name} guaranteed?"), format!("{years} years")),
        (format!("How much are spare parts of the {name}?"), format!("{parts} pence")),
    ];
    let group = name.replace(' ', "-");
    let case_of = |(place, (question, answer)): (usize, (String, String))| {
        let expect = json!({"answer": {"contains": answer}});
        case(&format!("{group}-{place}"), &question, expect, split, Some(&group))
    };
    asked.into_iter().enumerate().map(case_of).collect()
}

fn case(key: &str, input: &str, expect: Value, split: Split, group: Option<&str>) -> Case {
    serde_json::from_value(json!({"key": key, "input": input, "expect": expect, "split": split, "group": group}))
        .unwrap()
}

fn order(index: usize) -> String {
    format!("A-{}", 1001 + index)
}

fn tools() -> Value {
    let order_id = json!({"type": "string", "description": "The order, such as A-1001.", "pattern": "^A-[0-9]+$"});
    let look = "select id, state, article from orders where id = :order_id";
    json!([
        {"name": "order_status", "description": "The status of an order by its number.", "effect": "read",
         "parameters": {"order_id": order_id}, "statements": [look], "empty": "no such order"},
        {"name": "cancel_order", "description": "Cancel an order by its number.", "effect": "write",
         "parameters": {"order_id": order_id}, "empty": "no such order",
         "statements": ["update orders set state = 'cancelled' where id = :order_id", look]},
    ])
}

fn variant(parts: Vec<(&str, Value)>) -> Variant {
    let part = |(name, value): (&str, Value)| (PartName::new(name).unwrap(), value);
    let agent = AgentName::new("shop").unwrap();
    Variant { agent, parts: parts.into_iter().map(part).collect(), unpinned: BTreeSet::new() }
}

//! The hire without pages, with a patch that mends it and one that makes it worse: large enough for a gate to decide on.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use loopwright_core::{Case, Edit, GateKind, PartName, Patch, Purpose, RunId, Seed, Split, Variant};
use loopwright_eval::{Draw, DrawError, Made, Metric, Workshop};
use loopwright_improve::{GateRule, PromotionRequest};
use loopwright_store::Store;
use serde_json::json;

use crate::hire::{self, Still, library, suite};

/// Bookings in each split.
const BOOKINGS: usize = 12;
/// A sentence that stands in a sealed case and nowhere else.
pub(crate) const SEALED: &str = "my quixotic marmoset wants to know";

/// Ids in order, which tell workshops apart, and seeds from one.
struct From {
    seed: Seed,
    drawn: AtomicU64,
}

impl Draw for From {
    fn run_id(&self) -> Result<RunId, DrawError> {
        let id = format!("run-{}-{}", self.seed, self.drawn.fetch_add(1, Ordering::Relaxed));
        RunId::new(id).map_err(|error| DrawError { message: error.to_string() })
    }

    fn seed(&self, _: Purpose) -> Result<Seed, DrawError> {
        Ok(self.seed.derive("run", &[&self.drawn.fetch_add(1, Ordering::Relaxed).to_le_bytes()]))
    }
}

/// The hire as it stands.
pub(crate) fn incumbent() -> Variant {
    let instructions = "Call a tool for questions about a booking.";
    hire::variant("hire", &world(), vec![("instructions", json!(instructions))])
}

/// Descriptions that say what each tool reads.
pub(crate) fn fix() -> Patch {
    describing("Whether a booking is paid or open.", "Which bike a booking is for.")
}

/// Descriptions that say what the other tool reads.
pub(crate) fn harm() -> Patch {
    describing("Which bike a booking is for.", "Whether a booking is paid or open.")
}

fn describing(first: &str, second: &str) -> Patch {
    let edit = |(index, text): (usize, &str)| Edit {
        part: PartName::new("tools").unwrap(),
        pointer: format!("/{index}/description"),
        value: json!(text),
    };
    Patch { edits: [first, second].into_iter().enumerate().map(edit).collect() }
}

/// The hire with `patch`.
pub(crate) fn patched(patch: &Patch) -> Variant {
    incumbent().patched(patch).unwrap()
}

/// What its gate asks for.
pub(crate) fn rule() -> GateRule {
    GateRule {
        alpha: 0.05,
        margin: 0.05,
        trials: 3,
        vault_queries: 3,
        primary: Metric::named("resolved").unwrap(),
        safeguards: vec![],
        token_share: 0.9,
    }
}

/// A workshop of the hire, whose runs take their seeds from `seed`, on `store`.
pub(crate) fn workshop_on(store: Store, seed: u64) -> Workshop {
    let draw = Arc::new(From { seed: Seed(seed), drawn: AtomicU64::new(1) });
    hire::workshop(suite("hire", cases(), 3), library(&world(), []), store, draw)
}

/// As [`workshop_on`], on a ledger in memory.
pub(crate) fn workshop(seed: u64) -> Workshop {
    workshop_on(Store::in_memory(Arc::new(Still)).unwrap(), seed)
}

/// A run of the hire on dev, as `base`.
pub(crate) async fn run(workshop: &Workshop) -> Made {
    hire::run(workshop, Split::Dev, incumbent()).await
}

/// The question whether `candidate` may replace the hire as it stands.
pub(crate) fn question<'a>(workshop: &'a Workshop, rule: &'a GateRule, candidate: Variant) -> PromotionRequest<'a> {
    PromotionRequest { workshop, rule, kind: GateKind::Promotion, incumbent: incumbent(), candidate }
}

fn world() -> String {
    let row = |number: usize| {
        format!("('B-{number}', '{}', 'bike {number}')", if number.is_multiple_of(2) { "paid" } else { "open" })
    };
    let rows: Vec<String> = (1..=2 * BOOKINGS).map(row).collect();
    format!(
        "create table bookings(id text primary key, status text, bike text);\ninsert into bookings values {};",
        rows.join(", ")
    )
}

/// Two questions about each booking; half of the bookings are sealed, and the first sealed case says so in words.
fn cases() -> Vec<Case> {
    let case = |key: String, input: String, tool: &str, number: usize| -> Case {
        let split = if number > BOOKINGS { "vault" } else { "dev" };
        let calls = json!([{"tool": tool, "args": {"booking_id": format!("B-{number}")}}]);
        serde_json::from_value(json!({"key": key, "input": input, "split": split, "expect": {"calls": calls}})).unwrap()
    };
    let about = |number: usize| {
        let asks = if number == BOOKINGS + 1 { format!("{SEALED}: is") } else { "Is".to_owned() };
        [
            case(format!("status-{number}"), format!("{asks} booking B-{number} paid or open?"), "read_a", number),
            case(format!("bike-{number}"), format!("Which bike is booking B-{number} for?"), "read_b", number),
        ]
    };
    (1..=2 * BOOKINGS).flat_map(about).collect()
}

#![doc = include_str!("../../doc/metric/gold_state.md")]

use std::collections::BTreeMap;

use loopwright_agent::{Table, World, WorldError};
use loopwright_core::{Direction, StateImage, Unscored};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::json_path::is_named;
use super::kind::set;
use super::same::same_state;
use super::{Judged, MetricKind, Reading, Scale, Scorer, Setting};

pub(super) const KIND: MetricKind = MetricKind {
    name: "gold_state",
    version: 1,
    title: "the world ends as the gold calls would leave it",
    doc: include_str!("../../doc/metric/gold_state.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[Setting::new(
        "ignore",
        "globs over tables and columns that do not count, such as `log`, `orders.updated_at`, `*.note`; none when absent",
    )],
    build: set::<GoldState>,
};

#[derive(Deserialize)]
struct GoldState {
    #[serde(default)]
    ignore: Vec<String>,
}

/// A row: column → value.
type Row = Map<String, Value>;

impl Scorer for GoldState {
    fn read(&self, judged: &Judged<'_>) -> Reading {
        if judged.case.expectation.calls.is_none() {
            return Reading::NOT_APPLICABLE;
        }
        let (Some(image), Some(gold_world)) = (&judged.trial.state, judged.gold_world) else {
            let reason = "no final state was recorded; the agent needs a world for this case";
            return Reading::Unscored(Unscored::Scorer(reason.to_owned()));
        };
        match gold_world.after(judged.case) {
            Ok(gold) => self.compared(&gold, image).unwrap_or_else(unreadable),
            Err(why) => Reading::Unscored(why),
        }
    }
}

fn unreadable(error: WorldError) -> Reading {
    Reading::Unscored(Unscored::Scorer(error.to_string()))
}

impl GoldState {
    fn compared(&self, gold: &World, image: &StateImage) -> Result<Reading, WorldError> {
        // Most trials of most cases write nothing, or the same bytes.
        if gold.image()?.digest == image.digest {
            return Ok(Reading::Pass(String::new()));
        }
        let [mut wanted, mut found] = [self.counted(gold)?, self.counted(&World::at(image)?)?];
        let names: Vec<String> = wanted.keys().chain(found.keys()).cloned().collect();
        let mut differences = names.iter().filter_map(|name| {
            let sides = [&mut wanted, &mut found].map(|tables| tables.remove(name).unwrap_or_default());
            difference(name, sides)
        });
        Ok(differences.next().map_or_else(|| Reading::Pass(String::new()), Reading::Fail))
    }

    /// The rows of the tables that count, with the columns that count.
    fn counted(&self, world: &World) -> Result<BTreeMap<String, Vec<Row>>, WorldError> {
        let tables = world.tables()?.into_iter().filter(|table| !is_named(&table.name, &self.ignore));
        let counted = tables.map(|Table { name, mut rows }| {
            let is_counted = |column: &String| !is_named(&format!("{name}.{column}"), &self.ignore);
            rows.iter_mut().for_each(|row| row.retain(|column, _| is_counted(column)));
            (name, rows)
        });
        Ok(counted.collect())
    }
}

/// The first row by which a table is not the same on both sides, whatever the order of its rows; `None` when it is.
fn difference(table: &str, [wanted, found]: [Vec<Row>; 2]) -> Option<String> {
    let (missing, mut surplus) = unlike(wanted, found);
    let missing = missing.into_iter().filter(|wanted| match surplus.iter().position(|found| same_row(wanted, found)) {
        Some(at) => {
            surplus.swap_remove(at);
            false
        }
        None => true,
    });
    let missing: Vec<Row> = missing.collect();
    match (missing.first(), surplus.first()) {
        (None, None) => None,
        (Some(wanted), None) => Some(format!("in the table `{table}` is missing {}", shown(wanted))),
        (None, Some(found)) => Some(format!("in the table `{table}` is too much {}", shown(found))),
        (Some(wanted), Some(_)) => {
            let likeness =
                |found: &&Row| found.iter().filter(|(column, value)| wanted.get(*column) == Some(*value)).count();
            let nearest = surplus.iter().max_by_key(likeness)?;
            Some(format!("in the table `{table}` stands {}, and not {}", shown(nearest), shown(wanted)))
        }
    }
}

/// The rows of either side that the other does not hold as they are, in an order that is always the same.
fn unlike(wanted: Vec<Row>, found: Vec<Row>) -> (Vec<Row>, Vec<Row>) {
    let mut counts: BTreeMap<String, (i64, Row)> = BTreeMap::new();
    for (rows, one) in [(wanted, 1), (found, -1)] {
        for row in rows {
            counts.entry(shown(&row)).or_insert((0, row)).0 += one;
        }
    }
    let (mut missing, mut surplus) = (vec![], vec![]);
    for (count, row) in counts.into_values() {
        let side = if count > 0 { &mut missing } else { &mut surplus };
        side.extend((0..count.abs()).map(|_| row.clone()));
    }
    (missing, surplus)
}

/// Numbers are equal as numbers: the same sum may be added up in another order.
fn same_row(wanted: &Row, found: &Row) -> bool {
    let is_same =
        |(column, wanted): (&String, &Value)| found.get(column).is_some_and(|found| same_state(wanted, found));
    wanted.len() == found.len() && wanted.iter().all(is_same)
}

fn shown(row: &Row) -> String {
    Value::Object(row.clone()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use loopwright_core::Verdict;
    use serde_json::json;

    const WORLD: &str = "create table orders(id text, status text, price real, changed integer default 0);
        insert into orders(id, status, price) values ('A-1', 'processing', 19.9), ('A-2', 'sent', 5);
        create table log(line text);";

    fn cancelling(calls: Value) -> Scene {
        let cancel = json!({
            "name": "cancel", "effect": "write", "parameters": {"id": {"type": "string"}},
            "requires": [{"sql": "select 1 from orders where id = :id and status = 'processing'",
                          "otherwise": "it has been sent"}],
            "statements": ["update orders set status = 'cancelled', changed = changed + 1 where id = :id"],
        });
        Scene::expecting(json!({"calls": calls})).begins(WORLD, json!([cancel]))
    }

    fn right() -> Scene {
        cancelling(json!([{"tool": "cancel", "args": {"id": {"any": ["A-1", "A-9"]}}}]))
    }

    fn fault(scene: &Scene, settings: Value) -> Option<String> {
        let score = scene.score_with(&KIND, settings);
        match score.verdict {
            Verdict::Pass => None,
            Verdict::Fail => Some(score.evidence),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn another_way_to_the_same_rows_passes() {
        let cancelled = "delete from orders where id = 'A-1';
            insert into orders values ('A-1', 'cancelled', 19.900000000000002, 1);";
        assert_eq!(fault(&right().leaves(&format!("{WORLD}{cancelled}")), json!({})), None);
        assert_eq!(fault(&cancelling(json!([])).leaves(WORLD), json!({})), None, "nothing was to be done");
    }

    #[test]
    fn the_first_row_that_differs_is_told() {
        let other = fault(&right().leaves(WORLD), json!({})).unwrap();
        assert_eq!(
            other,
            r#"in the table `orders` stands {"changed":0,"id":"A-1","price":19.9,"status":"processing"}, and not {"changed":1,"id":"A-1","price":19.9,"status":"cancelled"}"#
        );
        let after = |change: &str| {
            format!("{WORLD} update orders set status = 'cancelled', changed = 1 where id = 'A-1'; {change}")
        };
        let noted = right().leaves(&after("insert into log values ('x'), ('x')"));
        assert_eq!(fault(&noted, json!({})).unwrap(), r#"in the table `log` is too much {"line":"x"}"#);
        assert_eq!(fault(&noted, json!({"ignore": ["log"]})), None);
        let lost = right().leaves(&after("delete from orders where id = 'A-2'"));
        assert!(fault(&lost, json!({})).unwrap().starts_with("in the table `orders` is missing {"));
        let twice = right().leaves(&after("update orders set changed = 7"));
        assert!(fault(&twice, json!({})).is_some());
        assert_eq!(fault(&twice, json!({"ignore": ["*.changed"]})), None);
    }

    #[test]
    fn a_gold_call_that_fails_is_a_fault_of_the_case() {
        for (call, why) in [
            (json!({"tool": "cancel", "args": {"id": "A-2"}}), "it has been sent"),
            (json!({"tool": "cancel"}), "\"id\" is a required property"),
            (json!({"tool": "refund", "args": {"id": "A-2"}}), "no such tool"),
        ] {
            let unscored = cancelling(json!([call])).leaves(WORLD).unscored(&KIND);
            assert!(matches!(&unscored, Unscored::Gold(said) if said.contains(why)), "{unscored:?}");
        }
    }

    #[test]
    fn without_gold_calls_or_a_world_there_is_no_score() {
        let nothing = Scene::expecting(json!({})).begins(WORLD, json!([])).leaves(WORLD);
        assert_eq!(nothing.unscored(&KIND), Unscored::NotApplicable);
        assert!(matches!(right().unscored(&KIND), Unscored::Scorer(_)));
        let worldless = Scene::expecting(json!({"calls": []})).leaves(WORLD);
        assert!(matches!(worldless.unscored(&KIND), Unscored::Scorer(_)));
    }
}

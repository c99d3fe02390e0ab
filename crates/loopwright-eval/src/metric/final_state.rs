#![doc = include_str!("../../doc/metric/final_state.md")]

use loopwright_agent::{World, WorldError};
use loopwright_core::{Direction, StateRule, Unscored};
use serde_json::Value;

use super::same::same_state;
use super::{Judged, MetricKind, Reading, Scale, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "final_state",
    version: 1,
    title: "the world ends as the case expects",
    doc: include_str!("../../doc/metric/final_state.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[],
    build: |_| plain(read),
};

pub(super) fn read(judged: &Judged<'_>) -> Reading {
    let rules = &judged.case.expectation.state;
    if rules.is_empty() {
        return Reading::NOT_APPLICABLE;
    }
    let Some(image) = &judged.trial.state else {
        let reason = "no final state was recorded; the agent needs a world for this case";
        return Reading::Unscored(Unscored::Scorer(reason.to_owned()));
    };
    match World::at(image) {
        Ok(world) => compare(&world, rules),
        Err(error) => Reading::Unscored(Unscored::Scorer(error.to_string())),
    }
}

/// Every rule is read, so that a broken one is never hidden behind one that does not hold.
fn compare(world: &World, rules: &[StateRule]) -> Reading {
    let mut differences = Vec::new();
    for StateRule { sql, equals } in rules {
        let found = match world.scalar(sql) {
            Ok(found) => found,
            // The agent may have deleted the row, so this is a finding about it, and no fault of the rule.
            Err(WorldError::NoRow { .. }) => Value::Null,
            Err(error) => return Reading::Unscored(whose_fault(world, sql, &error)),
        };
        if !same_state(equals, &found) {
            differences.push(format!("`{sql}` gives {found}, and not {equals}"));
        }
    }
    Reading::judged(if differences.is_empty() { Ok(String::new()) } else { Err(differences.join("; ")) })
}

/// SQLite opens anything, and says at the first query that it is no database; that must not look like broken gold.
fn whose_fault(world: &World, sql: &str, error: &WorldError) -> Unscored {
    match world.scalar("select count(*) from sqlite_schema") {
        Ok(_) => Unscored::Gold(format!("`{sql}`: {error}")),
        Err(unreadable) => Unscored::Scorer(unreadable.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    const WORLD: &str = "create table orders(id text, status text, price real, gift integer);
        insert into orders values ('A-1', 'cancelled', 19.9, 1);";

    fn scene(sql: &str, equals: Value) -> Scene {
        Scene::expecting(json!({"state": [{"sql": sql, "equals": equals}]})).leaves(WORLD)
    }

    #[test]
    fn compares_the_first_column_of_the_first_row() {
        assert!(scene("select status, id from orders", json!("cancelled")).passes(&KIND));
        assert!(scene("select price from orders", json!(19.9)).passes(&KIND));
        assert!(scene("select gift from orders", json!(true)).passes(&KIND));
        let wrong = scene("select status from orders", json!("processing")).score(&KIND);
        assert_eq!(wrong.evidence, r#"`select status from orders` gives "cancelled", and not "processing""#);
    }

    #[test]
    fn a_row_that_is_gone_is_null() {
        let gone = "select status from orders where id = 'A-9'";
        assert!(!scene(gone, json!("cancelled")).passes(&KIND));
        assert!(scene(gone, json!(null)).passes(&KIND));
    }

    #[test]
    fn what_is_broken_is_not_a_zero() {
        let broken = scene("select colour from orders", json!("red"));
        assert!(matches!(broken.unscored(&KIND), Unscored::Gold(why) if why.contains("colour")));
        let both = json!([{"sql": "select status from orders", "equals": "sent"}, {"sql": "selec", "equals": 1}]);
        let hidden = Scene::expecting(json!({ "state": both })).leaves(WORLD);
        assert!(matches!(hidden.unscored(&KIND), Unscored::Gold(_)));
        let worldless = Scene::expecting(json!({"state": [{"sql": "select 1", "equals": 1}]}));
        assert!(matches!(worldless.unscored(&KIND), Unscored::Scorer(_)));
        assert_eq!(Scene::expecting(json!({})).leaves(WORLD).unscored(&KIND), Unscored::NotApplicable);
    }

    #[test]
    fn an_image_that_is_no_database_is_not_a_zero() {
        let mut scene = scene("select status from orders", json!("cancelled"));
        scene.trial.state = Some(loopwright_core::StateImage::new(b"not a database".to_vec()));
        assert!(matches!(scene.unscored(&KIND), Unscored::Scorer(_)));
    }
}

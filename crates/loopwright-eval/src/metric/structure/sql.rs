#![doc = include_str!("../../../doc/metric/sql.md")]

use std::sync::Arc;

use loopwright_agent::WorldSeed;
use loopwright_core::Direction;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::fence::fenced;
use crate::metric::text::read_said;
use crate::metric::{Judged, MetricKind, Reading, Scale, Scorer, Setting, SettingError, listed};

pub(super) const KIND: MetricKind = MetricKind {
    name: "sql",
    version: 1,
    title: "the answer is one statement of SQL, on the tables it may use",
    doc: include_str!("../../../doc/metric/sql.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[
        Setting::new(
            "schema",
            "a script in SQLite's dialect that makes the tables; only the syntax counts when absent",
        ),
        Setting::new("tables", "the tables that may be used; all of the schema when absent; needs `schema`"),
        Setting::new("read_only", "whether nothing may be written; `false` when absent; needs `schema`"),
    ],
    build,
};

#[derive(Deserialize)]
struct Settings {
    schema: Option<String>,
    tables: Option<Vec<String>>,
    #[serde(default)]
    read_only: bool,
}

struct Sql {
    schema: WorldSeed,
    /// Whether `schema` is only a place to parse in, so that nothing can be said of names.
    is_bare: bool,
    tables: Option<Vec<String>>,
    read_only: bool,
}

fn build(settings: &Map<String, Value>) -> Result<Arc<dyn Scorer>, SettingError> {
    let Settings { schema, tables, read_only } = SettingError::read(settings)?;
    for (name, is_set) in [("tables", tables.is_some()), ("read_only", read_only)] {
        if is_set && schema.is_none() {
            return Err(SettingError::at(
                name,
                format!("`{name}` needs `schema`: without tables only the syntax counts"),
            ));
        }
    }
    let is_bare = schema.is_none();
    let broken = |error| SettingError::at("schema", format!("`schema` cannot be made: {error}"));
    let schema = WorldSeed::build("schema", schema.as_deref().unwrap_or_default()).map_err(broken)?;
    Ok(Arc::new(Sql { schema, is_bare, tables, read_only }))
}

impl Scorer for Sql {
    fn read(&self, judged: &Judged<'_>) -> Reading {
        read_said(judged, |said| Reading::judged(self.kept(fenced(said))))
    }
}

impl Sql {
    fn kept(&self, sql: &str) -> Result<String, String> {
        let examined = match self.schema.examine(sql) {
            // What is missing is only looked for once the whole statement has been read.
            Err(message) if self.is_bare && message.starts_with("no such ") => return Ok(String::new()),
            other => other.map_err(|message| format!("the answer is no SQL for these tables: {message}"))?,
        };
        if self.read_only && !examined.is_read_only {
            return Err("the statement writes".to_owned());
        }
        let may = |used: &&String| self.tables.iter().flatten().any(|table| table.eq_ignore_ascii_case(used));
        let others: Vec<&String> = examined.tables.iter().filter(|used| !may(used)).collect();
        if self.tables.is_some() && !others.is_empty() {
            return Err(format!("it uses {}, which it may not", listed(&others)));
        }
        Ok(String::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    const SCHEMA: &str = "create table orders(id text, status text); create table staff(name text, pay real);";

    fn evidence(said: &str, settings: Value) -> Result<(), String> {
        let score = Scene::expecting(json!({})).answers(said).score_with(&KIND, settings);
        if score.value == Some(1.0) { Ok(()) } else { Err(score.evidence) }
    }

    #[test]
    fn names_count_where_there_is_a_schema() {
        let schema = || json!({"schema": SCHEMA});
        assert_eq!(evidence("Here:\n```sql\nselect id from orders;\n```\nDone.", schema()), Ok(()));
        let slip = evidence("select di from orders", schema()).unwrap_err();
        assert_eq!(slip, "the answer is no SQL for these tables: no such column: di");
        assert!(evidence("I would select all orders.", schema()).unwrap_err().contains("syntax error"));
        assert_eq!(evidence("select di from nowhere where soundness(x) > 1", json!({})), Ok(()));
        assert!(evidence("select di from nowhere where (", json!({})).is_err());
        assert!(evidence("select 1; select 2", json!({})).unwrap_err().contains("more than one"));
    }

    #[test]
    fn tables_and_writing_may_be_forbidden() {
        let only = || json!({"schema": SCHEMA, "tables": ["Orders"], "read_only": true});
        assert_eq!(evidence("with o as (select id from orders) select * from o", only()), Ok(()));
        let hidden = evidence("select id from orders where id in (select name from staff)", only());
        assert_eq!(hidden.unwrap_err(), "it uses `staff`, which it may not");
        assert_eq!(evidence("delete from orders", only()).unwrap_err(), "the statement writes");
    }

    #[test]
    fn settings_that_cannot_be_meant_are_refused() {
        for (settings, why) in [
            (json!({"read_only": true}), "`read_only` needs `schema`"),
            (json!({"schema": "create tabel x"}), "`schema` cannot be made: schema:1:8"),
        ] {
            let error = KIND.with(settings.as_object().unwrap().clone()).unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        }
    }
}

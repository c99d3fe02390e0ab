//! The world: the state that tools act on, a SQLite database made from a seed script once and fresh for every trial.

mod examine;
mod script;
mod statement;
mod table;

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use loopwright_core::{Digest, SourceError, StateImage};
use rusqlite::Connection;
use serde_json::{Map, Value};

pub use self::examine::Examined;
pub use self::table::Table;

use self::statement::{json_of, rows};
use crate::{ToolPart, ToolStatus};

/// Rows of a result that a model is shown at most.
const MOST_ROWS: usize = 50;

/// A world as it is at the beginning of every trial.
#[derive(Debug, Clone)]
pub struct WorldSeed {
    image: StateImage,
}

/// Worlds by the digest of their script, built once and shared.
pub type Worlds = BTreeMap<Digest, Arc<WorldSeed>>;

/// The world cannot be made, looked at, or stored.
#[derive(Debug, thiserror::Error)]
pub enum WorldError {
    /// The seed script is wrong; says where.
    #[error(transparent)]
    Script(Box<SourceError>),
    /// SQLite failed.
    #[error("use the world: {0}")]
    Engine(#[from] rusqlite::Error),
    /// A query gave no row.
    #[error("`{sql}` gives no row")]
    NoRow {
        /// The query.
        sql: String,
    },
}

impl WorldSeed {
    /// Runs the seed script `sql` of `file` in an empty database.
    ///
    /// # Errors
    /// When the script fails; the error names the place in it.
    pub fn build(file: &str, sql: &str) -> Result<Self, WorldError> {
        let mut connection = Connection::open_in_memory()?;
        script::run(&connection, file, sql).map_err(WorldError::Script)?;
        let image = StateImage::new(&*connection.serialize("main")?);
        Ok(Self { image })
    }

    /// The state at the beginning.
    pub fn image(&self) -> &StateImage {
        &self.image
    }

    /// Tries whether SQLite understands each of `statements` on this world, without running any.
    ///
    /// # Errors
    /// The place of the first that it does not, from 0, and what SQLite says.
    pub fn check<'a>(&self, statements: impl IntoIterator<Item = &'a str>) -> Result<(), (usize, String)> {
        let world = World::at(&self.image).map_err(|error| (0, error.to_string()))?;
        let connection = world.lock();
        for (place, sql) in statements.into_iter().enumerate() {
            connection.prepare(sql).map_err(|error| (place, script::message(&error)))?;
        }
        Ok(())
    }
}

impl WorldSeed {
    /// What SQLite knows of the one statement `sql` on this world, without running it.
    ///
    /// # Errors
    /// What SQLite says, when `sql` is not one statement that it understands here.
    pub fn examine(&self, sql: &str) -> Result<Examined, String> {
        let world = World::at(&self.image).map_err(|error| error.to_string())?;
        examine::examine(&mut world.lock(), sql)
    }
}

/// The world of one trial.
#[derive(Debug)]
pub struct World {
    connection: Mutex<Connection>,
    begin: StateImage,
}

/// What a tool did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolOutput {
    /// What the model is told.
    pub text: String,
    /// How it went.
    pub status: ToolStatus,
}

impl World {
    /// A fresh world, with `setup` (SQL) run in it.
    ///
    /// # Errors
    /// When SQLite refuses the image or the set-up.
    pub fn open(seed: &WorldSeed, setup: Option<&str>) -> Result<Self, WorldError> {
        let world = Self::at(&seed.image)?;
        if let Some(setup) = setup {
            script::run(&world.lock(), "setup", setup).map_err(WorldError::Script)?;
        }
        Ok(world)
    }

    /// The world as it was when `image` was taken.
    ///
    /// # Errors
    /// When SQLite refuses the image.
    pub fn at(image: &StateImage) -> Result<Self, WorldError> {
        let mut connection = Connection::open_in_memory()?;
        connection.deserialize_read_exact("main", Cursor::new(&image.bytes), image.bytes.len(), false)?;
        Ok(Self { connection: Mutex::new(connection), begin: image.clone() })
    }

    /// Carries out `tool` with checked `arguments`, all of it or nothing.
    pub fn call(&self, tool: &ToolPart, arguments: &Map<String, Value>) -> ToolOutput {
        let mut connection = self.lock();
        let outcome = connection.transaction().and_then(|transaction| {
            let outcome = carry_out(&transaction, tool, arguments)?;
            if outcome.status == ToolStatus::Done {
                transaction.commit()?
            } else {
                transaction.rollback()?
            }
            Ok(outcome)
        });
        outcome.unwrap_or_else(|error| ToolOutput {
            text: format!("error: the tool `{}` is broken: {}", tool.name, script::message(&error)),
            status: ToolStatus::Broken,
        })
    }

    /// The first column of the first row of `sql`.
    ///
    /// # Errors
    /// When the query fails or gives no row.
    pub fn scalar(&self, sql: &str) -> Result<Value, WorldError> {
        let connection = self.lock();
        let mut statement = connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        match rows.next()? {
            Some(row) => Ok(json_of(row.get_ref(0)?)),
            None => Err(WorldError::NoRow { sql: sql.to_owned() }),
        }
    }

    /// All tables by name, each with its rows; without those that SQLite keeps for itself.
    ///
    /// # Errors
    /// When SQLite cannot read one.
    pub fn tables(&self) -> Result<Vec<Table>, WorldError> {
        Ok(table::tables(&self.lock())?)
    }

    /// The state now. Costs nothing when nothing was written.
    ///
    /// # Errors
    /// When SQLite cannot serialise it.
    pub fn image(&self) -> Result<StateImage, WorldError> {
        let mut connection = self.lock();
        if connection.total_changes() == 0 {
            return Ok(self.begin.clone());
        }
        Ok(StateImage::new(&*connection.serialize("main")?))
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn carry_out(
    connection: &Connection,
    tool: &ToolPart,
    arguments: &Map<String, Value>,
) -> Result<ToolOutput, rusqlite::Error> {
    for requirement in &tool.requires {
        if rows(connection, &requirement.sql, tool, arguments)?.0.is_empty() {
            return Ok(refused(&requirement.otherwise));
        }
    }
    let (mut found, mut changed) = (vec![], 0);
    for sql in &tool.statements {
        (found, changed) = rows(connection, sql, tool, arguments)?;
    }
    if found.is_empty() && changed == 0 {
        return Ok(refused(if tool.empty.is_empty() { "nothing was found" } else { &tool.empty }));
    }
    let text = if found.is_empty() { format!("done: {changed} changed") } else { shown(found) };
    Ok(ToolOutput { text, status: ToolStatus::Done })
}

fn refused(reason: &str) -> ToolOutput {
    ToolOutput { text: format!("error: {reason}"), status: ToolStatus::Refused }
}

fn shown(mut found: Vec<Value>) -> String {
    let all = found.len();
    found.truncate(MOST_ROWS);
    let text = Value::Array(found).to_string();
    if all > MOST_ROWS { format!("{text} (the first {MOST_ROWS} of {all} rows)") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::collections::BTreeSet;

    const SEED: &str = "create table orders(id text, status text);\ninsert into orders values ('A-1', 'processing');";

    fn cancel() -> ToolPart {
        serde_json::from_value(json!({
            "name": "cancel", "effect": "write",
            "parameters": {"id": {"type": "string"}},
            "requires": [{"sql": "select 1 from orders where id = :id and status = 'processing'",
                          "otherwise": "it has been sent"}],
            "statements": ["update orders set status = 'cancelled' where id = :id",
                           "select id, status from orders where id = :id"],
        }))
        .unwrap()
    }

    fn id(text: &str) -> Map<String, Value> {
        json!({"id": text}).as_object().unwrap().clone()
    }

    #[test]
    fn every_trial_begins_afresh() {
        let seed = WorldSeed::build("w.sql", SEED).unwrap();
        for _ in 0..2 {
            let world = World::open(&seed, None).unwrap();
            assert_eq!(world.image().unwrap(), *seed.image());
            let output = world.call(&cancel(), &id("A-1"));
            assert_eq!(output.text, r#"[{"id":"A-1","status":"cancelled"}]"#);
            assert_ne!(world.image().unwrap().digest, seed.image().digest);
            let again = World::at(&world.image().unwrap()).unwrap();
            assert_eq!(again.scalar("select status from orders").unwrap(), json!("cancelled"));
        }
    }

    #[test]
    fn a_refused_call_changes_nothing() {
        let seed = WorldSeed::build("w.sql", SEED).unwrap();
        let world = World::open(&seed, Some("update orders set status = 'shipped'")).unwrap();
        let output = world.call(&cancel(), &id("A-1"));
        assert_eq!((output.text.as_str(), output.status), ("error: it has been sent", ToolStatus::Refused));
        assert_eq!(world.scalar("select status from orders").unwrap(), json!("shipped"));
    }

    #[test]
    fn a_broken_script_names_the_place() {
        let script = "create table a(x);\n-- it's fine; really\ninsert into b values (1);\n";
        let Err(WorldError::Script(fault)) = WorldSeed::build("w.sql", script) else { panic!("no fault") };
        assert_eq!(fault.to_string(), "w.sql:3:1: no such table: b");
        let seed = WorldSeed::build("w.sql", SEED).unwrap();
        let Err(WorldError::Script(fault)) = World::open(&seed, Some("oops")) else { panic!("no fault") };
        assert!(fault.to_string().starts_with("setup:1:1: "), "{fault}");
    }

    #[test]
    fn a_writing_statement_may_give_rows() {
        let seed = WorldSeed::build("w.sql", SEED).unwrap();
        let statements = vec!["update orders set status = 'lost' where id = :id returning status".into()];
        let tool = ToolPart { statements, ..cancel() };
        let output = World::open(&seed, None).unwrap().call(&tool, &id("A-1"));
        assert_eq!((output.text.as_str(), output.status), (r#"[{"status":"lost"}]"#, ToolStatus::Done));
    }

    #[test]
    fn a_statement_keeps_nothing_of_its_last_call() {
        let look = json!({
            "name": "look", "effect": "read",
            "parameters": {"id": {"type": "string", "required": false}},
            "statements": ["select * from orders where id = ifnull(:id, 'A-2')"],
        });
        let widen = json!({"name": "widen", "effect": "write", "statements": [
            "alter table orders add column gift int", "update orders set gift = 1"]});
        let [look, widen]: [ToolPart; 2] = [look, widen].map(|tool| serde_json::from_value(tool).unwrap());
        let seed = WorldSeed::build("w.sql", SEED).unwrap();
        let world = World::open(&seed, Some("insert into orders values ('A-2', 'lost')")).unwrap();
        assert_eq!(world.call(&look, &id("A-1")).text, r#"[{"id":"A-1","status":"processing"}]"#);
        assert_eq!(world.call(&look, &Map::new()).text, r#"[{"id":"A-2","status":"lost"}]"#);
        assert_eq!(world.call(&widen, &Map::new()).status, ToolStatus::Done);
        assert_eq!(world.call(&look, &id("A-1")).text, r#"[{"gift":1,"id":"A-1","status":"processing"}]"#);
    }

    #[test]
    fn a_slip_in_a_tool_is_found_without_running_it() {
        let seed = WorldSeed::build("w.sql", SEED).unwrap();
        assert_eq!(seed.check(cancel().statements.iter().map(String::as_str)), Ok(()));
        let slip = seed.check(["delete from orders", "select statsu from orders"]);
        assert_eq!(slip, Err((1, "no such column: statsu".to_owned())));
    }

    #[test]
    fn a_statement_is_known_before_it_is_run() {
        let seed = WorldSeed::build("w.sql", &format!("{SEED} create view open as select id from orders;")).unwrap();
        let examined = |sql: &str| seed.examine(sql).map(|found| (found.is_read_only, found.tables.len()));
        assert_eq!(examined("with o as (select * from orders) select count(*) from o"), Ok((true, 1)));
        assert_eq!(seed.examine("delete from orders returning id").unwrap().tables, BTreeSet::from(["orders".into()]));
        assert_eq!(examined("delete from orders").map(|found| found.0), Ok(false));
        assert_eq!(examined("select 1; drop table orders"), Err("it is more than one statement".to_owned()));
        assert_eq!(examined(" -- nothing"), Err("it holds no statement".to_owned()));
        assert_eq!(examined("select * from order"), Err("near \"order\": syntax error".to_owned()));
        assert!(seed.examine("select id from open").unwrap().tables.contains("orders"));
    }

    #[test]
    fn a_broken_tool_is_told_apart() {
        let seed = WorldSeed::build("w.sql", SEED).unwrap();
        let tool = ToolPart { statements: vec!["select nothing from nowhere".into()], requires: vec![], ..cancel() };
        assert_eq!(World::open(&seed, None).unwrap().call(&tool, &id("A-1")).status, ToolStatus::Broken);
    }
}

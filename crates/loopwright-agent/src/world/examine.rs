use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::{Connection, Error};

use super::script::message;

/// What SQLite knows of a statement before it is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// Whether it writes nothing.
    pub is_read_only: bool,
    /// The tables that it reads or writes, views and common table expressions resolved.
    pub tables: BTreeSet<String>,
}

/// Prepares the one statement `sql`, and runs nothing.
pub(super) fn examine(connection: &mut Connection, sql: &str) -> Result<Examined, String> {
    let seen: Arc<Mutex<BTreeSet<String>>> = Arc::default();
    let noted = Arc::clone(&seen);
    let note = move |context: AuthContext<'_>| {
        if let Some(table) = table(&context.action) {
            noted.lock().unwrap_or_else(PoisonError::into_inner).insert(table.to_owned());
        }
        Authorization::Allow
    };
    connection.authorizer(Some(note)).map_err(|error| message(&error))?;
    let statement = connection.prepare(sql).map_err(|error| match error {
        Error::MultipleStatement => "it is more than one statement".to_owned(),
        Error::Empty => "it holds no statement".to_owned(),
        other => message(&other),
    })?;
    let tables = seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
    // SQLite counts what begins and ends a transaction as reading.
    Ok(Examined { is_read_only: statement.readonly(), tables })
}

/// The table that `action` is about. What SQLite reads of its own schema, it reads for whoever changes that.
fn table<'a>(action: &AuthAction<'a>) -> Option<&'a str> {
    match action {
        AuthAction::Read { table_name, .. }
        | AuthAction::Update { table_name, .. }
        | AuthAction::Insert { table_name }
        | AuthAction::Delete { table_name }
        | AuthAction::CreateTable { table_name }
        | AuthAction::DropTable { table_name }
        | AuthAction::AlterTable { table_name, .. } => Some(table_name),
        _ => None,
    }
}

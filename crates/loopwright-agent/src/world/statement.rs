//! One statement of a tool: its parameters bound, its rows as JSON.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Statement, ToSql};
use serde_json::{Map, Value};

use crate::ToolPart;

/// The rows that `sql` gives, and how many it changed.
pub(super) fn rows(
    connection: &Connection,
    sql: &str,
    tool: &ToolPart,
    arguments: &Map<String, Value>,
) -> Result<(Vec<Value>, u64), rusqlite::Error> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, tool, arguments)?;
    let mut rows = statement.raw_query();
    let mut names: Option<Vec<String>> = None;
    let mut found = vec![];
    while let Some(row) = rows.next()? {
        // A statement that was compiled before a tool changed the tables is compiled anew at its first step.
        let names = names.get_or_insert_with(|| row.as_ref().column_names().map(str::to_owned).collect());
        let fields = names.iter().enumerate().map(|(at, name)| Ok((name.clone(), json_of(row.get_ref(at)?))));
        found.push(Value::Object(fields.collect::<Result<_, rusqlite::Error>>()?));
    }
    drop(rows);
    // SQLite keeps the count of the last change until the next one.
    let changed = if statement.readonly() { 0 } else { connection.changes() };
    Ok((found, changed))
}

fn bind(statement: &mut Statement<'_>, tool: &ToolPart, arguments: &Map<String, Value>) -> Result<(), rusqlite::Error> {
    for index in 1..=statement.parameter_count() {
        let name = statement.parameter_name(index).map(|name| name[1..].to_owned()).unwrap_or_default();
        let default = || tool.parameters.get(&name).and_then(|parameter| parameter.default.as_ref());
        let value = arguments.get(&name).or_else(default).unwrap_or(&Value::Null);
        statement.raw_bind_parameter(index, bound(value))?;
    }
    Ok(())
}

fn bound(value: &Value) -> Box<dyn ToSql> {
    match value {
        Value::Null => Box::new(None::<i64>),
        Value::Bool(yes) => Box::new(*yes),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => Box::new(whole),
            None => Box::new(number.as_f64()),
        },
        Value::String(text) => Box::new(text.clone()),
        nested => Box::new(nested.to_string()),
    }
}

/// `value` as JSON; a blob is told by its length.
pub(super) fn json_of(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::from(number),
        ValueRef::Real(number) => Value::from(number),
        ValueRef::Text(text) => Value::from(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::from(format!("<{} bytes>", bytes.len())),
    }
}

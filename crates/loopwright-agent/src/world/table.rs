use rusqlite::Connection;
use rusqlite::types::ValueRef;
use serde_json::{Map, Value};

use super::statement::json_of;

/// The rows of one table of a world.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// What it is called.
    pub name: String,
    /// Its rows, in no order that means anything: column → value. A blob is its bytes in SQL's notation, `x'00ff'`.
    pub rows: Vec<Map<String, Value>>,
}

/// All tables of `connection` by name, without those that SQLite keeps for itself.
pub(super) fn tables(connection: &Connection) -> Result<Vec<Table>, rusqlite::Error> {
    let of_users = r"select name from sqlite_schema where type = 'table' and name not like 'sqlite\_%' escape '\'";
    let mut statement = connection.prepare(&format!("{of_users} order by name"))?;
    let names: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    names.into_iter().map(|name| Ok(Table { rows: rows(connection, &name)?, name })).collect()
}

fn rows(connection: &Connection, table: &str) -> Result<Vec<Map<String, Value>>, rusqlite::Error> {
    let mut statement = connection.prepare(&format!("select * from \"{}\"", table.replace('"', "\"\"")))?;
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let row = |row: &rusqlite::Row<'_>| {
        let fields = columns.iter().enumerate();
        fields.map(|(at, column)| Ok((column.clone(), exact(row.get_ref(at)?)))).collect()
    };
    statement.query_map([], row)?.collect()
}

/// `value` as JSON, with all of a blob: two of one length are not the same.
fn exact(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Blob(bytes) => {
            let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            Value::from(format!("x'{digits}'"))
        }
        other => json_of(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn all_rows_of_all_tables() {
        let connection = Connection::open_in_memory().unwrap();
        let script = r#"create table "odd ""name"(id integer primary key autoincrement, raw blob);
            insert into "odd ""name"(raw) values (x'00ff'), (null);
            create table a(price real, note text);
            create view v as select * from a;
            create index i on a(note);"#;
        connection.execute_batch(script).unwrap();
        let found = tables(&connection).unwrap();
        assert_eq!(found[0], Table { name: "a".to_owned(), rows: vec![] });
        let rows = json!([{"id": 1, "raw": "x'00ff'"}, {"id": 2, "raw": null}]);
        assert_eq!((found[1].name.as_str(), json!(found[1].rows)), ("odd \"name", rows));
        assert_eq!(found.len(), 2, "neither views nor what SQLite counts with");
    }
}

//! Runs a script of SQL statement by statement, so that a fault can be shown where it stands.

use loopwright_core::SourceError;
use rusqlite::fallible_iterator::FallibleIterator as _;
use rusqlite::{Batch, Connection, Error, Statement};

/// Runs `sql`, which the person who wrote it knows as `file`. What ran before a fault stays done.
pub(super) fn run(connection: &Connection, file: &str, sql: &str) -> Result<(), Box<SourceError>> {
    let mut batch = Batch::new(connection, sql);
    let mut begin = 0;
    loop {
        match batch.next() {
            Ok(None) => return Ok(()),
            Ok(Some(mut statement)) => {
                let text = statement.expanded_sql().unwrap_or_default();
                begin += sql[begin..].find(&text).unwrap_or(0);
                exhaust(&mut statement).map_err(|error| located(file, sql, begin, &error))?;
                begin += text.len();
            }
            Err(error) => return Err(located(file, sql, begin, &error)),
        }
    }
}

/// A statement of a script may give rows, as some pragmas do; nobody reads them.
fn exhaust(statement: &mut Statement<'_>) -> Result<(), Error> {
    let mut rows = statement.raw_query();
    while rows.next()?.is_some() {}
    Ok(())
}

/// The fault `error` of the statement that begins at byte `begin` of `sql`. Where SQLite names a place in it, the fault
/// stands there, otherwise at the statement's first word.
fn located(file: &str, sql: &str, begin: usize, error: &Error) -> Box<SourceError> {
    let start = match error {
        Error::SqlInputError { sql: rest, offset, .. } => {
            sql.len() - rest.len() + usize::try_from(*offset).unwrap_or(0).min(rest.len())
        }
        _ => first_word(sql, begin),
    };
    let end = sql[start..].find(|c: char| c.is_whitespace() || c == ';').map_or(sql.len(), |at| start + at);
    let (file, text) = (file.to_owned(), sql.to_owned());
    Box::new(SourceError { file, text, first_line: 1, span: start..end, message: message(error), hint: None })
}

/// Where the first word from byte `from` of `sql` on begins, after white space and comments.
fn first_word(sql: &str, from: usize) -> usize {
    let mut rest = &sql[from..];
    loop {
        rest = rest.trim_start();
        let comment = match rest.get(..2) {
            Some("--") => rest.find('\n'),
            Some("/*") => rest.find("*/").map(|at| at + 2),
            _ => return sql.len() - rest.len(),
        };
        rest = comment.map_or("", |end| &rest[end..]);
    }
}

/// What SQLite says, without the statement, which stands beside it.
pub(super) fn message(error: &Error) -> String {
    match error {
        Error::SqlInputError { msg, .. } => msg.clone(),
        Error::SqliteFailure(_, Some(msg)) => msg.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(sql: &str) -> (usize, String, String) {
        let connection = Connection::open_in_memory().unwrap();
        let fault = run(&connection, "w.sql", sql).unwrap_err();
        (fault.position().0, sql[fault.span.clone()].to_owned(), fault.message)
    }

    #[test]
    fn a_fault_stands_on_the_word_that_is_wrong() {
        let script = "create table a(x);\n-- it's fine; really\n/* and; so on */ insert into b values (1);\n";
        assert_eq!(fault(script), (3, "insert".into(), "no such table: b".into()));
        let script = "create table a(x);\ninsert into a (y) values (';');";
        assert_eq!(fault(script), (2, "insert".into(), "table a has no column named y".into()));
        assert_eq!(fault("create table a(x);\nselect z\n from a;").1, "z");
        assert_eq!(fault(";\ncreate tabel a(x);").1, "tabel");
    }

    #[test]
    fn a_statement_that_fails_when_it_runs_is_found_too() {
        let script = "create table a(x unique);\ninsert into a values ('é; 1');\n\n insert into a values ('é; 1');";
        assert_eq!(fault(script), (4, "insert".into(), "UNIQUE constraint failed: a.x".into()));
    }

    #[test]
    fn statements_may_hold_semicolons_and_give_rows() {
        let script = "create table a(x); create trigger t after insert on a begin delete from a; select 1; end;
                      pragma table_info(a); insert into a values (1); -- the end";
        let connection = Connection::open_in_memory().unwrap();
        run(&connection, "w.sql", script).unwrap();
        let left: i64 = connection.query_row("select count(*) from a", [], |row| row.get(0)).unwrap();
        assert_eq!(left, 0);
    }
}

//! Budgets.
//!
//! A reservation whose process died is never settled. It stays counted: the call it was made for may have been billed.

use loopwright_core::{BoxFuture, LedgerError, Quota, QuotaError, Reservation};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::column::{count, integer, optional_count};
use crate::fault::Fault;
use crate::store::Store;

impl Quota for Store {
    fn limit<'a>(&'a self, key: &'a str, limit: u64) -> BoxFuture<'a, Result<(), LedgerError>> {
        let key = key.to_owned();
        self.write(move |database| set_limit(database, &key, limit))
    }

    fn reserve<'a>(&'a self, key: &'a str, amount: u64) -> BoxFuture<'a, Result<Reservation, QuotaError>> {
        let reservation = Reservation { key: key.to_owned(), amount };
        Box::pin(async move {
            let asked = reservation.clone();
            match self.write(move |database| set_aside(database, &asked)).await? {
                Grant::Given => Ok(reservation),
                Grant::Exhausted { left } => {
                    Err(QuotaError::Exhausted { key: reservation.key, left, asked: reservation.amount })
                }
            }
        })
    }

    fn settle(&self, reservation: Reservation, used: u64) -> BoxFuture<'_, Result<(), LedgerError>> {
        self.write(move |database| settle(database, &reservation, used))
    }
}

/// The answer to a reservation.
enum Grant {
    Given,
    Exhausted { left: u64 },
}

/// A budget's row.
#[derive(Default)]
struct Budget {
    most: Option<u64>,
    reserved: u64,
    used: u64,
}

fn budget(row: &Row<'_>) -> Result<Budget, Fault> {
    Ok(Budget { most: optional_count(row, 0)?, reserved: count(row, 1)?, used: count(row, 2)? })
}

fn find(database: &Connection, key: &str) -> Result<Budget, Fault> {
    let mut statement = database.prepare_cached("SELECT most, reserved, used FROM quota WHERE key = ?1")?;
    let found = statement.query_row([key], |row| Ok(budget(row))).optional()?;
    found.transpose().map(Option::unwrap_or_default)
}

/// Sums are made here and not in SQL, where a sum beyond 63 bits would turn into a floating-point number.
fn put(database: &Connection, key: &str, budget: &Budget) -> Result<(), Fault> {
    let sql = "INSERT INTO quota (key, most, reserved, used) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT (key) DO UPDATE SET most = excluded.most, reserved = excluded.reserved, used = excluded.used";
    let Budget { most, reserved, used } = budget;
    let row = params![key, most.map(integer), integer(*reserved), integer(*used)];
    database.prepare_cached(sql)?.execute(row)?;
    Ok(())
}

fn set_limit(database: &Connection, key: &str, limit: u64) -> Result<(), Fault> {
    put(database, key, &Budget { most: Some(limit), ..find(database, key)? })
}

fn set_aside(database: &Connection, asked: &Reservation) -> Result<Grant, Fault> {
    let mut budget = find(database, &asked.key)?;
    if let Some(most) = budget.most {
        let left = most.saturating_sub(budget.used.saturating_add(budget.reserved));
        if asked.amount > left {
            return Ok(Grant::Exhausted { left });
        }
    }
    budget.reserved = budget.reserved.saturating_add(asked.amount);
    put(database, &asked.key, &budget)?;
    Ok(Grant::Given)
}

fn settle(database: &Connection, reservation: &Reservation, used: u64) -> Result<(), Fault> {
    let mut budget = find(database, &reservation.key)?;
    budget.reserved = budget.reserved.saturating_sub(reservation.amount);
    budget.used = budget.used.saturating_add(used);
    put(database, &reservation.key, &budget)
}

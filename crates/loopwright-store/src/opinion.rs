//! Opinions: what was asked about a trial in order to score it, and what that cost.

use loopwright_core::{Cost, Opinion, Said, TrialKey};
use rusqlite::{Connection, OptionalExtension, params};

use crate::column::{integer, packed_json, unpacked_json};
use crate::fault::Fault;

/// An opinion on its way into the table.
pub(crate) struct OpinionRow {
    trial: TrialKey,
    question: [u8; 32],
    answered: bool,
    cost: Cost,
    body: Vec<u8>,
}

impl OpinionRow {
    /// The row of `opinion`.
    pub(crate) fn of(opinion: &Opinion) -> Result<Self, Fault> {
        let Opinion { trial, question, said, cost, .. } = opinion;
        let answered = matches!(said, Said::Answer(_));
        let body = packed_json(opinion)?;
        Ok(Self { trial: *trial, question: *question.as_bytes(), answered, cost: *cost, body })
    }
}

/// Adds an opinion of a trial that is recorded. What was answered is left as it is; what was asked in vain may be answered
/// later, and its cost stays in the sum.
pub(crate) fn insert(database: &Connection, row: &OpinionRow) -> Result<(), Fault> {
    let Some((run, is_sealed)) = run_of(database, &row.trial)? else {
        return Err(Fault::Refused(format!("an opinion on the trial `{}`, which is not recorded", row.trial)));
    };
    let sql = "INSERT INTO opinion (run, trial, question, answered, body,
                                    input, cached, output, reasoning, money, energy)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
               ON CONFLICT (trial, question) DO UPDATE SET answered = excluded.answered, body = excluded.body,
                 input = input + excluded.input, cached = cached + excluded.cached,
                 output = output + excluded.output, reasoning = reasoning + excluded.reasoning,
                 money = money + excluded.money, energy = energy + excluded.energy
               WHERE answered = 0";
    let usage = row.cost.usage;
    database.prepare_cached(sql)?.execute(params![
        run,
        row.trial.0.as_bytes(),
        row.question,
        row.answered,
        (!is_sealed).then_some(&row.body),
        integer(usage.input()),
        integer(usage.cached()),
        integer(usage.output()),
        integer(usage.reasoning()),
        row.cost.money.map(|money| integer(money.0)),
        row.cost.energy.map(|energy| integer(energy.0)),
    ])?;
    Ok(())
}

/// The run of the trial, and whether it looks at the vault.
fn run_of(database: &Connection, trial: &TrialKey) -> Result<Option<(i64, bool)>, Fault> {
    let sql = "SELECT run, 0 FROM trial WHERE key = ?1 UNION ALL SELECT run, 1 FROM sealed_trial WHERE key = ?1";
    let mut statement = database.prepare_cached(sql)?;
    Ok(statement.query_row([trial.0.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// What was asked about the trial, in the order in which it was recorded.
pub(crate) fn select(database: &Connection, trial: &TrialKey) -> Result<Vec<Opinion>, Fault> {
    let sql = "SELECT body FROM opinion WHERE trial = ?1 AND body IS NOT NULL ORDER BY id";
    let mut statement = database.prepare_cached(sql)?;
    let mut rows = statement.query([trial.0.as_bytes()])?;
    let mut opinions = vec![];
    while let Some(row) = rows.next()? {
        opinions.push(unpacked_json(row, 0)?);
    }
    Ok(opinions)
}

//! Scores: one row each, so that a missing row is work left and a new gold answer re-runs no agent.

use loopwright_core::{MetricId, Score, ScoreQuery, TrialKey, Verdict};
use rusqlite::{Connection, Row, params};

use crate::column::{digest, enumerated, json, parsed, to_json};
use crate::fault::Fault;
use crate::trial::{Kept, locate};

/// Adds a score of a trial that is recorded. A score of a sealed trial is not kept.
pub(crate) fn insert(database: &Connection, score: &Score) -> Result<(), Fault> {
    match locate(database, &score.trial)? {
        Some(Kept::Open(trial)) => insert_for(database, trial, score),
        Some(Kept::Sealed) => Ok(()),
        None => {
            let (metric, trial) = (&score.metric.name, score.trial);
            Err(Fault::Refused(format!("`{metric}` scores the trial `{trial}`, which is not recorded")))
        }
    }
}

/// Adds a score of the open trial in row `trial`. A score is left as it is; what could not be scored may be scored later.
pub(crate) fn insert_for(database: &Connection, trial: i64, score: &Score) -> Result<(), Fault> {
    let sql = "INSERT INTO score (trial, metric, expectation, name, value, verdict, reason, evidence)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO UPDATE SET value = excluded.value, verdict = excluded.verdict, reason = excluded.reason,
                 evidence = excluded.evidence
               WHERE verdict = 'unscored' AND excluded.verdict <> 'unscored'";
    let (verdict, reason) = match &score.verdict {
        Verdict::Pass => ("pass", None),
        Verdict::Fail => ("fail", None),
        Verdict::Measured => ("measured", None),
        Verdict::Unscored(reason) => ("unscored", Some(to_json(reason)?)),
    };
    database.prepare_cached(sql)?.execute(params![
        trial,
        score.metric.digest.as_bytes(),
        score.expectation.as_bytes(),
        score.metric.name.as_str(),
        score.value,
        verdict,
        reason,
        score.evidence,
    ])?;
    Ok(())
}

/// Refuses a value that SQLite would keep as "unscored" (NaN) or that JSON could not carry on (infinity).
pub(crate) fn check(score: &Score) -> Result<(), Fault> {
    match score.value {
        Some(value) if !value.is_finite() => {
            let metric = &score.metric.name;
            Err(Fault::Refused(format!("`{metric}` gave the value `{value}`, which is not a number to record")))
        }
        _ => Ok(()),
    }
}

/// The scores that `query` asks for, in plan order of their trials.
pub(crate) fn select(database: &Connection, query: &ScoreQuery) -> Result<Vec<Score>, Fault> {
    let sql = "SELECT t.key, s.name, s.metric, s.expectation, s.value, s.verdict, s.reason, s.evidence
               FROM run AS r JOIN trial AS t ON t.run = r.id JOIN score AS s ON s.trial = t.id
               WHERE r.name = ?1 AND (?2 IS NULL OR s.name = ?2) AND (?3 IS NULL OR t.key = ?3)
               ORDER BY t.idx, t.id, s.name, s.metric, s.expectation";
    let metric = query.metric.as_ref().map(loopwright_core::MetricName::as_str);
    let trial = query.trial.as_ref().map(|trial| trial.0.as_bytes());
    let mut statement = database.prepare_cached(sql)?;
    let mut rows = statement.query(params![query.run.as_str(), metric, trial])?;
    let mut scores = vec![];
    while let Some(row) = rows.next()? {
        scores.push(score(row)?);
    }
    Ok(scores)
}

fn score(row: &Row<'_>) -> Result<Score, Fault> {
    let verdict = match row.get_ref(5)?.as_str().unwrap_or_default() {
        "unscored" => Verdict::Unscored(json(row, 6)?),
        _ => enumerated(row, 5)?,
    };
    Ok(Score {
        trial: TrialKey(digest(row, 0)?),
        metric: MetricId { name: parsed(row, 1)?, digest: digest(row, 2)? },
        expectation: digest(row, 3)?,
        value: row.get(4)?,
        verdict,
        evidence: row.get(7)?,
    })
}

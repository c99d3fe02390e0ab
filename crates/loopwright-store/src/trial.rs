//! Acted trials: the row that lists show, the trace beside it, and the image of the final state.

use loopwright_core::{
    ActedTrial, Cost, Digest, Lack, MicroDollars, MicroJoules, Outcome, Score, StateImage, Trace, TrialKey, TrialQuery,
    TrialSite, Usage,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::column::{
    count, digest, integer, optional_count, optional_json, optional_parsed, packed_json, parsed, small_count, to_json,
    unpacked_json,
};
use crate::fault::Fault;
use crate::run::most;
use crate::{run, score};

/// A trial on its way into the tables: all that costs time is done before the writer sees it.
pub(crate) struct TrialRow {
    /// What it is a trial of.
    pub(crate) site: TrialSite,
    condition: String,
    tags: Option<String>,
    attempts: u32,
    cost: Cost,
    outcome: &'static str,
    duration_ns: u64,
    trace: Vec<u8>,
    state: Option<StateImage>,
}

impl TrialRow {
    /// The row of `trial`.
    ///
    /// # Errors
    /// When a record of it would not read back as it is: a number that is not finite, a condition that does not parse.
    pub(crate) fn of(trial: ActedTrial) -> Result<Self, Fault> {
        let ActedTrial { site, attempts, cost, trace, state } = trial;
        let condition = site.condition.to_string();
        if condition.parse().ok().as_ref() != Some(&site.condition) {
            return Err(Fault::Refused(format!("the condition `{condition}` would not read back")));
        }
        check_numbers(&trace)?;
        let tags = if site.tags.is_empty() { None } else { Some(to_json(&site.tags)?) };
        let (outcome, duration_ns) = (outcome_word(&trace.outcome), trace.duration_ns());
        let trace = packed_json(&trace)?;
        Ok(Self { site, condition, tags, attempts, cost, outcome, duration_ns, trace, state })
    }
}

fn outcome_word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Answered { .. } => "answered",
        Outcome::Stopped { .. } => "stopped",
        Outcome::Failed { .. } => "failed",
        Outcome::Infrastructure { .. } => "infrastructure",
        Outcome::Untouched { .. } => "untouched",
    }
}

/// JSON has no word for an infinite number. Only these two places of a trace can hold one.
fn check_numbers(trace: &Trace) -> Result<(), Fault> {
    let relevance = trace.retrievals().flat_map(|(_, passages, _)| passages).map(|passage| passage.score);
    let temperature = trace.chats().filter_map(|(request, _)| request.temperature);
    match relevance.chain(temperature).find(|number| !number.is_finite()) {
        Some(number) => Err(Fault::Refused(format!("a trace that holds the number `{number}` would not read back"))),
        None => Ok(()),
    }
}

/// Adds a trial with its scores. `false` when its key is there already: then nothing of this one is kept, its scores
/// neither, as they speak of another trace. Of a sealed run only key and cost are kept.
pub(crate) fn insert(database: &Connection, row: &TrialRow, scores: &[Score]) -> Result<bool, Fault> {
    let run = run::find(database, &row.site.run)?;
    if run.sealed {
        return insert_sealed(database, row, run.id);
    }
    let Some(trial) = insert_open(database, row, run.id)? else { return Ok(false) };
    let trace = "INSERT INTO trace (trial, body) VALUES (?1, ?2)";
    database.prepare_cached(trace)?.execute(params![trial, row.trace])?;
    if let Some(state) = &row.state {
        insert_state(database, state)?;
    }
    scores.iter().try_for_each(|score| score::insert_for(database, trial, score))?;
    Ok(true)
}

fn insert_open(database: &Connection, row: &TrialRow, run: i64) -> Result<Option<i64>, Fault> {
    let sql = "INSERT INTO trial (key, run, idx, arm, case_key, group_name, tags, condition, repetition, outcome,
                                  attempts, input, cached, output, reasoning, money, energy, duration_ns, state)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)
               ON CONFLICT (key) DO NOTHING";
    let (site, usage) = (&row.site, row.cost.usage);
    let added = database.prepare_cached(sql)?.execute(params![
        site.key.0.as_bytes(),
        run,
        integer(site.index),
        site.arm.as_str(),
        site.case.as_str(),
        site.group.as_ref().map(loopwright_core::GroupName::as_str),
        row.tags,
        row.condition,
        site.repetition,
        row.outcome,
        row.attempts,
        integer(usage.input()),
        integer(usage.cached()),
        integer(usage.output()),
        integer(usage.reasoning()),
        row.cost.money.map(|money| integer(money.0)),
        row.cost.energy.map(|energy| integer(energy.0)),
        integer(row.duration_ns),
        row.state.as_ref().map(|state| state.digest.as_bytes()),
    ])?;
    Ok((added > 0).then(|| database.last_insert_rowid()))
}

fn insert_sealed(database: &Connection, row: &TrialRow, run: i64) -> Result<bool, Fault> {
    let sql = "INSERT INTO sealed_trial (key, run, idx, attempts, input, cached, output, reasoning, money, energy)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (key) DO NOTHING";
    let usage = row.cost.usage;
    let added = database.prepare_cached(sql)?.execute(params![
        row.site.key.0.as_bytes(),
        run,
        integer(row.site.index),
        row.attempts,
        integer(usage.input()),
        integer(usage.cached()),
        integer(usage.output()),
        integer(usage.reasoning()),
        row.cost.money.map(|money| integer(money.0)),
        row.cost.energy.map(|energy| integer(energy.0)),
    ])?;
    Ok(added > 0)
}

/// Adds what the dead trial at `index` of `run` cost, to what it cost when it died before. Nothing else of it is a fact: it
/// has no result. A price that was unknown once stays unknown.
pub(crate) fn insert_dead(database: &Connection, run: i64, index: u64, cost: &Cost) -> Result<(), Fault> {
    let sql = "INSERT INTO dead_trial (run, idx, input, cached, output, reasoning, money, energy)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
               ON CONFLICT DO UPDATE SET input = input + excluded.input, cached = cached + excluded.cached,
                 output = output + excluded.output, reasoning = reasoning + excluded.reasoning,
                 money = money + excluded.money, energy = energy + excluded.energy";
    let usage = cost.usage;
    database.prepare_cached(sql)?.execute(params![
        run,
        integer(index),
        integer(usage.input()),
        integer(usage.cached()),
        integer(usage.output()),
        integer(usage.reasoning()),
        cost.money.map(|money| integer(money.0)),
        cost.energy.map(|energy| integer(energy.0)),
    ])?;
    Ok(())
}

/// Most trials of a suite end in one of few states, so it is worth to look before the bytes are handed over.
fn insert_state(database: &Connection, state: &StateImage) -> Result<(), Fault> {
    let digest = state.digest.as_bytes();
    if database.prepare_cached("SELECT 1 FROM state_image WHERE digest = ?1")?.exists([digest])? {
        return Ok(());
    }
    let sql = "INSERT INTO state_image (digest, bytes) VALUES (?1, ?2)";
    database.prepare_cached(sql)?.execute(params![digest, &*state.bytes])?;
    Ok(())
}

/// The columns of a [`TrialSite`], from 0.
const SITE: &str = "t.key, r.name, t.idx, t.arm, t.case_key, t.group_name, t.tags, t.condition, t.repetition";

fn site(row: &Row<'_>) -> Result<TrialSite, Fault> {
    Ok(TrialSite {
        key: TrialKey(digest(row, 0)?),
        run: parsed(row, 1)?,
        index: count(row, 2)?,
        arm: parsed(row, 3)?,
        case: parsed(row, 4)?,
        group: optional_parsed(row, 5)?,
        tags: optional_json(row, 6)?.unwrap_or_default(),
        condition: parsed(row, 7)?,
        repetition: small_count(row, 8)?,
    })
}

/// The trials that `query` asks for, in plan order.
pub(crate) fn select(database: &Connection, query: &TrialQuery) -> Result<Vec<TrialSite>, Fault> {
    let lacking = query.lacks.as_ref().map_or_else(|| "1".to_owned(), lacking);
    let sql = format!(
        "SELECT {SITE} FROM run AS r JOIN trial AS t ON t.run = r.id
         WHERE r.name = ?1 AND t.idx > ?2 AND (?3 IS NULL OR t.condition = ?3) AND (?4 IS NULL OR t.case_key = ?4)
           AND ({lacking})
         ORDER BY t.idx, t.id LIMIT ?5"
    );
    let after = query.after.map_or(-1, integer);
    let condition = query.condition.as_ref().map(ToString::to_string);
    let case = query.case.as_ref().map(loopwright_core::CaseKey::as_str);
    let mut statement = database.prepare_cached(&sql)?;
    let mut rows = statement.query(params![query.run.as_str(), after, condition, case, most(query.limit)])?;
    let mut sites = vec![];
    while let Some(row) = rows.next()? {
        sites.push(site(row)?);
    }
    Ok(sites)
}

/// The condition under which the trial `t` lacks scores.
fn lacking(lack: &Lack) -> String {
    let scored = if lack.unscored { " AND (s.verdict <> 'unscored' OR s.reason = '\"not_applicable\"')" } else { "" };
    let lacks = |metric: &Digest| {
        // The digest prints as hexadecimal digits and nothing else.
        format!("NOT EXISTS (SELECT 1 FROM score AS s WHERE s.trial = t.id AND s.metric = x'{metric}'{scored})")
    };
    let any: Vec<String> = lack.metrics.iter().map(lacks).collect();
    if any.is_empty() { "0".to_owned() } else { any.join(" OR ") }
}

/// The trial `key`, whole.
pub(crate) fn get(database: &Connection, key: &TrialKey) -> Result<Option<ActedTrial>, Fault> {
    let sql = format!(
        "SELECT {SITE}, t.attempts, t.input, t.cached, t.output, t.reasoning, t.money, t.energy, c.body, t.state,
                s.bytes
         FROM trial AS t JOIN run AS r ON r.id = t.run JOIN trace AS c ON c.trial = t.id
         LEFT JOIN state_image AS s ON s.digest = t.state
         WHERE t.key = ?1"
    );
    let mut statement = database.prepare_cached(&sql)?;
    let mut rows = statement.query([key.0.as_bytes()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let usage = Usage::new(count(row, 10)?, count(row, 11)?, count(row, 12)?, count(row, 13)?);
    let money = optional_count(row, 14)?.map(MicroDollars);
    let energy = optional_count(row, 15)?.map(MicroJoules);
    Ok(Some(ActedTrial {
        site: site(row)?,
        attempts: small_count(row, 9)?,
        cost: Cost { usage, money, energy },
        trace: unpacked_json(row, 16)?,
        state: state(row)?,
    }))
}

fn state(row: &Row<'_>) -> Result<Option<StateImage>, Fault> {
    let Some(bytes) = row.get::<_, Option<Vec<u8>>>(18)? else { return Ok(None) };
    let image = StateImage::new(bytes);
    if image.digest != digest(row, 17)? {
        return Err(Fault::Unreadable("a final state is not what its digest says".to_owned()));
    }
    Ok(Some(image))
}

/// The keys that begin with the hexadecimal digits `prefix`, at most ten, in order.
pub(crate) fn find(database: &Connection, prefix: &str) -> Result<Vec<TrialKey>, Fault> {
    let (Some(low), Some(high)) = (padded(prefix, '0'), padded(prefix, 'f')) else { return Ok(vec![]) };
    let sql = "SELECT key FROM trial WHERE key BETWEEN ?1 AND ?2 ORDER BY key LIMIT 10";
    let mut statement = database.prepare_cached(sql)?;
    let mut rows = statement.query(params![low.0.as_bytes(), high.0.as_bytes()])?;
    let mut keys = vec![];
    while let Some(row) = rows.next()? {
        keys.push(TrialKey(digest(row, 0)?));
    }
    Ok(keys)
}

/// The first or last key that begins with `prefix`; `None` when no key can.
fn padded(prefix: &str, fill: char) -> Option<TrialKey> {
    let missing = 64_usize.checked_sub(prefix.len())?;
    let hexadecimal = prefix.bytes().all(|byte| byte.is_ascii_hexdigit());
    let text = prefix.chars().chain(std::iter::repeat_n(fill, missing)).collect::<String>();
    if hexadecimal { text.parse().ok() } else { None }
}

/// Where a trial is kept.
pub(crate) enum Kept {
    /// With all that is known of it; its row.
    Open(i64),
    /// As key and cost alone.
    Sealed,
}

/// Where the trial `key` is kept, if it is.
pub(crate) fn locate(database: &Connection, key: &TrialKey) -> Result<Option<Kept>, Fault> {
    let key = key.0.as_bytes();
    let mut open = database.prepare_cached("SELECT id FROM trial WHERE key = ?1")?;
    if let Some(id) = open.query_row([key], |row| row.get(0)).optional()? {
        return Ok(Some(Kept::Open(id)));
    }
    let sealed = database.prepare_cached("SELECT 1 FROM sealed_trial WHERE key = ?1")?.exists([key])?;
    Ok(sealed.then_some(Kept::Sealed))
}

//! The record of facts.

use loopwright_core::{
    ActedTrial, AgentName, BoxFuture, Fact, Finding, GateQuery, Label, Ledger, LedgerError, Opinion, Release, RunId,
    RunQuery, RunRecord, RunStatus, Score, ScoreQuery, SuiteName, TrialKey, TrialQuery, TrialSite,
};
use rusqlite::Connection;

use crate::fault::Fault;
use crate::finding::FindingRow;
use crate::gate_query::GateQueryRow;
use crate::label::LabelRow;
use crate::opinion::OpinionRow;
use crate::release::ReleaseRow;
use crate::run::RunRow;
use crate::store::Store;
use crate::trial::TrialRow;
use crate::{finding, gate_query, label, opinion, release, run, score, trial};

impl Ledger for Store {
    fn append(&self, facts: Vec<Fact>) -> BoxFuture<'_, Result<(), LedgerError>> {
        Box::pin(async move {
            let precious = |fact: &Fact| matches!(fact, Fact::GateQueried(_) | Fact::Released(_));
            let synced = facts.iter().any(precious);
            let rows = facts.into_iter().map(Entry::of).collect::<Result<Vec<_>, _>>();
            let rows = rows.map_err(|fault| self.place(fault))?;
            let work = move |database: &Connection| rows.iter().try_for_each(|row| row.insert(database));
            self.write_as(work, synced).await.map_err(|fault| self.place(fault))
        })
    }

    fn runs(&self, query: RunQuery) -> BoxFuture<'_, Result<Vec<RunRecord>, LedgerError>> {
        self.read(move |database| run::select(database, &query))
    }

    fn trials(&self, query: TrialQuery) -> BoxFuture<'_, Result<Vec<TrialSite>, LedgerError>> {
        self.read(move |database| trial::select(database, &query))
    }

    fn trial<'a>(&'a self, key: &'a TrialKey) -> BoxFuture<'a, Result<Option<ActedTrial>, LedgerError>> {
        let key = *key;
        self.read(move |database| trial::get(database, &key))
    }

    fn find_trials<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<Vec<TrialKey>, LedgerError>> {
        let prefix = prefix.to_owned();
        self.read(move |database| trial::find(database, &prefix))
    }

    fn scores(&self, query: ScoreQuery) -> BoxFuture<'_, Result<Vec<Score>, LedgerError>> {
        self.read(move |database| score::select(database, &query))
    }

    fn opinions<'a>(&'a self, trial: &'a TrialKey) -> BoxFuture<'a, Result<Vec<Opinion>, LedgerError>> {
        let trial = *trial;
        self.read(move |database| opinion::select(database, &trial))
    }

    fn labels<'a>(&'a self, trial: &'a TrialKey) -> BoxFuture<'a, Result<Vec<Label>, LedgerError>> {
        let trial = *trial;
        self.read(move |database| label::select(database, &trial))
    }

    fn findings<'a>(&'a self, run: &'a RunId) -> BoxFuture<'a, Result<Vec<Finding>, LedgerError>> {
        let run = run.clone();
        self.read(move |database| finding::select(database, &run))
    }

    fn gate_queries<'a>(&'a self, suite: &'a SuiteName) -> BoxFuture<'a, Result<Vec<GateQuery>, LedgerError>> {
        let suite = suite.clone();
        self.read(move |database| gate_query::select(database, &suite))
    }

    fn releases<'a>(&'a self, agent: &'a AgentName) -> BoxFuture<'a, Result<Vec<Release>, LedgerError>> {
        let agent = agent.clone();
        self.read(move |database| release::select(database, &agent))
    }
}

/// A fact, ready for its table.
enum Entry {
    RunStarted(RunRow),
    Acted(Box<TrialRow>),
    Scored(Score),
    Opined(OpinionRow),
    Labelled(LabelRow),
    RunEnded(RunId, RunStatus),
    Found(FindingRow),
    GateQueried(Box<GateQueryRow>),
    Released(ReleaseRow),
}

impl Entry {
    fn of(fact: Fact) -> Result<Self, Fault> {
        Ok(match fact {
            Fact::RunStarted(manifest) => Self::RunStarted(RunRow::of(*manifest)?),
            Fact::Acted(trial) => Self::Acted(Box::new(TrialRow::of(*trial)?)),
            Fact::Scored(score) => {
                score::check(&score)?;
                Self::Scored(score)
            }
            Fact::Opined(opinion) => Self::Opined(OpinionRow::of(&opinion)?),
            Fact::Labelled(label) => Self::Labelled(LabelRow::of(&label)?),
            Fact::RunEnded { run, status } => Self::RunEnded(run, status),
            Fact::Found(finding) => Self::Found(FindingRow::of(*finding)?),
            Fact::GateQueried(query) => Self::GateQueried(Box::new(GateQueryRow::of(*query)?)),
            Fact::Released(release) => Self::Released(ReleaseRow::of(*release)?),
            other => return Err(Fault::Refused(format!("this ledger has no table for `{other:?}`"))),
        })
    }

    fn insert(&self, database: &Connection) -> Result<(), Fault> {
        match self {
            Self::RunStarted(row) => run::insert(database, row),
            Self::Acted(row) => trial::insert(database, row, &[]).map(|_| ()),
            Self::Scored(score) => score::insert(database, score),
            Self::Opined(row) => opinion::insert(database, row),
            Self::Labelled(row) => label::insert(database, row),
            Self::RunEnded(run, status) => run::end(database, run, *status),
            Self::Found(row) => finding::insert(database, row),
            Self::GateQueried(row) => gate_query::insert(database, row),
            Self::Released(row) => release::insert(database, row),
        }
    }
}

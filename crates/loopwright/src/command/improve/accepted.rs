//! What the vault accepted: kept from the command that asked it until one writes it to the project's files, so that
//! nothing is measured, and no question spent, twice.

use std::path::PathBuf;

use loopwright_core::{Fact, FindingCode, Ledger, Release};
use loopwright_improve::{Improvement, Tried};
use loopwright_report::{Fate, LoopReport};
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::printer::{GOOD, HINT};
use crate::project::Change;
use crate::report::save;
use crate::workshop::Shop;

/// Where it is kept, within a project.
const KEPT: &str = ".loopwright/accepted.json";

/// A change that the vault accepted, with its story.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Accepted {
    /// What it will be released as.
    release: Release,
    /// How it came to be accepted.
    pub(super) story: LoopReport,
}

impl Accepted {
    /// What `improvement` accepted; `None` when it accepted nothing.
    pub(super) fn of(
        shop: &Shop,
        improvement: &Improvement,
        story: LoopReport,
        context: &Context,
    ) -> Result<Option<Self>, Fault> {
        let accepted: Vec<&Tried> = improvement.tried.iter().filter(|tried| tried.fate == Fate::Accepted).collect();
        let Some(last) = accepted.last() else { return Ok(None) };
        let reason = |tried: &&Tried| {
            format!("{} for {}: {}", tried.candidate.technique, tried.candidate.finding, tried.candidate.change)
        };
        let release = Release {
            agent: shop.agent.clone(),
            variant: improvement.champion.clone(),
            parent: Some(shop.base()?.variant.digest()),
            patch: improvement.patch.clone(),
            reason: accepted.iter().map(reason).collect::<Vec<_>>().join("; "),
            query: last.query.as_ref().map(|query| query.number),
            accepted_by: "promotion gate".to_owned(),
            at_ns: context.clock.now_ns(),
        };
        Ok(Some(Self { release, story }))
    }

    /// What an earlier command left for the agent as it stands, of the suite and of the finding that is asked about.
    pub(super) fn kept(shop: &Shop, only: Option<FindingCode>) -> Result<Option<Self>, Fault> {
        let Some(kept) = std::fs::read_to_string(place(shop)).ok().and_then(|text| serde_json::from_str(&text).ok())
        else {
            return Ok(None);
        };
        let kept: Self = kept;
        let is_of_finding = kept
            .story
            .attempts
            .iter()
            .filter(|attempt| attempt.fate == Fate::Accepted)
            .all(|attempt| only.is_none() || attempt.finding == only);
        let is_current = kept.release.agent == shop.agent
            && kept.release.parent == Some(shop.base()?.variant.digest())
            && kept.story.before.suite == shop.workshop.suite.name;
        Ok((is_current && is_of_finding).then_some(kept))
    }

    /// Keeps it for the command that will write it.
    pub(super) fn keep(&self, shop: &Shop) -> Result<(), Fault> {
        save(&place(shop), &serde_json::to_string(self).map_err(Fault::unexpected)?)
    }

    /// Writes it to the project's files, and records it as the agent's release: what the next gate measures against.
    pub(super) async fn write(self, shop: &Shop, context: &Context) -> Result<Exit, Fault> {
        let change = Change::plan(&shop.project, &shop.agent, &self.release.patch)?;
        change.apply(&shop.project)?;
        shop.store.append(vec![Fact::Released(Box::new(self.release))]).await.map_err(Fault::unexpected)?;
        // It is of no use any more, and would be passed over if it stayed: the agent is another one now.
        let _ = std::fs::remove_file(place(shop));
        for file in &change.files {
            context.printer.say(&format!("{GOOD}changed{GOOD:#} {}", file.path));
        }
        context.printer.say(&format!("next: {HINT}loopwright eval{HINT:#} measures the agent with it"));
        Ok(Exit::Ok)
    }
}

fn place(shop: &Shop) -> PathBuf {
    shop.project.root().join(KEPT)
}

//! Logs of Inspect (`.eval`): read sample by sample, and written so that Inspect opens them. Source of the format:
//! `inspect_ai.log` of github.com/UKGovernmentBEIS/inspect_ai (MIT), version 2 of the log.

mod archive;
mod case;
mod event;
mod header;
mod message;
mod sample;
mod score;
mod trajectory;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Seek};

use loopwright_core::{
    AgentName, Arm, ArmName, Case, Digest, NameError, PartName, RunId, RunManifest, RunStatus, SuiteName, Variant,
};
use serde_json::{Value, json};

use crate::ImportedTrial;
use crate::foreign_name::plain_name;
use crate::imported_run::{RecordedMetric, Recording, acted, site_of};
use archive::Archive;
use header::Header;
use sample::{Sample, Summary};

pub use write::{InspectWriteError, InspectWriter};

/// The folder of the samples.
const SAMPLES: &str = "samples/";

/// The newest version of the log that is read.
const KNOWN: u32 = 2;

/// A log that is open. One sample is held at a time, so that a log may be far larger than memory.
#[derive(Debug)]
pub struct InspectLog<'a> {
    archive: Archive<'a>,
    header: Header,
    members: Vec<String>,
    labels: Vec<String>,
    arm: Arm,
    manifest: RunManifest,
}

/// What a log does not say, and how much of it is read.
#[derive(Debug, Clone)]
pub struct InspectImport {
    /// The time to record, nanoseconds since the Unix epoch, for everything without a time of its own.
    pub at_ns: u64,
    /// Largest member that is read, in bytes when unpacked. A sample is one member.
    pub most: u64,
    /// The version of Loopwright.
    pub version: String,
}

/// A sample of a log.
#[derive(Debug, Clone)]
pub struct InspectSample {
    /// What was asked, and what would have been right.
    pub case: Case,
    /// What happened, with its scores.
    pub trial: ImportedTrial,
}

/// The log cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    /// Not a ZIP archive, or a broken one.
    #[error("open the log as a ZIP archive: {0}")]
    Archive(String),
    /// There is nothing that says what was evaluated.
    #[error("find `header.json` or `_journal/start.json` in the log: it is not one of Inspect's")]
    NoHeader,
    /// Written by a version that may mean other things by the same words.
    #[error("read version {found} of the log; up to version {KNOWN} is known")]
    Version {
        /// The version found.
        found: u32,
    },
    /// A member cannot be read.
    #[error("read `{member}` of the log: {message}")]
    Member {
        /// Its name.
        member: String,
        /// What is wrong, with line and column.
        message: String,
    },
    /// There is no sample in the log.
    #[error("find a sample: there is none in the log")]
    Empty,
    /// Two samples are the same trial of the same case.
    #[error("read `{member}` of the log: sample `{id}`, epoch {epoch} is recorded twice")]
    Twice {
        /// The second of them.
        member: String,
        /// The id.
        id: String,
        /// The epoch.
        epoch: u32,
    },
    /// A name of the log cannot be used.
    #[error("name the imported run")]
    Name(#[from] NameError),
}

impl InspectError {
    fn member(member: &str, message: String) -> Self {
        Self::Member { member: member.to_owned(), message }
    }
}

impl<'a> InspectLog<'a> {
    /// Opens a log and reads its header. A log that was broken off has none; its journal says what was meant.
    ///
    /// The run's id is made of the evaluation's, so that reading a log twice adds nothing.
    ///
    /// # Errors
    /// See [`InspectError`].
    pub fn open(from: impl Read + Seek + 'a, import: &InspectImport) -> Result<Self, InspectError> {
        let mut archive = Archive::open(from, import.most)?;
        let header: Option<Header> = match archive.read("header.json")? {
            Some(header) => Some(header),
            None => archive.read("_journal/start.json")?,
        };
        let header = header.ok_or(InspectError::NoHeader)?;
        if header.version > KNOWN {
            return Err(InspectError::Version { found: header.version });
        }
        let members = archive.members(SAMPLES);
        if members.is_empty() {
            return Err(InspectError::Empty);
        }
        let labels = labels(&header, &mut archive)?;
        let arm = arm_of(&header)?;
        let metrics = labels.iter().map(|label| score::metric(label, &header)).collect::<Result<_, _>>()?;
        let manifest = manifest(&header, &members, (&arm, metrics), import)?;
        Ok(Self { archive, header, members, labels, arm, manifest })
    }

    /// What was run: one arm, which bears the model's name, and a metric for each scorer.
    pub fn manifest(&self) -> &RunManifest {
        &self.manifest
    }

    /// How the run stands: a log that was broken off, cancelled or failed has fewer trials than were meant.
    pub fn status(&self) -> RunStatus {
        match self.header.status.as_deref() {
            Some("success") => RunStatus::Complete,
            Some("error") => RunStatus::Degraded,
            Some("cancelled") => RunStatus::Cancelled,
            _ => RunStatus::Unfinished,
        }
    }

    /// The samples, in the order in which they stand in the log. After an error nothing more comes.
    pub fn samples(&mut self) -> impl Iterator<Item = Result<InspectSample, InspectError>> {
        let members = std::mem::take(&mut self.members);
        let mut seen = BTreeSet::new();
        let mut is_over = false;
        members.into_iter().enumerate().map_while(move |(index, member)| {
            if is_over {
                return None;
            }
            let sample = self.sample(&member, index as u64, &mut seen);
            is_over = sample.is_err();
            Some(sample)
        })
    }

    fn sample(
        &mut self,
        member: &str,
        index: u64,
        seen: &mut BTreeSet<(String, u32)>,
    ) -> Result<InspectSample, InspectError> {
        let missing = || InspectError::member(member, "it is gone".to_owned());
        let mut sample: Sample = self.archive.read(member)?.ok_or_else(missing)?;
        let (id, epoch) = (sample.id(), sample.epoch);
        if !seen.insert((id.clone(), epoch)) {
            return Err(InspectError::Twice { member: member.to_owned(), id, epoch });
        }
        let case = case::case_of(&sample, &self.header)?;
        let site = site_of(&self.manifest.id, &self.arm, &case, index, epoch.saturating_sub(1));
        let trace = trajectory::trace_of(&mut sample, &site.key, &self.arm, self.manifest.started_ns);
        let trial = acted(site, trace);
        let scores = score::scores(&sample, (&self.header, &self.labels), (&trial, &case))?;
        Ok(InspectSample { case, trial: ImportedTrial { trial, scores } })
    }
}

/// What is scored, the first scorer first. A log that was broken off has no results yet, but the summaries of its samples.
fn labels(header: &Header, archive: &mut Archive<'_>) -> Result<Vec<String>, InspectError> {
    let mut labels: Vec<String> = vec![];
    let results = header.results.iter().flat_map(|results| &results.scores).map(header::Result::label);
    let mut add = |label: String| {
        if !labels.contains(&label) {
            labels.push(label);
        }
    };
    results.for_each(&mut add);
    if header.results.is_none() {
        for journal in archive.members("_journal/summaries/") {
            let summaries: Vec<Summary> = archive.read(&journal)?.unwrap_or_default();
            summaries.iter().filter_map(|one| one.scores.as_ref()).flat_map(score::labels).for_each(&mut add);
        }
        if labels.is_empty() {
            labels = header.eval.scorers.iter().flatten().map(|scorer| scorer.name.clone()).collect();
        }
    }
    Ok(labels)
}

/// The model and the plan are pinned; what the tools were, and what the solvers' code did, is not in a log.
fn arm_of(header: &Header) -> Result<Arm, NameError> {
    let eval = &header.eval;
    let mut parts = BTreeMap::from([
        (PartName::new("model")?, json!(eval.model)),
        (PartName::new("plan")?, Value::Array(header.plan.steps.clone())),
    ]);
    if eval.model_generate_config.as_object().is_some_and(|config| !config.is_empty()) {
        parts.insert(PartName::new("generate")?, eval.model_generate_config.clone());
    }
    let unpinned = BTreeSet::from([PartName::new("instructions")?, PartName::new("tools")?]);
    let agent = AgentName::new(plain_name(&format!("inspect-{}", eval.task)))?;
    Ok(Arm { name: ArmName::new(plain_name(&eval.model))?, variant: Variant { agent, parts, unpinned } })
}

fn manifest(
    header: &Header,
    members: &[String],
    (arm, metrics): (&Arm, Vec<RecordedMetric>),
    import: &InspectImport,
) -> Result<RunManifest, NameError> {
    let names: Vec<&[u8]> = members.iter().map(|member| member.as_bytes()).collect();
    let recorded = members.len() as u64;
    let started = header.eval.created.parse::<jiff::Timestamp>().ok();
    let started = started.and_then(|time| u64::try_from(time.as_nanosecond()).ok());
    let samples = Digest::of_fields("samples", &names);
    let plan = Digest::of_fields("plan", &[header.identity().as_bytes(), samples.as_bytes()]);
    let recording = Recording {
        id: RunId::new(plain_name(&format!("inspect-{}-{}", header.eval.task, header.identity())))?,
        suite: SuiteName::new(plain_name(&format!("inspect-{}", header.eval.task)))?,
        arms: vec![arm.clone()],
        metrics,
        started_ns: started.unwrap_or(import.at_ns),
        version: import.version.clone(),
    };
    let meant = header.planned().unwrap_or_default().max(recorded);
    Ok(recording.manifest(plan, meant))
}

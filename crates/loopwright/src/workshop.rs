//! From a project to a workshop: the suite with its metrics, the worlds and corpora, the ledger, keys and clock.

mod cassette;
mod check;
mod draw;
mod gold;
mod keepsakes;
mod options;

use std::collections::BTreeMap;
use std::sync::Arc;

use loopwright_agent::Always;
use loopwright_core::{AgentName, Arm, ArmName, Digest, Split, SuiteName, Summary, Variant};
use loopwright_eval::metric::checks_fault;
use loopwright_eval::perturbation::PerturbationKind;
use loopwright_eval::{Approval, Library, Made, Metric, Ports, Reach, Ruler, Suite, Workshop, summarise};
use loopwright_improve::GateRule;
use loopwright_model::{Access, PriceTable};
use loopwright_report::Units;
use loopwright_stats::Level;
use loopwright_store::Store;

use crate::choice::choose;
use crate::context::Context;
use crate::entropy;
use crate::fault::Fault;
use crate::project::{Approve, GateConfig, Project, SuiteConfig, WorldScript};

pub use cassette::cassette;
pub use check::budget as check_budget;
use draw::Drawing;
pub use options::{Options, Seeding};

/// Where the ledger is, within a project.
pub const LEDGER: &str = ".loopwright/ledger.db";

/// The arm that is the agent as it stands.
pub const BASE: &str = "base";

/// A token cut must leave at most this share of the tokens.
const TOKEN_SHARE: f64 = 0.90;

/// The project of `context`, one of its suites, and what runs of it need.
pub struct Shop {
    /// The project.
    pub project: Project,
    /// The agent that the suite measures.
    pub agent: AgentName,
    /// What every run of the suite shares.
    pub workshop: Workshop,
    /// The ledger, as it is on the disk.
    pub store: Store,
}

impl Shop {
    /// Opens the suite `wanted` of the project, or the only one that it has.
    ///
    /// # Errors
    /// At the first thing that is wrong with the project, its suites, metrics, perturbations, worlds or keys.
    pub fn open(context: &Context, wanted: Option<&SuiteName>, options: Options) -> Result<Self, Fault> {
        Self::of(context.project()?, context, wanted, options)
    }

    /// As [`Shop::open`], of a project that is loaded already.
    ///
    /// # Errors
    /// As [`Shop::open`].
    pub fn of(
        project: Project,
        context: &Context,
        wanted: Option<&SuiteName>,
        options: Options,
    ) -> Result<Self, Fault> {
        let (name, config) = choose_suite(&project, wanted)?;
        let (suite, agent) = (suite(&project, name, config)?, config.agent.clone());
        let library = library(&project)?;
        check::agent(&project, &agent, &library, &suite)?;
        let store = open_store(&project, context)?;
        keepsakes::keep(&project)?;
        let keys = context.environment.keys_with(&project.key_variables())?;
        let mut access = Access::new(keys, PriceTable::builtin());
        access.cassette.clone_from(&options.cassette);
        let access = Arc::new(access);
        let variant = project.agents.get(&agent).map(|config| &config.variant);
        check::budget(variant, &suite, &options.budget, &access)?;
        let clock = Arc::clone(&context.clock);
        let ports = Ports {
            ledger: Arc::new(store.clone()),
            queue: Arc::new(store.clone()),
            clock: Arc::clone(&clock),
            worker: entropy::worker_id()?,
        };
        let reach = Reach { access, clock, folder: project.root().to_owned() };
        let ruler = ruler(&project);
        let draw = Arc::new(Drawing::new(Arc::clone(&context.clock), options.seeding));
        let pace = options.pace(variant, &context.printer);
        let library = Arc::new(library);
        let suite = Arc::new(suite);
        let workshop = Workshop { suite, library, reach, ports, pace, ruler, draw };
        Ok(Self { agent, project, workshop, store })
    }

    /// Takes up what `variant` pins, as it was when it was first used: documents and worlds may have changed since.
    ///
    /// # Errors
    /// When what was kept is not what the variant pins.
    pub fn recall(&mut self, variant: &Variant) -> Result<(), Fault> {
        self.workshop.library = Arc::new(keepsakes::recall(&self.project, &self.workshop.library, variant)?);
        Ok(())
    }

    /// The agent as it stands, as the arm `base`.
    ///
    /// # Errors
    /// When the project has no such agent, which a loaded project never is.
    pub fn base(&self) -> Result<Arm, Fault> {
        let config = self.project.agents.get(&self.agent);
        let config = config.ok_or_else(|| Fault::unexpected(format!("there is no agent `{}`", self.agent)))?;
        let name = ArmName::new(BASE).map_err(Fault::unexpected)?;
        Ok(Arm { name, variant: config.variant.clone() })
    }

    /// What the run that was made amounts to.
    pub fn summary(&self, made: &Made) -> Summary {
        let done = &made.execution;
        let metrics = &self.workshop.suite.metrics;
        summarise(&made.plan.manifest, done.status, &done.tally, metrics, &self.workshop.ruler)
    }

    /// The units of the suite's metrics.
    pub fn units(&self) -> Units {
        units(&self.workshop.suite.metrics)
    }

    /// The rule of the project's gate.
    ///
    /// # Errors
    /// When a safeguard is no metric.
    pub fn rule(&self) -> Result<GateRule, Fault> {
        let GateConfig { margin, alpha, trials, vault_queries, safeguards } = &self.project.gate;
        let primary = self.workshop.suite.metrics.first().cloned();
        let primary = primary.ok_or_else(|| Fault::usage("the suite has no metric"))?;
        let safeguards = safeguards.iter().map(|name| self.project.metric(name));
        Ok(GateRule {
            alpha: *alpha,
            margin: *margin,
            trials: *trials,
            vault_queries: *vault_queries,
            primary,
            safeguards: safeguards.collect::<Result<_, _>>()?,
            token_share: TOKEN_SHARE,
        })
    }
}

/// The ledger of `project`; made when it is not there.
///
/// # Errors
/// When it cannot be opened.
pub fn open_store(project: &Project, context: &Context) -> Result<Store, Fault> {
    let path = project.root().join(LEDGER);
    Store::open(path, Arc::clone(&context.clock)).map_err(Fault::unexpected)
}

/// The units of `metrics`.
pub fn units(metrics: &[Metric]) -> Units {
    Units::new(metrics.iter().map(|metric| (metric.name().clone(), metric.unit())))
}

/// By what differences in runs of `project` are judged.
pub fn ruler(project: &Project) -> Ruler {
    Ruler { level: Level::P95, margin: project.gate.margin }
}

/// The suite `wanted` of `project`, or the only one that it has.
///
/// # Errors
/// When there is none, or several and none is named.
pub fn choose_suite<'p>(
    project: &'p Project,
    wanted: Option<&SuiteName>,
) -> Result<(&'p SuiteName, &'p SuiteConfig), Fault> {
    let missing = "add `[suite.NAME]` with `agent` and `cases` to loopwright.toml";
    choose("suite", &project.suites, wanted, missing)
}

/// How many cases of the suite may be looked at.
pub fn dev_cases(workshop: &Workshop) -> u64 {
    workshop.suite.cases.iter().filter(|case| case.split == Split::Dev).count() as u64
}

fn suite(project: &Project, name: &SuiteName, config: &SuiteConfig) -> Result<Suite, Fault> {
    let cases = project.cases(name)?;
    if cases.is_empty() {
        let fault = Fault::nothing(format!("the suite `{name}` has no case"));
        return Err(fault.with_hint("`cases` of the suite names its files; each line of them is a case"));
    }
    let metrics = config.metrics.iter().map(|metric| project.metric(metric)).collect::<Result<_, _>>()?;
    for case in &cases {
        if let Some((metric, fault)) = checks_fault(&case.expectation) {
            return Err(project.case_fault(name, case, &metric, &fault).into());
        }
    }
    for (index, perturbation) in config.perturbations.iter().enumerate() {
        let known = PerturbationKind::named(&perturbation.name).and_then(|kind| kind.check(perturbation.dose));
        known.map_err(|error| {
            let index = index.to_string();
            project.fault(&["suite", name.as_str(), "perturbations", &index], error.to_string())
        })?;
    }
    let approval = match config.approve {
        Approve::Approve => Approval::Always(Always::Approve),
        Approve::Deny => Approval::Always(Always::Deny),
        Approve::Oracle => Approval::Oracle,
    };
    let (name, perturbations) = (name.clone(), config.perturbations.clone());
    Ok(Suite { name, cases, metrics, trials: config.trials, perturbations, approval })
}

fn library(project: &Project) -> Result<Library, Fault> {
    let materials = &project.materials;
    let world = |(digest, script): (&Digest, &WorldScript)| Ok((*digest, Arc::new(script.seed()?)));
    let worlds = materials.worlds.iter().map(world).collect::<Result<BTreeMap<_, _>, Fault>>()?;
    Ok(Library::new(materials.corpora.clone(), worlds))
}

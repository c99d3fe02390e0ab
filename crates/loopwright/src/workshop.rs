//! From a project to a workshop: the suite with its metrics, the worlds and corpora, the ledger, keys and clock.

mod gold;
mod keepsakes;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use loopwright_agent::{AgentSpec, Always, WorldError, WorldSeed};
use loopwright_core::{AgentName, Arm, ArmName, Clock, Digest, Purpose, RunId, Seed, Split, SuiteName, Variant};
use loopwright_eval::metric::checks_fault;
use loopwright_eval::perturbation::PerturbationKind;
use loopwright_eval::{Approval, Draw, DrawError, Library, Pace, Ports, Reach, Ruler, Suite, Workshop};
use loopwright_improve::GateRule;
use loopwright_model::{Access, ModelRef, PriceTable};
use loopwright_stats::Level;
use loopwright_store::Store;

use crate::cli::Budget;
use crate::command::is_simulated;
use crate::context::Context;
use crate::entropy;
use crate::fault::Fault;
use crate::nearest::advice;
use crate::project::{Approve, GateConfig, Project, SuiteConfig};

/// Where the ledger is, within a project.
pub const LEDGER: &str = ".loopwright/ledger.db";

/// The arm that is the agent as it stands.
pub const BASE: &str = "base";

/// A token cut must leave at most this share of the tokens.
const TOKEN_SHARE: f64 = 0.90;

/// How runs of a command are made.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Trials at the same time.
    pub concurrency: Option<NonZeroUsize>,
    /// Where seeds come from.
    pub seeding: Seeding,
    /// What may be spent.
    pub budget: Option<Budget>,
}

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
        let (name, config) = choose(&project, wanted)?;
        let suite = suite(&project, &name, &config)?;
        let library = library(&project)?;
        check_agent(&project, &config.agent, &library, &suite)?;
        let store = open_store(&project, context)?;
        keepsakes::keep(&project)?;
        let access = Arc::new(Access::new(context.environment.keys_with(&project.key_variables())?, PriceTable::builtin()));
        let variant = project.agents.get(&config.agent).map(|config| &config.variant);
        check_budget(variant, options.budget.as_ref(), &access)?;
        let clock = Arc::clone(&context.clock);
        let ports = Ports {
            ledger: Arc::new(store.clone()),
            queue: Arc::new(store.clone()),
            clock: Arc::clone(&clock),
            worker: entropy::worker_id()?,
        };
        let reach = Reach { access, clock, folder: project.root().to_owned() };
        let ruler = Ruler { level: Level::P95, margin: project.gate.margin };
        let draw =
            Arc::new(Fresh { clock: Arc::clone(&context.clock), seeding: options.seeding, drawn: AtomicU64::new(0) });
        let pace = pace(&options, variant);
        let library = Arc::new(library);
        let workshop = Workshop { suite, library, reach, ports, pace, ruler, draw };
        Ok(Self { agent: config.agent, project, workshop, store })
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

/// How many cases of the suite may be looked at.
pub fn dev_cases(workshop: &Workshop) -> u64 {
    workshop.suite.cases.iter().filter(|case| case.split == Split::Dev).count() as u64
}

/// The suite `wanted` of `project`, or the only one that it has.
///
/// # Errors
/// When there is none, or several and none is named.
pub fn choose(project: &Project, wanted: Option<&SuiteName>) -> Result<(SuiteName, SuiteConfig), Fault> {
    let names = || project.suites.keys().map(SuiteName::as_str);
    let found = match wanted {
        Some(name) => project.suites.get_key_value(name).ok_or_else(|| {
            Fault::usage(format!("there is no suite `{name}`"))
                .with_hint(advice(name.as_str(), names().collect::<Vec<_>>()))
        })?,
        None => match project.suites.iter().collect::<Vec<_>>().as_slice() {
            [only] => *only,
            [] => {
                let fault = Fault::nothing("the project has no suite");
                return Err(fault.with_hint("add `[suite.NAME]` with `agent` and `cases` to loopwright.toml"));
            }
            _ => {
                let fault = Fault::usage("the project has several suites");
                return Err(fault.with_hint(format!("name one: {}", names().collect::<Vec<_>>().join(", "))));
            }
        },
    };
    Ok((found.0.clone(), found.1.clone()))
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
    let world = |(digest, script): (&Digest, &crate::project::WorldScript)| match WorldSeed::build(
        script.source.as_str(),
        &script.sql,
    ) {
        Ok(seed) => Ok((*digest, Arc::new(seed))),
        Err(WorldError::Script(fault)) => Err(Fault::from(*fault)),
        Err(error) => Err(Fault::unexpected(error)),
    };
    let worlds = materials.worlds.iter().map(world).collect::<Result<BTreeMap<_, _>, _>>()?;
    Ok(Library::new(materials.corpora.clone(), worlds))
}

/// Finds before the first trial what would be wrong with the agent in each of them.
fn check_agent(project: &Project, agent: &AgentName, library: &Library, suite: &Suite) -> Result<(), Fault> {
    let Some(config) = project.agents.get(agent) else { return Ok(()) };
    let spec = AgentSpec::parse(&config.variant).map_err(Fault::usage)?;
    let world = loopwright_agent::WorldPart::of(&config.variant).map_err(Fault::usage)?;
    if let Some(seed) = world.and_then(|part| library.world(&part.digest)) {
        check_tools(project, agent, &spec, seed)?;
    }
    let corpus = config.variant.part("knowledge").and_then(|part| part["corpus"].as_str()?.parse().ok());
    let corpus = corpus.and_then(|digest| library.corpus(&digest));
    Ok(gold::check(project, &suite.name, &suite.cases, (&spec, corpus))?)
}

/// Tries every statement of the agent's tools on its world.
fn check_tools(project: &Project, agent: &AgentName, spec: &AgentSpec, seed: &WorldSeed) -> Result<(), Fault> {
    for (index, tool) in spec.tools.iter().enumerate() {
        if let Err((place, error)) = seed.check(tool.statements.iter().map(String::as_str)) {
            let message = format!("the tool `{}`: {error}", tool.name);
            return Err(project.tool_fault(agent, index, &["statements", &place.to_string()], message).into());
        }
        if let Err((place, error)) = seed.check(tool.requires.iter().map(|one| one.sql.as_str())) {
            let message = format!("the tool `{}`: {error}", tool.name);
            return Err(project.tool_fault(agent, index, &["requires", &place.to_string()], message).into());
        }
    }
    Ok(())
}

/// A budget of money cannot be kept with a model whose price is unknown.
///
/// # Errors
/// When `budget` bounds money and one of the `variants` has no known price.
pub fn check_budget<'a>(
    variants: impl IntoIterator<Item = &'a Variant>,
    budget: Option<&Budget>,
    access: &Access,
) -> Result<(), Fault> {
    if budget.is_none_or(|budget| budget.max_cost.is_none()) {
        return Ok(());
    }
    for variant in variants {
        let reference = variant.part("model").and_then(|model| model["ref"].as_str());
        let model = reference.and_then(|reference| reference.parse::<ModelRef>().ok());
        if !model.is_some_and(|model| access.is_priced(&model)) {
            let what =
                reference.map_or("what an attached agent costs".to_owned(), |name| format!("the price of `{name}`"));
            let fault = Fault::usage(format!("`--max-cost` cannot be kept: {what} is not known"));
            return Err(fault.with_hint("use `--max-tokens`"));
        }
    }
    Ok(())
}

/// A simulated model costs no provider anything, and its trials are short: enough of them must be under way for all cores
/// to have work while results are recorded. With a budget there are fewer, for what is under way is not yet counted.
fn pace(options: &Options, variant: Option<&Variant>) -> Pace {
    let budget = options.budget.as_ref();
    let is_bounded = budget.is_some_and(|budget| budget.max_cost.is_some() || budget.max_tokens.is_some());
    let usual = if variant.is_some_and(is_simulated) && !is_bounded { 64 } else { 16 };
    let concurrency = options.concurrency.or(NonZeroUsize::new(usual)).unwrap_or(NonZeroUsize::MIN);
    Pace {
        concurrency,
        money: budget.and_then(|budget| budget.max_cost),
        tokens: budget.and_then(|budget| budget.max_tokens),
    }
}

/// Fresh run ids, and seeds.
struct Fresh {
    clock: Arc<dyn Clock>,
    seeding: Seeding,
    drawn: AtomicU64,
}

/// Where the seeds of a command's runs come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Seeding {
    /// Each is drawn afresh.
    #[default]
    Fresh,
    /// The first run has the typed seed, each further one a seed made from it. Only the vault draws its own.
    Typed(Seed),
    /// As typed, the vault's too: a story that is told again from the start, on a vault that nobody relies on.
    Story(Seed),
}

impl Draw for Fresh {
    fn run_id(&self) -> Result<RunId, DrawError> {
        entropy::run_id(self.clock.as_ref()).map_err(|fault| DrawError { message: fault.render() })
    }

    fn seed(&self, purpose: Purpose) -> Result<Seed, DrawError> {
        let typed = match self.seeding {
            Seeding::Typed(seed) if purpose != Purpose::Gate => Some(seed),
            Seeding::Story(seed) => Some(seed),
            _ => None,
        };
        match typed {
            Some(seed) => Ok(match self.drawn.fetch_add(1, Ordering::Relaxed) {
                0 => seed,
                number => seed.derive("run", &[&number.to_le_bytes()]),
            }),
            None => entropy::seed().map_err(|fault| DrawError { message: fault.render() }),
        }
    }
}

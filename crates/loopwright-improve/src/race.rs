//! A race: candidates, the incumbent and a placebo measured side by side on dev. It only says who is worth a question to
//! the vault, so it is permissive; what is accepted is decided elsewhere, on other cases.

use loopwright_core::{
    Arm, ArmName, CaseKey, Comparison, Condition, Cost, NameError, Purpose, RunId, Split, Unit, Variant,
};
use loopwright_eval::{CompareError, Metric, Order, Pair, Ruler, Sided, Tally, Watch, WorkError, Workshop, compare};
use loopwright_report::difference;
use loopwright_stats::{PairedItem, Side, rate_difference, ratio_of_means};

use crate::{Aim, Candidate, GateRule};

/// A candidate goes on when chance alone would do as well as seldom as this.
const SCREEN: f64 = 0.10;

/// What races.
pub struct RaceRequest<'a> {
    /// What every run of the suite shares.
    pub workshop: &'a Workshop,
    /// The rule that the winner will have to satisfy.
    pub rule: &'a GateRule,
    /// The champion.
    pub incumbent: &'a Variant,
    /// The candidates; each patch must fit the incumbent.
    pub candidates: Vec<Candidate>,
    /// Trials of each case and arm.
    pub trials: u32,
}

/// A race that was run.
#[derive(Debug, Clone)]
pub struct Race {
    /// The run.
    pub run: RunId,
    /// The incumbent against itself under another name: what chance alone does here.
    pub placebo: Comparison,
    /// The candidates, in the order in which they were given.
    pub entries: Vec<Entry>,
    /// What it cost.
    pub cost: Cost,
}

/// How one candidate did.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The candidate.
    pub candidate: Candidate,
    /// The incumbent with its patch.
    pub variant: Variant,
    /// Its arm in the run.
    pub arm: ArmName,
    /// Against the incumbent, on the primary metric.
    pub quality: Comparison,
    /// Probability that chance alone would do as well, one-sided, on the primary metric.
    pub p_value: f64,
    /// Its mean tokens over the incumbent's; `None` when they were not scored.
    pub tokens: Option<f64>,
    /// Whether it is worth a question to the vault; else why not.
    pub screen: Result<(), String>,
}

/// A race cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum RaceError {
    /// The run cannot be made.
    #[error(transparent)]
    Work(#[from] WorkError),
    /// Nothing can be compared.
    #[error(transparent)]
    Compare(#[from] CompareError),
    /// An arm cannot be named.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A candidate's patch does not fit.
    #[error("the change of `{technique}` does not fit the agent")]
    Patch {
        /// The technique.
        technique: &'static str,
        /// Where.
        #[source]
        source: loopwright_core::PatchError,
    },
}

/// Runs the race. Cases that a candidate holds in its text are barred from it, for all arms.
///
/// # Errors
/// When it cannot be run, or nothing can be compared.
pub async fn race(request: RaceRequest<'_>, watch: &mut dyn Watch) -> Result<Race, RaceError> {
    let RaceRequest { workshop, rule, incumbent, candidates, trials } = request;
    let variants = patched(incumbent, &candidates)?;
    let mut arms = vec![arm("incumbent", incumbent.clone())?, arm("placebo", incumbent.clone())?];
    for (number, variant) in variants.into_iter().enumerate() {
        arms.push(arm(&format!("candidate-{}", number + 1), variant)?);
    }
    let order = Order {
        purpose: Purpose::Race,
        split: Split::Dev,
        arms: arms.clone(),
        conditions: vec![Condition::Plain],
        repetitions: trials,
        only: only(workshop, &candidates),
    };
    let made = workshop.make(order, watch).await?;
    let course = Course { tally: &made.execution.tally, rule, ruler: workshop.ruler, incumbent: plain(&arms[0]) };
    let entries = candidates.into_iter().zip(&arms[2..]).map(|(candidate, arm)| course.entry(candidate, arm));
    Ok(Race {
        run: made.plan.manifest.id.clone(),
        placebo: course.compare(&arms[1])?,
        entries: entries.collect::<Result<_, _>>()?,
        cost: made.execution.tally.cost(),
    })
}

fn patched(incumbent: &Variant, candidates: &[Candidate]) -> Result<Vec<Variant>, RaceError> {
    let one = |candidate: &Candidate| {
        let technique = candidate.technique;
        incumbent.patched(&candidate.patch).map_err(|source| RaceError::Patch { technique, source })
    };
    candidates.iter().map(one).collect()
}

fn arm(name: &str, variant: Variant) -> Result<Arm, NameError> {
    Ok(Arm { name: ArmName::new(name)?, variant })
}

fn plain(arm: &Arm) -> Sided {
    Sided { arm: arm.name.clone(), condition: Condition::Plain }
}

/// The dev cases that no candidate holds in its text.
fn only(workshop: &Workshop, candidates: &[Candidate]) -> Option<Vec<CaseKey>> {
    let barred: Vec<&CaseKey> = candidates.iter().flat_map(|candidate| &candidate.barred_cases).collect();
    if barred.is_empty() {
        return None;
    }
    let dev = workshop.suite.cases.iter().filter(|case| case.split == Split::Dev);
    Some(dev.map(|case| case.key.clone()).filter(|key| !barred.contains(&key)).collect())
}

/// What all entries are measured by.
struct Course<'a> {
    tally: &'a Tally,
    rule: &'a GateRule,
    ruler: Ruler,
    incumbent: Sided,
}

impl Course<'_> {
    fn compare(&self, arm: &Arm) -> Result<Comparison, CompareError> {
        compare((self.tally, &self.incumbent), (self.tally, &plain(arm)), &self.rule.primary, &self.ruler)
    }

    fn entry(&self, candidate: Candidate, arm: &Arm) -> Result<Entry, CompareError> {
        let quality = self.compare(arm)?;
        let pairs = self.pairs(arm, &self.rule.primary);
        let found = rate_difference(&pairs)?;
        let tokens = Metric::named("tokens").ok().map(|tokens| self.pairs(arm, &tokens));
        let tokens = tokens.and_then(|pairs| ratio_of_means(&pairs).ok());
        let tokens = tokens.map(|ratio| ratio.estimate(self.ruler.level).point);
        let p_value = match candidate.aim {
            Aim::Better => found.p_value(Side::Lower, 0.0),
            Aim::Cheaper => found.p_value(Side::Lower, -self.rule.margin),
        };
        let screen = screen(candidate.aim, &quality, p_value, tokens, self.rule);
        Ok(Entry { candidate, variant: arm.variant.clone(), arm: arm.name.clone(), quality, p_value, tokens, screen })
    }

    fn pairs(&self, arm: &Arm, metric: &Metric) -> Vec<PairedItem> {
        let pairs = self.tally.pairs(&self.incumbent, self.tally, &plain(arm), metric.name());
        pairs.iter().filter_map(Pair::item).collect()
    }
}

fn screen(aim: Aim, quality: &Comparison, p_value: f64, tokens: Option<f64>, rule: &GateRule) -> Result<(), String> {
    if aim == Aim::Cheaper && tokens.is_none_or(|share| share >= rule.token_share) {
        let share = tokens.map_or("an unknown share".to_owned(), |share| format!("{:.0} %", 100.0 * share));
        return Err(format!("it takes {share} of the tokens on dev"));
    }
    if p_value <= SCREEN {
        return Ok(());
    }
    let points = difference(Unit::Share, quality.difference.point);
    Err(match aim {
        Aim::Better => format!("no gain beyond chance on dev ({points})"),
        Aim::Cheaper => format!("not as good on dev, or not surely ({points})"),
    })
}

//! The tally: the scores of a run, counted by arm, condition, case and metric, so that memory does not grow with trials.

use std::collections::{BTreeMap, BTreeSet};

use loopwright_core::{
    ArmName, CaseKey, Condition, Cost, Ledger, LedgerError, MetricId, MetricName, RunId, RunQuery, RunStatus, Score,
    ScoreQuery, Tag, TrialKey, TrialQuery, TrialSite, Unscored, Verdict,
};
use loopwright_stats::{ArmOutcome, Item, PairedItem, Trials, complete};

/// What was scored of one case.
#[derive(Debug, Clone, PartialEq)]
pub struct TalliedCase {
    /// Its key.
    pub key: CaseKey,
    /// What intervals cluster by.
    pub cluster: String,
    /// Its tags.
    pub tags: Vec<Tag>,
}

/// One side of a comparison: an arm under a condition.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sided {
    /// The arm.
    pub arm: ArmName,
    /// The condition.
    pub condition: Condition,
}

/// The scores of one case, arm, condition and metric.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Cell {
    /// The trials that were scored.
    pub scored: Option<Trials>,
    /// Trials that could not be scored, those that the metric does not apply to left out.
    pub unscored: u32,
}

/// The cells of each metric, by the place of the case.
type ByMetric = BTreeMap<MetricName, Vec<Cell>>;

/// The scores of a run.
#[derive(Debug, Clone)]
pub struct Tally {
    cases: Vec<TalliedCase>,
    by_key: BTreeMap<CaseKey, usize>,
    sides: BTreeMap<Sided, ByMetric>,
    left_alone: BTreeSet<(Sided, usize)>,
    metrics: Vec<MetricId>,
    unscored: BTreeMap<String, u64>,
    dead: u64,
    trials: u64,
    cost: Cost,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            cases: vec![],
            by_key: BTreeMap::new(),
            sides: BTreeMap::new(),
            left_alone: BTreeSet::new(),
            metrics: vec![],
            unscored: BTreeMap::new(),
            dead: 0,
            trials: 0,
            // Not the default of a cost, whose price is unknown.
            cost: Cost::ZERO,
        }
    }
}

impl Tally {
    /// Counts one trial.
    pub fn add(&mut self, site: &TrialSite, scores: &[Score], cost: Cost) {
        let case = self.case(site);
        self.trials += 1;
        self.cost += cost;
        let by_metric = self.sides.entry(side(site)).or_default();
        let applies = |score: &Score| score.verdict != Verdict::Unscored(Unscored::NotApplicable);
        // A condition that finds nothing to act on in a case leaves no metric anything to judge.
        if !scores.is_empty() && !scores.iter().any(applies) {
            self.left_alone.insert((side(site), case));
        }
        for score in scores {
            if !self.metrics.contains(&score.metric) {
                self.metrics.push(score.metric.clone());
            }
            if let Verdict::Unscored(reason) = &score.verdict {
                if *reason != Unscored::NotApplicable {
                    *self.unscored.entry(class(reason).to_owned()).or_default() += 1;
                    cell(by_metric, &score.metric.name, case).unscored += 1;
                }
            } else {
                cell(by_metric, &score.metric.name, case).count(score);
            }
        }
    }

    /// Counts what was spent on a trial that will be counted later.
    pub fn spend(&mut self, cost: Cost) {
        self.cost += cost;
    }

    /// Counts one trial that died of its infrastructure, and what its attempts cost: every metric of it is unscored.
    pub fn add_dead(&mut self, site: &TrialSite, metrics: &[MetricId], cost: Cost) {
        let case = self.case(site);
        self.dead += 1;
        self.cost += cost;
        *self.unscored.entry("infrastructure".to_owned()).or_default() += 1;
        let by_metric = self.sides.entry(side(site)).or_default();
        for metric in metrics {
            cell(by_metric, &metric.name, case).unscored += 1;
        }
    }

    fn case(&mut self, site: &TrialSite) -> usize {
        if let Some(case) = self.by_key.get(&site.case) {
            return *case;
        }
        let case = self.cases.len();
        self.by_key.insert(site.case.clone(), case);
        let (key, tags) = (site.case.clone(), site.tags.clone());
        self.cases.push(TalliedCase { key, cluster: site.cluster().to_owned(), tags });
        case
    }

    /// The scores of `run` as the ledger holds them. Nothing is to be had of a run on the vault.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn read(ledger: &dyn Ledger, run: &RunId) -> Result<Self, LedgerError> {
        Self::read_but(ledger, run, &BTreeSet::new()).await
    }

    /// As [`Tally::read`], without the trials that are `left`: their costs count, and nothing else.
    pub(crate) async fn read_but(
        ledger: &dyn Ledger,
        run: &RunId,
        left: &BTreeSet<TrialKey>,
    ) -> Result<Self, LedgerError> {
        let mut by_trial: BTreeMap<_, Vec<Score>> = BTreeMap::new();
        for score in ledger.scores(ScoreQuery { run: run.clone(), metric: None, trial: None }).await? {
            by_trial.entry(score.trial).or_default().push(score);
        }
        let mut tally = Self::default();
        for site in
            ledger.trials(TrialQuery::of(run.clone())).await?.into_iter().filter(|site| !left.contains(&site.key))
        {
            let scores = by_trial.remove(&site.key).unwrap_or_default();
            tally.add(&site, &scores, Cost::ZERO);
        }
        let query = RunQuery { id: Some(run.to_string()), limit: 1, ..RunQuery::default() };
        if let Some(record) = ledger.runs(query).await?.first() {
            tally.cost = record.cost;
            if record.status == RunStatus::Degraded {
                // Trials that died leave no record of their own: they are what is missing of a run that ended.
                tally.dead = record.manifest.trials.saturating_sub(record.acted);
                *tally.unscored.entry("infrastructure".to_owned()).or_default() += tally.dead;
            }
        }
        Ok(tally)
    }

    /// The scores of the cases that `keep` lets through. Cost and counts of trials stay those of the whole.
    #[must_use]
    pub fn only(&self, keep: impl Fn(&TalliedCase) -> bool) -> Tally {
        let mut part = self.clone();
        for (index, _) in self.cases.iter().enumerate().filter(|(_, case)| !keep(case)) {
            let cells = part.sides.values_mut().flat_map(BTreeMap::values_mut);
            cells.filter_map(|cells| cells.get_mut(index)).for_each(|cell| *cell = Cell::default());
        }
        part
    }

    /// The cases in the order of their keys, each with its place: whatever came in first, lists and sums of
    /// floating-point numbers come out the same.
    pub fn cases(&self) -> impl ExactSizeIterator<Item = (usize, &TalliedCase)> {
        self.by_key.values().map(|place| (*place, &self.cases[*place]))
    }

    /// The metrics that were scored.
    pub fn metrics(&self) -> &[MetricId] {
        &self.metrics
    }

    /// The arms and conditions that were measured.
    pub fn sides(&self) -> impl Iterator<Item = &Sided> {
        self.sides.keys()
    }

    /// Trials that were acted.
    pub fn trials(&self) -> u64 {
        self.trials
    }

    /// Trials that died of their infrastructure.
    pub fn dead(&self) -> u64 {
        self.dead
    }

    /// What all trials cost together.
    pub fn cost(&self) -> Cost {
        self.cost
    }

    /// How many scores, and dead trials, there are of each class of failure to score.
    pub fn unscored(&self) -> Vec<(String, u64)> {
        self.unscored.iter().map(|(class, count)| (class.clone(), *count)).collect()
    }

    /// The scores of one case on `side`.
    pub fn of(&self, side: &Sided, metric: &MetricName, case: usize) -> Cell {
        let cells = self.sides.get(side).and_then(|by_metric| by_metric.get(metric));
        cells.and_then(|cells| cells.get(case)).copied().unwrap_or_default()
    }

    /// Whether no metric had anything to judge of a case on `side`: of a case that is judged elsewhere, because the
    /// condition found nothing to act on in it.
    pub fn is_left_alone(&self, side: &Sided, case: usize) -> bool {
        self.left_alone.contains(&(side.clone(), case))
    }

    /// The cases with scored trials on `side`, as statistics take them, with those that `keep` lets through.
    pub fn items(&self, side: &Sided, metric: &MetricName, keep: impl Fn(&TalliedCase) -> bool) -> Vec<Item> {
        let scored = self.cases().filter(|(_, case)| keep(case)).filter_map(|(index, case)| {
            let trials = self.of(side, metric, index).scored?;
            Some(Item::new(&case.cluster, trials))
        });
        scored.collect()
    }

    /// Cases as pairs of what they did on the sides `a` and `b`, of this tally and of `other`.
    pub fn pairs(&self, a: &Sided, other: &Tally, b: &Sided, metric: &MetricName) -> Vec<Pair> {
        let pair = |(index, case): (usize, &TalliedCase)| {
            let there = other.by_key.get(&case.key)?;
            let (a, b) = (self.of(a, metric, index), other.of(b, metric, *there));
            (a != Cell::default() || b != Cell::default()).then(|| Pair { case: case.clone(), a, b })
        };
        self.cases().filter_map(pair).collect()
    }
}

/// One case on two sides.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// The case.
    pub case: TalliedCase,
    /// What it did on the side compared against.
    pub a: Cell,
    /// What it did on the side compared.
    pub b: Cell,
}

impl Cell {
    fn count(&mut self, score: &Score) {
        match score.number().and_then(|number| Trials::values(&[number]).ok()) {
            Some(trial) => self.scored = Some(self.scored.map_or(trial, |earlier| earlier.joined(&trial))),
            None => self.unscored += 1,
        }
    }

    /// As statistics take it.
    pub fn outcome(&self) -> ArmOutcome {
        ArmOutcome { scored: self.scored, unscored: self.unscored }
    }

    /// The share of scored trials that passed; `None` when none was scored or the metric is graded.
    pub fn pass_share(&self) -> Option<f64> {
        let scored = self.scored?;
        scored.passed().map(|passed| f64::from(passed) / f64::from(scored.len()))
    }
}

impl Pair {
    /// The pair as statistics take it; `None` when one side has no scored trial.
    pub fn item(&self) -> Option<PairedItem> {
        complete(&self.case.cluster, &self.a.outcome(), &self.b.outcome())
    }
}

fn side(site: &TrialSite) -> Sided {
    Sided { arm: site.arm.clone(), condition: site.condition.clone() }
}

/// The cell of `case`, which is made when it is not there.
fn cell<'a>(by_metric: &'a mut ByMetric, metric: &MetricName, case: usize) -> &'a mut Cell {
    let cells = by_metric.entry(metric.clone()).or_default();
    if cells.len() <= case {
        cells.resize(case + 1, Cell::default());
    }
    &mut cells[case]
}

/// The word for a class of failure to score.
fn class(reason: &Unscored) -> &'static str {
    match reason {
        Unscored::NotApplicable => "not applicable",
        Unscored::Infrastructure => "infrastructure",
        Unscored::Scorer(_) => "scorer",
        Unscored::Judge(_) => "judge",
        Unscored::Gold(_) => "gold",
    }
}

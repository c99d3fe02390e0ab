//! Facts to record.

use std::collections::{BTreeMap, BTreeSet};

use loopwright_core::*;
use serde_json::json;

/// A run id.
pub(crate) fn run(name: &str) -> RunId {
    RunId::new(name).unwrap()
}

/// A worker id.
pub(crate) fn worker(name: &str) -> WorkerId {
    WorkerId::new(name).unwrap()
}

/// A manifest of the suite `support` that began at `started_ns`.
pub(crate) fn manifest(name: &str, split: Split, started_ns: u64) -> RunManifest {
    RunManifest {
        id: run(name),
        purpose: Purpose::Eval,
        suite: SuiteName::new("support").unwrap(),
        plan: Digest::of_bytes(name.as_bytes()),
        seed: Seed(7),
        arms: vec![Arm { name: ArmName::new("base").unwrap(), variant: variant() }],
        metrics: vec![metric("resolved")],
        metric_specs: Default::default(),
        split,
        trials: 10,
        simulated: true,
        started_ns,
        version: "0.1.0".to_owned(),
    }
}

/// The start of a run on dev.
pub(crate) fn started(name: &str) -> Fact {
    Fact::RunStarted(Box::new(manifest(name, Split::Dev, 1)))
}

/// A variant of the agent `support`.
pub(crate) fn variant() -> Variant {
    let part = (PartName::new("model").unwrap(), json!({"temperature": 0.1 + 0.2}));
    Variant { agent: AgentName::new("support").unwrap(), parts: BTreeMap::from([part]), unpinned: BTreeSet::new() }
}

/// A metric.
pub(crate) fn metric(name: &str) -> MetricId {
    MetricId { name: MetricName::new(name).unwrap(), digest: Digest::of_bytes(name.as_bytes()) }
}

/// The `index`-th trial of a run; the agent said `text`.
pub(crate) fn trial(run_name: &str, index: u64, text: &str) -> ActedTrial {
    let arm = ArmName::new("base").unwrap();
    let case = CaseKey::new(format!("case-{:04}", index / 2)).unwrap();
    let repetition = u32::try_from(index % 2).unwrap();
    let input = Digest::of_bytes(case.as_str().as_bytes());
    let key = TrialKey::planned(&run(run_name), &arm, &input, &Condition::Plain, repetition);
    let spans = vec![Span {
        id: 0,
        parent: None,
        start_ns: 5,
        end_ns: 1_000_005,
        detail: SpanDetail::Agent { agent: "support".to_owned(), variant: variant().digest() },
        error: None,
    }];
    ActedTrial {
        site: TrialSite {
            key,
            run: run(run_name),
            index,
            arm,
            case,
            group: None,
            tags: vec![Tag::new("orders").unwrap()],
            condition: Condition::Plain,
            repetition,
        },
        attempts: 1,
        cost: Cost { usage: Usage::new(100, 20, 30, 4), money: Some(MicroDollars(17)), energy: None },
        trace: Trace { id: TraceId::of(&key.0), outcome: Outcome::Answered { text: text.to_owned() }, spans },
        state: Some(StateImage::new(b"the same final state".to_vec())),
    }
}

/// A score of `trial`.
pub(crate) fn score(trial: &ActedTrial, metric_name: &str, verdict: Verdict) -> Score {
    Score {
        trial: trial.site.key,
        metric: metric(metric_name),
        expectation: Digest::of_bytes(b"gold"),
        value: None,
        verdict,
        evidence: "it says so".to_owned(),
    }
}

/// The result of a claim: the agent said `text`, and one metric passed it.
pub(crate) fn result(lease: &Lease, text: &str) -> Commit {
    let trial = trial(lease.run.as_str(), lease.index, text);
    let scores = vec![score(&trial, "resolved", Verdict::Pass)];
    Commit::Acted { lease: lease.clone(), trial: Box::new(trial), scores }
}

/// An estimate.
pub(crate) fn estimate() -> Estimate {
    Estimate { point: 0.5, low: 0.4, high: 0.6, level: 0.95, n_items: 40, n_trials: 80, method: Method::Wilson }
}

/// A finding of a run.
pub(crate) fn finding(run_name: &str, title: &str) -> Finding {
    Finding {
        code: FindingCode(101),
        title: title.to_owned(),
        run: run(run_name),
        part: None,
        share: estimate(),
        trials: 3,
        cases: vec![],
        headroom: None,
        evidence: vec![],
        exemplars: vec![],
    }
}

/// A question to the vault, asked by a run.
pub(crate) fn gate_query(run_name: &str, number: u32, at_ns: u64) -> GateQuery {
    GateQuery {
        suite: SuiteName::new("support").unwrap(),
        vault: Digest::of_bytes(b"vault"),
        number,
        run: run(run_name),
        incumbent: Digest::of_bytes(b"old"),
        candidate: Digest::of_bytes(b"new"),
        outcome: GateOutcome {
            kind: GateKind::Promotion,
            decision: Decision::Accept,
            alpha: 0.025,
            margin: 0.02,
            endpoints: vec![],
        },
        cases: 120,
        trials: 3,
        cost: Cost::ZERO,
        at_ns,
    }
}

/// A release.
pub(crate) fn release(at_ns: u64) -> Release {
    Release {
        agent: AgentName::new("support").unwrap(),
        variant: variant(),
        parent: None,
        patch: Patch::default(),
        reason: "contrast tool descriptions".to_owned(),
        query: Some(1),
        accepted_by: "gate".to_owned(),
        at_ns,
    }
}

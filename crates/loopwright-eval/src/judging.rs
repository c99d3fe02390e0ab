//! Judging: acted trials become scores. Metrics that ask nobody judge at once; for the others the questions are put first.

use std::sync::Arc;

use loopwright_core::{ActedTrial, Opinion, RunEvent, RunStatus, Said, Score};

use crate::meter::Meter;
use crate::metric::{Judged, Metric, Opinions, Question};
use crate::{Plan, PlannedTrial, Stage};

/// Rounds of questions at most: a question may follow from what was answered before.
const ROUNDS: usize = 4;

/// The scores of `trial` by the metrics that ask nobody about it.
pub(crate) fn judge(plan: &Plan, stage: &Stage, planned: &PlannedTrial<'_>, trial: &ActedTrial) -> Vec<Score> {
    let judged = judged(stage, planned, trial, Opinions::NONE);
    let settled = plan.metrics().iter().filter(|metric| metric.questions(&judged).is_empty());
    settled.map(|metric| metric.score_by(&judged, planned.expectation)).collect()
}

/// Puts the questions about `trial` that `known` does not answer, and judges it by every metric. There are no scores when
/// `meter` does not let a question through.
pub(crate) async fn hear(
    plan: Arc<Plan>,
    stage: Arc<Stage>,
    trial: Box<ActedTrial>,
    known: Vec<Opinion>,
    meter: Arc<Meter>,
) -> RunEvent {
    let Some(planned) = plan.trial(trial.site.index) else {
        return RunEvent::Ended { status: RunStatus::Unfinished };
    };
    let mut opinions = Opinions::default();
    let mut heard = vec![];
    // What was asked in vain is asked once more.
    let answered = |opinion: &&Opinion| matches!(opinion.said, Said::Answer(_));
    known.iter().filter(answered).for_each(|opinion| opinions.add(opinion));
    for _ in 0..ROUNDS {
        let open = open_questions(plan.metrics(), &judged(&stage, &planned, &trial, &opinions));
        if open.is_empty() {
            break;
        }
        for question in open {
            let Some(opinion) = stage.asker.ask(trial.site.key, &question, &meter).await else {
                return RunEvent::Judged { site: Box::new(planned.site), scores: vec![], opinions: heard };
            };
            opinions.add(&opinion);
            heard.push(opinion);
        }
    }
    let judged = judged(&stage, &planned, &trial, &opinions);
    let scores = plan.metrics().iter().map(|metric| metric.score_by(&judged, planned.expectation)).collect();
    RunEvent::Judged { site: Box::new(planned.site), scores, opinions: heard }
}

fn judged<'a>(
    stage: &'a Stage,
    planned: &PlannedTrial<'a>,
    trial: &'a ActedTrial,
    opinions: &'a Opinions,
) -> Judged<'a> {
    let gold = stage.gold(&trial.site.arm, &planned.case.key);
    let gold_world = stage.gold_world(&trial.site.arm);
    Judged { case: planned.case, trial, gold, gold_world, opinions }
}

/// What the metrics must know and has not been asked, each once.
fn open_questions(metrics: &[Metric], judged: &Judged<'_>) -> Vec<Question> {
    let mut open: Vec<Question> = vec![];
    for question in metrics.iter().flat_map(|metric| metric.questions(judged)) {
        if judged.opinions.on(&question).is_none() && !open.contains(&question) {
            open.push(question);
        }
    }
    open
}

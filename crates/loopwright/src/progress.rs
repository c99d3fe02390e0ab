//! Progress: a run on a terminal, while it runs. Where there is no terminal, one line at the end of it.

use std::collections::BTreeSet;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use loopwright_core::{Cost, MetricName, RunEvent, Score, Split, Unscored, Verdict};
use loopwright_eval::Watch;
use loopwright_improve::{Follow, Step};
use loopwright_report::{cost, counted, whole};

use crate::printer::{FAINT, Printer, STRONG};

/// Draws the progress of runs, one after the other.
pub struct Progress {
    printer: Printer,
    bar: ProgressBar,
    cost: Cost,
    died: u64,
    /// The metrics of which a failure was told.
    told: BTreeSet<MetricName>,
    sealed: bool,
}

impl Progress {
    /// Progress on the terminal of `printer`, if there is one.
    pub fn new(printer: Printer) -> Self {
        Self { printer, bar: ProgressBar::hidden(), cost: Cost::ZERO, died: 0, told: BTreeSet::new(), sealed: false }
    }

    fn begin(&mut self, trials: u64, done: u64) {
        self.cost = Cost::ZERO;
        self.died = 0;
        if done > 0 {
            let all = counted(trials, "trial", "trials");
            self.printer.say(&format!(
                "goes on where it stood: {} of {all} done (what a killed process had under way is free after 10 s)",
                whole(done)
            ));
        }
        if !self.printer.draws_progress() {
            return;
        }
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} trials · {elapsed} · {eta} left · {wide_msg}");
        self.bar = ProgressBar::with_draw_target(Some(trials), ProgressDrawTarget::stderr_with_hz(8));
        self.bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        self.bar.set_position(done);
    }

    /// The first failure of each metric says what is wrong with it.
    fn unscored(&mut self, score: &Score) {
        let (Verdict::Unscored(Unscored::Scorer(why) | Unscored::Judge(why)), false) = (&score.verdict, self.sealed)
        else {
            return;
        };
        if self.told.insert(score.metric.name.clone()) {
            self.bar.suspend(|| self.printer.warn(&format!("`{}` could not score a trial: {why}", score.metric.name)));
        }
    }

    fn trial(&mut self) {
        self.bar.inc(1);
        if !self.bar.is_hidden() && self.bar.position().is_multiple_of(16) {
            self.bar.set_message(cost(&self.cost));
        }
    }
}

impl Watch for Progress {
    fn event(&mut self, event: &RunEvent) {
        match event {
            RunEvent::Started { manifest, done } => {
                self.sealed = manifest.split == Split::Vault;
                self.begin(manifest.trials, *done);
            }
            RunEvent::Finished { trial, .. } => {
                self.cost += trial.cost;
                self.trial();
            }
            RunEvent::Judged { scores, opinions, .. } => {
                opinions.iter().for_each(|opinion| self.cost += opinion.cost);
                scores.iter().for_each(|score| self.unscored(score));
            }
            RunEvent::Died { message, site, .. } => {
                self.died += 1;
                // The first failures say what is wrong; a thousand more would hide it.
                if self.died <= 3 {
                    // A message may quote what a sealed case says.
                    let warning = match self.sealed {
                        true => "a trial of a sealed case died of its infrastructure".to_owned(),
                        false => format!("a trial of `{}` died: {message}", site.case),
                    };
                    self.bar.suspend(|| self.printer.warn(&warning));
                }
                self.trial();
            }
            RunEvent::Ended { .. } => self.bar.finish_and_clear(),
            _ => {}
        }
    }
}

impl Follow for Progress {
    fn step(&mut self, step: Step<'_>) {
        let line = match step {
            Step::Racing(candidates) => {
                let count = counted(candidates.len() as u64, "candidate", "candidates");
                format!("{STRONG}race{STRONG:#} on dev: {count}, the incumbent and a placebo")
            }
            Step::Raced(race) => {
                let good = race.entries.iter().filter(|entry| entry.screen.is_ok()).count() as u64;
                let worth = if good == 1 { "is worth" } else { "are worth" };
                format!("{FAINT}     {good} {worth} a question to the vault{FAINT:#}")
            }
            Step::Asking(candidate) => {
                format!("{STRONG}vault{STRONG:#} asked about: {}", candidate.change)
            }
            Step::Answered(_, query) => {
                format!("{FAINT}     question {}: {}{FAINT:#}", query.number, query.outcome.decision.word())
            }
        };
        self.printer.say(&line);
    }
}

//! Faults of tools: what befalls calls between the agent and the world that carries them out.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use loopwright_agent::{ToolOutput, ToolPart, ToolStatus, Toolbox};
use loopwright_core::{BoxFuture, Clock, Seed};
use serde_json::{Map, Value};

use super::{Application, Situation, injection, tool_drift, tool_empty, tool_error, tool_timeout, tool_wrong};

/// What befalls the calls of tools in a trial. Calls are counted from the first one of the trial, whatever the tool.
#[derive(Debug, Clone, PartialEq)]
pub enum ToolFault {
    /// The first `calls` calls fail at once; nothing is carried out.
    Error {
        /// How many.
        calls: usize,
    },
    /// The first `calls` calls are waited for in vain; nothing is carried out.
    Timeout {
        /// How many.
        calls: usize,
    },
    /// Each call takes this much longer.
    Slow {
        /// Seconds.
        seconds: u64,
    },
    /// Each result comes in another form.
    Drift {
        /// How many changes of the form, from 1.
        steps: usize,
    },
    /// The first `calls` calls are carried out, and their results are lost.
    Empty {
        /// How many.
        calls: usize,
    },
    /// The first `calls` calls are carried out, and their results are wrong without looking so.
    Wrong {
        /// How many.
        calls: usize,
        /// Chance of what is wrong.
        seed: Seed,
    },
    /// The first `results` results carry a text that is addressed to the agent.
    Injected {
        /// How many.
        results: usize,
        /// The text.
        text: String,
    },
}

/// What those kinds need that act on calls.
pub(super) const NEEDED: &str = "an agent with tools that Loopwright carries out";

/// The situation in which `fault` befalls the calls. Tools that came with the input are never carried out.
pub(super) fn befallen(situation: Situation, application: &Application<'_>, fault: ToolFault) -> Situation {
    let is_carried_out = situation.input.tools.is_empty() && !application.material.tools.is_empty();
    let tool_fault = Some(fault).filter(|_| is_carried_out && application.dose > 0);
    Situation { tool_fault, ..situation }
}

/// Tools on which a fault falls.
pub struct FaultyTools<'a> {
    inner: &'a dyn Toolbox,
    fault: &'a ToolFault,
    clock: &'a dyn Clock,
    calls: AtomicUsize,
}

impl<'a> FaultyTools<'a> {
    /// The tools of `inner`, on which `fault` falls; what takes time takes it on `clock`.
    pub fn new(inner: &'a dyn Toolbox, fault: &'a ToolFault, clock: &'a dyn Clock) -> Self {
        Self { inner, fault, clock, calls: AtomicUsize::new(0) }
    }

    /// What happens in place of the call number `number`, if anything does.
    async fn instead(&self, number: usize) -> Option<ToolOutput> {
        match self.fault {
            ToolFault::Error { calls } if number < *calls => Some(tool_error::output()),
            ToolFault::Timeout { calls } if number < *calls => {
                self.clock.sleep(tool_timeout::PATIENCE).await;
                Some(tool_timeout::output())
            }
            ToolFault::Slow { seconds } => {
                self.clock.sleep(Duration::from_secs(*seconds)).await;
                None
            }
            _ => None,
        }
    }

    /// What the agent is told of the result `text` of the call number `number`.
    fn told(&self, number: usize, text: String, arguments: &Map<String, Value>) -> String {
        match self.fault {
            ToolFault::Drift { steps } => tool_drift::drifted(&text, *steps),
            ToolFault::Empty { calls } if number < *calls => tool_empty::NOTHING.to_owned(),
            ToolFault::Wrong { calls, seed } if number < *calls => tool_wrong::falsified(&text, arguments, *seed),
            ToolFault::Injected { results, text: injected } if number < *results => injection::carried(&text, injected),
            _ => text,
        }
    }
}

impl Toolbox for FaultyTools<'_> {
    fn call<'a>(&'a self, tool: &'a ToolPart, arguments: &'a Map<String, Value>) -> BoxFuture<'a, ToolOutput> {
        let number = self.calls.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            if let Some(output) = self.instead(number).await {
                return output;
            }
            let output = self.inner.call(tool, arguments).await;
            // A tool that says no says it as ever: what is tried is what becomes of a result.
            match output.status {
                ToolStatus::Done => ToolOutput { text: self.told(number, output.text, arguments), ..output },
                _ => output,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loopwright_core::VirtualClock;
    use serde_json::json;

    struct Says(ToolStatus);

    impl Toolbox for Says {
        fn call<'a>(&'a self, _: &'a ToolPart, _: &'a Map<String, Value>) -> BoxFuture<'a, ToolOutput> {
            let text = r#"[{"order_id":"A-1","weight":12}]"#.to_owned();
            Box::pin(std::future::ready(ToolOutput { text, status: self.0 }))
        }
    }

    fn calls(fault: &ToolFault, status: ToolStatus) -> (Vec<(String, ToolStatus)>, u64) {
        let tool: ToolPart = serde_json::from_value(json!({"name": "t", "effect": "read", "statements": []})).unwrap();
        let (clock, inner) = (VirtualClock::default(), Says(status));
        let tools = FaultyTools::new(&inner, fault, &clock);
        let arguments = json!({"order_id": "A-1"}).as_object().unwrap().clone();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let outputs = (0..2).map(|_| runtime.block_on(tools.call(&tool, &arguments)));
        let outputs: Vec<_> = outputs.map(|output| (output.text, output.status)).collect();
        (outputs, clock.now_ns() / 1_000_000_000)
    }

    fn first(fault: &ToolFault) -> String {
        let (outputs, _) = calls(fault, ToolStatus::Done);
        outputs[0].0.clone()
    }

    const PLAIN: &str = r#"[{"order_id":"A-1","weight":12}]"#;

    #[test]
    fn calls_that_fail_are_followed_by_calls_that_do_not() {
        for fault in [ToolFault::Error { calls: 1 }, ToolFault::Timeout { calls: 1 }] {
            let (outputs, _) = calls(&fault, ToolStatus::Done);
            assert!(outputs[0].0.starts_with("error: ") && outputs[0].1 == ToolStatus::Broken, "{outputs:?}");
            assert_eq!(outputs[1], (PLAIN.to_owned(), ToolStatus::Done));
        }
    }

    #[test]
    fn time_is_that_of_the_clock() {
        assert_eq!(calls(&ToolFault::Timeout { calls: 1 }, ToolStatus::Done).1, tool_timeout::PATIENCE.as_secs());
        assert_eq!(calls(&ToolFault::Slow { seconds: 4 }, ToolStatus::Done).1, 8);
        assert_eq!(first(&ToolFault::Slow { seconds: 4 }), PLAIN);
        assert_eq!(calls(&ToolFault::Error { calls: 1 }, ToolStatus::Done).1, 0);
    }

    #[test]
    fn results_change_as_stated() {
        assert_eq!(first(&ToolFault::Drift { steps: 1 }), format!(r#"{{"data":{PLAIN},"status":"ok"}}"#));
        assert_eq!(first(&ToolFault::Empty { calls: 1 }), "[]");
        let wrong = first(&ToolFault::Wrong { calls: 1, seed: Seed(1) });
        assert!(wrong.contains(r#""order_id":"A-1""#) && !wrong.contains("12"), "{wrong}");
        let injected = first(&ToolFault::Injected { results: 1, text: "Obey!".into() });
        assert_eq!(injected, r#"[{"order_id":"A-1","weight":12},{"note":"Obey!"}]"#);
        assert_eq!(calls(&ToolFault::Empty { calls: 1 }, ToolStatus::Done).0[1].0, PLAIN);
    }

    #[test]
    fn a_tool_that_refuses_says_so_as_ever() {
        let (outputs, _) = calls(&ToolFault::Empty { calls: 2 }, ToolStatus::Refused);
        assert!(outputs.iter().all(|output| *output == (PLAIN.to_owned(), ToolStatus::Refused)));
    }
}

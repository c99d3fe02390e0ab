//! The stand-in behind the port: its nominal latency passes on the clock that it is given.

use std::sync::Arc;
use std::time::Duration;

use loopwright_core::{
    BoxFuture, ChatResponse, Clock, Delta, DeltaSink, Message, Model, ModelCall, ModelError, ModelErrorKind, ModelInfo,
    ToolCall,
};
use loopwright_standin::{Completion, Profile, complete};

/// The built-in predictor, which only simulates a language model. Making one costs nothing, so that each trial can have
/// its own with its own clock: a [`loopwright_core::VirtualClock`] jumps ahead, a real one waits.
#[derive(Clone)]
pub struct Standin {
    profile: &'static Profile,
    clock: Arc<dyn Clock>,
}

/// The profile called `name`.
pub(crate) fn profile(name: &str) -> Option<&'static Profile> {
    Profile::named(name)
}

/// The names of all profiles, for a message.
pub(crate) fn profile_names() -> String {
    Profile::all().iter().map(|profile| format!("`{}`", profile.name)).collect::<Vec<_>>().join(", ")
}

impl Standin {
    /// The stand-in with the profile called `profile`, if there is one, on the time of `clock`.
    pub fn new(profile: &str, clock: Arc<dyn Clock>) -> Option<Self> {
        self::profile(profile).map(|profile| Self { profile, clock })
    }
}

impl Model for Standin {
    fn info(&self) -> ModelInfo {
        let reference = format!("standin:{}", self.profile.name);
        ModelInfo { reference, simulated: true, window: Some(self.profile.window), priced: true }
    }

    fn chat<'a>(&'a self, call: ModelCall<'a>) -> BoxFuture<'a, Result<ChatResponse, ModelError>> {
        Box::pin(async move {
            let Completion { response, latency } = complete(self.profile, call.request, call.seed);
            match call.deadline.filter(|deadline| *deadline < latency) {
                Some(deadline) => {
                    self.clock.sleep(deadline).await;
                    Err(late(self.profile.name, deadline))
                }
                None => {
                    self.clock.sleep(latency).await;
                    if let Some(sink) = call.deltas.filter(|sink| sink.wants_pieces()) {
                        announce(&response.message, sink);
                    }
                    Ok(response)
                }
            }
        })
    }
}

fn late(profile: &str, deadline: Duration) -> ModelError {
    let message = format!("call `standin:{profile}`: no complete answer within {:.1} s", deadline.as_secs_f64());
    ModelError { kind: ModelErrorKind::Timeout, message, status: None }
}

fn announce(message: &Message, sink: &mut dyn DeltaSink) {
    let text = message.plain_text();
    for word in text.split_inclusive(' ') {
        sink.delta(Delta::Text(word.to_owned()));
    }
    for (index, call) in message.tool_calls.iter().enumerate() {
        let ToolCall { id, name, arguments } = call.clone();
        sink.delta(Delta::ToolCall { index, id: Some(id), name: Some(name), arguments });
    }
}

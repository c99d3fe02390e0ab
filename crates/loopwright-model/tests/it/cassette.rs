//! Calls that are recorded, and answered again without their model.

use std::io::Write;
use std::sync::{Arc, Mutex};

use loopwright_core::{ChatRequest, ChatResponse, Message, ModelCall, ModelError, ModelErrorKind, Role, Seed};
use loopwright_model::{Access, Cassette, Missing, ModelRef, PriceTable, open};

use crate::protocols::{Heard, SPOKEN};
use crate::server::{RunningClock, Server, run, stream};

/// A file that can be read while it is written.
#[derive(Clone, Default)]
struct Tape(Arc<Mutex<Vec<u8>>>);

impl Write for Tape {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Tape {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

fn access(cassette: Cassette) -> Access {
    let mut access = Access::new([].into(), PriceTable::builtin());
    access.cassette = Some(Arc::new(cassette));
    access
}

async fn asked(
    reference: &ModelRef,
    access: &Access,
    question: &str,
    seed: u64,
) -> (Result<ChatResponse, ModelError>, Heard) {
    let model = open(reference, RunningClock::start(), access).unwrap();
    let request = ChatRequest::new("", vec![Message::text(Role::User, question)]);
    let mut heard = Heard::default();
    let call = ModelCall { request: &request, seed: Seed(seed), deadline: None, deltas: Some(&mut heard) };
    (model.chat(call).await, heard)
}

#[test]
fn what_was_recorded_is_said_again_without_the_model_and_its_key() {
    run(async {
        let tape = Tape::default();
        let [chat, ..] = &SPOKEN;
        let server = Server::start(vec![stream(&chat.events(), true), stream(&chat.events(), true)]).await;
        let reference: ModelRef = format!("compatible:m@{}", server.base_url).parse().unwrap();
        let recorder = Cassette::parse("", Missing::IsRecorded).unwrap().writing_to(Box::new(tape.clone()));
        let recorder = access(recorder);
        let (first, heard) = asked(&reference, &recorder, "Where?", 1).await;
        asked(&reference, &recorder, "Where?", 1).await.0.unwrap();
        assert_eq!(server.received().len(), 2, "a repeated call is a new one while it is recorded");
        drop(server);

        let player = access(Cassette::parse(&tape.text(), Missing::Fails).unwrap());
        for _ in 0..3 {
            let (again, heard_again) = asked(&reference, &player, "Where?", 1).await;
            assert_eq!(again.as_ref().unwrap(), first.as_ref().unwrap());
            assert_eq!((&heard_again.text, &heard_again.arguments), (&heard.text, &heard.arguments));
        }
        for (question, seed) in [("Where else?", 1), ("Where?", 2)] {
            let missing = asked(&reference, &player, question, seed).await.0.unwrap_err();
            assert_eq!(missing.kind, ModelErrorKind::Network);
            assert!(missing.message.ends_with("the cassette holds no such call; record it first"), "{missing}");
        }
        let keyed: ModelRef = "openai:gpt-5-mini".parse().unwrap();
        assert!(open(&keyed, RunningClock::start(), &player).is_ok(), "no key is needed");
    });
}

#[test]
fn a_recorder_answers_what_it_holds_from_the_tape() {
    run(async {
        let tape = Tape::default();
        let recorder = Cassette::parse("", Missing::IsRecorded).unwrap().writing_to(Box::new(tape.clone()));
        let standin: ModelRef = "cascade(standin:nano, standin:small)".parse().unwrap();
        let (said, _) = asked(&standin, &access(recorder), "Where?", 1).await;
        assert_eq!(tape.text().lines().count(), 1, "a route is recorded as a whole");
        let rewound = access(Cassette::parse(&tape.text(), Missing::IsRecorded).unwrap());
        assert_eq!(asked(&standin, &rewound, "Where?", 1).await.0.unwrap(), said.unwrap());
    });
}

#[test]
fn a_line_that_is_no_call_is_told_by_its_number() {
    let error = Cassette::parse("\n{\"key\": 1}\n", Missing::Fails).unwrap_err();
    assert_eq!(error.to_string(), "line 2 of the cassette is no recorded call");
}

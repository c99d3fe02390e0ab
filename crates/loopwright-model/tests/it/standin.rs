use std::collections::BTreeMap;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use loopwright_core::{
    ChatRequest, ChatResponse, Clock, Message, ModelCall, ModelError, ModelErrorKind, Role, Seed, VirtualClock,
};
use loopwright_model::{Access, PriceTable, open};

fn asked(seed: u64, deadline: Option<Duration>) -> (Result<ChatResponse, ModelError>, u64) {
    let clock = Arc::new(VirtualClock::default());
    let access = Access::new(BTreeMap::new(), PriceTable::builtin());
    let model = open(&"standin:small".parse().unwrap(), clock.clone(), &access).unwrap();
    assert!(model.info().simulated && model.info().priced);
    let request = ChatRequest::new("small", vec![Message::text(Role::User, "Where is my order?")]);
    let call = ModelCall { request: &request, seed: Seed(seed), deadline, deltas: None };
    let Poll::Ready(result) = model.chat(call).as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
        unreachable!("a virtual clock waits for nobody")
    };
    (result, clock.now_ns())
}

#[test]
fn time_passes_on_the_clock_given_and_nowhere_else() {
    let (first, after) = asked(1, None);
    assert!(after > 0);
    assert_eq!((first.as_ref().ok(), after), (asked(1, None).0.as_ref().ok(), asked(1, None).1));
    assert!(first.unwrap().cost.money.is_some());
}

#[test]
fn a_deadline_is_kept() {
    let (result, after) = asked(1, Some(Duration::from_nanos(1)));
    assert_eq!((result.unwrap_err().kind, after), (ModelErrorKind::Timeout, 1));
}

//! What is read is what was written, to the last bit.

use std::sync::{Arc, LazyLock};

use loopwright_core::*;
use loopwright_store::Store;
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use serde_json::Value;

use crate::block_on::block_on;
use crate::sample::*;

/// SQLite's integers are signed; a larger count is kept as the largest.
fn amount() -> impl Strategy<Value = u64> {
    prop_oneof![0..1000_u64, 0..=i64::MAX as u64]
}

fn number() -> impl Strategy<Value = f64> {
    use proptest::num::f64::{NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};
    POSITIVE | NEGATIVE | NORMAL | SUBNORMAL | ZERO
}

fn digest() -> impl Strategy<Value = Digest> {
    any::<u64>().prop_map(|n| Digest::of_bytes(&n.to_le_bytes()))
}

fn name<T: std::str::FromStr + std::fmt::Debug>() -> impl Strategy<Value = T>
where
    T::Err: std::fmt::Debug,
{
    "[a-zé0-9._/:@#+-]{1,20}".prop_map(|text| text.parse::<T>().unwrap())
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        number().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((any::<String>(), inner), 0..4).prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

fn cost() -> impl Strategy<Value = Cost> {
    let usage = (amount(), amount(), amount(), amount()).prop_map(|(a, b, c, d)| Usage::new(a, b, c, d));
    (usage, option::of(amount()), option::of(amount())).prop_map(|(usage, money, energy)| Cost {
        usage,
        money: money.map(MicroDollars),
        energy: energy.map(MicroJoules),
    })
}

fn call() -> impl Strategy<Value = ToolCall> {
    (any::<String>(), any::<String>(), any::<String>()).prop_map(|(id, name, arguments)| ToolCall {
        id,
        name,
        arguments,
    })
}

fn message() -> impl Strategy<Value = Message> {
    (vec(any::<String>(), 0..3), vec(call(), 0..2), option::of(any::<String>())).prop_map(|(texts, tool_calls, id)| {
        let content = texts.into_iter().map(|text| Part::Text { text }).collect();
        Message { role: Role::Assistant, content, tool_calls, tool_call_id: id }
    })
}

fn chat() -> impl Strategy<Value = SpanDetail> {
    let response = (any::<String>(), message(), cost()).prop_map(|(id, message, cost)| {
        let finish = FinishReason::Other(id.clone());
        Box::new(ChatResponse { model: id.clone(), id, message, finish, cost })
    });
    let tool = (any::<String>(), json()).prop_map(|(name, parameters)| ToolSpec {
        description: name.clone(),
        name,
        parameters,
    });
    (vec(message(), 0..3), vec(tool, 0..2), option::of(number()), option::of(response), any::<u32>()).prop_map(
        |(messages, tools, temperature, response, attempts)| {
            let request = ChatRequest { tools, temperature, ..ChatRequest::new("m", messages) };
            SpanDetail::Chat { request: Box::new(request), response, segments: vec![], attempts }
        },
    )
}

fn detail() -> impl Strategy<Value = SpanDetail> {
    let passage = (any::<String>(), number(), any::<String>()).prop_map(|(source, score, text)| FoundPassage {
        source,
        start: 3,
        end: 9,
        score,
        text,
    });
    prop_oneof![
        (any::<String>(), digest()).prop_map(|(agent, variant)| SpanDetail::Agent { agent, variant }),
        (any::<String>(), vec(passage, 0..4)).prop_map(|(query, passages)| SpanDetail::Retrieval {
            query,
            passages,
            shown: 1
        }),
        (call(), option::of(json()), any::<String>()).prop_map(|(call, arguments, result)| SpanDetail::Tool {
            call,
            // `null` in JSON is both "no arguments" and the value null, which no schema of a tool allows.
            arguments: arguments.filter(|value| !value.is_null()),
            result,
            status: ToolStatus::Refused,
        }),
        chat(),
    ]
}

fn condition() -> impl Strategy<Value = Condition> {
    prop_oneof![
        Just(Condition::Plain),
        any::<u32>().prop_map(|dose| Condition::Perturbation(Perturbation { name: "near_misses".to_owned(), dose })),
        btree_set("[a-z_]{1,8}", 1..4).prop_map(Condition::Intervention),
    ]
}

fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        any::<String>().prop_map(|text| Outcome::Answered { text }),
        any::<String>().prop_map(|text| Outcome::Stopped { limit: Limit::Money, text }),
        any::<String>().prop_map(|message| Outcome::Failed { message }),
        any::<String>().prop_map(|message| Outcome::Infrastructure { message }),
    ]
}

fn site() -> impl Strategy<Value = TrialSite> {
    (digest(), amount(), name(), name(), option::of(name()), vec(name(), 0..3), condition(), any::<u32>()).prop_map(
        |(key, index, arm, case, group, tags, condition, repetition)| TrialSite {
            key: TrialKey(key),
            run: run("r"),
            index,
            arm,
            case,
            group,
            tags,
            condition,
            repetition,
        },
    )
}

fn span() -> impl Strategy<Value = Span> {
    (any::<u32>(), option::of(any::<u32>()), any::<u64>(), any::<u64>(), detail(), option::of(any::<String>()))
        .prop_map(|(id, parent, start_ns, end_ns, detail, error)| Span { id, parent, start_ns, end_ns, detail, error })
}

fn acted() -> impl Strategy<Value = ActedTrial> {
    let state = option::of(vec(any::<u8>(), 0..300)).prop_map(|bytes| bytes.map(StateImage::new));
    (site(), any::<u32>(), cost(), outcome(), vec(span(), 0..5), state).prop_map(
        |(site, attempts, cost, outcome, spans, state)| {
            let trace = Trace { id: TraceId::of(&site.key.0), outcome, spans };
            ActedTrial { site, attempts, cost, trace, state }
        },
    )
}

fn verdict() -> impl Strategy<Value = Verdict> {
    prop_oneof![
        Just(Verdict::Pass),
        Just(Verdict::Fail),
        Just(Verdict::Measured),
        Just(Verdict::Unscored(Unscored::NotApplicable)),
        any::<String>().prop_map(|why| Verdict::Unscored(Unscored::Scorer(why))),
    ]
}

static STORE: LazyLock<Store> = LazyLock::new(|| {
    let store = Store::in_memory(Arc::new(VirtualClock::default())).unwrap();
    block_on(store.append(vec![started("r")])).unwrap();
    store
});

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn trials_read_back(trial in acted(), name in name(), value in option::of(number()), verdict in verdict(), why: String) {
        let metric = MetricId { name, digest: Digest::of_bytes(why.as_bytes()) };
        let expectation = Digest::of_bytes(b"gold");
        let score = Score { trial: trial.site.key, metric, expectation, value, verdict, evidence: why };
        let facts = vec![Fact::Acted(Box::new(trial.clone())), Fact::Scored(score.clone())];
        block_on(STORE.append(facts)).unwrap();
        let read = block_on(STORE.trial(&trial.site.key)).unwrap();
        prop_assert_eq!(read.as_ref(), Some(&trial));
        let query = ScoreQuery { run: run("r"), metric: None, trial: Some(trial.site.key) };
        prop_assert_eq!(block_on(STORE.scores(query)).unwrap(), vec![score]);
    }
}

use loopwright_core::{FoundPassage, GoldPassage};
use loopwright_knowledge::{
    CANDIDATES, Corpus, Document, GoldSpan, Index, KnowledgePart, Order, Retriever, SearchParams, locate,
    retrieval_values, search,
};
use proptest::prelude::*;

const PAGES: [(&str, &str); 4] = [
    (
        "docs/returns.md",
        "# Returns\n\nUnused goods may be returned within 30 days. The label costs £2.95.\n\n## Present\n\nA present is returned with its receipt.",
    ),
    ("docs/refunds.md", "# Refunds\n\nA refund is paid within five working days. Gift cards are not refunded."),
    ("docs/shipping.md", "# Shipping\n\nParcels travel with Northpost. Delivery takes two days."),
    ("docs/knives.md", "# Knives\n\nSharpen knives on a wet stone. Never put them in the machine."),
];

fn shop() -> Corpus {
    let page = |(source, text): &(&str, &str)| Document { source: (*source).into(), text: (*text).into() };
    Corpus::new(PAGES.iter().map(page).collect()).unwrap()
}

fn part(chunk: serde_json::Value) -> KnowledgePart {
    let digest = shop().digest().to_string();
    KnowledgePart::parse(&serde_json::json!({ "corpus": digest, "chunk": chunk })).unwrap()
}

#[test]
fn from_a_question_to_its_values() {
    let (corpus, part) = (shop(), part(serde_json::json!({"by": "heading", "size": 20, "header": true})));
    let index = Index::build(&corpus, &part).unwrap();
    let found = search(&index, "How much is a return label?", &part.search_params());
    assert!(found.shown()[0].text.contains("£2.95"), "{found:?}");
    let quote = Some("The label costs £2.95.".to_owned());
    let gold = locate(&corpus, &GoldPassage { source: "docs/returns.md".into(), quote, span: None }).unwrap();
    assert_eq!(corpus.document("docs/returns.md").unwrap().slice(gold.start, gold.end), "The label costs £2.95.");
    let values = retrieval_values(found.passages(), found.shown_len(), &[gold], 5).unwrap();
    assert_eq!((values.recall_at_k, values.reciprocal_rank, values.character_recall), (1.0, 1.0, 1.0));
}

#[test]
fn a_header_is_searched_and_shown() {
    let with = part(serde_json::json!({"by": "heading", "size": 10, "header": true}));
    let index = Index::build(&shop(), &with).unwrap();
    let found = search(&index, "refunds of gift cards", &with.search_params());
    assert!(found.shown()[0].text.starts_with("Refunds\nGift cards"), "{:?}", found.shown());
    let shown = &found.shown()[0];
    assert!(shop().document(&shown.source).unwrap().slice(shown.start, shown.end).starts_with("Gift"));
}

#[test]
fn the_port_answers_as_the_function_does() {
    let part = part(serde_json::json!({}));
    let index = std::sync::Arc::new(Index::build(&shop(), &part).unwrap());
    let port: std::sync::Arc<dyn Retriever> = index.clone();
    let params = part.search_params();
    let mut future = port.retrieve("gift", &params);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(Ok(found)) = future.as_mut().poll(&mut context) else { panic!("not ready") };
    assert_eq!(found, search(&index, "gift", &params));
}

fn query() -> impl Strategy<Value = String> {
    let word =
        prop::sample::select(vec!["return", "refund", "gift", "knives", "days", "parcel", "the", "within", "zebra"]);
    prop::collection::vec(word, 0..8).prop_map(|words| words.join(" "))
}

fn passages() -> impl Strategy<Value = Vec<FoundPassage>> {
    let one = (0..3_u8, 0..200_usize, 1..80_usize, 0..5_u8).prop_map(|(source, start, length, score)| FoundPassage {
        source: source.to_string(),
        start,
        end: start + length,
        score: f64::from(score),
        text: String::new(),
    });
    prop::collection::vec(one, 0..20)
}

proptest! {
    #[test]
    fn search_keeps_its_promises(query in query(), top_k in 1..6_usize, threshold in 0.0..=1.0, edges in any::<bool>()) {
        let part = part(serde_json::json!({"size": 10}));
        let index = Index::build(&shop(), &part).unwrap();
        let order = if edges { Order::EdgesFirst } else { Order::Relevance };
        let params = SearchParams { top_k, threshold, order, ..part.search_params() };
        let found = search(&index, &query, &params);
        prop_assert_eq!(&found, &search(&index, &query, &params));
        prop_assert!(found.shown_len() <= top_k && found.passages().len() <= CANDIDATES);
        prop_assert!(found.passages().is_empty() || found.shown_len() >= 1);
        let worst = found.shown().iter().map(|p| p.score).fold(f64::INFINITY, f64::min);
        let best = found.shown().iter().map(|p| p.score).fold(0.0, f64::max);
        let (shown, hidden) = found.passages().split_at(found.shown_len());
        prop_assert!(shown.iter().all(|p| p.score >= threshold * best && !p.text.is_empty()));
        prop_assert!(hidden.iter().all(|p| p.score <= worst && p.text.is_empty()));
        for passage in shown {
            let document = shop();
            prop_assert_eq!(document.document(&passage.source).unwrap().slice(passage.start, passage.end), &passage.text);
        }
    }

    #[test]
    fn values_stay_in_range(
        passages in passages(), shown in 0..25_usize, k in 1..12_usize,
        spans in prop::collection::vec((0..3_u8, 0..200_usize, 1..60_usize), 1..5),
    ) {
        let gold: Vec<GoldSpan> = spans
            .into_iter()
            .map(|(source, start, length)| GoldSpan { source: source.to_string(), start, end: start + length })
            .collect();
        let values = retrieval_values(&passages, shown, &gold, k).unwrap();
        let all = [
            values.recall_at_k, values.precision_at_k, values.reciprocal_rank, values.ndcg_at_k,
            values.character_recall, values.character_precision, values.character_iou,
        ];
        prop_assert!(all.iter().all(|value| (0.0..=1.0 + 1e-12).contains(value)), "{:?}", values);
        prop_assert!(values.character_iou <= values.character_precision.min(values.character_recall) + 1e-12);
        let wider = retrieval_values(&passages, shown, &gold, k + 1).unwrap();
        prop_assert!(wider.recall_at_k >= values.recall_at_k);
    }
}

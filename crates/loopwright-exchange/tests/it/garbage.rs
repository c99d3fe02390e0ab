//! Whatever stands in a file, a reader answers; it never panics.

use std::collections::BTreeMap;

use loopwright_exchange::{
    BfclFiles, SourceText, TauBenchImport, read_bfcl, read_cases, read_retrieval_questions, read_tau_bench,
};
use proptest::prelude::*;

const LINES: [&str; 4] = [
    r#"{"key":"ä","input":{"messages":[{"role":"user","content":[{"type":"text","text":"é"}]}]},"expect":{"calls":[{"tool":"t","args":{"a":{"any":[1],"optional":true}}}]},"tags":["x"]}"#,
    r#"{"id":"simple_1","question":[[{"role":"user","content":"wo ?"}]],"function":[{"name":"a.b","description":"d","parameters":{"type":"dict","properties":{"x":{"type":"array","items":{"type":"float"}}},"required":["x"]}}]}"#,
    r#"{"id":"simple_1","ground_truth":[{"a.b":{"x":[[1.5],""]}}]}"#,
    r#"{"id":"w-1","question":"Wer?","corpus":"wiki","references":[{"content":"é","start_index":0,"end_index":1}]}"#,
];

fn read_all(text: &str) {
    let source = SourceText::new("f.jsonl", text);
    let faults = [
        read_cases("f.jsonl", text).err(),
        read_bfcl(&BfclFiles { questions: source, answers: None }).err(),
        read_bfcl(&BfclFiles { questions: SourceText::new("q", LINES[1]), answers: Some(source) }).err(),
        read_retrieval_questions(source, &BTreeMap::from([("wiki".to_owned(), "w.md".to_owned())])).err(),
    ];
    for fault in faults.into_iter().flatten() {
        assert!(fault.text.get(fault.span.clone()).is_some(), "{fault:?}");
        assert!(fault.position().0 <= text.lines().count().max(1), "{fault:?}");
    }
    let import = TauBenchImport {
        domain: "d".into(),
        model: "m".into(),
        run: loopwright_core::RunId::new("r").unwrap(),
        at_ns: 0,
        max_bytes: 1 << 16,
        version: String::new(),
    };
    let _ = read_tau_bench(&mut text.as_bytes(), &import);
}

#[test]
fn every_truncation_is_survived() {
    for line in LINES {
        for end in (0..=line.len()).filter(|end| line.is_char_boundary(*end)) {
            read_all(&line[..end]);
            read_all(&format!("{line}\n{}", &line[..end]));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_text_is_survived(text in "\\PC{0,200}|[\\[\\]{}\":,0-9a-z\\\\\n -]{0,200}") {
        read_all(&text);
    }

    #[test]
    fn mutated_lines_are_survived(
        which in 0..LINES.len(),
        at in any::<prop::sample::Index>(),
        put in prop::sample::select(vec!["", "\"", "{", "}", "[", "]", "null", "é", "\\", ",", "1e999", "\"\"", "\u{0}", "\n"]),
        cut in 0..6_usize,
    ) {
        let chars: Vec<char> = LINES[which].chars().collect();
        let at = at.index(chars.len());
        let rest = chars.iter().skip(at + cut);
        let text: String = chars[..at].iter().copied().chain(put.chars()).chain(rest.copied()).collect();
        read_all(&text);
    }
}

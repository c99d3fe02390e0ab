//! Data sets in every format, good and bad.

use loopwright_core::{AnswerRule, Case};
use loopwright_exchange::{AnswerMatch, ColumnMap, DataFormat, DataSetCount, DataSetError, read_data_set};
use serde_json::json;

fn read_as(format: DataFormat, bytes: &[u8], columns: &ColumnMap) -> Result<(DataSetCount, Vec<Case>), DataSetError> {
    let mut cases = vec![];
    let mut keep = |case| {
        cases.push(case);
        Ok(())
    };
    let count = read_data_set("data", format, &mut &*bytes, columns, &mut keep)?;
    Ok((count, cases))
}

fn columns() -> ColumnMap {
    let columns = ColumnMap::new("question").with_answer("ideal", AnswerMatch::Contains);
    ColumnMap { tags: vec!["topic".to_owned()], ..columns }
}

/// The same two rows in each format.
fn everywhere() -> Vec<(DataFormat, Vec<u8>)> {
    let workbook =
        std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/questions.xlsx"));
    let text = |text: &str| text.as_bytes().to_vec();
    vec![
        (DataFormat::Csv, text("\u{feff}question,ideal,topic\n\"How many legs, in all?\",8,spiders\nÜber was?,é,\n")),
        (DataFormat::Csv, text("question;ideal;topic\r\nHow many legs, in all?;8;spiders\r\nÜber was?;é\r\n")),
        (
            DataFormat::Json,
            text(
                r#"[{"question": "How many legs, in all?", "ideal": 8, "topic": "spiders"}, {"question": "Über was?", "ideal": "é"}]"#,
            ),
        ),
        (
            DataFormat::JsonLines,
            text(
                "{\"question\": \"How many legs, in all?\", \"ideal\": [\"8\"], \"topic\": \"spiders\"}\n\n{\"question\": \"Über was?\", \"ideal\": \"é\"}",
            ),
        ),
        (
            DataFormat::Yaml,
            text(
                "- question: How many legs, in all?\n  ideal: 8\n  topic: spiders\n- {question: Über was?, ideal: é}\n",
            ),
        ),
        (DataFormat::Xlsx, workbook.unwrap()),
    ]
}

#[test]
fn the_same_rows_are_the_same_cases_in_every_format() {
    for (format, bytes) in everywhere() {
        let (count, cases) = read_as(format, &bytes, &columns()).unwrap();
        assert_eq!(count, DataSetCount { cases: 2, repeats: 0 }, "{format:?}");
        assert_eq!(cases[0].input.question(), "How many legs, in all?", "{format:?}");
        assert_eq!(cases[0].expectation.answer, Some(AnswerRule::Contains("8".to_owned())), "{format:?}");
        assert_eq!(cases[0].expectation.reference.as_deref(), Some("8"));
        assert_eq!(cases[0].tags.iter().map(ToString::to_string).collect::<Vec<_>>(), ["topic:spiders"], "{format:?}");
        assert_eq!((cases[1].input.question().as_str(), cases[1].key.as_str()), ("Über was?", "row-2"), "{format:?}");
        assert!(cases[1].tags.is_empty());
    }
}

#[test]
fn every_truncation_is_survived() {
    for (format, bytes) in everywhere() {
        for end in 0..bytes.len() {
            if let Err(DataSetError::Source(fault)) = read_as(format, &bytes[..end], &columns()) {
                assert!(fault.text.get(fault.span.clone()).is_some() && !fault.message.is_empty(), "{fault:?}");
            }
        }
    }
}

#[test]
fn columns_are_mapped() {
    let columns = ColumnMap {
        key: Some("id".to_owned()),
        group: Some("item.doc".to_owned()),
        ..ColumnMap::new("item.messages").with_answer("item.n", AnswerMatch::Number)
    };
    let row = json!({"id": "a", "item": {"doc": "d1", "n": "1,200",
        "messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}]}});
    let (_, cases) = read_as(DataFormat::JsonLines, row.to_string().as_bytes(), &columns).unwrap();
    assert_eq!((cases[0].key.as_str(), cases[0].input.messages.len()), ("a", 2));
    assert_eq!(cases[0].cluster(), "d1");
    assert_eq!(cases[0].expectation.answer, Some(AnswerRule::Number { value: 1200.0, tolerance: 0.0 }));
    let several = ColumnMap::new("q").with_answer("a", AnswerMatch::Contains);
    let (_, cases) = read_as(DataFormat::Json, br#"[{"q": "x", "a": ["1", "2"]}, {"q": "y"}]"#, &several).unwrap();
    assert_eq!(cases[0].expectation.answer, Some(AnswerRule::ContainsAny(vec!["1".to_owned(), "2".to_owned()])));
    assert_eq!(cases[1].expectation.answer, None);
}

#[test]
fn repeats_are_counted_and_contradictions_told() {
    let text = "question,ideal,topic\na,1,\na,1,\nb,1,\n";
    let (count, _) = read_as(DataFormat::Csv, text.as_bytes(), &columns()).unwrap();
    assert_eq!(count, DataSetCount { cases: 2, repeats: 1 });
    let fault = read_as(DataFormat::Csv, "question,ideal\na,1\nb,1\na,2\n".as_bytes(), &columns()).unwrap_err();
    assert_eq!(fault.to_string(), "data:4:1: it asks what line 2 asks, and expects something else");
    let keyed = ColumnMap { key: Some("id".to_owned()), ..ColumnMap::new("q") };
    let fault = read_as(DataFormat::JsonLines, b"{\"id\":1,\"q\":\"a\"}\n{\"id\":1,\"q\":\"b\"}", &keyed).unwrap_err();
    assert_eq!(fault.to_string(), "data:2:1: the key `1` is taken by line 1");
}

#[test]
fn faults_show_their_place() {
    for (format, text, expected) in [
        (DataFormat::Csv, "qestion,ideal\na,1\n", "data:2:1: there is no column `question`"),
        (DataFormat::Csv, "question,ideal\na,1,2,3\n", "data:2:1: 4 values, and 2 columns"),
        (DataFormat::JsonLines, "{\"question\": \"a\"}\n{\"question\": }", "data:2:14: expected value"),
        (DataFormat::JsonLines, "{\"ideal\": 1, \"question\": {}}", "data:1:14: what is asked is neither"),
        (DataFormat::Json, "[{\"question\": \"a\"},\n 3]", "data:2:1: column 3: invalid type"),
        (DataFormat::Json, "{}", "data:1:1: column 1: invalid type: map, expected a list of objects"),
        (DataFormat::Yaml, "- question: a\n- b\n", "data:2:3: expected a map"),
        (DataFormat::Yaml, "- question: a\n- {ideal: b}\n", "data:2:1: there is no column `question`"),
        (DataFormat::Xlsx, "PK", "data:1:1: it is not a workbook"),
    ] {
        let fault = read_as(format, text.as_bytes(), &columns()).unwrap_err().to_string();
        assert!(fault.starts_with(expected), "{fault}\n{expected}");
    }
}

#[test]
fn an_endless_row_is_not_read_to_its_end() {
    for (format, start) in [
        (DataFormat::Csv, "question\n\""),
        (DataFormat::JsonLines, "{\"question\": \""),
        (DataFormat::Json, "[{\"question\": \""),
    ] {
        let endless = std::io::Read::chain(start.as_bytes(), std::io::repeat(b'x'));
        let mut source = std::io::BufReader::new(endless);
        let fault = read_data_set("data", format, &mut source, &columns(), &mut |_| Ok(())).unwrap_err();
        assert!(fault.to_string().contains("longer than"), "{format:?}: {fault}");
    }
}

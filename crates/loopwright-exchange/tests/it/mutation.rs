//! Broken files: each file of the corpus is broken in thousands of ways, always the same ones. No reader panics, and what
//! it refuses has a place and a message.

use loopwright_core::SourceError;
use loopwright_exchange::{AnswerMatch, ColumnMap, DataFormat, DataSetError, read_data_set};

use crate::chance::Chance;
use crate::promptfoo::{Files, fixture, read};

/// Ways in which each file is broken.
const ROUNDS: u64 = 400;

/// What is put into files.
const PIECES: [&str; 24] = [
    "", "\"", "'", "{", "}", "[", "]", "{{", "}}", "{%", ":", "- ", ",", "\n", "\t", "é", "\u{feff}", "&a ", "*a",
    "<<: ", "null", "1e999", "file://", "\u{0}",
];

/// `bytes` with up to four changes.
fn broken(bytes: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=chance.below(3) {
        let at = chance.below(bytes.len() + 1);
        let end = (at + chance.below(12)).min(bytes.len());
        match chance.below(4) {
            0 => drop(bytes.splice(at..end, PIECES[chance.below(PIECES.len())].bytes())),
            1 => drop(bytes.splice(at..at, bytes[at..end].to_vec())),
            2 => drop(bytes.splice(at..end, [])),
            _ => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << chance.below(8)),
        }
    }
    bytes
}

fn has_a_place(fault: &SourceError) {
    assert!(!fault.file.is_empty() && !fault.message.is_empty() && fault.first_line >= 1, "{fault:?}");
    assert!(fault.text.get(fault.span.clone()).is_some(), "{fault:?}");
    assert!(fault.position().0 <= fault.first_line + fault.text.lines().count(), "{fault:?}");
}

#[test]
fn broken_configurations_are_survived() {
    let whole = fixture();
    let (mut read_well, mut refused) = (0, 0);
    for (index, path) in whole.0.keys().enumerate() {
        let mut chance = Chance(index as u64);
        for _ in 0..ROUNDS {
            let mut files = Files(whole.0.clone());
            files.0.insert(path.clone(), broken(&whole.0[path], &mut chance));
            match read(&files) {
                Ok(import) => {
                    read_well += 1;
                    assert!(import.left_out.iter().all(|one| one.line >= 1 && one.column >= 1 && !one.why.is_empty()));
                }
                Err(fault) => {
                    refused += 1;
                    has_a_place(&fault);
                }
            }
        }
    }
    assert!(read_well > 100 && refused > 100, "{read_well} were read and {refused} refused");
}

#[test]
fn broken_data_sets_are_survived() {
    let rows = |text: &str| text.as_bytes().to_vec();
    let workbook = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/questions.xlsx");
    let corpus = [
        (DataFormat::Csv, rows("question,ideal,id\n\"a, \"\"b\"\"\",1,x\nc,,y\n")),
        (DataFormat::Json, rows(r#"[{"question": "a", "ideal": ["1", 2.5], "id": "x"}, {"question": "b", "id": 3}]"#)),
        (
            DataFormat::JsonLines,
            rows(
                "{\"question\": [{\"role\": \"user\", \"content\": \"a\"}], \"id\": 1}\n{\"question\": \"b\", \"id\": 2}\n",
            ),
        ),
        (DataFormat::Yaml, rows("- &a {question: a, ideal: 1, id: x}\n- <<: *a\n  id: y\n  question: |\n    b\n")),
        (DataFormat::Xlsx, std::fs::read(workbook).unwrap()),
    ];
    for (index, (format, bytes)) in corpus.iter().enumerate() {
        let mut chance = Chance(100 + index as u64);
        let columns = ColumnMap::new("question").with_answer("ideal", AnswerMatch::Contains);
        let columns = ColumnMap { key: (index % 2 == 0).then(|| "id".to_owned()), ..columns };
        let mut refused = 0;
        for _ in 0..ROUNDS {
            let bytes = broken(bytes, &mut chance);
            match read_data_set("data", *format, &mut bytes.as_slice(), &columns, &mut |_| Ok(())) {
                Ok(_) => {}
                Err(DataSetError::Source(fault)) => {
                    refused += 1;
                    has_a_place(&fault);
                }
                Err(error) => assert!(error.to_string().contains("`data` cannot be read"), "{error}"),
            }
        }
        assert!(refused > 20, "{format:?}: {refused} of {ROUNDS} refused");
    }
}

//! Broken logs: whatever stands in one, the reader answers, and a fault names the member. The mutations are the same each
//! time.

use std::io::{Cursor, Read, Write};

use loopwright_exchange::{InspectError, InspectImport, InspectLog};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::chance::Chance;

const LOGS: [&[u8]; 2] =
    [include_bytes!("../fixtures/inspect/shop.eval"), include_bytes!("../fixtures/inspect/limit.eval")];

/// What is put in place of a few bytes of a member.
const PUT: [&str; 16] = [
    "",
    "\"",
    "{",
    "}",
    "[",
    "]",
    "null",
    "NaN",
    "-1",
    "1e999",
    "\\",
    ",",
    "[[9,3]]",
    "\"attachment://\"",
    "é",
    "18446744073709551616",
];

/// Reads all of a log; how many samples came, and the fault that ended them.
fn read(bytes: &[u8]) -> (usize, Option<InspectError>) {
    let import = InspectImport { at_ns: 0, most: 1 << 20, version: String::new() };
    match InspectLog::open(Cursor::new(bytes), &import) {
        Err(fault) => (0, Some(fault)),
        Ok(mut log) => {
            let (mut count, mut fault) = (0, None);
            for sample in log.samples() {
                match sample {
                    Ok(_) => count += 1,
                    Err(error) => fault = Some(error),
                }
            }
            (count, fault)
        }
    }
}

/// The members of a log, unpacked.
fn members(log: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = ZipArchive::new(Cursor::new(log)).unwrap();
    let count = zip.len();
    let unpacked = |index: usize| {
        let packed = zip.by_index_raw(index).unwrap();
        let name = packed.name().unwrap().into_owned();
        let mut bytes = vec![];
        ruzstd::decoding::StreamingDecoder::new(packed).unwrap().read_to_end(&mut bytes).unwrap();
        (name, bytes)
    };
    (0..count).map(unpacked).collect()
}

fn log(members: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut to = ZipWriter::new(Cursor::new(vec![]));
    for (name, bytes) in members {
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        to.start_file(name.as_str(), stored).unwrap();
        to.write_all(bytes).unwrap();
    }
    to.finish().unwrap().into_inner()
}

#[test]
fn members_with_a_few_other_bytes_are_survived() {
    let mut chance = Chance(1);
    let (mut whole, mut faulty) = (0, 0);
    for original in LOGS.map(members) {
        for _ in 0..60 {
            let mut mutated = original.clone();
            let which = chance.below(mutated.len());
            let (name, bytes) = (mutated[which].0.clone(), &mut mutated[which].1);
            let (at, cut) = (chance.below(bytes.len()), chance.below(8));
            let end = (at + cut).min(bytes.len());
            bytes.splice(at..end, PUT[chance.below(PUT.len())].bytes());
            match read(&log(&mutated)).1 {
                None => whole += 1,
                Some(fault) => {
                    faulty += 1;
                    let said = fault.to_string();
                    let is_named = said.contains(name.as_str()) || !matches!(fault, InspectError::Member { .. });
                    assert!(is_named, "{said} lacks {name}");
                }
            }
        }
    }
    assert!(whole > 20 && faulty > 20, "{whole} whole, {faulty} faulty: the mutations test too little");
}

#[test]
fn archives_with_other_bytes_are_survived() {
    let mut chance = Chance(2);
    let mut faulty = 0;
    for log in LOGS {
        for _ in 0..60 {
            let mut bytes = log.to_vec();
            for _ in 0..=chance.below(4) {
                let at = chance.below(bytes.len());
                bytes[at] = u8::try_from(chance.below(256)).unwrap();
            }
            let end = if chance.below(4) == 0 { chance.below(bytes.len()) } else { bytes.len() };
            faulty += usize::from(read(&bytes[..end]).1.is_some());
        }
    }
    assert!(faulty > 30, "{faulty} faulty: the mutations test too little");
}

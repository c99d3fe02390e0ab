//! Logs of Inspect. A ZIP archive is mostly checksums, which chance does not hit; so bytes that are no archive are taken as
//! the members of one, each headed by a line `== NAME`.

#![no_main]

use std::io::{Cursor, Write};

use libfuzzer_sys::fuzz_target;
use loopwright_exchange::{InspectImport, InspectLog};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fuzz_target!(|bytes: &[u8]| {
    let packed = if bytes.starts_with(b"PK") { bytes.to_vec() } else { archive(bytes) };
    let import = InspectImport { at_ns: 0, most: 1 << 20, version: String::new() };
    if let Ok(mut log) = InspectLog::open(Cursor::new(packed), &import) {
        log.samples().for_each(drop);
    }
});

fn archive(bytes: &[u8]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(vec![]));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for member in String::from_utf8_lossy(bytes).split("== ").skip(1) {
        let (name, text) = member.split_once('\n').unwrap_or((member, ""));
        // A name that stands twice is refused, and then its text goes nowhere.
        if zip.start_file(name, stored).is_ok() {
            zip.write_all(text.as_bytes()).expect("memory takes it");
        }
    }
    zip.finish().expect("memory takes it").into_inner()
}

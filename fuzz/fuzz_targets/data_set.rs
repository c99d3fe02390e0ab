//! Data sets: the first byte chooses the format.

#![no_main]

use libfuzzer_sys::fuzz_target;
use loopwright_exchange::{AnswerMatch, ColumnMap, DataFormat, DataSetError, read_data_set};
use loopwright_fuzz::has_a_place;

fuzz_target!(|bytes: &[u8]| {
    let Some((first, mut rest)) = bytes.split_first() else { return };
    let format = match first {
        b'c' => DataFormat::Csv,
        b'j' => DataFormat::Json,
        b'l' => DataFormat::JsonLines,
        b'y' => DataFormat::Yaml,
        b'x' => DataFormat::Xlsx,
        _ => return,
    };
    let columns = ColumnMap::new("question").with_answer("ideal", AnswerMatch::Contains);
    if let Err(DataSetError::Source(fault)) = read_data_set("data", format, &mut rest, &columns, &mut |_| Ok(())) {
        has_a_place(&fault);
    }
});

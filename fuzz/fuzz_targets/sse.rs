//! Server-sent events: however the bytes are split, the events are the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use loopwright_model::SseParser;

const LIMIT: usize = 1 << 12;

fuzz_target!(|bytes: &[u8]| {
    let (mut whole, mut split) = (vec![], vec![]);
    let at_once = SseParser::new(LIMIT).push(bytes, &mut whole);
    let mut parser = SseParser::new(LIMIT);
    let width = bytes.first().map_or(1, |first| usize::from(*first % 7) + 1);
    let in_pieces = bytes.chunks(width).try_for_each(|piece| parser.push(piece, &mut split));
    assert_eq!((at_once, whole), (in_pieces, split));
});

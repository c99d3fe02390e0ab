use loopwright_model::{SseEvent, SseParser};
use proptest::prelude::*;

fn parse(pieces: &[&[u8]]) -> (Vec<SseEvent>, bool) {
    let (mut parser, mut events) = (SseParser::new(64), vec![]);
    let broken = pieces.iter().any(|piece| parser.push(piece, &mut events).is_err());
    (events, broken)
}

/// Bytes that often mean something.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"data: {\"a\":1}".to_vec()),
        Just(b"data".to_vec()),
        Just(b"event: x".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"\r\n".to_vec()),
        Just(b"\r".to_vec()),
        Just(b": note".to_vec()),
        Just("\u{feff}é".as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..12),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_split_gives_the_same_events(bytes in bytes(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8)) {
        let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        places.sort_unstable();
        let ends = places.iter().copied().chain([bytes.len()]);
        let starts = [0].into_iter().chain(places.iter().copied());
        let pieces: Vec<&[u8]> = starts.zip(ends).map(|(start, end)| &bytes[start..end]).collect();
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        let whole = parse(&[&bytes]);
        prop_assert_eq!(&parse(&pieces), &whole);
        prop_assert_eq!(&parse(&single), &whole);
    }

    #[test]
    fn junk_does_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let (events, _) = parse(&[&bytes]);
        prop_assert!(events.iter().all(|event| !event.event.is_empty() && event.data.len() <= 3 * 64));
    }
}

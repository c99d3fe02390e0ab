use loopwright_knowledge::{ChunkBy, ChunkRule, Document, chunks, sentences};
use proptest::prelude::*;

/// Text with everything that the cutter looks at.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-zé]{1,8} ",
        2 => "[A-Z][a-z]{0,6}[.!?] ",
        1 => Just("\n\n".to_owned()),
        1 => "\n#{1,3} [A-Z][a-z]{1,5}\n",
        1 => "\n- [a-z]{1,6}\n",
        1 => Just("\n```\ncode. Here\n\n# no\n```\n".to_owned()),
        1 => "\\PC{0,6}",
        1 => Just("退货。😀 \r\n\u{feff}".to_owned()),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn rule() -> impl Strategy<Value = ChunkRule> {
    let by = prop_oneof![Just(ChunkBy::Words), Just(ChunkBy::Heading), Just(ChunkBy::Page)];
    (by, 10..40_usize, 0.0..=0.5, any::<bool>()).prop_map(|(by, size, share, header)| ChunkRule {
        by,
        size,
        overlap: (size as f64 * share) as usize,
        header,
    })
}

proptest! {
    #[test]
    fn sentences_are_a_partition_of_what_is_not_white_space(text in text()) {
        let found = sentences(&text);
        let mut last = 0;
        for range in &found {
            prop_assert!(range.start < range.end && last <= range.start);
            prop_assert!(text[last..range.start].chars().all(char::is_whitespace));
            prop_assert_eq!(text[range.clone()].trim(), &text[range.clone()]);
            last = range.end;
        }
        prop_assert!(text[last..].chars().all(char::is_whitespace));
    }

    #[test]
    fn chunks_map_back_cover_all_and_split_no_sentence(text in text(), rule in rule()) {
        let document = Document { source: "a".into(), text };
        let characters: Vec<char> = document.text.chars().collect();
        let cut = chunks(&document, &rule);
        let mut covered = vec![false; characters.len()];
        for chunk in &cut {
            let own: String = characters[chunk.start..chunk.end].iter().collect();
            prop_assert_eq!(&own, chunk.text(&document));
            prop_assert_eq!(&own, document.slice(chunk.start, chunk.end));
            prop_assert_eq!(own.trim(), &own);
            covered[chunk.start..chunk.end].fill(true);
        }
        prop_assert!(characters.iter().zip(&covered).all(|(character, covered)| *covered || character.is_whitespace()));
        for pair in cut.windows(2) {
            prop_assert!(pair[0].start < pair[1].start && pair[0].end < pair[1].end);
            prop_assert!(rule.overlap > 0 || pair[0].end <= pair[1].start);
        }
        for sentence in sentences(&document.text) {
            let start = document.text[..sentence.start].chars().count();
            let end = start + document.text[sentence].chars().count();
            let whole = cut.iter().any(|chunk| chunk.start <= start && end <= chunk.end);
            let cut_through = cut.iter().any(|c| start < c.start && c.start < end || start < c.end && c.end < end);
            prop_assert!(whole && !cut_through);
        }
    }

    #[test]
    fn chunks_keep_their_size(text in text(), rule in rule()) {
        let document = Document { source: "a".into(), text };
        if rule.by != ChunkBy::Page {
            for chunk in chunks(&document, &rule) {
                let own = chunk.text(&document);
                let words = own.split_whitespace().count();
                prop_assert!(words <= rule.size || sentences(own).len() == 1, "{} words in {:?}", words, own);
            }
        }
    }
}

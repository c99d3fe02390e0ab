//! Sentences: what a chunk never cuts through.

use std::ops::Range;

/// The sentences of Markdown or plain text, as byte ranges without surrounding white space, in order.
///
/// First blocks: a blank line, a heading, a list item, a table row or a fence ends the block before it; a fenced block
/// is one sentence. Within a block, a sentence ends after `.`, `!`, `?` or `…` (and closing quotes or brackets) when
/// white space follows and then no lower-case letter; after `。`, `！` or `？` always. Initials and common abbreviations
/// do not end one. Every character that is not white space is in exactly one sentence.
///
/// ```
/// let text = "Dr. Li said: no. Ask again!\n\n# Returns\nWithin 30 days.";
/// let found: Vec<&str> = loopwright_knowledge::sentences(text).into_iter().map(|range| &text[range]).collect();
/// assert_eq!(found, ["Dr. Li said: no.", "Ask again!", "# Returns", "Within 30 days."]);
/// ```
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (block, fenced) in blocks(text) {
        if fenced {
            found.extend(trimmed(text, block));
        } else {
            split_block(text, block, &mut found);
        }
    }
    found
}

/// Blocks with whether each is fenced code.
fn blocks(text: &str) -> Vec<(Range<usize>, bool)> {
    let mut blocks = Vec::new();
    let (mut start, mut at, mut fence) = (0, 0, None::<&str>);
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        let mark = ["```", "~~~"].into_iter().find(|mark| bare.starts_with(mark));
        match (fence, mark) {
            (Some(open), Some(mark)) if open == mark => {
                blocks.push((start..at + line.len(), true));
                (start, fence) = (at + line.len(), None);
            }
            (Some(_), _) => {}
            (None, Some(mark)) => {
                blocks.push((start..at, false));
                (start, fence) = (at, Some(mark));
            }
            (None, None) if bare.is_empty() || crate::heading::level(line).is_some() => {
                blocks.push((start..at, false));
                blocks.push((at..at + line.len(), false));
                start = at + line.len();
            }
            (None, None) if opens_block(bare) => {
                blocks.push((start..at, false));
                start = at;
            }
            (None, None) => {}
        }
        at += line.len();
    }
    blocks.push((start..text.len(), fence.is_some()));
    blocks
}

fn opens_block(line: &str) -> bool {
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let numbered = (1..=3).contains(&digits) && [". ", ") "].iter().any(|mark| line[digits..].starts_with(mark));
    numbered || ["- ", "* ", "+ ", "|", "> "].iter().any(|mark| line.starts_with(mark))
}

fn split_block(text: &str, block: Range<usize>, found: &mut Vec<Range<usize>>) {
    let mut start = block.start;
    let mut rest = text[block.clone()].char_indices().peekable();
    while let Some((at, mark)) = rest.next() {
        let wide = matches!(mark, '。' | '！' | '？');
        if !wide && !matches!(mark, '.' | '!' | '?' | '…') {
            continue;
        }
        while rest.next_if(|(_, c)| ends(*c) || closes(*c)).is_some() {}
        let end = rest.peek().map_or(block.end, |(next, _)| block.start + next);
        let after = &text[end..block.end];
        let spaced = after.is_empty() || after.starts_with(char::is_whitespace);
        let lower = after.trim_start().starts_with(char::is_lowercase);
        let short = mark == '.' && abbreviates(&text[start..block.start + at]);
        if wide || (spaced && !lower && !short) {
            found.extend(trimmed(text, start..end));
            start = end;
        }
    }
    found.extend(trimmed(text, start..block.end));
}

fn ends(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？')
}

fn closes(c: char) -> bool {
    matches!(c, '"' | '\'' | '”' | '’' | '»' | ')' | ']' | '*' | '_' | '」')
}

/// Whether a full stop after `before` marks an abbreviation. A lone letter counts (an initial), `I` does not.
fn abbreviates(before: &str) -> bool {
    const SHORT: [&str; 19] = [
        "mr", "mrs", "ms", "dr", "prof", "st", "jr", "sr", "vs", "etc", "e.g", "i.e", "cf", "approx", "no", "nos",
        "fig", "p", "pp",
    ];
    let word = before.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
    let initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase) && word != "I";
    // `no` ends sentences too; as an abbreviation it is written `No`.
    initial || (word != "no" && SHORT.contains(&word.to_lowercase().as_str()))
}

fn trimmed(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let inside = &text[range.clone()];
    let start = range.start + (inside.len() - inside.trim_start().len());
    let end = start + inside.trim().len();
    (start < end).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        sentences(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn ends_where_a_reader_would_end() {
        assert_eq!(
            split("It costs £2.95 a label. \"Really?\" she said. Yes."),
            ["It costs £2.95 a label.", "\"Really?\" she said.", "Yes."]
        );
        assert_eq!(split("See e.g. Mr. J. Smith, No. 4. Then go."), ["See e.g. Mr. J. Smith, No. 4.", "Then go."]);
        assert_eq!(split("The answer is no. Ask."), ["The answer is no.", "Ask."]);
        assert_eq!(split("退货。三十天！好"), ["退货。", "三十天！", "好"]);
        assert_eq!(split("Wait… What?! (Yes.) Go"), ["Wait…", "What?!", "(Yes.)", "Go"]);
    }

    #[test]
    fn lines_of_one_paragraph_belong_together() {
        assert_eq!(split("A long line\nthat goes on. B."), ["A long line\nthat goes on.", "B."]);
        assert_eq!(split("Intro:\n- one\n- two. Three\n1. four"), ["Intro:", "- one", "- two.", "Three", "1. four"]);
    }

    #[test]
    fn code_is_one_piece() {
        assert_eq!(
            split("Do. This:\n```\na. B. c\n\n# d\n```\nEnd."),
            ["Do.", "This:", "```\na. B. c\n\n# d\n```", "End."]
        );
        assert_eq!(split("~~~\nopen. End"), ["~~~\nopen. End"]);
    }
}

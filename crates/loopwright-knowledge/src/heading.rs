//! Headings of Markdown, and the trail of them above a place.

/// A heading (`#` to `######`) of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Heading {
    /// First byte of its line.
    pub(crate) start: usize,
    /// 1 to 6.
    pub(crate) level: usize,
    /// Its words.
    pub(crate) title: String,
}

/// The level of the heading that `line` is, if it is one.
pub(crate) fn level(line: &str) -> Option<usize> {
    let level = line.len() - line.trim_start_matches('#').len();
    let rest = &line[level..];
    ((1..=6).contains(&level) && rest.starts_with([' ', '\t']) && !rest.trim().is_empty()).then_some(level)
}

/// All headings of `text`, in order; what stands in fenced code is none.
pub(crate) fn headings(text: &str) -> Vec<Heading> {
    let mut found = Vec::new();
    let (mut at, mut fence) = (0, None::<&str>);
    for line in text.split_inclusive('\n') {
        let mark = ["```", "~~~"].into_iter().find(|mark| line.trim().starts_with(mark));
        match (fence, mark) {
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, Some(mark)) => fence = Some(mark),
            (None, None) => found.extend(level(line).map(|level| {
                let title = line[level..].trim().trim_end_matches('#').trim_end().to_owned();
                Heading { start: at, level, title }
            })),
            (Some(_), _) => {}
        }
        at += line.len();
    }
    found
}

/// The titles in force at byte `at`, outermost first, without a heading that starts there.
pub(crate) fn trail(headings: &[Heading], at: usize) -> Vec<&str> {
    let mut open: Vec<&Heading> = Vec::new();
    for heading in headings.iter().take_while(|heading| heading.start <= at) {
        open.retain(|above| above.level < heading.level);
        open.push(heading);
    }
    open.into_iter().filter(|heading| heading.start < at).map(|heading| heading.title.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_trail() {
        let text = "# Shop\n## Returns ##\nText.\n```\n# no\n```\n### Knives\nx\n## Refunds\ny\n#tag\n";
        let all = headings(text);
        assert_eq!(all.iter().map(|h| h.title.as_str()).collect::<Vec<_>>(), ["Shop", "Returns", "Knives", "Refunds"]);
        let at = |part: &str| trail(&all, text.find(part).unwrap());
        assert_eq!(at("Text."), ["Shop", "Returns"]);
        assert_eq!(at("x\n"), ["Shop", "Returns", "Knives"]);
        assert_eq!(at("## Refunds"), ["Shop"]);
        assert_eq!(at("y\n"), ["Shop", "Refunds"]);
        assert!(at("# Shop").is_empty());
    }
}

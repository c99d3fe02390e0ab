//! Fenced blocks, in which a model likes to hand over what a program reads.

/// What stands in the first fenced block of `text`; the whole text when there is none.
pub(super) fn fenced(text: &str) -> &str {
    let block = || {
        let (_, after) = text.split_once("```")?;
        // The rest of the line names the language.
        let (_, body) = after.split_once('\n')?;
        body.split_once("```").map(|(block, _)| block)
    };
    block().unwrap_or(text).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_whole_block_counts() {
        assert_eq!(fenced("So:\n```sql\nselect 1\n```\nor\n```\nselect 2\n```"), "select 1");
        assert_eq!(fenced(" select 1 "), "select 1");
        assert_eq!(fenced("```sql\nselect 1"), "```sql\nselect 1");
    }
}

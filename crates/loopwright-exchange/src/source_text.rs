//! A text from outside, with the name its reader knows it by.

/// A text from outside, with the name its reader knows it by. The name only serves messages; nothing is opened.
#[derive(Debug, Clone, Copy)]
pub struct SourceText<'a> {
    /// The file, as the person named it.
    pub file: &'a str,
    /// What stands in it.
    pub text: &'a str,
}

impl<'a> SourceText<'a> {
    /// `text`, which stands in `file`.
    pub fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text }
    }
}

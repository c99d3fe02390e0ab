//! What `loopwright explain` can explain.

/// One thing that can be explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Topic {
    /// The code or name that is typed: `LW101`, `resolved`, `exit-codes`.
    pub code: &'static str,
    /// One line.
    pub title: &'static str,
    /// The page, in Markdown.
    pub body: &'static str,
}

/// The words of the command line itself.
pub const WORDS: &[Topic] = &[
    Topic { code: "exit-codes", title: "how commands end", body: include_str!("../topics/exit-codes.md") },
    Topic {
        code: "verdicts",
        title: "improved, regressed, equivalent, underpowered",
        body: include_str!("../topics/verdicts.md"),
    },
    Topic { code: "vault", title: "why some cases are sealed", body: include_str!("../topics/vault.md") },
    Topic {
        code: "standin",
        title: "the built-in predictor, and what it is not",
        body: include_str!("../topics/standin.md"),
    },
    Topic {
        code: "attached-agents",
        title: "how an agent that exists is measured",
        body: include_str!("../topics/attached-agents.md"),
    },
];

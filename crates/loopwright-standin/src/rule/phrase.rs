//! The phrases of the rules, as they stand in a line in lower case without apostrophes. A phrase may be the beginning of
//! a longer word.

/// A phrase is denied by one of these among the three words before it.
pub(super) const NEGATIONS: &[&str] = &["not", "never", "dont", "no", "neednt", "without", "avoid"];
/// Citing.
pub(super) const CITE: &[&str] = &[
    "cite",
    "citing",
    "citation",
    "passage number",
    "number of the passage",
    "source number",
    "name the source",
    "name the passage",
    "give the source",
    "give the passage",
    "mention the source",
    "mention the passage",
    "state the source",
    "state the passage",
    "reference the source",
    "reference the passage",
    "point to the passage",
    "indicate the passage",
    "indicate the source",
];
/// The answer is not there.
pub(super) const ABSENT: &[&str] = &[
    "not in",
    "isnt in",
    "arent in",
    "no passage",
    "none of",
    "nothing in",
    "not covered",
    "not cover",
    "dont cover",
    "doesnt cover",
    "not contain",
    "dont contain",
    "doesnt contain",
    "not be found",
    "cant be found",
    "not found",
    "no answer",
    "missing from",
    "not say",
    "dont say",
    "doesnt say",
    "not answer",
    "dont answer",
    "doesnt answer",
    "unsure",
    "not sure",
    "uncertain",
    "not know",
    "dont know",
    "no information",
    "absent",
    "not hold",
    "dont hold",
    "doesnt hold",
    "not there",
    "not mention",
    "dont mention",
    "doesnt mention",
    "lack",
];
/// To admit it.
pub(super) const SAY_SO: &[&str] = &[
    "do not know",
    "dont know",
    "not know",
    "cannot find",
    "can not find",
    "cant find",
    "could not find",
    "couldnt find",
    "cannot answer",
    "cant answer",
    "not sure",
    "no information",
    "decline",
    "admit",
    "say so",
    "them so",
    "unable",
    "no answer",
    "abstain",
    "not have that information",
];
/// Not to make it up.
pub(super) const NO_GUESS: &[&str] = &[
    "not guess",
    "never guess",
    "dont guess",
    "rather than guess",
    "instead of guessing",
    "not invent",
    "never invent",
    "dont invent",
    "make up",
    "made up",
    "making up",
    "not speculate",
    "never speculate",
];
/// To ask.
pub(super) const ASK: &[&str] = &["ask", "asking", "request the", "clarify", "inquire", "enquire"];
/// Something is missing.
pub(super) const LACKING: &[&str] = &[
    "missing",
    "unclear",
    "ambiguous",
    "not given",
    "not give",
    "not provided",
    "not provide",
    "has not",
    "hasnt",
    "have not",
    "havent",
    "did not",
    "didnt",
    "lack",
    "absent",
    "incomplete",
    "needed",
    "which",
    "clarif",
    "not known",
    "without",
    "need",
    "require",
];
/// Nothing but.
pub(super) const ONLY: &[&str] = &["only", "solely", "exclusively", "nothing but", "nothing else", "stick to"];
/// What the agent was given.
pub(super) const MATERIAL: &[&str] =
    &["passage", "handbook", "context", "document", "source", "result", "information", "facts", "material", "pages"];
/// What an outsider may put into it.
pub(super) const ORDERS: &[&str] = &["instruction", "command", "order", "request", "prompt"];
/// Not to heed it.
pub(super) const DISREGARD: &[&str] = &[
    "ignore",
    "never follow",
    "not follow",
    "dont follow",
    "never obey",
    "not obey",
    "dont obey",
    "as data",
    "is data",
    "are data",
    "untrusted",
    "not act on",
    "never act on",
    "disregard",
];
/// To look something up.
pub(super) const LOOK_UP: &[&str] = &[
    "look", "check", "fetch", "get", "find", "verify", "read", "call", "use", "open", "consult", "review", "retrieve",
    "confirm", "inspect", "search", "see",
];
/// Words for changing something, whatever it is.
pub(crate) const ANY_CHANGE: &[&str] = &[
    "change",
    "changes",
    "changing",
    "modify",
    "modifying",
    "alter",
    "altering",
    "alteration",
    "edit",
    "editing",
    "act",
    "acting",
    "action",
    "write",
    "writing",
    "mutate",
    "touch",
    "touching",
];

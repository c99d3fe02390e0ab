//! The built-in predictor: a request and a seed in, an answer out. It knows nothing but the request.
//!
//! # What it is
//!
//! A small predictor that reads its prompt, so that the loop of building, evaluating and improving an agent can be tried
//! without a key. It follows one law, a noisy normalised choice over everything in the request: each sentence of each
//! passage, each field of each result, each tool, each worked example and each recognised rule takes its share. Whatever
//! helps or hurts it does so through that law:
//!
//! - irrelevant sentences take some of the probability, near-misses take more, and edges read better than the middle;
//! - tools whose descriptions differ are told apart, and vague ones are not;
//! - examples vote, and rules dilute each other;
//! - some misreadings are drawn anew in each call, others are the same each time, as with a real model.
//!
//! # What it is not
//!
//! It is no language model, and what it scores says nothing about any. It cannot reason, do arithmetic, know the world or
//! write: it copies a span, fills in arguments from what is said, asks, or says that it does not know. Its profiles
//! ([`Profile`]) are calibrated to the *shape* of what is published about language models, never to a score. Results of
//! the stand-in are to be called simulated wherever they are shown.
//!
//! # What it may not do
//!
//! - It sees the request and the seed; it has no files, network, clock, environment or state, and depends on
//!   `loopwright-core` alone. So it cannot see gold answers, case keys, splits or data sets.
//! - It holds no words of any project. Its tables are everyday English: a stemmer's endings, common words, synonyms of
//!   shops and offices, and the grammar of rules, which stands in `rule.rs` and its phrases with all weights.
//! - The same profile, request and seed give the same bytes, and [`distribution`] gives the law that [`complete()`] draws
//!   from, in closed form.
//!
//! The tests of this crate hold it to these, from outside: what they cannot show it must not claim.

// The door, and the numbers behind it.
mod complete;
mod law;
mod profile;
mod token;

// What is read.
mod parameter;
mod pattern;
mod reading;
mod record;
mod rule;
mod sentence;
mod tool;
mod voice;

// How words compare.
mod lexicon;
mod relevance;
mod synonym;
mod table;
mod word;

// What is on offer, scored.
mod candidate;
mod evidence;
mod expectation;
mod scene;
mod source;
mod suitability;
mod vote;

// The heads: each makes its choices by the law.
mod act;
mod answer;
mod argument;
mod format;
mod judge;

pub use complete::{Alternative, Completion, complete, distribution};
pub use judge::{JUDGE_LINE, Matter, judge};
pub use profile::Profile;
pub use token::{request_tokens, tokens};

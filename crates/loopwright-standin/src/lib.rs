//! The built-in predictor: a request and a seed in, an answer out. It knows nothing but the request.

mod profile;

mod law;

mod complete;

mod token;

mod reading;

mod sentence;

mod record;

mod voice;

mod rule;

mod word;

mod table;

mod synonym;

mod lexicon;

mod relevance;

mod expectation;

mod evidence;

mod scene;

mod tool;

mod vote;

mod act;

mod parameter;

mod pattern;

mod candidate;

mod source;

mod argument;

mod answer;

mod format;

mod judge;

pub use complete::{Alternative, Completion, complete, distribution};
pub use judge::{JUDGE_LINE, Matter, judge};
pub use profile::Profile;
pub use token::{request_tokens, tokens};

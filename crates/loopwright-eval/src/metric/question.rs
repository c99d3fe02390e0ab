//! Questions: what a metric must ask someone outside before it can judge, and what came back.
//!
//! A metric never asks by itself. It says what it must know; whoever runs it asks, records the answers, and lets it judge
//! by them. So what a judge said once can be judged by anew without asking again.

use std::collections::BTreeMap;
use std::fmt;

use loopwright_core::{ChatRequest, Digest, Opinion, Said};
use serde_json::{Value, json};

/// What is asked, and whom.
#[derive(Debug, Clone, PartialEq)]
pub enum Question {
    /// A model is asked to judge.
    Model {
        /// Its reference, such as `openai:gpt-5-mini`.
        model: String,
        /// The request.
        request: Box<ChatRequest>,
    },
    /// A program is asked to score.
    Program {
        /// The program.
        program: Program,
        /// The request, a JSON object; whoever asks adds `id`.
        line: Value,
    },
}

/// Someone outside whom a metric asks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Respondent {
    /// The model of this reference.
    Model(String),
    /// This program.
    Program(Program),
}

/// A program that answers JSON lines.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Program {
    /// The program and its arguments.
    pub command: Vec<String>,
    /// Seconds that it has for an answer.
    pub seconds: u64,
}

impl fmt::Display for Respondent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Model(reference) => f.write_str(reference),
            Self::Program(program) => f.write_str(&program.command.join(" ")),
        }
    }
}

impl Question {
    /// The identity of what is asked, and of whom.
    pub fn digest(&self) -> Digest {
        Digest::of_json(&match self {
            Self::Model { model, request } => json!({"model": model, "request": request}),
            Self::Program { program, line } => json!({"command": program.command, "line": line}),
        })
    }
}

/// What came back on the questions about one trial.
#[derive(Debug, Clone, Default)]
pub struct Opinions(BTreeMap<Digest, Said>);

impl Opinions {
    /// Before anything was asked.
    pub const NONE: &'static Opinions = &Opinions(BTreeMap::new());

    /// What came back on `question`; `None` when it has not been asked.
    pub fn on(&self, question: &Question) -> Option<&Said> {
        self.0.get(&question.digest())
    }

    /// Adds `opinion`.
    pub fn add(&mut self, opinion: &Opinion) {
        self.0.insert(opinion.question, opinion.said.clone());
    }
}

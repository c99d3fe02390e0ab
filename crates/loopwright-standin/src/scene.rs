//! The scene: a request read, indexed and scored, before anything is chosen.

use loopwright_core::{ChatRequest, ResponseFormat, ToolChoice};

use crate::argument::{Slot, View, slots};
use crate::evidence::{Evidence, Question};
use crate::expectation::Expected;
use crate::lexicon::{Lexicon, Term};
use crate::profile::Profile;
use crate::reading::Reading;
use crate::relevance::{Query, digest};
use crate::rule::{Recognised, Rule, Setting, recognise};
use crate::source::Sources;
use crate::tool::{Ask, Tool};
use crate::voice::{Focus, Mode, is_personal};
use crate::vote::{Votes, votes};

/// How much the words count that stand beside the question: in other sentences of the message, and, for a question that
/// leans on it, in the message before. Together they count for no more than this share of the question.
const LEANING: f32 = 0.4;

/// Everything that the heads look at.
pub(crate) struct Scene<'r> {
    pub profile: &'r Profile,
    pub reading: &'r Reading<'r>,
    pub format: &'r ResponseFormat,
    pub choice: &'r ToolChoice,
    pub evidence: Evidence<'r>,
    pub tools: Vec<Tool<'r>>,
    /// For each tool, its parameters with their possible values.
    pub slots: Vec<Vec<Slot<'r>>>,
    /// For each tool, how well it fits, noise-free.
    pub fits: Vec<f64>,
    /// For each tool, how far texts from outside command its use, 0..=1.
    pub commanded: Vec<f64>,
    /// For each tool, how far rules tie it to what is asked.
    pub told: Vec<f64>,
    pub votes: Votes,
    pub rules: Vec<Recognised>,
    pub setting: Setting,
    pub mode: Mode,
    pub personal: bool,
    pub lexicon: Lexicon,
}

impl<'r> Scene<'r> {
    /// Reads, indexes and scores.
    pub(crate) fn new(profile: &'r Profile, request: &'r ChatRequest, reading: &'r Reading<'r>, tokens: u64) -> Self {
        let mut lexicon = Lexicon::new(profile);
        let focus = Focus::of(reading.question);
        let asked = lexicon.read(&focus.asking);
        let mut earlier = lexicon.read(&focus.aside);
        earlier.extend(leaning(reading, &asked, &mut lexicon));
        let mut evidence = Evidence::read(reading, &mut lexicon);
        let on_offer = if request.tool_choice == ToolChoice::None { &[][..] } else { reading.tools };
        let tools: Vec<Tool<'r>> = on_offer.iter().map(|spec| Tool::read(spec, &mut lexicon)).collect();
        let shots: Vec<Vec<Term>> = reading.examples.iter().map(|example| lexicon.read(example.user)).collect();
        let mut sources = match tools.is_empty() {
            true => Sources::default(),
            false => Sources::collect(profile, reading, &evidence, &mut lexicon),
        };
        let spent = reading.answered_calls().flat_map(|call| lexicon.read(call.arguments)).collect();
        let (rules, competing) = recognise(&reading.instructions);
        let topics: Vec<Vec<Term>> = rules.iter().map(|rule| topic(&rule.rule, &mut lexicon)).collect();

        let query = Query::new(&lexicon, &asked, &earlier, leaning_weight(&lexicon, &asked, &earlier));
        sources.locate(&query);
        let own = digest(&lexicon, &asked);
        let rarity = evidence.rarity(&lexicon);
        let weights = query.weights(&lexicon, &rarity);
        let expected = Expected::of(&focus.asking);
        evidence.score(profile, &Question { lexicon: &lexicon, query: &query, weights, expected, digest: own });

        let view = View { sources: &sources, query: &query, lexicon: &lexicon };
        let slots: Vec<Vec<Slot<'r>>> = tools.iter().map(|tool| slots(&view, &tool.parameters)).collect();
        let ask = Ask::new(&lexicon, &query, &tools, &sources, spent);
        let fits = tools.iter().zip(&slots).map(|(tool, slots)| tool.fit(&ask, slots)).collect();
        let commanded = tools.iter().map(|tool| commanded(tool, &ask, &evidence)).collect();
        let setting = Setting { competing, tokens, question: own };
        let told = tools.iter().map(|tool| told(tool, &ask, &rules, &topics, profile, &setting)).collect();
        let votes = votes(reading, &tools, &shots, &ask);
        let (mode, personal) = (focus.mode, is_personal(reading.said));
        let (format, choice) = (&request.response_format, &request.tool_choice);
        Self {
            profile,
            reading,
            format,
            choice,
            evidence,
            tools,
            slots,
            fits,
            commanded,
            told,
            votes,
            rules,
            setting,
            mode,
            personal,
            lexicon,
        }
    }

    /// The probability, at temperature 1, that the strongest rule of a kind is obeyed; 0 when there is none.
    pub(crate) fn obeys(&self, kind: impl Fn(&Rule) -> bool) -> f64 {
        self.rule(kind, 0.0).map_or(0.0, |(_, log_odds)| 1.0 / (1.0 + (-log_odds).exp()))
    }

    /// The strongest rule of a kind, with the log-odds of obeying it.
    pub(crate) fn rule(&self, kind: impl Fn(&Rule) -> bool, shown: f64) -> Option<(&Rule, f64)> {
        let odds = |rule: &Recognised| rule.log_odds(self.profile, &self.setting, shown);
        let of_kind = self.rules.iter().filter(|rule| kind(&rule.rule));
        of_kind.map(|rule| (&rule.rule, odds(rule))).max_by(|one, two| one.1.total_cmp(&two.1))
    }
}

/// The weight of a word beside the question.
fn leaning_weight(lexicon: &Lexicon, asked: &[Term], earlier: &[Term]) -> f32 {
    let content = |terms: &[Term]| terms.iter().filter(|term| lexicon.is_content(**term)).count().max(1) as f32;
    LEANING * (content(asked) / content(earlier)).min(1.0)
}

/// The words of the user's message before, where the last one leans on it.
fn leaning(reading: &Reading<'_>, asked: &[Term], lexicon: &mut Lexicon) -> Vec<Term> {
    let pointing = ["it", "that", "this", "them", "one", "they", "those", "these"];
    let points = reading.question.split(|letter: char| !letter.is_alphanumeric()).any(|word| pointing.contains(&word));
    let few = asked.iter().filter(|term| lexicon.is_content(**term)).count() < 3;
    let before = reading.history.iter().rev().find(|said| said.by_user).filter(|_| points || few);
    before.map_or_else(Vec::new, |said| lexicon.read(said.text))
}

/// The words that a rule ties a tool to. The words that name the tools are read too, so that they can be compared.
fn topic(rule: &Rule, lexicon: &mut Lexicon) -> Vec<Term> {
    match rule {
        Rule::Use { tool, topic } => {
            lexicon.read(tool);
            lexicon.read(topic)
        }
        Rule::Order { first, then } => {
            lexicon.read(first);
            lexicon.read(then);
            Vec::new()
        }
        _ => Vec::new(),
    }
}

fn told(
    tool: &Tool<'_>,
    ask: &Ask<'_>,
    rules: &[Recognised],
    topics: &[Vec<Term>],
    profile: &Profile,
    setting: &Setting,
) -> f64 {
    let ties = rules.iter().zip(topics).filter_map(|(rule, topic)| match &rule.rule {
        Rule::Use { tool: named, .. } if tool.is_named_by(named, ask.lexicon) >= 0.8 => {
            let obeyed = 1.0 / (1.0 + (-rule.log_odds(profile, setting, 0.0)).exp());
            Some(obeyed * ask.coverage(topic))
        }
        _ => None,
    });
    ties.fold(0.0, f64::max)
}

fn commanded(tool: &Tool<'_>, ask: &Ask<'_>, evidence: &Evidence<'_>) -> f64 {
    let pull =
        evidence.spans.iter().filter(|span| span.commands).map(|span| ask.mentions(tool, evidence.words_of(span)));
    pull.filter(|pull| *pull >= 0.5).fold(0.0, f64::max)
}

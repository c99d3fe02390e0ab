//! Each prompt with each provider → a suite, and the agent that it measures.

use std::collections::{BTreeMap, BTreeSet};

use loopwright_core::{AgentName, Case, Digest, Message, Role, SourceError, SuiteName};

use super::case::case;
use super::prompt::{Prompt, short};
use super::provider::{Provider, free};
use super::reader::{Reader, Spot};
use super::test_case::TestCase;
use super::vars::combinations;
use super::{MOST, PromptfooAgent, PromptfooSuite};

/// The agents and the suites, named after `name`.
pub(super) fn suites(
    name: &SuiteName,
    prompts: &[Prompt],
    providers: &[Provider],
    tests: &[TestCase],
    trials: Option<u32>,
    reader: &mut Reader<'_>,
) -> Result<(Vec<PromptfooAgent>, Vec<PromptfooSuite>), SourceError> {
    let mut made = Made { agents: vec![], suites: vec![], agent_names: BTreeSet::new(), suite_names: BTreeSet::new() };
    let mut left = MOST;
    for provider in providers {
        for prompt in prompts.iter().filter(|prompt| provider.takes(prompt)) {
            let cases = cases(prompt, provider, tests, left, reader)?;
            left = left.saturating_sub(cases.len());
            let parts = [(prompts.len() > 1, prompt.name.as_str()), (providers.len() > 1, provider.name.as_str())];
            let parts = parts.iter().filter(|(counts, _)| *counts).map(|(_, part)| *part);
            let wanted: Vec<&str> = std::iter::once(name.as_str()).chain(parts).collect();
            if cases.is_empty() {
                reader.leave_out(&prompt.spot, "the prompt", format!("no test is left for `{}`", provider.id));
            } else {
                made.add(provider, prompt, &wanted.join("-"), cases, trials)
                    .map_err(|why| reader.fault(&prompt.spot, why))?;
            }
        }
    }
    Ok((made.agents, made.suites))
}

/// What was made so far.
struct Made {
    agents: Vec<PromptfooAgent>,
    suites: Vec<PromptfooSuite>,
    agent_names: BTreeSet<String>,
    suite_names: BTreeSet<String>,
}

impl Made {
    fn add(
        &mut self,
        provider: &Provider,
        prompt: &Prompt,
        wanted: &str,
        mut cases: Vec<Case>,
        trials: Option<u32>,
    ) -> Result<(), String> {
        let instructions = shared_instructions(&mut cases);
        let agent = self.agent(provider, prompt, instructions).map_err(|error| error.to_string())?;
        let name = SuiteName::new(free(wanted, &mut self.suite_names)).map_err(|error| error.to_string())?;
        self.suites.push(PromptfooSuite { name, agent, prompt: prompt.label.clone(), trials, cases });
        Ok(())
    }

    /// The agent with these instructions: the one that is there, or a new one.
    fn agent(
        &mut self,
        provider: &Provider,
        prompt: &Prompt,
        instructions: Option<String>,
    ) -> Result<AgentName, loopwright_core::NameError> {
        let is_same = |agent: &&PromptfooAgent| {
            agent.name.as_str().starts_with(provider.name.as_str())
                && agent.provider == provider.id
                && agent.reach == provider.reach
                && agent.instructions == instructions
        };
        if let Some(agent) = self.agents.iter().find(is_same) {
            return Ok(agent.name.clone());
        }
        let is_first = self.agents.iter().all(|agent| agent.name != provider.name);
        let wanted =
            if is_first { provider.name.to_string() } else { format!("{}-{}", provider.name, short(&prompt.name)) };
        let name = AgentName::new(free(&wanted, &mut self.agent_names))?;
        let (provider, reach) = (provider.id.clone(), provider.reach.clone());
        self.agents.push(PromptfooAgent { name: name.clone(), provider, reach, instructions });
        Ok(name)
    }
}

impl Provider {
    fn takes(&self, prompt: &Prompt) -> bool {
        let is_it = |wanted: &String| {
            *wanted == prompt.label
                || Some(wanted) == prompt.id.as_ref()
                || *wanted == prompt.name
                || *wanted == prompt.raw
        };
        self.prompts.as_ref().is_none_or(|wanted| wanted.iter().any(is_it))
    }
}

impl TestCase {
    fn is_for(&self, prompt: &Prompt, provider: &Provider) -> bool {
        let matches = |pattern: &String, names: &[Option<&str>]| {
            let start = pattern.strip_suffix('*');
            names.iter().flatten().any(|name| start.map_or(*name == pattern.as_str(), |start| name.starts_with(start)))
        };
        let prompt = [Some(prompt.label.as_str()), prompt.id.as_deref(), Some(prompt.name.as_str())];
        let provider = [Some(provider.id.as_str()), provider.label.as_deref()];
        self.prompts.as_ref().is_none_or(|list| list.iter().any(|one| matches(one, &prompt)))
            && self.providers.as_ref().is_none_or(|list| list.iter().any(|one| matches(one, &provider)))
    }
}

fn cases(
    prompt: &Prompt,
    provider: &Provider,
    tests: &[TestCase],
    most: usize,
    reader: &mut Reader<'_>,
) -> Result<Vec<Case>, SourceError> {
    let mut found = Found::default();
    for test in tests.iter().filter(|test| test.is_for(prompt, provider)) {
        for vars in combinations(&test.vars, test.keeps_lists == Some(true), &test.spot, reader)? {
            if let Some(case) = case(prompt, &provider.tools, test, vars, &mut found.keys, reader)? {
                found.add(case, &test.spot, reader);
            }
            if found.cases.len() > most {
                return Err(reader.fault(&test.spot, format!("more than {MOST} cases in all")));
            }
        }
    }
    Ok(found.cases)
}

/// The cases of a suite so far. A trial is known by its input, so that no two may share one.
#[derive(Default)]
struct Found {
    cases: Vec<Case>,
    keys: BTreeSet<String>,
    inputs: BTreeMap<Digest, usize>,
}

impl Found {
    /// Adds `case`; what is asked again is asked once, and must stand up to both.
    fn add(&mut self, case: Case, spot: &Spot, reader: &mut Reader<'_>) {
        let Some(index) = self.inputs.get(&case.input.digest()).copied() else {
            self.inputs.insert(case.input.digest(), self.cases.len());
            self.cases.push(case);
            return;
        };
        let first = &mut self.cases[index];
        let is_same = first.expectation == case.expectation;
        if !is_same && (first.expectation.checks_threshold.is_some() || case.expectation.checks_threshold.is_some()) {
            let why = format!("its input is that of `{}`, and one of the two has a `threshold`", first.key);
            reader.leave_out(spot, "the test", why);
            return;
        }
        let known = first.expectation.checks.clone();
        first.expectation.checks.extend(case.expectation.checks.into_iter().filter(|check| !known.contains(check)));
        first.tags.extend(case.tags);
    }
}

/// Takes the system message out of all cases, when each begins with the same: it is the agent's part.
fn shared_instructions(cases: &mut [Case]) -> Option<String> {
    let leading = |case: &Case| match case.input.messages.as_slice() {
        [first, _, ..] if first.role == Role::System => Some(Message::plain_text(first)),
        _ => None,
    };
    let text = cases.first().and_then(leading).filter(|text| !text.trim().is_empty())?;
    if cases.iter().any(|case| leading(case).as_ref() != Some(&text)) {
        return None;
    }
    cases.iter_mut().for_each(|case| drop(case.input.messages.remove(0)));
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use loopwright_core::{Expectation, Input, Split};

    fn asked(messages: &[(Role, &str)]) -> Case {
        let messages = messages.iter().map(|(role, text)| Message::text(*role, *text)).collect();
        Case {
            key: loopwright_core::CaseKey::new("a").unwrap(),
            input: Input { messages, tools: vec![], setup: None, then: vec![] },
            expectation: Expectation::default(),
            tags: BTreeSet::new(),
            group: None,
            owner: None,
            split: Split::Dev,
        }
    }

    #[test]
    fn a_system_message_of_all_is_the_agents() {
        let (kind, curt) = ((Role::System, "Be kind."), (Role::System, "Be curt."));
        let mut same = [asked(&[kind, (Role::User, "a")]), asked(&[kind, (Role::User, "b")])];
        assert_eq!(shared_instructions(&mut same).as_deref(), Some("Be kind."));
        assert_eq!(same[1].input.messages.len(), 1);
        let mut other = [asked(&[kind, (Role::User, "a")]), asked(&[curt, (Role::User, "b")])];
        assert_eq!(shared_instructions(&mut other), None);
        assert_eq!(shared_instructions(&mut [asked(&[kind])]), None, "something must be asked");
    }
}

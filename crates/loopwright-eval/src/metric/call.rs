//! The calls of a trace, compared with those that a case needs.

use loopwright_core::{GoldCall, ToolStatus, Trace};
use serde_json::{Map, Value};

use super::same::same_argument;

/// A tool call that an agent made.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct MadeCall<'a> {
    pub tool: &'a str,
    /// As checked, or else as the model wrote them; null when that is no JSON.
    pub arguments: Value,
    pub status: ToolStatus,
}

impl MadeCall<'_> {
    /// Whether the tool ran, be it only to say that it must not be.
    pub(super) fn was_carried_out(&self) -> bool {
        matches!(self.status, ToolStatus::Done | ToolStatus::Refused)
    }
}

/// All calls of `trace`, in order.
pub(super) fn made_calls(trace: &Trace) -> Vec<MadeCall<'_>> {
    let written = |text: &str| serde_json::from_str(text).unwrap_or(Value::Null);
    let calls = trace.tool_calls().map(|made| MadeCall {
        tool: &made.call.name,
        arguments: made.arguments.cloned().unwrap_or_else(|| written(&made.call.arguments)),
        status: made.status,
    });
    calls.collect()
}

/// Whether `arguments` are those that `gold` needs. Arguments that it does not name are not judged.
///
/// Numbers are equal as numbers, texts but for case and white space, lists and objects part by part.
pub fn arguments_match(gold: &GoldCall, arguments: &Map<String, Value>) -> bool {
    wrong_argument(gold, arguments).is_none()
}

/// The first argument that is not as needed, in words.
fn wrong_argument(gold: &GoldCall, arguments: &Map<String, Value>) -> Option<String> {
    gold.args.iter().find_map(|(name, wanted)| match arguments.get(name) {
        Some(made) if wanted.any.iter().any(|wanted| same_argument(wanted, made)) => None,
        Some(made) => Some(format!("`{name}` is {made}, and not {}", listed(&wanted.any))),
        None if wanted.optional => None,
        None => Some(format!("`{name}` is missing")),
    })
}

fn listed(values: &[Value]) -> String {
    values.iter().map(Value::to_string).collect::<Vec<_>>().join(" or ")
}

/// Whether `made` is the call that `gold` needs.
fn is_met(gold: &GoldCall, made: &MadeCall<'_>) -> bool {
    made.tool == gold.tool && made.arguments.as_object().is_some_and(|arguments| arguments_match(gold, arguments))
}

/// Whether each of `needed` was made, by a call of its own, in any order. Says which was not, and why.
pub(super) fn any_order(needed: &[GoldCall], made: &[MadeCall<'_>]) -> Result<String, String> {
    let mut taken: Vec<Option<usize>> = vec![None; made.len()];
    for (number, gold) in needed.iter().enumerate() {
        if !assign(number, needed, made, &mut taken, &mut vec![false; made.len()]) {
            return Err(absence(gold, made));
        }
    }
    Ok(String::new())
}

/// How many of `needed` were made, each by a call of its own.
pub(super) fn count_met(needed: &[GoldCall], made: &[MadeCall<'_>]) -> usize {
    let mut taken: Vec<Option<usize>> = vec![None; made.len()];
    let is_made = |number: &usize| assign(*number, needed, made, &mut taken, &mut vec![false; made.len()]);
    (0..needed.len()).filter(is_made).count()
}

/// Finds a call for the needed one of this `number`, moving others where they have a choice (Kuhn's augmenting paths): a
/// gold call that accepts several values must not take the only call that another one accepts.
fn assign(
    number: usize,
    needed: &[GoldCall],
    made: &[MadeCall<'_>],
    taken: &mut [Option<usize>],
    tried: &mut [bool],
) -> bool {
    for (at, call) in made.iter().enumerate() {
        if tried[at] || !is_met(&needed[number], call) {
            continue;
        }
        tried[at] = true;
        let free = match taken[at] {
            None => true,
            Some(other) => assign(other, needed, made, taken, tried),
        };
        if free {
            taken[at] = Some(number);
            return true;
        }
    }
    false
}

/// Whether `needed` was made in this order, with other calls before, between and after. Says which was not.
pub(super) fn in_order(needed: &[GoldCall], made: &[MadeCall<'_>]) -> Result<String, String> {
    let mut rest = made;
    for gold in needed {
        match rest.iter().position(|call| is_met(gold, call)) {
            Some(at) => rest = &rest[at + 1..],
            None if made.iter().any(|call| is_met(gold, call)) => {
                return Err(format!("`{}` was called, but not in its turn", gold.tool));
            }
            None => return Err(absence(gold, made)),
        }
    }
    Ok(String::new())
}

/// Why `gold` was not made, in words.
fn absence(gold: &GoldCall, made: &[MadeCall<'_>]) -> String {
    let Some(nearest) = made.iter().rev().find(|call| call.tool == gold.tool && !is_met(gold, call)) else {
        let times = made.iter().filter(|call| call.tool == gold.tool).count();
        return match times {
            0 => format!("`{}` was not called", gold.tool),
            _ => format!("`{}` was called {times} times with these arguments, and more are needed", gold.tool),
        };
    };
    let arguments = nearest.arguments.as_object();
    let fault = arguments.map_or(Some("the arguments cannot be read".to_owned()), |made| wrong_argument(gold, made));
    format!("`{}` was called, but {}", gold.tool, fault.unwrap_or_default())
}

/// Whether no call was made, where none is right.
pub(super) fn none(made: &[MadeCall<'_>]) -> Result<String, String> {
    match made.first() {
        None => Ok(String::new()),
        Some(call) => Err(format!("`{}` was called, where no call is right", call.tool)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn gold(tool: &str, args: Value) -> GoldCall {
        serde_json::from_value(json!({"tool": tool, "args": args})).unwrap()
    }

    fn made(tool: &str, arguments: Value) -> MadeCall<'_> {
        MadeCall { tool, arguments, status: ToolStatus::Done }
    }

    #[test]
    fn arguments_that_gold_does_not_name_are_free() {
        let gold = gold("t", json!({"id": "A-1", "n": {"any": [1, 2], "optional": true}}));
        let fits = |arguments: Value| arguments_match(&gold, arguments.as_object().unwrap());
        assert!(fits(json!({"id": "a-1"})) && fits(json!({"id": "A-1", "n": 2.0, "note": "x"})));
        assert!(!fits(json!({"id": "A-1", "n": 3})) && !fits(json!({"n": 1})));
    }

    #[test]
    fn each_needed_call_takes_one_of_its_own() {
        let either = gold("t", json!({"id": {"any": ["a", "b"]}}));
        let only_a = gold("t", json!({"id": "a"}));
        let calls = [made("t", json!({"id": "a"})), made("t", json!({"id": "b"}))];
        assert!(any_order(&[either.clone(), only_a.clone()], &calls).is_ok(), "`either` must give `a` away");
        assert!(any_order(&[only_a.clone(), only_a.clone()], &calls).is_err());
        let twice = any_order(&[only_a.clone(), only_a], &calls[..1]).unwrap_err();
        assert_eq!(twice, "`t` was called 1 times with these arguments, and more are needed");
    }

    #[test]
    fn order_allows_calls_between() {
        let needed = [gold("a", json!({})), gold("b", json!({}))];
        let (a, b, x) = (made("a", json!({})), made("b", json!({})), made("x", json!({})));
        assert!(in_order(&needed, &[x.clone(), a.clone(), x.clone(), b.clone()]).is_ok());
        assert_eq!(in_order(&needed, &[b.clone(), a.clone()]).unwrap_err(), "`b` was called, but not in its turn");
        assert_eq!(in_order(&needed, &[a, x]).unwrap_err(), "`b` was not called");
    }

    #[test]
    fn says_what_is_wrong() {
        let needed = [gold("t", json!({"id": "A-1"}))];
        let reason = |arguments: Value| any_order(&needed, &[made("t", arguments)]).unwrap_err();
        assert_eq!(reason(json!({"id": "A-2"})), r#"`t` was called, but `id` is "A-2", and not "A-1""#);
        assert_eq!(reason(json!({})), "`t` was called, but `id` is missing");
        assert_eq!(reason(Value::Null), "`t` was called, but the arguments cannot be read");
    }
}

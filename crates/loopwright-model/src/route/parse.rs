//! Routes as text.

use std::time::Duration;

use super::Route;
use crate::{ModelRef, ParseModelRefError};

/// Members of one route at most.
const MOST_MEMBERS: usize = 8;
/// Routes within routes at most.
const MOST_DEPTH: usize = 4;

/// The route that `text` writes; `None` when it does not begin as one.
pub(crate) fn parse(text: &str, depth: usize) -> Option<Result<ModelRef, ParseModelRefError>> {
    let (name, rest) = text.split_once('(')?;
    ["fallback", "split", "cascade", "hedge"].contains(&name).then(|| route(text, name, rest, depth))
}

fn route(text: &str, name: &str, rest: &str, depth: usize) -> Result<ModelRef, ParseModelRefError> {
    let fault = |reason: &str| ParseModelRefError::Route { text: text.to_owned(), reason: reason.to_owned() };
    let inside = rest.strip_suffix(')').ok_or_else(|| fault("its parenthesis is not closed"))?;
    let pieces = members(inside).ok_or_else(|| fault("its parentheses do not match"))?;
    if depth >= MOST_DEPTH || pieces.len() > MOST_MEMBERS {
        return Err(fault("it holds more than 8 models, or more than 4 routes within each other"));
    }
    let read = |piece: &str| ModelRef::parse(piece, depth + 1);
    let all = |pieces: &[&str]| pieces.iter().map(|piece| read(piece)).collect::<Result<Vec<ModelRef>, _>>();
    let route = match (name, pieces.as_slice()) {
        ("fallback", [_, _, ..]) => Route::Fallback(all(&pieces)?),
        ("cascade", [_, _, ..]) => Route::Cascade(all(&pieces)?),
        ("split", [_, _, ..]) => Route::Split(weighted(&pieces, &fault, &read)?),
        ("hedge", [after, first, rest @ ..]) if rest.len() < 2 => {
            let after = seconds(after).ok_or_else(|| fault("it does not begin with a time such as `2s` or `500ms`"))?;
            let (first, second) = (read(first)?, read(rest.first().unwrap_or(first))?);
            Route::Hedge { after, first: Box::new(first), second: Box::new(second) }
        }
        _ => return Err(fault("it needs two models at least")),
    };
    let simulated = route.members().into_iter().filter(|member| member.is_simulated()).count();
    if simulated != 0 && simulated != route.members().len() {
        return Err(fault("it mixes the stand-in with real models"));
    }
    Ok(ModelRef::Route(Box::new(route)))
}

/// The pieces between the commas that stand in no inner parenthesis.
pub(crate) fn members(inside: &str) -> Option<Vec<&str>> {
    let (mut depth, mut start, mut pieces) = (0_usize, 0, vec![]);
    for (at, c) in inside.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.checked_sub(1)?,
            ',' if depth == 0 => {
                pieces.push(inside[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    pieces.push(inside[start..].trim());
    (depth == 0).then_some(pieces)
}

fn weighted(
    pieces: &[&str],
    fault: &dyn Fn(&str) -> ParseModelRefError,
    read: &dyn Fn(&str) -> Result<ModelRef, ParseModelRefError>,
) -> Result<Vec<(u32, ModelRef)>, ParseModelRefError> {
    let one = |piece: &&str| {
        let weight = piece.split_once(' ').and_then(|(weight, model)| Some((weight.parse::<u32>().ok()?, model)));
        let (weight, model) =
            weight.ok_or_else(|| fault("each of its models needs a weight, as in `split(9 A, 1 B)`"))?;
        Ok((weight, read(model.trim())?))
    };
    let members = pieces.iter().map(one).collect::<Result<Vec<_>, ParseModelRefError>>()?;
    if members.iter().all(|(weight, _)| *weight == 0) {
        return Err(fault("all its weights are zero"));
    }
    Ok(members)
}

/// A time such as `2s`, `0.5s` or `500ms`.
fn seconds(text: &str) -> Option<Duration> {
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, 1e-3),
        None => (text.strip_suffix('s')?, 1.0),
    };
    Duration::try_from_secs_f64(number.parse::<f64>().ok()? * unit).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_are_read_and_written_alike() {
        for text in [
            "fallback(openai:gpt-5-mini, anthropic:claude-haiku-4-5)",
            "split(9 openai:gpt-5-mini, 1 compatible:m@http://host/v1)",
            "cascade(standin:nano, standin:small)",
            "hedge(2s, openai:gpt-5-mini, openai:gpt-5-mini)",
            "fallback(cascade(openai:a, openai:b), split(1 groq:c, 2 groq:d), hedge(0.5s, openai:a, groq:b))",
        ] {
            let reference: ModelRef = text.parse().unwrap();
            assert_eq!(reference.to_string(), text);
        }
        let short: ModelRef = "hedge(500ms,openai:a)".parse().unwrap();
        assert_eq!(short.to_string(), "hedge(0.5s, openai:a, openai:a)");
        let reference: ModelRef = "cascade(standin:nano, standin:small)".parse().unwrap();
        assert_eq!((reference.model(), reference.is_simulated()), ("nano", true));
    }

    #[test]
    fn a_comma_within_a_route_parts_no_list() {
        let list = ModelRef::parse_list("openai:a, fallback(openai:b, openai:c),groq:d").unwrap();
        let written: Vec<String> = list.iter().map(ToString::to_string).collect();
        assert_eq!(written, ["openai:a", "fallback(openai:b, openai:c)", "groq:d"]);
        for wrong in ["openai:a,", "openai:a,fallback(openai:b", "openai:a),openai:b("] {
            assert!(ModelRef::parse_list(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn says_what_is_wrong() {
        let fault = |text: &str| text.parse::<ModelRef>().unwrap_err().to_string();
        assert!(fault("fallback(openai:a)").ends_with("it needs two models at least"));
        assert!(fault("fallback(openai:a, opnai:b)").ends_with("did you mean `openai`?"));
        assert!(fault("fallback(openai:a, openai:b").ends_with("its parenthesis is not closed"));
        assert!(fault("fallback(openai:a), openai:b)").ends_with("its parentheses do not match"));
        assert!(fault("split(openai:a, openai:b)").ends_with("as in `split(9 A, 1 B)`"));
        assert!(fault("split(0 openai:a, 0 openai:b)").ends_with("all its weights are zero"));
        assert!(fault("hedge(soon, openai:a)").ends_with("such as `2s` or `500ms`"));
        assert!(fault("fallback(standin:nano, openai:b)").ends_with("it mixes the stand-in with real models"));
        let deep = (0..5).fold("openai:a".to_owned(), |inner, _| format!("fallback({inner}, openai:b)"));
        assert!(fault(&deep).ends_with("more than 4 routes within each other"));
    }
}

//! The arms of a run: the agent as it stands, and each further one with what is different in it.

use loopwright_agent::AgentSpec;
use loopwright_core::{Arm, Patch};

use crate::cli::ArmOverride;
use crate::fault::Fault;
use crate::nearest::advice;
use crate::serde_words::{plain, unknown};

/// The parts that a native agent may have.
const NATIVE: [&str; 8] = ["model", "instructions", "examples", "tools", "knowledge", "context", "limits", "world"];

/// The arms, the agent as it stands first. Several overrides of one name make one arm.
///
/// # Errors
/// When an override names a part, a key or a value that there is not.
pub(super) fn arms(base: Arm, overrides: &[ArmOverride]) -> Result<Vec<Arm>, Fault> {
    let mut arms = vec![base];
    for change in overrides {
        if change.name == arms[0].name {
            return Err(Fault::usage(format!("`{}` is the agent as it stands; name the arm otherwise", change.name)));
        }
        let place = arms.iter().position(|arm| arm.name == change.name);
        let arm = changed(&arms[place.unwrap_or(0)], change)?;
        match place {
            Some(place) => arms[place] = arm,
            None => arms.push(arm),
        }
    }
    Ok(arms)
}

/// The arm that `change` makes of `from`.
fn changed(from: &Arm, change: &ArmOverride) -> Result<Arm, Fault> {
    let part = change.edit.part.as_str();
    let own = from.variant.parts.keys().map(|part| part.as_str());
    // What is behind an endpoint has no parts that could be set.
    let further =
        NATIVE.into_iter().filter(|name| from.variant.part("endpoint").is_none() && from.variant.part(name).is_none());
    let known: Vec<&str> = own.chain(further).collect();
    let place = format!("`--arm {}:{part}{}`", change.name, change.edit.pointer);
    if !known.contains(&part) {
        return Err(Fault::usage(format!("{place}: an agent has no part `{part}`")).with_hint(advice(part, known)));
    }
    let patch = Patch { edits: vec![change.edit.clone()] };
    let variant = from.variant.patched(&patch).map_err(|error| Fault::usage(format!("{place}: {error}")))?;
    match AgentSpec::parse(&variant) {
        Ok(_) => Ok(Arm { name: change.name.clone(), variant }),
        Err(error) => Err(match unknown(&error.message) {
            Some(slip) => Fault::usage(format!("{place}: there is no {} `{}`", slip.noun, slip.given))
                .with_hint(advice(slip.given, slip.known.iter().copied())),
            None => Fault::usage(format!("{place}: {}", plain(&error.message))),
        }),
    }
}

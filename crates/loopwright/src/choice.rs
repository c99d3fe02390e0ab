//! A choice among what the project names: the one that was asked for, or the only one that there is.

use std::collections::BTreeMap;
use std::fmt::Display;

use crate::fault::Fault;
use crate::nearest::advice;

/// The entry `wanted` of `named`, or its only one. `noun` says what they are, `missing` how to make one.
///
/// # Errors
/// When there is none, or several and none is asked for.
pub(crate) fn choose<'m, K, V>(
    noun: &str,
    named: &'m BTreeMap<K, V>,
    wanted: Option<&K>,
    missing: &str,
) -> Result<(&'m K, &'m V), Fault>
where
    K: Ord + Display,
{
    let names: Vec<String> = named.keys().map(K::to_string).collect();
    if let Some(name) = wanted {
        let hint = || advice(&name.to_string(), names.iter().map(String::as_str));
        let unknown = || Fault::usage(format!("there is no {noun} `{name}`")).with_hint(hint());
        return named.get_key_value(name).ok_or_else(unknown);
    }
    let mut entries = named.iter();
    match (entries.next(), entries.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => Err(Fault::nothing(format!("the project has no {noun}")).with_hint(missing)),
        _ => Err(Fault::usage(format!("the project has several {noun}s"))
            .with_hint(format!("name one: {}", names.join(", ")))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_need_not_be_named() {
        let named = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), ())).collect::<BTreeMap<_, _>>();
        let chosen = |names: &[&str], wanted: Option<&str>| {
            let wanted = wanted.map(str::to_owned);
            let found = choose("agent", &named(names), wanted.as_ref(), "add one").map(|(name, ())| name.clone());
            found.map_err(|fault| fault.render())
        };
        assert_eq!(chosen(&["a"], None).as_deref(), Ok("a"));
        assert_eq!(chosen(&["a", "b"], Some("b")).as_deref(), Ok("b"));
        assert!(chosen(&["a", "b"], None).unwrap_err().contains("name one: a, b"));
        assert!(chosen(&[], None).unwrap_err().contains("add one"));
        assert!(chosen(&["support"], Some("suport")).unwrap_err().contains("did you mean `support`?"));
    }
}

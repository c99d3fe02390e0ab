//! The nearest of the names that exist, for a name that does not.

/// The name among `known` that is most like `given`, when one is like enough.
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let scored = known.into_iter().map(|name| (strsim::jaro_winkler(given, name), name));
    let best = scored.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 >= 0.8).then_some(best.1)
}

/// Advice to someone who wrote `given`: the nearest name, or all of them.
///
/// ```
/// use loopwright::nearest::advice;
/// assert_eq!(advice("suport", ["support", "sales"]), "did you mean `support`?");
/// assert_eq!(advice("x", ["support", "sales"]), "there are `support`, `sales`");
/// assert_eq!(advice("x", []), "there are none");
/// ```
pub fn advice<'a>(given: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(name) = nearest(given, known.clone()) {
        return format!("did you mean `{name}`?");
    }
    let names: Vec<String> = known.into_iter().map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => "there are none".to_owned(),
        [only] => format!("there is only {only}"),
        all => format!("there are {}", all.join(", ")),
    }
}

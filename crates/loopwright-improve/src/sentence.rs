//! Names as they stand in a sentence.

/// `a`, `a and b`, `a, b, and c`.
pub(crate) fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [first, last] => format!("{first} and {last}"),
        [before @ .., last] => format!("{}, and {last}", before.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_several_is_joined_by_a_word() {
        let told = |names: &[&str]| listed(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!([told(&[]), told(&["a"]), told(&["a", "b"])], ["", "a", "a and b"]);
        assert_eq!(told(&["a", "b", "c"]), "a, b, and c");
    }
}

//! Paths into JSON: the leaves of a value, and globs over where they stand.

use serde_json::Value;

/// The leaves of `value` at `path`, each with its path: keys and places from 0, parted by points. An empty object or list is
/// a leaf.
pub(super) fn leaves<'a>(path: &str, value: &'a Value) -> Vec<(String, &'a Value)> {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        Value::Object(map) if !map.is_empty() => {
            map.iter().flat_map(|(key, value)| leaves(&below(key), value)).collect()
        }
        Value::Array(list) if !list.is_empty() => {
            list.iter().enumerate().flat_map(|(at, value)| leaves(&below(&at.to_string()), value)).collect()
        }
        leaf => vec![(path.to_owned(), leaf)],
    }
}

/// Whether `path`, or what it stands in, is one that a glob of `globs` names: `*` is any one key, `**` any number of them.
pub(super) fn is_named(path: &str, globs: &[String]) -> bool {
    let path: Vec<&str> = path.split('.').collect();
    globs.iter().any(|glob| begins(&path, &glob.split('.').collect::<Vec<_>>()))
}

fn begins(path: &[&str], glob: &[&str]) -> bool {
    match (glob.split_first(), path.split_first()) {
        (None, _) => true,
        (Some((&"**", rest)), _) => (0..=path.len()).any(|at| begins(&path[at..], rest)),
        (Some((first, rest)), Some((key, path))) => (*first == "*" || first == key) && begins(path, rest),
        (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn leaves_have_paths() {
        let value = json!({"a": [1, {"b": null}], "c": {}});
        let found: Vec<String> = leaves("", &value).into_iter().map(|(path, _)| path).collect();
        assert_eq!(found, ["a.0", "a.1.b", "c"]);
        assert_eq!(leaves("x", &json!(1)), [("x".to_owned(), &json!(1))]);
    }

    #[test]
    fn globs_name_paths_and_what_stands_below() {
        for (path, glob, named) in [
            ("id", "id", true),
            ("ids", "id", false),
            ("items.0.id", "items.*.id", true),
            ("items.0.id", "items", true),
            ("items.0.id", "**.id", true),
            ("id", "**.id", true),
            ("items.0.name", "**.id", false),
            ("items", "items.*", false),
        ] {
            assert_eq!(is_named(path, &[glob.to_owned()]), named, "{path} {glob}");
        }
    }
}

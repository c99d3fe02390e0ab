//! A tool's parameters, as far as the stand-in reads a JSON Schema.

use serde_json::{Map, Value};

use crate::lexicon::{Lexicon, Term};
use crate::pattern::Pattern;

/// Properties beyond this many are not read.
const MOST_PARAMETERS: usize = 24;
/// Objects inside objects beyond this depth are not read.
const MOST_DEPTH: u32 = 3;

/// One parameter.
#[derive(Debug)]
pub(crate) struct Parameter<'r> {
    pub name: &'r str,
    pub required: bool,
    pub shape: Shape<'r>,
    /// Words of the name.
    pub cue: Vec<Term>,
    /// Words of the description.
    pub about: Vec<Term>,
    pub hint: Hint,
}

/// The type of a parameter.
#[derive(Debug)]
pub(crate) enum Shape<'r> {
    /// One of these.
    Choice(&'r [Value]),
    Integer(Range),
    Number(Range),
    Boolean,
    /// A text; the pattern where there is one that is understood.
    Text(Option<Pattern>),
    List(Box<Shape<'r>>),
    Object(Vec<Parameter<'r>>),
}

/// `minimum` and `maximum`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Range {
    least: f64,
    most: f64,
}

impl Range {
    pub(crate) fn holds(self, value: f64) -> bool {
        (self.least..=self.most).contains(&value)
    }
}

/// What sort of text the name and the description promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hint {
    Id,
    Email,
    Date,
    Time,
    /// A person, a place, a thing with a name.
    Name,
    /// Where something goes, written out.
    Address,
    /// Free text: a message, a reason, a search.
    Free,
    Nothing,
}

const HINTS: &[(Hint, &[&str])] = &[
    (Hint::Email, &["email", "mail"]),
    (Hint::Address, &["address"]),
    (Hint::Date, &["date", "day", "dob", "deadline"]),
    (Hint::Time, &["time", "hour"]),
    (Hint::Id, &["id", "code", "sku", "number", "no", "ref", "reference", "tracking", "identifier"]),
    (
        Hint::Name,
        &[
            "name",
            "city",
            "country",
            "location",
            "person",
            "author",
            "title",
            "place",
            "state",
            "company",
            "artist",
            "team",
            "destination",
            "origin",
            "region",
            "currency",
            "brand",
            "species",
            "language",
        ],
    ),
    (
        Hint::Free,
        &[
            "message",
            "text",
            "note",
            "comment",
            "query",
            "question",
            "reason",
            "description",
            "details",
            "content",
            "subject",
            "body",
            "search",
            "keyword",
            "topic",
            "summary",
            "terms",
            "term",
            "product",
            "item",
        ],
    ),
];

/// Reads the parameters of a schema of type object: required ones in the order of `required`, then the others by name.
pub(crate) fn parameters<'r>(schema: &'r Value, lexicon: &mut Lexicon) -> Vec<Parameter<'r>> {
    read_object(schema, lexicon, 0)
}

fn read_object<'r>(schema: &'r Value, lexicon: &mut Lexicon, depth: u32) -> Vec<Parameter<'r>> {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return Vec::new() };
    let required: Vec<&str> = schema.get("required").and_then(Value::as_array).map_or_else(Vec::new, |names| {
        names.iter().filter_map(Value::as_str).filter(|name| properties.contains_key(*name)).collect()
    });
    ordered(properties, &required)
        .into_iter()
        .take(MOST_PARAMETERS)
        .filter_map(|name| {
            let (name, property) = properties.get_key_value(name)?;
            Some(read_parameter(name, property, required.contains(&name.as_str()), lexicon, depth))
        })
        .collect()
}

/// The map's own order depends on how `serde_json` was built, so the order is made here.
fn ordered<'r>(properties: &'r Map<String, Value>, required: &[&'r str]) -> Vec<&'r str> {
    let mut rest: Vec<&str> = properties.keys().map(String::as_str).filter(|name| !required.contains(name)).collect();
    rest.sort_unstable();
    required.iter().copied().chain(rest).collect()
}

fn read_parameter<'r>(
    name: &'r str,
    property: &'r Value,
    required: bool,
    lexicon: &mut Lexicon,
    depth: u32,
) -> Parameter<'r> {
    let description = property.get("description").and_then(Value::as_str).unwrap_or_default();
    let shape = read_shape(property, lexicon, depth);
    let cue = lexicon.read(&split_digits(name));
    let about = lexicon.read(description);
    Parameter { name, required, shape, cue, about, hint: Hint::of(name, description) }
}

fn read_shape<'r>(property: &'r Value, lexicon: &mut Lexicon, depth: u32) -> Shape<'r> {
    if let Some(choices) = property.get("enum").and_then(Value::as_array) {
        return Shape::Choice(choices);
    }
    let kind = match property.get("type") {
        Some(Value::String(kind)) => kind.as_str(),
        // `["string", "null"]`: the first that says something.
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or(""),
        _ => "",
    };
    let bound = |name: &str, open: f64| property.get(name).and_then(Value::as_f64).unwrap_or(open);
    let range = Range { least: bound("minimum", f64::NEG_INFINITY), most: bound("maximum", f64::INFINITY) };
    match kind {
        "integer" | "int" | "long" => Shape::Integer(range),
        "number" | "float" | "double" => Shape::Number(range),
        "boolean" | "bool" => Shape::Boolean,
        "array" | "list" | "tuple" => {
            let item = match property.get("items").filter(|_| depth < MOST_DEPTH) {
                Some(items) => read_shape(items, lexicon, depth + 1),
                None => Shape::Text(None),
            };
            Shape::List(Box::new(item))
        }
        "object" | "dict" if depth < MOST_DEPTH => Shape::Object(read_object(property, lexicon, depth + 1)),
        _ => Shape::Text(property.get("pattern").and_then(Value::as_str).and_then(Pattern::parse)),
    }
}

/// `side1` is read as `side 1`.
fn split_digits(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 2);
    let mut last = ' ';
    for letter in name.chars() {
        if letter.is_ascii_digit() && last.is_ascii_alphabetic() {
            out.push(' ');
        }
        out.push(letter);
        last = letter;
    }
    out
}

impl Hint {
    fn of(name: &str, description: &str) -> Self {
        Self::in_words(name).or_else(|| Self::in_words(description)).unwrap_or(Self::Nothing)
    }

    fn in_words(text: &str) -> Option<Self> {
        let mut best = None;
        for word in text.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
            let known = |words: &[&str]| words.iter().any(|known| known.eq_ignore_ascii_case(word));
            let hint = HINTS.iter().find(|(_, words)| known(words)).map(|(hint, _)| *hint);
            // The last word of a name says what it is: `customer_name`, `product_id`.
            best = hint.or(best);
            // An e-mail address is no address; the first word that says something counts in a description.
            if hint == Some(Self::Email) || hint.is_some() && text.contains(' ') {
                return best;
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;
    use serde_json::json;

    #[test]
    fn types_go_by_many_names() {
        let schema = json!({"type": "dict", "required": ["size", "a"], "properties": {
            "a": {"type": "int"}, "b": {"type": "float", "minimum": 2}, "size": {"enum": ["S", "M"]},
            "c": {"type": "array", "items": {"type": "string"}}, "d": {"type": ["string", "null"]},
            "e": {"type": "object", "properties": {"f": {"type": "bool"}}}}});
        let mut lexicon = Lexicon::new(Profile::named("mid").unwrap());
        let all = parameters(&schema, &mut lexicon);
        assert_eq!(all.iter().map(|one| one.name).collect::<Vec<_>>(), ["size", "a", "b", "c", "d", "e"]);
        assert!(matches!(all[1].shape, Shape::Integer(_)) && all[1].required && !all[2].required);
        assert!(matches!(&all[2].shape, Shape::Number(range) if !range.holds(1.0)));
        assert!(matches!(&all[5].shape, Shape::Object(inner) if inner.len() == 1));
    }

    #[test]
    fn names_hint_at_kinds() {
        assert_eq!(Hint::of("customer_name", ""), Hint::Name);
        assert_eq!(Hint::of("order_id", "The order."), Hint::Id);
        assert_eq!(Hint::of("x", "The e-mail address of the customer"), Hint::Email);
        assert_eq!(Hint::of("why", "The reason in a few words"), Hint::Free);
    }
}

//! YAML, and JSON as far as it is YAML, with the place of every value.
//!
//! Plain scalars are read as `js-yaml` reads them by default, because that is what the tools whose files are read here use.
//! Invariant: a small text cannot become a large tree; aliases are paid for by what they repeat.

mod scalar;

use std::collections::HashMap;
use std::ops::Range;

use loopwright_core::SourceError;
use saphyr_parser::{Event, Parser, ScalarStyle, Span};
use serde_json::{Number, Value};

use crate::SourceText;

/// Most levels of lists and maps within each other.
const DEEPEST: usize = 100;

/// Most bytes that aliases may repeat in all.
const MOST_REPEATED: usize = 16 << 20;

/// Most entries of one map: each new key is compared with all.
const MOST_ENTRIES: usize = 10_000;

/// What a node without any text of its own is counted as, in bytes.
const NODE: usize = 64;

/// A value, and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) value: Yaml,
    /// Its bytes, as far as they stand in its first line.
    pub(crate) span: Range<usize>,
}

/// What a node holds.
#[derive(Debug, Clone)]
pub(crate) enum Yaml {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Node>),
    /// In the order of the file, each key once.
    Map(Vec<(Key, Node)>),
}

/// The key of an entry.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) span: Range<usize>,
}

impl Node {
    /// The value under `key`, when this is a map that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|(name, _)| name.name == key).map(|(_, node)| node)
    }

    /// The entries of a map; none of anything else.
    pub(crate) fn entries(&self) -> &[(Key, Node)] {
        if let Yaml::Map(entries) = &self.value { entries } else { &[] }
    }

    /// The text, when it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        if let Yaml::Text(text) = &self.value { Some(text) } else { None }
    }

    /// Whether nothing stands here.
    pub(crate) fn is_null(&self) -> bool {
        matches!(self.value, Yaml::Null)
    }

    /// The elements of a list, or this one alone.
    pub(crate) fn each(&self) -> &[Node] {
        if let Yaml::List(list) = &self.value { list } else { std::slice::from_ref(self) }
    }

    /// The same as JSON.
    pub(crate) fn to_json(&self) -> Value {
        match &self.value {
            Yaml::Null => Value::Null,
            Yaml::Bool(bool) => Value::Bool(*bool),
            Yaml::Number(number) => Value::Number(number.clone()),
            Yaml::Text(text) => Value::String(text.clone()),
            Yaml::List(list) => list.iter().map(Node::to_json).collect(),
            Yaml::Map(entries) => {
                Value::Object(entries.iter().map(|(key, node)| (key.name.clone(), node.to_json())).collect())
            }
        }
    }

    /// `value`, of which no more is known than that it stands within `span`.
    pub(crate) fn of_json(value: &Value, span: &Range<usize>) -> Self {
        let value = match value {
            Value::Null => Yaml::Null,
            Value::Bool(bool) => Yaml::Bool(*bool),
            Value::Number(number) => Yaml::Number(number.clone()),
            Value::String(text) => Yaml::Text(text.clone()),
            Value::Array(list) => Yaml::List(list.iter().map(|value| Self::of_json(value, span)).collect()),
            Value::Object(map) => {
                let key = |name: &str| Key { name: name.to_owned(), span: span.clone() };
                Yaml::Map(map.iter().map(|(name, value)| (key(name), Self::of_json(value, span))).collect())
            }
        };
        Self { value, span: span.clone() }
    }

    /// What a copy of it takes, about.
    fn weight(&self) -> usize {
        NODE + match &self.value {
            Yaml::Text(text) => text.len(),
            Yaml::List(list) => list.iter().map(Node::weight).sum(),
            Yaml::Map(entries) => entries.iter().map(|(key, node)| key.name.len() + node.weight()).sum(),
            _ => 0,
        }
    }
}

/// Reads the only document of `source`. An empty text holds null.
pub(crate) fn parse_yaml(source: SourceText<'_>) -> Result<Node, SourceError> {
    let text = source.text.strip_prefix('\u{feff}').unwrap_or(source.text);
    let mut builder = Builder::new(SourceText::new(source.file, text));
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let at = builder.places.byte(error.marker().index());
            builder.fault(at..at, error.info())
        })?;
        builder.take(event, span)?;
    }
    let nothing = Node { value: Yaml::Null, span: 0..0 };
    Ok(builder.root.unwrap_or(nothing))
}

/// Where characters stand, in bytes. The parser counts characters.
enum Places {
    Ascii(usize),
    Other(Vec<usize>),
}

impl Places {
    fn of(text: &str) -> Self {
        if text.is_ascii() {
            return Self::Ascii(text.len());
        }
        let ends = std::iter::once(text.len());
        Self::Other(text.char_indices().map(|(at, _)| at).chain(ends).collect())
    }

    fn byte(&self, character: usize) -> usize {
        match self {
            Self::Ascii(length) => character.min(*length),
            Self::Other(bytes) => bytes.get(character).or(bytes.last()).copied().unwrap_or_default(),
        }
    }
}

/// A list or a map that is not closed yet.
enum Open {
    List(Vec<Node>),
    Map(Vec<(Key, Node)>, Option<Key>),
}

struct Frame {
    open: Open,
    begin: usize,
    anchor: usize,
}

/// Makes nodes of the events of the parser.
struct Builder<'a> {
    source: SourceText<'a>,
    places: Places,
    frames: Vec<Frame>,
    anchors: HashMap<usize, Node>,
    repeated: usize,
    root: Option<Node>,
}

impl<'a> Builder<'a> {
    fn new(source: SourceText<'a>) -> Self {
        let places = Places::of(source.text);
        Self { source, places, frames: vec![], anchors: HashMap::new(), repeated: 0, root: None }
    }

    fn fault(&self, span: Range<usize>, message: impl Into<String>) -> SourceError {
        source_fault(self.source, span, message)
    }

    fn span(&self, span: Span) -> Range<usize> {
        let (start, end) = (self.places.byte(span.start.index()), self.places.byte(span.end.index()));
        first_line(self.source.text, start..end.max(start))
    }

    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), SourceError> {
        let at = self.span(span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let is_text = style != ScalarStyle::Plain || tag.is_some_and(|tag| tag.suffix == "str");
                let value = if is_text { Yaml::Text(text.into_owned()) } else { scalar::plain(&text) };
                self.place(Node { value, span: at }, anchor)
            }
            Event::Alias(anchor) => {
                // An anchor that is not closed yet is not known: nothing can hold itself.
                let known = self.anchors.get(&anchor).cloned();
                let node = known.ok_or_else(|| self.fault(at.clone(), "an alias of what holds it"))?;
                self.repeated = self.repeated.saturating_add(node.weight());
                if self.repeated > MOST_REPEATED {
                    let message = format!("the aliases repeat more than {MOST_REPEATED} bytes");
                    return Err(self.fault(at, message));
                }
                self.place(node, 0)
            }
            Event::SequenceStart(anchor, _) => self.open(Open::List(vec![]), at.start, anchor),
            Event::MappingStart(anchor, _) => self.open(Open::Map(vec![], None), at.start, anchor),
            Event::SequenceEnd | Event::MappingEnd => self.close(at.end),
            Event::DocumentStart(_) if self.root.is_some() => {
                Err(self.fault(at, "a second document: this reader takes one"))
            }
            _ => Ok(()),
        }
    }

    fn open(&mut self, open: Open, begin: usize, anchor: usize) -> Result<(), SourceError> {
        if self.frames.len() >= DEEPEST {
            let message = format!("lists and maps are more than {DEEPEST} levels deep");
            return Err(self.fault(begin..begin, message));
        }
        self.frames.push(Frame { open, begin, anchor });
        Ok(())
    }

    fn close(&mut self, end: usize) -> Result<(), SourceError> {
        let Some(Frame { open, begin, anchor }) = self.frames.pop() else { return Ok(()) };
        let value = match open {
            Open::List(list) => Yaml::List(list),
            Open::Map(entries, _) => Yaml::Map(merged(entries)),
        };
        let span = first_line(self.source.text, begin..end.max(begin));
        self.place(Node { value, span }, anchor)
    }

    /// Puts a whole node where it belongs.
    fn place(&mut self, node: Node, anchor: usize) -> Result<(), SourceError> {
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        let source = self.source;
        match self.frames.last_mut().map(|frame| &mut frame.open) {
            None => self.root = Some(node),
            Some(Open::List(list)) => list.push(node),
            Some(Open::Map(entries, waiting)) => match waiting.take() {
                Some(key) => entries.push((key, node)),
                None => *waiting = Some(key(source, entries, node)?),
            },
        }
        Ok(())
    }
}

/// `node` as the key of an entry beside `entries`.
fn key(source: SourceText<'_>, entries: &[(Key, Node)], node: Node) -> Result<Key, SourceError> {
    let name = match node.value {
        Yaml::Text(text) => text,
        Yaml::List(_) | Yaml::Map(_) => {
            return Err(source_fault(source, node.span, "a key is a text, not a list or a map"));
        }
        Yaml::Null => "null".to_owned(),
        Yaml::Bool(bool) => bool.to_string(),
        Yaml::Number(number) => number.to_string(),
    };
    if name != MERGE && entries.iter().any(|(key, _)| key.name == name) {
        return Err(source_fault(source, node.span, format!("the key `{name}` stands here twice")));
    }
    if entries.len() >= MOST_ENTRIES {
        return Err(source_fault(source, node.span, format!("a map of more than {MOST_ENTRIES} entries")));
    }
    Ok(Key { name, span: node.span })
}

/// The key under which the entries of other maps are taken in.
const MERGE: &str = "<<";

/// The entries, with those of the maps under `<<` that are not set here.
fn merged(entries: Vec<(Key, Node)>) -> Vec<(Key, Node)> {
    let (merges, mut own): (Vec<_>, Vec<_>) = entries.into_iter().partition(|(key, _)| key.name == MERGE);
    for (key, node) in merges.iter().flat_map(|(_, node)| node.each()).flat_map(Node::entries) {
        if own.iter().all(|(taken, _)| taken.name != key.name) {
            own.push((key.clone(), node.clone()));
        }
    }
    own
}

/// A fault at `span` of `source`.
pub(crate) fn source_fault(source: SourceText<'_>, span: Range<usize>, message: impl Into<String>) -> SourceError {
    let (file, text) = (source.file.to_owned(), source.text.to_owned());
    SourceError { file, text, first_line: 1, span, message: message.into(), hint: None }
}

/// `span` as far as its first line goes.
fn first_line(text: &str, span: Range<usize>) -> Range<usize> {
    let line = text.get(span.clone()).and_then(|part| part.find('\n'));
    line.map_or(span.clone(), |length| span.start..span.start + length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(text: &str) -> Result<Node, SourceError> {
        parse_yaml(SourceText::new("f.yaml", text))
    }

    #[test]
    fn reads_what_people_write() {
        let text =
            "a: 1\nb: [x, 'y', \"z\\n\"]\nc:\n  - d: |\n      two\n      lines\n    e: ~\nf: >-\n  one\n  line\n";
        let expected =
            json!({"a": 1, "b": ["x", "y", "z\n"], "c": [{"d": "two\nlines\n", "e": null}], "f": "one line"});
        assert_eq!(read(text).unwrap().to_json(), expected);
        assert_eq!(
            read(r#"{"a": [true, 1.5, "é"], "b": {}}"#).unwrap().to_json(),
            json!({"a": [true, 1.5, "é"], "b": {}})
        );
        assert!(read("").unwrap().is_null() && read("# nothing\n").unwrap().is_null());
    }

    #[test]
    fn anchors_are_repeated_and_merged() {
        let text = "base: &base {a: 1, b: 2}\nlist: [*base]\nown:\n  b: 3\n  <<: *base\n";
        let value = read(text).unwrap().to_json();
        assert_eq!(value["list"], json!([{"a": 1, "b": 2}]));
        assert_eq!(value["own"], json!({"a": 1, "b": 3}));
    }

    #[test]
    fn places_count_bytes() {
        let text = "ä: ö\nb:\n  - ü: x\n";
        let node = read(text).unwrap();
        let item = &node.get("b").unwrap().each()[0];
        assert_eq!(&text[item.entries()[0].0.span.clone()], "ü");
        assert_eq!(&text[item.get("ü").unwrap().span.clone()], "x");
    }

    #[test]
    fn faults_show_their_place() {
        for (text, place, message) in [
            ("a: 1\na: 2\n", (2, 1), "the key `a` stands here twice"),
            ("a: [1\nb: 2\n", (2, 2), ""),
            ("é: 1\n? [x]\n: 2\n", (2, 3), "a key is a text"),
            ("---\na: 1\n---\nb: 1\n", (3, 1), "a second document"),
            ("a: &a [*a]\n", (1, 8), "alias"),
        ] {
            let fault = read(text).unwrap_err();
            assert_eq!(fault.position(), place, "{fault}");
            assert!(fault.message.contains(message), "{fault}");
        }
    }

    #[test]
    fn bombs_do_not_go_off() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let alias = format!("*a{}", level - 1);
            text.push_str(&format!("a{level}: &a{level} [{}]\n", vec![alias; 10].join(", ")));
        }
        assert!(read(&text).unwrap_err().message.contains("aliases repeat"));
        assert!(read(&"[".repeat(5000)).is_err());
        assert!(read(&"- ".repeat(5000)).is_err());
    }
}

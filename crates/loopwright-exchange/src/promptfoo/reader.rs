//! What reading a configuration needs at every step: its files with their places, and what was left out so far.

use std::collections::BTreeSet;
use std::ops::Range;

use loopwright_core::{Check, SourceError};

use super::{Folder, LeftOut, PromptfooSource};
use crate::SourceText;
use crate::yaml::{Node, Yaml, parse_yaml, source_fault};

/// How deep references may lead to references.
const DEEPEST: usize = 20;

/// A place in one of the files.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    pub(super) file: usize,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// A value, and the file in which it stands.
#[derive(Debug, Clone)]
pub(super) struct Located {
    pub(super) file: usize,
    pub(super) node: Node,
}

impl Located {
    /// Where it stands.
    pub(super) fn spot(&self) -> Spot {
        self.at(&self.node.span)
    }

    /// A place in the same file.
    pub(super) fn at(&self, span: &Range<usize>) -> Spot {
        Spot { file: self.file, start: span.start, end: span.end }
    }

    /// The value under `key`, when there is one that is not null.
    pub(super) fn get(&self, key: &str) -> Option<Located> {
        self.node.get(key).filter(|node| !node.is_null()).map(|node| self.within(node))
    }

    /// The elements of a list, or this one alone.
    pub(super) fn each(&self) -> Vec<Located> {
        self.node.each().iter().map(|node| self.within(node)).collect()
    }

    /// `node`, which stands in the same file.
    pub(super) fn within(&self, node: &Node) -> Located {
        Located { file: self.file, node: node.clone() }
    }
}

/// The state of reading one configuration.
pub(super) struct Reader<'a> {
    folder: &'a dyn Folder,
    shown: &'a str,
    carries: &'a dyn Fn(&Check) -> Result<(), String>,
    /// Each file that was opened: its name as shown, and its text.
    files: Vec<(String, String)>,
    left_out: BTreeSet<(Spot, String, String)>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: &PromptfooSource<'a>) -> Self {
        let PromptfooSource { folder, shown, carries, .. } = *source;
        Self { folder, shown, carries, files: vec![], left_out: BTreeSet::new() }
    }

    /// The configuration itself, with the references within it followed.
    pub(super) fn config(&mut self, file: &str) -> Result<Located, SourceError> {
        let nowhere = Spot { file: self.note_file(file, String::new()), start: 0, end: 0 };
        let text = self.text(file, &nowhere)?;
        let config = self.yaml(file, text)?;
        if !matches!(config.node.value, Yaml::Map(_)) {
            let fault = self.fault(&config.spot(), "a configuration is a map");
            return Err(fault.with_hint("`promptfooconfig.yaml` holds `prompts`, `providers` and `tests`"));
        }
        let node = self.dereferenced(&config, &config.node, 0)?;
        Ok(Located { file: config.file, node })
    }

    /// The tree with each `$ref` into the same file replaced by what it points at.
    fn dereferenced(&self, config: &Located, node: &Node, depth: usize) -> Result<Node, SourceError> {
        if depth > DEEPEST * 5 {
            return Err(self.fault(&config.at(&node.span), "references lead too deep"));
        }
        let value = match &node.value {
            Yaml::Map(entries) => {
                match node.get("$ref").and_then(Node::text).and_then(|path| path.strip_prefix("#/")) {
                    Some(path) => {
                        let found = path.split('/').try_fold(&config.node, |node, step| node.get(step));
                        let spot = config.at(&node.span);
                        let target =
                            found.ok_or_else(|| self.fault(&spot, format!("there is no `{path}` in this file")))?;
                        return self.dereferenced(config, target, depth + 5);
                    }
                    None => {
                        let inner = |(key, node): &(_, Node)| {
                            Ok((Clone::clone(key), self.dereferenced(config, node, depth + 1)?))
                        };
                        Yaml::Map(entries.iter().map(inner).collect::<Result<_, SourceError>>()?)
                    }
                }
            }
            Yaml::List(list) => Yaml::List(
                list.iter().map(|node| self.dereferenced(config, node, depth + 1)).collect::<Result<_, _>>()?,
            ),
            other => other.clone(),
        };
        Ok(Node { value, span: node.span.clone() })
    }

    /// The bytes of the file at `path`, which is named at `spot`.
    pub(super) fn bytes(&self, path: &str, spot: &Spot) -> Result<Vec<u8>, SourceError> {
        let path = path.strip_prefix("./").unwrap_or(path);
        self.folder.read(path).map_err(|error| self.fault(spot, format!("`{path}` cannot be read: {error}")))
    }

    /// The text of the file at `path`, which is named at `spot`.
    pub(super) fn text(&self, path: &str, spot: &Spot) -> Result<String, SourceError> {
        let text = String::from_utf8(self.bytes(path, spot)?);
        text.map_err(|_| self.fault(spot, format!("`{path}` is not UTF-8 text")))
    }

    /// The files that `pattern` names at `spot`; at least one.
    pub(super) fn find(&self, pattern: &str, spot: &Spot) -> Result<Vec<String>, SourceError> {
        let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
        if !pattern.contains(['*', '?', '[', '{']) {
            return Ok(vec![pattern.to_owned()]);
        }
        let found = self.folder.find(pattern).map_err(|error| self.fault(spot, format!("`{pattern}`: {error}")))?;
        if found.is_empty() { Err(self.fault(spot, format!("`{pattern}` names no file"))) } else { Ok(found) }
    }

    /// The YAML or JSON `text` of the file at `path`.
    pub(super) fn yaml(&mut self, path: &str, text: String) -> Result<Located, SourceError> {
        let file = self.note_file(path, text);
        let (name, text) = &self.files[file];
        let node = parse_yaml(SourceText::new(name, text))?;
        Ok(Located { file, node })
    }

    /// Keeps the text of a file for messages.
    pub(super) fn note_file(&mut self, path: &str, text: String) -> usize {
        let name = if self.shown.is_empty() { path.to_owned() } else { format!("{}/{path}", self.shown) };
        self.files.push((name, text));
        self.files.len() - 1
    }

    /// A fault at `spot`.
    pub(super) fn fault(&self, spot: &Spot, message: impl Into<String>) -> SourceError {
        let (name, text) = self.files.get(spot.file).map_or(("", ""), |(name, text)| (name, text));
        // A byte order mark is no part of the text that was parsed.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        source_fault(SourceText::new(name, text), spot.start..spot.end, message)
    }

    /// `check`, when it can be carried out.
    pub(super) fn carried(&self, check: Check) -> Result<Check, String> {
        (self.carries)(&check).map(|()| check)
    }

    /// Notes that `what`, which stands at `spot`, is left out.
    pub(super) fn leave_out(&mut self, spot: &Spot, what: impl Into<String>, why: impl Into<String>) {
        self.left_out.insert((spot.clone(), what.into(), why.into()));
    }

    /// Notes each key of `map` that is not `known`.
    pub(super) fn leave_out_unknown(&mut self, map: &Located, of: &str, known: &[&str]) {
        for (key, _) in map.node.entries().iter().filter(|(key, _)| !known.contains(&key.name.as_str())) {
            self.leave_out(&map.at(&key.span), format!("`{}` of {of}", key.name), "it has no counterpart here");
        }
    }

    /// Everything that was left out.
    pub(super) fn left_out(self) -> Vec<LeftOut> {
        let one = |(spot, what, why): &(Spot, String, String)| {
            let fault = self.fault(spot, "");
            let (line, column) = fault.position();
            LeftOut { file: fault.file, line, column, what: what.clone(), why: why.clone() }
        };
        self.left_out.iter().map(one).collect()
    }
}

//! Which texts change when the parts of an agent do.

use std::collections::BTreeMap;

use loopwright_agent::Example;
use loopwright_core::Variant;
use serde_json::Value;
use toml_edit::{DocumentMut, Item};

use super::table_edit::{model_item, set_keys, tool_table};
use super::{FileChange, WriteError};
use crate::project::load::FILE_NAME;
use crate::project::{AgentConfig, Project, ProjectPath};

/// Most bytes of a file that is edited.
const MOST: u64 = 64 << 20;

/// The files as far as they have been changed.
struct Draft<'p> {
    project: &'p Project,
    config: &'p AgentConfig,
    texts: BTreeMap<ProjectPath, (Option<String>, String)>,
}

/// The files that turn the agent `config` into `wanted`.
pub(super) fn files(project: &Project, config: &AgentConfig, wanted: &Variant) -> Result<Vec<FileChange>, WriteError> {
    let mut draft = Draft { project, config, texts: BTreeMap::new() };
    for (name, new) in &wanted.parts {
        let old = config.variant.parts.get(name).unwrap_or(&Value::Null);
        if old == new {
            continue;
        }
        match name.as_str() {
            "instructions" => draft.instructions(new)?,
            "model" => draft.model(old, new)?,
            "context" | "limits" => draft.agent_table(name.as_str(), old, new)?,
            "knowledge" => draft.knowledge(old, new)?,
            "tools" => draft.tools(old, new)?,
            "examples" => draft.examples(new)?,
            other => return Err(no_place(other, "it is not among the parts that a patch may change")),
        }
    }
    let changed = draft.texts.into_iter().filter(|(_, (before, after))| before.as_ref() != Some(after));
    Ok(changed.map(|(path, (before, after))| FileChange { path, before, after }).collect())
}

pub(super) fn no_place(part: &str, reason: impl Into<String>) -> WriteError {
    WriteError::Place { part: part.to_owned(), reason: reason.into() }
}

impl Draft<'_> {
    fn text(&self, part: &str, path: &ProjectPath) -> Result<String, WriteError> {
        match self.texts.get(path) {
            Some((_, after)) => Ok(after.clone()),
            None => self.project.tree.read(path, MOST).map_err(|error| no_place(part, error.to_string())),
        }
    }

    fn put(&mut self, path: &ProjectPath, after: String) {
        let before = self.project.tree.read(path, MOST).ok();
        self.texts.entry(path.clone()).or_insert((before, String::new())).1 = after;
    }

    /// Edits the TOML file at `path`.
    fn edit(
        &mut self,
        part: &str,
        path: &ProjectPath,
        edit: impl FnOnce(&mut DocumentMut) -> Result<(), String>,
    ) -> Result<(), WriteError> {
        let text = self.text(part, path)?;
        let mut document: DocumentMut =
            text.parse().map_err(|error: toml_edit::TomlError| no_place(part, error.message()))?;
        edit(&mut document).map_err(|reason| no_place(part, reason))?;
        self.put(path, document.to_string());
        Ok(())
    }

    /// Edits the table under `table.name` of `loopwright.toml`.
    fn edit_table(
        &mut self,
        part: &str,
        table: &str,
        name: &str,
        edit: impl FnOnce(&mut Item) -> Result<(), String>,
    ) -> Result<(), WriteError> {
        let path: ProjectPath = FILE_NAME.parse().map_err(|_| no_place(part, "there is no project file"))?;
        self.edit(part, &path, |document| {
            let item = document.get_mut(table).and_then(|all| all.get_mut(name));
            edit(item.ok_or_else(|| format!("`{FILE_NAME}` has no table `{table}.{name}`"))?)
        })
    }

    fn instructions(&mut self, new: &Value) -> Result<(), WriteError> {
        let path = self.config.files.instructions.clone();
        let path = path.ok_or_else(|| no_place("instructions", "the agent has no file of instructions"))?;
        let text = new.as_str().ok_or_else(|| no_place("instructions", "the new value is not a text"))?;
        self.put(&path, text.to_owned());
        Ok(())
    }

    fn model(&mut self, old: &Value, new: &Value) -> Result<(), WriteError> {
        let agent = self.config.variant.agent.to_string();
        self.edit_table("model", "agent", &agent, |table| {
            let item = table.get_mut("model").ok_or("the agent has no `model`")?;
            if item.is_str() { model_item(item, new) } else { set_keys(item, old, new) }
        })
    }

    fn agent_table(&mut self, part: &str, old: &Value, new: &Value) -> Result<(), WriteError> {
        let agent = self.config.variant.agent.to_string();
        let (old, new) = (serde_json::json!({ part: old }), serde_json::json!({ part: new }));
        self.edit_table(part, "agent", &agent, |table| set_keys(table, &old, &new))
    }

    fn knowledge(&mut self, old: &Value, new: &Value) -> Result<(), WriteError> {
        let Some(name) = self.config.files.knowledge.clone() else {
            return Err(no_place("knowledge", "the agent has no knowledge table"));
        };
        if old["corpus"] != new["corpus"] || old["sources"] != new["sources"] {
            return Err(no_place("knowledge", "documents are changed by hand, not by a patch"));
        }
        self.edit_table("knowledge", "knowledge", &name, |table| set_keys(table, old, new))
    }

    fn tools(&mut self, old: &Value, new: &Value) -> Result<(), WriteError> {
        let (Some(old), Some(new)) = (old.as_array(), new.as_array()) else {
            return Err(no_place("tools", "the agent has no tools file"));
        };
        if old.len() != new.len() {
            return Err(no_place("tools", "tools are added and removed by hand, not by a patch"));
        }
        let mut first = 0;
        for (file, count) in self.config.files.tools.clone() {
            for index in (0..count).filter(|index| old[first + index] != new[first + index]) {
                let (old, new) = (&old[first + index], &new[first + index]);
                self.edit("tools", &file, |document| set_keys(tool_table(document, index)?, old, new))?;
            }
            first += count;
        }
        Ok(())
    }

    fn examples(&mut self, new: &Value) -> Result<(), WriteError> {
        let examples: Vec<Example> =
            serde_json::from_value(new.clone()).map_err(|error| no_place("examples", error.to_string()))?;
        let path = match &self.config.files.examples {
            Some(path) => path.clone(),
            None => self.new_examples_file()?,
        };
        let before = self.text("examples", &path).unwrap_or_default();
        let mut kept = before.lines().filter(|line| !line.trim().is_empty());
        let mut after = String::new();
        for example in &examples {
            // A line that still says the same is left as its author wrote it.
            let same = |line: &&str| serde_json::from_str::<Example>(line).is_ok_and(|found| found == *example);
            let line = match kept.next().filter(same) {
                Some(line) => line.to_owned(),
                None => serde_json::to_string(example).map_err(|error| no_place("examples", error.to_string()))?,
            };
            after.push_str(&line);
            after.push('\n');
        }
        self.put(&path, after);
        Ok(())
    }

    /// Names a file of examples in the agent's table.
    fn new_examples_file(&mut self) -> Result<ProjectPath, WriteError> {
        let agent = self.config.variant.agent.to_string();
        let path = format!("prompts/{}.examples.jsonl", agent.replace(['/', ':', '#'], "-"));
        let parsed: ProjectPath = path.parse().map_err(|error| no_place("examples", format!("{error}")))?;
        if self.project.tree.resolve(&parsed).is_ok() {
            return Err(no_place("examples", format!("`{path}` is there already, and the agent does not use it")));
        }
        let new = serde_json::json!({ "examples": path });
        self.edit_table("examples", "agent", &agent, |table| set_keys(table, &Value::Null, &new))?;
        Ok(parsed)
    }
}

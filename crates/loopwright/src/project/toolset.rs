//! `[toolset.*]` → the `tools` and `world` parts of a variant.

use loopwright_agent::ToolPart;
use loopwright_core::{Digest, SourceError};
use serde::Deserialize;

use super::file::ToolsetTable;
use super::loader::{Loader, SMALL, WORLD};
use super::materials::WorldScript;
use super::{Places, ProjectPath, toml_source};
use crate::nearest::advice;

/// The tools of one file, and the world they act on.
#[derive(Debug, Clone)]
pub(crate) struct Toolset {
    /// The tools file.
    pub(crate) file: ProjectPath,
    /// Where its keys stand.
    pub(crate) places: Places,
    pub(crate) tools: Vec<ToolPart>,
    pub(crate) world: Option<Digest>,
}

/// A file of tools.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ToolsFile {
    #[serde(default)]
    tool: Vec<ToolPart>,
}

/// The toolset that is called `name` at the key `at`.
pub(crate) fn toolset(loader: &mut Loader<'_>, at: &[&str], name: &str) -> Result<Toolset, SourceError> {
    if let Some(toolset) = loader.toolsets.get(name) {
        return Ok(toolset.clone());
    }
    let Some(table) = loader.file.toolset.get(name) else {
        let known = loader.file.toolset.keys().map(String::as_str);
        let fault = loader.places.fault(at, format!("there is no toolset `{name}`"));
        return Err(fault.with_hint(advice(name, known)));
    };
    let toolset = read(loader, name, table)?;
    loader.toolsets.insert(name.to_owned(), toolset.clone());
    Ok(toolset)
}

fn read(loader: &mut Loader<'_>, name: &str, table: &ToolsetTable) -> Result<Toolset, SourceError> {
    let at = ["toolset", name, "tools"];
    let file = loader.path(&at, &table.tools)?;
    let text = loader.read(&at, &file, SMALL)?;
    let source = toml_source::parse(file.as_str(), &text)?;
    let ToolsFile { tool: tools } = source.read()?;
    if tools.is_empty() {
        return Err(loader.places.fault(&at, format!("`{file}` holds no `[[tool]]`")));
    }
    let world = table.world.as_ref().map(|path| world(loader, name, path)).transpose()?;
    Ok(Toolset { file, places: source.places, tools, world })
}

fn world(loader: &mut Loader<'_>, name: &str, path: &str) -> Result<Digest, SourceError> {
    let at = ["toolset", name, "world"];
    let source = loader.path(&at, path)?;
    let sql = loader.read(&at, &source, WORLD)?;
    let digest = Digest::of_bytes(sql.as_bytes());
    loader.materials.worlds.insert(digest, WorldScript { source, sql });
    Ok(digest)
}

/// The fault of the first tool whose name an earlier tool of `toolsets` has.
pub(crate) fn repeated(toolsets: &[Toolset]) -> Option<SourceError> {
    let mut seen: Vec<(&str, &ProjectPath)> = Vec::new();
    for toolset in toolsets {
        for (index, tool) in toolset.tools.iter().enumerate() {
            if let Some((_, first)) = seen.iter().find(|(name, _)| *name == tool.name) {
                let message = format!("`{first}` has a tool `{}` already", tool.name);
                return Some(toolset.places.fault(&["tool", &index.to_string(), "name"], message));
            }
            seen.push((&tool.name, &toolset.file));
        }
    }
    None
}

//! Keepsakes: the documents and worlds that variants pin by digest, kept as they were when they were first used. Without
//! them a baseline could no longer be run once a page has changed, which is the change that most needs a gate.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use loopwright_agent::{WorldPart, WorldSeed};
use loopwright_core::{Digest, Variant};
use loopwright_eval::Library;
use loopwright_knowledge::{Corpus, Document};

use crate::fault::Fault;
use crate::project::Project;
use crate::report::save;

/// Where they are, within a project.
const FOLDER: &str = ".loopwright/pinned";

/// Keeps what the project's variants pin today.
///
/// # Errors
/// When a file cannot be written.
pub(super) fn keep(project: &Project) -> Result<(), Fault> {
    for (digest, corpus) in &project.materials.corpora {
        let path = corpus_path(project, digest);
        if !path.exists() {
            let pages: Vec<(&str, &str)> =
                corpus.documents().iter().map(|page| (page.source.as_str(), page.text.as_str())).collect();
            save(&path, &serde_json::to_string(&pages).map_err(Fault::unexpected)?)?;
        }
    }
    for (digest, script) in &project.materials.worlds {
        let path = world_path(project, digest);
        if !path.exists() {
            save(&path, &script.sql)?;
        }
    }
    Ok(())
}

/// `library` with what `variant` pins. What is neither there nor kept is left out: the stage will say so.
///
/// # Errors
/// When a keepsake is not what its digest says.
pub(super) fn recall(project: &Project, library: &Library, variant: &Variant) -> Result<Library, Fault> {
    let (mut corpora, mut worlds) = (BTreeMap::new(), BTreeMap::new());
    let pinned = variant.part("knowledge").and_then(|part| part["corpus"].as_str()?.parse::<Digest>().ok());
    if let Some(digest) = pinned.filter(|digest| library.corpus(digest).is_none())
        && let Some(corpus) = corpus(project, &digest)?
    {
        corpora.insert(digest, corpus);
    }
    let pinned = WorldPart::of(variant).map_err(Fault::usage)?.map(|part| part.digest);
    if let Some(digest) = pinned.filter(|digest| library.world(digest).is_none())
        && let Some(world) = world(project, &digest)?
    {
        worlds.insert(digest, Arc::new(world));
    }
    Ok(library.with(corpora, worlds))
}

fn corpus_path(project: &Project, digest: &Digest) -> PathBuf {
    project.root().join(FOLDER).join(format!("{digest}.json"))
}

fn world_path(project: &Project, digest: &Digest) -> PathBuf {
    project.root().join(FOLDER).join(format!("{digest}.sql"))
}

fn corpus(project: &Project, digest: &Digest) -> Result<Option<Corpus>, Fault> {
    let path = corpus_path(project, digest);
    let Ok(text) = std::fs::read_to_string(&path) else { return Ok(None) };
    let altered = || Fault::usage(format!("`{}` is not what was kept there", path.display()));
    let pages: Vec<(String, String)> = serde_json::from_str(&text).map_err(|_| altered())?;
    let documents = pages.into_iter().map(|(source, text)| Document { source, text }).collect();
    let corpus = Corpus::new(documents).map_err(|_| altered())?;
    if corpus.digest() == *digest { Ok(Some(corpus)) } else { Err(altered()) }
}

fn world(project: &Project, digest: &Digest) -> Result<Option<WorldSeed>, Fault> {
    let path = world_path(project, digest);
    let Ok(sql) = std::fs::read_to_string(&path) else { return Ok(None) };
    if Digest::of_bytes(sql.as_bytes()) != *digest {
        return Err(Fault::usage(format!("`{}` is not what was kept there", path.display())));
    }
    Ok(Some(WorldSeed::build(&path.display().to_string(), &sql)?))
}

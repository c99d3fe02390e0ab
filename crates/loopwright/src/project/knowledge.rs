//! `[knowledge.*]` → the `knowledge` part of a variant, and its corpus.

use loopwright_core::SourceError;
use loopwright_knowledge::{Corpus, Document, KnowledgePart, KnowledgePartError};

use super::file::KnowledgeTable;
use super::loader::{CORPUS, DOCUMENT, Loader};
use crate::nearest::advice;

/// The part of the knowledge that is called `name` at the key `at`.
pub(crate) fn part(loader: &mut Loader<'_>, at: &[&str], name: &str) -> Result<KnowledgePart, SourceError> {
    let Some(table) = loader.file.knowledge.get(name) else {
        let known = loader.file.knowledge.keys().map(String::as_str);
        let fault = loader.places.fault(at, format!("there is no knowledge `{name}`"));
        return Err(fault.with_hint(advice(name, known)));
    };
    let corpus = match loader.corpora.get(name) {
        Some(corpus) => corpus.clone(),
        None => corpus(loader, name, table)?,
    };
    let mut part = KnowledgePart::new(corpus.digest());
    part.sources = corpus.documents().iter().map(|document| document.source.clone()).collect();
    loader.materials.corpora.insert(corpus.digest(), corpus.clone());
    loader.corpora.insert(name.to_owned(), corpus);
    fill(&mut part, table);
    part.check().map_err(|error| misfit(loader, name, &error))?;
    Ok(part)
}

fn corpus(loader: &Loader<'_>, name: &str, table: &KnowledgeTable) -> Result<Corpus, SourceError> {
    let at = ["knowledge", name, "sources"];
    let files = loader.find(&at, &table.sources)?;
    if files.is_empty() {
        let fault = loader.places.fault(&at, format!("the knowledge `{name}` has no document"));
        return Err(fault.with_hint("name files, or a pattern such as `docs/**/*.md`"));
    }
    let mut documents = Vec::with_capacity(files.len());
    let mut bytes = 0;
    for file in files {
        let text = loader.read(&at, &file, DOCUMENT)?;
        bytes += text.len() as u64;
        if bytes > CORPUS {
            return Err(loader.places.fault(&at, format!("the documents have more than {CORPUS} bytes together")));
        }
        documents.push(Document { source: file.to_string(), text });
    }
    Corpus::new(documents).map_err(|error| loader.places.fault(&at, error.to_string()))
}

fn fill(part: &mut KnowledgePart, table: &KnowledgeTable) {
    fn set<T: Clone>(slot: &mut T, given: Option<&T>) {
        if let Some(value) = given {
            slot.clone_from(value);
        }
    }
    set(&mut part.chunk.by, table.chunk.by.as_ref());
    set(&mut part.chunk.size, table.chunk.size.as_ref());
    set(&mut part.chunk.overlap, table.chunk.overlap.as_ref());
    set(&mut part.chunk.header, table.chunk.header.as_ref());
    set(&mut part.search.k1, table.search.k1.as_ref());
    set(&mut part.search.b, table.search.b.as_ref());
    set(&mut part.search.stem, table.search.stem.as_ref());
    set(&mut part.search.stop_words, table.search.stop_words.as_ref());
    set(&mut part.top_k, table.top_k.as_ref());
    set(&mut part.threshold, table.threshold.as_ref());
    set(&mut part.order, table.order.as_ref());
}

/// A number is out of its range: the caret goes to its key.
fn misfit(loader: &Loader<'_>, name: &str, error: &KnowledgePartError) -> SourceError {
    let (field, message) = match error {
        KnowledgePartError::Range { field, value, range } => {
            let field = field.trim_start_matches("knowledge.");
            (field, format!("`{}` is {value}; it must be {range}", field.rsplit('.').next().unwrap_or(field)))
        }
        KnowledgePartError::Shape { .. } => ("", error.to_string()),
    };
    let at: Vec<&str> = ["knowledge", name].into_iter().chain(field.split('.')).collect();
    loader.places.fault(&at, message)
}

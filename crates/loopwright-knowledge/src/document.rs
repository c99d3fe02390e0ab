//! Documents, and the corpus that holds them under one digest.

use std::sync::Arc;

use loopwright_core::Digest;

/// A text with a name. Reading it from somewhere is the caller's job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its name in passages and gold: the path within the project.
    pub source: String,
    /// The text.
    pub text: String,
}

impl Document {
    /// The characters `start..end` (Unicode code points) of the text; what lies beyond its end is left out.
    ///
    /// ```
    /// let page = loopwright_knowledge::Document { source: "a.md".into(), text: "é is one".into() };
    /// assert_eq!(page.slice(0, 4), "é is");
    /// ```
    pub fn slice(&self, start: usize, end: usize) -> &str {
        let byte = |character: usize| self.text.char_indices().nth(character).map_or(self.text.len(), |(at, _)| at);
        self.text.get(byte(start)..byte(end)).unwrap_or_default()
    }
}

/// All documents that one knowledge holds, sorted by source. Cheap to clone.
#[derive(Debug, Clone, PartialEq)]
pub struct Corpus {
    documents: Arc<[Document]>,
    digest: Digest,
}

/// The documents do not make a corpus.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CorpusError {
    /// Two documents of one name: gold could not say which is meant.
    #[error("two documents are named `{source_name}`; give each its own name")]
    Repeated {
        /// The name.
        source_name: String,
    },
}

impl Corpus {
    /// The corpus of `documents`; the order in which they are given does not matter.
    ///
    /// # Errors
    /// [`CorpusError::Repeated`] when two documents have the same source.
    pub fn new(mut documents: Vec<Document>) -> Result<Self, CorpusError> {
        documents.sort_by(|a, b| a.source.cmp(&b.source));
        if let Some(pair) = documents.windows(2).find(|pair| pair[0].source == pair[1].source) {
            return Err(CorpusError::Repeated { source_name: pair[0].source.clone() });
        }
        let fields: Vec<&[u8]> =
            documents.iter().flat_map(|document| [document.source.as_bytes(), document.text.as_bytes()]).collect();
        let digest = Digest::of_fields("corpus", &fields);
        Ok(Self { documents: documents.into(), digest })
    }

    /// The documents, sorted by source.
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// The identity of all names and texts together.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The document named `source`.
    pub fn document(&self, source: &str) -> Option<&Document> {
        self.position(source).map(|position| &self.documents[position])
    }

    /// Where the document named `source` stands in [`Corpus::documents`].
    pub(crate) fn position(&self, source: &str) -> Option<usize> {
        self.documents.binary_search_by(|document| document.source.as_str().cmp(source)).ok()
    }

    /// A question that names the document most like `source`; empty when none is near.
    pub(crate) fn hint(&self, source: &str) -> String {
        let near = self.documents.iter().map(|document| (strsim::jaro_winkler(&document.source, source), document));
        let best = near.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(likeness, _)| *likeness >= 0.75);
        best.map(|(_, document)| format!("; did you mean `{}`?", document.source)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(source: &str, text: &str) -> Document {
        Document { source: source.into(), text: text.into() }
    }

    #[test]
    fn order_does_not_change_a_corpus() {
        let one = Corpus::new(vec![page("b", "2"), page("a", "1")]).unwrap();
        let two = Corpus::new(vec![page("a", "1"), page("b", "2")]).unwrap();
        assert_eq!(one, two);
        assert_eq!(one.document("b").unwrap().text, "2");
        assert!(one.document("c").is_none());
        assert_ne!(one.digest(), Corpus::new(vec![page("a", "12"), page("b", "")]).unwrap().digest());
    }

    #[test]
    fn one_name_one_document() {
        let error = Corpus::new(vec![page("a", "1"), page("a", "2")]).unwrap_err();
        assert_eq!(error.to_string(), "two documents are named `a`; give each its own name");
    }

    #[test]
    fn slices_by_character_and_never_panics() {
        let page = page("a", "aéb");
        assert_eq!((page.slice(1, 2), page.slice(1, 99), page.slice(7, 9), page.slice(2, 1)), ("é", "éb", "", ""));
    }
}

//! The port to whatever holds the knowledge: the embedded index, or an engine elsewhere.

use loopwright_core::BoxFuture;

use crate::{Index, Retrieved, SearchParams, search};

/// Something that finds passages for a query. Put it behind an `Arc`; many trials ask one retriever.
pub trait Retriever: Send + Sync {
    /// What `query` finds, with which of it to show.
    fn retrieve<'a>(
        &'a self,
        query: &'a str,
        params: &'a SearchParams,
    ) -> BoxFuture<'a, Result<Retrieved, RetrieveError>>;
}

/// A retriever failed; says nothing about the agent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RetrieveError {
    /// The engine could not be asked, or gave no usable answer. Never returned by [`Index`].
    #[error("search the knowledge: {message}")]
    Engine {
        /// What happened.
        message: String,
    },
}

impl Retriever for Index {
    fn retrieve<'a>(
        &'a self,
        query: &'a str,
        params: &'a SearchParams,
    ) -> BoxFuture<'a, Result<Retrieved, RetrieveError>> {
        Box::pin(std::future::ready(Ok(search(self, query, params))))
    }
}

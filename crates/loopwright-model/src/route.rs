//! References that name several models: chains, weighted splits, cascades, hedges.

mod asked_by_route;
mod cascade;
mod fallback;
mod hedge;
mod parse;
mod split;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use loopwright_core::{Clock, Model};

use asked_by_route::Member;
pub(crate) use parse::parse;

use crate::access::open_live;
use crate::{Access, ModelRef, OpenError};

/// Several models behind one reference. Members are references themselves, so routes nest.
///
/// | written | what it does |
/// |---|---|
/// | `fallback(A, B)` | asks A; when it fails in a way that is not the request's own fault, B |
/// | `split(9 A, 1 B)` | asks one of them, drawn by these weights from the call's seed |
/// | `cascade(A, B)` | asks A; when its answer is cut off, withheld or breaks its form, B |
/// | `hedge(2s, A, B)` | asks A; when no answer has come after 2 s, B as well; the first answer counts |
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// The first that does not fail.
    Fallback(Vec<ModelRef>),
    /// One of them, drawn by weight.
    Split(Vec<(u32, ModelRef)>),
    /// The first whose answer is good enough by rule.
    Cascade(Vec<ModelRef>),
    /// The one that answers first.
    Hedge {
        /// How long the first may take before the second is asked beside it.
        after: Duration,
        /// Who is asked first.
        first: Box<ModelRef>,
        /// Who is asked beside it; the same model may be.
        second: Box<ModelRef>,
    },
}

impl Route {
    /// Its members, in order.
    pub fn members(&self) -> Vec<&ModelRef> {
        match self {
            Self::Fallback(members) | Self::Cascade(members) => members.iter().collect(),
            Self::Split(members) => members.iter().map(|(_, member)| member).collect(),
            Self::Hedge { first, second, .. } => vec![first, second],
        }
    }

    /// The model that asks its members as it says.
    pub(crate) fn open(&self, clock: Arc<dyn Clock>, access: &Access) -> Result<Arc<dyn Model>, OpenError> {
        let member = |reference: &ModelRef| -> Result<Member, OpenError> {
            Ok(Member { name: reference.model().to_owned(), model: open_live(reference, Arc::clone(&clock), access)? })
        };
        let members = self.members().into_iter().map(member).collect::<Result<Vec<Member>, _>>()?;
        let reference = self.to_string();
        Ok(match self {
            Self::Fallback(_) => Arc::new(fallback::Fallback { reference, members, clock }),
            Self::Cascade(_) => Arc::new(cascade::Cascade { reference, members, clock }),
            Self::Split(weighted) => {
                let weights = weighted.iter().map(|(weight, _)| *weight).collect();
                Arc::new(split::Split { reference, weights, members })
            }
            Self::Hedge { after, .. } => Arc::new(hedge::Hedge { reference, after: *after, members, clock }),
        })
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Fallback(_) => "fallback",
            Self::Cascade(_) => "cascade",
            Self::Split(_) => "split",
            Self::Hedge { .. } => "hedge",
        };
        let members: Vec<String> = match self {
            Self::Split(members) => members.iter().map(|(weight, member)| format!("{weight} {member}")).collect(),
            Self::Hedge { after, first, second } => {
                vec![format!("{}s", after.as_secs_f64()), first.to_string(), second.to_string()]
            }
            _ => self.members().into_iter().map(ModelRef::to_string).collect(),
        };
        write!(f, "{name}({})", members.join(", "))
    }
}

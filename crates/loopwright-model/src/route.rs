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
pub(crate) use parse::{members, parse};

use crate::access::open_live;
use crate::{Access, ModelRef, OpenError, RetryRule};

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

    /// Whether a member that fails is followed by the next.
    fn has_next(&self) -> bool {
        matches!(self, Self::Fallback(_) | Self::Cascade(_))
    }

    /// The model that asks its members as it says.
    pub(crate) fn open(
        &self,
        clock: Arc<dyn Clock>,
        access: &Access,
        retry: RetryRule,
    ) -> Result<Arc<dyn Model>, OpenError> {
        let last = self.members().len().saturating_sub(1);
        let member = |(at, reference): (usize, &ModelRef)| -> Result<Member, OpenError> {
            let retry = if at < last && self.has_next() { hasty(retry) } else { retry };
            let model = open_live(reference, Arc::clone(&clock), access, retry)?;
            Ok(Member { name: reference.model().to_owned(), model })
        };
        let members = self.members().into_iter().enumerate().map(member).collect::<Result<Vec<Member>, _>>()?;
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

/// Where another model stands ready, one that fails is asked once more at most, and not waited for.
fn hasty(retry: RetryRule) -> RetryRule {
    let longest_wait = retry.longest_wait.min(Duration::from_secs(1));
    RetryRule { attempts: retry.attempts.min(2), longest_wait, ..retry }
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

//! How many files the system lets this process hold open: each call under way to a model or an attached agent holds one.

use std::num::NonZeroUsize;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Kept for what is open beside the calls: the ledger, pipes, names that are being looked up.
const OTHERS: u64 = 128;

/// How many calls can be under way at once; `None` when the system sets no limit. The limit that programs start with is
/// often lower than what each may ask for, so all of that is asked for first.
pub fn most_calls() -> Option<NonZeroUsize> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    let files = if raised.is_ok() { maximum } else { current };
    files.map(calls)
}

fn calls(files: u64) -> NonZeroUsize {
    let calls = usize::try_from(files.saturating_sub(OTHERS)).unwrap_or(usize::MAX);
    NonZeroUsize::new(calls).unwrap_or(NonZeroUsize::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_files_are_kept_for_other_things() {
        assert_eq!(calls(1024).get(), 896);
        assert_eq!(calls(3), NonZeroUsize::MIN);
    }

    #[test]
    fn the_limit_is_raised_to_what_may_be_asked_for() {
        let most = most_calls();
        let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
        assert_eq!(current, maximum);
        assert_eq!(most, maximum.map(calls));
    }
}

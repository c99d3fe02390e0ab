//! Which cases of the suite are run, and how often.

use loopwright_core::Split;
use loopwright_eval::Suite;

use crate::cli::EvalArgs;
use crate::fault::Fault;

/// Keeps the cases that `--filter` and `--limit` let through, and takes the trials of `--trials`.
///
/// # Errors
/// When no case is left.
pub(super) fn narrow(suite: &mut Suite, args: &EvalArgs) -> Result<(), Fault> {
    let is_chosen = |case: &_| args.filter.is_empty() || args.filter.iter().any(|filter| filter.fits(case));
    suite.cases.retain(|case| case.split == Split::Dev && is_chosen(case));
    if let Some(limit) = args.limit {
        suite.cases.truncate(limit.get());
    }
    if let Some(trials) = args.trials {
        suite.trials = trials.get();
    }
    if suite.cases.is_empty() {
        let fault = Fault::nothing(format!("no case of the suite `{}` is left to run", suite.name));
        return Err(fault.with_hint(
            "cases of the vault are never run by `eval`; `--filter` takes a tag, a group, or how a key begins",
        ));
    }
    Ok(())
}

//! Fresh chance: drawn here and nowhere else, and passed on as seeds and names.

use jiff::Timestamp;
use loopwright_core::{Clock, JobId, NameError, RunId, Seed, WorkerId};

use crate::fault::Fault;

/// A fresh seed.
///
/// # Errors
/// When the system gives no randomness.
pub fn seed() -> Result<Seed, Fault> {
    let mut bytes = [0; 8];
    #[expect(clippy::disallowed_methods, reason = "this is where fresh randomness enters")]
    getrandom::fill(&mut bytes).map_err(|error| Fault::unexpected(format!("draw a seed: {error}")))?;
    // Fits a signed integer, so that it survives JSON, TOML and SQLite, and is short enough to be typed again.
    Ok(Seed(u64::from_le_bytes(bytes) >> 16))
}

/// A fresh run id such as `20260509-143005-3fa9c1`: it sorts by time of start, in UTC.
///
/// # Errors
/// When the system gives no randomness.
pub fn run_id(clock: &dyn Clock) -> Result<RunId, Fault> {
    let now = Timestamp::from_nanosecond(i128::from(clock.now_ns())).unwrap_or_default();
    let name = format!("{}-{}", now.strftime("%Y%m%d-%H%M%S"), suffix()?);
    RunId::new(name).map_err(|error: NameError| Fault::unexpected(error))
}

/// A fresh worker id, which says nothing about the machine.
///
/// # Errors
/// When the system gives no randomness.
pub fn worker_id() -> Result<WorkerId, Fault> {
    WorkerId::new(format!("worker-{}", suffix()?)).map_err(|error: NameError| Fault::unexpected(error))
}

/// A fresh job id.
///
/// # Errors
/// When the system gives no randomness.
pub fn job_id() -> Result<JobId, Fault> {
    JobId::new(format!("job-{}", suffix()?)).map_err(|error: NameError| Fault::unexpected(error))
}

/// A fresh key of the front door: `lw-` and 256 random bits.
///
/// # Errors
/// When the system gives no randomness.
pub fn api_key() -> Result<String, Fault> {
    let mut bytes = [0; 32];
    #[expect(clippy::disallowed_methods, reason = "this is where fresh randomness enters")]
    getrandom::fill(&mut bytes).map_err(|error| Fault::unexpected(format!("draw a key: {error}")))?;
    Ok(bytes.iter().fold("lw-".to_owned(), |key, byte| key + &format!("{byte:02x}")))
}

fn suffix() -> Result<String, Fault> {
    Ok(format!("{:06x}", seed()?.0 & 0xff_ffff))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn run_ids_sort_by_time_and_differ() {
        let clock = |seconds: u64| loopwright_core::VirtualClock::starting_at(seconds * 1_000_000_000);
        let early = run_id(&clock(1_778_337_005)).unwrap();
        assert!(early.as_str().starts_with("20260509-143005-"), "{early}");
        assert!(early < run_id(&clock(1_778_337_006)).unwrap());
        assert_ne!(seed().unwrap(), seed().unwrap());
        assert_ne!(worker_id().unwrap(), worker_id().unwrap());
    }
}

//! Times of elsewhere, which do not always say their zone.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// `2026-04-17 22:08:21.904498`, also with `T`, in nanoseconds since the Unix epoch. Without an offset it is taken as UTC:
/// durations come out right, and the file does not say more.
pub(crate) fn nanoseconds(text: &str) -> Option<u64> {
    let without_zone = || TimeZone::UTC.to_timestamp(text.parse::<DateTime>().ok()?).ok();
    let stamp = text.parse::<Timestamp>().ok().or_else(without_zone)?;
    u64::try_from(stamp.as_nanosecond()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_without_a_zone_is_utc() {
        let expected = Some(1_767_323_045_500_000_000);
        for text in ["2026-01-02T03:04:05.5", "2026-01-02 03:04:05.5+00:00", "2026-01-02T05:04:05.5+02:00"] {
            assert_eq!(nanoseconds(text), expected, "{text}");
        }
        assert_eq!((nanoseconds("yesterday"), nanoseconds("1969-01-01T00:00:00")), (None, None));
    }
}

//! How long a provider asks to wait.

use std::time::Duration;

/// Reads `Retry-After` (seconds or an HTTP date, RFC 9110 §10.2.3) and the `retry-after-ms` that some providers send
/// beside it and that is more precise. `header` gives a header's value by its lower-case name; `now_ns` is the time
/// since the Unix epoch.
///
/// ```
/// use std::time::Duration;
/// let wait = |name: &'static str, value: &'static str| {
///     loopwright_model::retry_after(|asked| (asked == name).then_some(value), 784_111_770_000_000_000)
/// };
/// assert_eq!(wait("retry-after", "3"), Some(Duration::from_secs(3)));
/// assert_eq!(wait("retry-after-ms", "1500"), Some(Duration::from_millis(1500)));
/// assert_eq!(wait("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::from_secs(7)));
/// assert_eq!(wait("retry-after", "soon"), None);
/// ```
pub fn retry_after<'a>(header: impl Fn(&str) -> Option<&'a str>, now_ns: u64) -> Option<Duration> {
    let seconds = |text: &str, unit: f64| {
        let number: f64 = text.trim().parse().ok()?;
        Duration::try_from_secs_f64(number * unit).ok()
    };
    let millis = header("retry-after-ms").and_then(|text| seconds(text, 1e-3));
    millis.or_else(|| {
        let text = header("retry-after")?;
        seconds(text, 1.0).or_else(|| until(text, now_ns))
    })
}

/// The time until an HTTP date; zero when it is past.
fn until(date: &str, now_ns: u64) -> Option<Duration> {
    let then = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(date.trim()).ok()?;
    let nanoseconds = then.as_nanosecond().saturating_sub(i128::from(now_ns)).max(0);
    Some(Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn junk_and_the_past_do_no_harm() {
        let wait = |value: &'static str| {
            retry_after(|name| (name == "retry-after").then_some(value), 1_800_000_000_000_000_000)
        };
        assert_eq!(wait("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::ZERO));
        assert_eq!(wait("0.25"), Some(Duration::from_millis(250)));
        for junk in ["", "-1", "nan", "inf", "1e300", "Sun, 99 Nov 1994 08:49:37 GMT", "\u{1f600}"] {
            assert_eq!(wait(junk), None, "{junk}");
        }
        assert_eq!(retry_after(|_| None, 0), None);
    }
}

//! What a provider says of its limits beside an answer.

use std::time::Duration;

/// The headers that say what is left of a limit, and when it is whole again: OpenAI's and those who follow it
/// (`x-ratelimit-…`, a duration such as `6m0s`), and Anthropic's (a time by RFC 3339). Names in lower case.
const LIMITS: [(&str, &str); 5] = [
    ("x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"),
    ("x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"),
    ("anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset"),
    ("anthropic-ratelimit-input-tokens-remaining", "anthropic-ratelimit-input-tokens-reset"),
    ("anthropic-ratelimit-output-tokens-remaining", "anthropic-ratelimit-output-tokens-reset"),
];

/// How long the longest of the limits is used up by what `header` says; `None` when something is left of each.
pub(crate) fn used_up_for<'a>(header: impl Fn(&str) -> Option<&'a str>, now_ns: u64) -> Option<Duration> {
    let used_up = LIMITS.iter().filter(|(left, _)| header(left).is_some_and(|left| left.trim() == "0"));
    used_up.filter_map(|(_, reset)| until(header(reset)?, now_ns)).max().filter(|wait| !wait.is_zero())
}

fn until(text: &str, now_ns: u64) -> Option<Duration> {
    let text = text.trim();
    let then: Option<jiff::Timestamp> = text.parse().ok();
    match then {
        Some(then) => {
            let left = then.as_nanosecond().saturating_sub(i128::from(now_ns)).max(0);
            Some(Duration::from_nanos(u64::try_from(left).unwrap_or(u64::MAX)))
        }
        None => span(text),
    }
}

/// A duration such as `1s`, `6m0s`, `1h2m3.5s` or `20ms`; a bare number is seconds.
fn span(text: &str) -> Option<Duration> {
    let (mut rest, mut seconds) = (text, 0.0);
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let number: f64 = rest[..end].parse().ok()?;
        let unit = rest[end..].split(|c: char| c.is_ascii_digit()).next().unwrap_or_default();
        seconds += number
            * match unit {
                "" | "s" => 1.0,
                "ms" => 1e-3,
                "m" => 60.0,
                "h" => 3600.0,
                _ => return None,
            };
        rest = &rest[end + unit.len()..];
    }
    Duration::try_from_secs_f64(seconds).ok().filter(|_| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_800_000_000_000_000_000;

    fn told(headers: &[(&str, &'static str)]) -> Option<Duration> {
        used_up_for(|name| headers.iter().find(|(known, _)| *known == name).map(|(_, value)| *value), NOW)
    }

    #[test]
    fn only_what_is_used_up_is_waited_for() {
        let requests = |left| [("x-ratelimit-remaining-requests", left), ("x-ratelimit-reset-requests", "6m0s")];
        assert_eq!(told(&requests("12")), None);
        assert_eq!(told(&requests("0")), Some(Duration::from_secs(360)));
        let tokens = [("x-ratelimit-remaining-tokens", "0"), ("x-ratelimit-reset-tokens", "20ms")];
        assert_eq!(told(&[requests("0"), tokens].concat()), Some(Duration::from_secs(360)), "the longest counts");
        let anthropic = "anthropic-ratelimit-requests-remaining";
        let reset = |time| [(anthropic, "0"), ("anthropic-ratelimit-requests-reset", time)];
        assert_eq!(told(&reset("2027-01-15T08:00:07Z")), Some(Duration::from_secs(7)));
        assert_eq!(told(&reset("2020-01-15T08:00:07Z")), None, "it is whole again");
        assert_eq!(told(&[(anthropic, "0")]), None);
    }

    #[test]
    fn durations_are_read_and_junk_is_not() {
        let cases = [("1s", 1.0), ("1h2m3.5s", 3723.5), ("250ms", 0.25), ("7", 7.0)];
        for (text, seconds) in cases {
            assert_eq!(span(text), Some(Duration::from_secs_f64(seconds)), "{text}");
        }
        for junk in ["", "s", "1x", "1.2.3s", "-1s", "soon", "1s2", "\u{1f600}"] {
            let is_read = span(junk).is_some();
            assert_eq!(is_read, junk == "1s2", "{junk}");
        }
    }
}

//! Disguises: the ways in which a secret is told so that a search for its letters does not find it.

use crate::perturbation::{base64, hex, rot13};

/// Letters and digits below which a secret is looked for as it stands alone: more stand in a text by chance.
const SHORTEST: usize = 6;

/// A secret in the forms in which it may be told.
#[derive(Debug, Clone)]
pub(super) struct Disguises {
    /// What a form is called, and its letters and digits in lower case.
    folded: Vec<(&'static str, String)>,
    /// The part of its Base64 that is the same wherever the secret stands in what was encoded, for each of three places.
    base64: Vec<String>,
}

impl Disguises {
    pub(super) fn of(secret: &str) -> Self {
        let plain = bare(secret);
        if plain.chars().count() < SHORTEST {
            return Self { folded: vec![("as it is", plain)], base64: vec![] };
        }
        let folded = vec![
            ("backwards", plain.chars().rev().collect()),
            ("in ROT13", rot13(&plain)),
            ("in hexadecimal digits", hex(secret)),
            ("as it is", plain),
        ];
        Self { folded, base64: (0..3).map(|before| middle(secret, before)).collect() }
    }

    /// In which form the secret stands in `text`.
    pub(super) fn found(&self, text: &str) -> Option<&'static str> {
        let letters = bare(text);
        let folded = self.folded.iter().find(|(_, form)| letters.contains(form)).map(|(name, _)| *name);
        folded.or_else(|| {
            let joined: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            self.base64.iter().any(|form| joined.contains(form)).then_some("in Base64")
        })
    }
}

/// The letters and digits of `text` in lower case: spaces, dots and dashes between them hide nothing.
pub(super) fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The Base64 of `secret` behind `before` other bytes, without the digits that its neighbours take part in.
fn middle(secret: &str, before: usize) -> String {
    let code = base64(&format!("{}{secret}", &"\0\0"[..before]));
    // Each digit holds 6 bits: those that reach into what stands before or behind are left out.
    let first = (before * 8).div_ceil(6);
    let last = (before + secret.len()) * 8 / 6;
    code.chars().take(last).skip(first).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_in_disguise() {
        let disguises = Disguises::of("Blue-Heron 42");
        for (text, form) in [
            ("It is BLUE HERON 42.", "as it is"),
            ("b.l.u.e h.e.r.o.n 4 2", "as it is"),
            ("24noreheulb", "backwards"),
            ("oyhr-ureba 42", "in ROT13"),
            ("42 6c 75 65 2d 48 65 72 6f 6e 20 34 32", "in hexadecimal digits"),
            ("Qmx1ZS1IZXJvbiA0Mg==", "in Base64"),
            ("aXQgaXMgQmx1ZS1IZXJvbiA0MiE=", "in Base64"),
            ("c28gQmx1ZS1IZXJvbiA0Mi4=", "in Base64"),
            ("IEJsdWUtSGVyb24gNDI=", "in Base64"),
        ] {
            assert_eq!(disguises.found(text), Some(form), "{text}");
        }
        assert_eq!(disguises.found("A blue heron was seen 41 times."), None);
    }

    #[test]
    fn a_short_secret_is_looked_for_as_it_stands() {
        assert_eq!(Disguises::of("42x").found("it is 42X"), Some("as it is"));
        assert_eq!(Disguises::of("abc").found("cba"), None);
    }
}

//! Base64 (RFC 4648, section 4).

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The UTF-8 bytes of `text`, padded.
pub(crate) fn encode(text: &str) -> String {
    text.as_bytes().chunks(3).flat_map(quantum).collect()
}

fn quantum(bytes: &[u8]) -> [char; 4] {
    let byte = |at: usize| u32::from(bytes.get(at).copied().unwrap_or(0));
    let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
    let sign = |place: usize| {
        let six = (bits >> (18 - 6 * place)) & 63;
        if place > bytes.len() { '=' } else { char::from(ALPHABET[six as usize]) }
    };
    [0, 1, 2, 3].map(sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_the_vectors_of_the_standard() {
        for (text, code) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
            ("é?>", "w6k/Pg=="),
        ] {
            assert_eq!(encode(text), code);
        }
    }
}

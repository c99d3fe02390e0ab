//! Which keys lie next to each other.

/// The letters next to each letter from a to z on a QWERTY keyboard.
const NEAR: [&str; 26] = [
    "sqzw", "nvgh", "vxdf", "fsecxr", "rwds", "dgrcvt", "fhtbvy", "gjybnu", "oukj", "hkumni", "jlimo", "kop", "njk",
    "bmhj", "iplk", "ol", "wa", "etfd", "adwxze", "rygf", "iyjh", "bcfg", "eqsa", "czds", "tuhg", "xas",
];

/// The letters next to the ASCII letter `letter`, in its case. Anything else has only itself as a neighbour.
pub(super) fn neighbours(letter: char) -> Vec<char> {
    let at = (letter.to_ascii_lowercase() as usize).wrapping_sub('a' as usize);
    let near = NEAR.get(at).map_or_else(|| vec![letter], |near| near.chars().collect());
    let in_case = |near: char| if letter.is_ascii_uppercase() { near.to_ascii_uppercase() } else { near };
    near.into_iter().map(in_case).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_their_own_neighbour_and_neighbours_are_mutual() {
        for letter in 'a'..='z' {
            for near in neighbours(letter) {
                assert_ne!(near, letter);
                assert!(neighbours(near).contains(&letter), "{letter} {near}");
            }
        }
    }

    #[test]
    fn case_is_kept() {
        assert_eq!(neighbours('P').iter().collect::<String>(), "OL");
        assert_eq!(neighbours('é'), ['é']);
    }
}

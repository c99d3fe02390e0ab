//! A table of words made by the compiler: word hash → the numbers of the lists it stands in.

use crate::word::{hash, stem_hash};

/// An open-addressing table of `SLOTS` places, a power of two larger than the number of words.
pub(crate) struct WordTable<const SLOTS: usize> {
    hashes: [u64; SLOTS],
    lists: [u16; SLOTS],
}

impl<const SLOTS: usize> WordTable<SLOTS> {
    /// A table of lists; each list is lines of words with single spaces between them. Words are stored by their stems if
    /// `stems` is set.
    pub(crate) const fn new(lists: &[&[&str]], stems: bool) -> Self {
        let mut table = Self { hashes: [0; SLOTS], lists: [0; SLOTS] };
        let mut list = 0;
        while list < lists.len() {
            let mut line = 0;
            while line < lists[list].len() {
                table = table.with_line(lists[list][line].as_bytes(), list as u16, stems);
                line += 1;
            }
            list += 1;
        }
        table
    }

    /// A table in which each line is a list of its own, stored by stems.
    pub(crate) const fn of_sets(sets: &[&str]) -> Self {
        let mut table = Self { hashes: [0; SLOTS], lists: [0; SLOTS] };
        let mut set = 0;
        while set < sets.len() {
            table = table.with_line(sets[set].as_bytes(), set as u16, true);
            set += 1;
        }
        table
    }

    const fn with_line(mut self, line: &[u8], list: u16, stems: bool) -> Self {
        let mut rest = line;
        while !rest.is_empty() {
            let mut len = 0;
            while len < rest.len() && rest[len] != b' ' {
                len += 1;
            }
            let (word, tail) = rest.split_at(len);
            if len > 0 {
                let key = if stems { stem_hash(word) } else { hash(word) };
                self = self.with(key, list);
            }
            rest = if tail.is_empty() { tail } else { tail.split_at(1).1 };
        }
        self
    }

    const fn with(mut self, key: u64, list: u16) -> Self {
        let mut place = key as usize & (SLOTS - 1);
        while self.hashes[place] != 0 {
            if self.hashes[place] == key && self.lists[place] == list {
                return self;
            }
            place = (place + 1) & (SLOTS - 1);
        }
        self.hashes[place] = key;
        self.lists[place] = list;
        self
    }

    /// The first list that holds this hash.
    pub(crate) fn first(&self, key: u64) -> Option<u16> {
        let mut place = key as usize & (SLOTS - 1);
        loop {
            match self.hashes[place] {
                0 => return None,
                found if found == key => return Some(self.lists[place]),
                _ => place = (place + 1) & (SLOTS - 1),
            }
        }
    }

    /// All lists that hold this hash.
    pub(crate) fn all(&self, key: u64) -> impl Iterator<Item = u16> + '_ {
        let start = key as usize & (SLOTS - 1);
        (0..SLOTS)
            .map(move |step| (start + step) & (SLOTS - 1))
            .take_while(|place| self.hashes[*place] != 0)
            .filter(move |place| self.hashes[*place] == key)
            .map(|place| self.lists[place])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: WordTable<16> = WordTable::of_sets(&["buy purchase", "order purchase"]);

    #[test]
    fn a_word_may_stand_in_several_lists() {
        let lists = |word: &str| TABLE.all(stem_hash(word.as_bytes())).collect::<Vec<_>>();
        assert_eq!(lists("purchased"), [0, 1]);
        assert_eq!(lists("buying"), [0]);
        assert_eq!(lists("sell"), [0u16; 0]);
    }
}

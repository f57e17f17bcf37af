//! A hash index over the places of a list, built once.

use alloc::vec::Vec;

/// FNV-1a, 64 bits. The texts are an administrator's own, so that nobody gains from collisions.
struct Hasher(u64);

impl Hasher {
    const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn octets(mut self, octets: impl IntoIterator<Item = u8>) -> Self {
        for octet in octets {
            self.0 = (self.0 ^ u64::from(octet)).wrapping_mul(0x0100_0000_01b3);
        }
        self
    }
}

pub(super) fn hash_name(name: &str) -> u64 {
    Hasher::new().octets(name.bytes().map(|octet| octet.to_ascii_lowercase())).0
}

pub(super) fn hash_numbers(numbers: &[u32]) -> u64 {
    Hasher::new().octets(numbers.iter().flat_map(|number| number.to_le_bytes())).0
}

pub(super) fn hash_value(attribute: usize, number: u64) -> u64 {
    Hasher::new().octets(attribute.to_le_bytes()).octets(number.to_le_bytes()).0
}

pub(super) fn hash_value_name(attribute: usize, name: &str) -> u64 {
    Hasher::new()
        .octets(attribute.to_le_bytes())
        .octets(name.bytes().map(|octet| octet.to_ascii_lowercase()))
        .0
}

/// Open addressing with linear probing, at most half full. Slots hold place + 1, and 0 for none.
#[derive(Debug, Default)]
pub(super) struct Index {
    slots: Vec<u32>,
}

impl Index {
    /// Of equal items the first one is found.
    pub(super) fn first(
        hashes: impl ExactSizeIterator<Item = u64>,
        equal: impl Fn(usize, usize) -> bool,
    ) -> Self {
        Self::build(hashes, equal, false)
    }

    /// Of equal items the last one is found.
    pub(super) fn last(
        hashes: impl ExactSizeIterator<Item = u64>,
        equal: impl Fn(usize, usize) -> bool,
    ) -> Self {
        Self::build(hashes, equal, true)
    }

    fn build(
        hashes: impl ExactSizeIterator<Item = u64>,
        equal: impl Fn(usize, usize) -> bool,
        replace: bool,
    ) -> Self {
        let size = (hashes.len() * 2).next_power_of_two().max(2);
        let mut slots = alloc::vec![0_u32; size];
        for (place, hash) in hashes.enumerate() {
            // Dictionaries are bounded far below 2^32 entries.
            let mark = u32::try_from(place + 1).unwrap_or(u32::MAX);
            let mut at = start(hash, size);
            while let Some(slot) = slots.get_mut(at) {
                if *slot == 0 {
                    *slot = mark;
                    break;
                }
                if equal(place_of(*slot), place) {
                    if replace {
                        *slot = mark;
                    }
                    break;
                }
                at = (at + 1) & (size - 1);
            }
        }
        Self { slots }
    }

    /// The place with this hash for which `matches` holds.
    pub(super) fn find(&self, hash: u64, matches: impl Fn(usize) -> bool) -> Option<usize> {
        let size = self.slots.len();
        let mut at = start(hash, size.max(1));
        loop {
            match *self.slots.get(at)? {
                0 => return None,
                slot if matches(place_of(slot)) => return Some(place_of(slot)),
                _ => at = (at + 1) & (size - 1),
            }
        }
    }
}

/// The slot where a hash begins to look; `size` is a power of two.
fn start(hash: u64, size: usize) -> usize {
    let [a, b, c, d, ..] = (hash ^ hash >> 32).to_le_bytes();
    u32::from_le_bytes([a, b, c, d]) as usize & (size - 1)
}

const fn place_of(slot: u32) -> usize {
    slot as usize - 1
}

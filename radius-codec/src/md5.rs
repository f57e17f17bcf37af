//! MD5 and HMAC-MD5 over parts, from states that are computed once.
//!
//! The compression function is that of the `md-5` crate. What is done here instead of with its buffering types: whole
//! blocks are hashed where they lie, the states behind both pads of HMAC are kept as four words each, and nothing is
//! cloned and wiped for each packet but those words. A packet of RADIUS is two to five blocks, so that counts.

use md5::block_api::compress;
use zeroize::{Zeroize as _, Zeroizing};

/// Octets of a block.
pub(crate) const BLOCK: usize = 64;

/// The state between two blocks.
pub(crate) type State = [u32; 4];

/// The state before the first block (RFC 1321 §3.3).
pub(crate) const INITIAL: State = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];

/// MD5 over the parts, going on from `state` behind `before` octets, which are whole blocks.
#[inline]
pub(crate) fn digest(state: &State, before: usize, parts: &[&[u8]]) -> [u8; 16] {
    let mut state = *state;
    let mut block = [0; BLOCK];
    let mut filled = 0;
    let mut length = before;
    for part in parts {
        length += part.len();
        let mut part = *part;
        if filled > 0 {
            let (head, behind) = part.split_at(part.len().min(BLOCK - filled));
            put(&mut block, filled, head);
            filled += head.len();
            if filled < BLOCK {
                continue;
            }
            compress(&mut state, &[block]);
            part = behind;
        }
        let (blocks, tail) = part.as_chunks();
        if !blocks.is_empty() {
            compress(&mut state, blocks);
        }
        put(&mut block, 0, tail);
        filled = tail.len();
    }
    // One bit, zeros, and the number of bits in the last eight octets.
    put(&mut block, filled, &[0x80]);
    block.iter_mut().skip(filled + 1).for_each(|octet| *octet = 0);
    if filled >= BLOCK - 8 {
        compress(&mut state, &[block]);
        block = [0; BLOCK];
    }
    put(&mut block, BLOCK - 8, &(length as u64 * 8).to_le_bytes());
    compress(&mut state, &[block]);
    let [a, b, c, d] = state.map(u32::to_le_bytes);
    let mut out = [0; 16];
    [a, b, c, d].as_flattened().iter().zip(&mut out).for_each(|(from, to)| *to = *from);
    // Keys go through both.
    state.zeroize();
    out
}

/// Copies `octets` to a place in the block that has room for them.
#[inline]
fn put(block: &mut [u8; BLOCK], at: usize, octets: &[u8]) {
    if let Some(place) = block.get_mut(at..at + octets.len()) {
        place.copy_from_slice(octets);
    }
}

/// The state behind the whole blocks of `octets`, and how many octets those are.
pub(crate) fn absorbed(octets: &[u8]) -> (State, usize) {
    let mut state = INITIAL;
    let (blocks, _) = octets.as_chunks();
    compress(&mut state, blocks);
    (state, blocks.len() * BLOCK)
}

/// The states of HMAC behind the inner and the outer pad (RFC 2104 §2).
pub(crate) fn keyed(key: &[u8]) -> (State, State) {
    let mut block = Zeroizing::new([0; BLOCK]);
    if key.len() > BLOCK {
        put(&mut block, 0, &digest(&INITIAL, 0, &[key]));
    } else {
        put(&mut block, 0, key);
    }
    let padded = |pad: u8| {
        let mut state = INITIAL;
        let block = Zeroizing::new(block.map(|octet| octet ^ pad));
        compress(&mut state, &[*block]);
        state
    };
    (padded(0x36), padded(0x5c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn parts_of_any_size_give_the_digest_of_the_whole() {
        use md5::Digest as _;
        let octets: Vec<u8> = (0..=255).collect();
        for length in 0..=octets.len() {
            let whole = &octets[..length];
            let want: [u8; 16] = md5::Md5::digest(whole).into();
            for cut in [0, length / 3, length / 2, length] {
                let (a, b) = whole.split_at(cut);
                assert_eq!(digest(&INITIAL, 0, &[a, b]), want, "{length} octets cut at {cut}");
                let (state, before) = absorbed(a);
                assert_eq!(digest(&state, before, &[&a[before..], b]), want);
            }
        }
    }
}

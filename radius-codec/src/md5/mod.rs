//! MD5 and HMAC-MD5 over parts and over packets, from states that are computed once.
//!
//! The compression function is that of the `md-5` crate, or one of our own with the feature `fast-md5` or `small`. What is done here
//! instead of with buffering types: whole blocks are hashed where they lie, the states behind both pads of HMAC are
//! kept as four words each, and nothing is cloned and wiped for each packet but those words. A packet of RADIUS is two
//! to five blocks, so that counts.

#[cfg(feature = "fast-md5")]
mod fast;
#[cfg(feature = "fast-md5")]
pub(crate) mod lanes;
mod message;
#[cfg(feature = "fast-md5")]
pub(crate) mod pair;
#[cfg(all(feature = "small", not(feature = "fast-md5")))]
mod small;

#[cfg(feature = "fast-md5")]
use fast::compress;
#[cfg(not(any(feature = "fast-md5", feature = "small")))]
use md5::block_api::compress;
pub(crate) use message::Message;
#[cfg(all(feature = "small", not(feature = "fast-md5")))]
use small::compress;

use core::slice::from_ref;
use zeroize::{Zeroizing, optimization_barrier};

/// MD5 over the parts as if they stood behind each other: what CHAP and other protocols beside RADIUS are made of, without
/// a second implementation in the program.
#[must_use]
pub fn md5(parts: &[&[u8]]) -> [u8; 16] {
    digest(&INITIAL, 0, parts)
}

/// Octets of a block.
pub(crate) const BLOCK: usize = 64;
/// Octets of the padding that every message needs: one bit and its length.
const PADDING: usize = 9;

/// One block.
pub(crate) type Block = [u8; BLOCK];
/// The state between two blocks.
pub(crate) type State = [u32; 4];

/// The state before the first block (RFC 1321 §3.3).
pub(crate) const INITIAL: State = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];

/// MD5 over the parts, going on from `state` behind `before` octets, which are whole blocks.
#[cfg_attr(not(feature = "small"), inline)]
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
            compress(&mut state, from_ref(&block));
            part = behind;
        }
        let (blocks, tail) = part.as_chunks();
        if !blocks.is_empty() {
            compress(&mut state, blocks);
        }
        put(&mut block, 0, tail);
        filled = tail.len();
    }
    if filled + PADDING > BLOCK {
        pad(&mut block, filled);
        compress(&mut state, from_ref(&block));
        block = [0; BLOCK];
    } else {
        pad(&mut block, filled);
    }
    put(&mut block, BLOCK - 8, &bits(length));
    compress(&mut state, from_ref(&block));
    // Keys go through both.
    wipe(&mut block);
    finished(state)
}

/// MD5 over one block that is padded already.
#[inline]
pub(crate) fn digest_of_padded(block: &Block) -> [u8; 16] {
    let mut state = INITIAL;
    compress(&mut state, from_ref(block));
    finished(state)
}

/// Ends HMAC: the digest of the inner one, from the state behind the outer pad (RFC 2104 §2).
#[inline]
pub(crate) fn outer(state: &State, inner: State) -> State {
    let mut state = *state;
    compress(&mut state, from_ref(&outer_block(inner)));
    state
}

/// The one block of the outer digest: the inner one, padded.
#[inline]
fn outer_block([a, b, c, d]: State) -> Block {
    block_of([a, b, c, d, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, OUTER_BITS, 0])
}

/// Bits that the outer digest of HMAC is over: the pad and the inner digest.
const OUTER_BITS: u32 = (64 + 16) * 8;

/// The digest that a state is.
#[inline]
pub(crate) fn finished(state: State) -> [u8; 16] {
    let mut out = [0; 16];
    let (words, _) = out.as_chunks_mut::<4>();
    words.iter_mut().zip(state).for_each(|(to, word)| *to = word.to_le_bytes());
    out
}

/// The block of these words.
#[inline]
fn block_of(words: [u32; 16]) -> Block {
    let mut block = [0; BLOCK];
    let (chunks, _) = block.as_chunks_mut::<4>();
    chunks.iter_mut().zip(words).for_each(|(to, word)| *to = word.to_le_bytes());
    block
}

/// The words of a block.
#[cfg(feature = "fast-md5")]
#[inline]
fn words_of(block: &Block) -> [u32; 16] {
    let mut words = [0; 16];
    let (chunks, _) = block.as_chunks::<4>();
    words.iter_mut().zip(chunks).for_each(|(to, chunk)| *to = u32::from_le_bytes(*chunk));
    words
}

/// The last eight octets of a message of `length` octets.
#[inline]
const fn bits(length: usize) -> [u8; 8] {
    (length as u64 * 8).to_le_bytes()
}

/// `front`, room for `room` octets, and the padding, where that is one block.
pub(crate) fn padded(front: &[u8], room: usize) -> Option<Block> {
    let filled = front.len() + room;
    if filled + PADDING > BLOCK {
        return None;
    }
    let mut block = [0; BLOCK];
    put(&mut block, 0, front);
    put(&mut block, filled, &[0x80]);
    put(&mut block, BLOCK - 8, &bits(filled));
    Some(block)
}

/// Ends a message behind `filled` octets of a block: one bit, then zeros.
#[inline]
fn pad(block: &mut Block, filled: usize) {
    if let Some([first, rest @ ..]) = block.get_mut(filled..) {
        *first = 0x80;
        rest.fill(0);
    }
}

/// Copies `octets` to a place that has room for them.
#[inline]
fn put(block: &mut [u8], at: usize, octets: &[u8]) {
    if let Some(place) = block.get_mut(at..at + octets.len()) {
        place.copy_from_slice(octets);
    }
}

/// Makes octets that may be of a key zero, and sees to it that this happens.
#[inline]
pub(crate) fn wipe<const N: usize>(octets: &mut [u8; N]) {
    *octets = [0; N];
    optimization_barrier(octets);
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
        put(&mut *block, 0, &digest(&INITIAL, 0, &[key]));
    } else {
        put(&mut *block, 0, key);
    }
    let padded = |pad: u8| {
        let mut state = INITIAL;
        let block = Zeroizing::new(block.map(|octet| octet ^ pad));
        compress(&mut state, from_ref(&*block));
        state
    };
    (padded(0x36), padded(0x5c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    #[cfg_attr(miri, ignore = "too long for an interpreter")]
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

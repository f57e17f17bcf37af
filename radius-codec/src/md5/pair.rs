//! MD5 over two messages side by side.
//!
//! What bounds MD5 is that each step waits for the one before. A processor that can do several things at once has room
//! for a second message between them.

use super::fast::{SINES, f, g, h, i, steps};
use super::{Block, Message, State, compress, words_of};
use core::slice::from_ref;

/// The states behind two messages, from the states before.
pub(crate) fn hash(messages: [&Message<'_>; 2], mut states: [State; 2]) -> [State; 2] {
    let mut index = 0;
    loop {
        match messages.map(|message| message.block(index)) {
            [Some(a), Some(b)] => compress_pair(&mut states, [a, b]),
            [None, None] => return states,
            rest => {
                for (state, block) in states.iter_mut().zip(rest) {
                    if let Some(block) = block {
                        compress(state, from_ref(block));
                    }
                }
            }
        }
        index += 1;
    }
}

/// Takes one block of each message into its state. Not inlined: the sixteen registers of x86-64 just suffice when they
/// hold nothing else. Constants need not come from memory here, because no chain waits for them.
#[inline(never)]
fn compress_pair(states: &mut [State; 2], blocks: [&Block; 2]) {
    let [left, right] = blocks.map(words_of);
    let [[a, b, c, d], [p, q, r, s]] = *states;
    let (mut a, mut b, mut c, mut d) = ((a, p), (b, q), (c, r), (d, s));
    macro_rules! step {
        ($f:ident, $a:ident, $b:ident, $c:ident, $d:ident, $word:literal, $sine:expr, $shift:literal) => {
            let before = (
                $a.0.wrapping_add(left[$word].wrapping_add(SINES[$sine])),
                $a.1.wrapping_add(right[$word].wrapping_add(SINES[$sine])),
            );
            $a = (
                before.0.wrapping_add($f($b.0, $c.0, $d.0)).rotate_left($shift).wrapping_add($b.0),
                before.1.wrapping_add($f($b.1, $c.1, $d.1)).rotate_left($shift).wrapping_add($b.1),
            );
        };
    }
    steps!(step, a b c d);
    let after = [[a.0, b.0, c.0, d.0], [a.1, b.1, c.1, d.1]];
    for (state, after) in states.iter_mut().zip(after) {
        state.iter_mut().zip(after).for_each(|(word, after)| *word = word.wrapping_add(after));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::md5::{BLOCK, INITIAL};

    #[test]
    fn two_blocks_side_by_side_are_two_blocks_one_after_the_other() {
        let mut blocks = [[0_u8; BLOCK]; 2];
        let octets = blocks.as_flattened_mut().iter_mut();
        octets.zip((0..251_u8).cycle().step_by(7)).for_each(|(octet, n)| *octet = n);
        let mut states = [INITIAL, [1, 2, 3, 4]];
        let mut want = states;
        for _ in 0..3 {
            compress_pair(&mut states, blocks.each_ref());
            for (state, block) in want.iter_mut().zip(&blocks) {
                md5::block_api::compress(state, &[*block]);
            }
            assert_eq!(states, want);
        }
    }
}

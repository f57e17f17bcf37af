//! A packet as it goes through MD5: with another Authenticator, perhaps with zeros for its Message-Authenticator, and
//! padded to whole blocks.

use super::{BLOCK, Block, PADDING, State, bits, block_of, compress, put, wipe, words_of};
use crate::packet::{Authenticator, HEADER_LEN};
use core::slice::from_ref;

/// Most octets of a suffix, which is a secret. Longer ones take the way over parts.
pub(crate) const MAX_SUFFIX: usize = BLOCK;

/// Blocks that the end of a packet, a suffix and the padding can fill.
const MAX_TAIL: usize = 3;

/// A packet in whole blocks. Only the first and the last ones are copies.
pub(crate) struct Message<'p> {
    /// The first block, unless the packet is shorter.
    head: Option<Block>,
    middle: &'p [Block],
    tail: [u8; MAX_TAIL * BLOCK],
    tail_blocks: usize,
}

impl<'p> Message<'p> {
    /// The packet with `over` in the place of its Authenticator, zeros in the 16 octets from `zeros` on, and `suffix`
    /// at the end, behind `before` octets that went through MD5 already.
    ///
    /// `None` for the rare ones that have to go the way over parts: zeros behind the first block, a suffix above
    /// [`MAX_SUFFIX`], and what is shorter than a header.
    #[inline]
    pub(crate) fn new(
        packet: &'p [u8],
        over: &Authenticator,
        zeros: Option<usize>,
        suffix: &[u8],
        before: usize,
    ) -> Option<Self> {
        let near = |at| (HEADER_LEN..=BLOCK - 16).contains(&at);
        if packet.len() < HEADER_LEN || suffix.len() > MAX_SUFFIX || !zeros.is_none_or(near) {
            return None;
        }
        let mut message = Self { head: None, middle: &[], tail: [0; _], tail_blocks: 1 };
        let mut filled = packet.len();
        if let Some((first, rest)) = packet.split_first_chunk::<BLOCK>() {
            let mut words = words_of(first);
            let (authenticator, _) = over.as_chunks::<4>();
            words
                .iter_mut()
                .skip(1)
                .zip(authenticator)
                .for_each(|(to, from)| *to = u32::from_le_bytes(*from));
            match zeros {
                // The usual place, right behind the header: octets 22 to 37.
                Some(22) => {
                    words[5] &= 0x0000_ffff;
                    [words[6], words[7], words[8]] = [0; 3];
                    words[9] &= 0xffff_0000;
                    message.head = Some(block_of(words));
                }
                Some(at) => {
                    let mut head = block_of(words);
                    put(&mut head, at, &[0; 16]);
                    message.head = Some(head);
                }
                None => message.head = Some(block_of(words)),
            }
            let (middle, end) = rest.as_chunks();
            message.middle = middle;
            put(&mut message.tail, 0, end);
            filled = end.len();
        } else {
            put(&mut message.tail, 0, packet);
            put(&mut message.tail, 4, over);
            if let Some(at) = zeros {
                put(&mut message.tail, at, &[0; 16]);
            }
        }
        put(&mut message.tail, filled, suffix);
        filled += suffix.len();
        put(&mut message.tail, filled, &[0x80]);
        message.tail_blocks = (filled + PADDING).div_ceil(BLOCK);
        let length = before + packet.len() + suffix.len();
        put(&mut message.tail, message.tail_blocks * BLOCK - 8, &bits(length));
        Some(message)
    }

    /// The state behind the whole message.
    #[inline]
    pub(crate) fn hash(&self, state: &State) -> State {
        let mut state = *state;
        if let Some(head) = &self.head {
            compress(&mut state, from_ref(head));
            if !self.middle.is_empty() {
                compress(&mut state, self.middle);
            }
        }
        compress(&mut state, self.tail());
        state
    }

    /// One block of it, or `None` behind the last.
    #[cfg(feature = "fast-md5")]
    #[inline]
    pub(crate) fn block(&self, index: usize) -> Option<&Block> {
        let Some(head) = &self.head else { return self.tail().get(index) };
        match index.checked_sub(1) {
            None => Some(head),
            Some(index) => match self.middle.get(index) {
                Some(block) => Some(block),
                None => self.tail().get(index - self.middle.len()),
            },
        }
    }

    /// Makes it a message of one block that is padded already.
    #[cfg(feature = "fast-md5")]
    #[inline]
    pub(crate) fn become_padded(&mut self, block: &Block) {
        self.head = Some(*block);
        self.middle = &[];
        self.tail_blocks = 0;
    }

    #[inline]
    fn tail(&self) -> &[Block] {
        let (blocks, _) = self.tail.as_chunks();
        blocks.get(..self.tail_blocks).unwrap_or(blocks)
    }

    /// Makes the end zero, in which a secret may stand.
    #[inline]
    pub(crate) fn wipe(&mut self) {
        wipe(&mut self.tail);
    }
}

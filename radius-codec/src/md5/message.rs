//! A packet as it goes through MD5: with another Authenticator, perhaps with zeros for its Message-Authenticator, and
//! padded to whole blocks.

use super::{BLOCK, Block, PADDING, State, bits, compress, put, wipe};
use crate::packet::{Authenticator, HEADER_LEN};
use core::slice::from_ref;

/// Most octets of a suffix, which is a secret. Longer ones take the way over parts.
pub(crate) const MAX_SUFFIX: usize = BLOCK - PADDING;

/// Blocks that the end of a packet, a suffix and the padding can fill.
const MAX_TAIL: usize = 2;

/// A packet in whole blocks. Only the first and the last ones are copies.
pub(crate) struct Message<'p> {
    /// The first block, unless the packet is shorter.
    head: Block,
    has_head: bool,
    /// The whole blocks behind it, where there are some.
    middle: Option<&'p [Block]>,
    /// The last [`BLOCK`] octets of the packet, and what follows it: so they are copied as one piece of fixed size,
    /// wherever in them the last blocks begin.
    tail: [u8; BLOCK + MAX_TAIL * BLOCK],
    tail_from: usize,
    tail_blocks: usize,
}

impl<'p> Message<'p> {
    /// A message to be [filled](Self::fill).
    pub(crate) const EMPTY: Self =
        Self { head: [0; BLOCK], has_head: false, middle: None, tail: [0; _], tail_from: 0, tail_blocks: 0 };

    /// Makes it the packet with `over` in the place of its Authenticator, zeros in the 16 octets from `zeros` on, and
    /// `suffix` at the end, behind `before` octets that went through MD5 already. It was [empty](Self::EMPTY) before; it
    /// is filled where it lies because it is too large to be moved about for every packet.
    ///
    /// `false` for the rare ones that have to go the way over parts: zeros behind the first block, a suffix above
    /// [`MAX_SUFFIX`], and what is shorter than a header; with the feature `small` all of them go it.
    #[inline]
    #[must_use]
    pub(crate) fn fill(
        &mut self,
        packet: &'p [u8],
        over: &Authenticator,
        zeros: Option<usize>,
        suffix: &[u8],
        before: usize,
    ) -> bool {
        if cfg!(feature = "small") {
            return false;
        }
        let near = |at| (HEADER_LEN..=BLOCK - 16).contains(&at);
        if packet.len() < HEADER_LEN || suffix.len() > MAX_SUFFIX || !zeros.is_none_or(near) {
            return false;
        }
        if let (Some((first, rest)), Some(last)) = (packet.split_first_chunk(), packet.last_chunk()) {
            self.has_head = true;
            self.head = *first;
            substitute(&mut self.head, over, zeros);
            let (middle, end) = rest.as_chunks();
            self.middle = Some(middle);
            if let Some(place) = self.tail.first_chunk_mut::<BLOCK>() {
                *place = *last;
            }
            self.tail_from = BLOCK - end.len();
        } else {
            self.tail_from = BLOCK - packet.len();
            put(&mut self.tail, self.tail_from, packet);
            if let Some(head) = self.tail.get_mut(self.tail_from..).and_then(<[u8]>::first_chunk_mut) {
                substitute(head, over, zeros);
            }
        }
        if !suffix.is_empty() {
            put(&mut self.tail, BLOCK, suffix);
        }
        let end = BLOCK + suffix.len();
        put(&mut self.tail, end, &[0x80]);
        self.tail_blocks = (end - self.tail_from + PADDING).div_ceil(BLOCK);
        let length = before + packet.len() + suffix.len();
        put(&mut self.tail, self.tail_from + self.tail_blocks * BLOCK - 8, &bits(length));
        true
    }

    /// The state behind the whole message.
    #[inline]
    pub(crate) fn hash(&self, state: &State) -> State {
        let mut state = *state;
        if self.has_head {
            compress(&mut state, from_ref(&self.head));
            if let Some(middle @ [_, ..]) = self.middle {
                compress(&mut state, middle);
            }
        }
        compress(&mut state, self.tail());
        state
    }

    /// One block of it, or `None` behind the last.
    #[cfg(feature = "fast-md5")]
    #[inline]
    pub(crate) fn block(&self, index: usize) -> Option<&Block> {
        if !self.has_head {
            return self.tail().get(index);
        }
        match index.checked_sub(1) {
            None => Some(&self.head),
            Some(index) => {
                let middle = self.middle.unwrap_or_default();
                middle.get(index).or_else(|| self.tail().get(index - middle.len()))
            }
        }
    }

    /// Makes it a message of one block that is padded already.
    #[cfg(feature = "fast-md5")]
    #[inline]
    pub(crate) fn become_padded(&mut self, block: &Block) {
        self.head = *block;
        self.has_head = true;
        self.middle = None;
        self.tail_blocks = 0;
    }

    #[inline]
    fn tail(&self) -> &[Block] {
        let (blocks, _) = self.tail.get(self.tail_from..).unwrap_or_default().as_chunks();
        blocks.get(..self.tail_blocks).unwrap_or(blocks)
    }

    /// Makes the end zero, in which a secret may stand.
    #[inline]
    pub(crate) fn wipe(&mut self) {
        wipe(&mut self.tail);
    }
}

/// Puts `over` in the place of the Authenticator, and zeros where the Message-Authenticator stands.
#[inline]
fn substitute(head: &mut Block, over: &Authenticator, zeros: Option<usize>) {
    head[4..HEADER_LEN].copy_from_slice(over);
    match zeros {
        // The usual place, right behind the header.
        Some(22) => head[22..38].fill(0),
        Some(at) => put(head, at, &[0; 16]),
        None => {}
    }
}

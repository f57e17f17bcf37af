//! The two opt-in tags that keep the wire format (spec: heartbeat 20, E1 and E2).

use crate::query::{FILLER_AT, Query};
use crate::{Key, Mac};
use core::fmt;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// Octets of the random part of a tagged filler.
pub const RANDOM_LEN: usize = 5;
/// Octets of the tail of a NOP answer.
pub const TAIL_LEN: usize = 7;
const TAG_LEN: usize = 8;

/// The extension key `Kx`, made ready. Wiped when dropped, never printed.
#[derive(Clone)]
pub struct ExtensionKey(Hmac<Sha256>);

impl ExtensionKey {
    /// Derives the extension key of a hotspot's key.
    #[must_use]
    pub fn new(key: &Key) -> Self {
        let derived = keyed(key.octets()).chain_update(b"fonsmcd-ext-1").finalize();
        Self(keyed(&Zeroizing::new(first_octets(derived.as_bytes()))))
    }

    /// E1: makes the query's filler five random octets and the tag over everything before the tag.
    pub fn tag_query(&self, query: &mut Query, random: [u8; RANDOM_LEN]) {
        let (front, _) = query.filler.split_at_mut(RANDOM_LEN);
        front.copy_from_slice(&random);
        let tag = self.query_tag(query);
        let (_, back) = query.filler.split_at_mut(RANDOM_LEN);
        back.copy_from_slice(&tag);
    }

    /// Whether the query's filler carries the right E1 tag. Constant time.
    #[must_use]
    pub fn query_is_tagged(&self, query: &Query) -> bool {
        let (_, tag) = query.filler.split_at(RANDOM_LEN);
        self.query_tag(query).ct_eq(tag).into()
    }

    /// E2: the tail of a NOP answer with these first nine octets of plaintext, for this hotspot.
    #[must_use]
    pub fn nop_tail(&self, front: &[u8; 9], mac: Mac) -> [u8; TAIL_LEN] {
        let tag = self.0.clone().chain_update([0x4e]).chain_update(front).chain_update(mac.0).finalize();
        first_octets(tag.as_bytes())
    }

    fn query_tag(&self, query: &Query) -> [u8; TAG_LEN] {
        // wire[0..6] is in clear, so plaintext and wire agree there: one run of octets up to the random part's end.
        let plain = query.plain();
        let (covered, _) = plain.split_at(FILLER_AT + RANDOM_LEN);
        let tag = self.0.clone().chain_update([0x51]).chain_update(covered).finalize();
        first_octets(tag.as_bytes())
    }
}

impl fmt::Debug for ExtensionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ExtensionKey([secret])")
    }
}

fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    // HMAC fills a short key with zeros up to the hash's block; done here, it needs no fallible call.
    let mut block = Zeroizing::new([0; 64]);
    let (front, _) = block.split_at_mut(32);
    front.copy_from_slice(key);
    Hmac::new((&*block).into())
}

fn first_octets<const N: usize>(tag: &[u8]) -> [u8; N] {
    // A SHA-256 result is longer than any tag.
    tag.first_chunk().copied().unwrap_or([0; N])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::tests::worked_example;

    // spec: heartbeat 20
    #[test]
    fn the_examples_of_the_specification_come_out() {
        let (mut query, key) = worked_example();
        let extension = ExtensionKey::new(&key);
        assert!(!extension.query_is_tagged(&query));
        extension.tag_query(&mut query, [0x00, 0xae, 0x60, 0xf9, 0xe5]);
        assert_eq!(query.filler[5..], [0x9e, 0x0f, 0x11, 0x37, 0x52, 0x24, 0x26, 0x00]);
        assert!(extension.query_is_tagged(&query));
        query.retries += 1;
        assert!(!extension.query_is_tagged(&query));

        let front = [4, 0x12, 0x34, 0x56, 0x78, 0x4d, 0x7c, 0x6d, 0x00];
        let tail = extension.nop_tail(&front, query.mac);
        assert_eq!(tail, [0xee, 0xff, 0x97, 0x3b, 0x64, 0xfb, 0x1f]);
    }
}

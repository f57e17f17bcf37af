//! The client's arithmetic of MS-CHAPv2 (RFC 2759 §8), for the option `mschapv2`: a password that came by PAP is not
//! sent on, but proved.

use des::Des;
use des::cipher::{Array, BlockCipherEncrypt, KeyInit};
use md4::Md4;
use sha1::{Digest, Sha1};
use zeroize::Zeroizing;

/// GenerateNTResponse: from both challenges, the user's name without a domain, and the password.
///
/// A password that is not UTF-8 has no Unicode form; what is not is taken as U+FFFD, and no server will know it.
#[must_use]
pub fn nt_response(
    authenticator_challenge: &[u8; 16],
    peer_challenge: &[u8; 16],
    user_name: &[u8],
    password: &[u8],
) -> [u8; 24] {
    let challenge = Sha1::new()
        .chain_update(peer_challenge)
        .chain_update(authenticator_challenge)
        .chain_update(user_name)
        .finalize();
    let text = String::from_utf8_lossy(password);
    let unicode: Zeroizing<Vec<u8>> =
        Zeroizing::new(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
    // 16 octets of hash and five zeros are three keys of 56 bits.
    let mut keys = Zeroizing::new([0; 21]);
    keys[..16].copy_from_slice(&Md4::digest(&*unicode));
    let mut response = [0; 24];
    for (place, key) in response.chunks_exact_mut(8).zip(keys.chunks_exact(7)) {
        let mut block = Array([0; 8]);
        block.copy_from_slice(&challenge[..8]);
        Des::new(&spread(key)).encrypt_block(&mut block);
        place.copy_from_slice(&block);
    }
    response
}

/// 56 bits as the eight octets of a DES key, whose lowest bits are parity and do not count.
fn spread(key: &[u8]) -> Array<u8, des::cipher::consts::U8> {
    let bits = key.iter().fold(0_u64, |bits, octet| bits << 8 | u64::from(*octet));
    let mut spread = Array([0; 8]);
    for (place, octet) in spread.iter_mut().enumerate() {
        let [.., low] = (bits >> (49 - 7 * place)).to_be_bytes();
        *octet = low << 1;
    }
    spread
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 2759 §9.2
    #[test]
    fn the_response_is_that_of_the_standards_example() {
        let authenticator =
            [0x5b, 0x5d, 0x7c, 0x7d, 0x7b, 0x3f, 0x2f, 0x3e, 0x3c, 0x2c, 0x60, 0x21, 0x32, 0x26, 0x26, 0x28];
        let peer =
            [0x21, 0x40, 0x23, 0x24, 0x25, 0x5e, 0x26, 0x2a, 0x28, 0x29, 0x5f, 0x2b, 0x3a, 0x33, 0x7c, 0x7e];
        let expected = [
            0x82, 0x30, 0x9e, 0xcd, 0x8d, 0x70, 0x8b, 0x5e, 0xa0, 0x8f, 0xaa, 0x39, 0x81, 0xcd, 0x83, 0x54,
            0x42, 0x33, 0x11, 0x4a, 0x3d, 0x85, 0xd6, 0xdf,
        ];
        assert_eq!(nt_response(&authenticator, &peer, b"User", b"clientPass"), expected);
    }
}

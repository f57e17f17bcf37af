//! Keys and what they come from: hexadecimal text, board data, the roll-over file (spec: heartbeat 3.3, 8.2, 8.4).

use crate::Mac;
use crate::identity::{hex_digit, single_line};
use aes::Aes256;
use aes::cipher::{Array, BlockCipherDecrypt as _, BlockCipherEncrypt as _, KeyInit as _};
use core::fmt;
use core::str::FromStr;
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, ZeroizeOnDrop};

/// Octets of the board-data structure (spec: heartbeat 8.2).
pub const BOARD_DATA_LEN: usize = 180;
/// Octets of an AES block.
pub const BLOCK_LEN: usize = 16;

/// A 256-bit key. Wiped when dropped, compared in constant time, never printed.
#[derive(Clone)]
pub struct Key([u8; 32]);

/// Why text is no key. Says nothing of the key itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Key text has exactly 64 digits (spec: heartbeat 3.3).
    #[error("key text has {length} octets instead of 64")]
    Length {
        /// How many octets the text has.
        length: usize,
    },
    /// The octet is no hexadecimal digit.
    #[error("key text has no hexadecimal digit at offset {offset}")]
    Digit {
        /// Where it stands.
        offset: usize,
    },
}

impl Key {
    /// A key from its octets.
    #[must_use]
    pub const fn new(octets: [u8; 32]) -> Self {
        Self(octets)
    }

    /// The key's octets. The caller takes care that they go nowhere.
    #[must_use]
    pub const fn octets(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads the text of a key file: the first line must be the key; one LF or CR LF is removed.
    ///
    /// # Errors
    /// [`KeyError`] as for text.
    pub fn from_file(text: &str) -> Result<Self, KeyError> {
        single_line(text).parse()
    }

    /// The key of a board-data block: its octets are stored in reverse (spec: heartbeat 8.2).
    #[must_use]
    pub const fn from_board(mut stored: [u8; 32]) -> Self {
        stored.reverse();
        Self(stored)
    }

    /// The current key out of the `aespath` file: its first 64 octets are the hexadecimal text of the current key
    /// encrypted as two blocks under `self`, the first key (spec: heartbeat 8.4). What follows them is not looked at.
    ///
    /// # Errors
    /// [`KeyError`] when the file is short or holds something else than digits.
    pub fn current(&self, aespath_file: &[u8]) -> Result<Self, KeyError> {
        let digits = aespath_file.get(..64).ok_or(KeyError::Length { length: aespath_file.len() })?;
        let mut key = from_digits(digits)?;
        Cipher::new(self).decrypt(&mut key.0);
        Ok(key)
    }
}

impl FromStr for Key {
    type Err = KeyError;

    /// Exactly 64 hexadecimal digits of either case, nothing else.
    fn from_str(text: &str) -> Result<Self, KeyError> {
        if text.len() != 64 {
            return Err(KeyError::Length { length: text.len() });
        }
        from_digits(text.as_bytes())
    }
}

fn from_digits(digits: &[u8]) -> Result<Key, KeyError> {
    let mut key = Key([0; 32]);
    for (index, (octet, pair)) in key.0.iter_mut().zip(digits.chunks_exact(2)).enumerate() {
        for (place, &digit) in pair.iter().enumerate() {
            let value = hex_digit(digit).ok_or(KeyError::Digit { offset: index * 2 + place })?;
            *octet = *octet << 4 | value;
        }
    }
    Ok(key)
}

impl Drop for Key {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl ZeroizeOnDrop for Key {}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Key {}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key([secret])")
    }
}

/// A key made ready: the AES-256 key schedules of both directions, computed once. Wiped when dropped.
///
/// Electronic codebook, block by block, as the protocol has it (spec: heartbeat 4.3). Uses the processor's AES
/// instructions where they are found at run time.
#[derive(Clone)]
pub struct Cipher(Aes256);

impl Cipher {
    /// Computes the key schedules.
    #[must_use]
    pub fn new(key: &Key) -> Self {
        Self(Aes256::new((&key.0).into()))
    }

    /// Encrypts every whole block of `octets`; an incomplete last block is left as it is.
    pub fn encrypt(&self, octets: &mut [u8]) {
        let (blocks, _) = Array::slice_as_chunks_mut(octets);
        if cfg!(feature = "small") {
            // One by one, so that the code for several at once is not there.
            blocks.iter_mut().for_each(|block| self.0.encrypt_block(block));
            return;
        }
        self.0.encrypt_blocks(blocks);
    }

    /// Decrypts every whole block of `octets`; an incomplete last block is left as it is.
    pub fn decrypt(&self, octets: &mut [u8]) {
        let (blocks, _) = Array::slice_as_chunks_mut(octets);
        if cfg!(feature = "small") {
            blocks.iter_mut().for_each(|block| self.0.decrypt_block(block));
            return;
        }
        self.0.decrypt_blocks(blocks);
    }
}

impl fmt::Debug for Cipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cipher([secret])")
    }
}

/// Identity from the board-data structure some devices keep on flash (spec: heartbeat 8.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardData<'a> {
    /// Board name, up to its first NUL.
    pub name: &'a [u8],
    /// The first wireless MAC: the one the heartbeat uses.
    pub wireless_mac: Mac,
    /// The first Ethernet MAC.
    pub ethernet_mac: Mac,
    /// The serial number, up to its first NUL.
    pub serial: &'a [u8],
    /// The key, in the order AES takes it.
    pub key: Key,
}

/// The octets are no board data: there must be [`BOARD_DATA_LEN`] of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("board data has {length} octets, less than 180")]
pub struct BoardDataError {
    /// How many octets there are.
    pub length: usize,
}

impl<'a> BoardData<'a> {
    /// Reads the structure at the front of `octets`; what follows it is not looked at.
    ///
    /// # Errors
    /// [`BoardDataError`] when there are too few octets.
    pub fn parse(octets: &'a [u8]) -> Result<Self, BoardDataError> {
        let short = BoardDataError { length: octets.len() };
        let octets: &[u8; BOARD_DATA_LEN] = octets.first_chunk().ok_or(short)?;
        let text = |range: core::ops::Range<usize>| {
            octets.get(range).and_then(|field| field.split(|&octet| octet == 0).next()).ok_or(short)
        };
        let mac =
            |at: usize| octets.get(at..).and_then(|rest| rest.first_chunk()).map(|m| Mac(*m)).ok_or(short);
        Ok(Self {
            name: text(8..72)?,
            wireless_mac: mac(96)?,
            ethernet_mac: mac(102)?,
            serial: text(136..148)?,
            key: octets.last_chunk().map(|key| Key::from_board(*key)).ok_or(short)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    const TEXT: &str = "7ef44706c65938ceb87c814e844679dc5edf1c9c30de4b6d5af4504b4e6a7a8d";

    // spec: heartbeat 3.3
    #[test]
    fn a_key_is_refused_as_a_whole() {
        assert_eq!(TEXT[..63].parse::<Key>(), Err(KeyError::Length { length: 63 }));
        assert_eq!(TEXT.replace("c6", "cg").parse::<Key>(), Err(KeyError::Digit { offset: 9 }));
        assert_eq!(format!("{TEXT}\n").parse::<Key>(), Err(KeyError::Length { length: 65 }));
        assert_eq!(Key::from_file(&format!("{TEXT}\r\n")), TEXT.parse());
        assert_eq!(Key::from_file(&format!("{TEXT} \n")), Err(KeyError::Length { length: 65 }));
    }

    #[test]
    fn a_key_is_never_printed() {
        let key: Key = TEXT.parse().unwrap();
        assert_eq!(format!("{key:?} {:?}", Cipher::new(&key)), "Key([secret]) Cipher([secret])");
    }

    // spec: heartbeat 8.4
    #[test]
    fn a_short_or_spoilt_current_key_is_an_error() {
        let first: Key = TEXT.parse().unwrap();
        assert_eq!(first.current(&[b'0'; 63]), Err(KeyError::Length { length: 63 }));
        let mut spoilt = [b'0'; 64];
        spoilt[63] = b'g';
        assert_eq!(first.current(&spoilt), Err(KeyError::Digit { offset: 63 }));
        assert_eq!(first.current(&[b'0'; 64]), first.current(&[b'0'; 65]));
    }

    // spec: heartbeat 8.2
    #[test]
    fn board_data_has_fixed_places() {
        let mut octets = [0u8; 180];
        octets[8..13].copy_from_slice(b"board");
        octets[96..102].copy_from_slice(&[1, 2, 3, 4, 5, 6]);
        octets[102..108].copy_from_slice(&[7, 8, 9, 10, 11, 12]);
        octets[136..148].copy_from_slice(b"123456789012");
        octets[179] = 0x7e;
        let board = BoardData::parse(&octets).unwrap();
        assert_eq!((board.name, board.serial), (&b"board"[..], &b"123456789012"[..]));
        assert_eq!(board.wireless_mac, Mac([1, 2, 3, 4, 5, 6]));
        assert_eq!(board.ethernet_mac, Mac([7, 8, 9, 10, 11, 12]));
        assert_eq!(board.key.octets()[0], 0x7e);
        assert_eq!(BoardData::parse(&octets[..179]), Err(BoardDataError { length: 179 }));
    }
}

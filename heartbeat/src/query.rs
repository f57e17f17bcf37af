//! The query: 39 octets, 32 of them encrypted, written as one DNS label (spec: heartbeat 4).

use crate::base32::{self, Base32Error};
use crate::crc3;
use crate::key::{BLOCK_LEN, Cipher};
use crate::{Architecture, Mac, Version};
use core::fmt;

/// Octets of a query (spec: heartbeat 4.1).
pub const QUERY_LEN: usize = 39;
/// Characters of its label, the most the DNS allows (spec: heartbeat 4.4).
pub const LABEL_LEN: usize = 63;
/// Octets of the filler.
pub const FILLER_LEN: usize = 13;

/// Where the clear part ends and the two blocks begin.
const CLEAR_LEN: usize = 7;
/// Where the filler begins.
pub(crate) const FILLER_AT: usize = QUERY_LEN - FILLER_LEN;

/// What a query reports (spec: heartbeat 4.1).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QueryType(pub u8);

impl QueryType {
    /// The first heartbeat since the daemon started.
    pub const START: Self = Self(0);
    /// A heartbeat after one or more failed ones.
    pub const RETRY: Self = Self(1);
    /// A heartbeat after a successful one.
    pub const ONLINE: Self = Self(2);
    /// Defined, never sent.
    pub const DATA: Self = Self(3);

    /// The largest type the clear octet has room for.
    pub const MAX: u8 = 31;

    /// The name the log line of a query has (spec: heartbeat 12).
    #[must_use]
    pub const fn log_name(self) -> Option<&'static str> {
        match self {
            Self::START => Some("regular_start"),
            Self::RETRY => Some("regular_retry"),
            Self::ONLINE => Some("regular_online"),
            Self::DATA => Some("data"),
            _ => None,
        }
    }
}

impl fmt::Debug for QueryType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.log_name() {
            Some(name) => f.write_str(name),
            None => write!(f, "QueryType({})", self.0),
        }
    }
}

/// What a query says. The protocol version is always 0 and is not a field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Query {
    /// The hotspot's MAC; sent in clear.
    pub mac: Mac,
    /// What the query reports.
    pub query_type: QueryType,
    /// The architecture octet.
    pub architecture: Architecture,
    /// Firmware version and revision.
    pub version: Version,
    /// Always 0 from clients that follow the specification.
    pub status: u32,
    /// Transaction id ("trid"), fresh for each heartbeat; the answer repeats it.
    pub trid: u32,
    /// Failed heartbeats before this one.
    pub retries: u32,
    /// Fresh random octets.
    pub filler: [u8; FILLER_LEN],
}

/// Why octets or text are no query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// The label is not base32.
    #[error("the label is not heartbeat base32: {0}")]
    Base32(#[from] Base32Error),
    /// The label does not hold exactly 39 octets.
    #[error("{length} octets instead of 39")]
    Length {
        /// How many octets it holds.
        length: usize,
    },
    /// The decrypted protocol version is not 0: another version, or another key.
    #[error("protocol version {value}")]
    ProtocolVersion {
        /// What stands there.
        value: u8,
    },
    /// The type in clear and the encrypted one differ: a changed octet, or another key.
    #[error("type {clear} in clear, {encrypted} encrypted")]
    TypeMismatch {
        /// The type in clear.
        clear: u8,
        /// The decrypted type.
        encrypted: u8,
    },
    /// Both types agree on a value the protocol does not define.
    #[error("unknown type {value}")]
    UnknownType {
        /// The type.
        value: u8,
    },
}

impl Query {
    /// The 39 octets before encryption.
    ///
    /// A type above [`QueryType::MAX`] does not fit the clear octet: its high bits are lost there, and no decoder will
    /// take the query.
    #[must_use]
    pub fn plain(&self) -> [u8; QUERY_LEN] {
        let mut octets = [0; QUERY_LEN];
        let (clear, blocks) = octets.split_at_mut(CLEAR_LEN);
        clear.copy_from_slice(&self.clear());
        blocks.copy_from_slice(&self.blocks());
        octets
    }

    /// What goes out in clear.
    fn clear(&self) -> [u8; CLEAR_LEN] {
        let [a, b, c, d, e, f] = self.mac.0;
        [self.query_type.0 << 3 | crc3::check(self.mac), a, b, c, d, e, f]
    }

    /// What is encrypted. As two numbers: written octet by octet the blocks would reach the cipher late.
    fn blocks(&self) -> [u8; QUERY_LEN - CLEAR_LEN] {
        let Version { major, minor, micro, revision } = self.version;
        let head =
            u64::from_be_bytes([0, self.query_type.0, self.architecture.0, major, minor, micro, revision, 0]);
        // The three octets in front of the filler are not its own.
        let mut padded = [0; BLOCK_LEN];
        let (_, place) = padded.split_at_mut(BLOCK_LEN - FILLER_LEN);
        place.copy_from_slice(&self.filler);
        let first = u128::from(head) << 64
            | u128::from(self.status) << 40
            | u128::from(self.trid) << 8
            | u128::from(self.retries >> 24);
        let second = u128::from(self.retries & 0x00ff_ffff) << (8 * FILLER_LEN) | u128::from_be_bytes(padded);
        let mut blocks = [0; QUERY_LEN - CLEAR_LEN];
        let (one, two) = blocks.split_at_mut(BLOCK_LEN);
        one.copy_from_slice(&first.to_be_bytes());
        two.copy_from_slice(&second.to_be_bytes());
        blocks
    }

    /// Encrypts the query.
    #[must_use]
    pub fn seal(&self, cipher: &Cipher) -> SealedQuery {
        let mut sealed = self.blocks();
        cipher.encrypt(&mut sealed);
        let mut octets = [0; QUERY_LEN];
        let (clear, blocks) = octets.split_at_mut(CLEAR_LEN);
        clear.copy_from_slice(&self.clear());
        blocks.copy_from_slice(&sealed);
        SealedQuery(octets)
    }

    fn from_plain(octets: &[u8; QUERY_LEN]) -> Self {
        let [
            first,
            a,
            b,
            c,
            d,
            e,
            g, //
            _,
            _,
            architecture,
            major,
            minor,
            micro,
            revision,
            s0,
            s1,
            s2,
            s3,
            t0,
            t1,
            t2,
            t3,
            r0, //
            r1,
            r2,
            r3,
            filler @ ..,
        ] = *octets;
        Self {
            mac: Mac([a, b, c, d, e, g]),
            query_type: QueryType(first >> 3),
            architecture: Architecture(architecture),
            version: Version { major, minor, micro, revision },
            status: u32::from_be_bytes([s0, s1, s2, s3]),
            trid: u32::from_be_bytes([t0, t1, t2, t3]),
            retries: u32::from_be_bytes([r0, r1, r2, r3]),
            filler,
        }
    }
}

impl fmt::Display for Query {
    /// The log line operators know (spec: heartbeat 12).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.query_type.log_name().unwrap_or("error");
        let (mac, architecture, version) = (self.mac, self.architecture.log_name(), self.version);
        let (status, trid, retries) = (self.status, self.trid, self.retries);
        write!(
            f,
            "QUERY [{mac},{name},{architecture},{version},st={status:x},trid={trid:x},retries={retries}]"
        )
    }
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// An encrypted query: what the wire carries.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SealedQuery([u8; QUERY_LEN]);

impl SealedQuery {
    /// Takes the 39 octets as they are. Any octets will do; [`SealedQuery::open`] judges.
    #[must_use]
    pub const fn new(octets: [u8; QUERY_LEN]) -> Self {
        Self(octets)
    }

    /// Reads a label of either case.
    ///
    /// # Errors
    /// [`QueryError::Base32`] or [`QueryError::Length`].
    pub fn from_label(label: &[u8]) -> Result<Self, QueryError> {
        let mut octets = [0; QUERY_LEN];
        if let Some(length) = base32::decoded_len(label.len()).filter(|&length| length != QUERY_LEN) {
            return Err(QueryError::Length { length });
        }
        base32::decode(label, &mut octets)?;
        Ok(Self(octets))
    }

    /// The octets on the wire.
    #[must_use]
    pub const fn octets(&self) -> &[u8; QUERY_LEN] {
        &self.0
    }

    /// The MAC in clear: says whose key opens the query. Not authenticated.
    #[must_use]
    pub const fn mac(&self) -> Mac {
        let [_, a, b, c, d, e, f, ..] = self.0;
        Mac([a, b, c, d, e, f])
    }

    /// The type in clear. Not authenticated.
    #[must_use]
    pub const fn clear_type(&self) -> QueryType {
        QueryType(self.0[0] >> 3)
    }

    /// The label, lower case.
    #[must_use]
    pub fn label(&self) -> Label {
        let mut label = Label([0; LABEL_LEN]);
        // 39 octets always give 63 characters.
        let written = base32::encode(&self.0, &mut label.0);
        debug_assert_eq!(written, Ok(LABEL_LEN));
        label
    }

    /// Decrypts and judges the query (spec: heartbeat 4.6).
    ///
    /// Only 16 bits tell a right key from a wrong one. The three check bits are not looked at.
    ///
    /// # Errors
    /// [`QueryError::ProtocolVersion`], [`QueryError::TypeMismatch`] or [`QueryError::UnknownType`].
    pub fn open(&self, cipher: &Cipher) -> Result<Query, QueryError> {
        let mut octets = self.0;
        let (_, blocks) = octets.split_at_mut(CLEAR_LEN);
        cipher.decrypt(blocks);
        let [first, _, _, _, _, _, _, protocol_version, encrypted, ..] = octets;
        let clear = first >> 3;
        if protocol_version != 0 {
            return Err(QueryError::ProtocolVersion { value: protocol_version });
        }
        if clear != encrypted {
            return Err(QueryError::TypeMismatch { clear, encrypted });
        }
        if clear > QueryType::DATA.0 {
            return Err(QueryError::UnknownType { value: clear });
        }
        Ok(Query::from_plain(&octets))
    }
}

impl fmt::Debug for SealedQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedQuery({})", self.label().as_str())
    }
}

/// A query as a DNS label: 63 lower-case characters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Label([u8; LABEL_LEN]);

impl Label {
    /// The characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // The alphabet is ASCII.
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The characters as octets.
    #[must_use]
    pub const fn as_octets(&self) -> &[u8; LABEL_LEN] {
        &self.0
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Label({})", self.as_str())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::Key;
    use alloc::string::ToString as _;

    /// The query of the specification's worked example, and its key.
    pub(crate) fn worked_example() -> (Query, Key) {
        let key = "7ef44706c65938ceb87c814e844679dc5edf1c9c30de4b6d5af4504b4e6a7a8d".parse().unwrap();
        let query = Query {
            mac: "00-18-84-a0-00-29".parse().unwrap(),
            query_type: QueryType::ONLINE,
            architecture: Architecture::FONAP,
            version: Version { major: 1, minor: 2, micro: 3, revision: 4 },
            status: 0,
            trid: 1,
            retries: 0,
            filler: [0x00, 0xae, 0x60, 0xf9, 0xe5, 0xf9, 0xc8, 0xf0, 0x7d, 0xda, 0xcf, 0x2b, 0x68],
        };
        (query, key)
    }

    // spec: heartbeat 4.5
    #[test]
    fn the_worked_example_comes_out() {
        let (query, key) = worked_example();
        let cipher = Cipher::new(&key);
        let label = query.seal(&cipher).label();
        assert_eq!(label.as_str(), "o5eavaneeef5ih64i637vwtccfasiyupxq5jybmynjkwa63645l27tmlwu4g6nd");
        assert_eq!(SealedQuery::from_label(label.as_octets()).unwrap().open(&cipher), Ok(query));
    }

    // spec: heartbeat 12
    #[test]
    fn the_log_line_is_the_one_operators_know() {
        let (query, _) = worked_example();
        assert_eq!(
            query.to_string(),
            "QUERY [00-18-84-A0-00-29,regular_online,fonap,1.2.3.4,st=0,trid=1,retries=0]"
        );
    }

    // spec: heartbeat 4.6
    #[test]
    fn a_wrong_key_is_told_by_sixteen_bits() {
        let (query, key) = worked_example();
        let sealed = query.seal(&Cipher::new(&key));
        let refused = sealed.open(&Cipher::new(&Key::new([1; 32])));
        assert!(matches!(refused, Err(QueryError::ProtocolVersion { .. })), "{refused:?}");
        assert_eq!(SealedQuery::from_label(b"eeee"), Err(QueryError::Length { length: 2 }));
        assert_eq!(
            SealedQuery::from_label(b"eee"),
            Err(QueryError::Base32(Base32Error::Length { length: 3 }))
        );
    }

    #[test]
    fn an_unknown_type_is_named() {
        let (mut query, key) = worked_example();
        let cipher = Cipher::new(&key);
        query.query_type = QueryType(9);
        assert_eq!(query.seal(&cipher).open(&cipher), Err(QueryError::UnknownType { value: 9 }));
        query.query_type = QueryType(33);
        let refused = query.seal(&cipher).open(&cipher);
        assert_eq!(refused, Err(QueryError::TypeMismatch { clear: 1, encrypted: 33 }));
    }

    // spec: heartbeat 3.1
    #[test]
    fn the_first_character_tells_the_type_the_second_the_mac() {
        let (mut query, key) = worked_example();
        let cipher = Cipher::new(&key);
        for (kind, first) in [(0, b'e'), (1, b'a'), (2, b'o'), (3, b's')] {
            query.query_type = QueryType(kind);
            for (octet, second) in [(0x00, b'5'), (0x40, b'4'), (0x80, b'3'), (0xc0, b'2')] {
                query.mac.0[0] = octet;
                let label = query.seal(&cipher).label();
                assert_eq!(label.as_octets()[..2], [first, second]);
            }
        }
    }
}

//! How often an attribute may occur in a packet: an optional check, never part of decoding (spec: radius 6).
//!
//! The rules are the tables of RFC 2865 §5.44, RFC 2866 §5.13, RFC 2869 §5.19, and RFC 3579 §3.3. Attributes and codes
//! that they do not list may occur as they like. Deployed peers break them often, so a server should report rather than
//! refuse.
//!
//! User-Password and CHAP-Password never occur together (RFC 2865 §5.2): a packet with both has one CHAP-Password too many.
//!
//! In one place we are more liberal than the tables: a Message-Authenticator may protect an Accounting-Request
//! (spec: radius 4), which RFC 2869 does not know.

use crate::code::Code;
use crate::packet::Packet;
use crate::path::Kind;

/// How often an attribute may occur.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occurrence {
    /// Never; `0` in the tables.
    Never,
    /// At most once; `0-1`.
    AtMostOnce,
    /// As often as wanted; `0+`.
    Any,
    /// Exactly once; `1`.
    Once,
}

impl Occurrence {
    /// Whether `count` of them are right.
    #[must_use]
    pub const fn allows(self, count: usize) -> bool {
        match self {
            Self::Never => count == 0,
            Self::AtMostOnce => count <= 1,
            Self::Any => true,
            Self::Once => count == 1,
        }
    }
}

/// An attribute that occurs too often or not often enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The attribute.
    pub kind: Kind,
    /// How often it occurs.
    pub count: usize,
    /// How often it may.
    pub allowed: Occurrence,
}

/// The columns Access-Request, Access-Accept, Access-Reject, Access-Challenge and Accounting-Request, as digits:
/// 0 never, 1 at most once, 9 any, 2 exactly once.
#[rustfmt::skip]
const TABLE: &[(u8, [u8; 5])] = &[
    (1, [1, 1, 0, 0, 1]), (2, [1, 0, 0, 0, 0]), (3, [1, 0, 0, 0, 0]), (4, [1, 0, 0, 0, 1]), (5, [1, 0, 0, 0, 1]),
    (6, [1, 1, 0, 0, 1]), (7, [1, 1, 0, 0, 1]), (8, [1, 1, 0, 0, 1]), (9, [1, 1, 0, 0, 1]), (10, [0, 1, 0, 0, 1]),
    (11, [0, 9, 0, 0, 9]), (12, [1, 1, 0, 0, 1]), (13, [9, 9, 0, 0, 9]), (14, [9, 9, 0, 0, 9]), (15, [0, 1, 0, 0, 1]),
    (16, [0, 1, 0, 0, 1]), (18, [0, 9, 9, 9, 0]), (19, [1, 1, 0, 0, 1]), (20, [0, 1, 0, 0, 1]), (22, [0, 9, 0, 0, 9]),
    (23, [0, 1, 0, 0, 1]), (24, [1, 1, 0, 1, 0]), (25, [0, 9, 0, 0, 9]), (26, [9, 9, 0, 9, 9]), (27, [0, 1, 0, 1, 1]),
    (28, [0, 1, 0, 1, 1]), (29, [0, 1, 0, 0, 1]), (30, [1, 0, 0, 0, 1]), (31, [1, 0, 0, 0, 1]), (32, [1, 0, 0, 0, 1]),
    (33, [9, 9, 9, 9, 9]), (34, [1, 1, 0, 0, 1]), (35, [1, 1, 0, 0, 1]), (36, [1, 1, 0, 0, 1]), (37, [0, 1, 0, 0, 1]),
    (38, [0, 9, 0, 0, 1]), (39, [0, 1, 0, 0, 1]), (40, [0, 0, 0, 0, 2]), (41, [0, 0, 0, 0, 1]), (42, [0, 0, 0, 0, 1]),
    (43, [0, 0, 0, 0, 1]), (44, [1, 0, 0, 0, 2]), (45, [0, 0, 0, 0, 1]), (46, [0, 0, 0, 0, 1]), (47, [0, 0, 0, 0, 1]),
    (48, [0, 0, 0, 0, 1]), (49, [0, 0, 0, 0, 1]), (50, [9, 9, 9, 9, 9]), (51, [0, 0, 0, 0, 9]), (52, [0, 0, 0, 0, 1]),
    (53, [0, 0, 0, 0, 1]), (55, [0, 0, 0, 0, 1]), (60, [1, 0, 0, 0, 0]), (61, [1, 0, 0, 0, 1]), (62, [1, 1, 0, 0, 1]),
    (63, [1, 1, 0, 0, 1]), (70, [1, 0, 0, 0, 0]), (71, [0, 1, 0, 1, 0]), (72, [0, 1, 0, 0, 0]), (73, [1, 0, 0, 1, 0]),
    (74, [9, 0, 0, 9, 0]), (75, [0, 0, 1, 0, 0]), (76, [0, 0, 0, 1, 0]), (77, [1, 0, 0, 0, 9]), (78, [0, 9, 0, 0, 0]),
    (79, [9, 9, 9, 9, 0]), (80, [1, 1, 1, 1, 1]), (84, [0, 1, 0, 1, 0]), (85, [0, 1, 0, 0, 0]), (87, [1, 0, 0, 0, 1]),
    (88, [0, 1, 0, 0, 0]),
];

/// How often an attribute may occur in a packet of this code.
#[must_use]
pub fn of(code: Code, kind: Kind) -> Occurrence {
    let column = match code {
        Code::ACCESS_REQUEST => 0,
        Code::ACCESS_ACCEPT => 1,
        Code::ACCESS_REJECT => 2,
        Code::ACCESS_CHALLENGE => 3,
        Code::ACCOUNTING_REQUEST => 4,
        _ => return Occurrence::Any,
    };
    let row = TABLE.binary_search_by_key(&kind.0, |(kind, _)| *kind).ok().and_then(|row| TABLE.get(row));
    match row.and_then(|(_, columns)| columns.get(column)) {
        Some(0) => Occurrence::Never,
        Some(1) => Occurrence::AtMostOnce,
        Some(2) => Occurrence::Once,
        _ => Occurrence::Any,
    }
}

/// The attributes of a packet that occur too often or not often enough, by their types.
pub fn violations(packet: &Packet<'_>) -> impl Iterator<Item = Violation> {
    let mut counts = [0_usize; 256];
    for attribute in packet.attributes() {
        counts[usize::from(attribute.kind.0)] += 1;
    }
    let code = packet.code();
    let password = counts[usize::from(Kind::USER_PASSWORD.0)] > 0;
    (0..=u8::MAX).zip(counts).filter_map(move |(kind, count)| {
        let allowed = match Kind(kind) {
            Kind::CHAP_PASSWORD if password => Occurrence::Never,
            kind => of(code, kind),
        };
        (!allowed.allows(count)).then_some(Violation { kind: Kind(kind), count, allowed })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AttributeWriter as _, PacketBuilder, attr};
    use alloc::vec::Vec;

    #[test]
    fn the_table_is_in_order_and_says_only_what_it_can_say() {
        assert!(TABLE.is_sorted_by_key(|(kind, _)| *kind));
        assert!(TABLE.iter().all(|(_, columns)| columns.iter().all(|rule| matches!(rule, 0..=2 | 9))));
    }

    // spec: radius 6
    #[test]
    fn what_occurs_too_often_or_is_missing_is_named() {
        let mut out = [0; 128];
        let length = PacketBuilder::verbatim(&mut out, Code::ACCOUNTING_REQUEST, 1, [0; 16])
            .add(attr::USER_NAME, "a")
            .add(attr::USER_NAME, "b")
            .add(attr::ACCT_SESSION_ID, "1")
            .add(attr::REPLY_MESSAGE, "hello")
            .add(attr::CLASS, b"x")
            .add(attr::CLASS, b"y")
            .finish_verbatim()
            .unwrap();
        let found: Vec<_> = violations(&Packet::parse(&out[..length]).unwrap()).collect();
        let violation = |kind, count, allowed| Violation { kind: Kind(kind), count, allowed };
        assert_eq!(
            found,
            [
                violation(1, 2, Occurrence::AtMostOnce),
                violation(18, 1, Occurrence::Never),
                violation(40, 0, Occurrence::Once),
            ]
        );
        // RFC 2869 §5.19: of its own attributes, accounting knows the counters, the time, the port and Connect-Info.
        for (kind, want) in [(55, Occurrence::AtMostOnce), (77, Occurrence::Any), (85, Occurrence::Never)] {
            assert_eq!(of(Code::ACCOUNTING_REQUEST, Kind(kind)), want);
        }
        let mut both = [0; 128];
        let size = PacketBuilder::verbatim(&mut both, Code::ACCESS_REQUEST, 1, [0; 16])
            .octets(Kind::USER_PASSWORD, &[0; 16])
            .octets(Kind::CHAP_PASSWORD, &[0; 17])
            .finish_verbatim()
            .unwrap();
        let found: Vec<_> = violations(&Packet::parse(&both[..size]).unwrap()).collect();
        assert_eq!(found, [violation(3, 1, Occurrence::Never)]);
        out[0] = Code::COA_REQUEST.0;
        assert_eq!(violations(&Packet::parse(&out[..length]).unwrap()).count(), 0);
    }
}

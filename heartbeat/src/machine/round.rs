//! The query of one heartbeat and its attempts.

use super::event::Transmit;
use crate::Cipher;
use crate::dns::{Expected, Name, RecordType, write_query};
use crate::extension::ExtensionKey;
use crate::query::{Query, QueryType};
use crate::random::Random;
use crate::settings::Settings;
use alloc::vec::Vec;
use core::net::SocketAddr;

/// Lowest local port drawn, and how many (spec: heartbeat 7.3).
const SOURCE_PORTS: (u16, u64) = (1025, 64_510);

/// One heartbeat: the name, and so the trid, is the same in all attempts; the DNS id is new in each.
#[derive(Debug)]
pub(super) struct Round {
    pub(super) query: Query,
    /// Addresses not yet tried, IPv6 first.
    pub(super) pending: [Option<SocketAddr>; 2],
    /// How often the query of this attempt may be sent again.
    pub(super) retransmissions: u8,
    name: Name,
    id: u16,
    current: Option<Transmit>,
}

impl Round {
    pub(super) fn new(
        settings: &Settings,
        cipher: &Cipher,
        extension: Option<&ExtensionKey>,
        random: &mut impl Random,
        query_type: QueryType,
        retries: u32,
    ) -> Option<Self> {
        let trid = u32::from_be_bytes(random.octets());
        let mut query = Query {
            mac: settings.identity.mac,
            query_type,
            architecture: settings.identity.architecture,
            version: settings.identity.version,
            status: 0,
            trid: if settings.compat.trid31 { trid >> 1 } else { trid },
            retries,
            filler: random.octets(),
        };
        if let Some(extension) = extension.filter(|_| settings.hardening.auth_filler) {
            extension.tag_query(&mut query, random.octets());
        }
        let name = settings.name_of(query.seal(cipher).label().as_str()).ok()?;
        Some(Self { query, pending: [None; 2], retransmissions: 0, name, id: 0, current: None })
    }

    /// What a response must match.
    pub(super) const fn expected(&self) -> Expected<'_> {
        Expected { id: self.id, name: &self.name }
    }

    /// The datagram for the next address, if there is one.
    pub(super) fn next_attempt(&mut self, random: &mut impl Random) -> Option<Transmit> {
        let destination = self.pending.iter_mut().find_map(Option::take)?;
        self.id = u16::from_be_bytes(random.octets());
        let (lowest, count) = SOURCE_PORTS;
        let source_port = lowest.saturating_add(u16::try_from(random.below(count)).unwrap_or(0));
        let mut payload = Vec::new();
        // A vector has room.
        write_query(self.id, &self.name, RecordType::TXT, &mut payload).ok()?;
        let transmit = Transmit { destination, source_port, new_socket: true, payload };
        self.current = Some(transmit.clone());
        Some(transmit)
    }

    /// The datagram of this attempt once more.
    pub(super) fn again(&self) -> Option<Transmit> {
        self.current.clone().map(|transmit| Transmit { new_socket: false, ..transmit })
    }
}

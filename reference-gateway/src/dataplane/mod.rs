//! The packet path behind one trait: who may pass, what was counted, and who is who.
//!
//! | back end | what it does |
//! |---|---|
//! | [`none`] | leaves packets alone: something else redirects new clients and lets logged-in ones through |
//! | [`nftables`] | the kernel redirects, drops, counts, polices; clients are elements of sets |
//!
//! Beside `nftables` run [`dhcp`] (dnsmasq as a child), [`dns`] (the forwarder that learns garden addresses) and the
//! names of the garden; [`services`] starts and stops them.

mod alarms;
mod announce;
pub mod api;
pub mod dhcp;
pub mod dns;
#[doc(hidden)]
pub mod fuzzing;
mod names;
mod netlink;
pub mod nftables;
pub mod none;
mod rivals;
pub mod services;
mod setup;

use crate::garden::allowed::Entry;
use std::io;
use std::net::Ipv4Addr;
use std::time::Duration;
use wispr::gateway::{Mac, Parameters, Usage};

pub use announce::Announced;
pub use none::NoDataplane;
pub(crate) use setup::inside_address;
pub use setup::{Opened, check, close, open, stays_closed};

/// A client: its address, and its hardware address. One without the other gets nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pair {
    /// Its address.
    pub ip: Ipv4Addr,
    /// Its hardware address.
    pub mac: Mac,
}

/// What a client that is let through may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Grant {
    /// Bit/s from the client; 0 = no limit.
    pub up: u64,
    /// Bit/s to the client; 0 = no limit.
    pub down: u64,
    /// Octets from the client; 0 = no limit.
    pub max_from_client: u64,
    /// Octets to the client; 0 = no limit.
    pub max_to_client: u64,
    /// Octets of both directions; 0 = no limit.
    pub max_total: u64,
    /// When the door closes by itself, should the gateway not come back; `None` = never.
    pub dead_man: Option<Duration>,
}

impl Grant {
    /// How long the door stays open after the session should have ended.
    const GRACE: Duration = Duration::from_secs(120);
    /// What lasts longer never ends: kernels take no time of more than 584 years.
    const FOR_EVER: Duration = Duration::from_secs(100 * 365 * 86_400);

    /// What a session's parameters ask of the packet path. `left` is what is left of its time.
    #[must_use]
    pub fn new(parameters: &Parameters, left: Option<Duration>, swapoctets: bool) -> Self {
        let (input, output) = (parameters.max_input_octets, parameters.max_output_octets);
        // spec: radius-profile 6.1
        let (from, to) = if swapoctets { (input, output) } else { (output, input) };
        Self {
            up: parameters.bandwidth_max_up,
            down: parameters.bandwidth_max_down,
            max_from_client: from,
            max_to_client: to,
            max_total: parameters.max_total_octets,
            dead_man: left.filter(|left| *left < Self::FOR_EVER).map(|left| left + Self::GRACE),
        }
    }

    /// Whether it has any limit of bandwidth or octets.
    #[must_use]
    pub const fn is_capped(&self) -> bool {
        let octets = self.max_from_client | self.max_to_client | self.max_total;
        self.up | self.down | octets != 0
    }
}

/// What was counted for a client since it was let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meter {
    /// The client.
    pub pair: Pair,
    /// Its octets and packets.
    pub usage: Usage,
    /// One of its octet limits is used up: nothing passes any more.
    pub spent: bool,
}

/// What the gateway needs of a packet path.
pub trait Dataplane: Send {
    /// The MAC address that uses an IP address, if the client is known.
    fn mac_of(&self, address: Ipv4Addr) -> Option<Mac>;

    /// A client has a lease.
    ///
    /// # Errors
    /// What the kernel refused; so do the others.
    fn lease(&mut self, client: Pair) -> io::Result<()>;

    /// The DHCP server says that a client's lease has ended.
    ///
    /// # Errors
    /// See [`lease`](Self::lease).
    fn lease_ended(&mut self, client: Pair) -> io::Result<()>;

    /// The gateway forgets a client: if it has a lease, that ends.
    ///
    /// # Errors
    /// See [`lease`](Self::lease).
    fn release(&mut self, client: Pair) -> io::Result<()>;

    /// Lets a client through whose counters begin at `counted`, or changes what a client that is let through may do: its
    /// counters go on from where they are.
    ///
    /// # Errors
    /// See [`lease`](Self::lease). Nothing has changed then.
    fn open(&mut self, client: Pair, grant: &Grant, counted: Usage) -> io::Result<()>;

    /// Stops a client and says what was counted in the end; `None` if it was not let through. Its connections go on if it is
    /// let through again.
    ///
    /// # Errors
    /// See [`lease`](Self::lease).
    fn close(&mut self, client: Pair) -> io::Result<Option<Usage>>;

    /// Forgets the connections of a client that will not be let through again.
    fn cut(&mut self, client: Pair);

    /// Drops all packets of a client, or no longer.
    ///
    /// # Errors
    /// See [`lease`](Self::lease).
    fn block(&mut self, client: Mac, blocked: bool) -> io::Result<()>;

    /// What was counted for every client that is let through.
    ///
    /// # Errors
    /// See [`lease`](Self::lease).
    fn meters(&mut self) -> io::Result<Vec<Meter>>;

    /// Whether the side of the network where clients are has been gone for so long that their sessions are over.
    fn is_cut_off(&self) -> bool;

    /// Replaces the addresses, networks and ports of the garden.
    ///
    /// # Errors
    /// See [`lease`](Self::lease). The old ones stay then.
    fn set_garden(&mut self, garden: Vec<Entry>) -> io::Result<()>;

    /// Opens destinations to one client, in place of those that were: the garden of its session.
    ///
    /// # Errors
    /// See [`lease`](Self::lease). The old ones stay then.
    fn set_own_garden(&mut self, client: Pair, garden: &[Entry]) -> io::Result<()>;

    /// The addresses that are open because the DNS gave them for names of the garden.
    ///
    /// # Errors
    /// See [`lease`](Self::lease).
    fn learnt(&mut self) -> io::Result<Vec<Ipv4Addr>>;

    /// Makes whole again what somebody else has changed. Says whether that was so.
    ///
    /// # Errors
    /// See [`lease`](Self::lease). Nobody passes then.
    fn heal(&mut self) -> io::Result<bool>;

    /// The gateway comes to an orderly end: every trace is removed but what keeps the hotspot closed.
    fn remove(&mut self);
}

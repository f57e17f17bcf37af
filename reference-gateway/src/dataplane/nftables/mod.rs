//! The packet path in the kernel: one table of nftables, the gateway's alone.
//!
//! The gateway moves no packet. Rules are constant and clients are elements of sets, so that a login is one transaction
//! of a few microseconds and a packet costs the same with one client and with ten thousand. Every packet is checked:
//! there is no shortcut for established connections, and who logs off is cut at once.
//!
//! | set | holds |
//! |---|---|
//! | `lease4` | who has a lease |
//! | `auth4` | who may pass, with a timeout in case the gateway never comes back |
//! | `up4`, `dn4` | their addresses, with counters, if they have no limits |
//! | `cap_up4`, `cap_dn4` | the same for those who have any |
//! | `lim_up4`, `lim_dn4`, `quo_up4`, `quo_dn4` | the limits, of bandwidth and of octets |
//! | `blocked` | whose packets are all dropped |
//! | `gnet4`, `gsvc4`, `gdyn4` | the garden: addresses and networks, ports of them, addresses learnt from DNS |
//! | `own_net4`, `own_svc4` | the same for single clients, whose sessions have gardens of their own |
//! | `mac6`, `up6`, `dn6` | whose IPv6 may pass, and counters, if the configuration lets IPv6 through: see `v6` |
//!
//! A packet is looked up by hardware and IP address once, in `auth4`; then the IP address is enough, and cheaper. Whose it is
//! stands in the comment of the element that counts.
//!
//! A gateway that dies leaves all of this behind, and the next one goes on with it. In front of the table stands the
//! guard: without the table nothing is forwarded. There is one table in a network, so there is one gateway.

mod adoption;
mod care;
mod clients;
mod command;
mod conntrack;
mod contents;
mod garden;
pub(super) mod guard;
mod limits;
mod ruleset;
mod sole;
pub(super) mod table;
mod v6;

pub use clients::Passing;
pub(super) use command::PATH;
pub use ruleset::Plan;
pub(super) use ruleset::is_interface;

use super::netlink::Socket;
use super::none::neighbour_of;
use super::{Dataplane, Grant, Meter, Pair};
use crate::garden::allowed::Entry;
use clients::{Open, counted};
use conntrack::Cutter;
use garden::Opening;
use guard::Guard;
use limits::{Quota, lift};
use ruleset::{Present, counting};
use sole::Sole;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};
use table::{Carries, Key, Transaction};
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedSender;
use wispr::gateway::{Flow, Mac, Usage};

/// How long the clients' interface may be gone before their sessions end.
const PATIENCE: Duration = Duration::from_secs(10);

/// Has the kernel forward nothing that comes in by an interface unless our table marks it: whatever becomes of the start, the
/// hotspot is closed. Where another gateway is at work, that is its concern: rules with another mark would cut its clients off.
///
/// # Errors
/// One sentence: what is missing.
pub(super) fn close(inside: &str, mark: u32) -> Result<(), String> {
    drop(Sole::claim()?);
    Guard::close(inside, mark).map(drop).map_err(sentence)
}

/// Why there is no packet path.
fn sentence(error: io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            "dataplane nftables: the kernel does not permit it; run as root or with CAP_NET_ADMIN".to_owned()
        }
        _ => format!("dataplane nftables: {error}"),
    }
}

/// The packet path in the kernel.
pub struct Nftables {
    plan: Plan,
    socket: Socket,
    port: u32,
    guard: Guard,
    cutter: Cutter,
    leases: BTreeMap<Ipv4Addr, Mac>,
    open: BTreeMap<Ipv4Addr, Open>,
    blocked: BTreeSet<Mac>,
    /// What is open to single clients beside the garden.
    own: BTreeMap<Ipv4Addr, Vec<Opening>>,
    passing: Passing,
    /// Where leases go that the DHCP server is to end.
    released: Option<UnboundedSender<Pair>>,
    /// How often the table was made again.
    remade: Arc<AtomicU64>,
    /// Whose IPv6 may pass, and the session that it counts for.
    six: BTreeMap<Mac, Ipv4Addr>,
    /// The rules as they were loaded, and what of them depends on interfaces.
    rules: Vec<u64>,
    present: Present,
    /// The elements of sets that hold no clients, as they were loaded.
    constant: Vec<Vec<Vec<u8>>>,
    /// When the contents of sets were looked at last, and whether they have to be again.
    checked: Option<Instant>,
    suspect: bool,
    _sole: Sole,
}

impl Nftables {
    /// Puts the table into the kernel, or goes on with the one that a gateway before this one left.
    ///
    /// # Errors
    /// One sentence: what is missing.
    pub fn start(plan: Plan, allow_flow_offload: bool) -> Result<Self, String> {
        let sole = Sole::claim()?;
        let mut socket = table::open().map_err(sentence)?;
        let port = socket.port().map_err(sentence)?;
        let mut guard = Guard::raise(&plan).map_err(sentence)?;
        if let Some(address) = plan.address {
            guard.set_address(address).map_err(sentence)?;
        }
        let offloaded = table::flowtable_devices(&mut socket).map_err(sentence)?;
        let watched = || plan.outside.iter().chain([&plan.inside]);
        let device = watched().find(|device| offloaded.contains(device)).cloned();
        if let Some(device) = device
            && !allow_flow_offload
        {
            return Err(format!(
                "dataplane nftables: a flowtable offloads {device}, so that packets would pass uncounted and \
                 uncut; remove it, or set allowflowoffload"
            ));
        }
        let cutter = Cutter::start(plan.gateway);
        let mut path = Self {
            plan,
            socket,
            port,
            guard,
            cutter,
            leases: BTreeMap::new(),
            open: BTreeMap::new(),
            blocked: BTreeSet::new(),
            own: BTreeMap::new(),
            passing: Passing::default(),
            released: None,
            remade: Arc::default(),
            rules: Vec::new(),
            six: BTreeMap::new(),
            present: Present::default(),
            constant: Vec::new(),
            checked: None,
            suspect: false,
            _sole: sole,
        };
        path.adopt().map_err(sentence)?;
        Ok(path)
    }

    /// Who is let through.
    #[must_use]
    pub fn passing(&self) -> Passing {
        self.passing.clone()
    }

    /// How often the table was made again: what was learnt from DNS is lost then.
    #[must_use]
    pub fn remade(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.remade)
    }

    /// The port of the socket by which it changes its table: what others do to it is told with other ports.
    #[must_use]
    pub const fn port(&self) -> u32 {
        self.port
    }

    /// Says when the clients' interface has come back, perhaps as another one.
    #[must_use]
    pub fn returned(&self) -> Arc<Notify> {
        self.guard.returned()
    }

    /// Tells here which leases the DHCP server is to end.
    pub fn tell_released(&mut self, released: UnboundedSender<Pair>) {
        self.released = Some(released);
    }

    /// What the path was made for.
    #[must_use]
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }
}

impl Dataplane for Nftables {
    fn mac_of(&self, address: Ipv4Addr) -> Option<Mac> {
        self.leases.get(&address).copied().or_else(|| neighbour_of(address))
    }

    fn lease(&mut self, client: Pair) -> io::Result<()> {
        if let Some(mac) = self.leases.get(&client.ip).copied().filter(|mac| *mac != client.mac) {
            self.lease_ended(Pair { ip: client.ip, mac })?;
        }
        let mut transaction = Transaction::begin(&mut self.socket);
        transaction.add("lease4", Key::Pair(client), &Carries::default());
        transaction.commit()?;
        self.leases.insert(client.ip, client.mac);
        // Without it a second client could draw the answers for this one to itself.
        if let Err(error) = self.guard.bind_neighbour(client) {
            tracing::warn!(client = %client.ip, %error, "the neighbour entry of a lease cannot be set");
        }
        Ok(())
    }

    fn release(&mut self, client: Pair) -> io::Result<()> {
        let leased = self.leases.get(&client.ip) == Some(&client.mac);
        if let (true, Some(released)) = (leased, &self.released) {
            let _ = released.send(client);
        }
        self.lease_ended(client)
    }

    fn lease_ended(&mut self, client: Pair) -> io::Result<()> {
        if self.leases.get(&client.ip) != Some(&client.mac) {
            return Ok(());
        }
        self.leases.remove(&client.ip);
        self.guard.free_neighbour(client);
        let mut transaction = Transaction::begin(&mut self.socket);
        transaction.clear("lease4", Key::Pair(client));
        transaction.commit().map(|_| ())
    }

    fn open(&mut self, client: Pair, grant: &Grant, counted: Usage) -> io::Result<()> {
        let Some(open) = self.open.get(&client.ip) else {
            return self.admit(client, grant, counted);
        };
        let before = Pair { ip: client.ip, mac: open.mac };
        if before == client && open.capped == grant.is_capped() {
            let (capped, quotas) = (open.capped, open.quotas.clone());
            let counted = self.usage_of(client, capped)?;
            return self.change(client, grant, counted, Some(&quotas));
        }
        // Counters that go on elsewhere stand still for a moment.
        let last = self.close(before)?.filter(|_| before == client);
        self.admit(client, grant, last.unwrap_or(counted))
    }

    fn close(&mut self, client: Pair) -> io::Result<Option<Usage>> {
        if self.open.get(&client.ip).is_none_or(|open| open.mac != client.mac) {
            return Ok(None);
        }
        let Some(open) = self.open.remove(&client.ip) else { return Ok(None) };
        self.passing.set(client.ip, false);
        let six = self.has6(client);
        let [up, down] = counting(open.capped);
        let mut transaction = Transaction::begin(&mut self.socket);
        if six {
            v6::withdraw(&mut transaction, client.mac);
        }
        transaction
            .clear("auth4", Key::Pair(client))
            .take(up, Key::Ip(client.ip))
            .take(down, Key::Ip(client.ip));
        if open.capped {
            transaction.clear("lim_up4", Key::Ip(client.ip)).clear("lim_dn4", Key::Ip(client.ip));
        }
        lift(&mut transaction, client.ip, &open.quotas);
        let told = match transaction.commit() {
            Ok(told) => told,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                // Somebody else emptied the table, or a part of it. What is left of it counts; else what was read last.
                let usage = self.shut(client, &open);
                self.six.retain(|_, ip| *ip != client.ip);
                let healed =
                    self.heal().inspect_err(|error| tracing::error!(%error, "the packet path is broken"));
                if !matches!(healed, Ok(true))
                    && let Err(error) = self.sweep(client, &open.quotas)
                {
                    self.passing.set(client.ip, true);
                    self.open.insert(client.ip, open);
                    self.six.extend(six.then_some((client.mac, client.ip)));
                    return Err(error);
                }
                return Ok(Some(usage));
            }
            Err(error) => {
                self.passing.set(client.ip, true);
                self.open.insert(client.ip, open);
                return Err(error);
            }
        };
        if six {
            self.six.remove(&client.mac);
        }
        let told = |set: &str| {
            told.iter().find(|(name, _)| name == set).map(|(_, element)| v6::told(set, element.counted))
        };
        let counted = |set: &str, set6: &str, before: Flow| {
            let counted = told(set).zip(if six { told(set6) } else { Some(Flow::default()) });
            counted.map_or(before, |(four, six)| four.plus(six))
        };
        let [up6, down6] = v6::COUNTING;
        Ok(Some(Usage {
            from_client: counted(up, up6, open.usage.from_client),
            to_client: counted(down, down6, open.usage.to_client),
        }))
    }

    fn cut(&mut self, client: Pair) {
        self.cutter.cut(client.ip);
    }

    fn block(&mut self, client: Mac, blocked: bool) -> io::Result<()> {
        if !blocked && !self.blocked.contains(&client) {
            return Ok(());
        }
        let mut transaction = Transaction::begin(&mut self.socket);
        transaction.clear("blocked", Key::Mac(client));
        if blocked {
            transaction.add("blocked", Key::Mac(client), &Carries::default());
        }
        // Who passes is not looked up in the set of the blocked.
        for (&ip, open) in self.open.iter().filter(|(_, open)| open.mac == client) {
            let six = self.six.get(&client) == Some(&ip);
            let doors = [
                Some(("auth4", Key::Pair(Pair { ip, mac: client }))),
                six.then_some((v6::AUTH, Key::Mac(client))),
            ];
            for (set, key) in doors.into_iter().flatten() {
                if blocked {
                    transaction.clear(set, key);
                } else {
                    transaction.set(set, key, &Carries { timeout: open.left(), ..Carries::default() });
                }
            }
        }
        transaction.commit()?;
        if blocked {
            self.blocked.insert(client);
        } else {
            self.blocked.remove(&client);
        }
        Ok(())
    }

    fn meters(&mut self) -> io::Result<Vec<Meter>> {
        if let Err(error) = self.look_after() {
            tracing::error!(%error, "the packet path cannot be made whole; it is tried again");
        }
        if !self.read()? {
            self.make_whole()?;
        }
        let limited = self.open.values().any(|open| !open.quotas.is_empty());
        let quotas = if limited { table::quotas(&mut self.socket)? } else { Vec::new() };
        let spent: HashSet<String> = quotas.into_iter().filter(|q| q.spent).map(|q| q.name).collect();
        let mut meters = Vec::with_capacity(self.open.len());
        for (&ip, open) in &self.open {
            let pair = Pair { ip, mac: open.mac };
            let spent = open.quotas.iter().any(|quota| spent.contains(&quota.name()));
            meters.push(Meter { pair, usage: open.usage, spent });
        }
        Ok(meters)
    }

    fn is_cut_off(&self) -> bool {
        self.guard.is_absent_for(PATIENCE)
    }

    fn set_garden(&mut self, garden: Vec<Entry>) -> io::Result<()> {
        if self.plan.garden != garden {
            let before = std::mem::replace(&mut self.plan.garden, garden);
            let loaded = self.load(Plan::renewed);
            if loaded.is_err() {
                self.plan.garden = before;
            }
            return loaded;
        }
        Ok(())
    }

    fn set_own_garden(&mut self, client: Pair, garden: &[Entry]) -> io::Result<()> {
        self.open_own(client, garden)
    }

    fn learnt(&mut self) -> io::Result<Vec<Ipv4Addr>> {
        let mut addresses: Vec<_> =
            table::dump(&mut self.socket, "gdyn4")?.iter().filter_map(|element| element.ip).collect();
        addresses.sort_unstable();
        Ok(addresses)
    }

    fn heal(&mut self) -> io::Result<bool> {
        self.make_whole()
    }

    fn remove(&mut self) {
        for (&ip, &mac) in &self.leases {
            self.guard.free_neighbour(Pair { ip, mac });
        }
        let tables = self.plan.families().iter();
        let text = tables
            .map(|family| format!("table {family} {0} {{ }}\ndelete table {family} {0}\n", ruleset::TABLE));
        if let Err(error) = command::load(&text.collect::<String>()) {
            tracing::error!(%error, "the packet path cannot be removed");
        }
        self.guard.lower();
    }
}

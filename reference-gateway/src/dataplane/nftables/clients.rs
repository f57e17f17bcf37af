//! Clients that are let through: what the kernel has of each, and what was counted.

use super::super::{Grant, Pair};
use super::Nftables;
use super::limits::{Quota, impose, lift, limit};
use super::ruleset::counting;
use super::table::{self, Carries, Element, Key, Transaction};
use super::v6;
use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use wispr::gateway::{Flow, Mac, Usage};

/// Who is let through, for those who have to know: the DNS forwarder asks at each query.
#[derive(Clone, Debug, Default)]
pub struct Passing(Arc<Mutex<BTreeSet<Ipv4Addr>>>);

impl Passing {
    /// Whether a client is let through.
    #[must_use]
    pub fn contains(&self, client: Ipv4Addr) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&client)
    }

    pub(super) fn set(&self, client: Ipv4Addr, passes: bool) {
        let mut set = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if passes {
            set.insert(client);
        } else {
            set.remove(&client);
        }
    }
}

/// A client that is let through.
pub(super) struct Open {
    pub(super) mac: Mac,
    pub(super) grant: Grant,
    pub(super) quotas: Vec<Quota>,
    pub(super) usage: Usage,
    /// When the door closes by itself.
    pub(super) until: Option<Instant>,
    /// Whether it is counted where limits are looked at.
    pub(super) capped: bool,
}

impl Open {
    /// What is left until the door closes by itself.
    pub(super) fn left(&self) -> Option<Duration> {
        self.until.map(|until| until.saturating_duration_since(Instant::now()))
    }
}
impl Nftables {
    /// What was counted for one client until now.
    pub(super) fn usage_of(&mut self, client: Pair, capped: bool) -> io::Result<Usage> {
        let [up, down] = counting(capped);
        let from_client = table::look_up(&mut self.socket, up, Key::Ip(client.ip))?.counted;
        let to_client = table::look_up(&mut self.socket, down, Key::Ip(client.ip))?.counted;
        let usage = Usage { from_client, to_client };
        if self.has6(client) { Ok(usage.plus(self.usage6(client.mac)?)) } else { Ok(usage) }
    }

    /// Reads what was counted for all clients. Says whether all of them are counted still.
    pub(super) fn read(&mut self) -> io::Result<bool> {
        let (mut up, mut down) = (HashMap::new(), HashMap::new());
        for [up_set, down_set] in [false, true].map(counting) {
            up.extend(counted(&table::dump(&mut self.socket, up_set)?, |e| e.ip));
            down.extend(counted(&table::dump(&mut self.socket, down_set)?, |e| e.ip));
        }
        let six = self.read6()?;
        let mut all = true;
        for (ip, open) in &mut self.open {
            let mut counted = [up.get(ip).copied(), down.get(ip).copied()];
            if self.six.get(&open.mac) == Some(ip) {
                let six = six.get(&open.mac).map(|usage| [usage.from_client, usage.to_client]);
                let both = |number: usize| Some(counted[number]?.plus(six?[number]));
                counted = [both(0), both(1)];
            }
            let [from_client, to_client] = counted;
            all &= from_client.is_some() && to_client.is_some();
            open.usage = Usage {
                from_client: from_client.unwrap_or(open.usage.from_client),
                to_client: to_client.unwrap_or(open.usage.to_client),
            };
        }
        Ok(all)
    }

    /// Lets a client through that is not.
    pub(super) fn admit(&mut self, client: Pair, grant: &Grant, counted: Usage) -> io::Result<()> {
        match self.change(client, grant, counted, None) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                // Whoever left an element behind.
                self.sweep(client, &Quota::of(client.ip, grant))?;
                self.change(client, grant, counted, None)
            }
            outcome => outcome,
        }
    }

    /// Sets what a client may do, in one transaction. `before` are the quotas of a client that is let through already.
    pub(super) fn change(
        &mut self,
        client: Pair,
        grant: &Grant,
        counted: Usage,
        before: Option<&[Quota]>,
    ) -> io::Result<()> {
        let quotas = Quota::of(client.ip, grant);
        let capped = grant.is_capped();
        let [up, down] = counting(capped);
        let owner = Some(client.mac);
        let from_client = Carries { counter: Some(counted.from_client), owner, ..Carries::default() };
        let to_client = Carries { counter: Some(counted.to_client), ..Carries::default() };
        let auth = Carries { timeout: grant.dead_man, ..Carries::default() };
        let (six, goes_on) = (self.wants6(client, grant), self.has6(client));
        let mut transaction = Transaction::begin(&mut self.socket);
        if let Some(before) = before {
            lift(&mut transaction, client.ip, before);
            transaction
                .set("auth4", Key::Pair(client), &auth)
                .clear("lim_up4", Key::Ip(client.ip))
                .clear("lim_dn4", Key::Ip(client.ip));
        } else {
            transaction
                .create("auth4", Key::Pair(client), &auth)
                .create(up, Key::Ip(client.ip), &from_client)
                .create(down, Key::Ip(client.ip), &to_client);
        }
        if six {
            v6::admit(&mut transaction, client.mac, grant.dead_man, goes_on);
        }
        limit(&mut transaction, client.ip, grant);
        impose(&mut transaction, client.ip, &quotas, counted);
        transaction.commit()?;
        if six {
            self.six.insert(client.mac, client.ip);
        }
        let until = grant.dead_man.map(|left| Instant::now() + left);
        let open = Open { mac: client.mac, grant: *grant, quotas, usage: counted, until, capped };
        self.open.insert(client.ip, open);
        self.passing.set(client.ip, true);
        Ok(())
    }
}

pub(super) fn counted<K: Eq + Hash>(
    elements: &[Element],
    key: fn(&Element) -> Option<K>,
) -> HashMap<K, Flow> {
    elements.iter().filter_map(|element| Some((key(element)?, element.counted))).collect()
}

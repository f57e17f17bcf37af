//! Looking after the table: rules that somebody changed, interfaces that come and go, clients of whom a part is missing.

use super::super::Pair;
use super::garden::own;
use super::limits::{Quota, forget, impose, limit};
use super::ruleset::{Kept, Plan, Present, State, TABLE, counting};
use super::table::{self, Key, Transaction};
use super::{Nftables, Open, command, v6};
use std::io;
use std::sync::atomic::Ordering;
use wispr::gateway::{Flow, Usage};

impl Nftables {
    /// Has the kernel load a text that is made of the plan and of what depends on interfaces.
    pub(super) fn load(&mut self, text: impl FnOnce(&Plan, &Present) -> String) -> io::Result<()> {
        let present = self.plan.present(&self.guard.interfaces()?);
        command::load(&text(&self.plan, &present))?;
        self.present = present;
        // If the rules cannot be read, whoever looks after the path begins again.
        self.rules.clear();
        self.constant = self.constant_elements()?;
        self.rules = table::find(&mut self.socket)?.unwrap_or_default().rules;
        Ok(())
    }

    /// Tries again what failed before, and follows interfaces that came, went, or were made again.
    pub(super) fn look_after(&mut self) -> io::Result<()> {
        if self.guard.mend()? {
            tracing::error!(
                "somebody else removed the routing rules that keep the hotspot closed without the packet path (`ip rule`, \
                 preference 50); they are there again"
            );
        }
        if self.rules.is_empty() || std::mem::take(&mut self.suspect) {
            self.make_whole()?;
        }
        let interfaces = self.guard.interfaces()?;
        self.guard.follow(&interfaces, self.plan.address, &self.leases)?;
        if self.plan.present(&interfaces) != self.present {
            tracing::info!("an interface came or went: the packet path follows");
            self.load(Plan::renewed)?;
        }
        Ok(())
    }

    /// Makes the table again if it is not what was loaded. Says whether that was so.
    pub(super) fn make_whole(&mut self) -> io::Result<bool> {
        let same = table::find(&mut self.socket)?.is_some_and(|table| table.rules == self.rules);
        let damaged = if same { self.damaged()? } else { Some("its rules") };
        let Some(damaged) = damaged else { return Ok(false) };
        if !self.rules.is_empty() {
            tracing::error!(
                damaged,
                "somebody else changed the table inet {TABLE}, which is made again; `nft monitor` shows who does that"
            );
        }
        // What is there still is newer than what was read last.
        let _ = self.read();
        let learnt = table::dump(&mut self.socket, "gdyn4").unwrap_or_default();
        let state = State {
            learnt: learnt.iter().filter_map(|element| element.ip.zip(element.left)).collect(),
            leases: self.leases.iter().map(|(&ip, &mac)| Pair { ip, mac }).collect(),
            open: self
                .open
                .iter()
                .map(|(&ip, open)| {
                    let pair = Pair { ip, mac: open.mac };
                    let (counted, timeout, capped) = (open.usage, open.left(), open.capped);
                    Kept { pair, counted, timeout, capped, six: self.has6(pair) }
                })
                .collect(),
            blocked: self.blocked.iter().copied().collect(),
        };
        self.load(|plan, present| plan.fresh(&state, present))?;
        self.remade.fetch_add(1, Ordering::Relaxed);
        let mut outcome = Ok(());
        for (ip, open) in &self.open {
            let mut transaction = Transaction::begin(&mut self.socket);
            limit(&mut transaction, *ip, &open.grant);
            impose(&mut transaction, *ip, &open.quotas, open.usage);
            // The others get theirs all the same.
            outcome = transaction.commit().and(outcome);
        }
        for (ip, openings) in &self.own {
            let mut transaction = Transaction::begin(&mut self.socket);
            own(&mut transaction, *ip, openings);
            outcome = transaction.commit().and(outcome);
        }
        if outcome.is_err() {
            // So that it is tried again.
            self.rules.clear();
        }
        outcome.map(|()| true)
    }

    /// Shuts the door to a client that some part of may be missing, and says what was counted.
    pub(super) fn shut(&mut self, client: Pair, open: &Open) -> Usage {
        let six = self.has6(client);
        let mut transaction = Transaction::begin(&mut self.socket);
        transaction.clear("auth4", Key::Pair(client));
        if six {
            transaction.clear(v6::AUTH, Key::Mac(client.mac));
        }
        // Without a table there is no door.
        let _ = transaction.commit();
        let mut last = |number: usize, before: Flow| {
            let four = table::look_up(&mut self.socket, counting(open.capped)[number], Key::Ip(client.ip));
            let Ok(four) = four else { return before };
            if !six {
                return four.counted;
            }
            let set = v6::COUNTING[number];
            let six = table::look_up(&mut self.socket, set, Key::Mac(client.mac));
            six.map_or(before, |six| four.counted.plus(v6::told(set, six.counted)))
        };
        Usage { from_client: last(0, open.usage.from_client), to_client: last(1, open.usage.to_client) }
    }

    /// Removes every trace of a client that some part of may be missing.
    pub(super) fn sweep(&mut self, client: Pair, quotas: &[Quota]) -> io::Result<()> {
        let ip = Key::Ip(client.ip);
        let mut transaction = Transaction::begin(&mut self.socket);
        transaction.clear("auth4", Key::Pair(client));
        for set in [false, true].map(counting).as_flattened() {
            transaction.clear(set, ip);
        }
        transaction.clear("lim_up4", ip).clear("lim_dn4", ip);
        if self.plan.ipv6 && !self.six.contains_key(&client.mac) {
            v6::sweep(&mut transaction, client.mac);
        }
        match transaction.commit() {
            // Without a table there is no trace.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            outcome => outcome?,
        };
        for quota in quotas {
            forget(&mut self.socket, client.ip, quota)?;
        }
        Ok(())
    }
}

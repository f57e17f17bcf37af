//! Looking after the table: rules that somebody changed, interfaces that come and go, clients of whom a part is missing.

use super::super::Pair;
use super::garden::own;
use super::limits::{Quota, forget, impose, limit};
use super::ruleset::{Kept, Plan, State, TABLE, counting};
use super::table::{self, Key, Transaction};
use super::{Nftables, Open, command};
use std::io;
use std::sync::atomic::Ordering;
use wispr::gateway::{Flow, Usage};

impl Nftables {
    /// Has the kernel load a text that is made of the plan and of what depends on interfaces.
    pub(super) fn load(&mut self, text: impl FnOnce(&Plan, &str) -> String) -> io::Result<()> {
        self.usual = self.plan.usual(&self.guard.interfaces()?);
        command::load(&text(&self.plan, &self.usual))?;
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
        if self.plan.usual(&interfaces) != self.usual {
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
                .map(|(&ip, open)| Kept {
                    pair: Pair { ip, mac: open.mac },
                    counted: open.usage,
                    timeout: open.left(),
                    capped: open.capped,
                })
                .collect(),
            blocked: self.blocked.iter().copied().collect(),
        };
        self.load(|plan, usual| plan.fresh(&state, usual))?;
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
        let mut transaction = Transaction::begin(&mut self.socket);
        transaction.clear("auth4", Key::Pair(client));
        // Without a table there is no door.
        let _ = transaction.commit();
        let [up, down] = counting(open.capped);
        let mut last = |set: &str, before: Flow| {
            let element = table::look_up(&mut self.socket, set, Key::Ip(client.ip));
            element.map_or(before, |element| element.counted)
        };
        Usage { from_client: last(up, open.usage.from_client), to_client: last(down, open.usage.to_client) }
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

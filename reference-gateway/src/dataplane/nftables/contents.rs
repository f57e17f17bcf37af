//! Whether the sets hold what they are to hold: somebody else may have removed elements, or let somebody in.
//!
//! The kernel tells of every change of elements and whose it was, so all of them are looked at only when it was somebody
//! else's: with thousands of clients that takes longer than to read what was counted.

use super::super::Pair;
use super::Nftables;
use super::limits::rates;
use super::ruleset::counting;
use super::table::{self, Key};
use super::v6;
use std::collections::{BTreeMap, HashSet};
use std::io;
use std::time::{Duration, Instant};

/// The sets that hold no clients: they are what `nft` made of the configuration.
const CONSTANT: [&str; 3] = ["gnet4", "gsvc4", "private4"];
/// The sets of those who pass: nobody else may be in them.
const DOORS: [&str; 2] = ["auth4", v6::AUTH];
/// Between two looks: whoever changes elements all the time does not keep the gateway from its work.
const PAUSE: Duration = Duration::from_secs(1);
/// The kernel closes a door in time; shortly before that it may be closed or not.
const SOON: Duration = Duration::from_secs(2);

type Keys = HashSet<Vec<u8>>;

impl Nftables {
    /// The elements of the sets that hold no clients.
    pub(super) fn constant_elements(&mut self) -> io::Result<Vec<Vec<Vec<u8>>>> {
        let mut all = Vec::with_capacity(CONSTANT.len());
        for set in CONSTANT {
            let mut keys = table::keys(&mut self.socket, set)?;
            keys.sort_unstable();
            all.push(keys);
        }
        Ok(all)
    }

    /// The first set that lacks an element, or lets a stranger pass. Where all was looked at a moment ago, that is put off to
    /// the next reading of the counters.
    pub(super) fn damaged(&mut self) -> io::Result<Option<&'static str>> {
        if self.checked.is_some_and(|checked| checked.elapsed() < PAUSE) {
            self.suspect = true;
            return Ok(None);
        }
        self.checked = Some(Instant::now());
        let constant = self.constant_elements()?;
        let differs = constant.iter().zip(&self.constant).position(|(there, loaded)| there != loaded);
        if let Some(set) = differs.and_then(|number| CONSTANT.get(number)) {
            return Ok(Some(set));
        }
        let (wanted, may_pass) = (self.wanted(), self.may_pass());
        for (set, keys) in wanted {
            let there: Keys = table::keys(&mut self.socket, set)?.into_iter().collect();
            if !keys.is_subset(&there) || DOORS.contains(&set) && !there.is_subset(&may_pass) {
                return Ok(Some(set));
            }
        }
        Ok(None)
    }

    /// What has to be in the sets that hold clients.
    fn wanted(&self) -> BTreeMap<&'static str, Keys> {
        let mut wanted = BTreeMap::from([("auth4", Keys::new())]);
        if self.plan.ipv6 {
            wanted.insert(v6::AUTH, Keys::new());
        }
        let mut add = |set: &'static str, key: Key<'_>| {
            wanted.entry(set).or_default().insert(key.octets());
        };
        for (&ip, &mac) in &self.leases {
            add("lease4", Key::Pair(Pair { ip, mac }));
        }
        for &mac in &self.blocked {
            add("blocked", Key::Mac(mac));
        }
        for (&ip, open) in &self.open {
            let pair = Pair { ip, mac: open.mac };
            let six = self.has6(pair);
            if !self.blocked.contains(&open.mac) && open.left().is_none_or(|left| left > SOON) {
                add("auth4", Key::Pair(pair));
                if six {
                    add(v6::AUTH, Key::Mac(open.mac));
                }
            }
            if six {
                v6::COUNTING.iter().for_each(|set| add(set, Key::Mac(open.mac)));
            }
            let limits = rates(&open.grant).map(|(set, _)| set);
            let quotas = open.quotas.iter().flat_map(|quota| quota.maps()).copied();
            for set in counting(open.capped).into_iter().chain(limits).chain(quotas) {
                add(set, Key::Ip(ip));
            }
        }
        for (&ip, openings) in &self.own {
            for opening in openings {
                add(opening.own_set(), Key::Own(ip, opening));
            }
        }
        wanted
    }

    /// Who may be in the sets of those who pass.
    fn may_pass(&self) -> Keys {
        let open = self.open.iter().map(|(&ip, open)| Pair { ip, mac: open.mac });
        let open = open.filter(|pair| !self.blocked.contains(&pair.mac));
        let keys = open.flat_map(|pair| {
            [Some(Key::Pair(pair).octets()), self.has6(pair).then(|| Key::Mac(pair.mac).octets())]
        });
        keys.flatten().collect()
    }
}

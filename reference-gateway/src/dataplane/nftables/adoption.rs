//! Going on with the table that a gateway before this one left.

use super::super::{Grant, Pair};
use super::garden::without_own;
use super::ruleset::{self, Kept, Plan, Present, State, counting};
use super::table::{self, Element};
use super::{Nftables, Open, Quota, command, counted};
use std::collections::{BTreeSet, HashMap};
use std::io;
use std::time::{Duration, Instant};
use wispr::gateway::{Mac, Usage};

impl Nftables {
    /// Takes over what a gateway before this one left, and loads the rules.
    pub(super) fn adopt(&mut self) -> io::Result<()> {
        let table = table::find(&mut self.socket)?;
        let ours = table.as_ref().is_some_and(|table| table.comment.as_deref() == Some(ruleset::COMMENT));
        let left = table.and_then(|_| self.left_behind().ok());
        match left {
            None => self.load(|plan, present| plan.fresh(&State::default(), present))?,
            Some((state, whole)) => {
                // Fewer may be allowed now than there are; in sets without room nobody could be changed, not even who stays.
                let there = state.open.len().max(state.leases.len()).max(state.blocked.len());
                self.plan.clients = self.plan.clients.max(u32::try_from(there).unwrap_or(u32::MAX));
                // Sessions open theirs again when they are restored.
                let renewed = |plan: &Plan, present: &Present| plan.renewed(present) + &without_own();
                let loaded = ours && whole && self.load(renewed).is_ok();
                if !loaded {
                    self.load(|plan, present| plan.fresh(&state, present))?;
                }
                tracing::info!(
                    clients = state.open.len(),
                    "went on with the packet path that was left behind"
                );
                self.leases = state.leases.iter().map(|pair| (pair.ip, pair.mac)).collect();
                self.blocked = state.blocked.into_iter().collect();
                let quotas = table::quotas(&mut self.socket)?;
                for kept in state.open {
                    let open = Open {
                        mac: kept.pair.mac,
                        grant: Grant::default(),
                        quotas: Quota::left_behind(kept.pair.ip, &quotas),
                        usage: kept.counted,
                        until: kept.timeout.map(|left| Instant::now() + left),
                        capped: kept.capped,
                    };
                    self.passing.set(kept.pair.ip, true);
                    self.open.insert(kept.pair.ip, open);
                    self.six.extend(kept.six.then_some((kept.pair.mac, kept.pair.ip)));
                }
            }
        }
        if !self.plan.ipv6 && table::is_left_where_packets_leave(&mut self.socket) {
            command::load(&format!("delete table netdev {}\n", ruleset::TABLE))?;
        }
        Ok(())
    }

    /// What a gateway before this one left, and whether that is all there is: every client is counted in both directions,
    /// once, and nobody else may pass.
    fn left_behind(&mut self) -> io::Result<(State, bool)> {
        let leases = self.elements("lease4")?.iter().filter_map(Element::pair).collect();
        let blocked: Vec<Mac> = self.elements("blocked")?.into_iter().filter_map(|e| e.mac).collect();
        let mut timeouts: HashMap<Pair, Option<Duration>> = HashMap::new();
        for element in self.elements("auth4")? {
            timeouts.extend(element.pair().map(|pair| (pair, element.left)));
        }
        let mut six = self.left_behind6()?;
        let (mut open, mut seen, mut whole) = (Vec::new(), BTreeSet::new(), true);
        for capped in [false, true] {
            let [up, down] = counting(capped);
            let mut down = counted(&self.elements(down)?, |e| e.ip);
            for element in self.elements(up)? {
                let to_client = element.ip.and_then(|ip| down.remove(&ip));
                let pair = element.pair().filter(|pair| seen.insert(pair.ip));
                whole &= to_client.is_some() && pair.is_some();
                let Some(pair) = pair else { continue };
                let mut counted =
                    Usage { from_client: element.counted, to_client: to_client.unwrap_or_default() };
                let counted6 = six.counted.remove(&pair.mac);
                if let Some(counted6) = counted6 {
                    six.all.remove(&pair.mac);
                    counted = counted.plus(counted6);
                }
                // The dead man closed the door: the session is over, but its counters are wanted.
                let timeout = timeouts.remove(&pair).unwrap_or(Some(Duration::ZERO));
                let six = self.plan.ipv6 && counted6.is_some();
                whole &= six == counted6.is_some();
                open.push(Kept { pair, counted, timeout, capped, six });
            }
            whole &= down.is_empty();
        }
        whole &= timeouts.is_empty() && six.all.is_empty();
        Ok((State { leases, open, blocked, learnt: Vec::new() }, whole))
    }

    /// The elements of a set; none if an older table does not have it.
    pub(super) fn elements(&mut self, set: &str) -> io::Result<Vec<Element>> {
        match table::dump(&mut self.socket, set) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            outcome => outcome,
        }
    }
}

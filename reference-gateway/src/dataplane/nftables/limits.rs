//! Limits of a client, of bandwidth and of octets, as elements and objects of the table.

use super::super::Grant;
use super::super::netlink::Socket;
use super::table::{Carries, Key, QuotaObject, Transaction};
use std::io;
use std::net::Ipv4Addr;
use wispr::gateway::Usage;

/// Octets a second that no client reaches: beyond 118 Gbit/s the kernel refuses a limit.
const FASTEST: u64 = 100_000_000_000 / 8;
/// Octets that no session reaches: the kernel's own limit of a quota, less one for what would use up the last octet.
const MOST: u64 = i64::MAX as u64 - 1;

/// What a limit of octets is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counts {
    Total,
    FromClient,
    ToClient,
}

/// A limit of octets in the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quota {
    client: Ipv4Addr,
    counts: Counts,
    octets: u64,
}

impl Quota {
    /// One quota can serve both directions. Where the total is limited, the limits of directions are left to the
    /// machine, which looks at every reading of the counters.
    pub(super) fn of(client: Ipv4Addr, grant: &Grant) -> Vec<Self> {
        // The kernel drops what would use up the last octet.
        let quota = |counts, limit: u64| Self { client, counts, octets: limit + 1 };
        let is_limit = |limit: u64| (1..=MOST).contains(&limit);
        if is_limit(grant.max_total) {
            return vec![quota(Counts::Total, grant.max_total)];
        }
        let limits = [(Counts::FromClient, grant.max_from_client), (Counts::ToClient, grant.max_to_client)];
        limits
            .into_iter()
            .filter(|(_, limit)| is_limit(*limit))
            .map(|(counts, limit)| quota(counts, limit))
            .collect()
    }

    /// The quotas of a client among those that the kernel has.
    pub(super) fn left_behind(client: Ipv4Addr, objects: &[QuotaObject]) -> Vec<Self> {
        let all = [Counts::Total, Counts::FromClient, Counts::ToClient];
        let find = |counts| {
            let quota = Self { client, counts, octets: 0 };
            let object = objects.iter().find(|object| object.name == quota.name())?;
            Some(Self { octets: object.octets, ..quota })
        };
        all.into_iter().filter_map(find).collect()
    }

    pub(super) fn name(self) -> String {
        let letter = match self.counts {
            Counts::Total => 't',
            Counts::FromClient => 'u',
            Counts::ToClient => 'd',
        };
        format!("{letter}{:08x}", u32::from(self.client))
    }

    /// The maps that lead to it.
    pub(super) const fn maps(self) -> &'static [&'static str] {
        match self.counts {
            Counts::Total => &["quo_up4", "quo_dn4"],
            Counts::FromClient => &["quo_up4"],
            Counts::ToClient => &["quo_dn4"],
        }
    }

    /// How much of it that is.
    const fn used(self, usage: Usage) -> u64 {
        match self.counts {
            Counts::Total => usage.from_client.octets.saturating_add(usage.to_client.octets),
            Counts::FromClient => usage.from_client.octets,
            Counts::ToClient => usage.to_client.octets,
        }
    }
}

/// The sets that limit the bandwidth of a client, with octets a second.
pub(super) fn rates(grant: &Grant) -> impl Iterator<Item = (&'static str, u64)> {
    let limited = [("lim_up4", grant.up), ("lim_dn4", grant.down)].into_iter().filter(|(_, bits)| *bits != 0);
    // A rate of less than one octet a second would be none.
    limited.map(|(set, bits)| (set, (bits / 8).max(1))).filter(|(_, octets)| *octets <= FASTEST)
}

/// Puts the limits of bandwidth into place.
pub(super) fn limit(transaction: &mut Transaction<'_>, ip: Ipv4Addr, grant: &Grant) {
    for (set, octets) in rates(grant) {
        transaction.add(set, Key::Ip(ip), &Carries { rate: Some(octets), ..Carries::default() });
    }
}

/// Puts the limits of octets into place, of which some are used.
pub(super) fn impose(transaction: &mut Transaction<'_>, ip: Ipv4Addr, quotas: &[Quota], counted: Usage) {
    for quota in quotas {
        let name = quota.name();
        transaction.add_quota(&name, quota.octets, quota.used(counted));
        for map in quota.maps() {
            transaction.add(map, Key::Ip(ip), &Carries { object: Some(&name), ..Carries::default() });
        }
    }
}

/// Removes the limits of octets.
pub(super) fn lift(transaction: &mut Transaction<'_>, ip: Ipv4Addr, quotas: &[Quota]) {
    for quota in quotas {
        for map in quota.maps() {
            transaction.delete(map, Key::Ip(ip));
        }
        transaction.delete_quota(&quota.name());
    }
}

/// Removes what is there of a limit of octets.
pub(super) fn forget(socket: &mut Socket, ip: Ipv4Addr, quota: &Quota) -> io::Result<()> {
    let mut gone = |change: &dyn Fn(&mut Transaction<'_>)| {
        let mut transaction = Transaction::begin(socket);
        change(&mut transaction);
        match transaction.commit() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            outcome => outcome.map(drop),
        }
    };
    for map in quota.maps() {
        gone(&|transaction| _ = transaction.delete(map, Key::Ip(ip)))?;
    }
    gone(&|transaction| _ = transaction.delete_quota(&quota.name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    // gateway-dataplane 4.3, 9.2
    #[test]
    fn a_rate_is_never_above_its_limit_and_none_beyond_what_the_kernel_takes() {
        let rates = |up, down| rates(&Grant { up, down, ..Grant::default() }).collect::<Vec<_>>();
        assert_eq!(rates(15, 8), [("lim_up4", 1), ("lim_dn4", 1)]);
        assert_eq!(rates(7, 0), [("lim_up4", 1)]);
        assert_eq!(rates(512_000, FASTEST * 8), [("lim_up4", 64_000), ("lim_dn4", FASTEST)]);
        assert_eq!(rates(FASTEST * 8 + 8, u64::MAX), []);
    }

    // gateway-dataplane 9.2
    #[test]
    fn octets_beyond_what_the_kernel_takes_are_no_limit() {
        let quotas = |max_total, max_to_client| {
            let grant = Grant { max_total, max_to_client, ..Grant::default() };
            Quota::of(Ipv4Addr::LOCALHOST, &grant).iter().map(|quota| quota.octets).collect::<Vec<_>>()
        };
        assert_eq!(quotas(MOST, 5), [MOST + 1]);
        assert_eq!(quotas(MOST + 1, 5), [6], "the other one still counts");
        assert!(quotas(0, u64::MAX).is_empty());
    }
}

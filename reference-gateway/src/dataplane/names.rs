//! The addresses of names in gardens, kept up to date: in that of the configuration, and in those of sessions.

use crate::garden::Garden;
use crate::hotspot::Handle;
use std::collections::{BTreeSet, HashMap};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

/// A name that has no address is asked for again after this time.
const RETRY: Duration = Duration::from_secs(10);
/// A name is given up for the moment after this time.
const PATIENCE: Duration = Duration::from_secs(5);
/// Names that are asked for at one time: each takes a thread of the system's resolver.
const AT_ONCE: usize = 16;

/// Opens what the names mean, again whenever the garden changes or `interval` has passed (never if that is zero); what is new
/// in a session's garden is asked for at once. What needs no name waits for none, and a name that cannot be looked up keeps
/// the addresses that it had.
pub(super) async fn keep(mut garden: watch::Receiver<Garden>, interval: Duration, handle: Handle) {
    let Some(news) = handle.with(|machines| machines.garden_news()).await else { return };
    let mut known: HashMap<String, Vec<Ipv4Addr>> = HashMap::new();
    let mut due = None;
    let mut anew = true;
    loop {
        let of_all = garden.borrow_and_update().clone();
        let Some(of_sessions) = handle.with(|machines| machines.garden_hosts()).await else { return };
        let hosts: BTreeSet<String> = of_all.hosts().map(str::to_owned).chain(of_sessions).collect();
        known.retain(|host, _| hosts.contains(host));
        if open(&of_all, &known, &handle).await.is_none() {
            return;
        }
        let asked = hosts.into_iter().filter(|host| anew || !known.contains_key(host));
        let mut missing = false;
        for (host, addresses) in look_up_all(asked).await {
            missing |= addresses.is_empty();
            let before = known.entry(host.clone()).or_default();
            match (addresses.is_empty(), before.is_empty()) {
                (false, _) => *before = addresses,
                (true, true) => tracing::warn!(host, "a name of the garden has no address"),
                (true, false) => tracing::warn!(
                    host,
                    "a name of the garden cannot be looked up; the addresses that it had stay open"
                ),
            }
        }
        let found = known.clone();
        let told = handle.with(move |machines| machines.open_gardens(found)).await;
        if told.is_none() {
            return;
        }
        let Some(all) = open(&of_all, &known, &handle).await else { return };
        let wait = Some(if missing || !all { RETRY } else { interval }).filter(|wait| !wait.is_zero());
        let end = due.into_iter().chain(wait.map(|wait| Instant::now() + wait)).min();
        let again = async {
            match end {
                Some(end) => tokio::time::sleep_until(end).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = again => {}
            changed = garden.changed() => if changed.is_err() { return },
            () = news.notified() => {
                // The others keep their time.
                (due, anew) = (end, false);
                continue;
            }
        }
        (due, anew) = (None, true);
    }
}

/// Opens the garden of all as far as its names are known, and says whether that can be done; `None` if the gateway ends.
async fn open(garden: &Garden, known: &HashMap<String, Vec<Ipv4Addr>>, handle: &Handle) -> Option<bool> {
    let entries = garden.entries(|host| known.get(host).cloned().unwrap_or_default());
    let opened = handle.with(move |machines| machines.dataplane().set_garden(entries)).await?;
    if let Err(error) = &opened {
        tracing::error!(%error, "the garden cannot be opened; it is tried again");
    }
    Some(opened.is_ok())
}

/// The addresses of names, which do not wait for each other.
async fn look_up_all(hosts: impl Iterator<Item = String>) -> Vec<(String, Vec<Ipv4Addr>)> {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut lookups = JoinSet::new();
    for host in hosts {
        let places = Arc::clone(&places);
        lookups.spawn(async move {
            let _place = places.acquire().await;
            let addresses = look_up(&host).await;
            (host, addresses)
        });
    }
    lookups.join_all().await
}

/// The addresses of a name, in an order that does not change with every answer; none if it cannot be looked up.
async fn look_up(host: &str) -> Vec<Ipv4Addr> {
    let found = tokio::time::timeout(PATIENCE, tokio::net::lookup_host((host, 0))).await;
    let Ok(Ok(addresses)) = found else { return Vec::new() };
    let addresses: BTreeSet<Ipv4Addr> = addresses
        .filter_map(|address| match address.ip() {
            IpAddr::V4(ip) => Some(ip),
            IpAddr::V6(_) => None,
        })
        .collect();
    addresses.into_iter().collect()
}

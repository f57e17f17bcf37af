//! The addresses of names in gardens, kept up to date: in that of the configuration, and in those of sessions.

use crate::garden::Garden;
use crate::hotspot::Handle;
use std::collections::{BTreeSet, HashMap};
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// A name that has no address is asked for again after this time.
const RETRY: Duration = Duration::from_secs(10);
/// A name is given up for the moment after this time.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens what the names mean, again whenever the garden changes or `interval` has passed (never if that is zero); what is new
/// in a session's garden is asked for at once.
pub(super) async fn keep(mut garden: watch::Receiver<Garden>, interval: Duration, handle: Handle) {
    let Some(news) = handle.with(|machines| machines.garden_news()).await else { return };
    let mut known: HashMap<String, Vec<Ipv4Addr>> = HashMap::new();
    let mut due = None;
    loop {
        let of_all = garden.borrow_and_update().clone();
        let Some(of_sessions) = handle.with(|machines| machines.garden_hosts()).await else { return };
        let hosts: BTreeSet<String> = of_all.hosts().map(str::to_owned).chain(of_sessions).collect();
        let before = std::mem::take(&mut known);
        let mut missing = false;
        for host in hosts {
            let addresses = match before.get(&host) {
                Some(addresses) => addresses.clone(),
                None => look_up(&host).await,
            };
            if addresses.is_empty() {
                tracing::warn!(host, "a name of the garden has no address");
                missing = true;
            }
            known.insert(host, addresses);
        }
        let entries = of_all.entries(|host| known.get(host).cloned().unwrap_or_default());
        let found = known.clone();
        let opened = handle.with(move |machines| {
            machines.open_gardens(found);
            machines.dataplane().set_garden(entries)
        });
        match opened.await {
            None => return,
            Some(Err(error)) => tracing::error!(%error, "the garden cannot be opened"),
            Some(Ok(())) => {}
        }
        let wait = Some(if missing { RETRY } else { interval }).filter(|wait| !wait.is_zero());
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
                due = end;
                continue;
            }
        }
        due = None;
        known.clear();
    }
}

async fn look_up(host: &str) -> Vec<Ipv4Addr> {
    let found = tokio::time::timeout(PATIENCE, tokio::net::lookup_host((host, 0))).await;
    let Ok(Ok(addresses)) = found else { return Vec::new() };
    addresses
        .filter_map(|address| match address.ip() {
            IpAddr::V4(ip) => Some(ip),
            IpAddr::V6(_) => None,
        })
        .collect()
}

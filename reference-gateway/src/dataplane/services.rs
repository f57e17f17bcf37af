//! What runs beside the packet path: DHCP, the DNS forwarder, the garden's names, and the watch over the table.

use super::Pair;
use super::alarms;
use super::announce::Renewal;
use super::dhcp::{self, Dhcp};
use super::dns::{self, Forwarder};
use super::names;
use super::netlink::{DATAGRAM, Messages};
use super::nftables::{Passing, table};
use crate::config::Settings;
use crate::garden::Garden;
use crate::hotspot::{Handle, Machines};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;
use tokio::net::UnixDatagram;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::{Notify, watch};

/// Names whose HTTP systems ask for to find a portal (spec: gateway-dataplane 8.1). A garden with one of them hides
/// the portal.
pub const PROBES: &[&str] = &[
    "captive.apple.com",
    "www.apple.com",
    "connectivitycheck.gstatic.com",
    "clients3.google.com",
    "www.msftconnecttest.com",
    "detectportal.firefox.com",
    "nmcheck.gnome.org",
];

/// What is to be started when the machines run.
pub struct Prepared {
    pub(super) dhcp: Option<(dhcp::Config, UnboundedReceiver<Pair>)>,
    pub(super) dns: dns::Config,
    pub(super) garden: Garden,
    pub(super) passing: Passing,
    pub(super) remade: Arc<AtomicU64>,
    /// The port of the socket by which the packet path changes its table.
    pub(super) port: u32,
    /// By which the certificate of the captive-portal API is exchanged for another one.
    pub(super) renewal: Renewal,
    /// Whether clients that are logged in may use IPv6, so that somebody has to advertise a prefix to them.
    pub(super) ipv6: bool,
    /// Says when the clients' interface has come back.
    pub(super) returned: Arc<Notify>,
    /// How often the garden's names are resolved again; never if it is zero.
    pub(super) interval: Duration,
}

/// What runs.
pub struct Services {
    dhcp: Option<Dhcp>,
    forwarder: Forwarder,
    garden: watch::Sender<Garden>,
    renewal: Renewal,
}

impl Prepared {
    /// Starts everything.
    ///
    /// # Errors
    /// One sentence: what does not start.
    pub async fn start(self, handle: Handle) -> Result<Services, String> {
        let Self { dhcp, dns, garden, passing, remade, port, renewal, ipv6, returned, interval } = self;
        report(&garden, &Garden::default());
        let changes = table::listen().map_err(|e| format!("dataplane nftables: {e}"))?;
        let changes = changes.into_async().map_err(|e| format!("dataplane nftables: {e}"))?;
        let forwarder = Forwarder::start(dns, garden.clone(), passing, remade).await?;
        let _ = handle.with(Machines::close_strangers).await;
        let (sender, receiver) = watch::channel(garden);
        tokio::spawn(watch_table(changes, port, handle.clone()));
        tokio::spawn(alarms::keep(handle.clone(), ipv6));
        tokio::spawn(names::keep(receiver.clone(), interval, handle.clone()));
        let dhcp = match dhcp {
            Some((config, ended)) => Some(Dhcp::start(config, handle, ended, receiver, returned).await?),
            None => None,
        };
        Ok(Services { dhcp, forwarder, garden: sender, renewal })
    }
}

impl Services {
    /// Uses another garden from now on.
    pub fn set_garden(&self, garden: Garden) {
        report(&garden, &self.garden.borrow());
        self.forwarder.set_garden(garden.clone());
        let _ = self.garden.send(garden);
    }

    /// Announces the captive-portal API with the certificate that is there now.
    pub fn renew(&self, settings: &Settings) {
        self.renewal.renew(settings);
    }

    /// The DNS forwarder.
    #[must_use]
    pub fn forwarder(&self) -> Forwarder {
        self.forwarder.clone()
    }

    /// Ends what does not end with the process.
    pub fn stop(&self) {
        if let Some(dhcp) = &self.dhcp {
            dhcp.stop();
        }
    }
}

/// Says in the log what is wrong with a garden, and was not with the one before.
fn report(garden: &Garden, before: &Garden) {
    for warning in garden.warnings.iter().filter(|warning| !before.warnings.contains(warning)) {
        tracing::warn!(warning, "garden");
    }
    for name in PROBES.iter().filter(|name| garden.opens_web_of(name) && !before.opens_web_of(name)) {
        tracing::warn!(
            name,
            "the garden holds a name by which systems look for a portal: they will not find this one; take it out of \
             uamallowed, uamdomain or uamdomainfile"
        );
    }
}

/// Has the table made whole again when somebody else changes it.
async fn watch_table(changes: UnixDatagram, ours: u32, handle: Handle) {
    let mut buffer = vec![0; DATAGRAM];
    loop {
        let touched = match changes.recv(&mut buffer).await {
            Ok(length) => {
                let datagram = buffer.get(..length).unwrap_or_default();
                Messages::new(datagram).any(|message| table::is_others_change(&message, ours))
            }
            // What was lost may have been about our table.
            Err(_) => true,
        };
        if touched && handle.with(Machines::heal).await.is_none() {
            return;
        }
    }
}

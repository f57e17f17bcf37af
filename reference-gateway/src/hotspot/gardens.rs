//! Gardens of single sessions: what RADIUS opens to a client beside the garden of all (hotspot-config 5.1).

use super::machines::Machines;
use super::traffic::pair;
use crate::garden::allowed::{Item, MAX_ENTRIES, entries, hosts, items};
use std::collections::{BTreeSet, HashMap};
use std::net::Ipv4Addr;
use std::sync::Arc;
use tokio::sync::Notify;
use wispr::gateway::{ClientInfo, Parameters, Selector};

/// What the names in the gardens of sessions mean.
#[derive(Default)]
pub(super) struct Gardens {
    addresses: HashMap<String, Vec<Ipv4Addr>>,
    /// A garden has a name that is not known yet.
    news: Arc<Notify>,
}

impl Machines {
    /// Opens to a client what its session lists. A name opens when its addresses are known.
    pub(super) fn open_garden(&mut self, client: ClientInfo, parameters: &Parameters) {
        let items: Vec<Item> = parameters.garden.iter().flat_map(|value| items(value).0).collect();
        let gardens = &self.gardens;
        if hosts(&items).any(|host| !gardens.addresses.contains_key(host)) {
            gardens.news.notify_one();
        }
        let open = entries(&items, |host| gardens.addresses.get(host).cloned().unwrap_or_default());
        if let Err(error) = self.traffic.path.set_own_garden(pair(client), &open) {
            tracing::error!(client = %client.ip, %error, "the garden of a session cannot be opened");
        }
    }

    /// Closes what was open to a client only.
    pub(super) fn close_garden(&mut self, client: ClientInfo) {
        if let Err(error) = self.traffic.path.set_own_garden(pair(client), &[]) {
            tracing::error!(client = %client.ip, %error, "the garden of a session cannot be closed");
        }
    }

    /// Says when [`garden_hosts`](Self::garden_hosts) has something new.
    pub(crate) fn garden_news(&self) -> Arc<Notify> {
        Arc::clone(&self.gardens.news)
    }

    /// The names in the gardens of sessions, not more than one garden may have entries.
    pub(crate) fn garden_hosts(&self) -> BTreeSet<String> {
        let sessions = self.gateway.clients().filter_map(|client| client.session());
        let values = sessions.flat_map(|session| &session.parameters.garden);
        let names = values.flat_map(|value| {
            let (items, _) = items(value);
            hosts(&items).map(str::to_owned).collect::<Vec<_>>()
        });
        let mut found = BTreeSet::new();
        for name in names {
            if found.len() == MAX_ENTRIES && !found.contains(&name) {
                tracing::warn!(name, "the gardens of sessions have too many names: this one stays closed");
                break;
            }
            found.insert(name);
        }
        found
    }

    /// Opens what names of sessions' gardens mean now.
    pub(crate) fn open_gardens(&mut self, addresses: HashMap<String, Vec<Ipv4Addr>>) {
        if self.gardens.addresses == addresses {
            return;
        }
        self.gardens.addresses = addresses;
        let clients: Vec<ClientInfo> = self.gateway.clients().map(|client| client.info()).collect();
        for client in clients {
            let session = self.gateway.find(&Selector::ip(client.ip)).and_then(|client| client.session());
            let parameters = session.map(|session| session.parameters.clone());
            if let Some(parameters) = parameters.filter(|parameters| !parameters.garden.is_empty()) {
                self.open_garden(client, &parameters);
            }
        }
    }
}

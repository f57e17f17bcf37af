//! The operator's commands, carried out on the machines (fon-api 4).

use super::arguments::{UNKNOWN_CLIENT, WRONG_USAGE};
use super::command::{Command, SessionOptions, Target};
use super::line::Line;
use super::protocol::{Question, Reply};
use super::report::{self, Lease, Pool};
use crate::config::Settings;
use crate::dataplane::dhcp;
use crate::garden::Garden;
use crate::garden::allowed::Entry;
use crate::hotspot::{Handle, Machines};
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use wispr::gateway::{ClientView, Command as Order, Input, Selector, SessionId, Usage};

/// What operators are told at the end.
const STOPPING: &str = "the gateway is stopping";

/// Answers the questions of the control socket.
#[derive(Clone)]
pub struct Operator {
    handle: Handle,
    /// In use at the moment of a question.
    settings: watch::Receiver<Settings>,
    meter: Arc<Mutex<Meter>>,
}

/// What each session had transferred at the last listing, and how fast it was then.
type Meter = BTreeMap<SessionId, Reading>;

/// One reading of a session's counters.
#[derive(Clone, Copy, Default)]
struct Reading {
    at: Duration,
    usage: Usage,
    /// Bit/s from and to the client.
    rate: (u64, u64),
}

impl Reading {
    /// The rate since the last reading; readings less than a second apart give the last one again.
    fn next(self, now: Duration, usage: Usage) -> Self {
        let passed = now.saturating_sub(self.at).as_millis();
        if passed < 1000 {
            return self;
        }
        let rate = |now: u64, before: u64| {
            let bits = u128::from(now.saturating_sub(before)) * 8 * 1000;
            u64::try_from(bits / passed).unwrap_or(u64::MAX)
        };
        let up = rate(usage.from_client.octets, self.usage.from_client.octets);
        let down = rate(usage.to_client.octets, self.usage.to_client.octets);
        Self { at: now, usage, rate: (up, down) }
    }
}

impl Operator {
    /// For the hotspot behind `handle`, with the configuration that is in use.
    #[must_use]
    pub fn new(handle: Handle, settings: watch::Receiver<Settings>) -> Self {
        Self { handle, settings, meter: Arc::default() }
    }

    fn pool(&self) -> Pool {
        let settings = self.settings.borrow();
        let net = settings.net();
        let gateway = settings.address("uamlisten").unwrap_or_else(|| net.first_host());
        let [start, end] = ["dhcpstart", "dhcpend"].map(|name| settings.number(name));
        let (first, last) = dhcp::Config::range(net, gateway, start, end);
        Pool {
            net,
            first,
            last,
            gateway,
            lease: settings.number("lease"),
            grace: settings.number("leaseplus"),
        }
    }

    fn lease(&self) -> u64 {
        self.settings.borrow().number("lease")
    }

    /// Answers one question.
    pub async fn answer(self, question: Question) -> Reply {
        let command = match Command::parse(&question.words) {
            Ok(command) => command,
            Err(wrong) => return Reply::failed(wrong.status(), wrong),
        };
        tracing::debug!(command = question.words.first(), "control");
        let json = question.json;
        if matches!(command, Command::ListGarden) {
            return self.garden(json).await;
        }
        let handle = self.handle.clone();
        let done = handle.with(move |machines| Work { operator: &self, machines, json }.run(command)).await;
        done.unwrap_or_else(|| Reply::failed(WRONG_USAGE, STOPPING))
    }

    async fn garden(&self, json: bool) -> Reply {
        let garden = {
            let settings = self.settings.borrow();
            Garden::new(&settings, settings.patterns(), None)
        };
        let mut addresses: BTreeMap<String, Vec<Ipv4Addr>> = BTreeMap::new();
        for host in garden.hosts() {
            let found = tokio::net::lookup_host((host, 0)).await.into_iter().flatten();
            let found = found.filter_map(|address| match address.ip() {
                std::net::IpAddr::V4(address) => Some(address),
                std::net::IpAddr::V6(_) => None,
            });
            addresses.insert(host.to_owned(), found.collect());
        }
        let entries = garden.entries(|name| addresses.get(name).cloned().unwrap_or_default());
        let learnt = self.handle.with(|machines| machines.dataplane().learnt()).await;
        match learnt.unwrap_or_else(|| Ok(Vec::new())) {
            Ok(learnt) => {
                let open = |address| Entry { address, prefix: 32, protocol: 0, port: 0 };
                report::garden(&entries, &learnt.into_iter().map(open).collect::<Vec<_>>(), json)
            }
            Err(error) => {
                Reply::failed(WRONG_USAGE, format_args!("the packet path cannot be asked: {error}"))
            }
        }
    }
}

/// One command on its way.
struct Work<'a> {
    operator: &'a Operator,
    machines: &'a mut Machines,
    json: bool,
}

impl Work<'_> {
    fn run(&mut self, command: Command) -> Reply {
        match command {
            Command::List => self.list(None),
            Command::ListIp(ip) => self.list(Some(Selector::ip(ip))),
            Command::ListMac(mac) => self.list(Some(Selector::mac(mac))),
            Command::DhcpList => report::leases(&self.leases(), self.operator.lease(), self.json),
            Command::ListIpPool => report::pool(&self.operator.pool(), &self.leases(), self.json),
            Command::ListGarden => Reply::failed(WRONG_USAGE, "the garden is not known here"),
            Command::ListRadQueue => report::queue(self.machines.waiting_records(), self.json),
            Command::Procs => report::processes(self.machines.now(), self.json),
            Command::Status => self.status(),
            Command::Reload => {
                self.machines.reload();
                self.done()
            }
            Command::Shutdown => {
                self.machines.stop();
                self.done()
            }
            Command::Authorize(..) | Command::Login(..) if self.machines.is_ending() => {
                Reply::failed(WRONG_USAGE, STOPPING)
            }
            Command::Authorize(..) | Command::Login(..) if !self.machines.is_open() => Reply::failed(
                WRONG_USAGE,
                "the hotspot is closed: see the owner's page and the Status Manager",
            ),
            Command::Authorize(target, options) => self.authorize(&target, &options),
            Command::Login(target, options) => self.login(&target, &options),
            Command::Update(target, options) => self.update(&target, &options),
            Command::Logout(target) => self.order(&target, |client| Order::Logout { client }),
            Command::Block(target) => self.order(&target, |client| Order::Block { client }),
            Command::Release(target) => self.order(&target, |client| Order::Release { client }),
        }
    }

    fn list(&self, only: Option<Selector<'_>>) -> Reply {
        let gateway = self.machines.gateway();
        let found: Vec<ClientView<'_>> = match only {
            Some(selector) => gateway.find(&selector).into_iter().collect(),
            None => gateway.clients().collect(),
        };
        if self.json {
            return Reply::done(gateway.json_listing(found) + "\n");
        }
        let (now, swapoctets) = (self.machines.now(), gateway.config().is_swapped());
        let mut meter = self.operator.meter.lock().unwrap_or_else(PoisonError::into_inner);
        let mut readings = BTreeMap::new();
        let mut text = String::new();
        for client in &found {
            let reading = client.session().map(|session| {
                let begun = now.saturating_sub(Duration::from_secs(session.session_time(now)));
                let first = Reading { at: begun, ..Reading::default() };
                let last = meter.get(&session.id).copied().unwrap_or(first);
                let reading = last.next(now, session.usage);
                readings.insert(session.id, reading);
                reading
            });
            let (up, down) = reading.unwrap_or_default().rate;
            let _infallible = writeln!(text, "{}", Line::of(client, now, swapoctets, up, down));
        }
        if only.is_none() {
            *meter = readings;
        } else {
            meter.append(&mut readings);
        }
        Reply::done(text)
    }

    fn leases(&self) -> Vec<Lease> {
        let now = self.machines.now();
        let clients = self.machines.gateway().clients();
        clients
            .map(|client| client.info())
            .map(|info| Lease { info, age: now.saturating_sub(info.since) })
            .collect()
    }

    fn authorize(&mut self, target: &Target, options: &SessionOptions) -> Reply {
        let (parameters, accounting) = (options.parameters(), !options.noacct);
        let user_name = options.username.as_deref().map(str::as_bytes);
        let reply = self.order(target, |client| {
            let parameters = parameters.clone();
            Order::Authorize { client, user_name, parameters, accounting }
        });
        let found = self.machines.gateway().find(&target.selector());
        if !target.all && found.is_some_and(|client| client.session().is_none()) {
            return Reply::failed(
                UNKNOWN_CLIENT,
                "the packet path does not let the client through: see the gateway's log",
            );
        }
        reply
    }

    /// The options count where the RADIUS server says nothing.
    fn login(&mut self, target: &Target, options: &SessionOptions) -> Reply {
        let user_name = options.username.as_deref().unwrap_or_default().as_bytes();
        let password = options.password.as_deref().map_or("", String::as_str).as_bytes();
        let (parameters, accounting) = (options.parameters(), !options.noacct);
        self.order(target, |client| {
            let parameters = parameters.clone();
            Order::Login { client, user_name, password, parameters, accounting }
        })
    }

    fn update(&mut self, target: &Target, options: &SessionOptions) -> Reply {
        let found = self.machines.gateway().find(&target.selector());
        if !target.all && found.is_some_and(|client| client.session().is_none()) {
            return Reply::failed(UNKNOWN_CLIENT, "the client has no session");
        }
        let parameters = options.parameters();
        let Some(name) = options.username.as_deref() else {
            return self.order(target, |client| Order::Update { client, parameters: parameters.clone() });
        };
        // The order that takes a name as well; a session that runs is not started again by it (fon-api 4.1).
        let renamed = |client| Order::Authorize {
            client,
            user_name: Some(name.as_bytes()),
            parameters: parameters.clone(),
            accounting: true,
        };
        if !target.all {
            return self.order(target, renamed);
        }
        let clients = self.machines.gateway().clients().filter(|client| client.session().is_some());
        let all: Vec<_> = clients.map(|client| client.info().ip).collect();
        for ip in all {
            self.machines.input(Input::Command(renamed(Selector::ip(ip))));
        }
        self.done()
    }

    /// Gives an order about a client that is known, or about all of them.
    fn order<'t>(&mut self, target: &'t Target, order: impl Fn(Selector<'t>) -> Order<'t>) -> Reply {
        if target.all {
            let all: Vec<_> = self.machines.gateway().clients().map(|client| client.info().ip).collect();
            for ip in all {
                self.machines.input(Input::Command(order(Selector::ip(ip))));
            }
            return self.done();
        }
        let selector = target.selector();
        if self.machines.gateway().find(&selector).is_none() {
            return Reply::failed(UNKNOWN_CLIENT, "no such client");
        }
        self.machines.input(Input::Command(order(selector)));
        self.done()
    }

    fn done(&self) -> Reply {
        if self.json { report::document(&json!({ "status": 0 })) } else { Reply::done("") }
    }

    fn status(&self) -> Reply {
        let clients = self.machines.gateway().clients();
        let (mut known, mut sessions) = (0_usize, 0_usize);
        for client in clients {
            known += 1;
            sessions += usize::from(client.session().is_some());
        }
        let waiting = self.machines.waiting_records().len();
        let up = self.machines.now().as_secs();
        let state = if self.machines.is_open() { "open" } else { "closed" };
        let announced = self.machines.announced();
        let unwritten = self.machines.journal_error().map(|error| {
            format!("statedir: {error}: accounting records and sessions would not outlive the gateway; is the disk full?")
        });
        let troubles = self.machines.troubles().into_iter().map(|trouble| trouble.to_string());
        let troubles: Vec<String> = troubles.chain(unwritten).collect();
        if self.json {
            let mut status = json!({
                "state": state, "upSeconds": up, "clients": known, "sessions": sessions, "accountingQueue": waiting,
                "warnings": troubles,
            });
            match announced {
                Ok(None) => {}
                Ok(Some(uri)) => status["captivePortalApi"] = json!({ "announced": uri }),
                Err(reason) => {
                    status["captivePortalApi"] = json!({ "announced": null, "reason": reason });
                }
            }
            return report::document(&status);
        }
        let api = match announced {
            Ok(None) => String::new(),
            Ok(Some(uri)) => format!("DHCP announces {uri}\n"),
            Err(reason) => format!("DHCP announces no captive-portal API: {reason}\n"),
        };
        let mut text = format!(
            "hotspot {state}\nup {up} s\nclients {known}\nsessions {sessions}\naccounting records waiting {waiting}\n{api}"
        );
        for trouble in troubles {
            let _infallible = writeln!(text, "warning: {trouble}");
        }
        Reply::done(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wispr::gateway::Flow;

    #[test]
    fn the_rate_is_that_since_the_last_reading() {
        let usage = |octets| Usage {
            from_client: Flow { octets, packets: 1 },
            to_client: Flow { octets: octets * 2, packets: 1 },
        };
        let first = Reading { at: Duration::from_secs(10), ..Reading::default() };
        let then = first.next(Duration::from_secs(12), usage(1000));
        assert_eq!(then.rate, (4000, 8000));
        assert_eq!(then.next(Duration::from_millis(12_500), usage(9000)).rate, (4000, 8000));
        // Counters that were started again are no reason for a huge rate.
        assert_eq!(then.next(Duration::from_secs(14), usage(10)).rate, (0, 0));
    }
}

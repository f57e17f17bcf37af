//! DHCP by dnsmasq: a child with a configuration of the gateway's making. Its lease callback is the gateway's own
//! binary, which sends one line to the running gateway and ends.

use super::Pair;
use super::announce::Announcement;
use super::nftables::PATH;
use super::rivals;
use crate::config::{Network, mask};
use crate::garden::Garden;
use crate::hotspot::{Handle, Machines};
use rustix::process::{Pid, Signal, kill_process};
use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::{UdpSocket, UnixDatagram};
use tokio::process::{Child, Command};
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::watch;
use wispr::gateway::Mac;

/// The name by which the binary knows that dnsmasq calls it.
pub const CALLBACK: &str = "fonap-lease";
/// Where the callback finds the gateway.
const SOCKET: &str = "FONAP_LEASES";
/// The longest line of a callback.
const MAX_EVENT: usize = 512;
/// How long dnsmasq has to show that it works.
const START: Duration = Duration::from_millis(300);
/// How long it has to end.
const LAST_WORD: Duration = Duration::from_secs(2);
/// Waits before dnsmasq is started again.
const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// What leases are about.
#[derive(Clone, Debug)]
pub struct Config {
    /// The interface of the clients.
    pub inside: String,
    /// Their network.
    pub network: Network,
    /// The gateway's address there.
    pub gateway: Ipv4Addr,
    /// The first address that is leased.
    pub first: Ipv4Addr,
    /// The last one.
    pub last: Ipv4Addr,
    /// How long a lease lasts, in seconds.
    pub lease: u64,
    /// The clients' domain.
    pub domain: Option<String>,
    /// The largest packet, if it is not the usual one.
    pub mtu: Option<u64>,
    /// What clients are told of the captive portal (RFC 8910).
    pub(super) announcement: Announcement,
    /// A folder of its own.
    pub folder: PathBuf,
}

/// The shortest lease that dnsmasq gives.
const SHORTEST_LEASE: u64 = 120;

impl Config {
    /// The hosts between the offsets `dhcpstart` (inclusive) and `dhcpend` (exclusive); 0 stands for all of them.
    #[must_use]
    pub fn range(network: Network, gateway: Ipv4Addr, start: u64, end: u64) -> (Ipv4Addr, Ipv4Addr) {
        let base = u32::from(network.address);
        let size = !mask(network.prefix);
        let offset = |n: u64| u32::try_from(n).unwrap_or(u32::MAX).min(size);
        let mut first = base.saturating_add(if start == 0 { 1 } else { offset(start) });
        let mut last = base.saturating_add(if end == 0 {
            size.saturating_sub(1)
        } else {
            offset(end).saturating_sub(1)
        });
        // dnsmasq leaves out its own address inside a range, but not where the range begins or ends.
        if first == u32::from(gateway) {
            first += 1;
        }
        if last == u32::from(gateway) {
            last -= 1;
        }
        (Ipv4Addr::from(first), Ipv4Addr::from(last.max(first)))
    }

    fn text(&self) -> String {
        let Self { inside, gateway, first, last, folder, .. } = self;
        let folder = folder.display();
        let lease = self.lease.max(SHORTEST_LEASE);
        let mask = Ipv4Addr::from(mask(self.network.prefix));
        let mut text = format!(
            "port=0\nno-hosts\nno-resolv\ninterface={inside}\nbind-interfaces\nexcept-interface=lo\n\
             dhcp-authoritative\ndhcp-range={first},{last},{mask},{lease}\ndhcp-option=option:router,{gateway}\n\
             dhcp-option=option:dns-server,{gateway}\ndhcp-script={folder}/{CALLBACK}\nscript-on-renewal\n\
             dhcp-leasefile={folder}/leases\npid-file={folder}/pid\nno-ping\nkeep-in-foreground\nlog-facility=-\n"
        );
        if let Some(domain) = &self.domain {
            text.push_str(&format!("domain={domain}\n"));
        }
        if let Some(mtu) = self.mtu {
            text.push_str(&format!("dhcp-option=option:mtu,{mtu}\n"));
        }
        if let Ok(Some(uri)) = self.announcement.now() {
            text.push_str(&format!("dhcp-option=114,{uri}\n"));
        }
        // Where not all users exist, as in a user namespace, nobody can become another user.
        if !fs::read_to_string("/proc/self/uid_map").is_ok_and(|map| map.contains("4294967295")) {
            text.push_str("user=root\ngroup=\n");
        }
        text
    }

    fn file(&self) -> PathBuf {
        self.folder.join("dnsmasq.conf")
    }

    fn write(&self) -> Result<(), String> {
        let file = self.file();
        fs::write(&file, self.text()).map_err(|e| format!("statedir: {}: {e}", file.display()))
    }
}

/// What dnsmasq said about a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// It is given, or renewed, or was there when dnsmasq started.
    Leased(Pair),
    /// It has ended.
    Ended(Pair),
}

impl Event {
    /// Reads `add|old|del MAC IP [NAME]`. Addresses of other kinds and other lines are none of ours.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let mut words = line.split_ascii_whitespace();
        let (verb, mac, ip) = (words.next()?, words.next()?, words.next()?);
        let pair = Pair { ip: ip.parse().ok()?, mac: mac.parse::<Mac>().ok()? };
        match verb {
            "add" | "old" => Some(Self::Leased(pair)),
            "del" => Some(Self::Ended(pair)),
            _ => None,
        }
    }
}

/// What the binary does when dnsmasq calls it: hands its arguments to the gateway. dnsmasq also calls it about other
/// things, which are nothing to report.
///
/// # Errors
/// One sentence.
pub fn call_back(arguments: &[String]) -> Result<(), String> {
    let line = arguments.join(" ");
    if Event::parse(&line).is_none() {
        return Ok(());
    }
    let path =
        std::env::var_os(SOCKET).ok_or_else(|| format!("{CALLBACK} is called by dnsmasq, not by people"))?;
    let socket = std::os::unix::net::UnixDatagram::unbound().map_err(|e| e.to_string())?;
    socket
        .send_to(line.as_bytes(), &path)
        .map(|_| ())
        .map_err(|e| format!("the gateway does not listen on {}: {e}", Path::new(&path).display()))
}

/// A running DHCP server. Ends when it is stopped.
pub struct Dhcp {
    running: Running,
    keeper: tokio::task::JoinHandle<()>,
}

/// The child that runs now. It ends with this: a gateway that does not serve must not leave a DHCP server behind.
struct Running(Number);

/// The number of a process, as long as it runs.
type Number = Arc<Mutex<Option<u32>>>;

impl Drop for Running {
    fn drop(&mut self) {
        end(&self.0);
    }
}

impl Dhcp {
    /// Starts dnsmasq, and sees to it that it goes on.
    ///
    /// # Errors
    /// One sentence: what dnsmasq said, or what is missing.
    pub async fn start(
        config: Config,
        handle: Handle,
        ended: UnboundedReceiver<Pair>,
        garden: watch::Receiver<Garden>,
        returned: Arc<Notify>,
    ) -> Result<Self, String> {
        let folder = config.folder.clone();
        let cannot = |what: &str, error: io::Error| format!("statedir: {}/{what}: {error}", folder.display());
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o755)
            .create(&folder)
            .map_err(|e| format!("statedir: {}: {e}", folder.display()))?;
        end_left_behind(&config).await;
        rivals::check(&config.inside, config.gateway)?;
        let events = folder.join("events");
        let callback = folder.join(CALLBACK);
        for old in [&events, &callback] {
            let _ = fs::remove_file(old);
        }
        let socket = UnixDatagram::bind(&events).map_err(|e| cannot("events", e))?;
        fs::set_permissions(&events, fs::Permissions::from_mode(0o600)).map_err(|e| cannot("events", e))?;
        let binary = std::env::current_exe().map_err(|e| format!("the binary cannot be found: {e}"))?;
        std::os::unix::fs::symlink(&binary, &callback).map_err(|e| cannot(CALLBACK, e))?;
        config.write()?;
        tell(&config, &handle).await;
        tokio::spawn(listen(socket, handle.clone()));
        tokio::spawn(give_back(config.clone(), ended));
        let mut child = spawn(&config, &events)?;
        let running = Running(Arc::new(Mutex::new(child.id())));
        let said = Arc::<Mutex<String>>::default();
        watch(&mut child, &said);
        if let Ok(status) = tokio::time::timeout(START, child.wait()).await {
            let status = status.map_err(|e| e.to_string())?;
            forget(&running.0);
            let said = said.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let hint = if said.contains("in use") {
                "; another DHCP server has the port: keep it off this interface (no-dhcp-interface in a dnsmasq.conf)"
            } else if said.is_empty() {
                "as another user than root it needs CAP_NET_RAW and CAP_NET_BIND_SERVICE too"
            } else if ["ermission", "ermitted", "apability"].iter().any(|word| said.contains(word)) {
                "; as another user than root it needs CAP_NET_RAW and CAP_NET_BIND_SERVICE too"
            } else {
                ""
            };
            return Err(format!("dnsmasq ended with {status}: {said}{hint}"));
        }
        let followed = Arc::clone(&running.0);
        tokio::spawn(async move {
            loop {
                returned.notified().await;
                // Its sockets are those of an interface that may be another one.
                end(&followed);
            }
        });
        let keeper = tokio::spawn(keep(config, garden, handle, events, child, said, Arc::clone(&running.0)));
        Ok(Self { running, keeper })
    }

    /// Ends dnsmasq. Its leases are in its file.
    pub fn stop(&self) {
        self.keeper.abort();
        end(&self.running.0);
    }
}

impl Drop for Dhcp {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Says whose number it was, which nobody is to be ended by any more.
fn forget(running: &Mutex<Option<u32>>) -> Option<u32> {
    running.lock().unwrap_or_else(PoisonError::into_inner).take()
}

fn end(running: &Mutex<Option<u32>>) {
    if let Some(pid) = forget(running).and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw) {
        let _ = kill_process(pid, Signal::TERM);
    }
}

/// Tells the gateway what is announced, for its status.
async fn tell(config: &Config, handle: &Handle) {
    let now = config.announcement.now().clone();
    let _ = handle.with(|machines| machines.announces(now)).await;
}

fn spawn(config: &Config, events: &Path) -> Result<Child, String> {
    Command::new("dnsmasq")
        .arg("-C")
        .arg(config.file())
        .env_clear()
        .env("PATH", PATH)
        .env(SOCKET, events)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        // Ctrl-C at a terminal is for the gateway, which ends it.
        .process_group(0)
        .spawn()
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                "the program dnsmasq is not installed (package dnsmasq-base), or set dhcp off".into()
            }
            _ => format!("dnsmasq does not start: {error}"),
        })
}

/// Logs what dnsmasq says, and remembers the last of it.
fn watch(child: &mut Child, said: &Arc<Mutex<String>>) {
    let Some(output) = child.stderr.take() else { return };
    let said = Arc::clone(said);
    tokio::spawn(async move {
        let mut lines = BufReader::new(output).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            tracing::debug!(line, "dnsmasq");
            *said.lock().unwrap_or_else(PoisonError::into_inner) = line;
        }
    });
}

/// Starts dnsmasq again whenever it ends, and when it has something else to announce: it reads that at its start only.
async fn keep(
    mut config: Config,
    mut garden: watch::Receiver<Garden>,
    handle: Handle,
    events: PathBuf,
    mut child: Child,
    said: Arc<Mutex<String>>,
    running: Number,
) {
    let mut wait = FIRST_WAIT;
    loop {
        let started = Instant::now();
        let ended = tokio::select! {
            status = child.wait() => Some(status),
            () = config.announcement.change(&mut garden) => None,
        };
        let mut pause = Duration::ZERO;
        if let Some(status) = ended {
            // Its number may be another process's soon.
            forget(&running);
            let last = said.lock().unwrap_or_else(PoisonError::into_inner).clone();
            tracing::error!(?status, said = last, "dnsmasq ended; it is started again");
            let _ = handle.with(Machines::dhcp_ended).await;
            if started.elapsed() > Duration::from_secs(60) {
                wait = FIRST_WAIT;
            }
            pause = wait;
        } else {
            if let Err(error) = config.write() {
                tracing::error!(error, "DHCP goes on announcing what it did");
            }
            tell(&config, &handle).await;
            end(&running);
            if tokio::time::timeout(LAST_WORD, child.wait()).await.is_err() {
                tracing::error!("dnsmasq does not end; it is killed");
                let _ = child.kill().await;
            }
        }
        loop {
            tokio::time::sleep(pause).await;
            if !pause.is_zero() {
                wait = (wait * 2).min(LONGEST_WAIT);
            }
            pause = wait;
            match spawn(&config, &events) {
                Ok(again) => {
                    child = again;
                    break;
                }
                Err(error) => {
                    tracing::error!(error, "no DHCP");
                    let _ = handle.with(Machines::dhcp_ended).await;
                }
            }
        }
        watch(&mut child, &said);
        *running.lock().unwrap_or_else(PoisonError::into_inner) = child.id();
    }
}

/// Ends the dnsmasq of a gateway that was killed: the one with our configuration on its command line.
async fn end_left_behind(config: &Config) {
    let pid =
        fs::read_to_string(config.folder.join("pid")).ok().and_then(|text| text.trim().parse::<i32>().ok());
    let Some(pid) = pid else { return };
    let is_ours = || {
        let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let file = config.file();
        line.split(|octet| *octet == 0).any(|word| word == file.as_os_str().as_encoded_bytes())
    };
    if !is_ours() {
        return;
    }
    let Some(process) = Pid::from_raw(pid) else { return };
    for round in 0..50 {
        let signal = if round < 40 { Signal::TERM } else { Signal::KILL };
        if !is_ours() || kill_process(process, signal).is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn listen(socket: UnixDatagram, handle: Handle) {
    let mut buffer = [0; MAX_EVENT];
    loop {
        let Ok(length) = socket.recv(&mut buffer).await else {
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let line = String::from_utf8_lossy(buffer.get(..length).unwrap_or_default()).into_owned();
        tracing::debug!(line, "lease");
        let told = match Event::parse(&line) {
            Some(Event::Leased(pair)) => handle.with(move |machines| machines.lease(pair)).await,
            Some(Event::Ended(pair)) => handle.with(move |machines| machines.lease_ended(pair)).await,
            None => Some(()),
        };
        if told.is_none() {
            return;
        }
    }
}

/// Gives leases back in the name of clients that the gateway forgets.
async fn give_back(config: Config, mut ended: UnboundedReceiver<Pair>) {
    while let Some(pair) = ended.recv().await {
        if let Err(error) = send_release(&config, pair).await {
            tracing::error!(client = %pair.ip, %error, "a lease cannot be given back");
        }
    }
}

async fn send_release(config: &Config, pair: Pair) -> io::Result<()> {
    let socket = UdpSocket::bind(SocketAddr::from((config.gateway, 0))).await?;
    // So that dnsmasq sees it coming from the clients' side.
    socket.bind_device(Some(config.inside.as_bytes()))?;
    socket.send_to(&release_message(pair, config.gateway), (config.gateway, 67)).await?;
    Ok(())
}

/// DHCPRELEASE (RFC 2131 §4.4.6).
fn release_message(pair: Pair, server: Ipv4Addr) -> Vec<u8> {
    let mut out = vec![0; 236];
    out[..4].copy_from_slice(&[1, 1, 6, 0]); // request, Ethernet, six octets of address
    out[12..16].copy_from_slice(&pair.ip.octets()); // ciaddr
    out[28..34].copy_from_slice(&pair.mac.0); // chaddr
    out.extend_from_slice(&[99, 130, 83, 99, 53, 1, 7, 54, 4]);
    out.extend_from_slice(&server.octets());
    out.push(255);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(start: u64, end: u64) -> (String, String) {
        let network = Network::parse("192.168.182.0/24").unwrap();
        let (first, last) = Config::range(network, Ipv4Addr::new(192, 168, 182, 1), start, end);
        (first.to_string(), last.to_string())
    }

    #[test]
    fn the_range_ends_before_dhcpend_and_leaves_out_the_gateway() {
        // spec: hotspot-config 2.1
        assert_eq!(range(0, 0), ("192.168.182.2".into(), "192.168.182.254".into()));
        assert_eq!(range(10, 254), ("192.168.182.10".into(), "192.168.182.253".into()));
        assert_eq!(range(1, 3), ("192.168.182.2".into(), "192.168.182.2".into()));
        assert_eq!(range(200, 100), ("192.168.182.200".into(), "192.168.182.200".into()));
    }

    #[test]
    fn a_callback_names_a_verb_and_a_pair() {
        let pair = Pair { ip: Ipv4Addr::new(192, 168, 182, 9), mac: Mac([2, 0, 0x5e, 0x10, 0, 1]) };
        let line = "add 02:00:5e:10:00:01 192.168.182.9 phone";
        assert_eq!(Event::parse(line), Some(Event::Leased(pair)));
        assert_eq!(Event::parse(&line.replace("add", "old")), Some(Event::Leased(pair)));
        assert_eq!(Event::parse("del 02:00:5e:10:00:01 192.168.182.9"), Some(Event::Ended(pair)));
        for other in ["init", "add x y", "tftp 1 /file 2", "add 02:00:5e:10:00:01 2001:db8::1", ""] {
            assert_eq!(Event::parse(other), None, "{other}");
        }
    }

    #[test]
    fn a_release_carries_the_client_and_the_server() {
        let pair = Pair { ip: Ipv4Addr::new(10, 0, 0, 9), mac: Mac([2, 0, 0, 0, 0, 9]) };
        let message = release_message(pair, Ipv4Addr::new(10, 0, 0, 1));
        assert_eq!(message.len(), 250);
        assert_eq!((&message[12..16], &message[28..34]), (&[10, 0, 0, 9][..], &[2, 0, 0, 0, 0, 9][..]));
        assert_eq!(message[236..], [99, 130, 83, 99, 53, 1, 7, 54, 4, 10, 0, 0, 1, 255]);
    }
}

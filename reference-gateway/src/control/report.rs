//! What diagnosis prints (fon-api 4.3, 4.4).

use super::protocol::Reply;
use crate::accounting::{Kind, Queue, Record};
use crate::config::Network;
use crate::garden::allowed::Entry;
use serde_json::{Value, json};
use std::fmt::{self, Write};
use std::net::Ipv4Addr;
use std::time::Duration;
use wispr::gateway::ClientInfo;

/// A client, and how long it has had its lease.
pub(super) struct Lease {
    pub(super) info: ClientInfo,
    pub(super) age: Duration,
}

pub(super) fn document(value: &Value) -> Reply {
    Reply::done(format!("{value}\n"))
}

pub(super) fn garden(main: &[Entry], dns: &[Entry], json: bool) -> Reply {
    if json {
        let list = |entries: &[Entry]| -> Value {
            let one = |e: &Entry| json!({ "host": e.address, "prefix": e.prefix, "protocol": e.protocol, "port": e.port });
            entries.iter().map(one).collect()
        };
        return document(&json!({ "main": list(main), "dns": list(dns) }));
    }
    let mut text = String::new();
    for (heading, entries) in [("main garden:", main), ("dhcp(dns) garden:", dns)] {
        let _infallible = writeln!(text, "{heading}");
        for Entry { address, protocol, port, .. } in entries {
            let host = address.to_string();
            let _infallible = writeln!(text, "host={host:<16} proto={protocol:<3} port={port:<3}");
        }
    }
    Reply::done(text)
}

pub(super) fn leases(leases: &[Lease], limit: u64, json: bool) -> Reply {
    if json {
        let one = |Lease { info, age }: &Lease| {
            json!({
                "macAddress": info.mac.to_string(), "ipAddress": info.ip, "state": info.state.word(),
                "age": age.as_secs(), "lease": limit,
            })
        };
        return document(&json!({ "leases": leases.iter().map(one).collect::<Value>() }));
    }
    let mut text = String::new();
    for Lease { info, age } in leases {
        let (mac, ip, state) = (info.mac, info.ip, info.state.word());
        let _infallible = writeln!(text, "{mac} {ip} {state} {}/{limit}", age.as_secs());
    }
    Reply::done(text)
}

/// The addresses that clients are given, and for how long.
pub(super) struct Pool {
    pub(super) net: Network,
    pub(super) first: Ipv4Addr,
    pub(super) last: Ipv4Addr,
    pub(super) gateway: Ipv4Addr,
    pub(super) lease: u64,
    pub(super) grace: u64,
}

impl Pool {
    fn contains(&self, address: Ipv4Addr) -> bool {
        (self.first..=self.last).contains(&address) && address != self.gateway
    }

    fn free(&self, leases: &[Lease]) -> u64 {
        let all = u64::from(u32::from(self.last).saturating_sub(u32::from(self.first))) + 1;
        let own = u64::from((self.first..=self.last).contains(&self.gateway));
        let used = leases.iter().filter(|lease| self.contains(lease.info.ip)).count();
        all.saturating_sub(own).saturating_sub(u64::try_from(used).unwrap_or(u64::MAX))
    }
}

pub(super) fn pool(pool: &Pool, leases: &[Lease], json: bool) -> Reply {
    let Pool { net, first, last, lease, grace, .. } = pool;
    let (used, free, network) = (leases.len(), pool.free(leases), format!("{}/{}", net.address, net.prefix));
    if json {
        return document(&json!({
            "network": network, "first": first, "last": last, "lease": lease, "grace": grace, "used": used, "free": free,
        }));
    }
    let mut text = format!("network {network} lease {lease} grace {grace} pool {first} to {last}\n");
    for Lease { info, age } in leases {
        let ClientInfo { unit, ip, mac, .. } = info;
        let state = info.state.word();
        let _infallible =
            writeln!(text, "Unit {unit:3} : {state} : {ip} : mac={mac} ip={ip} age={}", age.as_secs());
    }
    let _infallible = writeln!(text, "{used} used, {free} free");
    Reply::done(text)
}

pub(super) fn queue(records: &Queue, json: bool) -> Reply {
    let kind = |record: &Record| match record.kind {
        Kind::On => "on",
        Kind::Off => "off",
        Kind::Start => "start",
        Kind::Interim => "interim",
        Kind::Stop => "stop",
    };
    if json {
        let one = |record: &Record| json!({ "kind": kind(record), "sessionId": record.session.map(|id| id.to_string()) });
        return document(&json!({ "packets": records.iter().map(one).collect::<Value>() }));
    }
    let last = i64::try_from(records.len()).unwrap_or(i64::MAX) - 1;
    let mut text = format!("next {}, first {}, last {last}\n", records.len(), last.min(0));
    for (number, record) in records.iter().enumerate() {
        let session = record.session.map_or_else(|| "-".to_owned(), |id| id.to_string());
        let _infallible = writeln!(text, "{number} {} {session}", kind(record));
    }
    Reply::done(text)
}

/// What the kernel knows of a process.
struct Process {
    pid: u32,
    /// `Main`, `Daemon` or `Script`.
    kind: &'static str,
    name: String,
    up: u64,
    size: u64,
    resident: u64,
    files: usize,
}

impl Process {
    /// The kernel tells times of processes in hundredths of a second.
    const TICKS: u64 = 100;

    /// A process that a handler's call or a service of the packet path is; `None` if it is gone.
    fn child(pid: u32) -> Option<Self> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name stands in brackets and may hold anything.
        let (name, rest) = stat.split_once('(')?.1.rsplit_once(')')?;
        let started: u64 = rest.split_ascii_whitespace().nth(19)?.parse().ok()?;
        let uptime = std::fs::read_to_string("/proc/uptime").ok()?;
        let uptime: u64 = uptime.split('.').next()?.parse().ok()?;
        let kind = if name == "dnsmasq" { "Daemon" } else { "Script" };
        Some(Self::read(pid, kind, name, uptime.saturating_sub(started / Self::TICKS)))
    }

    fn read(pid: u32, kind: &'static str, name: &str, up: u64) -> Self {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let kilobytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|rest| rest.split_ascii_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0)
        };
        let (size, resident) = (kilobytes("VmSize:"), kilobytes("VmRSS:"));
        let files = std::fs::read_dir(format!("/proc/{pid}/fd")).map_or(0, Iterator::count);
        Self { pid, kind, name: format!("[{name}]"), up, size, resident, files }
    }

    fn json(&self) -> Value {
        json!({
            "pid": self.pid, "up": self.up, "vmSizeKb": self.size, "rssKb": self.resident, "fds": self.files,
        })
    }
}

impl fmt::Display for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pid, kind, name, up, size, resident, files } = self;
        write!(f, "PID {pid:8} {kind:<8} {name:<20} up {up} [Vm Size: {size} RSS: {resident} FDs: {files}]")
    }
}

/// The gateway is one process; handlers and dnsmasq are its children.
pub(super) fn processes(up: Duration, json: bool) -> Reply {
    let main = Process::read(std::process::id(), "Main", "fonap", up.as_secs());
    let children = std::fs::read_to_string("/proc/thread-self/children").unwrap_or_default();
    let children = children.split_ascii_whitespace().filter_map(|pid| Process::child(pid.parse().ok()?));
    let children: Vec<Process> = children.collect();
    if json {
        let list: Vec<Value> = children.iter().map(Process::json).collect();
        return document(&json!({ "main": main.json(), "children": list }));
    }
    let count = children.len();
    let mut text = format!("Children {count} Max 128 Total {count}\n{main}\n");
    for child in children {
        let _infallible = writeln!(text, "{child}");
    }
    Reply::done(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_garden_has_both_headings() {
        // spec: fon-api 4.3
        let entry = |address, prefix| Entry { address, prefix, protocol: 0, port: 0 };
        let main = [entry(Ipv4Addr::new(198, 51, 100, 10), 32), entry(Ipv4Addr::new(213, 134, 44, 0), 24)];
        let reply = garden(&main, &[], false);
        assert_eq!(
            reply.text,
            "main garden:\n\
             host=198.51.100.10    proto=0   port=0  \n\
             host=213.134.44.0     proto=0   port=0  \n\
             dhcp(dns) garden:\n"
        );
        let dns = garden(&[], &[entry(Ipv4Addr::new(209, 85, 146, 139), 32)], false).text;
        assert_eq!(dns, "main garden:\ndhcp(dns) garden:\nhost=209.85.146.139   proto=0   port=0  \n");
    }

    #[test]
    fn an_empty_queue_is_told_as_ever() {
        // spec: fon-api 4.4
        let mut records = Queue::new(9, Duration::ZERO);
        assert_eq!(queue(&records, false).text, "next 0, first -1, last -1\n");
        let octets = [&[1, 1][..], &[0; 8], b"0000000100000002"].concat();
        records.push(Record::from_octets(&octets).unwrap(), Duration::ZERO);
        assert_eq!(queue(&records, false).text, "next 1, first 0, last 0\n0 start 0000000100000002\n");
    }

    #[test]
    fn a_process_is_told_in_columns() {
        // spec: fon-api 4.4
        let text = processes(Duration::from_secs(2067), false).text;
        let line = text.lines().nth(1).unwrap_or_default();
        let pid = std::process::id();
        assert!(
            line.starts_with(&format!("PID {pid:8} Main     [fonap]              up 2067 [Vm Size: ")),
            "{text}"
        );
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let line = Process::child(child.id()).unwrap().to_string();
        let _ = child.kill();
        let _ = child.wait();
        assert!(line.starts_with(&format!("PID {:8} Script   [", child.id())), "{line}");
        let up = line.split(" up ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap();
        assert!(up.parse::<u64>().unwrap() < 60 && line.ends_with(']') && line.contains(" FDs: "), "{line}");
        assert!(Process::child(child.id()).is_none());
    }
}

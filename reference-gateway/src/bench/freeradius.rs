//! A real FreeRADIUS for the bench's user, if it is installed.

use super::client::{PASSWORD, RADIUS_SECRET, USER, exchange};
use super::process::Process;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tokio::net::UdpSocket;

const CONFIGURATION: &str = include_str!("../../assets/bench-radiusd.conf");

/// What it does for a login.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Work {
    /// Looks the password up, and forgets the accounting.
    Least,
    /// Runs the modules of the site that it ships, and keeps the accounting.
    Usual,
}

/// Starts it in a folder, on these ports of loopback. `None`: it is not installed.
pub(super) async fn start(folder: &Path, ports: (u16, u16), work: Work) -> Result<Option<Process>, String> {
    let refused = |error: std::io::Error| format!("{}: {error}", folder.display());
    let configuration = CONFIGURATION
        .replace("@FOLDER@", &folder.display().to_string())
        .replace("@SECRET@", RADIUS_SECRET)
        .replace("@AUTH@", &ports.0.to_string())
        .replace("@ACCT@", &ports.1.to_string())
        .replace("#usual ", if work == Work::Usual { "" } else { "# " });
    fs::write(folder.join("radiusd.conf"), configuration).map_err(refused)?;
    fs::write(folder.join("dictionary"), "$INCLUDE /usr/share/freeradius/dictionary\n").map_err(refused)?;
    let user = format!("{USER} Cleartext-Password := \"{PASSWORD}\"\n\tSession-Timeout = 3600\n");
    fs::write(folder.join("users"), user).map_err(refused)?;
    // Debian keeps servers in /usr/sbin, which is not on every user's path.
    let places = ["freeradius", "/usr/sbin/freeradius", "/usr/sbin/radiusd"];
    let found =
        places.into_iter().find(|name| Command::new(name).arg("-v").stdout(Stdio::null()).status().is_ok());
    let Some(program) = found else { return Ok(None) };
    let mut command = Command::new(program);
    command.args(["-f", "-n", "radiusd", "-d"]).arg(folder);
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let process = Process::spawn(command)?;
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(|e| e.to_string())?;
    socket.connect(SocketAddr::from((Ipv4Addr::LOCALHOST, ports.0))).await.map_err(|e| e.to_string())?;
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        match exchange(&socket, 1).await {
            Ok(_) => return Ok(Some(process)),
            Err(error) if Instant::now() > deadline => {
                return Err(format!("FreeRADIUS does not answer: {error}"));
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

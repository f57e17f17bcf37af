//! The remote configuration: asks the RADIUS servers of its own for lines of chilli.conf (hotspot-config 3.1).

use super::settings::{Servers, interface_mac};
use crate::clock::Clock;
use crate::config::Settings;
use crate::radius::{Port, Purpose};
use radius_codec::client::{Event, Failure};
use radius_codec::radconfig::{Login, received, request};
use radius_codec::{Code, Limits};
use std::net::Ipv4Addr;
use tokio::sync::mpsc;

/// The largest answer (radius-profile 1).
const LIMITS: Limits = Limits { max_len: 5120, ..Limits::DEFAULT };

/// Why there are no lines.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// Without these nobody can be asked.
    #[error("adminuser and adminpasswd are needed to ask for the configuration")]
    NoAccount,
    /// A socket, a name or a file.
    #[error("{0}")]
    Local(String),
    /// No server answered.
    #[error("no RADIUS server answered ({0}); is radiussecret the servers'?")]
    Silence(&'static str),
    /// The server says no.
    #[error("the server refuses adminuser or adminpasswd")]
    Refused,
}

/// Asks for the configuration; the answer is one line for each ChilliSpot-Config.
///
/// The servers are tried as FON asks for it, one send each, 7 s apart, unless the settings say otherwise.
///
/// # Errors
/// Why there is no answer.
pub async fn fetch(settings: &Settings) -> Result<String, FetchError> {
    let (Some(user), Some(password)) = (settings.text("adminuser"), settings.text("adminpasswd")) else {
        return Err(FetchError::NoAccount);
    };
    let called =
        settings.text("nasmac").and_then(|text| text.parse().ok()).or_else(|| interface_mac(settings));
    let nas_identifier = settings.text("radiusnasid").map(str::to_owned);
    let called = called.map(|mac| mac.to_string()).or_else(|| nas_identifier.clone()).unwrap_or_default();
    let login = Login {
        version: env!("CARGO_PKG_VERSION"),
        user,
        password: password.as_bytes(),
        called_station_id: &called,
        nas_ip_address: settings
            .address("nasip")
            .or_else(|| settings.address("radiuslisten"))
            .unwrap_or(Ipv4Addr::UNSPECIFIED),
        nas_identifier: nas_identifier.as_deref().unwrap_or(&called),
    };
    let mut servers = Servers::for_configuration(settings);
    let addresses = servers.keep_resolvable().await.map_err(FetchError::Local)?;
    let purpose = Purpose::Authentication;
    let route = servers.route(purpose, 0, &addresses).map_err(FetchError::Local)?;
    let config = servers.client(purpose, &route).map_err(FetchError::Local)?.limits(LIMITS);
    let (inbox, mut datagrams) = mpsc::channel(64);
    let clock = Clock::start();
    let mut port = Port::open(route, config, clock, inbox, None).await.map_err(FetchError::Local)?;
    port.send(request(&login)).map_err(|e| FetchError::Local(e.to_string()))?;
    loop {
        let (events, wake) = port.drain();
        for event in events {
            match event {
                Event::Reply(reply) => {
                    let packet = reply.packet.view();
                    let accepted = packet.code() == Code::ACCESS_ACCEPT;
                    return if accepted { Ok(received(&packet)) } else { Err(FetchError::Refused) };
                }
                Event::Failed { reason, .. } => {
                    let how = if reason == Failure::Deadline { "it took too long" } else { "timeout" };
                    return Err(FetchError::Silence(how));
                }
                other => super::events::report(&other),
            }
        }
        tokio::select! {
            Some(received) = datagrams.recv() => port.handle(Some(&received)),
            () = tokio::time::sleep_until(clock.instant(wake)) => port.handle(None),
        }
    }
}

//! `fonap institution`: an institution to try `fonap discover` with.

use super::{DONE, FAILED, block_on, complain, say};
use crate::embedded::institution::{Behaviour, Institution};
use crate::hotspot::until_signal;
use crate::tls;
use clap::Args;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use tokio_rustls::TlsAcceptor;

/// Run an institution for development
///
/// Serves a list, a sign-in page that believes everybody, tokens and configurations, on loopback only, and prints each
/// request. The line it prints first shows how `fonap discover` finds it. The options make it fail as servers in the field do.
#[derive(Args)]
pub(super) struct Arguments {
    /// Where to listen; port 0 lets the system choose
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8018")]
    listen: SocketAddr,
    /// Speak https with a certificate made for this run, and write it (PEM) to a file for clients to trust
    #[arg(long, value_name = "FILE")]
    tls: Option<PathBuf>,
    /// Lifetime of its tokens in seconds; 0 leaves it unsaid
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    token_lifetime: i64,
    /// Refuse a good token with 401 so many times
    #[arg(long, value_name = "N", default_value_t = 0)]
    refuse_tokens: u32,
    /// Give configurations to GET and answer POST with 405
    #[arg(long)]
    get_only: bool,
    /// Answer with a web page where a configuration is asked for, as a captive portal does
    #[arg(long)]
    captive: bool,
    /// The number of its list
    #[arg(long, value_name = "N", default_value_t = Behaviour::default().seq)]
    seq: u64,
}

/// A certificate for an address, left in a file.
fn https(listen: SocketAddr, file: &Path) -> Result<TlsAcceptor, String> {
    let identity = tls::self_signed(&[&listen.ip().to_string(), "localhost"])?;
    let told = |e: &dyn std::fmt::Display| format!("{}: {e}", file.display());
    let certificate = eapconfig::Certificate::from_der(identity.certificate.to_vec());
    let pem = certificate.ok_or_else(|| told(&"no certificate was made"))?.to_pem();
    std::fs::write(file, pem).map_err(|e| told(&e))?;
    Ok(identity.acceptor)
}

pub(super) fn run(arguments: Arguments) -> u8 {
    let behaviour = Behaviour {
        token_lifetime: arguments.token_lifetime,
        refuse_tokens: arguments.refuse_tokens,
        get_only: arguments.get_only,
        captive: arguments.captive,
        seq: arguments.seq,
    };
    let outcome = block_on(async {
        let tls = arguments.tls.as_deref().map(|file| https(arguments.listen, file)).transpose()?;
        let institution = Institution::open(arguments.listen, tls, behaviour).await?;
        let base = institution.base().to_owned();
        say(format_args!("ready: institution {base}"));
        let option = match &arguments.tls {
            Some(file) => format!("--ca {}", file.display()),
            None => "--allow-loopback-http".to_owned(),
        };
        say(format_args!("try: fonap discover {option} --url {base}/v1/discovery.json sur"));
        tokio::select! {
            () = institution.serve(|seen| say(format_args!("{} {} {}", seen.method, seen.path, seen.status))) => {}
            _ = until_signal() => {}
        }
        Ok::<(), String>(())
    });
    match outcome.and_then(|result| result) {
        Ok(()) => DONE,
        Err(error) => {
            complain(error);
            FAILED
        }
    }
}

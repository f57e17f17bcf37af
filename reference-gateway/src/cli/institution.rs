//! `fonap institution`: an institution to try `fonap discover` with.

use super::{DONE, FAILED, block_on, complain, say};
use crate::embedded::institution::{Behaviour, Institution};
use crate::hotspot::until_signal;
use clap::Args;
use std::net::SocketAddr;

/// Run an institution for development
///
/// Serves a list, a sign-in page that believes everybody, tokens and configurations, on loopback only, and prints each
/// request. `fonap discover --allow-loopback-http --url URL` finds it. The options make it fail as servers in the field do.
#[derive(Args)]
pub(super) struct Arguments {
    /// Where to listen; port 0 lets the system choose
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8018")]
    listen: SocketAddr,
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

pub(super) fn run(arguments: Arguments) -> u8 {
    let behaviour = Behaviour {
        token_lifetime: arguments.token_lifetime,
        refuse_tokens: arguments.refuse_tokens,
        get_only: arguments.get_only,
        captive: arguments.captive,
        seq: arguments.seq,
    };
    let outcome = block_on(async {
        let institution = Institution::open(arguments.listen, behaviour).await?;
        let base = institution.base().to_owned();
        say(format_args!("ready: institution {base}"));
        say(format_args!("try: fonap discover --allow-loopback-http --url {base}/v1/discovery.json sur"));
        tokio::select! {
            () = institution.serve(|seen| say(format_args!("{} {} {}", seen.method, seen.path, seen.status))) => {}
            () = until_signal() => {}
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

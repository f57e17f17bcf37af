//! `fonap radius-server`: the development RADIUS server alone.

use super::{DONE, FAILED, USAGE, block_on, complain, say, write_out};
use crate::decode::radius::Decoder;
use crate::embedded::radius::{DevelopmentServer, Notice, Options, User};
use crate::hotspot::until_signal;
use clap::Args;
use std::net::SocketAddr;
use zeroize::Zeroizing;

/// Run a RADIUS server for development
///
/// It knows the users that are given here, answers PAP, CHAP and EAP-MD5 and all accounting on one port, and prints each
/// packet. It serves loopback clients only and is not made for real users.
#[derive(Args)]
pub(super) struct Arguments {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:1812")]
    listen: SocketAddr,
    /// The secret shared with clients
    #[arg(long, value_name = "SECRET", default_value = "testing123")]
    secret: String,
    /// A user; may be given several times
    #[arg(long, value_name = "NAME:PASSWORD", required = true)]
    user: Vec<String>,
    /// Session-Timeout of an Access-Accept, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    session_timeout: u32,
}

pub(super) fn run(arguments: Arguments) -> u8 {
    let mut users = Vec::new();
    for user in &arguments.user {
        let Some((name, password)) = user.split_once(':') else {
            complain(format!("--user {user}: expected NAME:PASSWORD"));
            return USAGE;
        };
        users.push(User { name: name.to_owned(), password: Zeroizing::new(password.to_owned()) });
    }
    let mut options = Options::new(users, &arguments.secret);
    options.session_timeout = arguments.session_timeout;
    let decoder = match Decoder::new(Some(&arguments.secret)) {
        Ok(decoder) => decoder,
        Err(error) => {
            complain(error);
            return USAGE;
        }
    };
    let outcome = block_on(async {
        let server = DevelopmentServer::bind(arguments.listen, options).await?;
        say(format_args!("ready: radius {}", server.address()?));
        tokio::select! {
            () = server.serve(|notice| show(&notice, &decoder)) => {}
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

fn show(notice: &Notice, decoder: &Decoder) {
    match notice {
        Notice::Request(packet) | Notice::Reply(packet) => match decoder.decode(packet, None) {
            Ok(decoded) => write_out(decoded.tree()),
            Err(error) => say(error),
        },
        Notice::Dropped { from, reason } => say(format_args!("dropped a datagram of {from}: {reason}")),
    }
}

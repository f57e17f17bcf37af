//! `fonap decode`: shows what a packet or a page holds.

use super::{DONE, FAILED, complain, say, write_out};
use crate::clock::unix_seconds;
use crate::decode::discovery::List;
use crate::decode::eapconfig::Linted;
use crate::decode::heartbeat;
use crate::decode::input::{from_hex, read, read_at_most};
use crate::decode::passpoint;
use crate::decode::radius::Decoder;
use crate::decode::wispr::Page;
use ::heartbeat::Key;
use ::heartbeat::rsa::RsaPublicKey;
use ::passpoint::certificate::Certificate;
use ::passpoint::limits::MAX_FILE;
use clap::{Args, Subcommand};
use std::fs;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Show what a captured packet or page holds
#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(Subcommand)]
enum Kind {
    /// A RADIUS packet
    ///
    /// With the shared secret the authenticators are checked and hidden passwords are shown. To check a reply, and to
    /// show the keys in it, the Request Authenticator of its request is needed as well.
    Radius {
        #[command(flatten)]
        input: Input,
        /// The shared secret
        #[arg(long, value_name = "SECRET")]
        secret: Option<String>,
        /// The Request Authenticator of the request that this packet answers, or that whole request
        #[arg(long, value_name = "HEX")]
        request_authenticator: Option<String>,
    },
    /// A Wi-Fi profile of any system: Android, Apple, Windows, ChromeOS, wpa_supplicant, NetworkManager, or the model
    ///
    /// Finds out which it is, checks it as that system would, and shows the subscription in it. A signature that does
    /// not fit the file is an error; whether the signer is to be trusted is judged by --ca. Exit status 1 when the file
    /// is refused or its signer does not lead to that authority.
    Passpoint {
        #[command(flatten)]
        input: Input,
        /// Authorities that the signer has to lead to, PEM
        #[arg(long, value_name = "FILE")]
        ca: Option<PathBuf>,
        /// A file with the pass phrase of an encrypted ChromeOS configuration
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
        /// Show passwords and keys
        #[arg(long)]
        show_secrets: bool,
    },
    /// A WISPr page of a gateway or portal, or a bare document
    Wispr {
        #[command(flatten)]
        input: Input,
    },
    /// A heartbeat: its label or name, the text of its answer, or a DNS message
    ///
    /// Without keys only what is in clear is shown.
    Heartbeat {
        #[command(flatten)]
        input: Input,
        /// The file with the hotspot's key, 64 hexadecimal digits
        #[arg(long, value_name = "FILE")]
        keyfile: Option<PathBuf>,
        /// The file with the server's RSA public key, for instructions
        #[arg(long, value_name = "FILE")]
        rsapath: Option<PathBuf>,
    },
    /// A list of institutions, in any published format
    Discovery {
        #[command(flatten)]
        input: Input,
    },
    /// An EAP configuration: what it says, and each problem with its place and an explanation
    Eapconfig {
        #[command(flatten)]
        input: Input,
    },
}

#[derive(Args)]
struct Input {
    /// Hexadecimal text, base64, a file, or - for standard input
    #[arg(value_name = "INPUT")]
    input: Option<String>,
    /// Print JSON for programs
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: Arguments) -> u8 {
    let outcome = match arguments.kind {
        Kind::Passpoint { input, ca, passphrase_file, show_secrets } => {
            decode_passpoint(&input, ca.as_deref(), passphrase_file.as_deref(), show_secrets)
        }
        Kind::Wispr { input } => decode_wispr(&input),
        Kind::Heartbeat { input, keyfile, rsapath } => {
            decode_heartbeat(&input, keyfile.as_deref(), rsapath.as_deref())
        }
        Kind::Discovery { input } => decode_discovery(&input),
        Kind::Eapconfig { input } => decode_eapconfig(&input),
        Kind::Radius { input, secret, request_authenticator } => {
            decode_radius(&input, secret.as_deref(), request_authenticator.as_deref())
        }
    };
    match outcome {
        Ok(true) => DONE,
        Ok(false) => FAILED,
        Err(error) => {
            complain(error);
            FAILED
        }
    }
}

fn decode_passpoint(
    input: &Input,
    ca: Option<&Path>,
    passphrase: Option<&Path>,
    secrets: bool,
) -> Result<bool, String> {
    let text = |path: &Path| fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()));
    let anchors = match ca {
        Some(path) => {
            Certificate::chain_from_pem(&text(path)?).map_err(|e| format!("{}: {e}", path.display()))?
        }
        None => Vec::new(),
    };
    let passphrase = passphrase.map(text).transpose()?;
    let passphrase = passphrase.as_deref().map(|p| p.trim_end_matches(['\r', '\n']));
    if let Some(path) = input.input.as_deref().filter(|path| *path != "-" && !Path::new(path).is_file()) {
        return Err(format!("{path}: there is no such file"));
    }
    let octets = read_at_most(input.input.as_deref(), false, MAX_FILE as u64)?;
    let options = passpoint::Options { anchors: &anchors, passphrase, unix_seconds: unix_seconds() };
    let decoded = passpoint::decode(&octets, &options)
        .map_err(|e| format!("refused as {}: {e}", passpoint::Format::of(&octets).name()))?;
    if input.json {
        say(format_args!("{:#}", decoded.json(secrets)));
    } else {
        write_out(decoded.tree(secrets));
    }
    Ok(decoded.is_good())
}

fn decode_wispr(input: &Input) -> Result<bool, String> {
    let octets = read(input.input.as_deref(), false)?;
    let page = Page::read(&octets).map_err(|e| format!("cannot read the page: {e}"))?;
    if input.json {
        say(format_args!("{:#}", page.json()));
    } else {
        write_out(page.tree());
    }
    Ok(page.usable().is_ok())
}

fn decode_heartbeat(input: &Input, keyfile: Option<&Path>, rsapath: Option<&Path>) -> Result<bool, String> {
    let octets = read(input.input.as_deref(), false)?;
    let load = |path: &Path| fs::read(path).map_err(|error| format!("{}: {error}", path.display()));
    let key = match keyfile {
        None => None,
        Some(path) => {
            let file = Zeroizing::new(load(path)?);
            let text = std::str::from_utf8(&file).unwrap_or_default();
            Some(Key::from_file(text).map_err(|error| format!("{}: {error}", path.display()))?)
        }
    };
    let rsa = match rsapath {
        None => None,
        Some(path) => {
            let read = RsaPublicKey::from_file(&load(path)?);
            Some(read.map_err(|error| format!("{}: {error}", path.display()))?)
        }
    };
    let decoded = heartbeat::Decoder::new(key.as_ref(), rsa).decode(&octets)?;
    if input.json {
        say(format_args!("{:#}", decoded.json()));
    } else {
        write_out(decoded.tree());
    }
    Ok(decoded.is_good())
}

fn decode_discovery(input: &Input) -> Result<bool, String> {
    let octets = read_at_most(input.input.as_deref(), false, ::discovery::document::MAX_OCTETS as u64)?;
    let list = List::read(&octets).map_err(|e| format!("not a list of institutions: {e} ({})", e.code()))?;
    if input.json {
        say(format_args!("{:#}", list.json()));
    } else {
        write_out(list.tree());
    }
    Ok(true)
}

fn decode_eapconfig(input: &Input) -> Result<bool, String> {
    let octets = read_at_most(input.input.as_deref(), false, ::eapconfig::MAX_LEN as u64)?;
    let linted = Linted::read(&octets, unix_seconds());
    if input.json {
        say(format_args!("{:#}", linted.json()));
    } else {
        write_out(linted.tree());
    }
    Ok(linted.is_usable())
}

fn decode_radius(input: &Input, secret: Option<&str>, request: Option<&str>) -> Result<bool, String> {
    let octets = read(input.input.as_deref(), true)?;
    let authenticator = request.map(request_authenticator).transpose()?;
    let decoded = Decoder::new(secret)?.decode(&octets, authenticator.as_ref())?;
    if input.json {
        say(format_args!("{:#}", decoded.json()));
    } else {
        write_out(decoded.tree());
    }
    Ok(decoded.is_good())
}

/// 16 octets, or the same of a whole request.
fn request_authenticator(text: &str) -> Result<[u8; 16], String> {
    let octets = from_hex(text).ok_or("--request-authenticator: expected hexadecimal text")?;
    let authenticator = if octets.len() == 16 { Some(&octets[..]) } else { octets.get(4..20) };
    authenticator
        .and_then(|a| a.try_into().ok())
        .ok_or_else(|| "--request-authenticator: expected 16 octets, or a whole request".to_owned())
}

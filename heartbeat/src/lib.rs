//! The encrypted DNS heartbeat of the FON Status Manager, sans I/O: both ends of it.
//!
//! A hotspot tells its status server every minute that it lives. It encrypts 32 octets under a key both know, writes
//! them as one DNS label, asks for that name's TXT record, and judges the text that comes back: an acknowledgement
//! ("NOP") or an instruction signed with the server's RSA key ("regular"). When answers come the service is online,
//! when they stay away it is offline, and each change runs a command. The specification is the project's
//! `spec/heartbeat.md`; items here name its sections as `spec: heartbeat 9.1`.
//!
//! Nothing in this crate opens a socket or a file, reads a clock, draws randomness, logs or runs anything. Time is a
//! [`core::time::Duration`] since any fixed moment, randomness a [`Random`], and what is to be done comes out as data.
//!
//! # Example
//!
//! A hotspot and its server, without a network between them:
//!
//! ```
//! use core::time::Duration;
//! use heartbeat::machine::{Input, Output};
//! use heartbeat::server::{DeviceKeys, Received, ServerSettings, StatusServer};
//! use heartbeat::{Architecture, Heartbeat, Identity, Key, Mac, Settings, Version};
//!
//! let random = |octets: &mut [u8]| octets.fill(0x2a); // yours is a cryptographic generator
//! let key: Key = "7ef44706c65938ceb87c814e844679dc5edf1c9c30de4b6d5af4504b4e6a7a8d".parse()?;
//! let identity = Identity {
//!     mac: "00-18-84-a0-00-29".parse()?,
//!     version: Version::parse("2.1.0", "1")?,
//!     architecture: Architecture::FONAP,
//! };
//! let mut settings = Settings::new(identity, key.clone(), "192.0.2.1".parse()?);
//! settings.start_delay = Some(Duration::ZERO);
//! let mut hotspot = Heartbeat::new(settings, random, Duration::ZERO)?;
//! let mut server = StatusServer::new(ServerSettings::new(".sm.fon.com"), random)?;
//! let mut devices = |mac: Mac| (mac == identity.mac).then(|| DeviceKeys::new(key.clone()));
//!
//! let mut now = Duration::ZERO;
//! hotspot.handle(now, Input::Tick);
//! let next = loop {
//!     match hotspot.poll_output() {
//!         Output::Transmit(transmit) => {
//!             let datagram = &transmit.payload; // would go to transmit.destination
//!             let source = "192.0.2.9".parse()?;
//!             let received = Received { now, unix_seconds: 1_300_000_000, source, datagram };
//!             let mut answer = Vec::new();
//!             server.handle(received, &mut devices, None, &mut answer);
//!             now += Duration::from_millis(20);
//!             hotspot.handle(now, Input::Datagram(&answer));
//!         }
//!         Output::Event(event) => println!("{event:?}"),
//!         Output::WaitUntil(next) => break next,
//!         other => println!("to be done: {other:?}"),
//!     }
//! };
//! assert_eq!(hotspot.service(), heartbeat::liveness::Service::Online);
//! assert_eq!(next, now + Duration::from_secs(60));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where things are
//!
//! | Layer | Modules |
//! |---|---|
//! | encodings | [`base32`], [`base64`], [`crc3`] |
//! | messages | [`query`], [`answer`], [`extension`] (the two opt-in tags), [`exec`] |
//! | keys | [`key`] (AES, key text, board data, roll-over), [`rsa`] (reading the public key, the public operation) |
//! | DNS | [`dns`], [`host`] |
//! | client | [`machine`] ([`Heartbeat`]), [`liveness`] (the rules alone), [`settings`], [`identity`] |
//! | daemon's surface | [`config`]: command line, `fonsmcd.conf`, and what comes of both |
//! | server | [`server`] |
//!
//! # Sections of the specification
//!
//! | Section | State |
//! |---|---|
//! | 3 text encodings | done; the source's looser readings are not offered |
//! | 4 query, 5 answers | done, both ends; signing is the caller's ([`rsa::RsaSigner`]) |
//! | 6 RSA public key | done: SubjectPublicKeyInfo and PKCS#1, PEM and DER, by content |
//! | 7 DNS carriage | done over UDP; TCP after TC, which the specification leaves open, is left out: no server needs it |
//! | 8 identity | done: precedence, single-line files, board data, the current key |
//! | 9 state machine | done: default and source's rules, test run, units of the timeout |
//! | 10 triggers | done as data: order, contradiction, limit, substitution; the optional `pre_heartbeat` is left out, a caller can do as much before each [`machine::Input`] |
//! | 11 finding the server | done: literals, families, caching, rotation; look-ups are the caller's, the messages are in [`dns`] |
//! | 12 process | the parts without a process: reload, stop, log lines; the rest is `fonap status-manager` |
//! | 13 command line, 14 configuration file, 15 single-line files | done; the reading of 14.2 (older) is left out: every careful file reads the same |
//! | 17 server side | done, with duplicate and replay windows and rates |
//! | 19 defects | each has a test that shows it is not here (`tests/defects.rs`) |
//! | 20 hardening | done; `exec_no_shell` and `exec_user` are for whoever runs the command |
//! | 21 compatibility options | done |
//!
//! # Features
//!
//! `std` (default) adds only what needs the standard library; without it the crate is `no_std` with `alloc`.
//!
//! # Limits
//!
//! | What | Limit |
//! |---|---|
//! | name on the wire | 255 octets, labels 63 ([`dns::MAX_NAME_LEN`]) |
//! | text kept of a response | 512 octets; longer text is no answer ([`dns::MAX_TEXT_LEN`]) |
//! | addresses kept of a look-up | 16 ([`dns::MAX_ADDRESSES`]) |
//! | data of an instruction | 246 octets ([`answer::MAX_DATA_LEN`]) |
//! | waiting triggers | 16; surplus instructions are dropped and reported |
//! | RSA key | 2048 bits, exponent odd and at least 65537; file of 16 KiB ([`rsa::MAX_FILE_LEN`]) |
//! | configuration file | 64 KiB ([`config::MAX_FILE_LEN`]) |
//! | devices cached by a server | as set ([`server::ServerSettings::cached_devices`]), 16 transaction ids each |
//! | addresses a server rates | 65,536, where it does ([`server::ServerSettings::source_rate`]) |
//!
//! # What the caller must bring
//!
//! A cryptographic generator; a monotonic clock; UDP sockets connected to the destination; name resolution; for
//! triggers a private directory and a shell. The data of an instruction comes from the network: it reaches a command as
//! a file only. The protocol itself is weak in places that no implementation can mend (section 20): the MAC is in
//! clear, queries can be replayed, ECB shows equal blocks.
#![no_std]
#![forbid(unsafe_code)]
#![deny(clippy::std_instead_of_core, clippy::std_instead_of_alloc, clippy::alloc_instead_of_core)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod answer;
pub mod base32;
pub mod base64;
pub mod config;
pub mod crc3;
pub mod dns;
pub mod exec;
pub mod extension;
pub mod host;
pub mod identity;
pub mod key;
pub mod liveness;
pub mod machine;
pub mod query;
pub mod random;
pub mod rsa;
pub mod server;
pub mod settings;

pub use exec::ExecCode;
pub use host::Host;
pub use identity::{Architecture, Identity, Mac, Version};
pub use key::{Cipher, Key};
pub use machine::Heartbeat;
pub use query::Query;
pub use random::Random;
pub use settings::Settings;

//! The reference gateway: a thin loop of sockets and timers round the machines of the protocol crates.
//!
//! The binary is `fonap`; `fonap --help` lists what it does. The library exists so that tests can reach the parts
//! that own a rule of the specification, and so that other programs can take a packet or a page apart as `fonap` does:
//!
//! ```
//! use reference_gateway::decode::{input, radius::Decoder};
//!
//! // RFC 2865 §7.1: the password in it was hidden with this secret.
//! let packet = "010000380f403f9473978057bd83d5cb98f4227a01066e656d6f02120dbe708d93d413ce3196e43f782a0aee\
//!               0406c0a80110050600000003";
//! let octets = input::from_hex(packet).ok_or("not hexadecimal")?;
//! let decoded = Decoder::new(Some("xyzzy5461"))?.decode(&octets, None)?;
//! assert_eq!(decoded.title(), "Access-Request");
//! assert_eq!(decoded.lines().next().as_deref(), Some("User-Name = \"nemo\""));
//! # Ok::<(), String>(())
//! ```
//!
//! # Where things are
//!
//! | module | what it is for |
//! |---|---|
//! | [`hotspot`] | one task that owns the machines; requests, datagrams and time go in, answers and packets come out |
//! | [`supervisor`] | reads the configuration, local and remote, and keeps what works |
//! | [`http`] | the listener with its limits, and one request at a time as a client |
//! | [`metrics`] | what Prometheus is told |
//! | [`owner`] | the page of the hotspot's owner |
//! | [`portal`] | the built-in captive portal |
//! | [`provision`] | the service that hands out Wi-Fi profiles |
//! | [`radius`] | sockets for the RADIUS client machine |
//! | [`dataplane`] | who may pass, behind one trait |
//! | [`site`] | whether the hotspot is open |
//! | [`smart_client`] | sockets for the WISPr client machine |
//! | [`discover`] | sockets, files and the listener for the discovery client machine; conversion of what it fetches |
//! | [`files`] | files for this user only |
//! | [`config`] | chilli.conf |
//! | [`control`] | the control socket of `fonap ctl` |
//! | [`accounting`] | records that wait for a server, and what outlives the process |
//! | [`handler`] | the external handler: which program, when, and how it ends |
//! | [`garden`] | what clients reach without login |
//! | [`decode`] | packets and pages for people and as JSON |
//! | [`heartbeat_server`] | answers heartbeats from a key file; a load generator for it |
//! | [`status_manager`] | heartbeats: the state that opens and closes a hotspot, triggers |
//! | [`embedded`] | servers for development: RADIUS, an institution, a cable, a small Internet |
//! | [`mod@bench`] | the load generator |
//! | [`cli`] | one file per subcommand |

#![forbid(unsafe_code)]

pub mod accounting;
pub mod bench;
pub mod cli;
pub mod clock;
pub mod config;
pub mod control;
pub mod dataplane;
pub mod decode;
pub mod discover;
pub mod embedded;
pub mod files;
pub mod garden;
pub mod handler;
pub mod heartbeat_server;
pub mod hotspot;
pub mod http;
pub mod identity;
pub mod metrics;
pub mod mschap;
pub mod owner;
pub mod portal;
pub mod provision;
pub mod radius;
pub mod random;
pub mod site;
pub mod smart_client;
pub mod status_manager;
pub mod supervisor;
pub mod tls;

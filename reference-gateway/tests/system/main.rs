//! The binary `fonap` from outside, against real peers: FreeRADIUS, radclient, curl, Chromium.
//!
//! `scripts/test.sh install` brings the peers; a missing one makes the tests that need it fail by name.
//! Every test starts its own servers on free loopback ports, so all of them may run side by side.

mod bench;
mod c_examples;
mod cli;
mod coa;
mod config_errors;
mod control;
mod curl;
mod demo;
mod discover;
mod discover_convert;
mod documents;
mod dynamic_authorization;
mod eap_tunnels;
mod faults;
mod handler;
mod heartbeat_server;
mod local;
mod metrics;
mod owner;
mod portal;
mod provision;
mod provision_browser;
mod provision_store;
mod radconfig;
mod radius;
mod radius_server;
mod radsec;
mod reload;
mod restart;
mod robustness;
mod sessions;
mod status_manager;
mod status_manager_daemon;
mod support;
mod wire;

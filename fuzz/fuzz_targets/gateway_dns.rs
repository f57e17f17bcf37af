//! A DNS message from a client or a server, as the gateway's forwarder reads it: its own answers answer the query.
#![no_main]

use libfuzzer_sys::fuzz_target;
use reference_gateway::dataplane::fuzzing;

fuzz_target!(|input: &[u8]| fuzzing::dns(input));

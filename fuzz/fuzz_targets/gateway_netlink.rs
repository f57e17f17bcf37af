//! A netlink datagram: reading ends at its end, and what was read is read again when written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use reference_gateway::dataplane::fuzzing;

fuzz_target!(|input: &[u8]| fuzzing::netlink(input));

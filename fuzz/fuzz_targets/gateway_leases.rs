//! A line of the DHCP server's callback: what is read is read again when written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use reference_gateway::dataplane::dhcp::Event;

fuzz_target!(|input: &str| {
    let Some(event) = Event::parse(input) else { return };
    let (verb, pair) = match event {
        Event::Leased(pair) => ("add", pair),
        Event::Ended(pair) => ("del", pair),
    };
    let line = format!("{verb} {} {} a name", pair.mac, pair.ip);
    assert_eq!(Event::parse(&line), Some(event), "{line}");
});

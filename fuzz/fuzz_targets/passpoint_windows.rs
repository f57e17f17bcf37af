//! Any octets are checked as a carrier provisioning file or refused with a code; canonical form is stable.
#![no_main]

use libfuzzer_sys::fuzz_target;
use passpoint::windows::{CheckOptions, check};

fuzz_target!(|octets: &[u8]| {
    let plain = check(octets, &CheckOptions::default());
    // What the stricter rules take, the plain ones take too.
    if check(octets, &CheckOptions::default().strict()).is_ok() {
        assert!(plain.is_ok());
    }
    if let Err(refused) = plain {
        assert!(refused.code.contains('.'));
    }
});

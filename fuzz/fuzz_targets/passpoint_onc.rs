//! Any octets are read or refused; a model that was read and is valid is written again with the same networks.
#![no_main]

use fonap_fuzz::Zero;
use libfuzzer_sys::fuzz_target;
use passpoint::Profile;
use passpoint::onc::{DecodeOptions, Options, decode, encode};

fuzz_target!(|octets: &[u8]| {
    let decoded = match decode(octets, &DecodeOptions::default()) {
        Ok(decoded) => decoded,
        Err(refused) => {
            assert!(refused.code.contains('.'));
            return;
        }
    };
    let Ok(profile) = Profile::new(decoded.model) else { return };
    let Some(written) = encode(&profile, &Options::default(), &mut Zero).output else { return };
    let again = decode(&written, &DecodeOptions::default()).expect("what was written can be read").model;
    assert_eq!(again.ssids, profile.model().ssids);
    assert_eq!(again.server.names.len(), profile.model().server.names.len());
});

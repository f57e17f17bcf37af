//! Any octets are read or refused; a model that was read and is valid is written again with the same networks.
#![no_main]

use fonap_fuzz::Zero;
use libfuzzer_sys::fuzz_target;
use passpoint::Profile;
use passpoint::apple::{DecodeOptions, Options, decode, encode};

fuzz_target!(|octets: &[u8]| {
    let reading = DecodeOptions::default();
    let decoded = match decode(octets, &reading) {
        Ok(decoded) => decoded,
        Err(refused) => {
            assert!(refused.code.contains('.'));
            return;
        }
    };
    let Ok(profile) = Profile::new(decoded.model) else { return };
    let Some(written) = encode(&profile, &Options::default(), &mut Zero).output else { return };
    let again = decode(&written, &reading).expect("what was written can be read").model;
    assert_eq!(again.ssids, profile.model().ssids);
    assert_eq!(again.profile.id, profile.model().profile.id);
});

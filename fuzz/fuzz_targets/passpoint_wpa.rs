//! Any octets are read or refused as a configuration of wpa_supplicant; what is read and valid is written again and reads
//! back with the same realm.
#![no_main]

use libfuzzer_sys::fuzz_target;
use passpoint::Profile;
use passpoint::wpa::{DecodeOptions, Options, decode, encode};

fuzz_target!(|octets: &[u8]| {
    let decoded = match decode(octets, &DecodeOptions::default()) {
        Ok(decoded) => decoded,
        Err(refused) => {
            assert!(refused.code.contains('.'));
            return;
        }
    };
    let Ok(profile) = Profile::new(decoded.model) else { return };
    let Some(written) = encode(&profile, &Options::default()).output else { return };
    let options = DecodeOptions::with_files(&written.files);
    let again = decode(&written.config, &options).expect("what was written can be read").model;
    assert_eq!(again.credential.realm, profile.model().credential.realm);
});

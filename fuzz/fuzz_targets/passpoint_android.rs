//! Any octets are read or refused; a model that was read and is valid is written again without losing its home provider.
#![no_main]

use fonap_fuzz::Zero;
use libfuzzer_sys::fuzz_target;
use passpoint::Profile;
use passpoint::android::{DecodeOptions, Delivery, Options, decode, decode_tree, encode};

fuzz_target!(|octets: &[u8]| {
    let reading = DecodeOptions::default();
    // The tree alone, so that mutations need not survive two layers of base64.
    let (decoded, delivery) = match decode_tree(octets, &reading) {
        Ok(decoded) => (decoded, Delivery::Tree),
        Err(_) => match decode(octets, &reading) {
            Ok(decoded) => (decoded, Delivery::File),
            Err(refused) => {
                assert!(refused.code.contains('.'));
                return;
            }
        },
    };
    let Ok(profile) = Profile::new(decoded.model) else { return };
    let mut options = Options::default();
    options.min_sdk = 34;
    options.delivery = delivery;
    let Some(written) = encode(&profile, &options, &mut Zero).output else { return };
    let again = match delivery {
        Delivery::Tree => decode_tree(&written, &reading),
        Delivery::File => decode(&written, &reading),
    };
    let again = again.expect("what was written can be read").model;
    assert_eq!(again.home_sp.as_ref().map(|h| &h.fqdn), profile.model().home_sp.as_ref().map(|h| &h.fqdn));
    assert_eq!(again.credential.realm, profile.model().credential.realm);
});

//! Any octets are opened as PKCS#12 or refused; an identity that comes out of one is written and opened again.
#![no_main]

use fonap_fuzz::Zero;
use libfuzzer_sys::fuzz_target;
use passpoint::pkcs12::{Pkcs12, write};

fuzz_target!(|octets: &[u8]| {
    let Ok(file) = Pkcs12::open(octets, "p12-Secret1") else { return };
    let Ok(identity) = file.into_identity() else { return };
    let written = write(&identity, &[], "other", &mut Zero).expect("an identity can be written");
    let again = Pkcs12::open(&written, "other").expect("what was written can be opened");
    let again = again.into_identity().expect("one key and one certificate");
    assert_eq!(again.expose_key(), identity.expose_key());
});

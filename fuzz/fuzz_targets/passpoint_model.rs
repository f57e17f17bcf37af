//! Any text is read as a model or refused; a valid one is normal, and every system's encoder ends with a file or with what
//! stands in the way.
#![no_main]

use fonap_fuzz::Zero;
use libfuzzer_sys::fuzz_target;
use passpoint::{Model, Profile, android, apple, nm, onc, windows, wpa};

fuzz_target!(|text: &[u8]| {
    let Ok(model) = Model::from_json(text) else { return };
    let again = Model::from_json(model.to_json().as_bytes()).expect("what was written can be read");
    assert_eq!(again, model);
    let Ok(profile) = Profile::new(model) else { return };
    let encoded = android::encode(&profile, &android::Options::default(), &mut Zero);
    assert_eq!(encoded.output.is_none(), encoded.report.has_errors());
    let encoded = onc::encode(&profile, &onc::Options::default(), &mut Zero);
    assert_eq!(encoded.output.is_none(), encoded.report.has_errors());
    let encoded = windows::encode(&profile, &windows::Options::default());
    assert_eq!(encoded.output.is_none(), encoded.report.has_errors());
    let encoded = wpa::encode(&profile, &wpa::Options::default());
    assert_eq!(encoded.output.is_none(), encoded.report.has_errors());
    let encoded = nm::encode(&profile, &nm::Options::default());
    assert_eq!(encoded.output.is_none(), encoded.report.has_errors());
    let encoded = apple::encode(&profile, &apple::Options::default(), &mut Zero);
    assert_eq!(encoded.output.is_none(), encoded.report.has_errors());
});

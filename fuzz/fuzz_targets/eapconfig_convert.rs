//! An eap-config on its way to every system: what is made of it is a valid model or a report of what stands in the way, and
//! each system's encoder ends the same way; a file that a decoder of ours can read is read.
#![no_main]

use eapconfig::{Client, judge, read};
use fonap_fuzz::Zero;
use libfuzzer_sys::fuzz_target;
use passpoint::eap_config::{Answers, model};
use passpoint::{Profile, android, apple, nm, onc, windows, wpa};

fuzz_target!(|document: &[u8]| {
    let Ok(parsed) = read(document) else { return };
    let verdict = judge(&parsed.config, &Client::new(1_767_225_600));
    let Some((provider, method)) = verdict.choice() else { return };
    let provider = &parsed.config.providers[provider];
    let answers = Answers::default().user_name("anna@example.org").secret("a pass word");
    let made = model(provider, method, &answers);
    assert_eq!(made.output.is_none(), made.report.has_errors());
    let Some(made) = made.output else { return };
    // What the document says can be wrong in itself; the model's own rules find that.
    let Ok(profile) = Profile::new(made) else { return };

    let encoded = android::encode(&profile, &android::Options::default(), &mut Zero);
    assert_eq!(encoded.output.is_none(), encoded.report.has_errors());
    if let Some(file) = encoded.output {
        android::decode(&file, &android::DecodeOptions::default()).expect("what was written can be read");
    }
    let encoded = apple::encode(&profile, &apple::Options::default(), &mut Zero);
    assert_eq!(encoded.output.is_none(), encoded.report.has_errors());
    if let Some(file) = encoded.output {
        let again =
            apple::decode(&file, &apple::DecodeOptions::default()).expect("what was written can be read");
        assert_eq!(again.model.ssids, profile.model().ssids);
    }
    let encoded = onc::encode(&profile, &onc::Options::default(), &mut Zero);
    assert_eq!(encoded.output.is_none(), encoded.report.has_errors());
    if let Some(file) = encoded.output {
        onc::decode(&file, &onc::DecodeOptions::default()).expect("what was written can be read");
    }
    let encoded = wpa::encode(&profile, &wpa::Options::default());
    assert_eq!(encoded.output.is_none(), encoded.report.has_errors());
    let encoded = nm::encode(&profile, &nm::Options::default());
    assert_eq!(encoded.output.is_none(), encoded.report.has_errors());
    let encoded = windows::encode(&profile, &windows::Options::default());
    assert_eq!(encoded.output.is_none(), encoded.report.has_errors());
});

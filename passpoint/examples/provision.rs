//! Writes one subscription for every system and prints how large each document is and what it does not carry.
//!
//! `cargo run -p passpoint --example provision`

use passpoint::model::Inner;
use passpoint::pkcs12::Random;
use passpoint::{Model, Report, android, apple, nm, onc, windows, wpa};

/// Only certificate credentials need salts, and this profile has none.
struct NotNeeded;

impl Random for NotNeeded {
    fn fill(&mut self, octets: &mut [u8]) {
        octets.fill(0);
    }
}

fn show(system: &str, octets: Option<usize>, report: &Report) {
    match octets {
        Some(octets) => println!("{system}: {octets} octets"),
        None => println!("{system}: no document"),
    }
    for finding in report {
        println!("  {finding}");
    }
}

fn main() {
    let built = Model::builder("com.example.wifi", "Example Wi-Fi", "example.com")
        .home("example.com", "Example Wi-Fi")
        .roaming_consortium("5a03ba0000")
        .ssid("Example-Secure", false)
        .ttls(Inner::Mschapv2, "alice@example.com", "nicePassword")
        .trust_system(&["radius.example.com"])
        .validity(None, Some("2030-01-05T00:00:00Z"))
        .build();
    let profile = match built {
        Ok(profile) => profile,
        Err(report) => return println!("{report}"),
    };
    let random = &mut NotNeeded;
    let android = android::encode(&profile, &android::Options::default(), random);
    show("android", android.output.as_ref().map(Vec::len), &android.report);
    let apple = apple::encode(&profile, &apple::Options::default(), random);
    show("apple", apple.output.as_ref().map(Vec::len), &apple.report);
    let windows = windows::encode(&profile, &windows::Options::default());
    show("windows", windows.output.as_ref().map(Vec::len), &windows.report);
    let onc = onc::encode(&profile, &onc::Options::default(), random);
    show("chromeos", onc.output.as_ref().map(Vec::len), &onc.report);
    let wpa = wpa::encode(&profile, &wpa::Options::default());
    show("wpa_supplicant", wpa.output.as_ref().map(|o| o.config.len()), &wpa.report);
    let nm = nm::encode(&profile, &nm::Options::default());
    show("networkmanager", nm.output.as_ref().map(|o| o.keyfiles.iter().map(Vec::len).sum()), &nm.report);
}

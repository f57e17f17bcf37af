//! What encoding and signing a profile costs beside the bare signature. Goal: at most 1.2 times.

use criterion::{Criterion, criterion_group, criterion_main};
use passpoint::model::Inner;
use passpoint::pkcs12::Random;
use passpoint::signer::{RingSigner, Signer as _};
use passpoint::{Model, Profile, android, apple, windows};
use std::hint::black_box;

const CA: &str = include_str!("../../tests/vectors/passpoint/pki/radius-root-ca.pem");
const KEY: &str = include_str!("../../tests/vectors/passpoint/pki/signer-rsa.key");
const LEAF: &str = include_str!("../../tests/vectors/passpoint/pki/signer-rsa.pem");
const MIDDLE: &str = include_str!("../../tests/vectors/passpoint/pki/signer-intermediate.pem");

struct NotNeeded;

impl Random for NotNeeded {
    fn fill(&mut self, octets: &mut [u8]) {
        octets.fill(0);
    }
}

fn profile() -> Profile {
    Model::builder("com.example.wifi", "Example Wi-Fi", "example.com")
        .home("example.com", "Example Wi-Fi")
        .roaming_consortium("5a03ba0000")
        .ssid("Example-Secure", false)
        .ttls(Inner::Mschapv2, "alice@example.com", "nicePassword")
        .trust(CA, &["radius.example.com"])
        .build()
        .expect("a model without errors")
}

fn benches(c: &mut Criterion) {
    let signer = RingSigner::from_pem(KEY, &format!("{LEAF}{MIDDLE}")).expect("a signer");
    let profile = profile();
    let mut group = c.benchmark_group("profiles");
    group.bench_function("bare_signature", |b| b.iter(|| signer.sign(black_box(&[7; 100]))));
    group.bench_function("apple_encode_and_sign", |b| {
        b.iter(|| {
            let plist = apple::encode(black_box(&profile), &apple::Options::default(), &mut NotNeeded);
            apple::sign(&plist.output.expect("a profile"), &signer, 1_790_000_000)
        });
    });
    group.bench_function("windows_encode_and_sign", |b| {
        b.iter(|| windows::encode_signed(black_box(&profile), &windows::Options::default(), &signer));
    });
    group.bench_function("android_encode", |b| {
        b.iter(|| android::encode(black_box(&profile), &android::Options::default(), &mut NotNeeded));
    });
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);

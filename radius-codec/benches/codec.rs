//! The hot paths, each beside the bare MD5 work that it cannot avoid, and the allocations of each (none).
//!
//! `benches/peers` has the comparison with other crates.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use md5::{Digest as _, Md5};
use radius_codec::dictionary::Dictionary;
use radius_codec::{AttributeWriter as _, Code, Packet, PacketBuilder, Secret, auth, hide};
use std::hint::black_box;

#[path = "common/mod.rs"]
mod common;

use common::{allocations, request};

/// Measures an operation that must not allocate.
fn free<T>(criterion: &mut Criterion, name: &str, octets: usize, mut run: impl FnMut() -> T) {
    let before = allocations();
    black_box(run());
    assert_eq!(allocations(), before, "{name} allocates");
    let mut group = criterion.benchmark_group("radius");
    group.throughput(Throughput::Bytes(octets as u64));
    group.bench_function(name, |bencher| bencher.iter(&mut run));
    group.finish();
}

fn codec(criterion: &mut Criterion) {
    let secret = Secret::new(b"a secret of some length").expect("it is not empty");
    let mut buffer = [0; 4096];
    let length = request(&mut buffer, &secret);
    let wire = buffer[..length].to_vec();
    let packet = Packet::parse(&wire).expect("it is ours");
    let eap = [0x55; 1020];
    let mut out = [0; 4096];
    let length = PacketBuilder::reply(&mut out, Code::ACCESS_CHALLENGE, &(&packet).into())
        .eap_message(&eap)
        .finish(&secret)
        .expect("it fits");
    let large = out[..length].to_vec();
    for (name, wire) in [("decode request", &wire), ("decode challenge", &large)] {
        free(criterion, name, wire.len(), || {
            let packet = Packet::parse(black_box(wire)).expect("good");
            packet.attributes().map(|a| a.value.len()).sum::<usize>()
        });
    }
    free(criterion, "encode request", wire.len(), || request(black_box(&mut buffer), &secret));
    free(criterion, "verify request", wire.len(), || {
        let packet = Packet::parse(black_box(&wire)).expect("good");
        auth::verify_request(&packet, &secret, &auth::RequestPolicy::STRICT).is_ok()
    });
    free(criterion, "verify challenge", large.len(), || {
        let reply = Packet::parse(black_box(&large)).expect("good");
        auth::verify_reply(&reply, &(&packet).into(), &secret, &auth::ReplyPolicy::STRICT).is_ok()
    });
    free(criterion, "floor: MD5 of a request", wire.len(), || Md5::digest(black_box(&wire)));
    free(criterion, "floor: MD5 of a challenge", large.len(), || Md5::digest(black_box(&large)));
    let mut hidden = [0; 16];
    free(criterion, "hide password", 5, || {
        hide::hide_password(&secret, black_box(&[7; 16]), b"hello", &mut hidden);
    });
    free(criterion, "unhide password", 5, || {
        let mut value = black_box([9; 16]);
        hide::unhide_password_in_place(&secret, &[7; 16], &mut value)
    });
    let dictionary = Dictionary::standard().expect("our own");
    free(criterion, "dictionary lookup", 0, || dictionary.attribute(black_box("Session-Timeout")).is_some());
}

criterion_group!(benches, codec);
criterion_main!(benches);

//! The hot paths, each beside the bare MD5 work that it cannot avoid, and the allocations of each (none).
//!
//! `benches/peers` has the comparison with other crates.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use md5::{Digest as _, Md5};
use radius_codec::dictionary::Dictionary;
use radius_codec::{AttributeWriter as _, Code, Packet, PacketBuilder, Secret, attr, auth, hide};
use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};

struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is handed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn request(out: &mut [u8], secret: &Secret) -> usize {
    PacketBuilder::new(out, Code::ACCESS_REQUEST, 42, [7; 16])
        .add(attr::USER_NAME, "alice@example.org")
        .hidden(attr::USER_PASSWORD, b"hello", secret)
        .add(attr::NAS_IP_ADDRESS, [192, 0, 2, 1].into())
        .add(attr::NAS_PORT, 7)
        .add(attr::SERVICE_TYPE, attr::ServiceType::LOGIN_USER)
        .add(attr::FRAMED_IP_ADDRESS, [10, 1, 0, 2].into())
        .add(attr::CALLED_STATION_ID, "00-18-84-AA-00-75")
        .add(attr::CALLING_STATION_ID, "02-00-5E-10-00-01")
        .add(attr::NAS_IDENTIFIER, "00-18-84-AA-00-75")
        .add(attr::ACCT_SESSION_ID, "6f01059900000001")
        .add(attr::NAS_PORT_TYPE, attr::NasPortType::WIRELESS_802_11)
        .finish(secret)
        .expect("it fits")
}

/// Measures an operation that must not allocate.
fn free<T>(criterion: &mut Criterion, name: &str, octets: usize, mut run: impl FnMut() -> T) {
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    black_box(run());
    assert_eq!(ALLOCATIONS.load(Ordering::Relaxed), before, "{name} allocates");
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

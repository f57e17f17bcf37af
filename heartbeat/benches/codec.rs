//! Queries and answers against the bare cost of what they are made of: AES, RSA, base32 and base64 on the same octets.
//!
//! Before timing, a counting allocator shows that none of the measured operations allocates.

#![expect(clippy::unwrap_used, reason = "a benchmark may end here")]

use core::hint::black_box;
use criterion::{Criterion, Throughput, criterion_group};
use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{Odd, U2048};
use heartbeat::answer::{Acceptance, Answer, NOP_TEXT_LEN, Nop, accept};
use heartbeat::dns::{self, Expected, Name, RecordType, Rules, Verdict};
use heartbeat::query::{QueryType, SealedQuery};
use heartbeat::rsa::RsaPublicKey;
use heartbeat::{Architecture, Cipher, Key, Mac, Query, Version, base32, base64};
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts what it hands out.
struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

// SAFETY: everything is the system allocator's; only a counter is added.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's promises are passed on as they are.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promises are passed on as they are.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocates_nothing(name: &str, mut operation: impl FnMut()) {
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    for _ in 0..100 {
        operation();
    }
    let count = ALLOCATIONS.load(Ordering::Relaxed) - before;
    assert_eq!(count, 0, "{name} allocates");
}

fn query() -> Query {
    Query {
        mac: Mac([0x00, 0x18, 0x84, 0xa0, 0x00, 0x29]),
        query_type: QueryType::ONLINE,
        architecture: Architecture::FONAP,
        version: Version { major: 1, minor: 2, micro: 3, revision: 4 },
        status: 0,
        trid: 0x1234_5678,
        retries: 0,
        filler: *b"thirteen here",
    }
}

/// The first regular answer of the vectors: its text, trid and key.
fn regular() -> (String, u32, Key) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/heartbeat/answers_regular.json");
    let document: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let case = &document["vectors"][0];
    let trid = u32::try_from(case["trid"].as_u64().unwrap()).unwrap();
    (case["text"].as_str().unwrap().to_owned(), trid, case["key_hex"].as_str().unwrap().parse().unwrap())
}

fn rsa() -> RsaPublicKey {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/heartbeat/keys/rsa_a.spki.pem");
    RsaPublicKey::from_file(&std::fs::read(path).unwrap()).unwrap()
}

fn benches(c: &mut Criterion) {
    let (text, trid, key) = regular();
    let cipher = Cipher::new(&key);
    let rsa = rsa();
    let query = query();
    let sealed = query.seal(&cipher);
    let label = sealed.label();
    let nop = Nop::new(query.trid, 1_300_000_000);
    let nop_text = nop.text(&cipher);
    let against = Acceptance { cipher: &cipher, rsa: Some(&rsa), trid, strict_nop: false, nop_tag: None };
    let nop_against = Acceptance { trid: query.trid, ..against };

    let encode = || black_box(black_box(&query).seal(&cipher).label());
    let decode = || {
        let sealed = SealedQuery::from_label(black_box(label.as_octets())).unwrap();
        black_box(sealed.open(&cipher).unwrap())
    };
    let nop_encode = || {
        let mut out = [0; NOP_TEXT_LEN];
        black_box(&nop).write_text(&cipher, &mut out);
        black_box(out)
    };
    let nop_decode = || match accept(black_box(nop_text.as_octets()), &nop_against) {
        Ok(Answer::Nop(nop)) => black_box(nop),
        other => panic!("{other:?}"),
    };
    let regular_decode = || match accept(black_box(text.as_bytes()), &against) {
        Ok(Answer::Regular(regular)) => black_box(regular),
        other => panic!("{other:?}"),
    };
    allocates_nothing("query encode", || _ = encode());
    allocates_nothing("query decode", || _ = decode());
    allocates_nothing("NOP encode", || _ = nop_encode());
    allocates_nothing("NOP decode", || _ = nop_decode());
    allocates_nothing("regular decode", || _ = regular_decode());

    // The bare cost of the same octets.
    let two_blocks = || {
        let mut blocks = black_box([7u8; 32]);
        cipher.encrypt(&mut blocks);
        blocks
    };
    let bare_encode = || {
        let mut octets = [0u8; 39];
        octets[7..].copy_from_slice(&two_blocks());
        let mut out = [0u8; 63];
        base32::encode(&octets, &mut out).unwrap();
        black_box(out)
    };
    let bare_decode = || {
        let mut octets = [0u8; 39];
        base32::decode(black_box(label.as_octets()), &mut octets).unwrap();
        cipher.decrypt(&mut octets[7..]);
        black_box(octets)
    };
    let bare_nop_encode = || {
        let mut block = black_box([7u8; 16]);
        cipher.encrypt(&mut block);
        let mut out = [0u8; 24];
        base64::encode(&block, &mut out).unwrap();
        black_box(out)
    };
    let bare_nop_decode = || {
        let mut block = [0u8; 18];
        base64::decode(black_box(&nop_text.as_octets()[2..]), &mut block).unwrap();
        cipher.decrypt(&mut block[..16]);
        black_box(block)
    };
    let modulus = U2048::from_be_slice(&rsa.modulus());
    let params = FixedMontyParams::new_vartime(Odd::new(modulus).unwrap());
    let exponent = U2048::from_u32(65_537);
    let bare_regular = || {
        let mut block = [0u8; 258];
        base64::decode(black_box(&text.as_bytes()[2..]), &mut block).unwrap();
        let number = U2048::from_be_slice(&block[..256]);
        let recovered = FixedMontyForm::new(&number, &params).pow_vartime(&exponent).retrieve();
        block[..256].copy_from_slice(recovered.to_be_bytes().as_ref());
        cipher.decrypt(&mut block[..256]);
        black_box(block)
    };

    let mut group = c.benchmark_group("codec");
    group.throughput(Throughput::Elements(1));
    group.bench_function("query encode", |b| b.iter(encode));
    group.bench_function("query encode, bare", |b| b.iter(bare_encode));
    group.bench_function("query decode", |b| b.iter(decode));
    group.bench_function("query decode, bare", |b| b.iter(bare_decode));
    group.bench_function("NOP encode", |b| b.iter(nop_encode));
    group.bench_function("NOP encode, bare", |b| b.iter(bare_nop_encode));
    group.bench_function("NOP decode", |b| b.iter(nop_decode));
    group.bench_function("NOP decode, bare", |b| b.iter(bare_nop_decode));
    group.bench_function("regular decode", |b| b.iter(regular_decode));
    group.bench_function("regular decode, bare", |b| b.iter(bare_regular));

    // The whole datagrams, and what caching the key schedule saves.
    let name: Name = format!("{label}.sm.fon.com").parse().unwrap();
    let mut datagram = [0u8; dns::MAX_QUERY_LEN];
    let length = dns::write_query(7, &name, RecordType::TXT, &mut datagram[..]).unwrap();
    let request = dns::Request::parse(&datagram[..length]).unwrap();
    let mut response = [0u8; dns::MAX_RESPONSE_LEN];
    let length = request.answer(nop_text.as_octets(), &mut response[..]).unwrap();
    let expected = Expected { id: 7, name: &name };
    let judge = || match expected.judge(black_box(&response[..length]), Rules::default()) {
        Verdict::Answer(text) => accept(text.as_octets(), &nop_against).unwrap(),
        other => panic!("{other:?}"),
    };
    allocates_nothing("response to verdict", || _ = black_box(judge()));
    group.bench_function("response datagram to verdict", |b| b.iter(judge));
    group.bench_function("key schedule", |b| b.iter(|| Cipher::new(black_box(&key))));
    group.finish();
}

criterion_group! {
    name = codec;
    config = Criterion::default()
        .warm_up_time(core::time::Duration::from_millis(500))
        .measurement_time(core::time::Duration::from_secs(2));
    targets = benches
}

fn main() {
    codec();
    Criterion::default().configure_from_args().final_summary();
}

//! Reading a document beside a bare scan of the same octets for events, in the same run.
//!
//! `cargo bench -p eapconfig`; the ratio `read / scan` of each document is the result.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use quick_xml::events::Event;
use quick_xml::reader::Reader;
use std::hint::black_box;

fn documents() -> Vec<(&'static str, Vec<u8>)> {
    macro_rules! vector {
        ($name:literal) => {
            include_bytes!(concat!("../../tests/vectors/eapconfig/valid/", $name)).to_vec()
        };
    }
    // A logo of 48 kB, near the 50 kB above which the common publisher scales pictures down.
    let logo = format!(
        "<ProviderLogo mime=\"image/png\" encoding=\"base64\">iVBORw0KGgo{}</ProviderLogo><Helpdesk>",
        "A".repeat(64_001)
    );
    let plain = String::from_utf8(vector!("v001.xml")).unwrap_or_default();
    vec![
        ("one method, 1.7 kB", vector!("v001.xml")),
        ("four methods, 4 kB", vector!("v003.xml")),
        ("several languages, 2 kB", vector!("v075.xml")),
        ("client certificate, 3.6 kB", vector!("v002.xml")),
        ("logo, 66 kB", plain.replacen("<Helpdesk>", &logo, 1).into_bytes()),
    ]
}

/// What a reader of events does at the least: UTF-8 and all events to the end.
fn scan(document: &[u8]) -> usize {
    let Ok(text) = str::from_utf8(document) else { return 0 };
    let mut reader = Reader::from_str(text);
    let mut events = 0;
    while let Ok(event) = reader.read_event() {
        if matches!(black_box(event), Event::Eof) {
            break;
        }
        events += 1;
    }
    events
}

fn decode(criterion: &mut Criterion) {
    for (name, document) in documents() {
        assert!(eapconfig::read(&document).is_ok_and(|p| p.warnings.is_empty()), "{name}");
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Bytes(document.len() as u64));
        group.bench_function("scan", |b| b.iter(|| scan(black_box(&document))));
        group.bench_function("read", |b| b.iter(|| eapconfig::read(black_box(&document))));
        group.finish();
    }
}

criterion_group!(benches, decode);
criterion_main!(benches);

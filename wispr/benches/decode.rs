//! Reading a gateway's redirect and success beside other readers of XML, in the same run.
//!
//! `cargo bench -p wispr`; the results are the ratios of the lines of a group. The peers get the bare XML, because none
//! of them finds it inside a page; `page` is the whole page as it comes from the gateway.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use quick_xml::events::Event;
use quick_xml::reader::Reader;
use serde::Deserialize;
use std::hint::black_box;

/// A page and the XML in it.
fn documents() -> Vec<(&'static str, &'static str)> {
    macro_rules! vector {
        ($name:literal) => {
            include_str!(concat!("../../tests/vectors/wispr/", $name))
        };
    }
    vec![
        ("redirect", vector!("g02-notyet-location.html")),
        ("success", vector!("g11-success-v1.html")),
        ("refusal in a page of 1 kB", vector!("f17-fon-901.html")),
    ]
}

fn bare(page: &str) -> &str {
    let start = page.find("<?xml").unwrap_or(0);
    let end = page.find("-->").unwrap_or(page.len());
    page[start..end].trim()
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

/// The fields of all messages, for the derived reader.
#[derive(Deserialize)]
#[expect(dead_code, reason = "read to be measured")]
#[serde(rename_all = "PascalCase")]
struct Fields<'a> {
    message_type: u16,
    response_code: u16,
    #[serde(rename = "FONResponseCode")]
    fon_response_code: Option<u16>,
    #[serde(borrow)]
    version_high: Option<std::borrow::Cow<'a, str>>,
    version_low: Option<std::borrow::Cow<'a, str>>,
    access_procedure: Option<std::borrow::Cow<'a, str>>,
    access_location: Option<std::borrow::Cow<'a, str>>,
    location_name: Option<std::borrow::Cow<'a, str>>,
    #[serde(rename = "LoginURL")]
    login_url: Option<std::borrow::Cow<'a, str>>,
    #[serde(rename = "AbortLoginURL")]
    abort_login_url: Option<std::borrow::Cow<'a, str>>,
    #[serde(rename = "EAPMsg")]
    eap_msg: Option<std::borrow::Cow<'a, str>>,
    reply_message: Option<std::borrow::Cow<'a, str>>,
    #[serde(rename = "LogoffURL")]
    logoff_url: Option<std::borrow::Cow<'a, str>>,
    #[serde(rename = "StatusURL")]
    status_url: Option<std::borrow::Cow<'a, str>>,
    #[serde(rename = "RedirectionURL")]
    redirection_url: Option<std::borrow::Cow<'a, str>>,
    max_session_time: Option<u64>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "read to be measured")]
enum Body<'a> {
    #[serde(borrow)]
    Redirect(Fields<'a>),
    AuthenticationReply(Fields<'a>),
    AuthenticationPollReply(Fields<'a>),
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "read to be measured")]
struct Root<'a> {
    #[serde(rename = "$value", borrow)]
    body: Body<'a>,
}

fn derived(document: &[u8]) -> bool {
    str::from_utf8(document)
        .is_ok_and(|text| quick_xml::de::from_str::<Root<'_>>(text).map(black_box).is_ok())
}

fn tree(document: &[u8]) -> usize {
    let Ok(text) = str::from_utf8(document) else { return 0 };
    roxmltree::Document::parse(text).map_or(0, |tree| black_box(tree).descendants().count())
}

fn decode(criterion: &mut Criterion) {
    for (name, page) in documents() {
        let (page, xml) = (page.as_bytes(), bare(page).as_bytes());
        assert!(wispr::read::read(xml).is_ok_and(|document| document.usable().is_ok()), "{name}");
        assert!(scan(xml) > 10 && tree(xml) > 10 && derived(xml), "{name}");
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Bytes(xml.len() as u64));
        group.bench_function("wispr tolerant", |b| b.iter(|| wispr::read::read(black_box(xml))));
        group.bench_function("quick-xml scan", |b| b.iter(|| scan(black_box(xml))));
        group.bench_function("quick-xml serde", |b| b.iter(|| derived(black_box(xml))));
        group.bench_function("roxmltree", |b| b.iter(|| tree(black_box(xml))));
        group.bench_function("wispr strict", |b| b.iter(|| wispr::read::read_strict(black_box(xml))));
        group.throughput(Throughput::Bytes(page.len() as u64));
        group.bench_function("wispr tolerant, page", |b| b.iter(|| wispr::read::read(black_box(page))));
        group.finish();
    }
}

criterion_group!(benches, decode);
criterion_main!(benches);

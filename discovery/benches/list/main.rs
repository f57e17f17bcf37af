//! Reading, searching and the memory of a list of 5,000 institutions and 8,000 profiles.
//!
//! `cargo bench -p discovery` runs all of it; the table at the end gives the ratios. The peers are `serde_json` reading
//! the same octets into owned structures, and a search that folds each name anew at every key, as present clients do.

mod generate;

use criterion::{Criterion, Throughput};
use discovery::document::Document;
use discovery::name::Languages;
use discovery::search::SearchIndex;
use peak_alloc::PeakAlloc;
use serde::Deserialize;
use std::hint::black_box;
use std::time::{Duration, Instant};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// What a derived, owning reader makes of a list.
#[derive(Deserialize)]
#[expect(dead_code, reason = "read for the time it takes")]
struct PlainList {
    version: u64,
    seq: u64,
    instances: Vec<PlainInstitution>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "read for the time it takes")]
struct PlainInstitution {
    id: String,
    cat_idp: u64,
    name: String,
    country: String,
    geo: Vec<PlainSite>,
    profiles: Vec<PlainProfile>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "read for the time it takes")]
struct PlainSite {
    lat: f64,
    lon: f64,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "read for the time it takes")]
struct PlainProfile {
    id: String,
    name: String,
    #[serde(default)]
    default: bool,
    oauth: Option<bool>,
    eapconfig_endpoint: Option<String>,
    authorization_endpoint: Option<String>,
    token_endpoint: Option<String>,
    redirect: Option<String>,
}

fn read_plainly(octets: &[u8]) -> PlainList {
    serde_json::from_slice(octets).expect("the generated list is a list")
}

fn read(octets: &[u8]) -> (Document, SearchIndex) {
    let document = Document::parse(octets).expect("the generated list is a list");
    let index = SearchIndex::new(&document, &Languages::new(["en"]));
    (document, index)
}

/// Case and decoration removed anew for every name, then a plain substring search, the results by name.
fn scan<'n>(names: &[&'n str], query: &str) -> Vec<&'n str> {
    let fold =
        |text: &str| -> String { text.to_lowercase().nfd().filter(|c| !is_combining_mark(*c)).collect() };
    let query = fold(query);
    let mut found: Vec<&str> = names.iter().copied().filter(|name| fold(name).contains(&query)).collect();
    found.sort_unstable();
    found
}

/// What users type, key by key; the last ones with typing errors.
const TYPED: [&str; 14] = [
    "universität köln",
    "university of ashford",
    "tu delft",
    "hogeschool",
    "lodz",
    "dai hoc hue",
    "大学",
    "πανεπιστήμιο",
    "osnovna sola zalec",
    "technische hochschule münster",
    "mit",
    "école",
    "univrsity of dunmere",
    "politehcnika gdansk",
];

fn keys() -> impl Iterator<Item = &'static str> {
    TYPED.iter().flat_map(|typed| typed.char_indices().map(|(at, c)| &typed[..at + c.len_utf8()]))
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    black_box(work());
    start.elapsed()
}

/// The value below which 99 percent of the times lie.
fn percentile_99(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[(times.len() * 99 / 100).min(times.len() - 1)]
}

/// Peak of the heap while working, beyond what was there before.
fn peak<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let made = work();
    (made, MEMORY.peak_usage().saturating_sub(before))
}

fn main() {
    let octets = generate::list(5000, 8000);
    let (document, index) = read(&octets);
    assert_eq!((document.len(), document.warning_count()), (5000, 0));
    let names: Vec<&str> = document.institutions().map(|i| i.name(&Languages::default())).collect();

    let mut criterion = Criterion::default()
        .configure_from_args()
        .sample_size(10)
        .measurement_time(Duration::from_secs(2))
        .warm_up_time(Duration::from_millis(500));
    let mut group = criterion.benchmark_group("list");
    group.throughput(Throughput::Bytes(octets.len() as u64));
    group.bench_function("serde_json, plain typed", |b| b.iter(|| read_plainly(black_box(&octets))));
    group.bench_function("Document", |b| b.iter(|| Document::parse(black_box(&octets))));
    group.bench_function("Document and SearchIndex", |b| b.iter(|| read(black_box(&octets))));
    group.finish();
    let mut group = criterion.benchmark_group("keystroke");
    for query in ["u", "university", "univrsity of dunmere"] {
        group
            .bench_function(format!("SearchIndex, {query:?}"), |b| b.iter(|| index.search(black_box(query))));
        group.bench_function(format!("scan, {query:?}"), |b| b.iter(|| scan(&names, black_box(query))));
    }
    group.finish();
    criterion.final_summary();

    // Turn by turn, so that both sides meet the same state of the machine; the fastest turn is the one that was not
    // interrupted.
    let (mut plain, mut ours) = (Duration::MAX, Duration::MAX);
    for _ in 0..60 {
        plain = plain.min(timed(|| read_plainly(&octets)));
        ours = ours.min(timed(|| read(&octets)));
    }
    let (mut search, mut scans) = (Vec::new(), Vec::new());
    for query in keys() {
        let (mut searched, mut scanned) = (Duration::MAX, Duration::MAX);
        for _ in 0..5 {
            searched = searched.min(timed(|| index.search(query)));
            scanned = scanned.min(timed(|| scan(&names, query)));
        }
        search.push(searched);
        scans.push(scanned);
    }
    let (search, scans) = (percentile_99(search), percentile_99(scans));
    let ((document, index), reading) = peak(|| read(&octets));
    let (_, plainly) = peak(|| read_plainly(&octets));
    drop((document, index));

    let ratio = |a: Duration, b: Duration| a.as_secs_f64() / b.as_secs_f64();
    let share = |memory: usize| memory as f64 / octets.len() as f64;
    println!("\n5,000 institutions, 8,000 profiles, {} octets", octets.len());
    println!("| what | measured | goal |\n|---|---|---|");
    println!("| read and index | {ours:.2?} | |");
    println!("| `serde_json`, plain typed | {plain:.2?} | |");
    println!("| ratio | {:.2} | at most 1.5 |", ratio(ours, plain));
    println!("| a keystroke, 99th percentile | {search:.2?} | |");
    println!("| a scan that folds anew, 99th percentile | {scans:.2?} | |");
    println!("| ratio | {:.1} times faster | at least 5 |", ratio(scans, search));
    println!("| peak memory, document and index | {:.2} times the input | at most 5 |", share(reading));
    println!("| peak memory, `serde_json` without index | {:.2} times the input | |", share(plainly));
}

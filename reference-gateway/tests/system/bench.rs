//! The load generator, for a short time.

use crate::support::FONAP;
use crate::support::process::run;
use serde_json::Value;

#[test]
fn a_short_soak_loses_no_record() {
    let done = run(FONAP, &["bench", "soak", "--sessions", "60", "--for", "15", "--json"]);
    let outcome: Value = serde_json::from_str(&done.stdout).unwrap_or_else(|e| panic!("{e}: {done:?}"));
    assert_eq!(done.code(), 0, "{outcome}\n{}", done.stderr);
    assert_eq!(outcome["lost"], 0, "{outcome}");
    assert_eq!(outcome["logins"]["failed"], 0, "{outcome}");
    assert!(outcome["outage_seconds"].as_u64() >= Some(2), "{outcome}");
    let number = |name: &str| outcome[name].as_u64().unwrap_or_else(|| panic!("no {name}: {outcome}"));
    // Each of them came at least once, and some stayed for long.
    assert!(number("sessions") >= 60 && number("interims") > 0, "{outcome}");
    assert_eq!(number("starts") >= number("sessions"), number("stops") >= number("sessions"), "{outcome}");
}

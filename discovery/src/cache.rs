//! How long a list stays fresh, and what is kept of it (spec: discovery 13).

use serde::{Deserialize, Serialize};

/// Shortest lifetime in seconds; also that of answers marked `no-store` or `no-cache`.
pub const MIN_LIFETIME: u32 = 60;
/// Longest lifetime in seconds.
pub const MAX_LIFETIME: u32 = 86_400;
/// Lifetime in seconds when the server states none.
pub const DEFAULT_LIFETIME: u32 = 3600;

/// What is stored beside the body of a list, once per channel URL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CacheEntry {
    /// The list's number.
    pub seq: u64,
    /// The highest number ever accepted. Keep it durably even when the body is thrown away.
    pub max_seq: Option<u64>,
    /// `ETag` of the answer, verbatim.
    pub etag: Option<String>,
    /// `Last-Modified` of the answer, verbatim.
    pub last_modified: Option<String>,
    /// When it was fetched or found unchanged, in seconds since 1970.
    pub fetched_at: i64,
    /// Freshness lifetime in seconds.
    pub max_age: u32,
}

/// Whether something fetched at `fetched_at` with this lifetime is fresh. A fetch in the future is stale.
#[must_use]
pub fn is_fresh(fetched_at: i64, max_age: u32, now: i64) -> bool {
    let lifetime = i64::from(max_age.clamp(MIN_LIFETIME, MAX_LIFETIME));
    now.checked_sub(fetched_at).is_some_and(|age| (0..lifetime).contains(&age))
}

/// The lifetime in seconds that the values of `Cache-Control` give; no value: the header is absent.
#[must_use]
pub fn lifetime<'a>(cache_control: impl IntoIterator<Item = &'a str>) -> u32 {
    let mut found = None;
    for directive in cache_control.into_iter().flat_map(|value| value.split(',')) {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        let name = name.trim();
        if name.eq_ignore_ascii_case("no-store") || name.eq_ignore_ascii_case("no-cache") {
            return MIN_LIFETIME;
        }
        if name.eq_ignore_ascii_case("max-age") {
            let digits = value.trim().trim_matches('"');
            if !digits.is_empty() && digits.bytes().all(|o| o.is_ascii_digit()) {
                // What does not fit is longer than the longest.
                let seconds = digits.parse().unwrap_or(MAX_LIFETIME);
                found = found.or(Some(seconds.clamp(MIN_LIFETIME, MAX_LIFETIME)));
            }
        }
    }
    found.unwrap_or(DEFAULT_LIFETIME)
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: discovery 13
    #[test]
    fn lifetimes_are_bounded() {
        for (value, seconds) in [
            ("public, max-age=900, s-maxage=300", 900),
            ("Max-Age=\"120\"", 120),
            ("max-age=0", 60),
            ("max-age=99999999999999999999", 86_400),
            ("max-age=900, no-cache", 60),
            ("no-store", 60),
            ("private", 3600),
            ("max-age=-1", 3600),
            ("max-age", 3600),
            ("s-maxage=300", 3600),
        ] {
            assert_eq!(lifetime([value]), seconds, "{value}");
        }
        assert_eq!(lifetime([]), 3600);
        assert_eq!(lifetime(["public", "max-age=900"]), 900);
    }

    #[test]
    fn freshness_ends_with_the_lifetime_and_never_lies_ahead() {
        assert!(is_fresh(1000, 900, 1000) && is_fresh(1000, 900, 1899));
        assert!(!is_fresh(1000, 900, 1900) && !is_fresh(1001, 900, 1000));
        assert!(!is_fresh(i64::MIN, 900, i64::MAX));
    }
}

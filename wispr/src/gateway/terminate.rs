//! WISPr-Session-Terminate-Time (spec: radius-profile 4.1).

use alloc::string::String;
use radius_codec::terminate_time::TerminateTime;

/// Reads `YYYY-MM-DDThh:mm:ss` with an optional zone `+hh:mm` or `-hh:mm`, as seconds since 1970.
///
/// Without a zone, or with anything unreadable after the seconds (`Z` included), it is local time, which is
/// `local_offset_seconds` ahead of UTC. `None` if the text is no date, or a date that does not exist.
#[must_use]
pub fn terminate_time(text: &[u8], local_offset_seconds: i32) -> Option<i64> {
    // What is no UTF-8 is unreadable: in front there is no date then, behind it no zone.
    let time = TerminateTime::parse(&String::from_utf8_lossy(text))?;
    Some(time.unix_seconds(local_offset_seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_counts_on_both_sides() {
        // spec: radius-profile 4.1
        assert_eq!(terminate_time(b"2030-01-01T00:00:00+00:00", 0), Some(1_893_456_000));
        assert_eq!(terminate_time(b"2030-01-01T00:00:00+05:30", 99), Some(1_893_456_000 - 19_800));
        assert_eq!(terminate_time(b"2030-01-01T00:00:00-05:30", 99), Some(1_893_456_000 + 19_800));
    }

    #[test]
    fn without_a_readable_zone_it_is_local_time() {
        // spec: radius-profile 4.1
        for text in ["2030-01-01T00:00:00", "2030-01-01T00:00:00Z", "2030-01-01T00:00:00+0100"] {
            assert_eq!(terminate_time(text.as_bytes(), 3600), Some(1_893_456_000 - 3600), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_ignored() {
        // spec: radius-profile 4.1
        for text in [
            "",
            "soon",
            "2030-01-01",
            "2030-02-29T00:00:00",
            "2030-13-01T00:00:00",
            "2030-01-00T00:00:00",
            "2030-01-01T24:00:00",
            "2030-01-01 00:00:00",
            "-030-01-01T00:00:00",
        ] {
            assert_eq!(terminate_time(text.as_bytes(), 0), None, "{text}");
        }
        assert_eq!(terminate_time(b"1970-01-01T00:00:00", 0), Some(0));
        assert_eq!(terminate_time(b"1970-01-01T00:00:00\xff01:00", 0), Some(0));
        assert_eq!(terminate_time(b"1970-01-01T00:00:\xff00", 0), None);
        assert_eq!(terminate_time(b"2000-02-29T23:59:60", 0), Some(951_868_800));
        assert_eq!(terminate_time(b"0000-01-01T00:00:00", 0), Some(-62_167_219_200));
    }
}

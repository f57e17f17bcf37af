//! WISPr-Session-Terminate-Time (spec: radius-profile 4.1).

/// Reads `YYYY-MM-DDThh:mm:ss` with an optional zone `+hh:mm` or `-hh:mm`, as seconds since 1970.
///
/// Without a zone, or with anything unreadable after the seconds (`Z` included), it is local time, which is
/// `local_offset_seconds` ahead of UTC. `None` if the text is no date, or a date that does not exist.
#[must_use]
pub fn terminate_time(text: &[u8], local_offset_seconds: i32) -> Option<i64> {
    let (stamp, zone) = text.split_at_checked(19)?;
    let fits = stamp.iter().zip(b"0000-00-00T00:00:00").all(|(have, form)| match form {
        b'0' => have.is_ascii_digit(),
        _ => have == form,
    });
    if !fits {
        return None;
    }
    let number = |from: usize, to: usize| {
        stamp.get(from..to).unwrap_or_default().iter().fold(0_i64, |sum, d| sum * 10 + i64::from(d - b'0'))
    };
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    let (hour, minute, second) = (number(11, 13), number(14, 16), number(17, 19));
    // 60: a leap second, which is the first second of the next minute here.
    if !(1..=days_of_month(year, month)?).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let local = days_since_1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    Some(local - zone_offset(zone).unwrap_or(local_offset_seconds.into()))
}

/// Seconds that a zone is ahead of UTC.
fn zone_offset(zone: &[u8]) -> Option<i64> {
    let &[sign, h1, h2, b':', m1, m2] = zone else { return None };
    let digit = |octet: u8| octet.is_ascii_digit().then(|| i64::from(octet - b'0'));
    let hours = digit(h1)? * 10 + digit(h2)?;
    let minutes = digit(m1)? * 10 + digit(m2)?;
    let seconds = hours * 3600 + minutes * 60;
    match sign {
        b'+' => Some(seconds),
        b'-' => Some(-seconds),
        _ => None,
    }
}

fn days_of_month(year: i64, month: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    Some(match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    })
}

/// Days from 1970-01-01, counted in years that begin in March, so that the leap day comes last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (153 * month + 2) / 5 + day - 1 - 719_468
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
        assert_eq!(terminate_time(b"2000-02-29T23:59:60", 0), Some(951_868_800));
        assert_eq!(terminate_time(b"0000-01-01T00:00:00", 0), Some(-62_167_219_200));
    }
}

//! The one form of date that models and documents use: `2026-01-05T00:00:00Z`.

/// Seconds since 1970-01-01 of a date of exactly the form `YYYY-MM-DDThh:mm:ssZ`, or `None` if it is not of that form
/// or there is no such moment (spec: passpoint 1).
pub(crate) fn parse(text: &str) -> Option<i64> {
    let octets = text.as_bytes();
    if octets.len() != 20 {
        return None;
    }
    for (at, expected) in [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (19, b'Z')] {
        if octets.get(at) != Some(&expected) {
            return None;
        }
    }
    let number = |from: usize, to: usize| -> Option<i64> {
        let digits = octets.get(from..to)?;
        digits.iter().try_fold(0_i64, |sum, d| d.is_ascii_digit().then(|| sum * 10 + i64::from(d - b'0')))
    };
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    if year == 0 || day == 0 || day > days_in_month(year, month)? || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    Some(days_from_civil(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second)
}

/// The same form from seconds since 1970-01-01.
pub(crate) fn format(unix_seconds: i64) -> String {
    let (days, rest) = (unix_seconds.div_euclid(86_400), unix_seconds.rem_euclid(86_400));
    let (year, month, day) = civil_from_days(days);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3_600, rest / 60 % 60, rest % 60)
}

fn days_in_month(year: i64, month: i64) -> Option<i64> {
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    Some(match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        _ => return None,
    })
}

/// Days since 1970-01-01 in the Gregorian calendar. Years run from March, so that the leap day comes last.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = (shifted + 2) % 12 + 1;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_year - (153 * shifted + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: passpoint 1
    #[test]
    fn reads_exactly_one_form() {
        assert_eq!(parse("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(parse("2026-01-05T00:00:00Z"), Some(1_767_571_200));
        assert_eq!(parse("2024-02-29T23:59:59Z"), Some(1_709_251_199));
        for bad in [
            "2026-02-29T00:00:00Z",
            "2026-01-05",
            "2026-01-05T24:00:00Z",
            "2026-1-05T00:00:00Z0",
            "+026-01-05T00:00:00Z",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn writes_what_it_reads() {
        for text in
            ["1970-01-01T00:00:00Z", "2000-02-29T12:34:56Z", "2049-12-31T23:59:59Z", "0001-01-01T00:00:00Z"]
        {
            assert_eq!(parse(text).map(format).as_deref(), Some(text));
        }
    }
}

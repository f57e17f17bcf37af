//! The date-time of `ValidUntil` (`xs:dateTime`) as Unix seconds (spec: eapconfig 2).

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Reads `YYYY-MM-DDThh:mm:ss`, with an optional fraction, which is cut off, and an optional zone: `Z`, `+hh:mm` or
/// `-hh:mm` up to 14 hours. Without a zone it is UTC. `24:00:00` is the next day, second 60 counts as 59.
///
/// Returns Unix seconds, or nothing if the text is something else.
#[must_use]
pub fn parse_date_time(text: &str) -> Option<i64> {
    let mut rest = text.as_bytes();
    let year = number(&mut rest, 4)?;
    literal(&mut rest, b'-')?;
    let month = number(&mut rest, 2)?;
    literal(&mut rest, b'-')?;
    let day = number(&mut rest, 2)?;
    literal(&mut rest, b'T')?;
    let hour = number(&mut rest, 2)?;
    literal(&mut rest, b':')?;
    let minute = number(&mut rest, 2)?;
    literal(&mut rest, b':')?;
    let second = number(&mut rest, 2)?;
    let mut fraction_is_zero = true;
    if literal(&mut rest, b'.').is_some() {
        let len = rest.iter().take_while(|o| o.is_ascii_digit()).count();
        let (digits, after) = rest.split_at_checked(len).filter(|(digits, _)| !digits.is_empty())?;
        fraction_is_zero = digits.iter().all(|d| *d == b'0');
        rest = after;
    }
    let offset = zone(&mut rest)?;
    if !rest.is_empty()
        || year == 0
        || !(1..=12).contains(&month)
        || !(1..=days_of_month(year, month)).contains(&day)
    {
        return None;
    }
    let midnight_at_the_end = hour == 24 && minute == 0 && second == 0 && fraction_is_zero;
    if !(hour < 24 || midnight_at_the_end) || minute > 59 || second > 60 {
        return None;
    }
    Some(days_from_epoch(year, month, day) * DAY + hour * HOUR + minute * MINUTE + second.min(59) - offset)
}

/// Writes Unix seconds as `YYYY-MM-DDThh:mm:ssZ`; nothing outside the years 1 to 9999.
#[must_use]
pub fn format_date_time(unix_seconds: i64) -> Option<String> {
    let (days, second) = (unix_seconds.div_euclid(DAY), unix_seconds.rem_euclid(DAY));
    let (year, month, day) = civil_from_days(days)?;
    let (hour, minute, second) = (second / HOUR, second % HOUR / MINUTE, second % MINUTE);
    Some(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"))
}

fn number(rest: &mut &[u8], len: usize) -> Option<i64> {
    let (digits, after) = rest.split_at_checked(len)?;
    *rest = after;
    digits.iter().try_fold(0, |n, d| d.is_ascii_digit().then(|| n * 10 + i64::from(d - b'0')))
}

fn literal(rest: &mut &[u8], wanted: u8) -> Option<()> {
    *rest = rest.strip_prefix(&[wanted])?;
    Some(())
}

/// Seconds east of UTC; none written means UTC.
fn zone(rest: &mut &[u8]) -> Option<i64> {
    let sign = match rest.first() {
        None => return Some(0),
        Some(b'Z') => {
            literal(rest, b'Z')?;
            return Some(0);
        }
        Some(b'+') => 1,
        Some(b'-') => -1,
        Some(_) => return None,
    };
    *rest = rest.get(1..)?;
    let hours = number(rest, 2)?;
    literal(rest, b':')?;
    let minutes = number(rest, 2)?;
    let offset = hours * HOUR + minutes * MINUTE;
    (minutes < 60 && offset <= 14 * HOUR).then_some(sign * offset)
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days before 1 January of the year, counted from year 1 of the Gregorian calendar.
fn days_before_year(year: i64) -> i64 {
    let past = year - 1;
    past * 365 + past / 4 - past / 100 + past / 400
}

fn days_from_epoch(year: i64, month: i64, day: i64) -> i64 {
    let months: i64 = (1..month).map(|m| days_of_month(year, m)).sum();
    days_before_year(year) - days_before_year(1970) + months + day - 1
}

fn civil_from_days(days: i64) -> Option<(i64, i64, i64)> {
    let days = days.checked_add(days_before_year(1970))?;
    if !(0..days_before_year(10_000)).contains(&days) {
        return None;
    }
    // The mean year is a little longer than 365 days, so the guess is never too small by more than one.
    let mut year = days * 400 / days_before_year(401) + 1;
    if days_before_year(year) > days {
        year -= 1;
    } else if days_before_year(year + 1) <= days {
        year += 1;
    }
    let mut day = days - days_before_year(year);
    let mut month = 1;
    while day >= days_of_month(year, month) {
        day -= days_of_month(year, month);
        month += 1;
    }
    Some((year, month, day + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: eapconfig 2
    #[test]
    fn forms_of_date_times() {
        let noon = parse_date_time("2024-02-29T12:00:00Z");
        assert_eq!(noon, Some(1_709_208_000));
        assert_eq!(parse_date_time("2024-02-29T12:00:00.999+00:00"), noon);
        assert_eq!(parse_date_time("2024-03-01T02:00:00+14:00"), noon);
        assert_eq!(parse_date_time("2024-02-28T24:00:00-12:00"), noon);
        assert_eq!(parse_date_time("0001-01-01T00:00:00Z"), Some(-62_135_596_800));
        for bad in [
            "2024-02-30T12:00:00Z",
            "2024-02-29T12:00:00z",
            "2024-02-29t12:00:00Z",
            "2024-02-29T12:00:00.Z",
            "2024-02-29T12:00:00+14:01",
            "2024-02-29T12:00:00+01:60",
            "2024-02-29T12:00:00+01",
            "2024-02-29T12:00Z",
            "2024-02-29T24:00:00.1Z",
            "2024-02-29T25:00:00Z",
            "2024-02-29T12:60:00Z",
            "2024-02-29T12:00:61Z",
            "2024-00-10T12:00:00Z",
            "2024-01-00T12:00:00Z",
            "0000-01-01T12:00:00Z",
            "-2024-02-29T12:00:00Z",
            "2024-02-29T12:00:00Z ",
            "+024-02-29T12:00:00Z",
            "२०२४-02-29T12:00:00Z",
        ] {
            assert_eq!(parse_date_time(bad), None, "{bad}");
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "too long for an interpreter")]
    fn days_of_fifteen_centuries_is_written_as_it_is_read() {
        for day in (-250_000..300_000).step_by(7) {
            let seconds = day * DAY + 86_399;
            let text = format_date_time(seconds).unwrap();
            assert_eq!(parse_date_time(&text), Some(seconds), "{text}");
        }
        assert_eq!(format_date_time(253_402_300_799).as_deref(), Some("9999-12-31T23:59:59Z"));
        assert_eq!(format_date_time(253_402_300_800), None);
        assert_eq!(format_date_time(-62_135_596_801), None);
        assert_eq!(format_date_time(i64::MAX), None);
        assert_eq!(format_date_time(i64::MIN), None);
    }
}

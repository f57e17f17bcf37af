//! WISPr-Session-Terminate-Time: when a session ends, as text (spec: radius-profile 4.1).

/// A moment of the calendar, with the zone it is meant in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TerminateTime {
    /// Seconds since 1970 if the calendar were UTC's.
    civil_seconds: i64,
    /// Minutes east of UTC, or `None` for local time.
    zone_minutes: Option<i32>,
}

impl TerminateTime {
    /// Reads `YYYY-MM-DDThh:mm:ss` with an optional `+hh:mm` or `-hh:mm`.
    ///
    /// Without a zone, or with anything unreadable behind the seconds (`Z` included), the text means local time.
    /// `None` for text that is unreadable before that, which is to be ignored.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (civil, zone) = text.as_bytes().split_first_chunk()?;
        Some(Self { civil_seconds: civil_seconds(civil)?, zone_minutes: zone_minutes(zone) })
    }

    /// Minutes east of UTC that the text states; `None` for local time.
    #[must_use]
    pub const fn zone_minutes(&self) -> Option<i32> {
        self.zone_minutes
    }

    /// Seconds since 1970. `local_seconds` is how far local time is ahead of UTC at that moment.
    #[must_use]
    pub const fn unix_seconds(&self, local_seconds: i32) -> i64 {
        let ahead = match self.zone_minutes {
            Some(minutes) => minutes as i64 * 60,
            None => local_seconds as i64,
        };
        self.civil_seconds - ahead
    }
}

/// A number of two digits that begins at `at`, within `from..=to`.
#[inline(never)]
fn number(text: &[u8], at: usize, from: i32, to: i32) -> Option<i32> {
    let [tens, ones] = *text.get(at..)?.first_chunk()?;
    if !(tens.is_ascii_digit() && ones.is_ascii_digit()) {
        return None;
    }
    let number = i32::from(tens - b'0') * 10 + i32::from(ones - b'0');
    (from..=to).contains(&number).then_some(number)
}

fn civil_seconds(text: &[u8; 19]) -> Option<i64> {
    let signs = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if signs.iter().any(|(at, sign)| text.get(*at) != Some(sign)) {
        return None;
    }
    let year = number(text, 0, 0, 99)? * 100 + number(text, 2, 0, 99)?;
    let month = number(text, 5, 1, 12)?;
    let day = number(text, 8, 1, days_in_month(year, month))?;
    let minutes = number(text, 11, 0, 23)? * 60 + number(text, 14, 0, 59)?;
    // 60 is a leap second.
    let seconds = minutes * 60 + number(text, 17, 0, 60)?;
    Some(i64::from(days_from_1970(year, month, day)) * 86_400 + i64::from(seconds))
}

/// The zone in minutes; `None` for anything else.
fn zone_minutes(text: &[u8]) -> Option<i32> {
    let &[sign @ (b'+' | b'-'), _, _, b':', _, _] = text else { return None };
    let minutes = number(text, 1, 0, 23)? * 60 + number(text, 4, 0, 59)?;
    Some(if sign == b'-' { -minutes } else { minutes })
}

const fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn days_in_month(year: i32, month: i32) -> i32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar, year 0 to 9999.
const fn days_from_1970(year: i32, month: i32, day: i32) -> i32 {
    // Years begin in March, so that the leap day is the last of the year.
    let year = if month <= 2 { year - 1 } else { year };
    let from_march = (month + 9) % 12;
    let before_month = (153 * from_march + 2) / 5;
    let before_year = 365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    before_year + before_month + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unix(text: &str) -> Option<i64> {
        TerminateTime::parse(text).map(|time| time.unix_seconds(7200))
    }

    // spec: radius-profile 4.1
    #[test]
    fn a_zone_is_subtracted_with_the_sign_of_its_minutes() {
        assert_eq!(unix("1970-01-01T00:00:00+00:00"), Some(0));
        assert_eq!(unix("1970-01-01T00:00:00-03:30"), Some(12_600));
        assert_eq!(unix("1970-01-01T00:00:00+05:45"), Some(-20_700));
        assert_eq!(unix("2000-02-29T00:00:00+00:00"), Some(951_782_400));
        assert_eq!(unix("0000-03-01T00:00:00+00:00"), Some(-62_162_035_200));
    }

    #[test]
    fn what_follows_the_seconds_and_is_no_zone_means_local_time() {
        for text in
            ["1970-01-01T02:00:00", "1970-01-01T02:00:00Z", "1970-01-01T02:00:00+1", "1970-01-01T02:00:00.5"]
        {
            assert_eq!(unix(text), Some(0), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_nothing() {
        for text in [
            "",
            "soon",
            "2030-01-01",
            "2030-13-01T00:00:00",
            "2030-02-30T00:00:00",
            "2030-1-1T0:0:0",
            " 2030-01-01T00:00:00",
        ] {
            assert_eq!(unix(text), None, "{text}");
        }
    }
}

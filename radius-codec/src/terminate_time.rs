//! WISPr-Session-Terminate-Time: when a session ends, as text (spec: radius-profile 4.1).

use nom::bytes::complete::{tag, take_while_m_n};
use nom::character::complete::one_of;
use nom::combinator::{eof, map_res, opt};
use nom::sequence::{preceded, terminated};
use nom::{IResult, Parser as _};

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
        let (rest, civil_seconds) = civil(text).ok()?;
        let zone_minutes = zone(rest).ok().and_then(|(_, minutes)| minutes);
        Some(Self { civil_seconds, zone_minutes })
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

/// A number of exactly `digits` digits, within `from..=to`.
fn number<'a>(digits: usize, from: i64, to: i64) -> impl FnMut(&'a str) -> IResult<&'a str, i64> {
    move |input| {
        map_res(take_while_m_n(digits, digits, |c: char| c.is_ascii_digit()), |text: &str| {
            text.parse().ok().filter(|n| (from..=to).contains(n)).ok_or(())
        })
        .parse(input)
    }
}

fn civil(input: &str) -> IResult<&str, i64> {
    let (input, year) = number(4, 0, 9999)(input)?;
    let (input, month) = preceded(tag("-"), number(2, 1, 12)).parse(input)?;
    let (input, day) = preceded(tag("-"), number(2, 1, days_in_month(year, month))).parse(input)?;
    let (input, hour) = preceded(tag("T"), number(2, 0, 23)).parse(input)?;
    let (input, minute) = preceded(tag(":"), number(2, 0, 59)).parse(input)?;
    // 60 is a leap second.
    let (input, second) = preceded(tag(":"), number(2, 0, 60)).parse(input)?;
    Ok((input, (days_from_1970(year, month, day) * 24 + hour) * 3600 + minute * 60 + second))
}

/// The zone in minutes; `None` at the end of the text.
fn zone(input: &str) -> IResult<&str, Option<i32>> {
    terminated(opt(offset), eof).parse(input)
}

fn offset(input: &str) -> IResult<&str, i32> {
    let (input, sign) = one_of("+-")(input)?;
    let (input, hours) = number(2, 0, 23)(input)?;
    let (input, minutes) = preceded(tag(":"), number(2, 0, 59)).parse(input)?;
    // At most 23:59.
    let minutes = i32::try_from(hours * 60 + minutes).unwrap_or(0);
    Ok((input, if sign == '-' { -minutes } else { minutes }))
}

const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar, year 0 to 9999.
const fn days_from_1970(year: i64, month: i64, day: i64) -> i64 {
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

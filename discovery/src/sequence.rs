//! Sequence numbers: which list is newer (spec: discovery 5).

/// The number a publisher gives to a new list.
///
/// `today` is the UTC date as `YYYYMMDD`; `previous` the number of the list before, `None` if it was lost.
#[must_use]
pub const fn next(today: u32, previous: Option<u64>) -> u64 {
    /// Starting here makes it likely to be above whatever the lost list had that day.
    const AFTER_LOSS: u64 = 80;
    let candidate = today as u64 * 100;
    match previous {
        None => candidate + AFTER_LOSS,
        Some(old) if candidate <= old => old.saturating_add(1),
        Some(_) => candidate,
    }
}

/// What a client has of a channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// The highest number ever accepted; kept apart from the list, so that losing the list does not reset it.
    pub high: Option<u64>,
    /// The number of the active list.
    pub active: Option<u64>,
}

/// What to do with a list that was fetched (the table of spec: discovery 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Use it.
    Accept {
        /// The highest number from now on.
        high: Option<u64>,
        /// The number claims a date more than two days ahead: the list is used but the highest number stays.
        implausible: bool,
    },
    /// The active list again: only its freshness is renewed.
    Unchanged,
    /// Another list with the number of the active one: the active one stays.
    SameSeqDifferentContent,
    /// An older list: refused.
    Rollback,
}

/// Judges a fetched list. `same_content`: its octets are those of the active list. `now` in seconds since 1970.
#[must_use]
pub const fn judge(position: Position, fetched: u64, same_content: bool, now: i64) -> Verdict {
    let high = position.high;
    if let Some(high) = high
        && fetched < high
    {
        return Verdict::Rollback;
    }
    if let (Some(active), Some(high)) = (position.active, high)
        && active == fetched
        && high == fetched
    {
        return if same_content { Verdict::Unchanged } else { Verdict::SameSeqDifferentContent };
    }
    let implausible = is_implausible(fetched, now);
    let high = if implausible { high } else { Some(fetched) };
    Verdict::Accept { high, implausible }
}

/// Whether the number reads as `YYYYMMDDNN` with a real date of the years 2015 to 2199 that lies more than two days
/// ahead of `now`, in seconds since 1970. One poisoned answer with such a number would shut out all later lists.
#[must_use]
pub const fn is_implausible(seq: u64, now: i64) -> bool {
    const DAY: i64 = 86_400;
    match date_of(seq) {
        Some(days) => days > now.div_euclid(DAY) + 2,
        None => false,
    }
}

/// Days since 1970 of the date in the number, if it has one.
const fn date_of(seq: u64) -> Option<i64> {
    let date = seq / 100;
    let (year, month, day) = (date / 10_000, date / 100 % 100, date % 100);
    if year < 2015 || year > 2199 || month < 1 || month > 12 || day < 1 || day > days_in(year, month) {
        return None;
    }
    // Years begin in March here, so that the leap day is the last one (H. Hinnant's `days_from_civil`).
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1;
    /// 1 January 1970 counted like this.
    const EPOCH: i64 = 719_468;
    Some(days as i64 - EPOCH)
}

const fn days_in(year: u64, month: u64) -> u64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 10 February 2023, 03:33:20 UTC.
    const NOW: i64 = 1_676_000_000;

    // spec: discovery 5
    #[test]
    fn dates_more_than_two_days_ahead_are_implausible() {
        for (date, number, implausible) in [
            (20_230_212, 99, false),
            (20_230_213, 0, true),
            (21_991_231, 0, true),
            (22_000_101, 0, false),
            (20_240_229, 0, true),
            (20_250_229, 0, false),
            (20_231_399, 99, false),
            (231_127, 10, false),
            (u64::MAX / 100, 15, false),
            (0, 5, false),
        ] {
            assert_eq!(is_implausible(date * 100 + number, NOW), implausible, "{date} {number}");
        }
        assert_eq!(date_of(1_970_010_100), None);
        assert_eq!(date_of(2_023_021_000), Some(NOW / 86_400));
    }

    #[test]
    fn the_table() {
        let at = |high, active| Position { high, active };
        let accept = |high| Verdict::Accept { high: Some(high), implausible: false };
        assert_eq!(judge(at(None, None), 7, false, NOW), accept(7));
        assert_eq!(judge(at(Some(7), Some(7)), 8, false, NOW), accept(8));
        assert_eq!(judge(at(Some(7), Some(7)), 7, true, NOW), Verdict::Unchanged);
        assert_eq!(judge(at(Some(7), Some(7)), 7, false, NOW), Verdict::SameSeqDifferentContent);
        assert_eq!(judge(at(Some(7), None), 7, false, NOW), accept(7));
        assert_eq!(judge(at(Some(7), Some(6)), 7, false, NOW), accept(7));
        assert_eq!(judge(at(Some(7), Some(7)), 6, false, NOW), Verdict::Rollback);
        let poisoned = Verdict::Accept { high: Some(7), implausible: true };
        assert_eq!(judge(at(Some(7), Some(7)), 2_199_123_100, false, NOW), poisoned);
    }

    #[test]
    fn numbers_stop_at_the_largest() {
        assert_eq!(next(20_230_209, Some(u64::MAX)), u64::MAX);
    }
}

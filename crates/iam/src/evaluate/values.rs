//! Values of condition keys, read as the operator's type: numbers, dates, addresses, base64.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use std::cmp::Ordering;
use std::net::IpAddr;

/// A decimal number, compared exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    // INVARIANT: no leading zeros in `whole`, no trailing ones in `fraction`; zero is not negative.
    negative: bool,
    whole: String,
    fraction: String,
}

impl Decimal {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_digits(whole) || !is_digits(fraction) || whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let whole = whole.trim_start_matches('0').to_owned();
        let fraction = fraction.trim_end_matches('0').to_owned();
        Some(Self {
            negative: negative && !(whole.is_empty() && fraction.is_empty()),
            whole,
            fraction,
        })
    }
}

/// Neighbours of numbers, for the comparison of policies: one value for each gap.
impl Decimal {
    const ZERO: Self = Self {
        negative: false,
        whole: String::new(),
        fraction: String::new(),
    };

    /// As a request could write it.
    pub(crate) fn to_text(&self) -> String {
        let mut text = String::new();
        if self.negative {
            text.push('-');
        }
        text.push_str(if self.whole.is_empty() {
            "0"
        } else {
            &self.whole
        });
        if !self.fraction.is_empty() {
            text.push('.');
            text.push_str(&self.fraction);
        }
        text
    }

    /// A greater one.
    pub(crate) fn above(&self) -> Self {
        if self.negative {
            return Self::ZERO;
        }
        let whole = match self.whole.as_str() {
            "" => Some(1),
            whole => whole
                .parse::<u64>()
                .ok()
                .and_then(|whole| whole.checked_add(1)),
        };
        Self {
            negative: false,
            whole: whole.map_or_else(|| format!("1{}", self.whole), |whole| whole.to_string()),
            fraction: String::new(),
        }
    }

    /// A smaller one.
    pub(crate) fn below(&self) -> Self {
        if self.negative || *self == Self::ZERO {
            let above = self.magnitude().above();
            return Self {
                negative: true,
                ..above
            };
        }
        if !self.fraction.is_empty() {
            return Self {
                fraction: String::new(),
                ..self.clone()
            };
        }
        match self.whole.parse::<u64>() {
            Ok(whole) if whole > 1 => Self {
                whole: (whole - 1).to_string(),
                ..self.clone()
            },
            _ => Self::ZERO,
        }
    }

    /// One between this and `other`, which is greater.
    pub(crate) fn between(&self, other: &Self) -> Self {
        if self.negative {
            if other.negative {
                let between = other.magnitude().between(&self.magnitude());
                return Self {
                    negative: true,
                    ..between
                };
            }
            if *other > Self::ZERO {
                return Self::ZERO;
            }
            let between = Self::ZERO.between(&self.magnitude());
            return Self {
                negative: true,
                ..between
            };
        }
        let whole = self.above();
        if whole < *other {
            return whole;
        }
        let digits = self.fraction.len().max(other.fraction.len());
        let mut fraction = self.fraction.clone();
        fraction.extend(std::iter::repeat_n('0', digits - self.fraction.len()));
        fraction.push('1');
        Self {
            fraction,
            ..self.clone()
        }
    }

    fn magnitude(&self) -> Self {
        Self {
            negative: false,
            ..self.clone()
        }
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let size = self
            .whole
            .len()
            .cmp(&other.whole.len())
            .then_with(|| self.whole.cmp(&other.whole))
            .then_with(|| self.fraction.cmp(&other.fraction));
        match (self.negative, other.negative) {
            (false, false) => size,
            (true, true) => size.reverse(),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Nanoseconds since 1970: from ISO 8601 (a year, month, day, minute, second or fraction of one) or from epoch seconds.
///
/// Four digits are a year.
pub(crate) fn parse_date(text: &str) -> Option<i128> {
    const SECOND: i128 = 1_000_000_000;
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.len() != 4 && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return text
            .parse::<i64>()
            .ok()
            .map(|seconds| i128::from(seconds) * SECOND);
    }
    let mut at = Cursor { rest: text };
    let year = at.number(4)?;
    let (mut month, mut day) = (1, 1);
    let mut nanoseconds: i128 = 0;
    if at.skip('-') {
        month = at.number(2)?;
        if at.skip('-') {
            day = at.number(2)?;
            if at.skip('T') || at.skip('t') || at.skip(' ') {
                let hour = at.number(2)?;
                if !at.skip(':') {
                    return None;
                }
                let minute = at.number(2)?;
                let mut second = 0;
                if at.skip(':') {
                    second = at.number(2)?;
                    if at.skip('.') {
                        nanoseconds = at.fraction()?;
                    }
                }
                if hour > 24 || minute > 59 || second > 60 {
                    return None;
                }
                nanoseconds += i128::from((hour * 60 + minute) * 60 + second) * SECOND;
                if !(at.skip('Z') || at.skip('z') || at.rest.is_empty()) {
                    let sign = match (at.skip('+'), at.skip('-')) {
                        (true, _) => 1,
                        (_, true) => -1,
                        _ => return None,
                    };
                    let hours = at.number(2)?;
                    at.skip(':');
                    let minutes = at.number(2)?;
                    if hours > 23 || minutes > 59 {
                        return None;
                    }
                    nanoseconds -= i128::from(sign * (hours * 60 + minutes) * 60) * SECOND;
                }
            }
        }
    }
    let longest = match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !at.rest.is_empty() || !(1..=longest).contains(&day) {
        return None;
    }
    Some(i128::from(days(year, month, day) * 86_400) * SECOND + nanoseconds)
}

/// Days since 1970-01-01 in the Gregorian calendar, counting years from March.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// A point in time, in nanoseconds since 1970, as [`parse_date`] reads it; `None` where there is no way to write it.
pub(crate) fn date_text(nanoseconds: i128) -> Option<String> {
    const SECOND: i128 = 1_000_000_000;
    let seconds = i64::try_from(nanoseconds.div_euclid(SECOND)).ok()?;
    let rest = nanoseconds.rem_euclid(SECOND);
    let (day, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    if !(days(0, 1, 1)..=days(9999, 12, 31)).contains(&day) {
        return (rest == 0).then(|| seconds.to_string());
    }
    // The inverse of `days`, counting years from March.
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    let fraction = if rest == 0 {
        String::new()
    } else {
        format!(".{rest:09}")
    };
    Some(format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z"
    ))
}

struct Cursor<'a> {
    rest: &'a str,
}

impl Cursor<'_> {
    fn number(&mut self, digits: usize) -> Option<i64> {
        let (number, rest) = self.rest.split_at_checked(digits)?;
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        self.rest = rest;
        number.parse().ok()
    }

    fn skip(&mut self, character: char) -> bool {
        match self.rest.strip_prefix(character) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn fraction(&mut self) -> Option<i128> {
        let end = self
            .rest
            .find(|character: char| !character.is_ascii_digit())
            .unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        if digits.is_empty() {
            return None;
        }
        let nine: String = digits.chars().chain("000000000".chars()).take(9).collect();
        nine.parse().ok()
    }
}

/// A range of addresses of one family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Network {
    /// Whether it is of IPv6.
    pub(crate) v6: bool,
    /// The first address.
    pub(crate) first: u128,
    /// The last.
    pub(crate) last: u128,
}

impl Network {
    /// `203.0.113.0/24`, or one address.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => {
                if length.is_empty() || !length.bytes().all(|byte| byte.is_ascii_digit()) {
                    return None;
                }
                (address, Some(length.parse::<u32>().ok()?))
            }
            None => (text, None),
        };
        let (v6, address, bits) = number(address.parse().ok()?);
        let length = length.unwrap_or(bits);
        let free = bits.checked_sub(length)?;
        let mask = if free >= 128 {
            u128::MAX
        } else {
            (1_u128 << free) - 1
        };
        Some(Self {
            v6,
            first: address & !mask,
            last: address | mask,
        })
    }

    pub(crate) fn contains(&self, other: &Self) -> bool {
        self.v6 == other.v6 && self.first <= other.first && other.last <= self.last
    }
}

/// One address, as the range that holds nothing else.
pub(crate) fn parse_address(text: &str) -> Option<Network> {
    let (v6, address, _) = number(text.trim().parse().ok()?);
    Some(Network {
        v6,
        first: address,
        last: address,
    })
}

fn number(address: IpAddr) -> (bool, u128, u32) {
    match address {
        IpAddr::V4(address) => (false, u128::from(u32::from(address)), 32),
        IpAddr::V6(address) => (true, u128::from(address), 128),
    }
}

/// `true` or `false` in any letter case.
pub(crate) fn parse_bool(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// Base64, with or without padding.
pub(crate) fn parse_base64(text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    if padding > 2 || padding > 0 && !text.len().is_multiple_of(4) || digits.len() % 4 == 1 {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() * 3 / 4);
    let (mut pending, mut bits) = (0_u32, 0_u32);
    for digit in digits.bytes() {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        pending = (pending << 6 | u32::from(value)) & 0xFFFF;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(((pending >> bits) & 0xFF) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_decimal() {
        let order = |left: &str, right: &str| {
            Decimal::parse(left)
                .unwrap()
                .cmp(&Decimal::parse(right).unwrap())
        };
        assert_eq!(order("10", "9"), Ordering::Greater);
        assert_eq!(order("-10", "-9"), Ordering::Less);
        assert_eq!(order("1.50", "01.5"), Ordering::Equal);
        assert_eq!(order("-0", "0.0"), Ordering::Equal);
        assert_eq!(order("0.25", "0.3"), Ordering::Less);
        for wrong in ["", ".", "1e3", "0x1", "one", "1 2", "--1"] {
            assert_eq!(Decimal::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_number_has_neighbours() {
        let read = |text: &str| Decimal::parse(text).unwrap();
        let sorted = [
            "-99999999999999999999.5",
            "-10",
            "-9.75",
            "-9.7",
            "-1",
            "-0.001",
            "0",
            "0.0000000000000000000000001",
            "0.5",
            "1",
            "1.000000000000000000000001",
            "3600",
            "18446744073709551615",
            "99999999999999999999999",
        ];
        for pair in sorted.windows(2) {
            let (low, high) = (read(pair[0]), read(pair[1]));
            let between = low.between(&high);
            assert!(low < between && between < high, "{pair:?} {between:?}");
            for number in [&low, &high, &between] {
                assert!(number.below() < *number && *number < number.above());
                for near in [number.below(), number.above(), (*number).clone()] {
                    assert_eq!(read(&near.to_text()), near);
                }
            }
        }
    }

    #[test]
    fn a_date_is_read_as_it_was_written() {
        for text in [
            "1969-12-31T23:59:59Z",
            "1970-01-01T01:00:00Z",
            "2000-02-29T12:00:01.000000001Z",
            "2100-03-01",
            "9999-12-31T23:59:59.999999999Z",
            "0000-01-01",
            "999999999999999",
            "-99999999999999",
        ] {
            let date = parse_date(text).unwrap();
            assert_eq!(parse_date(&date_text(date).unwrap()), Some(date), "{text}");
        }
    }

    #[test]
    fn dates_are_iso_or_epoch() {
        let day = 1_719_792_000_i128 * 1_000_000_000;
        for text in [
            "2024-07-01",
            "2024-07",
            "2024-07-01T00:00Z",
            "2024-07-01T00:00:00Z",
            "2024-07-01T02:00:00+02:00",
            "2024-06-30T22:00:00.000-02:00",
            "1719792000",
        ] {
            assert_eq!(parse_date(text), Some(day), "{text}");
        }
        assert_eq!(parse_date("1970"), Some(0));
        for wrong in [
            "",
            "2024-13",
            "2024-02-30",
            "2024-07-01T25:00Z",
            "tomorrow",
            "2024-7-1",
            "99999999999999999999",
        ] {
            assert_eq!(parse_date(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn addresses_are_of_one_family() {
        let net = |text| Network::parse(text).unwrap();
        assert!(net("203.0.113.7/24").contains(&parse_address("203.0.113.255").unwrap()));
        assert!(!net("203.0.113.0/24").contains(&parse_address("203.0.114.0").unwrap()));
        assert!(net("0.0.0.0/0").contains(&net("10.0.0.0/8")));
        assert!(!net("::/0").contains(&parse_address("10.0.0.1").unwrap()));
        assert_eq!(net("10.1.2.3"), net("10.1.2.3/32"));
        for wrong in [
            "",
            "10.0.0",
            "10.0.0.0/33",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "host",
        ] {
            assert_eq!(Network::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn base64_is_decoded() {
        assert_eq!(parse_base64("QmluYXJ5"), Some(b"Binary".to_vec()));
        assert_eq!(parse_base64("YQ=="), Some(b"a".to_vec()));
        assert_eq!(parse_base64("YQ"), Some(b"a".to_vec()));
        assert_eq!(parse_base64("Y"), None);
        assert_eq!(parse_base64("Y*=="), None);
    }
}

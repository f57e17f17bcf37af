//! Addresses of attributes: paths of numbers such as `1`, `26.311.16`, `245.26.1.6`.

use core::{fmt, str::FromStr};

/// Type of an attribute, the first octet of it (RFC 2865 §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Kind(pub u8);

impl Kind {
    /// User-Password (RFC 2865 §5.2).
    pub const USER_PASSWORD: Self = Self(2);
    /// CHAP-Password (RFC 2865 §5.3).
    pub const CHAP_PASSWORD: Self = Self(3);
    /// State (RFC 2865 §5.24).
    pub const STATE: Self = Self(24);
    /// Class (RFC 2865 §5.25).
    pub const CLASS: Self = Self(25);
    /// Vendor-Specific (RFC 2865 §5.26).
    pub const VENDOR_SPECIFIC: Self = Self(26);
    /// Proxy-State (RFC 2865 §5.33).
    pub const PROXY_STATE: Self = Self(33);
    /// CHAP-Challenge (RFC 2865 §5.40).
    pub const CHAP_CHALLENGE: Self = Self(60);
    /// Tunnel-Password (RFC 2868 §3.5).
    pub const TUNNEL_PASSWORD: Self = Self(69);
    /// EAP-Message (RFC 3579 §3.1).
    pub const EAP_MESSAGE: Self = Self(79);
    /// Message-Authenticator (RFC 3579 §3.2).
    pub const MESSAGE_AUTHENTICATOR: Self = Self(80);

    /// Whether attributes of this type carry an Extended-Type: 241 to 246 (RFC 6929 §2).
    #[must_use]
    pub const fn is_extended(self) -> bool {
        matches!(self.0, 241..=246)
    }

    /// Whether attributes of this type carry Extended-Type and flags: 245 and 246 (RFC 6929 §2.2).
    #[must_use]
    pub const fn is_long_extended(self) -> bool {
        matches!(self.0, 245..=246)
    }
}

impl From<u8> for Kind {
    #[inline]
    fn from(number: u8) -> Self {
        Self(number)
    }
}

/// The address of an attribute: its number, or the numbers from the outside to the inside (RFC 6929 §2.7).
///
/// `1` is User-Name, `26.311.16` vendor 311's attribute 16, `241.1` the extended attribute 1, `245.26.1.6` the
/// Extended-Vendor-Specific attribute 6 of vendor 1. Numbers behind these are of nested TLVs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path {
    numbers: [u32; Self::MAX_DEPTH],
    len: u8,
}

/// Why numbers are no [`Path`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// No number at all.
    #[error("an attribute path has at least one number")]
    Empty,
    /// More than [`Path::MAX_DEPTH`] numbers.
    #[error("an attribute path has at most {} numbers", Path::MAX_DEPTH)]
    TooDeep,
    /// The number at this place, counted from 0, is not one that can stand there.
    #[error("number {index} of the attribute path is out of range")]
    OutOfRange {
        /// Place of the number, counted from 0.
        index: usize,
    },
    /// Text that is not decimal numbers with dots between.
    #[error("an attribute path is decimal numbers with dots between them")]
    Syntax,
}

impl Path {
    /// Most numbers in a path: `245.26.vendor.type` and eight levels of TLV below.
    pub const MAX_DEPTH: usize = 12;

    /// The attribute of this type, with no structure of its own.
    #[must_use]
    pub const fn attribute(kind: u8) -> Self {
        let mut numbers = [0; Self::MAX_DEPTH];
        numbers[0] = kind as u32;
        Self { numbers, len: 1 }
    }

    /// `26.vendor.kind`: a sub-attribute of Vendor-Specific.
    #[must_use]
    pub const fn vendor(vendor: u32, kind: u32) -> Self {
        let mut numbers = [0; Self::MAX_DEPTH];
        numbers[0] = 26;
        numbers[1] = vendor;
        numbers[2] = kind;
        Self { numbers, len: 3 }
    }

    /// The path of these numbers, for constants.
    ///
    /// # Panics
    /// When there are none or more than [`Path::MAX_DEPTH`]; in a constant that is an error of compilation.
    #[must_use]
    pub const fn of(numbers: &[u32]) -> Self {
        assert!(!numbers.is_empty() && numbers.len() <= Self::MAX_DEPTH);
        let mut path = Self { numbers: [0; Self::MAX_DEPTH], len: 0 };
        while (path.len as usize) < numbers.len() {
            path.numbers[path.len as usize] = numbers[path.len as usize];
            path.len += 1;
        }
        path
    }

    /// The path of these numbers, each checked for its place.
    ///
    /// # Errors
    /// [`PathError`] when there are none, too many, or one does not fit where it stands.
    pub fn from_numbers(numbers: &[u32]) -> Result<Self, PathError> {
        if numbers.is_empty() {
            return Err(PathError::Empty);
        }
        if numbers.len() > Self::MAX_DEPTH {
            return Err(PathError::TooDeep);
        }
        let path = Self::of(numbers);
        for (index, &number) in numbers.iter().enumerate() {
            let wide = path.vendor_at() == Some(index)
                || (path.numbers[0] == 26 && index == 2 && path.vendor_at() == Some(1));
            if (!wide && number > 255) || (index == 0 && number == 0) {
                return Err(PathError::OutOfRange { index });
            }
        }
        Ok(path)
    }

    /// The numbers, outermost first; at least one.
    #[must_use]
    #[inline]
    pub fn numbers(&self) -> &[u32] {
        self.numbers.get(..usize::from(self.len)).unwrap_or_default()
    }

    /// The type of the attribute on the wire.
    #[must_use]
    #[inline]
    pub const fn kind(&self) -> Kind {
        Kind(self.numbers[0].to_le_bytes()[0])
    }

    /// The type, if the path is nothing but the type of a standard attribute.
    #[inline]
    pub(crate) const fn standard(&self) -> Option<Kind> {
        match (self.len, self.numbers[0]) {
            (1, 1..=255) => Some(self.kind()),
            _ => None,
        }
    }

    /// The vendor, if the path leads through Vendor-Specific or Extended-Vendor-Specific.
    #[must_use]
    pub fn vendor_number(&self) -> Option<u32> {
        self.numbers().get(self.vendor_at()?).copied()
    }

    /// The path one level down, or `None` when it would be too deep.
    #[must_use]
    pub fn child(mut self, number: u32) -> Option<Self> {
        *self.numbers.get_mut(usize::from(self.len))? = number;
        self.len += 1;
        Some(self)
    }

    /// The path one level up, or `None` at the top.
    #[must_use]
    pub fn parent(mut self) -> Option<Self> {
        if self.len <= 1 {
            return None;
        }
        self.len -= 1;
        self.numbers[usize::from(self.len)] = 0;
        Some(self)
    }

    /// The innermost number.
    #[must_use]
    pub fn last(&self) -> u32 {
        self.numbers().last().copied().unwrap_or_default()
    }

    /// Where the vendor number of this path stands or would stand.
    pub(crate) fn vendor_at(&self) -> Option<usize> {
        match (self.numbers[0], self.numbers[1]) {
            (26, _) if self.len > 1 => Some(1),
            (241..=246, 26) if self.len > 2 => Some(2),
            _ => None,
        }
    }

    /// How many numbers lead to the value that TLVs divide further.
    pub(crate) fn base_len(&self) -> usize {
        match self.vendor_at() {
            Some(at) => at + 2,
            None if self.kind().is_extended() => 2,
            None => 1,
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, number) in self.numbers().iter().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            write!(f, "{number}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Path({self})")
    }
}

impl FromStr for Path {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        let mut numbers = [0; Self::MAX_DEPTH];
        let mut len = 0;
        for part in text.split('.') {
            let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
            let number = part.parse().ok().filter(|_| digits).ok_or(PathError::Syntax)?;
            *numbers.get_mut(len).ok_or(PathError::TooDeep)? = number;
            len += 1;
        }
        Self::from_numbers(numbers.get(..len).unwrap_or_default())
    }
}

impl From<Kind> for Path {
    #[inline]
    fn from(kind: Kind) -> Self {
        Self::attribute(kind.0)
    }
}

impl From<u8> for Path {
    #[inline]
    fn from(kind: u8) -> Self {
        Self::attribute(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString as _;

    // spec: radius 9
    #[test]
    fn a_path_is_numbers_with_dots() {
        for text in ["1", "241.1", "26.311.16", "245.26.1.6", "26.24757.84.9.4"] {
            assert_eq!(text.parse::<Path>().unwrap().to_string(), text);
        }
        assert_eq!(Path::vendor(14122, 4).to_string(), "26.14122.4");
    }

    #[test]
    fn numbers_that_do_not_fit_are_refused() {
        assert_eq!("".parse::<Path>(), Err(PathError::Syntax));
        assert_eq!("1..2".parse::<Path>(), Err(PathError::Syntax));
        assert_eq!("+1".parse::<Path>(), Err(PathError::Syntax));
        assert_eq!("0".parse::<Path>(), Err(PathError::OutOfRange { index: 0 }));
        assert_eq!("256".parse::<Path>(), Err(PathError::OutOfRange { index: 0 }));
        assert_eq!("241.256".parse::<Path>(), Err(PathError::OutOfRange { index: 1 }));
        assert_eq!("1.2.3.4.5.6.7.8.9.10.11.12.13".parse::<Path>(), Err(PathError::TooDeep));
        assert!("26.4294967295.4294967295".parse::<Path>().is_ok());
    }
}

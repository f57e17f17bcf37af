//! Data types of attributes (RFC 8044) and how their values stand on the wire (spec: radius 7).
//!
//! A type is a marker that a handle [`Attr`](crate::attr::Attr) carries; it never exists as a value itself.

mod tagged;

pub use tagged::{MAX_TAG, TaggableNumber, Tagged, TaggedValue, split_tagged_number};

use crate::error::Invalid;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A data type: how to read its values.
pub trait DataType {
    /// What a value is in Rust.
    type Value<'a>;

    /// Reads a value.
    ///
    /// # Errors
    /// What is wrong with the octets.
    fn read(octets: &[u8]) -> Result<Self::Value<'_>, Invalid>;
}

/// A data type whose values can be written without a secret.
pub trait Writable: DataType {
    /// Octets that `value` takes on the wire.
    ///
    /// # Errors
    /// What is wrong with the value, for example a text of no octets.
    fn length(value: &Self::Value<'_>) -> Result<usize, Invalid>;

    /// Writes `value` into `out`, which has exactly [`length`](Self::length) octets.
    fn write(value: &Self::Value<'_>, out: &mut [u8]);
}

macro_rules! markers {
    ($($(#[doc = $doc:literal])* $name:ident;)*) => {
        $($(#[doc = $doc])* #[derive(Clone, Copy, Debug)] pub enum $name {})*
    };
}

markers! {
    /// 1 to 253 octets of UTF-8 (RFC 8044 §3.4).
    Text;
    /// Octets without meaning to the codec (RFC 8044 §3.5); `string` in RFC 2865.
    Octets;
    /// A value that is spread over all attributes of its type (RFC 8044 §3.6); read gives one piece.
    Concat;
    /// 32 bits, unsigned (RFC 8044 §3.1).
    Integer;
    /// 64 bits, unsigned (RFC 8044 §3.7, `integer64`).
    Integer64;
    /// Seconds since 1970, 32 bits, unsigned (RFC 8044 §3.3).
    Time;
    /// An IPv4 address (RFC 8044 §3.8).
    Ipv4;
    /// An IPv6 address (RFC 8044 §3.9).
    Ipv6;
    /// An IPv4 prefix (RFC 8044 §3.11).
    Ipv4PrefixType;
    /// An IPv6 prefix (RFC 8044 §3.10).
    Ipv6PrefixType;
    /// An interface identifier of 8 octets (RFC 8044 §3.7, `ifid`).
    Ifid;
    /// 8 bits; vendor dictionaries only.
    Byte;
    /// 16 bits; vendor dictionaries only.
    Short;
    /// 32 bits, signed; vendor dictionaries only.
    Signed;
    /// 0 or 1 in one octet; vendor dictionaries only.
    Boolean;
    /// A link-layer address of 6 octets; vendor dictionaries only.
    Ether;
    /// An IPv4 or IPv6 address, told by its size; vendor dictionaries only.
    ComboAddress;
    /// TLVs (RFC 8044 §3.13): the octets, to be walked with [`Tlvs`](crate::tlv::Tlvs).
    TlvType;
    /// Vendor-Specific (RFC 8044 §3.14): the octets, vendor number first.
    Vsa;
    /// A value hidden as User-Password (RFC 2865 §5.2): read gives the hidden octets.
    Hidden;
    /// A value hidden with a salt (RFC 2548 §2.4.2): read gives salt and ciphertext.
    Salted;
    /// A tag, then a value hidden with a salt (RFC 2868 §3.5): read gives all octets.
    TaggedSalted;
    /// A value hidden in one block (spec: radius 5.4): read gives the hidden octets.
    AscendSecret;
}

/// Octets of a fixed number, for example CHAP-Password.
#[derive(Clone, Copy, Debug)]
pub enum Fixed<const N: usize> {}

/// An IPv6 prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ipv6Prefix {
    /// The address; its bits behind `length` are sent as 0.
    pub address: Ipv6Addr,
    /// Bits that count, 0 to 128.
    pub length: u8,
}

/// An IPv4 prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ipv4Prefix {
    /// The address; its bits behind `length` are sent as 0.
    pub address: Ipv4Addr,
    /// Bits that count, 0 to 32.
    pub length: u8,
}

/// Framed-IP-Address that lets the user choose (RFC 2865 §5.8).
pub const USER_CHOOSES: Ipv4Addr = Ipv4Addr::new(255, 255, 255, 255);
/// Framed-IP-Address that lets the NAS choose (RFC 2865 §5.8).
pub const NAS_CHOOSES: Ipv4Addr = Ipv4Addr::new(255, 255, 255, 254);

#[inline]
fn array<const N: usize>(octets: &[u8], cause: Invalid) -> Result<[u8; N], Invalid> {
    octets.try_into().map_err(|_| cause)
}

impl DataType for Text {
    type Value<'a> = &'a str;

    #[inline]
    fn read(octets: &[u8]) -> Result<&str, Invalid> {
        if octets.is_empty() {
            return Err(Invalid::EmptyText);
        }
        str::from_utf8(octets).map_err(|_| Invalid::NotUtf8)
    }
}

impl Writable for Text {
    #[inline]
    fn length(value: &&str) -> Result<usize, Invalid> {
        if value.is_empty() { Err(Invalid::EmptyText) } else { Ok(value.len()) }
    }

    #[inline]
    fn write(value: &&str, out: &mut [u8]) {
        crate::write::copy(value.as_bytes(), out);
    }
}

macro_rules! octets_type {
    ($($name:ident),*) => {$(
        impl DataType for $name {
            type Value<'a> = &'a [u8];

            #[inline]
            fn read(octets: &[u8]) -> Result<&[u8], Invalid> {
                Ok(octets)
            }
        }

        impl Writable for $name {
            #[inline]
            fn length(value: &&[u8]) -> Result<usize, Invalid> {
                Ok(value.len())
            }

            #[inline]
            fn write(value: &&[u8], out: &mut [u8]) {
                crate::write::copy(value, out);
            }
        }
    )*};
}

octets_type!(Octets, Concat, TlvType, Vsa);

macro_rules! number_type {
    ($($name:ident: $value:ty = $cause:ident;)*) => {$(
        impl DataType for $name {
            type Value<'a> = $value;

            #[inline]
            fn read(octets: &[u8]) -> Result<$value, Invalid> {
                array(octets, Invalid::$cause).map(<$value>::from_be_bytes)
            }
        }

        impl Writable for $name {
            #[inline]
            fn length(_: &$value) -> Result<usize, Invalid> {
                Ok(size_of::<$value>())
            }

            #[inline]
            fn write(value: &$value, out: &mut [u8]) {
                out.copy_from_slice(&value.to_be_bytes());
            }
        }
    )*};
}

number_type! {
    Integer: u32 = IntegerLength;
    Integer64: u64 = Integer64Length;
    Time: u32 = TimeLength;
    Byte: u8 = FixedLength;
    Short: u16 = FixedLength;
    Signed: i32 = FixedLength;
}

macro_rules! array_type {
    ($($name:ident: $value:ty, $size:literal = $cause:ident, $octets:ident;)*) => {$(
        impl DataType for $name {
            type Value<'a> = $value;

            #[inline]
            fn read(octets: &[u8]) -> Result<$value, Invalid> {
                array::<$size>(octets, Invalid::$cause).map(<$value>::from)
            }
        }

        impl Writable for $name {
            #[inline]
            fn length(_: &$value) -> Result<usize, Invalid> {
                Ok($size)
            }

            #[inline]
            fn write(value: &$value, out: &mut [u8]) {
                out.copy_from_slice(&value.$octets()[..]);
            }
        }
    )*};
}

array_type! {
    Ipv4: Ipv4Addr, 4 = Ipv4Length, octets;
    Ipv6: Ipv6Addr, 16 = Ipv6Length, octets;
    Ifid: [u8; 8], 8 = IfidLength, to_owned_array;
    Ether: [u8; 6], 6 = FixedLength, to_owned_array;
}

trait ToOwnedArray {
    type Array;
    fn to_owned_array(&self) -> Self::Array;
}

impl<const N: usize> ToOwnedArray for [u8; N] {
    type Array = Self;

    fn to_owned_array(&self) -> Self {
        *self
    }
}

impl<const N: usize> DataType for Fixed<N> {
    type Value<'a> = &'a [u8; N];

    #[inline]
    fn read(octets: &[u8]) -> Result<&[u8; N], Invalid> {
        // CHAP-Password is the one type of 17 octets; its own word tells operators more than a size.
        let cause = if N == 17 { Invalid::ChapPasswordLength } else { Invalid::FixedLength };
        octets.try_into().map_err(|_| cause)
    }
}

impl<const N: usize> Writable for Fixed<N> {
    #[inline]
    fn length(_: &&[u8; N]) -> Result<usize, Invalid> {
        Ok(N)
    }

    #[inline]
    fn write(value: &&[u8; N], out: &mut [u8]) {
        out.copy_from_slice(&value[..]);
    }
}

impl DataType for Boolean {
    type Value<'a> = bool;

    #[inline]
    fn read(octets: &[u8]) -> Result<bool, Invalid> {
        match array(octets, Invalid::FixedLength)? {
            [0] => Ok(false),
            [1] => Ok(true),
            _ => Err(Invalid::Boolean),
        }
    }
}

impl Writable for Boolean {
    #[inline]
    fn length(_: &bool) -> Result<usize, Invalid> {
        Ok(1)
    }

    #[inline]
    fn write(value: &bool, out: &mut [u8]) {
        out.copy_from_slice(&[u8::from(*value)]);
    }
}

impl DataType for ComboAddress {
    type Value<'a> = IpAddr;

    #[inline]
    fn read(octets: &[u8]) -> Result<IpAddr, Invalid> {
        Ipv4::read(octets).map(IpAddr::V4).or_else(|_| Ipv6::read(octets).map(IpAddr::V6))
    }
}

impl Writable for ComboAddress {
    #[inline]
    fn length(value: &IpAddr) -> Result<usize, Invalid> {
        Ok(if value.is_ipv4() { 4 } else { 16 })
    }

    #[inline]
    fn write(value: &IpAddr, out: &mut [u8]) {
        match value {
            IpAddr::V4(address) => Ipv4::write(address, out),
            IpAddr::V6(address) => Ipv6::write(address, out),
        }
    }
}

impl DataType for Ipv6PrefixType {
    type Value<'a> = Ipv6Prefix;

    #[inline]
    fn read(octets: &[u8]) -> Result<Ipv6Prefix, Invalid> {
        let [_reserved, length, prefix @ ..] = octets else {
            return Err(Invalid::Ipv6PrefixTooShort);
        };
        if prefix.len() > 16 {
            return Err(Invalid::Ipv6PrefixTooLong);
        }
        if *length > 128 {
            return Err(Invalid::Ipv6PrefixLength);
        }
        if prefix.len() < usize::from(length.div_ceil(8)) {
            return Err(Invalid::Ipv6PrefixTruncated);
        }
        let mut whole = [0; 16];
        for (to, from) in whole.iter_mut().zip(prefix) {
            *to = *from;
        }
        let address = Ipv6Addr::from(whole);
        if address.to_bits() != masked(address.to_bits(), 128, *length) {
            return Err(Invalid::Ipv6PrefixHostBits);
        }
        Ok(Ipv6Prefix { address, length: *length })
    }
}

impl Writable for Ipv6PrefixType {
    #[inline]
    fn length(value: &Ipv6Prefix) -> Result<usize, Invalid> {
        if value.length > 128 {
            return Err(Invalid::Ipv6PrefixLength);
        }
        Ok(2 + usize::from(value.length.div_ceil(8)))
    }

    #[inline]
    fn write(value: &Ipv6Prefix, out: &mut [u8]) {
        let bits = masked(value.address.to_bits(), 128, value.length);
        let octets = [0, value.length].into_iter().chain(bits.to_be_bytes());
        out.iter_mut().zip(octets).for_each(|(to, from)| *to = from);
    }
}

impl DataType for Ipv4PrefixType {
    type Value<'a> = Ipv4Prefix;

    #[inline]
    fn read(octets: &[u8]) -> Result<Ipv4Prefix, Invalid> {
        let [_reserved, length, a, b, c, d] = array(octets, Invalid::Ipv4PrefixSize)?;
        if length > 32 {
            return Err(Invalid::Ipv4PrefixLength);
        }
        let address = Ipv4Addr::new(a, b, c, d);
        if u128::from(address.to_bits()) != masked(address.to_bits().into(), 32, length) {
            return Err(Invalid::Ipv4PrefixHostBits);
        }
        Ok(Ipv4Prefix { address, length })
    }
}

impl Writable for Ipv4PrefixType {
    #[inline]
    fn length(value: &Ipv4Prefix) -> Result<usize, Invalid> {
        if value.length > 32 { Err(Invalid::Ipv4PrefixLength) } else { Ok(6) }
    }

    #[inline]
    fn write(value: &Ipv4Prefix, out: &mut [u8]) {
        let [.., a, b, c, d] = masked(value.address.to_bits().into(), 32, value.length).to_be_bytes();
        out.copy_from_slice(&[0, value.length, a, b, c, d]);
    }
}

/// The first `length` of the `width` low bits of `bits`.
fn masked(bits: u128, width: u32, length: u8) -> u128 {
    let behind = width.saturating_sub(length.into());
    bits.checked_shr(behind).unwrap_or(0).checked_shl(behind).unwrap_or(0)
}

impl DataType for Hidden {
    type Value<'a> = &'a [u8];

    #[inline]
    fn read(octets: &[u8]) -> Result<&[u8], Invalid> {
        match octets.len() {
            0 => Err(Invalid::UserPasswordEmpty),
            129.. => Err(Invalid::UserPasswordTooLong),
            n if n % 16 != 0 => Err(Invalid::UserPasswordBlocks),
            _ => Ok(octets),
        }
    }
}

impl DataType for Salted {
    type Value<'a> = &'a [u8];

    #[inline]
    fn read(octets: &[u8]) -> Result<&[u8], Invalid> {
        match octets.len() {
            0..=2 => Err(Invalid::SaltCiphertextMissing),
            n if (n - 2) % 16 != 0 => Err(Invalid::SaltCiphertextBlocks),
            _ => Ok(octets),
        }
    }
}

impl DataType for TaggedSalted {
    type Value<'a> = &'a [u8];

    #[inline]
    fn read(octets: &[u8]) -> Result<&[u8], Invalid> {
        let (_tag, salted) = octets.split_first().ok_or(Invalid::TagMissing)?;
        Salted::read(salted).map(|_| octets)
    }
}

impl DataType for AscendSecret {
    type Value<'a> = &'a [u8; 16];

    #[inline]
    fn read(octets: &[u8]) -> Result<&[u8; 16], Invalid> {
        octets.try_into().map_err(|_| Invalid::FixedLength)
    }
}

/// Makes an open newtype over a 32-bit number that is its own data type; generated modules use it.
#[macro_export]
macro_rules! enumeration {
    ($(#[$meta:meta])* $name:ident { $($(#[$constant_meta:meta])* $constant:ident = $number:literal $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);

        impl $name {
            $($(#[$constant_meta])* pub const $constant: Self = Self($number);)*

            /// The name of the number, if it has one.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                #[allow(unreachable_patterns, reason = "a number may have several names; the first is printed")]
                match self.0 {
                    $($number => Some($text),)*
                    _ => None,
                }
            }

            /// The number with this name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($text => Some(Self($number)),)*
                    _ => None,
                }
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match self.name() {
                    Some(name) => f.write_str(name),
                    None => write!(f, "{}", self.0),
                }
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Debug::fmt(self, f)
            }
        }

        impl From<u32> for $name {
            fn from(number: u32) -> Self {
                Self(number)
            }
        }

        impl From<$name> for u32 {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl $crate::value::DataType for $name {
            type Value<'a> = Self;

            #[inline]
            fn read(octets: &[u8]) -> Result<Self, $crate::error::Invalid> {
                <$crate::value::Integer as $crate::value::DataType>::read(octets).map(Self)
            }
        }

        impl $crate::value::Writable for $name {
            #[inline]
            fn length(_: &Self) -> Result<usize, $crate::error::Invalid> {
                Ok(4)
            }

            #[inline]
            fn write(value: &Self, out: &mut [u8]) {
                out.copy_from_slice(&value.0.to_be_bytes());
            }
        }

        $crate::tagged_number!($name, $name);
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn written<T: Writable>(value: T::Value<'_>) -> Vec<u8> {
        let mut out = alloc::vec![0; T::length(&value).unwrap()];
        T::write(&value, &mut out);
        out
    }

    // spec: radius 7
    #[test]
    fn an_ipv6_prefix_carries_the_octets_it_needs_and_no_bits_behind() {
        let prefix = Ipv6Prefix { address: "2001:db8:ffff::1".parse().unwrap(), length: 33 };
        let octets = written::<Ipv6PrefixType>(prefix);
        assert_eq!(octets, [0, 33, 0x20, 0x01, 0x0d, 0xb8, 0x80]);
        let read = Ipv6PrefixType::read(&octets).unwrap();
        assert_eq!((read.address, read.length), ("2001:db8:8000::".parse().unwrap(), 33));
        assert_eq!(Ipv6PrefixType::read(&[0, 33, 1, 1, 1, 1]), Err(Invalid::Ipv6PrefixTruncated));
        assert_eq!(Ipv6PrefixType::read(&[0, 129]), Err(Invalid::Ipv6PrefixLength));
        assert_eq!(Ipv6PrefixType::read(&[0, 4, 0xf8]), Err(Invalid::Ipv6PrefixHostBits));
        assert_eq!(Ipv6PrefixType::read(&[7, 0]).map(|p| p.length), Ok(0));
    }

    #[test]
    fn an_ipv4_prefix_has_six_octets() {
        let prefix = Ipv4Prefix { address: Ipv4Addr::new(10, 1, 2, 3), length: 16 };
        assert_eq!(written::<Ipv4PrefixType>(prefix), [0, 16, 10, 1, 0, 0]);
        assert_eq!(Ipv4PrefixType::read(&[0, 16, 10, 1, 2, 0]), Err(Invalid::Ipv4PrefixHostBits));
        assert_eq!(Ipv4PrefixType::read(&[0, 33, 10, 1, 2, 0]), Err(Invalid::Ipv4PrefixLength));
        assert_eq!(Ipv4PrefixType::read(&[0, 0, 0, 0, 0, 0]).map(|p| p.length), Ok(0));
    }
}

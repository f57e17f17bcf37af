//! Values with a tag in front (RFC 2868 §3; spec: radius 10).

use super::{DataType, Integer, Text, Writable};
use crate::error::Invalid;

/// A type with a tag in front (RFC 2868 §3).
#[derive(Clone, Copy, Debug)]
pub struct Tagged<T>(core::marker::PhantomData<T>);

/// A value and its tag (RFC 2868 §3; spec: radius 10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaggedValue<V> {
    /// 1 to 31, or 0 for none.
    pub tag: u8,
    /// The value.
    pub value: V,
}

/// The largest tag (RFC 2868 §3.1).
pub const MAX_TAG: u8 = 0x1f;

impl DataType for Tagged<Text> {
    type Value<'a> = TaggedValue<&'a str>;

    #[inline]
    fn read(octets: &[u8]) -> Result<TaggedValue<&str>, Invalid> {
        match octets.split_first() {
            Some((&tag @ ..=MAX_TAG, rest)) => Ok(TaggedValue { tag, value: Text::read(rest)? }),
            _ => Ok(TaggedValue { tag: 0, value: Text::read(octets)? }),
        }
    }
}

impl Writable for Tagged<Text> {
    #[inline]
    fn length(value: &TaggedValue<&str>) -> Result<usize, Invalid> {
        if value.tag > MAX_TAG {
            return Err(Invalid::TaggedRange);
        }
        // The octet is left out where a reader cannot take the first character for a tag.
        let bare = value.tag == 0 && value.value.as_bytes().first().is_some_and(|c| *c > MAX_TAG);
        Ok(Text::length(&value.value)? + usize::from(!bare))
    }

    #[inline]
    fn write(value: &TaggedValue<&str>, out: &mut [u8]) {
        let out = if out.len() > value.value.len() {
            let Some((tag, rest)) = out.split_first_mut() else { return };
            *tag = value.tag;
            rest
        } else {
            out
        };
        out.copy_from_slice(value.value.as_bytes());
    }
}

/// A number type that may stand behind a tag.
pub trait TaggableNumber: for<'a> DataType<Value<'a> = <Self as TaggableNumber>::Number> {
    /// The value.
    type Number: Copy + From<u32> + Into<u32>;
}

impl TaggableNumber for Integer {
    type Number = u32;
}

/// The tag and the number of a tagged 32-bit value (spec: radius 10). A first octet above 31 is no tag.
#[must_use]
pub fn split_tagged_number(octets: [u8; 4]) -> TaggedValue<u32> {
    let [tag, a, b, c] = octets;
    if tag > MAX_TAG {
        return TaggedValue { tag: 0, value: u32::from_be_bytes(octets) };
    }
    TaggedValue { tag, value: u32::from_be_bytes([0, a, b, c]) }
}

/// Makes a 32-bit number type taggable.
#[doc(hidden)]
#[macro_export]
macro_rules! tagged_number {
    ($name:ty, $number:ty) => {
        impl $crate::value::DataType for $crate::value::Tagged<$name> {
            type Value<'a> = $crate::value::TaggedValue<$number>;

            #[inline]
            fn read(octets: &[u8]) -> Result<$crate::value::TaggedValue<$number>, $crate::error::Invalid> {
                let octets = octets.try_into().map_err(|_| $crate::error::Invalid::IntegerLength)?;
                let split = $crate::value::split_tagged_number(octets);
                Ok($crate::value::TaggedValue { tag: split.tag, value: split.value.into() })
            }
        }

        impl $crate::value::Writable for $crate::value::Tagged<$name> {
            #[inline]
            fn length(value: &$crate::value::TaggedValue<$number>) -> Result<usize, $crate::error::Invalid> {
                if u32::from(value.value) >> 24 == 0 && value.tag <= $crate::value::MAX_TAG {
                    Ok(4)
                } else {
                    Err($crate::error::Invalid::TaggedRange)
                }
            }

            #[inline]
            fn write(value: &$crate::value::TaggedValue<$number>, out: &mut [u8]) {
                let [_, a, b, c] = u32::from(value.value).to_be_bytes();
                out.copy_from_slice(&[value.tag, a, b, c]);
            }
        }
    };
}

tagged_number!(Integer, u32);

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn written<T: Writable>(value: T::Value<'_>) -> Vec<u8> {
        let mut out = alloc::vec![0; T::length(&value).unwrap()];
        T::write(&value, &mut out);
        out
    }

    // spec: radius 10
    #[test]
    fn a_tag_above_31_is_the_first_character() {
        let read = |octets| Tagged::<Text>::read(octets).map(|t| (t.tag, t.value));
        assert_eq!(read(b"\x01ab"), Ok((1, "ab")));
        assert_eq!(read(b"\x00ab"), Ok((0, "ab")));
        assert_eq!(read(b" ab"), Ok((0, " ab")));
        assert_eq!(read(b"\x01"), Err(Invalid::EmptyText));
        assert_eq!(written::<Tagged<Text>>(TaggedValue { tag: 0, value: "ab" }), b"ab");
        assert_eq!(written::<Tagged<Text>>(TaggedValue { tag: 0, value: "\tb" }), b"\0\tb");
        assert_eq!(written::<Tagged<Text>>(TaggedValue { tag: 9, value: "ab" }), b"\x09ab");
        // A reader would take it for a character.
        let too_large = TaggedValue { tag: 32, value: "ab" };
        assert_eq!(Tagged::<Text>::length(&too_large), Err(Invalid::TaggedRange));
    }

    #[test]
    fn a_tagged_number_has_24_bits() {
        let read = |octets: &[u8]| Tagged::<Integer>::read(octets).map(|t| (t.tag, t.value));
        assert_eq!(read(&[1, 0, 0, 13]), Ok((1, 13)));
        assert_eq!(read(&[0x20, 0, 0, 13]), Ok((0, 0x2000_000d)));
        assert_eq!(read(&[0, 0, 13]), Err(Invalid::IntegerLength));
        let too_large = TaggedValue { tag: 1, value: 0x0100_0000 };
        assert_eq!(Tagged::<Integer>::length(&too_large), Err(Invalid::TaggedRange));
    }
}

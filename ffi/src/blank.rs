//! Structures of C that begin with nothing in them.

/// A structure whose members all have a zero that stands for nothing: 0, NULL, no octets, the first variant of an enum.
///
/// # Safety
/// Zero in every octet is a value of the type, as it is for numbers, raw pointers, enums with a variant 0, and structures
/// and arrays of these.
pub(crate) unsafe trait Blank: Copy {
    /// Nothing in any member.
    // SAFETY: a value of the type, by the word of who implements the trait.
    const BLANK: Self = unsafe { core::mem::zeroed() };
}

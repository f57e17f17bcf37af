//! Typed handles of attributes: a path and the type of its value, and all handles that are no vendor's.

pub use crate::dict::{
    rfc2865::*, rfc2866::*, rfc2867::*, rfc2868::*, rfc2869::*, rfc3162::*, rfc3576::*, rfc4072::*,
    rfc4372::*, rfc4675::*, rfc4679::*, rfc4818::*, rfc4849::*, rfc5090::*, rfc5447::*, rfc5580::*,
    rfc5904::*, rfc6572::*, rfc6677::*, rfc6911::*, rfc6929::*, rfc6930::*, rfc7055::*, rfc7155::*,
    rfc7268::*, rfc7499::*, rfc7930::*, rfc8045::*, rfc8559::*,
};
use crate::path::{Kind, Path};
use crate::value::DataType;
use core::marker::PhantomData;

/// A handle of an attribute whose value has type `T`: where it stands, what it is called.
///
/// Handles are constants of [`crate::dict`]. `get` and `add` take them, so that a wrong value type does not compile.
pub struct Attr<T> {
    path: Path,
    name: &'static str,
    data_type: PhantomData<fn() -> T>,
}

impl<T> Attr<T> {
    /// The handle of the attribute at `path`.
    #[must_use]
    #[inline]
    pub const fn new(path: Path, name: &'static str) -> Self {
        Self { path, name, data_type: PhantomData }
    }

    /// Where the attribute stands.
    #[must_use]
    #[inline]
    pub const fn path(&self) -> Path {
        self.path
    }

    /// The type of the attribute on the wire.
    #[must_use]
    #[inline]
    pub const fn kind(&self) -> Kind {
        self.path.kind()
    }

    /// What dictionaries call it.
    #[must_use]
    #[inline]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

impl<T: DataType> Attr<T> {
    /// Reads a value of this attribute.
    ///
    /// # Errors
    /// What is wrong with the octets.
    #[inline]
    pub fn read<'a>(&self, value: &'a [u8]) -> Result<T::Value<'a>, crate::Invalid> {
        T::read(value)
    }
}

impl<T> Clone for Attr<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Attr<T> {}

impl<T> PartialEq for Attr<T> {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path
    }
}

impl<T> Eq for Attr<T> {}

impl<T> core::fmt::Debug for Attr<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} ({})", self.name, self.path)
    }
}

impl<T> From<Attr<T>> for Path {
    #[inline]
    fn from(attr: Attr<T>) -> Self {
        attr.path
    }
}

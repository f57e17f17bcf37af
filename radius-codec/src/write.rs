//! Writing attributes: one trait for everything that collects them.

use crate::attr::Attr;
use crate::attribute::{Attribute, MAX_VALUE};
use crate::error::{EncodeError, Invalid};
use crate::extended::{self, EXTENDED_VENDOR_SPECIFIC, MAX_FRAGMENT};
use crate::packet::Packet;
use crate::path::{Kind, Path};
use crate::value::{Integer, Ipv4, Ipv6, Text, Writable};
use crate::vendor::Layout;
use core::net::{Ipv4Addr, Ipv6Addr};

/// Most octets of headers in front of a value: attribute, vendor, sub-attribute, eight levels of TLV.
const MAX_HEADER: usize = 2 + 2 + 4 + 7 + 2 * crate::tlv::MAX_DEPTH;

/// Collects attributes: [`PacketBuilder`](crate::PacketBuilder) for a packet to send now,
/// [`client::Request`](crate::client::Request) for one that may be sent to several servers.
///
/// The methods can be chained. The first error stays, later additions do nothing, and an addition that fails leaves
/// what was there before as it was. A path says where a value goes: a [`Kind`], a handle of [`crate::dict`], or a
/// [`Path`]; the headers around the value follow from it.
///
pub trait AttributeWriter {
    /// Makes room for `count` octets of attributes of type `kind` at the end.
    ///
    /// # Errors
    /// When there is no room; always after [`fail`](Self::fail).
    #[doc(hidden)]
    fn grow(&mut self, kind: Kind, count: usize) -> Result<&mut [u8], EncodeError>;

    /// Keeps the first error.
    #[doc(hidden)]
    fn fail(&mut self, error: EncodeError);

    /// The first error so far.
    #[must_use]
    fn error(&self) -> Option<EncodeError>;

    /// Adds a value of the type that the handle has.
    #[inline]
    fn add<T: Writable>(&mut self, attr: Attr<T>, value: T::Value<'_>) -> &mut Self
    where
        Self: Sized,
    {
        typed::<T, _>(self, attr.path(), &value)
    }

    /// Adds text.
    #[inline]
    fn text(&mut self, path: impl Into<Path>, value: &str) -> &mut Self
    where
        Self: Sized,
    {
        typed::<Text, _>(self, path.into(), &value)
    }

    /// Adds a 32-bit number.
    #[inline]
    fn integer(&mut self, path: impl Into<Path>, value: impl Into<u32>) -> &mut Self
    where
        Self: Sized,
    {
        typed::<Integer, _>(self, path.into(), &value.into())
    }

    /// Adds an IPv4 address.
    #[inline]
    fn ipv4(&mut self, path: impl Into<Path>, value: Ipv4Addr) -> &mut Self
    where
        Self: Sized,
    {
        typed::<Ipv4, _>(self, path.into(), &value)
    }

    /// Adds an IPv6 address.
    #[inline]
    fn ipv6(&mut self, path: impl Into<Path>, value: Ipv6Addr) -> &mut Self
    where
        Self: Sized,
    {
        typed::<Ipv6, _>(self, path.into(), &value)
    }

    /// Adds octets.
    ///
    /// What does not fit one attribute is split where the format has a way to: long extended attributes into
    /// fragments, values of vendors with a continuation octet into several. Else it is an error.
    #[cfg_attr(not(feature = "small"), inline)]
    fn octets(&mut self, path: impl Into<Path>, value: &[u8]) -> &mut Self
    where
        Self: Sized,
    {
        let path = path.into();
        let outcome = match (path.standard(), value.len()) {
            // The usual case without the machinery for nested ones.
            (Some(kind), length @ 0..=MAX_VALUE) if !cfg!(feature = "small") => {
                plain(self, kind, length).map(|place| copy(value, place))
            }
            _ => write_octets(self, &path, layout_of(&path), value),
        };
        noted(self, outcome)
    }

    /// Adds octets in a vendor's layout that a dictionary states.
    fn octets_as(&mut self, path: impl Into<Path>, layout: Layout, value: &[u8]) -> &mut Self
    where
        Self: Sized,
    {
        let outcome = write_octets(self, &path.into(), layout, value);
        noted(self, outcome)
    }

    /// Adds a sub-attribute in a Vendor-Specific of its own.
    fn vendor(&mut self, vendor: u32, kind: u32, value: &[u8]) -> &mut Self
    where
        Self: Sized,
    {
        self.octets(Path::vendor(vendor, kind), value)
    }

    /// Adds one Vendor-Specific with several sub-attributes.
    fn vendor_packed(&mut self, vendor: u32, sub_attributes: &[(u32, &[u8])]) -> &mut Self
    where
        Self: Sized,
    {
        let outcome = write_packed(self, vendor, sub_attributes);
        noted(self, outcome)
    }

    /// Adds a value that may be spread over several attributes (data type `concat`), at most 253 octets in each, or
    /// what fits a sub-attribute. No octets are no attribute.
    fn concat(&mut self, path: impl Into<Path>, value: &[u8]) -> &mut Self
    where
        Self: Sized,
    {
        let path = path.into();
        let layout = layout_of(&path);
        self.concat_as(path, layout, value)
    }

    /// As [`concat`](Self::concat), in a vendor's layout that a dictionary states.
    fn concat_as(&mut self, path: impl Into<Path>, layout: Layout, value: &[u8]) -> &mut Self
    where
        Self: Sized,
    {
        let outcome = write_split(self, &path.into(), layout, value, layout.continuation);
        noted(self, outcome)
    }

    /// Adds an EAP packet as EAP-Message attributes (RFC 3579 §3.1). No octets are no attribute.
    fn eap_message(&mut self, eap: &[u8]) -> &mut Self
    where
        Self: Sized,
    {
        self.concat(Kind::EAP_MESSAGE, eap)
    }

    /// Adds EAP-Start: an EAP-Message of no octets (RFC 3579 §2.1).
    fn eap_start(&mut self) -> &mut Self
    where
        Self: Sized,
    {
        self.octets(Kind::EAP_MESSAGE, &[])
    }

    /// Adds an attribute as it was received.
    fn attribute(&mut self, attribute: &Attribute<'_>) -> &mut Self
    where
        Self: Sized,
    {
        self.octets(attribute.kind, attribute.value)
    }

    /// Adds every Proxy-State of a request, unchanged and in order, as a reply must (RFC 2865 §5.33).
    fn proxy_states(&mut self, request: &Packet<'_>) -> &mut Self
    where
        Self: Sized,
    {
        for proxy_state in request.proxy_states() {
            self.attribute(&proxy_state);
        }
        self
    }
}

/// Any writer, so that code which adds attributes to several kinds of them is compiled once.
pub struct AnyWriter<'w>(pub &'w mut dyn AttributeWriter);

impl AttributeWriter for AnyWriter<'_> {
    fn grow(&mut self, kind: Kind, count: usize) -> Result<&mut [u8], EncodeError> {
        self.0.grow(kind, count)
    }

    fn fail(&mut self, error: EncodeError) {
        self.0.fail(error);
    }

    fn error(&self) -> Option<EncodeError> {
        self.0.error()
    }
}

#[cfg_attr(not(feature = "small"), inline)]
fn noted<W: AttributeWriter + ?Sized>(writer: &mut W, outcome: Result<(), EncodeError>) -> &mut W {
    if let Err(error) = outcome {
        writer.fail(error);
    }
    writer
}

#[inline]
fn typed<'w, T: Writable, W: AttributeWriter>(
    writer: &'w mut W,
    path: Path,
    value: &T::Value<'_>,
) -> &'w mut W {
    if cfg!(feature = "small") {
        nested::<T>(writer, &path, value);
        return writer;
    }
    if let (Some(kind), Ok(length @ 0..=MAX_VALUE)) = (path.standard(), T::length(value)) {
        // The usual case without the machinery for nested ones.
        match plain(writer, kind, length) {
            Ok(place) => T::write(value, place),
            Err(error) => writer.fail(error),
        }
        return writer;
    }
    nested::<T>(writer, &path, value);
    writer
}

#[inline(never)]
fn nested<T: Writable>(writer: &mut dyn AttributeWriter, path: &Path, value: &T::Value<'_>) {
    let outcome = match T::length(value) {
        Ok(length) if length > MAX_VALUE && path.kind().is_long_extended() => {
            let mut whole = alloc::vec![0; length];
            T::write(value, &mut whole);
            write_octets(writer, path, layout_of(path), &whole)
        }
        length => place_of(writer, path, length).map(|place| T::write(value, place)),
    };
    noted(writer, outcome);
}

/// The place of a value that may be of no length.
fn place_of<'w>(
    writer: &'w mut dyn AttributeWriter,
    path: &Path,
    length: Result<usize, Invalid>,
) -> Result<&'w mut [u8], EncodeError> {
    let length = length.map_err(|cause| EncodeError::Value { path: *path, cause })?;
    room_as(writer, path, layout_of(path), length, false)
}

/// Copies a value into its place. Most have a few octets, for which a call costs more than copying both ends, which may
/// overlap.
#[cfg_attr(not(feature = "small"), inline)]
pub(crate) fn copy(value: &[u8], place: &mut [u8]) {
    #[inline]
    fn ends<const N: usize>(value: &[u8], place: &mut [u8]) {
        if let (Some(to), Some(from)) = (place.first_chunk_mut::<N>(), value.first_chunk()) {
            *to = *from;
        }
        if let (Some(to), Some(from)) = (place.last_chunk_mut::<N>(), value.last_chunk()) {
            *to = *from;
        }
    }
    match value.len() {
        _ if cfg!(feature = "small") => place.copy_from_slice(value),
        4..=8 => ends::<4>(value, place),
        9..=16 => ends::<8>(value, place),
        17..=32 => ends::<16>(value, place),
        _ => place.copy_from_slice(value),
    }
}

fn layout_of(path: &Path) -> Layout {
    path.vendor_number().map_or(Layout::DEFAULT, Layout::of)
}

/// Makes room for a standard attribute of at most 253 octets of value, writes its header, and returns the place of the
/// value.
#[inline]
fn plain<W: AttributeWriter + ?Sized>(
    writer: &mut W,
    kind: Kind,
    length: usize,
) -> Result<&mut [u8], EncodeError> {
    let [first, second, value @ ..] = writer.grow(kind, 2 + length)? else {
        return Err(EncodeError::Path { path: kind.into() });
    };
    *first = kind.0;
    // `length` is at most 253.
    *second = length.to_le_bytes()[0] + 2;
    Ok(value)
}

/// Makes room for one attribute with all its headers and returns the place of its value.
#[inline]
pub(crate) fn room<W: AttributeWriter>(
    writer: &mut W,
    path: Path,
    length: usize,
) -> Result<&mut [u8], EncodeError> {
    if let (Some(kind), 0..=MAX_VALUE, false) = (path.standard(), length, cfg!(feature = "small")) {
        return plain(writer, kind, length);
    }
    room_as(writer, &path, layout_of(&path), length, false)
}

fn room_as<'w>(
    writer: &'w mut dyn AttributeWriter,
    path: &Path,
    layout: Layout,
    length: usize,
    more: bool,
) -> Result<&'w mut [u8], EncodeError> {
    if let (Some(kind), 0..=MAX_VALUE) = (path.standard(), length) {
        return plain(writer, kind, length);
    }
    if let Some(error) = writer.error() {
        return Err(error);
    }
    let header = Header::new(path, layout, length, more)?;
    let out = writer.grow(path.kind(), header.len + length)?;
    let (head, value) = out.split_at_mut_checked(header.len).ok_or(EncodeError::Path { path: *path })?;
    head.copy_from_slice(header.octets.get(..header.len).unwrap_or_default());
    Ok(value)
}

/// Everything in front of a value.
struct Header {
    octets: [u8; MAX_HEADER],
    len: usize,
}

/// Why there is no header; smaller than the error it becomes.
#[derive(Clone, Copy)]
enum Misfit {
    Path,
    TooLong,
    Value(Invalid),
}

impl Header {
    fn new(path: &Path, layout: Layout, length: usize, more: bool) -> Result<Self, EncodeError> {
        Self::fitted(path, layout, length, more).map_err(|misfit| match misfit {
            Misfit::Path => EncodeError::Path { path: *path },
            Misfit::TooLong => EncodeError::ValueTooLong { path: *path, length },
            Misfit::Value(cause) => EncodeError::Value { path: *path, cause },
        })
    }

    fn fitted(path: &Path, layout: Layout, length: usize, more: bool) -> Result<Self, Misfit> {
        let unfit = Misfit::Path;
        let mut header = Self { octets: [0; MAX_HEADER], len: 0 };
        let below = path.numbers().get(path.base_len()..).ok_or(unfit)?;
        // What TLVs add in front of the value, so that each level's length is known before it is written.
        let tlv_headers = 2 * below.len();
        let inner = length + tlv_headers;
        let kind = Kind(u8::try_from(path.numbers().first().copied().unwrap_or(0)).map_err(|_| unfit)?);
        match *path.numbers() {
            [26, vendor, sub, ..] => {
                if !layout.fits(sub) {
                    return Err(unfit);
                }
                header.put(&[kind.0, 0]);
                header.put(&vendor.to_be_bytes());
                let at = header.len;
                header.len += layout.header_len();
                let room = header.octets.get_mut(at..header.len).ok_or(unfit)?;
                layout.write_header(sub, inner, more, room);
            }
            [241..=246, extended, ref behind @ ..] => {
                header.put(&[kind.0, 0, u8::try_from(extended).map_err(|_| unfit)?]);
                if kind.is_long_extended() {
                    header.put(&[0]);
                }
                if extended == u32::from(EXTENDED_VENDOR_SPECIFIC) {
                    let &[vendor, sub, ..] = behind else { return Err(unfit) };
                    header.put(&vendor.to_be_bytes());
                    header.put(&[u8::try_from(sub).map_err(|_| unfit)?]);
                }
            }
            [26] | [1..=255, ..] if kind != Kind::VENDOR_SPECIFIC || path.numbers().len() == 1 => {
                header.put(&[kind.0, 0]);
            }
            _ => return Err(unfit),
        }
        for (level, number) in below.iter().enumerate() {
            let size = inner - 2 * level;
            let size = u8::try_from(size).map_err(|_| Misfit::TooLong)?;
            header.put(&[u8::try_from(*number).map_err(|_| unfit)?, size]);
        }
        let total = header.len + length;
        let total = u8::try_from(total).map_err(|_| Misfit::TooLong)?;
        if !below.is_empty() && length == 0 {
            return Err(Misfit::Value(Invalid::TlvLengthTooSmall));
        }
        if kind.is_extended() && length == 0 {
            return Err(Misfit::Value(Invalid::ExtendedEmpty));
        }
        if let Some(place) = header.octets.get_mut(1) {
            *place = total;
        }
        Ok(header)
    }

    fn put(&mut self, octets: &[u8]) {
        if let Some(place) = self.octets.get_mut(self.len..self.len + octets.len()) {
            place.copy_from_slice(octets);
        }
        self.len += octets.len();
    }
}

fn write_octets(
    writer: &mut dyn AttributeWriter,
    path: &Path,
    layout: Layout,
    value: &[u8],
) -> Result<(), EncodeError> {
    if path.kind().is_long_extended() && path.numbers().len() > 1 {
        return write_long(writer, path, layout, value);
    }
    let continued = layout.continuation && path.numbers().len() == 3 && path.kind() == Kind::VENDOR_SPECIFIC;
    if continued && value.len() > layout.max_value() {
        return write_split(writer, path, layout, value, true);
    }
    room_as(writer, path, layout, value.len(), false)?.copy_from_slice(value);
    Ok(())
}

/// Long extended attributes, in fragments of 251 octets where need be (RFC 6929 §2.2).
fn write_long(
    writer: &mut dyn AttributeWriter,
    path: &Path,
    layout: Layout,
    value: &[u8],
) -> Result<(), EncodeError> {
    // The header of an empty-looking value of the same path: type, length, Extended-Type, flags, and what follows them.
    let tlvs = path.numbers().len() > path.base_len();
    let probe = if tlvs { value.len() } else { value.len().min(1) };
    let header = Header::new(path, layout, probe, false)?;
    let inner = header.octets.get(4..header.len).unwrap_or_default();
    let total = inner.len() + value.len();
    let fragments = total.div_ceil(MAX_FRAGMENT);
    if fragments <= 1 {
        room_as(writer, path, layout, value.len(), false)?.copy_from_slice(value);
        return Ok(());
    }
    if let Some(error) = writer.error() {
        return Err(error);
    }
    let extended = header.octets[2];
    let kind = path.kind();
    let out = writer.grow(kind, total + 4 * fragments)?;
    let mut data = inner.iter().chain(value);
    for (index, fragment) in out.chunks_mut(4 + MAX_FRAGMENT).enumerate() {
        let flags = if index + 1 == fragments { 0 } else { extended::MORE };
        // A fragment is at most 255 octets.
        let head = [kind.0, fragment.len().to_le_bytes()[0], extended, flags];
        let octets = head.into_iter().chain(data.by_ref().copied());
        fragment.iter_mut().zip(octets).for_each(|(to, from)| *to = from);
    }
    Ok(())
}

/// One value in as many attributes of the same path as it needs, all or none of them.
fn write_split(
    writer: &mut dyn AttributeWriter,
    path: &Path,
    layout: Layout,
    value: &[u8],
    continued: bool,
) -> Result<(), EncodeError> {
    if let Some(error) = writer.error() {
        return Err(error);
    }
    if value.is_empty() {
        return Ok(());
    }
    let head = Header::new(path, layout, 1, false)?.len;
    let most = 255 - head;
    let pieces = value.len().div_ceil(most);
    let out = writer.grow(path.kind(), value.len() + pieces * head)?;
    for (index, (piece, place)) in value.chunks(most).zip(out.chunks_mut(255)).enumerate() {
        let more = continued && index + 1 < pieces;
        let header = Header::new(path, layout, piece.len(), more)?;
        if let (Some((front, rest)), Some(octets)) =
            (place.split_at_mut_checked(header.len), header.octets.get(..header.len))
        {
            front.copy_from_slice(octets);
            rest.copy_from_slice(piece);
        }
    }
    Ok(())
}

fn write_packed(
    writer: &mut dyn AttributeWriter,
    vendor: u32,
    sub_attributes: &[(u32, &[u8])],
) -> Result<(), EncodeError> {
    let layout = Layout::of(vendor);
    let path = |kind| Path::vendor(vendor, kind);
    let length: usize = sub_attributes.iter().map(|(_, value)| layout.header_len() + value.len()).sum();
    let Some(&(first, _)) = sub_attributes.first() else {
        return Err(EncodeError::Path { path: path(0) });
    };
    if let Some((kind, _)) = sub_attributes.iter().find(|(kind, _)| !layout.fits(*kind)) {
        return Err(EncodeError::Path { path: path(*kind) });
    }
    if layout.length_size == 0 && sub_attributes.len() > 1 {
        return Err(EncodeError::Path { path: path(first) });
    }
    if 4 + length > MAX_VALUE {
        return Err(EncodeError::ValueTooLong { path: path(first), length });
    }
    let out = room_as(writer, &Kind::VENDOR_SPECIFIC.into(), Layout::DEFAULT, 4 + length, false)?;
    let Some((number, mut rest)) = out.split_first_chunk_mut() else { return Ok(()) };
    *number = vendor.to_be_bytes();
    for (kind, value) in sub_attributes {
        let size = layout.header_len() + value.len();
        let Some((place, behind)) = rest.split_at_mut_checked(size) else { break };
        layout.write_header(*kind, value.len(), false, place);
        if let Some(place) = place.get_mut(layout.header_len()..) {
            place.copy_from_slice(value);
        }
        rest = behind;
    }
    Ok(())
}

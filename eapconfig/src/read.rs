//! Reading: octets to model, with everything odd along the way as a [`Warning`] (spec: eapconfig 2).

mod credential;
mod info;
mod value;

use crate::credential::Secret;
use crate::date_time::parse_date_time;
use crate::error::{Place, Places, ReadError, ReadErrorKind, Warning, WarningKind};
use crate::localized::LocalizedText;
use crate::method::{AuthenticationMethod, EapType, InnerMethod, NonEapType};
use crate::model::{EapConfig, IdentityProvider};
use crate::xml::{Fault, Scanner, Tag, Token};
use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::Hash;
use zeroize::Zeroize;

/// Largest document in octets, unless [`read_with_limit`] is told otherwise. Documents in the field have 3 to 15 kB,
/// about 100 kB with a logo.
pub const MAX_LEN: usize = 4 << 20;
/// Deepest nesting of elements; the format itself needs 7 levels.
pub const MAX_DEPTH: usize = 32;
/// Most elements of a document.
pub const MAX_ELEMENTS: usize = 20_000;
/// Most attributes of an element.
pub const MAX_ATTRIBUTES: usize = 64;
/// Longest text of one element in octets.
pub const MAX_TEXT_LEN: usize = 2 << 20;
/// Largest logo in octets after decoding (spec: eapconfig 5).
pub const MAX_LOGO_LEN: usize = 1 << 20;
/// Longest SSID in octets (IEEE 802.11).
pub const MAX_SSID_LEN: usize = 32;

/// A document that could be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// What it says.
    pub config: EapConfig,
    /// What was odd, in the order of the document.
    pub warnings: Vec<Warning>,
}

/// Reads a document.
///
/// Parts that cannot be used are left out and named in [`Parsed::warnings`]; whether what remains is of use to a
/// client is the question of [`judge`](crate::judge).
///
/// # Errors
/// [`ReadError`] says what is wrong and where; the limits are those of this module.
pub fn read(octets: &[u8]) -> Result<Parsed, ReadError> {
    read_with_limit(octets, MAX_LEN)
}

/// Reads a document of at most `max_len` octets.
///
/// # Errors
/// As [`read`].
pub fn read_with_limit(octets: &[u8], max_len: usize) -> Result<Parsed, ReadError> {
    let trace = trace(octets, max_len);
    trace.result.map(|config| Parsed { config, warnings: trace.warnings })
}

/// All that one reading tells.
pub(crate) struct Trace {
    pub(crate) result: Result<EapConfig, ReadError>,
    pub(crate) warnings: Vec<Warning>,
    /// Where the reader stood when it gave up.
    pub(crate) path: String,
    /// What makes the text malformed, if it is.
    pub(crate) why: &'static str,
    pub(crate) origins: Vec<Origin>,
}

/// Where a provider and its methods begin, as offsets.
#[derive(Default)]
pub(crate) struct Origin {
    pub(crate) provider: usize,
    pub(crate) methods: Vec<usize>,
}

pub(crate) fn trace(octets: &[u8], max_len: usize) -> Trace {
    let mut places = Places::new(octets);
    let mut failed = |fault: Fault| Err(ReadError { kind: fault.kind, place: places.find(fault.offset) });
    let scan = match Scanner::new(octets, max_len) {
        Ok(scan) => scan,
        Err(fault) => {
            return Trace {
                result: failed(fault),
                warnings: Vec::new(),
                path: String::new(),
                why: fault.why,
                origins: Vec::new(),
            };
        }
    };
    let mut reading = Reading {
        scan,
        warnings: Vec::new(),
        origins: Vec::new(),
        provider: None,
        method: None,
        namespaced: None,
    };
    let result = reading.document();
    let path = if result.is_err() { reading.scan.path() } else { String::new() };
    let why = result.as_ref().err().map_or("", |fault| fault.why);
    let result = result.or_else(&mut failed);
    let Reading { mut warnings, origins, .. } = reading;
    warnings.sort_by_key(|w| w.place.offset);
    for warning in &mut warnings {
        warning.place = places.find(warning.place.offset);
    }
    Trace { result, warnings, path, why, origins }
}

/// A secret text: as it stands in the caller's document, or a copy that is wiped.
enum SecretText<'a> {
    Source(&'a str),
    Copy(Secret),
}

impl SecretText<'_> {
    fn as_str(&self) -> &str {
        match self {
            Self::Source(text) => text,
            Self::Copy(text) => text.expose(),
        }
    }

    fn into_secret(self) -> Secret {
        match self {
            Self::Source(text) => Secret::from(text),
            Self::Copy(text) => text,
        }
    }
}

/// An element that counts only the first time.
#[derive(Default)]
struct Once(bool);

impl Once {
    fn first(&mut self) -> bool {
        !std::mem::replace(&mut self.0, true)
    }
}

/// Keeps the first of equal things.
fn keep_first<T: Hash + Eq>(things: &mut Vec<T>) {
    if things.len() < 2 {
        return;
    }
    let mut seen = HashSet::with_capacity(things.len());
    let keep: Vec<bool> = things.iter().map(|t| seen.insert(t)).collect();
    drop(seen);
    let mut keep = keep.into_iter();
    things.retain(|_| keep.next().unwrap_or(true));
}

/// Without the blanks of XML around it. Form feed, which ASCII counts among them, is no character of XML.
fn trimmed(text: &str) -> &str {
    text.trim_ascii()
}

fn non_empty(text: &str) -> Option<String> {
    let text = trimmed(text);
    (!text.is_empty()).then(|| text.to_owned())
}

type Step<T> = Result<T, Fault>;

/// Whether an element was of interest and has been read to its end.
type Handled = bool;

struct Reading<'a> {
    scan: Scanner<'a>,
    /// Their places are offsets only until the end.
    warnings: Vec<Warning>,
    origins: Vec<Origin>,
    provider: Option<usize>,
    method: Option<usize>,
    /// The first element of interest that is in a namespace.
    namespaced: Option<usize>,
}

/// The value of an element with the place of its tag.
struct Found<T> {
    offset: usize,
    value: T,
}

impl<'a> Reading<'a> {
    fn document(&mut self) -> Step<EapConfig> {
        let mut config = EapConfig::default();
        // Text before the root is not handed out, and the end does not come before a root.
        let Token::Open(root) = self.scan.next()? else {
            return Err(Fault::malformed("there is no element", self.scan.offset()));
        };
        let is_ours = root.local == "EAPIdentityProviderList";
        if is_ours {
            self.note_namespace(root);
            // Most documents have one; room for four would be kilobytes.
            config.providers.reserve_exact(1);
            self.children(|r, tag| {
                let wanted = tag.local == "EAPIdentityProvider";
                if wanted {
                    r.provider = Some(config.providers.len());
                    config.providers.push(r.identity_provider(tag)?);
                    r.provider = None;
                }
                Ok(wanted)
            })?;
        } else {
            self.scan.skip()?;
        }
        // The rest must be well-formed before anything is said about the content.
        self.scan.next()?;
        if let Some(offset) = self.namespaced {
            self.warn(WarningKind::Namespace, "", offset, "");
        }
        let kind = if !is_ours {
            ReadErrorKind::WrongRoot
        } else if config.providers.is_empty() {
            ReadErrorKind::NoProvider
        } else {
            return Ok(config);
        };
        Err(Fault::of(kind, root.offset))
    }

    fn note_namespace(&mut self, tag: Tag<'_>) {
        if tag.namespaced && self.namespaced.is_none() {
            self.namespaced = Some(tag.offset);
        }
    }

    /// Notes something odd. `trail` is what follows the innermost open element in the path.
    fn warn(&mut self, kind: WarningKind, element: &'static str, offset: usize, trail: &str) {
        let mut path = self.scan.path();
        if !trail.is_empty() {
            path.push('/');
            path.push_str(trail);
        }
        let place = Place { offset, ..Place::default() };
        let (provider, method) = (self.provider, self.method);
        self.warnings.push(Warning { kind, element, provider, method, place, path });
    }

    /// Hands the children of the innermost element to `each` and reads to its end. What `each` does not handle is
    /// skipped.
    fn children(&mut self, mut each: impl FnMut(&mut Self, Tag<'a>) -> Step<Handled>) -> Step<()> {
        loop {
            match self.scan.next()? {
                Token::Open(tag) => {
                    if each(self, tag)? {
                        self.note_namespace(tag);
                    } else {
                        self.scan.skip()?;
                    }
                }
                Token::Text(_) => {}
                Token::Close | Token::End => return Ok(()),
            }
        }
    }

    /// The text of the innermost element, which is read to its end.
    fn text(&mut self) -> Step<Cow<'a, str>> {
        if let Some(text) = self.scan.leaf() {
            return Ok(Cow::Borrowed(text));
        }
        let mut whole = Cow::Borrowed("");
        loop {
            match self.scan.next()? {
                Token::Text(piece) if whole.is_empty() => whole = piece,
                Token::Text(piece) => whole.to_mut().push_str(&piece),
                Token::Open(_) => self.scan.skip()?,
                Token::Close | Token::End => return Ok(whole),
            }
        }
    }

    /// As [`Self::text`], for what must not stay in memory.
    fn secret(&mut self) -> Step<SecretText<'a>> {
        if let Some(text) = self.scan.leaf() {
            return Ok(SecretText::Source(text));
        }
        let mut whole = SecretText::Source("");
        loop {
            match self.scan.next()? {
                Token::Text(Cow::Borrowed(text)) if whole.as_str().is_empty() => {
                    whole = SecretText::Source(text);
                }
                Token::Text(mut piece) => {
                    let mut copy = whole.into_secret();
                    copy.push_str(&piece);
                    if let Cow::Owned(piece) = &mut piece {
                        piece.zeroize();
                    }
                    whole = SecretText::Copy(copy);
                }
                Token::Open(_) => self.scan.skip()?,
                Token::Close | Token::End => return Ok(whole),
            }
        }
    }

    fn literal_secret(&mut self) -> Step<Option<Secret>> {
        Ok(Some(self.secret()?.into_secret()).filter(|s| !s.is_empty()))
    }

    fn optional_text(&mut self) -> Step<Option<String>> {
        Ok(non_empty(&self.text()?))
    }

    fn localized(&mut self, into: &mut Vec<LocalizedText>) -> Step<()> {
        let lang = self.scan.attribute("lang").map(Cow::into_owned);
        if let Some(text) = self.optional_text()? {
            into.push(LocalizedText { lang, text });
        }
        Ok(())
    }

    fn boolean(&mut self, tag: Tag<'a>, element: &'static str) -> Step<Option<bool>> {
        let text = self.text()?;
        let text = trimmed(&text);
        if text.is_empty() {
            return Ok(None);
        }
        let (value, odd) = value::boolean(text);
        if let Some(kind) = odd {
            self.warn(kind, element, tag.offset, element);
        }
        Ok(Some(value))
    }

    fn identity_provider(&mut self, tag: Tag<'a>) -> Step<IdentityProvider> {
        self.origins.push(Origin { provider: tag.offset, methods: Vec::new() });
        let attribute = |name| self.scan.attribute(name).map(Cow::into_owned);
        let mut provider = IdentityProvider {
            id: attribute("ID"),
            namespace: attribute("namespace"),
            version: attribute("version").and_then(|v| value::integer(trimmed(&v))),
            lang: attribute("lang").filter(|l| !l.is_empty()),
            ..IdentityProvider::default()
        };
        let (mut until, mut methods, mut info) = (false, Once::default(), Once::default());
        self.children(|r, tag| {
            match tag.local {
                "ValidUntil" if !until => {
                    let text = r.text()?;
                    until = !trimmed(&text).is_empty();
                    provider.valid_until = parse_date_time(trimmed(&text));
                    if provider.valid_until.is_none() && until {
                        r.warn(WarningKind::Value, "ValidUntil", tag.offset, "ValidUntil");
                    }
                }
                "AuthenticationMethods" if methods.first() => r.children(|r, tag| {
                    let wanted = tag.local == "AuthenticationMethod";
                    if wanted {
                        if provider.methods.is_empty() {
                            provider.methods.reserve_exact(1);
                        }
                        r.method = Some(provider.methods.len());
                        provider.methods.push(r.authentication_method(tag)?);
                        r.method = None;
                    }
                    Ok(wanted)
                })?,
                "CredentialApplicability" if provider.applicability.is_none() => {
                    provider.applicability = Some(r.applicability()?);
                }
                "ProviderInfo" if info.first() => provider.info = r.provider_info()?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(provider)
    }

    fn authentication_method(&mut self, tag: Tag<'a>) -> Step<AuthenticationMethod> {
        if let Some(origin) = self.origins.last_mut() {
            origin.methods.push(tag.offset);
        }
        let mut method = AuthenticationMethod::default();
        let first_warning = self.warnings.len();
        let (mut eap, mut server, mut client) = (Once::default(), Once::default(), Once::default());
        self.children(|r, tag| {
            match tag.local {
                "EAPMethod" if eap.first() => method.eap = r.method_type()?.map(EapType),
                "EAPMethod" => {
                    r.scan.skip()?;
                    r.warn(WarningKind::Repeated, "EAPMethod", tag.offset, "EAPMethod");
                }
                "ServerSideCredential" if server.first() => method.server = r.server_side()?,
                "ClientSideCredential" if client.first() => method.client = r.client_side()?,
                "InnerAuthenticationMethod" => method.inner.push(r.inner_method()?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        // What does not apply to a method is ignored, odd or not; the method's number may come last.
        let is_tls = method.eap == Some(EapType::TLS);
        let is_fast = method.eap == Some(EapType::FAST);
        let mut index = 0;
        self.warnings.retain(|w| {
            index += 1;
            let of_certificate = matches!(w.element, "ClientCertificate" | "IntermediateCACertificate");
            let of_user_name = matches!(w.element, "InnerIdentitySuffix" | "InnerIdentityHint");
            let of_pac = w.element == "ProvisionPAC";
            let idle = if is_tls { of_user_name } else { of_certificate } || of_pac && !is_fast;
            index <= first_warning || !idle
        });
        Ok(method)
    }

    /// The number in an `EAPMethod` or `NonEAPAuthMethod`.
    fn method_type(&mut self) -> Step<Option<i32>> {
        let mut number = None;
        let mut once = Once::default();
        self.children(|r, tag| {
            let wanted = tag.local == "Type" && once.first();
            if wanted {
                number = value::integer(trimmed(&r.text()?));
            }
            Ok(wanted)
        })?;
        Ok(number)
    }

    fn inner_method(&mut self) -> Step<InnerMethod> {
        let mut method = InnerMethod::default();
        let (mut eap, mut non_eap) = (Once::default(), Once::default());
        let (mut server, mut client) = (Once::default(), Once::default());
        self.children(|r, tag| {
            match tag.local {
                "EAPMethod" if eap.first() => method.eap = r.method_type()?.map(EapType),
                "NonEAPAuthMethod" | "NonEapMethod" if non_eap.first() => {
                    method.non_eap = r.method_type()?.map(NonEapType);
                }
                "ServerSideCredential" if server.first() => method.server = r.server_side()?,
                "ClientSideCredential" if client.first() => method.client = r.client_side()?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(method)
    }
}

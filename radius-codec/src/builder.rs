//! Building a packet in the caller's buffer (spec: radius 1, 3, 4).

use crate::attr::Attr;
use crate::auth::RequestHeader;
use crate::code::{AuthenticatorKind, Code};
use crate::error::EncodeError;
use crate::hide;
use crate::packet::{Authenticator, HEADER_LEN, MAX_LEN, MAX_STREAM_LEN, Packet};
use crate::path::{Kind, Path};
use crate::secret::Secret;
use crate::value::{Hidden, MAX_TAG, Salted, TaggedSalted};
use crate::write::{AttributeWriter, copy, room};

/// Octets of a Message-Authenticator attribute.
const MESSAGE_AUTHENTICATOR_LEN: usize = 18;

/// How the Authenticator of the packet is made.
#[derive(Clone, Copy)]
enum Sign {
    Random(Authenticator),
    Computed,
    Response(Authenticator),
    /// Written as given, nothing is computed.
    Verbatim(Authenticator),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum MessageAuthenticator {
    /// None wanted so far.
    Absent,
    /// Goes to the front when the packet is finished.
    Due,
    /// Has its place in front since the packet was begun; it can still be moved or given up.
    Reserved,
    /// Stands at this offset.
    Placed(usize),
}

/// Builds one packet in a buffer of the caller's.
///
/// There is one way to begin for each kind of Authenticator, so that they cannot be mixed up:
/// [`new`](Self::new) takes the 16 random octets of an Access-Request or Status-Server,
/// [`signed_request`](Self::signed_request) needs none, and [`reply`](Self::reply) takes the request. Attributes are
/// added with the methods of [`AttributeWriter`]; [`finish`](Self::finish) signs.
///
/// Access-Request, Status-Server, every reply to them and every packet with EAP-Message get a Message-Authenticator as
/// the first attribute, unless [`message_authenticator`](Self::message_authenticator) puts it elsewhere or
/// [`without_message_authenticator`](Self::without_message_authenticator) forgoes it.
pub struct PacketBuilder<'b> {
    out: &'b mut [u8],
    len: usize,
    limit: usize,
    /// How far attributes may go: the limit without the Message-Authenticator that is due, and nowhere after an error.
    end: usize,
    sign: Sign,
    message_authenticator: MessageAuthenticator,
    salt: Option<u16>,
    error: Option<EncodeError>,
}

impl<'b> PacketBuilder<'b> {
    /// Begins an Access-Request or Status-Server with 16 unpredictable octets, new for every request.
    ///
    /// A code of another kind is the error [`EncodeError::Code`]; unknown codes are taken.
    #[cfg_attr(not(feature = "small"), inline)]
    pub fn new(out: &'b mut [u8], code: Code, identifier: u8, authenticator: Authenticator) -> Self {
        let protect = code.wants_message_authenticator();
        Self::begin(out, code, identifier, Sign::Random(authenticator), protect)
            .expect_kind(code, AuthenticatorKind::Random)
    }

    /// Begins an Accounting-Request, CoA-Request or Disconnect-Request, whose Authenticator is computed.
    ///
    /// A code of another kind is the error [`EncodeError::Code`]; unknown codes are taken.
    #[cfg_attr(not(feature = "small"), inline)]
    pub fn signed_request(out: &'b mut [u8], code: Code, identifier: u8) -> Self {
        Self::begin(out, code, identifier, Sign::Computed, false)
            .expect_kind(code, AuthenticatorKind::Computed)
    }

    /// Begins a reply to a request: its Identifier, signed over its Authenticator.
    ///
    /// A code that does not answer the request is the error [`EncodeError::Code`].
    #[cfg_attr(not(feature = "small"), inline)]
    pub fn reply(out: &'b mut [u8], code: Code, request: &RequestHeader) -> Self {
        let sign = Sign::Response(request.authenticator);
        // What the request is decides, not the reply: Accounting-Response answers Status-Server too.
        let protect = request.code.wants_message_authenticator();
        let mut builder = Self::begin(out, code, request.identifier, sign, protect);
        if !code.answers(request.code, true) {
            builder.fail(EncodeError::Code(code.0));
        }
        builder
    }

    /// Begins a packet whose Authenticator is written as given and that [`finish_verbatim`](Self::finish_verbatim)
    /// ends without signing: for tests, for RADIUS/1.1, and for rewriting what was signed elsewhere.
    #[cfg_attr(not(feature = "small"), inline)]
    pub fn verbatim(out: &'b mut [u8], code: Code, identifier: u8, authenticator: Authenticator) -> Self {
        Self::begin(out, code, identifier, Sign::Verbatim(authenticator), false)
    }

    #[cfg_attr(not(feature = "small"), inline)]
    fn begin(out: &'b mut [u8], code: Code, identifier: u8, sign: Sign, protect: bool) -> Self {
        let limit = out.len().min(MAX_LEN);
        let mut builder = Self {
            out,
            len: HEADER_LEN,
            limit,
            end: limit,
            sign,
            message_authenticator: MessageAuthenticator::Absent,
            salt: None,
            error: None,
        };
        let authenticator = match sign {
            Sign::Random(authenticator) | Sign::Verbatim(authenticator) => authenticator,
            Sign::Computed | Sign::Response(_) => [0; 16],
        };
        match builder.out.first_chunk_mut::<HEADER_LEN>() {
            Some(header) => {
                header[0] = code.0;
                header[1] = identifier;
                header[4..].copy_from_slice(&authenticator);
            }
            None => builder.fail(EncodeError::TooLong { needed: HEADER_LEN, room: limit }),
        }
        if protect {
            builder.reserve_message_authenticator();
        }
        builder
    }

    /// Where the Message-Authenticator belongs at once, so that nothing has to move in the end. Without room for it, it
    /// stays due.
    #[cfg_attr(not(feature = "small"), inline)]
    fn reserve_message_authenticator(&mut self) {
        const END: usize = HEADER_LEN + MESSAGE_AUTHENTICATOR_LEN;
        match self.out.get_mut(HEADER_LEN..END) {
            Some(place) if self.limit >= END => {
                write_empty_message_authenticator(place);
                self.len = END;
                self.message_authenticator = MessageAuthenticator::Reserved;
            }
            _ => self.turn(MessageAuthenticator::Due),
        }
    }

    /// None is due any more, and its place is free.
    fn release_message_authenticator(&mut self) {
        if self.message_authenticator == MessageAuthenticator::Reserved {
            self.out.copy_within(HEADER_LEN + MESSAGE_AUTHENTICATOR_LEN..self.len, HEADER_LEN);
            self.len -= MESSAGE_AUTHENTICATOR_LEN;
        }
        self.turn(MessageAuthenticator::Absent);
    }

    /// Changes where the Message-Authenticator is, and so how far attributes may go.
    fn turn(&mut self, to: MessageAuthenticator) {
        self.message_authenticator = to;
        let due = if to == MessageAuthenticator::Due { MESSAGE_AUTHENTICATOR_LEN } else { 0 };
        self.end = if self.error.is_some() { 0 } else { self.limit.saturating_sub(due) };
    }

    #[cfg_attr(not(feature = "small"), inline)]
    fn expect_kind(mut self, code: Code, kind: AuthenticatorKind) -> Self {
        if code.authenticator_kind().is_some_and(|is| is != kind) {
            self.fail(EncodeError::Code(code.0));
        }
        self
    }

    /// Lets the packet be up to `limit` octets long, at most 65535, for TCP and TLS (RFC 7930).
    pub fn limit(&mut self, limit: usize) -> &mut Self {
        self.limit = limit.min(MAX_STREAM_LEN).min(self.out.len());
        self.turn(self.message_authenticator);
        self
    }

    /// Puts the Message-Authenticator here, behind what was added so far.
    ///
    /// Without a call it becomes the first attribute where one is due, which is where it belongs (CVE-2024-3596).
    pub fn message_authenticator(&mut self) -> &mut Self {
        if self.error.is_some() {
            return self;
        }
        if let (MessageAuthenticator::Placed(_), _) | (_, Sign::Verbatim(_)) =
            (self.message_authenticator, self.sign)
        {
            self.fail(EncodeError::MessageAuthenticatorRepeated);
            return self;
        }
        self.release_message_authenticator();
        let at = self.len;
        match self.take(MESSAGE_AUTHENTICATOR_LEN) {
            Ok(place) => {
                write_empty_message_authenticator(place);
                self.turn(MessageAuthenticator::Placed(at));
            }
            Err(error) => self.fail(error),
        }
        self
    }

    /// Forgoes the Message-Authenticator, for peers that cannot have one. EAP-Message brings it back.
    pub fn without_message_authenticator(&mut self) -> &mut Self {
        if !matches!(self.message_authenticator, MessageAuthenticator::Placed(_)) {
            self.release_message_authenticator();
        }
        self
    }

    /// Takes the next `count` octets of the buffer.
    #[cfg_attr(not(feature = "small"), inline)]
    fn take(&mut self, count: usize) -> Result<&mut [u8], EncodeError> {
        let room = self.end.saturating_sub(self.len);
        let from = self.len;
        match self.out.get_mut(from..from + count) {
            Some(place) if count <= room => {
                self.len += count;
                Ok(place)
            }
            _ => Err(EncodeError::TooLong { needed: count, room }),
        }
    }

    /// Adds attributes that are encoded already.
    pub(crate) fn encoded(&mut self, attributes: &[u8]) -> &mut Self {
        let mut rest = attributes;
        while let [kind, length, ..] = *rest {
            let Some((attribute, behind)) = rest.split_at_checked(length.into()) else { break };
            match self.grow(Kind(kind), attribute.len()) {
                Ok(place) => copy(attribute, place),
                Err(error) => {
                    self.fail(error);
                    break;
                }
            }
            rest = behind;
        }
        self
    }

    /// What stands in for the Request Authenticator when values are hidden.
    #[inline]
    fn hiding_authenticator(&self) -> Authenticator {
        match self.sign {
            Sign::Random(authenticator) | Sign::Response(authenticator) | Sign::Verbatim(authenticator) => {
                authenticator
            }
            Sign::Computed => [0; 16],
        }
    }

    #[cfg_attr(not(feature = "small"), inline)]
    fn with_room(&mut self, path: Path, length: usize, fill: impl FnOnce(&mut [u8])) -> &mut Self {
        match room(self, path, length) {
            Ok(place) => fill(place),
            Err(error) => self.fail(error),
        }
        self
    }

    /// Adds a password, hidden (RFC 2865 §5.2).
    ///
    /// More than 128 octets are an error.
    #[inline]
    pub fn hidden(&mut self, attr: Attr<Hidden>, password: &[u8], secret: &Secret) -> &mut Self {
        self.hidden_at(attr.path(), password, secret)
    }

    #[cfg_attr(not(feature = "small"), inline)]
    pub(crate) fn hidden_at(&mut self, path: Path, password: &[u8], secret: &Secret) -> &mut Self {
        let Some(length) = hide::hidden_password_len(password.len()) else {
            self.fail(EncodeError::ValueTooLong { path, length: password.len() });
            return self;
        };
        let authenticator = self.hiding_authenticator();
        self.with_room(path, length, |place| hide::hide_password(secret, &authenticator, password, place))
    }

    /// Gives the 15 random bits from which the salts of this packet count up (RFC 2868 §3.5).
    pub fn salt(&mut self, random: u16) -> &mut Self {
        self.salt = Some(random | hide::SALT_BIT);
        self
    }

    fn next_salt(&mut self) -> Result<u16, EncodeError> {
        let salt = self.salt.ok_or(EncodeError::SaltMissing)?;
        self.salt = Some(salt.wrapping_add(1) | hide::SALT_BIT);
        Ok(salt)
    }

    /// Adds a value hidden with a salt, such as MS-MPPE-Send-Key (RFC 2548 §2.4.2). [`salt`](Self::salt) comes first.
    pub fn salted(&mut self, attr: Attr<Salted>, clear: &[u8], secret: &Secret) -> &mut Self {
        self.salted_at(attr.path(), None, clear, secret)
    }

    /// Adds a tagged value hidden with a salt, such as Tunnel-Password (RFC 2868 §3.5). The tag is 0 for none, or 1 to
    /// 31. [`salt`](Self::salt) comes first.
    pub fn tagged_salted(
        &mut self,
        attr: Attr<TaggedSalted>,
        tag: u8,
        clear: &[u8],
        secret: &Secret,
    ) -> &mut Self {
        self.salted_at(attr.path(), Some(tag), clear, secret)
    }

    pub(crate) fn salted_at(
        &mut self,
        path: Path,
        tag: Option<u8>,
        clear: &[u8],
        secret: &Secret,
    ) -> &mut Self {
        if let Some(tag) = tag.filter(|tag| *tag > MAX_TAG) {
            self.fail(EncodeError::Tag(tag));
            return self;
        }
        let Some(length) = hide::salted_len(clear.len()) else {
            self.fail(EncodeError::ValueTooLong { path, length: clear.len() });
            return self;
        };
        let salt = match self.next_salt() {
            Ok(salt) => salt,
            Err(error) => {
                self.fail(error);
                return self;
            }
        };
        let authenticator = self.hiding_authenticator();
        self.with_room(path, length + usize::from(tag.is_some()), |place| {
            match (tag, place.split_first_mut()) {
                (Some(tag), Some((first, rest))) => {
                    *first = tag;
                    hide::hide_salted(secret, &authenticator, salt, clear, rest);
                }
                _ => hide::hide_salted(secret, &authenticator, salt, clear, place),
            }
        })
    }

    /// Adds CHAP-Challenge and the CHAP-Password that answers it (RFC 2865 §5.3).
    pub fn chap(&mut self, chap_identifier: u8, password: &[u8], challenge: &[u8]) -> &mut Self {
        let value = hide::chap_password(chap_identifier, password, challenge);
        self.octets(Kind::CHAP_CHALLENGE, challenge).octets(Kind::CHAP_PASSWORD, &value)
    }

    /// Adds a CHAP-Password whose challenge is the Request Authenticator (RFC 2865 §2.2).
    pub fn chap_without_challenge(&mut self, chap_identifier: u8, password: &[u8]) -> &mut Self {
        let value = hide::chap_password(chap_identifier, password, &self.hiding_authenticator());
        self.octets(Kind::CHAP_PASSWORD, &value)
    }

    /// Ends the packet: Message-Authenticator, Length, Authenticator. Returns the octets it has.
    ///
    /// # Errors
    /// The first thing that went wrong; then the buffer holds nothing of use. A packet begun with
    /// [`verbatim`](Self::verbatim) is not signed here and is [`EncodeError::Code`].
    #[cfg_attr(not(feature = "small"), inline)]
    pub fn finish(&mut self, secret: &Secret) -> Result<usize, EncodeError> {
        if matches!(self.sign, Sign::Verbatim(_)) {
            self.fail(EncodeError::Code(self.out.first().copied().unwrap_or(0)));
        }
        if let Some(error) = self.error {
            return Err(error);
        }
        if self.len > self.end {
            let room = self.limit.saturating_sub(self.len());
            self.fail(EncodeError::TooLong { needed: MESSAGE_AUTHENTICATOR_LEN, room });
            return Err(EncodeError::TooLong { needed: MESSAGE_AUTHENTICATOR_LEN, room });
        }
        if self.message_authenticator == MessageAuthenticator::Due {
            self.out.copy_within(HEADER_LEN..self.len, HEADER_LEN + MESSAGE_AUTHENTICATOR_LEN);
            self.len += MESSAGE_AUTHENTICATOR_LEN;
            if let Some(place) = self.out.get_mut(HEADER_LEN..HEADER_LEN + MESSAGE_AUTHENTICATOR_LEN) {
                write_empty_message_authenticator(place);
            }
        }
        if matches!(self.message_authenticator, MessageAuthenticator::Due | MessageAuthenticator::Reserved) {
            self.turn(MessageAuthenticator::Placed(HEADER_LEN));
        }
        self.write_length();
        let packet = self.out.get_mut(..self.len).unwrap_or_default();
        let over = match self.sign {
            Sign::Random(authenticator) | Sign::Response(authenticator) | Sign::Verbatim(authenticator) => {
                authenticator
            }
            Sign::Computed => [0; 16],
        };
        if let MessageAuthenticator::Placed(at) = self.message_authenticator {
            let value = secret.message_authenticator(packet, at + 2, &over);
            if let Some(place) = packet.get_mut(at + 2..at + MESSAGE_AUTHENTICATOR_LEN) {
                place.copy_from_slice(&value);
            }
        }
        if matches!(self.sign, Sign::Computed | Sign::Response(_)) {
            let authenticator = secret.authenticator(packet, &over);
            if let Some(place) = packet.get_mut(4..HEADER_LEN) {
                place.copy_from_slice(&authenticator);
            }
        }
        Ok(self.len)
    }

    /// Ends a packet begun with [`verbatim`](Self::verbatim): writes Length, signs nothing. Returns the octets it has.
    ///
    /// # Errors
    /// The first thing that went wrong, or [`EncodeError::Code`] when the packet was begun another way.
    pub fn finish_verbatim(&mut self) -> Result<usize, EncodeError> {
        if !matches!(self.sign, Sign::Verbatim(_)) {
            self.fail(EncodeError::Code(self.out.first().copied().unwrap_or(0)));
        }
        if let Some(error) = self.error {
            return Err(error);
        }
        self.write_length();
        Ok(self.len)
    }

    #[inline]
    fn write_length(&mut self) {
        // The limit is at most 65535.
        let [low, high, ..] = self.len.to_le_bytes();
        if let Some(place) = self.out.get_mut(2..4) {
            place.copy_from_slice(&[high, low]);
        }
    }

    /// Octets so far, header included; without a Message-Authenticator that is still due.
    #[must_use]
    pub const fn len(&self) -> usize {
        match self.message_authenticator {
            MessageAuthenticator::Reserved => self.len - MESSAGE_AUTHENTICATOR_LEN,
            _ => self.len,
        }
    }

    /// Whether no attribute was added yet.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == HEADER_LEN
    }

    /// The packet that was finished.
    ///
    /// # Errors
    /// As [`Packet::parse`]; none after a [`finish`](Self::finish) that went well.
    pub fn packet(&self) -> Result<Packet<'_>, crate::DecodeError> {
        Packet::parse_within(self.out, &crate::packet::Limits::STREAM)
    }
}

#[inline]
fn write_empty_message_authenticator(place: &mut [u8]) {
    place.fill(0);
    if let [kind, length, ..] = place {
        *kind = Kind::MESSAGE_AUTHENTICATOR.0;
        *length = 18;
    }
}

impl AttributeWriter for PacketBuilder<'_> {
    #[cfg_attr(not(feature = "small"), inline)]
    fn grow(&mut self, kind: Kind, count: usize) -> Result<&mut [u8], EncodeError> {
        let signed = !matches!(self.sign, Sign::Verbatim(_));
        if signed && kind == Kind::MESSAGE_AUTHENTICATOR {
            return Err(EncodeError::Path { path: kind.into() });
        }
        if signed && kind == Kind::EAP_MESSAGE && self.message_authenticator == MessageAuthenticator::Absent {
            self.turn(MessageAuthenticator::Due);
            let room = self.end.saturating_sub(self.len);
            if room < count {
                self.turn(MessageAuthenticator::Absent);
                return Err(EncodeError::TooLong { needed: count, room });
            }
        }
        self.take(count)
    }

    #[inline]
    fn fail(&mut self, error: EncodeError) {
        self.error.get_or_insert(error);
        self.end = 0;
    }

    #[inline]
    fn error(&self) -> Option<EncodeError> {
        self.error
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::{ReplyPolicy, verify_reply};

    // spec: radius 4, the rules for senders
    #[test]
    fn every_reply_to_access_request_and_status_server_is_protected_whatever_its_code() {
        let secret = Secret::new(b"testing123").unwrap();
        for (request, reply) in
            [(1, 2), (1, 3), (1, 11), (1, 52), (12, 2), (12, 5), (12, 52), (4, 5), (4, 52)]
        {
            let code = Code(request);
            let header =
                RequestHeader { code, identifier: 7, authenticator: [3; 16], has_proxy_state: false };
            let mut out = [0; 64];
            let length = PacketBuilder::reply(&mut out, Code(reply), &header).finish(&secret).unwrap();
            let packet = Packet::parse(&out[..length]).unwrap();
            let policy = ReplyPolicy { stream: true, ..ReplyPolicy::STRICT };
            let verified = verify_reply(&packet, &header, &secret, &policy).unwrap();
            assert_eq!(verified.message_authenticator, request != 4, "{reply} answers {request}");
        }
    }

    // spec: radius 11
    #[test]
    fn no_eap_asks_for_no_message_authenticator() {
        let secret = Secret::new(b"testing123").unwrap();
        let mut out = [0; 64];
        let mut request = PacketBuilder::signed_request(&mut out, Code::ACCOUNTING_REQUEST, 1);
        assert_eq!(request.eap_message(&[]).finish(&secret), Ok(HEADER_LEN));
    }
}

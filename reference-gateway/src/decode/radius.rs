//! A RADIUS packet, attribute by attribute.

use super::input::to_hex;
use super::tree::Tree;
use radius_codec::auth::{ReplyPolicy, RequestHeader, RequestPolicy, verify_reply, verify_request};
use radius_codec::dictionary::{Dictionary, Encrypt, Keys, Pair, Value};
use radius_codec::{AuthenticatorKind, Code, Packet, Secret};
use serde_json::{Value as Json, json};

/// Takes packets apart, with the names of the standard dictionary.
pub struct Decoder {
    dictionary: Dictionary,
    secret: Option<Secret>,
}

/// A packet that was taken apart.
#[derive(Clone, Debug)]
pub struct Decoded {
    code: Code,
    identifier: u8,
    length: usize,
    authenticator: String,
    padding: usize,
    check: Check,
    attributes: Vec<Shown>,
}

/// What the authenticators say.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Check {
    /// They are right.
    Right { message_authenticator: bool },
    /// They are wrong, in these words.
    Wrong(String),
    /// What is missing to check them.
    NotChecked(&'static str),
}

/// One attribute, or one sub-attribute of a vendor.
#[derive(Clone, Debug)]
struct Shown {
    offset: usize,
    path: String,
    name: Option<String>,
    line: String,
    /// The value without its name; text without the quotes of `line`.
    value: String,
    invalid: Option<String>,
    clear: bool,
}

impl Decoder {
    /// A decoder. With the shared secret it checks authenticators and shows hidden values.
    ///
    /// # Errors
    /// When the secret is empty.
    pub fn new(secret: Option<&str>) -> Result<Self, String> {
        let secret =
            secret.map(|s| Secret::new(s.as_bytes())).transpose().map_err(|e| format!("secret: {e}"))?;
        let dictionary = Dictionary::standard().map_err(|e| format!("dictionary: {e}"))?;
        Ok(Self { dictionary, secret })
    }

    /// Takes a packet apart. `request_authenticator` is that of the request which a reply answers.
    ///
    /// # Errors
    /// Says why it is no packet, and where.
    pub fn decode(&self, octets: &[u8], request_authenticator: Option<&[u8; 16]>) -> Result<Decoded, String> {
        let packet = Packet::parse(octets).map_err(|e| format!("not a RADIUS packet: {e}"))?;
        let reply = packet.code().authenticator_kind() == Some(AuthenticatorKind::Response);
        let authenticator = if reply { request_authenticator } else { Some(packet.authenticator()) };
        let keys = self.secret.as_ref().zip(authenticator);
        let keys = keys.map(|(secret, authenticator)| Keys { secret, authenticator, salt: 0 });
        let pairs = self.dictionary.decode(packet.attributes(), keys.as_ref());
        Ok(Decoded {
            code: packet.code(),
            identifier: packet.identifier(),
            length: packet.octets().len(),
            authenticator: to_hex(packet.authenticator()),
            padding: octets.len() - packet.octets().len(),
            check: self.check(&packet, reply, request_authenticator),
            attributes: pairs.iter().map(|pair| self.shown(pair, keys.is_some())).collect(),
        })
    }

    fn check(&self, packet: &Packet<'_>, reply: bool, request_authenticator: Option<&[u8; 16]>) -> Check {
        let Some(secret) = &self.secret else { return Check::NotChecked("not checked: no secret is given") };
        let outcome = if reply {
            let Some(authenticator) = request_authenticator else {
                return Check::NotChecked(
                    "not checked: the Request Authenticator of the request is not given",
                );
            };
            let Some(code) = asked(packet.code()) else {
                return Check::NotChecked("not checked: it is not known what this answers");
            };
            let identifier = packet.identifier();
            let authenticator = *authenticator;
            let request = RequestHeader { code, identifier, authenticator, has_proxy_state: true };
            verify_reply(packet, &request, secret, &ReplyPolicy::LEGACY)
        } else {
            let policy = RequestPolicy { limit_proxy_state: false, ..RequestPolicy::LEGACY };
            verify_request(packet, secret, &policy)
        };
        match outcome {
            Ok(verified) => Check::Right { message_authenticator: verified.message_authenticator },
            Err(error) => Check::Wrong(error.to_string()),
        }
    }

    fn shown(&self, pair: &Pair, keys: bool) -> Shown {
        let definition = self.dictionary.attribute_at(pair.path);
        let hidden = definition.is_some_and(|d| d.flags.encrypt != Encrypt::No);
        let invalid = pair.invalid().map(|invalid| invalid.cause.to_string());
        let clear = hidden && keys && !matches!(pair.value, Value::Invalid { .. });
        // A password is octets; a person wants to read it where it can be read.
        let readable = match &pair.value {
            Value::Unhidden(octets) => {
                str::from_utf8(octets).ok().filter(|text| !text.chars().any(char::is_control))
            }
            _ => None,
        };
        let line = match (readable, definition) {
            (Some(text), Some(known)) if !known.flags.has_tag => format!("{} = {text:?}", known.name),
            _ => pair.display(&self.dictionary).to_string(),
        };
        let value = match (&pair.value, readable) {
            (Value::Text(text), _) => text.clone(),
            (_, Some(text)) => text.to_owned(),
            _ => line.split_once(" = ").map_or(line.as_str(), |(_, value)| value).to_owned(),
        };
        Shown {
            offset: pair.offset,
            path: pair.path.to_string(),
            name: definition.map(|d| d.name.to_string()),
            line,
            value,
            invalid,
            clear,
        }
    }
}

/// The request that a reply answers (RFC 2865, 2866, 5176).
const fn asked(reply: Code) -> Option<Code> {
    match reply {
        Code::ACCESS_ACCEPT | Code::ACCESS_REJECT | Code::ACCESS_CHALLENGE => Some(Code::ACCESS_REQUEST),
        Code::ACCOUNTING_RESPONSE => Some(Code::ACCOUNTING_REQUEST),
        Code::DISCONNECT_ACK | Code::DISCONNECT_NAK => Some(Code::DISCONNECT_REQUEST),
        Code::COA_ACK | Code::COA_NAK => Some(Code::COA_REQUEST),
        _ => None,
    }
}

impl Decoded {
    /// Whether nothing was found wrong.
    #[must_use]
    pub const fn is_good(&self) -> bool {
        !matches!(self.check, Check::Wrong(_))
    }

    /// The name of the code, or its number.
    #[must_use]
    pub fn title(&self) -> String {
        self.code.name().map_or_else(|| format!("code {}", self.code.0), str::to_owned)
    }

    /// The attributes for people, one line each.
    pub fn lines(&self) -> impl Iterator<Item = String> + '_ {
        self.attributes.iter().map(Shown::line)
    }

    /// For people.
    #[must_use]
    pub fn tree(&self) -> Tree {
        let title =
            format!("RADIUS {}, identifier {}, {} octets", self.title(), self.identifier, self.length);
        let mut tree = Tree::new(title).with(format!("Authenticator {}", self.authenticator));
        tree.push(match &self.check {
            Check::Right { message_authenticator: true } => {
                "Authenticators are right, Message-Authenticator included".to_owned()
            }
            Check::Right { message_authenticator: false } => {
                "Authenticators are right as far as there are any; no Message-Authenticator".to_owned()
            }
            Check::Wrong(reason) => format!("WRONG: {reason}"),
            Check::NotChecked(reason) => format!("Authenticators {reason}"),
        });
        for line in self.lines() {
            tree.push(line);
        }
        if self.padding > 0 {
            tree.push(format!("{} octets of padding behind the packet, ignored", self.padding));
        }
        tree
    }

    /// For programs.
    #[must_use]
    pub fn json(&self) -> Json {
        let (checked, right, reason) = match &self.check {
            Check::Right { .. } => (true, Some(true), None),
            Check::Wrong(reason) => (true, Some(false), Some(reason.as_str())),
            Check::NotChecked(reason) => (false, None, Some(*reason)),
        };
        let protected = matches!(self.check, Check::Right { message_authenticator: true });
        let attributes: Vec<Json> = self.attributes.iter().map(Shown::json).collect();
        json!({
            "code": self.code.0,
            "name": self.code.name(),
            "identifier": self.identifier,
            "length": self.length,
            "padding": self.padding,
            "authenticator": self.authenticator,
            "check": { "done": checked, "right": right, "message_authenticator": protected, "reason": reason },
            "attributes": attributes,
        })
    }
}

impl Shown {
    fn line(&self) -> String {
        let clear = if self.clear { " (shown in the clear)" } else { "" };
        let invalid = self.invalid.as_ref().map(|cause| format!(" (INVALID: {cause})")).unwrap_or_default();
        format!("{}{clear}{invalid}", self.line)
    }

    fn json(&self) -> Json {
        json!({
            "offset": self.offset,
            "path": self.path,
            "name": self.name,
            "value": self.value,
            "invalid": self.invalid,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 2865 §7.1: an Access-Request with the password "arctangent", and its Access-Accept.
    const REQUEST: &str = "010000380f403f9473978057bd83d5cb98f4227a01066e656d6f02120dbe708d93d413ce3196e43f782a0aee\
                           0406c0a80110050600000003";
    const ACCEPT: &str = "0200002686fe220e7624ba2a1005f6bf9b55e0b20606000000010f06000000000e06c0a80103";

    fn octets(hex: &str) -> Vec<u8> {
        crate::decode::input::from_hex(hex).unwrap()
    }

    #[test]
    fn the_request_of_the_rfc_shows_its_password_with_the_secret() {
        let decoded = Decoder::new(Some("xyzzy5461")).unwrap().decode(&octets(REQUEST), None).unwrap();
        let lines: Vec<String> = decoded.lines().collect();
        assert_eq!(lines[0], "User-Name = \"nemo\"");
        assert_eq!(lines[1], "User-Password = \"arctangent\" (shown in the clear)");
        assert_eq!(lines[2], "NAS-IP-Address = 192.168.1.16");
        assert!(decoded.is_good());
    }

    #[test]
    fn the_reply_of_the_rfc_is_checked_against_its_request() {
        let authenticator: [u8; 16] = octets(REQUEST)[4..20].try_into().unwrap();
        let right = Decoder::new(Some("xyzzy5461")).unwrap();
        assert!(right.decode(&octets(ACCEPT), Some(&authenticator)).unwrap().is_good());
        let wrong = Decoder::new(Some("other")).unwrap();
        let decoded = wrong.decode(&octets(ACCEPT), Some(&authenticator)).unwrap();
        assert!(!decoded.is_good());
        assert_eq!(decoded.json()["check"]["right"], false);
        let unknown = Decoder::new(None).unwrap().decode(&octets(ACCEPT), None).unwrap();
        assert_eq!(unknown.json()["check"]["done"], false);
    }
}

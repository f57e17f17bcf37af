//! A heartbeat for people and for programs: a label or name, the text of an answer, or a whole DNS datagram.

use super::input::{from_text, to_hex};
use super::tree::Tree;
use heartbeat::answer::{Nop, REGULAR_TEXT_LEN, Regular};
use heartbeat::dns::{Expected, HEADER_LEN, Name, Request, Rules, Verdict};
use heartbeat::query::SealedQuery;
use heartbeat::rsa::{RSA_LEN, RsaPublicKey};
use heartbeat::{Cipher, Key, base64};
use serde_json::{Map, Value as Json};

/// What opens a heartbeat.
pub struct Decoder {
    cipher: Option<Cipher>,
    rsa: Option<RsaPublicKey>,
}

/// What a heartbeat holds.
#[derive(Debug)]
pub struct Decoded {
    title: &'static str,
    /// Names and values in order.
    fields: Vec<(&'static str, Json)>,
    good: bool,
}

impl Decoder {
    /// A decoder with the hotspot's key and the server's public key, as far as they are known.
    #[must_use]
    pub fn new(key: Option<&Key>, rsa: Option<RsaPublicKey>) -> Self {
        Self { cipher: key.map(Cipher::new), rsa }
    }

    /// Reads whatever kind of heartbeat this is.
    ///
    /// # Errors
    /// Says why it is none.
    pub fn decode(&self, input: &[u8]) -> Result<Decoded, String> {
        let text = std::str::from_utf8(input).map(str::trim).unwrap_or_default();
        if text.starts_with("a=") || text.starts_with("b=") {
            let mut decoded = Decoded::new("answer");
            self.answer(text.as_bytes(), &mut decoded);
            return Ok(decoded);
        }
        let label = text.split('.').next().unwrap_or_default();
        if let Ok(sealed) = SealedQuery::from_label(label.as_bytes()) {
            let mut decoded = Decoded::new("query");
            self.query(&sealed, &mut decoded);
            return Ok(decoded);
        }
        let octets = from_text(text);
        self.datagram(octets.as_deref().unwrap_or(input))
    }

    fn datagram(&self, datagram: &[u8]) -> Result<Decoded, String> {
        if datagram.len() < HEADER_LEN {
            return Err("neither the text of an answer nor a label nor a DNS message".to_owned());
        }
        // The question stands the same in both directions.
        let mut asked = datagram.to_vec();
        let is_response = asked.get(2).is_some_and(|flags| flags & 0x80 != 0);
        if let Some(flags) = asked.get_mut(2) {
            *flags &= 0x7f;
        }
        let request = Request::parse(&asked).map_err(|error| error.to_string())?;
        let name = request.name().ok_or("a DNS message, but not about one name's TXT record")?;
        let mut decoded = Decoded::new(if is_response { "response" } else { "query" });
        decoded.add("id", format!("{:04x}", request.id()));
        decoded.add("name", name.to_string());
        if is_response {
            self.response(datagram, request.id(), &name, &mut decoded);
        } else {
            let label = name.labels().next().unwrap_or_default();
            match SealedQuery::from_label(label) {
                Ok(sealed) => self.query(&sealed, &mut decoded),
                Err(error) => decoded.problem(error),
            }
        }
        Ok(decoded)
    }

    fn response(&self, datagram: &[u8], id: u16, name: &Name, decoded: &mut Decoded) {
        match (Expected { id, name }).judge(datagram, Rules::default()) {
            Verdict::Answer(text) => {
                decoded.add("text", String::from_utf8_lossy(text.as_octets()));
                self.answer(text.as_octets(), decoded);
            }
            Verdict::Fail(reason) => decoded.problem(reason),
            Verdict::Ignore(reason) => decoded.problem(reason),
        }
    }

    fn query(&self, sealed: &SealedQuery, decoded: &mut Decoded) {
        decoded.add("mac", sealed.mac().to_string());
        let named = |kind: heartbeat::query::QueryType| match kind.log_name() {
            Some(name) => name.to_owned(),
            None => kind.0.to_string(),
        };
        decoded.add("type", named(sealed.clear_type()));
        let Some(cipher) = &self.cipher else {
            return decoded.add("encrypted", to_hex(sealed.octets().get(7..).unwrap_or_default()));
        };
        match sealed.open(cipher) {
            Ok(query) => {
                decoded.add("architecture", query.architecture.0);
                decoded.add("version", query.version.to_string());
                decoded.add("status", query.status);
                decoded.add("trid", format!("{:08x}", query.trid));
                decoded.add("retries", query.retries);
                decoded.add("filler", to_hex(&query.filler));
            }
            Err(error) => decoded.problem(format_args!("{error}: another key?")),
        }
    }

    fn answer(&self, text: &[u8], decoded: &mut Decoded) {
        let mut body = [0; REGULAR_TEXT_LEN];
        let octets = match base64::decode(text.get(2..).unwrap_or_default(), &mut body) {
            Ok(length) => body.get(..length).unwrap_or_default(),
            Err(error) => return decoded.problem(error),
        };
        match (text.get(..2), octets.len()) {
            (Some(b"a="), 16) => decoded.add("kind", "nop"),
            (Some(b"b="), RSA_LEN) => decoded.add("kind", "regular"),
            (_, length) => {
                return decoded.problem(format_args!("{length} octets are no answer of this kind"));
            }
        }
        let Some(cipher) = &self.cipher else { return };
        if let Some(block) = octets.first_chunk().filter(|_| octets.len() == 16) {
            match Nop::open(*block, cipher) {
                Ok(nop) => {
                    decoded.add("trid", format!("{:08x}", nop.trid));
                    decoded.add("time", nop.time);
                    decoded.add("tail", to_hex(&nop.tail));
                }
                Err(error) => decoded.problem(format_args!("{error}: another key?")),
            }
        } else if let (Some(block), Some(rsa)) = (octets.first_chunk(), &self.rsa) {
            match Regular::open(block, cipher, rsa) {
                Ok(regular) => {
                    decoded.add("trid", format!("{:08x}", regular.trid()));
                    decoded.add("exec", regular.exec().0);
                    decoded.add("data", regular.data().escape_ascii().to_string());
                }
                Err(error) => decoded.problem(format_args!("{error}: another key?")),
            }
        }
    }
}

impl Decoded {
    const fn new(title: &'static str) -> Self {
        Self { title, fields: Vec::new(), good: true }
    }

    fn add(&mut self, name: &'static str, value: impl Into<Json>) {
        self.fields.push((name, value.into()));
    }

    fn problem(&mut self, problem: impl std::fmt::Display) {
        self.good = false;
        self.add("problem", problem.to_string());
    }

    /// Whether everything in it is as it should be, as far as the keys tell.
    #[must_use]
    pub const fn is_good(&self) -> bool {
        self.good
    }

    /// For people.
    #[must_use]
    pub fn tree(&self) -> Tree {
        let mut tree = Tree::new(format!("heartbeat {}", self.title));
        for (name, value) in &self.fields {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            tree.push(format!("{name} = {value}"));
        }
        tree
    }

    /// For programs.
    #[must_use]
    pub fn json(&self) -> Json {
        let mut object = Map::new();
        object.insert("heartbeat".to_owned(), self.title.into());
        for (name, value) in &self.fields {
            object.insert((*name).to_owned(), value.clone());
        }
        object.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "7ef44706c65938ceb87c814e844679dc5edf1c9c30de4b6d5af4504b4e6a7a8d";
    const LABEL: &str = "o5eavaneeef5ih64i637vwtccfasiyupxq5jybmynjkwa63645l27tmlwu4g6nd";

    fn decoder() -> Decoder {
        Decoder::new(Some(&KEY.parse().unwrap()), None)
    }

    // spec: heartbeat 4.5
    #[test]
    fn the_worked_example_reads_the_same_as_label_name_and_datagram() {
        let label = to_hex(LABEL.as_bytes());
        let datagram = format!("48b7010000010000000000003f{label}02736d03666f6e03636f6d0000100001");
        for input in [LABEL.to_owned(), format!("{}.sm.fon.com\n", LABEL.to_uppercase()), datagram] {
            let decoded = decoder().decode(input.as_bytes()).unwrap();
            let json = decoded.json();
            assert!(decoded.is_good());
            assert_eq!(
                (&json["mac"], &json["type"]),
                (&"00-18-84-A0-00-29".into(), &"regular_online".into())
            );
            assert_eq!((&json["version"], &json["trid"]), (&"1.2.3.4".into(), &"00000001".into()));
        }
        let blind = Decoder::new(None, None).decode(LABEL.as_bytes()).unwrap().json();
        assert_eq!((&blind["mac"], &blind["trid"]), (&"00-18-84-A0-00-29".into(), &Json::Null));
        let other = Decoder::new(Some(&KEY.replace('7', "8").parse().unwrap()), None);
        assert!(!other.decode(LABEL.as_bytes()).unwrap().is_good());
    }

    // spec: heartbeat 5.2
    #[test]
    fn an_acknowledgement_reads_as_text_and_in_its_datagram() {
        let text = "a=tsBXeZzzKKB/wkgpImIzrg==";
        let json = decoder().decode(text.as_bytes()).unwrap().json();
        assert_eq!((&json["kind"], &json["trid"]), (&"nop".into(), &"12345678".into()));
        assert_eq!(json["time"], 1_300_000_000);
        let name: Name = format!("{LABEL}.sm.fon.com").parse().unwrap();
        let mut query = Vec::new();
        heartbeat::dns::write_query(7, &name, heartbeat::dns::RecordType::TXT, &mut query).unwrap();
        let mut response = Vec::new();
        Request::parse(&query).unwrap().answer(text.as_bytes(), &mut response).unwrap();
        let decoded = decoder().decode(&response).unwrap();
        assert_eq!((decoded.json()["trid"].clone(), decoded.is_good()), ("12345678".into(), true));
        assert!(decoded.tree().to_string().starts_with("heartbeat response\n├─ id = 0007\n"));
    }

    #[test]
    fn what_is_none_is_refused() {
        for input in [&b""[..], b"hello", &[0xff; 11], &[0x00; 40]] {
            assert!(decoder().decode(input).is_err(), "{input:?}");
        }
        assert!(!decoder().decode(b"a=AAAA").unwrap().is_good());
        assert!(!decoder().decode(b"b=?").unwrap().is_good());
    }
}

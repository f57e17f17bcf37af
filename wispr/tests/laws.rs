//! What holds for every input, tried on many.
#![expect(clippy::unwrap_used, reason = "what cannot be set up is a failed test")]

use proptest::prelude::*;
use std::borrow::Cow;
use std::time::Duration;
use wispr::client::{Client, Config, Input, Output, ProbeExpect, Response};
use wispr::code::{FonResponseCode, ResponseCode};
use wispr::form;
use wispr::message::{Field, FieldType, Kind, Message, Value};
use wispr::read::{self, MAX_FIELDS, MAX_TEXT};
use wispr::schema;
use wispr::url::{self, Url};
use wispr::write::Envelope;

/// Texts as a reader gives them: no white space at the ends or in runs, no control characters.
fn tidy_text() -> impl Strategy<Value = String> {
    let word = "[ -~\u{a1}-\u{ff}\u{4e00}-\u{4e10}]{1,12}".prop_map(|word: String| word.trim().to_owned());
    proptest::collection::vec(word.prop_filter("not empty", |w| !w.is_empty()), 1..4)
        .prop_map(|words| words.join(" ").split(' ').filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" "))
        .prop_filter("the letters CDATA are taken off", |t| !t.to_ascii_lowercase().starts_with("cdata[["))
}

fn tidy_url() -> impl Strategy<Value = String> {
    "https?://[a-z0-9]{1,8}(/[!#$%'-;=?-Z^-~\u{e9}\"<>&-]{0,40})?"
        .prop_filter("an escape that looks like one is unescaped", |url| !url.contains("&amp;"))
}

/// Any message that the writer can write.
fn any_message() -> impl Strategy<Value = Message<'static>> {
    let kind = proptest::sample::select(Kind::ALL.to_vec());
    let texts = proptest::collection::vec(proptest::option::of(tidy_text()), 8);
    let urls = proptest::collection::vec(proptest::option::of(tidy_url()), 8);
    let numbers = (any::<u16>(), any::<Option<u16>>(), any::<Option<u32>>(), any::<Option<u64>>());
    let eap = proptest::option::of(proptest::collection::vec(any::<u8>(), 1..80));
    let replies = proptest::collection::vec(tidy_text(), 0..3);
    (kind, texts, urls, numbers, eap, replies).prop_map(|(kind, texts, urls, numbers, eap, replies)| {
        let mut message = Message::with_code(kind, ResponseCode(numbers.0));
        let (mut texts, mut urls) = (texts.into_iter(), urls.into_iter());
        for &field in schema::fields(kind) {
            let value = match field.field_type() {
                FieldType::Url => urls.next().flatten(),
                _ => texts.next().flatten(),
            };
            match (message.text_mut(field), field) {
                (Some(slot), _) => *slot = value.map(Cow::Owned),
                (None, Field::EapMsg) => message.eap_msg = eap.clone().map(Cow::Owned),
                (None, Field::ReplyMessage) => {
                    message.reply_messages = replies.iter().cloned().map(Cow::Owned).collect();
                }
                (None, Field::Delay) => message.delay = numbers.2,
                (None, Field::MaxSessionTime) => message.max_session_time = numbers.3,
                (None, Field::Status) => message.status = numbers.1,
                (None, Field::FonResponseCode) => message.fon_response_code = numbers.1.map(FonResponseCode),
                (None, _) => {}
            }
        }
        if kind == Kind::Redirect && message.login_url.is_none() {
            message.login_url = Some("https://h/".into());
        }
        message
    })
}

/// Pages that are nearly right: pieces of messages in any order.
fn any_page() -> impl Strategy<Value = String> {
    let pieces = [
        "<!--",
        "-->",
        "<?xml version=\"1.0\"?>",
        "<WISPAccessGatewayParam>",
        "</WISPAccessGatewayParam>",
        "<x:wispaccessgatewayparam a='b'>",
        "<Redirect>",
        "</Redirect>",
        "<AuthenticationReply>",
        "</AuthenticationReply>",
        "<Other>",
        "</Other>",
        "<MessageType>",
        "</MessageType>",
        "<ResponseCode>",
        "</ResponseCode>",
        "<LoginURL>",
        "</LoginURL>",
        "<ReplyMessage>",
        "</ReplyMessage>",
        "<EAPMsg>",
        "</EAPMsg>",
        "100",
        "0",
        "50",
        " 1 2 ",
        "https://h/l?a=1&amp;b=2",
        "http://h/a b",
        "/x",
        "CDATA[[",
        "]]",
        "<![CDATA[",
        "]]>",
        "&amp;",
        "&amp;amp;",
        "&#0;",
        "&#x41;",
        "&ntilde;",
        "&",
        "<",
        ">",
        "\"",
        "'",
        "--",
        "\u{e9}",
        "\0",
        "\r\n",
        "AQEABQE=",
        "<!DOCTYPE a>",
        "<b>",
        "<LogoffURL/>",
        "+",
        "99999999999999999999999",
    ];
    proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..60)
        .prop_map(|pieces| pieces.concat())
}

proptest! {
    /// spec: wispr 2, 8
    #[test]
    fn what_is_written_reads_back(message in any_message(), bare: bool, unix: bool, letters: bool) {
        let mut envelope = Envelope::new().cdata_letters(letters);
        envelope = if bare { envelope.bare() } else { envelope };
        envelope = if unix { envelope.unix_lines() } else { envelope };
        let page = envelope.to_string(Some(&message)).unwrap();
        let document = read::read(page.as_bytes()).unwrap();
        prop_assert_eq!(document.usable(), Ok(&expected(&message)));
        if !bare {
            prop_assert_eq!(page.matches("--").count(), 2);
        }
        let mut buffer = vec![0; page.len()];
        prop_assert_eq!(envelope.write_to(Some(&message), &mut buffer), Ok(page.len()));
        prop_assert_eq!(buffer, page.as_bytes());
    }

    /// spec: wispr 9: the strict reader accepts exactly what is complete, and the tolerant one reads the same.
    #[test]
    fn both_readers_agree_on_what_is_complete(message in any_message()) {
        let page = Envelope::new().to_string(Some(&message)).unwrap();
        let complete = schema::check(&expected(&message));
        match read::read_strict(page.as_bytes()) {
            Ok(strict) => {
                prop_assert_eq!(complete, Ok(()));
                prop_assert_eq!(strict, expected(&message));
            }
            Err(e) => prop_assert!(complete.is_err(), "{:?}", e),
        }
    }

    /// spec: wispr 8.1: whatever a text or URL holds, it stays in its element and in its comment.
    #[test]
    fn no_text_breaks_out(text in any::<String>(), url in any::<String>()) {
        let mut message = Message::with_code(Kind::AuthenticationReply, ResponseCode::LOGIN_FAILED);
        message.reply_messages.push(Cow::Borrowed(&text));
        message.redirection_url = Some(Cow::Borrowed(&url));
        let page = Envelope::new().schema_location(Some(&text)).to_string(Some(&message)).unwrap();
        prop_assert_eq!((page.matches("--").count(), page.find("-->")), (2, Some(page.len() - 5)));
        let document = read::read(page.as_bytes()).unwrap();
        prop_assert_eq!(document.messages().count(), 1);
        prop_assert_eq!(document.usable().map(|m| (m.response_code, m.extra.len())), Ok((Some(ResponseCode(100)), 0)));
    }

    /// spec: wispr 8: the tolerant reader never fails and keeps its limits, and what it gives can be written and read again.
    #[test]
    fn any_page_is_read_and_the_reading_is_stable(page in any_page()) {
        let document = read::read(page.as_bytes()).unwrap();
        for message in document.messages() {
            prop_assert!(message.extra.len() + message.reply_messages.len() <= MAX_FIELDS);
            for &field in Field::ALL {
                match message.value(field) {
                    Some(Value::Text(text)) => prop_assert!(!text.is_empty() && text.chars().count() <= MAX_TEXT),
                    Some(Value::Texts(texts)) => prop_assert!(texts.iter().all(|text| !text.is_empty())),
                    _ => {}
                }
            }
            prop_assert_eq!(&message.clone().into_owned(), message);
            let Ok(again) = Envelope::new().to_string(Some(message)) else { continue };
            let again = read::read(again.as_bytes()).unwrap().into_owned();
            // One reading may leave an escape or letters of CDATA that the next one takes off.
            let settled = again.quirks().iter().all(|quirk| {
                !matches!(quirk, read::Quirk::DoubleEscaped | read::Quirk::CdataLetters)
            });
            if message.is_usable() && settled {
                prop_assert_eq!(again.usable(), Ok(&expected(message)));
            }
        }
    }

    #[test]
    fn any_octets_are_read(octets in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _document = read::read(&octets).unwrap();
        let _strict = read::read_strict(&octets);
    }

    /// spec: wispr 5
    #[test]
    fn a_form_reads_back(fields in proptest::collection::vec((any::<String>(), any::<String>()), 1..6)) {
        let mut out = String::new();
        for (name, value) in &fields {
            form::push_field(&mut out, name, value);
        }
        prop_assert!(out.is_ascii() && out.len() <= fields.iter().map(|(n, v)| form::field_len(n, v)).sum());
        prop_assert_eq!(form::parse(&out), fields);
    }

    /// spec: uam 5.0
    #[test]
    fn a_query_value_reads_back(value in proptest::collection::vec(any::<u8>(), 0..60)) {
        let encoded = url::encode(&value).to_string();
        let fits = |b: u8| b.is_ascii_alphanumeric() || b"-_.!~*%".contains(&b);
        prop_assert!(encoded.bytes().all(fits));
        prop_assert_eq!(&*url::decode(encoded.as_bytes()), &value[..]);
    }

    /// spec: wispr 6: a resolved URL is absolute, clean, and resolves to itself. An empty reference keeps what the base has
    /// (RFC 3986 5.2.2), so the base is one that was resolved.
    #[test]
    fn a_resolved_url_is_settled(reference in any::<String>(), path in "[a-z./;?]{0,20}") {
        let base = Url::parse("http://h:81/").unwrap().resolve(&format!("http://h:81/{path}")).unwrap();
        let base = Url::parse(&base).unwrap();
        for reference in [&reference, &format!("https://h/{reference}"), &path] {
            if let Ok(resolved) = base.resolve(reference) {
                prop_assert!(Url::parse(&resolved).is_ok());
                prop_assert!(resolved.bytes().all(|b| b.is_ascii_graphic()) && !resolved.contains(['<', '"', '#']));
                prop_assert_eq!(base.resolve(&resolved), Ok(resolved.clone()));
                prop_assert_eq!(url::request_form(&resolved), Ok(resolved));
            }
        }
    }

    /// spec: wispr 7: whatever the servers do, the client ends, and the password goes only where it may.
    #[test]
    fn the_client_ends_and_keeps_the_password(
        answers in proptest::collection::vec((any::<u8>(), any::<u8>(), any_reply()), 1..200),
        v2: bool, eap: bool, verify: bool, query: bool,
    ) {
        let expect = ProbeExpect::Body("online".into());
        let config = Config::new("http://probe.example/", expect, "alice", "open sesame")
            .eap(eap)
            .eap_by_query(query)
            .allow_v2(v2)
            .verify_after_login(verify)
            .login_host_suffixes(&["good.example"]);
        check_client(config, &answers)?;
    }
}

/// What a reader must give for a message that was written.
fn expected(message: &Message<'_>) -> Message<'static> {
    let mut out = message.clone().into_owned();
    let mark = |text: &str| {
        let escaped = text.replace(' ', "%20");
        escaped
            .chars()
            .filter(|c| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}'))
            .collect::<String>()
    };
    for &field in Field::ALL {
        if let Some(slot) = out.text_mut(field) {
            let url = field.field_type() == FieldType::Url;
            *slot = slot.take().map(|text| if url { mark(&text).into() } else { text });
        }
    }
    out.message_type = message.message_type.or(message.kind.message_type());
    out.extra.clear();
    out
}

/// A message of a server that wants to confuse.
fn any_reply() -> impl Strategy<Value = String> {
    let urls = [
        "https://good.example/l",
        "http://good.example/l",
        "https://evil.example/l",
        "https://a.good.example/x?uamip=10.0.0.1&amp;uamport=3990",
        "/relative",
        "https://u@good.example/",
        "",
    ];
    let codes = [0_u16, 10, 50, 100, 102, 105, 150, 151, 152, 200, 201, 252, 253, 254, 255, 999];
    let url = proptest::sample::select(urls.to_vec());
    let code = proptest::sample::select(codes.to_vec());
    let kind = proptest::sample::select(Kind::ALL.to_vec());
    (kind, code, url, 0_u32..100).prop_map(|(kind, code, url, delay)| {
        let element = kind.element().unwrap();
        format!(
            "<WISPAccessGatewayParam><{element}><ResponseCode>{code}</ResponseCode><VersionHigh>2.0</VersionHigh>\
             <LoginURL>{url}</LoginURL><AbortLoginURL>{url}</AbortLoginURL><LogoffURL>{url}</LogoffURL>\
             <LoginResultsURL>{url}</LoginResultsURL><NextURL>{url}</NextURL><StatusURL>{url}</StatusURL>\
             <EAPMsg>AQEABQE=</EAPMsg><ReplyMessage>already</ReplyMessage><Delay>{delay}</Delay></{element}>\
             </WISPAccessGatewayParam>"
        )
    })
}

fn check_client(config: Config, answers: &[(u8, u8, String)]) -> Result<(), TestCaseError> {
    let locations =
        ["https://good.example/2", "http://good.example/2", "https://evil.example/2", "/2", "ftp://x/"];
    let mut client = Client::new(config, Duration::ZERO).unwrap();
    let mut now = Duration::ZERO;
    let mut answers = answers.iter().cycle();
    let mut requests = 0;
    client.handle(now, Input::Connect);
    loop {
        match client.poll_output() {
            Output::Request(request) => {
                requests += 1;
                prop_assert!(requests < 10_000);
                prop_assert!(!request.url.contains("sesame"));
                let body = request.body.as_ref().map_or("", |body| body.as_str());
                let target = request.parsed_url().unwrap();
                if body.contains("sesame") || request.url.contains("WISPrEAPMsg") || request.credentials {
                    prop_assert!(request.credentials && request.authenticate);
                    prop_assert!(request.url.starts_with("https://") && target.host_matches("good.example"));
                }
                let (what, more, page) = answers.next().unwrap();
                let id = request.id;
                let location = locations.get(usize::from(*more) % 8).copied();
                let status = [200, 302, 307, 308, 301, 404, 204][usize::from(*what) % 7];
                if *what > 240 {
                    client.handle(now, Input::RequestFailed { id });
                } else if *what > 230 {
                    now += Duration::from_secs(30);
                    client.handle(now, Input::Tick);
                } else {
                    let body = if *more > 200 { "online" } else { page };
                    let response = Response { id, status, location, url: None, body: body.as_bytes() };
                    client.handle(now, Input::Response(response));
                }
            }
            Output::EapIn(packet) => {
                let input = if packet.len() > 4 { Input::EapOut(&[2, 1, 0, 5, 1]) } else { Input::EapFailed };
                client.handle(now, input);
            }
            Output::Done(_) => break,
            Output::WaitUntil(until) => {
                prop_assert!(until != Duration::MAX, "waits for ever in {}", client.state_name());
                now = now.max(until);
                client.handle(now, Input::Tick);
            }
            _ => {}
        }
    }
    prop_assert!(matches!(client.poll_output(), Output::WaitUntil(Duration::MAX)));
    prop_assert!(matches!(client.state_name(), "Idle" | "LoggedIn"));
    prop_assert!(now < Duration::from_secs(4000), "{:?}", now);
    Ok(())
}

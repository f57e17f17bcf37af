//! FON's login, refusal and logoff, message by message: the client machine on one side, the gateway machine on the
//! other, a portal that does what the specification asks of it between them (spec: wispr 1, uam 11).

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod hotspot;

use core::time::Duration;
use hotspot::{Hotspot, UAMSECRET};
use radius_codec::Code;
use radius_codec::dict::rfc2865;
use wispr::client::{Client, Config, Input, Method, Outcome, Output, ProbeExpect, Request, Response};
use wispr::code::{FonResponseCode, ResponseCode};
use wispr::form;
use wispr::gateway::{Challenge, sign};

const PORTAL: &str = "https://portal.fon.com/PROFILE/NETWORK/HASH/";
const USER: &str = "user@fon.com#fon";
const GATEWAY: &str = "http://10.1.0.1:3990";
/// The scripted random octets of the first challenge, and of the second.
const FIRST: &str = "0102030405060708090a0b0c0d0e0f10";
const SECOND: &str = "1112131415161718191a1b1c1d1e1f20";
/// What every redirect says of the gateway and of the client.
const CLIENT: &str = "mac=02-00-5E-10-00-01&ip=10.1.0.2";
const SESSION: &str = "nasid=00-18-84-AA-00-75&sessionid=6b00fa0000000001";
const CALLED: &str = "called=02-1C-54-B1-E2-B3";
const UAM: &str = "uamip=10.1.0.1&uamport=3990";
const USER_URL: &str = "userurl=http%3a%2f%2fwifi.fon.com%2f";

/// The client's phone and the gateway, with the one wire between them.
struct Scene {
    client: Client,
    hotspot: Hotspot,
    now: Duration,
}

impl Scene {
    fn new() -> Self {
        let client = Config::new("http://wifi.fon.com/", ProbeExpect::NoContent, USER, "secret")
            .allow_v2(false)
            .verify_after_login(false);
        let gateway = wispr::gateway::Config::new(
            PORTAL,
            core::net::Ipv4Addr::new(10, 1, 0, 1),
            wispr::gateway::Mac([0x02, 0x1c, 0x54, 0xb1, 0xe2, 0xb3]),
        )
        .uamsecret(UAMSECRET)
        .radiusnasid(String::from("00-18-84-AA-00-75"))
        .nowispr2(true);
        let now = Duration::from_secs(5);
        Self { client: Client::new(client, now).unwrap(), hotspot: Hotspot::new(gateway), now }
    }

    fn tell(&mut self, input: Input<'_>) {
        self.client.handle(self.now, input);
    }

    /// The one request that the client wants now.
    fn request(&mut self, method: Method, url: &str) -> Request {
        let mut wanted = None;
        loop {
            match self.client.poll_output() {
                Output::Request(request) => assert!(wanted.replace(request).is_none()),
                Output::WaitUntil(_) => break,
                Output::Event(_) => {}
                other => panic!("{other:?}"),
            }
        }
        let request = wanted.unwrap();
        assert_eq!((request.method, request.url.as_str()), (method, url));
        request
    }

    fn answer(&mut self, request: &Request, status: u16, location: Option<&str>, body: &[u8]) {
        let id = request.id;
        self.tell(Input::Response(Response { id, status, location, url: None, body }));
    }

    /// Hands on what the gateway answered, after comparing it octet by octet.
    fn pass_on(&mut self, request: &Request, answer: &wispr::gateway::Response, location: &str, block: &str) {
        let got = String::from_utf8(answer.to_octets()).unwrap();
        assert_eq!(got, redirect(location, block));
        self.answer(request, answer.status, answer.location(), &answer.body);
    }

    /// Messages 1 to 7: from the probe to the request that the gateway asks RADIUS about.
    fn up_to_the_login(&mut self) -> (Request, wispr::gateway::Login) {
        self.tell(Input::Connect);
        let probe = self.request(Method::Get, "http://wifi.fon.com/");
        let outputs = self.hotspot.ask_with("/", |request| request.host = b"wifi.fon.com");
        let page = sign(
            format!("{PORTAL}?res=notyet&{UAM}&challenge={FIRST}&{CALLED}&{CLIENT}&{SESSION}&{USER_URL}"),
            UAMSECRET.as_bytes(),
        );
        let offer = format!(
            "<Redirect>\r\n<MessageType>100</MessageType>\r\n<ResponseCode>0</ResponseCode>\r\n\
             <AccessProcedure>1.0</AccessProcedure>\r\n\
             <LoginURL>{PORTAL}?res=wispr&amp;uamip=10.1.0.1&amp;uamport=3990&amp;challenge={FIRST}</LoginURL>\r\n\
             <AbortLoginURL>{GATEWAY}/abort</AbortLoginURL>\r\n</Redirect>\r\n"
        );
        self.pass_on(&probe, &hotspot::response(&outputs), &page, &offer);

        let look = self.request(Method::Get, &page);
        let login = format!("{PORTAL}?res=smartclient&{UAM}&challenge={FIRST}");
        let block = format!(
            "<Redirect>\r\n<AccessProcedure>1.0</AccessProcedure>\r\n<LoginURL>{}</LoginURL>\r\n\
             <AbortLoginURL>{GATEWAY}/abort</AbortLoginURL>\r\n<MessageType>100</MessageType>\r\n\
             <ResponseCode>0</ResponseCode>\r\n</Redirect>\r\n",
            login.replace('&', "&amp;")
        );
        self.answer(&look, 200, None, portal_page(&block).as_bytes());

        let post = self.request(Method::Post, &login);
        assert!(post.credentials && post.authenticate);
        let fields = form::parse(post.body.as_ref().unwrap());
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let want = [
            ("button", "Login"),
            ("UserName", USER),
            ("Password", "secret"),
            ("FNAME", "0"),
            ("OriginatingServer", "http://wifi.fon.com/"),
        ];
        assert_eq!(fields, want);
        let key = Challenge::from_hex(FIRST.as_bytes()).unwrap().key(UAMSECRET.as_bytes());
        let user = wispr::url::encode(USER.as_bytes()).to_string();
        let target = format!("/logon?username={user}&password={}", key.obfuscate(b"secret"));
        self.answer(&post, 302, Some(&format!("{GATEWAY}{target}")), b"");

        let logon = self.request(Method::Get, &format!("{GATEWAY}{target}"));
        let asked = hotspot::asked(self.hotspot.ask(&target));
        assert_eq!(asked.user_name, USER.as_bytes());
        (logon, asked)
    }

    fn outcome(&mut self) -> Outcome {
        loop {
            match self.client.poll_output() {
                Output::Done(outcome) => return outcome,
                Output::Event(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }
}

/// The gateway's redirect as the specification prints it (spec: uam 5, 6).
fn redirect(location: &str, block: &str) -> String {
    let body = format!(
        "<HTML><BODY><H2>Browser error!</H2>Browser does not support redirects!</BODY>\r\n{}\r\n</HTML>\r\n",
        comment("http://www.wballiance.net/wispr_2_0.xsd", block)
    );
    format!(
        "HTTP/1.0 302 Moved Temporarily\r\nConnection: close\r\nPragma: no-cache\r\n\
         Expires: Fri, 01 Jan 1971 00:00:00 GMT\r\nCache-Control: no-cache, must-revalidate\r\n\
         P3P: CP=\"IDC DSP COR ADM DEVi TAIi PSA PSD IVAi IVDi CONi HIS OUR IND CNT\"\r\nLocation: {location}\r\n\
         Content-Type: text/html; charset=UTF-8\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn portal_page(block: &str) -> String {
    format!(
        "<HTML><BODY>FON</BODY>\r\n{}</HTML>\r\n",
        comment("http://www.acmewisp.com/WISPAccessGatewayParam.xsd ", block)
    )
}

fn comment(schema: &str, block: &str) -> String {
    format!(
        "<!--\r\n<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<WISPAccessGatewayParam\r\n  \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"\r\n  \
         xsi:noNamespaceSchemaLocation=\"{schema}\">\r\n{block}</WISPAccessGatewayParam>\r\n-->\r\n"
    )
}

fn message(element: &str, number: u16, code: u16, more: &str) -> String {
    format!(
        "<{element}>\r\n<MessageType>{number}</MessageType>\r\n<ResponseCode>{code}</ResponseCode>\r\n{more}\
         </{element}>\r\n"
    )
}

// spec: wispr 1, 5, 7.3 to 7.6, uam 4 to 6, 11
#[test]
fn a_login_takes_ten_messages_and_a_logoff_four() {
    let mut scene = Scene::new();
    let (logon, asked) = scene.up_to_the_login();
    let hour = 3600_u32.to_be_bytes();
    let accept = [(rfc2865::SESSION_TIMEOUT.path(), &hour[..])];
    let outputs = scene.hotspot.answer(asked.id, Code::ACCESS_ACCEPT, &accept);
    let page = sign(
        format!(
            "{PORTAL}?res=success&{UAM}&{CALLED}&uid=user%40fon.com%23fon&timeleft=3600&{CLIENT}&{SESSION}&redirurl=\
             &{USER_URL}"
        ),
        UAMSECRET.as_bytes(),
    );
    let more = format!(
        "<LogoffURL>{GATEWAY}/logoff</LogoffURL>\r\n<StatusURL>{GATEWAY}/status</StatusURL>\r\n\
         <RedirectionURL></RedirectionURL>\r\n<MaxSessionTime>3600</MaxSessionTime>\r\n"
    );
    let success = message("AuthenticationPollReply", 140, 50, &more);
    scene.pass_on(&logon, &hotspot::response(&outputs), &page, &success);

    let look = scene.request(Method::Get, &page);
    let more = format!("<LogoffURL>{GATEWAY}/logoff</LogoffURL>\r\n");
    let welcome = portal_page(&message("AuthenticationReply", 120, 50, &more));
    scene.answer(&look, 200, None, welcome.as_bytes());
    let Outcome::LoggedIn(session) = scene.outcome() else { panic!("not logged in") };
    assert_eq!(session.logoff_url.as_deref(), Some("http://10.1.0.1:3990/logoff"));
    assert_eq!(session.status_url.as_deref(), Some("http://10.1.0.1:3990/status"));
    assert_eq!(session.max_session_time, Some(3600));

    while !matches!(scene.client.poll_output(), Output::WaitUntil(_)) {}
    scene.tell(Input::Logoff);
    let logoff = scene.request(Method::Get, "http://10.1.0.1:3990/logoff");
    let answer = scene.hotspot.get("/logoff");
    let page = sign(
        format!("{PORTAL}?res=logoff&{UAM}&challenge={SECOND}&{CALLED}&{CLIENT}&{SESSION}&{USER_URL}"),
        UAMSECRET.as_bytes(),
    );
    scene.pass_on(&logoff, &answer, &page, &message("LogoffReply", 130, 150, ""));
    let look = scene.request(Method::Get, &page);
    let goodbye = portal_page(&message("LogoffReply", 130, 150, ""));
    scene.answer(&look, 200, None, goodbye.as_bytes());
    assert_eq!(scene.outcome(), Outcome::LoggedOff);
}

// spec: wispr 1, 4, uam 5.0, 5.2
#[test]
fn a_refusal_takes_the_same_ten_messages() {
    let mut scene = Scene::new();
    let (logon, asked) = scene.up_to_the_login();
    let reject = [(rfc2865::REPLY_MESSAGE.path(), &b"NOT_ENOUGH_CREDIT"[..])];
    let outputs = scene.hotspot.answer(asked.id, Code::ACCESS_REJECT, &reject);
    let page = sign(
        format!(
            "{PORTAL}?res=failed&reason=reject&{UAM}&challenge={SECOND}&{CALLED}&{CLIENT}&reply=NOT_ENOUGH_CREDIT\
             &{SESSION}&redirurl=&{USER_URL}"
        ),
        UAMSECRET.as_bytes(),
    );
    let more = "<ReplyMessage>NOT_ENOUGH_CREDIT</ReplyMessage>\r\n";
    let refusal = message("AuthenticationPollReply", 140, 100, more);
    scene.pass_on(&logon, &hotspot::response(&outputs), &page, &refusal);

    let look = scene.request(Method::Get, &page);
    let more = "<FONResponseCode>901</FONResponseCode>\r\n<ReplyMessage>NOT_ENOUGH_CREDIT</ReplyMessage>\r\n";
    let sorry = portal_page(&message("AuthenticationReply", 120, 100, more));
    scene.answer(&look, 200, None, sorry.as_bytes());
    let Outcome::Rejected(reply) = scene.outcome() else { panic!("not rejected") };
    assert_eq!(reply.response_code, Some(ResponseCode::LOGIN_FAILED));
    assert_eq!(reply.fon_response_code, Some(FonResponseCode::NOT_ENOUGH_CREDIT));
    assert_eq!(reply.reply_messages, ["NOT_ENOUGH_CREDIT"]);
}

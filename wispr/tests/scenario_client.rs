//! Whole exchanges of the smart client in scripted time: what the recorded flows do not show.

#![expect(clippy::unwrap_used, reason = "a scene that cannot be set up is a failed test")]

use std::time::Duration;
use wispr::client::{
    Client, Config, Failure, Input, Method, Outcome, Output, ProbeExpect, Request, Response, Session,
};
use wispr::eap::{Answer, Md5Challenge, Peer};
use wispr::form;
use wispr::url::Url;

const PROBE: &str = "http://probe.example/";
const LOGIN: &str = "https://portal.example/login?uamip=10.1.0.1&uamport=3990";

/// What the scripted network answers.
enum Reply {
    Page(u16, String),
    Moved(u16, &'static str, String),
    Lost,
}

fn wispr(inside: &str) -> String {
    format!("<html><!-- <WISPAccessGatewayParam>{inside}</WISPAccessGatewayParam> --></html>")
}

fn redirect(login_url: &str, more: &str) -> Reply {
    Reply::Page(
        200,
        wispr(&format!(
            "<Redirect><MessageType>100</MessageType><ResponseCode>0</ResponseCode>{more}\
             <LoginURL>{login_url}</LoginURL><AbortLoginURL>http://10.1.0.1:3990/abort</AbortLoginURL></Redirect>"
        )),
    )
}

fn reply(element: &str, number: u16, code: u16, more: &str) -> Reply {
    Reply::Page(
        200,
        wispr(&format!(
            "<{element}><MessageType>{number}</MessageType><ResponseCode>{code}</ResponseCode>{more}</{element}>"
        )),
    )
}

fn result(code: u16, more: &str) -> Reply {
    reply("AuthenticationReply", 120, code, more)
}

fn online() -> Reply {
    Reply::Page(204, String::new())
}

fn captive() -> Reply {
    redirect(LOGIN, "")
}

fn config() -> Config {
    Config::new(PROBE, ProbeExpect::NoContent, "alice", "wonderland").verify_after_login(false)
}

/// A client, a clock, and a log of what was requested.
struct Scene {
    client: Client,
    now: Duration,
    requests: Vec<Request>,
    outcomes: Vec<Outcome>,
    peer: Peer<Md5Challenge>,
}

impl Scene {
    fn new(config: Config) -> Self {
        Self {
            client: Client::new(config, Duration::ZERO).unwrap(),
            now: Duration::ZERO,
            requests: Vec::new(),
            outcomes: Vec::new(),
            peer: Peer::new("alice", Md5Challenge::new("wonderland")),
        }
    }

    /// Gives one input and answers requests from the list until it is empty or nothing is asked any more.
    fn play(&mut self, input: Input<'_>, replies: Vec<Reply>) -> Option<&Outcome> {
        let mut replies = replies.into_iter();
        self.client.handle(self.now, input);
        loop {
            match self.client.poll_output() {
                Output::Request(request) => {
                    self.requests.push(request.clone());
                    if let Some(reply) = replies.next() {
                        self.answer(&request, reply);
                    }
                }
                Output::EapIn(packet) => {
                    let Ok(Answer::Response(answer)) = self.peer.handle(&packet) else {
                        self.client.handle(self.now, Input::EapFailed);
                        continue;
                    };
                    self.client.handle(self.now, Input::EapOut(&answer));
                }
                Output::Done(outcome) => self.outcomes.push(outcome),
                Output::WaitUntil(until) if until != Duration::MAX && replies.len() > 0 => {
                    self.now = self.now.max(until);
                    self.client.handle(self.now, Input::Tick);
                }
                Output::WaitUntil(_) => {
                    assert_eq!(
                        replies.len(),
                        0,
                        "not everything was asked for, in {}",
                        self.client.state_name()
                    );
                    return self.outcomes.last();
                }
                _ => {}
            }
        }
    }

    fn answer(&mut self, request: &Request, reply: Reply) {
        let id = request.id;
        match reply {
            Reply::Lost => self.client.handle(self.now, Input::RequestFailed { id }),
            Reply::Page(status, body) => {
                let body = body.as_bytes();
                let response = Response { id, status, location: None, url: None, body };
                self.client.handle(self.now, Input::Response(response));
            }
            Reply::Moved(status, location, body) => {
                let (location, body) = (Some(location), body.as_bytes());
                let response = Response { id, status, location, url: None, body };
                self.client.handle(self.now, Input::Response(response));
            }
        }
    }

    fn connect(config: Config, replies: Vec<Reply>) -> Self {
        let mut scene = Self::new(config);
        scene.play(Input::Connect, replies);
        scene
    }

    #[track_caller]
    fn failed(&self) -> Failure {
        match self.outcomes.as_slice() {
            [Outcome::Failed { failure, .. }] => *failure,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    fn session(&self) -> &Session {
        match self.outcomes.last() {
            Some(Outcome::LoggedIn(session)) => session,
            other => panic!("{other:?}"),
        }
    }

    fn last_url(&self) -> &str {
        &self.requests.last().unwrap().url
    }
}

/// The body of an answer that lets the client in.
fn success(more: &str) -> String {
    wispr(&format!(
        "<AuthenticationPollReply><MessageType>140</MessageType><ResponseCode>50</ResponseCode>{more}\
         </AuthenticationPollReply>"
    ))
}

fn logged_in() -> Scene {
    let success =
        result(50, "<LogoffURL>http://10.1.0.1:3990/logoff</LogoffURL><StatusURL>/status</StatusURL>");
    Scene::connect(config(), vec![captive(), success])
}

#[test]
fn a_page_without_wispr_is_shown_to_the_user() {
    // spec: wispr 7.4
    let moved = Reply::Moved(302, "https://portal.example/welcome", String::new());
    let scene = Scene::connect(config(), vec![moved, Reply::Page(200, "<html>".into())]);
    let url = "https://portal.example/welcome".to_owned();
    assert_eq!(scene.outcomes, [Outcome::CaptiveNoWispr { url }]);
}

#[test]
fn a_probe_that_fails_is_a_failure() {
    // spec: wispr 7.4
    assert_eq!(Scene::connect(config(), vec![Reply::Lost]).failed(), Failure::Http);
}

#[test]
fn a_request_that_nobody_answers_ends_by_itself() {
    let mut scene = Scene::new(config());
    scene.play(Input::Connect, vec![]);
    scene.now = Duration::from_secs(30);
    scene.play(Input::Tick, vec![]);
    assert_eq!(scene.failed(), Failure::Http);
    let late = Response { id: scene.requests[0].id, status: 204, location: None, url: None, body: b"" };
    scene.client.handle(scene.now, Input::Response(late));
    assert_eq!((scene.client.ignored(), scene.client.state_name()), (1, "Idle"));
}

#[test]
fn an_endless_proxy_is_left() {
    // spec: wispr 7.4
    let proxy = || reply("Proxy", 110, 200, "<NextURL>/next</NextURL>");
    let scene = Scene::connect(config(), (0..6).map(|_| proxy()).collect());
    assert_eq!(scene.failed(), Failure::ProxyLoop);
    assert_eq!(scene.last_url(), "http://probe.example/next");
}

#[test]
fn a_proxy_without_a_url_wants_the_last_request_again() {
    // spec: wispr 3.2, 7.4
    let moved = Reply::Moved(302, "http://proxy.example/wait", String::new());
    let proxy = reply("Proxy", 110, 200, "<Delay>5</Delay>");
    let scene = Scene::connect(config(), vec![moved, proxy, online()]);
    assert_eq!((scene.last_url(), scene.now), ("http://proxy.example/wait", Duration::from_secs(5)));
    assert_eq!(scene.outcomes, [Outcome::Online]);
}

#[test]
fn an_endless_chain_of_redirects_is_left() {
    // spec: wispr 6
    let moved = || Reply::Moved(302, "/again", String::new());
    let scene = Scene::connect(config(), (0..11).map(|_| moved()).collect());
    assert_eq!((scene.failed(), scene.requests.len()), (Failure::TooManyRedirects, 11));
}

#[test]
fn redirects_to_other_schemes_and_to_users_are_not_followed() {
    // spec: wispr 6
    let follow =
        |location| Scene::connect(config(), vec![Reply::Moved(302, location, String::new())]).failed();
    assert_eq!(follow("ftp://h/"), Failure::BadRedirect);
    assert_eq!(follow("https://u@h/"), Failure::BadUrl);
}

#[test]
fn a_login_url_with_user_information_is_refused() {
    // spec: wispr 6
    let scene = Scene::connect(config(), vec![redirect("https://portal.example@evil.example/", "")]);
    assert_eq!((scene.failed(), scene.requests.len()), (Failure::BadUrl, 1));
}

#[test]
fn credentials_go_only_to_hosts_that_are_wanted() {
    // spec: wispr 7.4
    let config = || config().login_host_suffixes(&["fon.com"]);
    let scene = Scene::connect(config(), vec![redirect("https://evilfon.com/", "")]);
    assert_eq!(scene.failed(), Failure::LoginHost);
    let moved = Reply::Moved(307, "https://evil.example/", String::new());
    let scene = Scene::connect(config(), vec![redirect("https://www.fon.com/", ""), moved]);
    assert_eq!((scene.failed(), scene.requests.len()), (Failure::LoginHost, 2));
}

#[test]
fn plain_http_needs_the_callers_word() {
    // spec: wispr 7.1, 7.4
    let login = || redirect("http://portal.example/login", "");
    assert_eq!(Scene::connect(config(), vec![login()]).failed(), Failure::InsecureLoginUrl);
    let scene = Scene::connect(config().require_https_login(false), vec![login(), result(50, "")]);
    assert!(scene.requests[1].credentials && !scene.requests[1].authenticate);
    assert_eq!(scene.session().logoff_url.as_deref(), Some("http://10.1.0.1:3990/logoff"));
}

#[test]
fn a_repeated_post_carries_its_form_and_a_plain_redirect_does_not() {
    // spec: wispr 6
    let moved = Reply::Moved(308, "https://other.example/l", String::new());
    let to_gateway = Reply::Moved(302, "http://10.1.0.1:3990/logon?username=u", String::new());
    let scene = Scene::connect(config(), vec![captive(), moved, to_gateway, result(50, "")]);
    let [_, first, second, third] = scene.requests.as_slice() else { panic!("{:?}", scene.requests) };
    assert_eq!((first.method, &first.body), (Method::Post, &second.body));
    assert!(second.credentials && second.authenticate);
    assert_eq!((third.method, &third.body, third.credentials), (Method::Get, &None, false));
}

#[test]
fn version_2_is_spoken_where_it_is_offered_and_allowed() {
    // spec: wispr 5, 7.4
    let offer = || redirect(LOGIN, "<VersionHigh>2.0</VersionHigh><VersionLow>1.0</VersionLow>");
    let last_field = |config: Config| {
        let scene = Scene::connect(config, vec![offer(), result(100, "")]);
        form::parse(scene.requests[1].body.as_ref().unwrap()).pop().unwrap().0
    };
    assert_eq!(last_field(config()), "WISPrVersion");
    assert_eq!(last_field(config().allow_v2(false)), "OriginatingServer");
    let spoken = |version: &str| {
        let offer = redirect(LOGIN, &format!("<VersionHigh>{version}</VersionHigh>"));
        let scene = Scene::connect(config(), vec![offer, result(100, "")]);
        form::parse(scene.requests[1].body.as_ref().unwrap()).contains(&("WISPrVersion".into(), "2.0".into()))
    };
    assert!(spoken("2") && spoken("2.1") && spoken("3"));
    assert!(!spoken("1") && !spoken("1.9") && !spoken("two") && !spoken("2.x"));
}

#[test]
fn a_refusal_is_reported_and_no_later_page_hides_it() {
    // spec: wispr 7.3 rule 1, 7.5
    let refused = wispr(
        "<AuthenticationReply><MessageType>120</MessageType><ResponseCode>100</ResponseCode>\
         <FONResponseCode>901</FONResponseCode><ReplyMessage>No credit</ReplyMessage></AuthenticationReply>",
    );
    let scene = Scene::connect(config(), vec![captive(), Reply::Moved(302, "/welcome", refused), captive()]);
    let [Outcome::Rejected(reply)] = scene.outcomes.as_slice() else { panic!("{:?}", scene.outcomes) };
    assert_eq!(reply.fon_response_code.map(|code| code.0), Some(901));
    assert_eq!(reply.reply_messages, ["No credit"]);
}

#[test]
fn a_landing_page_instead_of_a_result_is_a_loop() {
    // spec: wispr 7.5
    assert_eq!(Scene::connect(config(), vec![captive(), captive()]).failed(), Failure::LoginLoop);
}

#[test]
fn a_login_without_an_answer_is_decided_by_the_probe() {
    // spec: wispr 7.5
    let scene = Scene::connect(config(), vec![captive(), Reply::Page(200, "hello".into()), captive()]);
    assert_eq!(scene.failed(), Failure::NoReply);
    let scene = Scene::connect(config(), vec![captive(), Reply::Lost, online()]);
    assert_eq!(scene.session().logoff_url.as_deref(), Some("http://10.1.0.1:3990/logoff"));
    assert!(!scene.session().logoff_url_given);
}

#[test]
fn a_success_is_verified_and_counts_either_way() {
    // spec: wispr 7.2
    let connect = |last| {
        let scene = Scene::connect(config().verify_after_login(true), vec![captive(), result(50, ""), last]);
        scene.session().verified
    };
    assert_eq!(connect(online()), Some(true));
    assert_eq!(connect(captive()), Some(false));
    assert_eq!(connect(Reply::Lost), Some(false));
}

#[test]
fn a_success_stays_one_when_the_portal_behind_it_is_lost() {
    // spec: wispr 7.3
    let moved = Reply::Moved(302, "/lost", success("<LogoffURL>/out</LogoffURL>"));
    let scene = Scene::connect(config(), vec![captive(), moved, Reply::Lost]);
    assert_eq!(scene.session().logoff_url.as_deref(), Some("https://portal.example/out"));
}

#[test]
fn a_success_has_what_the_latest_success_before_it_said() {
    // spec: wispr 7.3 rule 2
    let urls = "<LogoffURL>/off1</LogoffURL><StatusURL>/status1</StatusURL>";
    let trouble =
        wispr("<AuthenticationPollReply><ResponseCode>102</ResponseCode></AuthenticationPollReply>");
    let replies = vec![
        captive(),
        Reply::Moved(302, "/2", success(urls)),
        Reply::Moved(302, "/3", trouble),
        result(50, ""),
    ];
    let scene = Scene::connect(config(), replies);
    assert_eq!(scene.session().logoff_url.as_deref(), Some("https://portal.example/off1"));
    assert_eq!(scene.session().status_url.as_deref(), Some("https://portal.example/status1"));
    assert!(scene.session().logoff_url_given);
}

#[test]
fn a_redirect_that_must_not_be_followed_is_an_error_behind_a_success_too() {
    // spec: wispr 6, 7.3
    let moved = |location| Reply::Moved(302, location, success("<LogoffURL>/out</LogoffURL>"));
    assert_eq!(Scene::connect(config(), vec![captive(), moved("ftp://g/1")]).failed(), Failure::BadRedirect);
    let again = std::iter::once(captive()).chain((0..11).map(|_| moved("/again"))).collect();
    assert_eq!(Scene::connect(config(), again).failed(), Failure::TooManyRedirects);
}

#[test]
fn already_needs_proof() {
    // spec: wispr 7.5
    let already = || result(102, "<ReplyMessage>Already logged on</ReplyMessage>");
    let scene = Scene::connect(config(), vec![captive(), already(), captive()]);
    assert_eq!(scene.failed(), Failure::AuthServer);
    assert!(Scene::connect(config(), vec![captive(), already(), online()]).session().verified == Some(true));
}

#[test]
fn already_may_say_where_to_log_off() {
    // spec: wispr 7.5
    let given = "<ReplyMessage>Already logged on</ReplyMessage><LogoffURL>/out</LogoffURL>";
    let scene = Scene::connect(config(), vec![captive(), result(102, given), online()]);
    let session = scene.session();
    assert_eq!(session.logoff_url.as_deref(), Some("https://portal.example/out"));
    assert!(session.logoff_url_given && session.verified == Some(true));
}

#[test]
fn a_lost_state_starts_again_once() {
    // spec: wispr 7.5
    let scene = Scene::connect(config(), vec![captive(), result(252, ""), captive(), result(252, "")]);
    assert_eq!((scene.failed(), scene.requests.len()), (Failure::InvalidState, 4));
}

#[test]
fn a_login_that_starts_again_has_no_more_time() {
    // spec: wispr 7.5
    let pending = || result(201, "<LoginResultsURL>/poll</LoginResultsURL><Delay>60</Delay>");
    let aborted = || reply("AbortLoginReply", 150, 151, "");
    let replies = vec![captive(), pending(), result(252, ""), captive(), pending(), pending(), aborted()];
    let scene = Scene::connect(config(), replies);
    assert_eq!((scene.failed(), scene.now), (Failure::Timeout, Duration::from_secs(180)));
    // The deadline may come while the probe of the second discovery waits.
    let proxy = reply("Proxy", 110, 200, "<Delay>60</Delay>");
    let replies = vec![captive(), pending(), pending(), result(252, ""), proxy, aborted()];
    let scene = Scene::connect(config(), replies);
    assert_eq!((scene.failed(), scene.now), (Failure::Timeout, Duration::from_secs(180)));
    assert_eq!(scene.last_url(), "http://10.1.0.1:3990/abort");
}

#[test]
fn a_repeat_waits_and_posts_again() {
    // spec: wispr 7.5
    let repeat = reply("AuthenticationPollReply", 140, 200, "<Delay>7</Delay>");
    let scene = Scene::connect(config(), vec![captive(), repeat, result(50, "")]);
    assert_eq!(scene.now, Duration::from_secs(7));
    assert_eq!(scene.requests[1].body, scene.requests[2].body);
}

#[test]
fn a_login_pending_for_too_long_is_aborted() {
    // spec: wispr 7.5
    let pending =
        || reply("PollNotification", 170, 0, "<LoginResultsURL>/poll</LoginResultsURL><Delay>600</Delay>");
    let aborted = || reply("AbortLoginReply", 150, 151, "");
    let replies = vec![captive(), pending(), pending(), pending(), aborted()];
    let scene = Scene::connect(config().max_polls(2), replies);
    assert_eq!((scene.failed(), scene.now), (Failure::PollLimit, Duration::from_secs(120)));
    // Three waits of 60 s reach the deadline of 180 s.
    let scene = Scene::connect(config(), vec![captive(), pending(), pending(), pending(), aborted()]);
    assert_eq!((scene.failed(), scene.now), (Failure::Timeout, Duration::from_secs(180)));
    assert_eq!(scene.last_url(), "http://10.1.0.1:3990/abort");
}

#[test]
fn a_pending_login_without_a_url_to_ask_is_aborted() {
    // spec: wispr 7.5
    let aborted = reply("AbortLoginReply", 150, 151, "");
    let scene = Scene::connect(config(), vec![captive(), result(201, ""), aborted]);
    assert_eq!(scene.failed(), Failure::Protocol);
}

#[test]
fn an_abort_before_a_redirect_needs_no_request() {
    // spec: wispr 7.6
    let mut scene = Scene::new(config());
    scene.play(Input::Connect, vec![]);
    assert_eq!(scene.play(Input::Abort, vec![]), Some(&Outcome::Aborted { confirmed: true }));
    assert_eq!((scene.requests.len(), scene.client.next_timer()), (1, Duration::MAX));
}

#[test]
fn an_abort_that_comes_too_late_logs_off() {
    // spec: wispr 7.6
    let mut scene = Scene::connect(config(), vec![captive()]);
    let late = reply("AbortLoginReply", 150, 50, "<LogoffURL>http://10.1.0.1:3990/out</LogoffURL>");
    scene.play(Input::Abort, vec![late, reply("LogoffReply", 130, 150, "")]);
    assert_eq!(scene.outcomes, [Outcome::Aborted { confirmed: true }]);
    assert_eq!(scene.last_url(), "http://10.1.0.1:3990/out");
    assert!(scene.client.session().is_none());
}

#[test]
fn an_abort_that_comes_too_late_logs_off_wherever_its_answer_leads() {
    // spec: wispr 7.6
    let late = wispr(
        "<AbortLoginReply><MessageType>150</MessageType><ResponseCode>50</ResponseCode>\
         <LogoffURL>/out</LogoffURL></AbortLoginReply>",
    );
    let mut scene = Scene::connect(config(), vec![captive()]);
    let replies = vec![Reply::Moved(302, "ftp://g/", late), reply("LogoffReply", 130, 150, "")];
    assert_eq!(scene.play(Input::Abort, replies), Some(&Outcome::Aborted { confirmed: true }));
    assert_eq!(scene.last_url(), "http://10.1.0.1:3990/out");
}

#[test]
fn a_logoff_counts_wherever_its_answer_leads() {
    // spec: wispr 7.6
    let left =
        wispr("<LogoffReply><MessageType>130</MessageType><ResponseCode>150</ResponseCode></LogoffReply>");
    let mut scene = logged_in();
    let moved = Reply::Moved(302, "ftp://g/", left);
    assert_eq!(scene.play(Input::Logoff, vec![moved]), Some(&Outcome::LoggedOff));
    let mut scene = logged_in();
    let moved = Reply::Moved(302, "ftp://g/", String::new());
    assert_eq!(scene.play(Input::Logoff, vec![moved]).map(Outcome::name), Some("failed"));
}

#[test]
fn an_abort_without_an_answer_ends_with_a_warning() {
    // spec: wispr 7.6
    let mut scene = Scene::connect(config(), vec![captive()]);
    assert_eq!(scene.play(Input::Abort, vec![Reply::Lost]), Some(&Outcome::Aborted { confirmed: false }));
}

#[test]
fn a_logoff_that_fails_leaves_the_session() {
    // spec: wispr 7.6
    let mut scene = logged_in();
    let Some(Outcome::Failed { failure, .. }) = scene.play(Input::Logoff, vec![Reply::Lost]) else {
        panic!()
    };
    assert_eq!((*failure, scene.client.state_name()), (Failure::Logoff, "LoggedIn"));
    let page = Reply::Page(200, "bye".into());
    assert_eq!(scene.play(Input::Logoff, vec![page]), Some(&Outcome::LoggedOff));
    assert_eq!(scene.client.state_name(), "Idle");
}

#[test]
fn an_abort_in_a_session_is_a_logoff() {
    // spec: wispr 7.6
    let mut scene = logged_in();
    let left = reply("AuthenticationPollReply", 140, 150, "");
    assert_eq!(scene.play(Input::Abort, vec![left]), Some(&Outcome::LoggedOff));
}

#[test]
fn an_ambiguous_status_is_decided_by_the_probe() {
    // spec: wispr 7.6
    let mut scene = logged_in();
    let status = || reply("StatusReply", 160, 0, "<Status>0</Status>");
    let Some(Outcome::Status(report)) = scene.play(Input::Status { decide: false }, vec![status()]) else {
        panic!()
    };
    assert_eq!((report.active, report.status), (None, Some(0)));
    let replies = vec![status(), online()];
    let Some(Outcome::Status(report)) = scene.play(Input::Status { decide: true }, replies) else { panic!() };
    assert_eq!((report.active, report.status), (Some(true), Some(0)));
    assert_eq!(scene.requests[2].url, "https://portal.example/status");
}

#[test]
fn a_session_outlives_a_short_disconnection() {
    // spec: wispr 7.7
    let mut scene = logged_in();
    assert_eq!(scene.play(Input::Connect, vec![Reply::Lost]).map(Outcome::name), Some("failed"));
    assert_eq!(scene.play(Input::Connect, vec![online()]), Some(&Outcome::Online));
    assert!(scene.client.session().is_some());
    let success = vec![captive(), result(50, "")];
    assert_eq!(scene.play(Input::Connect, success).map(Outcome::name), Some("logged_in"));
}

fn eap_offer() -> Reply {
    redirect(LOGIN, "<VersionHigh>2.0</VersionHigh><VersionLow>1.0</VersionLow><EAPMsg>AQEABQE=</EAPMsg>")
}

fn challenge(url: &str) -> Reply {
    let more = format!("<EAPMsg>AQIAFgQQ+sIOp3492fW74tn5/cY8cQ==</EAPMsg>{url}");
    reply("EAPAuthenticationReply", 121, 10, &more)
}

#[test]
fn an_eap_login_sends_no_password() {
    // spec: wispr 5, 7.5
    let replies = vec![
        eap_offer(),
        challenge(""),
        reply("EAPAuthenticationReply", 121, 50, "<EAPMsg>AwIABA==</EAPMsg>"),
    ];
    let scene = Scene::connect(config().eap(true), replies);
    assert_eq!(scene.session().eap_final.as_deref(), Some(&[3, 2, 0, 4][..]));
    for request in &scene.requests[1..] {
        let fields = form::parse(request.body.as_ref().unwrap());
        let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
        let want = ["button", "UserName", "WISPrEAPMsg", "FNAME", "OriginatingServer", "WISPrVersion"];
        assert_eq!(names, want);
    }
}

#[test]
fn an_eap_login_may_go_by_query() {
    // spec: wispr 5
    let scene = Scene::connect(config().eap(true).eap_by_query(true), vec![eap_offer(), result(100, "")]);
    let request = &scene.requests[1];
    assert_eq!((request.method, request.credentials), (Method::Get, true));
    assert_eq!(Url::parse(&request.url).unwrap().parameter("WISPrEAPMsg"), Some("AgEACgFhbGljZQ%3D%3D"));
}

#[test]
fn an_eap_round_cannot_move_to_plain_http() {
    // spec: wispr 7.4
    let aborted = reply("AbortLoginReply", 150, 151, "");
    let elsewhere = challenge("<LoginURL>http://portal.example/</LoginURL>");
    let scene = Scene::connect(config().eap(true), vec![eap_offer(), elsewhere, aborted]);
    assert_eq!(scene.failed(), Failure::InsecureLoginUrl);
}

#[test]
fn eap_ends_after_so_many_rounds_and_when_the_peer_gives_up() {
    // spec: wispr 7.1, 7.5
    let aborted = || reply("AbortLoginReply", 150, 151, "");
    let replies = vec![eap_offer(), challenge(""), challenge(""), aborted()];
    let scene = Scene::connect(config().eap(true).max_eap_rounds(2), replies);
    assert_eq!(scene.failed(), Failure::EapLimit);
    let nonsense = reply("EAPAuthenticationReply", 121, 10, "<EAPMsg>AQI=</EAPMsg>");
    let scene = Scene::connect(config().eap(true), vec![eap_offer(), nonsense, aborted()]);
    assert_eq!(scene.failed(), Failure::Eap);
}

#[test]
fn a_peer_that_never_answers_meets_the_deadline() {
    let mut client = Client::new(config().eap(true), Duration::ZERO).unwrap();
    client.handle(Duration::ZERO, Input::Connect);
    let offer = eap_offer();
    let mut got_packet = false;
    let mut now = Duration::ZERO;
    let outcome = loop {
        match client.poll_output() {
            Output::Request(request) => {
                let Reply::Page(status, body) = &offer else { panic!() };
                let (id, status, body) = (request.id, *status, body.as_bytes());
                if request.url == PROBE {
                    client.handle(
                        now,
                        Input::Response(Response { id, status, location: None, url: None, body }),
                    );
                }
            }
            Output::EapIn(_) => got_packet = true,
            Output::Done(outcome) => break outcome,
            Output::WaitUntil(until) => {
                assert_ne!(until, Duration::MAX);
                now = until;
                client.handle(now, Input::Tick);
            }
            _ => {}
        }
    };
    assert!(got_packet && matches!(outcome, Outcome::Failed { failure: Failure::Timeout, .. }));
    // The deadline, and then the request of an abort that nobody answers.
    assert_eq!(now, Duration::from_secs(180 + 30));
}

#[test]
fn nothing_secret_is_printed() {
    let scene = Scene::connect(config(), vec![captive()]);
    let printed = format!("{:?} {:?}", scene.requests, scene.client);
    assert!(!printed.contains("wonderland") && !printed.contains("alice"), "{printed}");
    let location = Some("http://10.1.0.1/logon?username=alice&password=12");
    let response = Response { id: 0, status: 302, location, url: None, body: b"" };
    assert!(!format!("{response:?}").contains("alice"));
}

//! Whole runs of the client machine: what the traces do not record.

use discovery::document::Limits;
use discovery::machine::{
    Action, Answer, Cached, Client, Config, ConfigError, Event, HttpRequest, Method, Outcome, Problem,
    Redirect, RequestKind, Source,
};
use discovery::oauth::request::{State, Verifier};
use discovery::oauth::token::TokenRecord;
use discovery::secret::Secret;

const URL: &str = "https://discovery.example/v1.json";
const CLIENT: &str = "app.example";
const NOW: i64 = 1_676_000_000;
const XML: &str = "<?xml version=\"1.0\"?><EAPIdentityProviderList/>";
const TOKEN: &str = r#"{"access_token":"tok","token_type":"Bearer","expires_in":3600}"#;

/// One direct, one OAuth institution, one with two profiles, one for let's wifi only in format 3.
fn list(seq: u64, name: &str) -> String {
    format!(
        r#"{{"version":1,"seq":{seq},"instances":[
        {{"id":"direct","name":"{name}","profiles":[{{"id":"p","eapconfig_endpoint":"https://d.example/c"}}]}},
        {{"id":"oauth","name":"O","profiles":[{{"id":"p","oauth":true,"eapconfig_endpoint":"https://o.example/c",
          "authorization_endpoint":"https://o.example/a","token_endpoint":"https://o.example/t"}}]}},
        {{"id":"two","name":"T","profiles":[{{"id":"a","name":"X","eapconfig_endpoint":"https://d.example/a"}},
          {{"id":"b","name":"X","default":true,"eapconfig_endpoint":"https://d.example/b"}}]}}]}}"#
    )
}

struct Bench {
    client: Client,
    /// The latest request of each kind.
    requests: Vec<HttpRequest>,
}

impl Bench {
    fn with(config: Config) -> Self {
        Self { client: Client::new(config).expect("a usable configuration"), requests: Vec::new() }
    }

    fn new() -> Self {
        Self::with(Config::new(URL, CLIENT))
    }

    /// A client that shows the list.
    fn browsing() -> Self {
        let mut bench = Self::new();
        bench.load(Cached::default());
        bench.answer(RequestKind::Discovery, 200, &[], &list(5, "D"));
        assert_eq!(bench.client.state_name(), "browsing");
        bench
    }

    /// A client whose browser is open; the listener has port 1.
    fn waiting() -> Self {
        let mut bench = Self::browsing();
        bench.event(Event::SelectInstitution { id: "oauth" });
        bench.event(Event::Token { token: None, now: NOW });
        bench.listening();
        bench
    }

    fn event(&mut self, event: Event<'_>) -> Vec<Action> {
        self.client.handle(event);
        let actions: Vec<Action> = std::iter::from_fn(|| self.client.poll_action()).collect();
        for action in &actions {
            if let Action::Http(request) = action {
                self.requests.push(request.clone());
            }
        }
        actions
    }

    fn load(&mut self, cached: Cached<'_>) -> Vec<Action> {
        assert_eq!(self.event(Event::Start), [Action::LoadCache]);
        self.event(Event::Cache { now: NOW, cached })
    }

    fn last(&self, kind: RequestKind) -> &HttpRequest {
        self.requests.iter().rfind(|r| r.id.kind == kind).expect("such a request was made")
    }

    fn answer(
        &mut self,
        kind: RequestKind,
        status: u16,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Vec<Action> {
        let id = self.last(kind).id;
        let body = body.as_bytes().to_vec();
        self.event(Event::Http { id, answer: Answer { status, headers, body, now: NOW } })
    }

    fn listening(&mut self) -> Vec<Action> {
        let (verifier, state) = (Verifier::from_random(&[1; 32]), State::from_text("st4te"));
        self.event(Event::Listening { port: 1, verifier, state })
    }

    fn callback(&mut self, target: &str) -> Vec<Action> {
        self.event(Event::Callback { connection: 1, method: "GET", target, now: NOW })
    }

    /// From the open browser to the request for the configuration.
    fn authorize(&mut self) -> Vec<Action> {
        self.callback("/?code=c&state=st4te");
        self.answer(RequestKind::Token, 200, &[], TOKEN)
    }
}

fn header<'r>(request: &'r HttpRequest, name: &str) -> Option<&'r str> {
    request.headers.iter().find(|h| h.name == name).map(|h| h.value.as_str())
}

fn error(actions: &[Action]) -> Option<(String, bool)> {
    actions.iter().find_map(|action| match action {
        Action::Error { problem, retryable } => Some((problem.to_string(), *retryable)),
        _ => None,
    })
}

fn notice(actions: &[Action]) -> Option<String> {
    actions
        .iter()
        .find_map(|a| if let Action::Notice(problem) = a { Some(problem.to_string()) } else { None })
}

fn shown(actions: &[Action]) -> Option<(Source, Option<u64>, bool)> {
    actions.iter().find_map(|action| match action {
        Action::ShowInstitutions { source, seq, stale, .. } => Some((*source, *seq, *stale)),
        _ => None,
    })
}

// spec: discovery 13
#[test]
fn a_stale_list_is_asked_for_with_its_etag_and_an_unchanged_one_is_touched() {
    let mut bench = Bench::new();
    let body = list(5, "D");
    let cached = Cached {
        body: Some(body.as_bytes()),
        etag: Some("\"e\""),
        last_modified: Some("yesterday"),
        fetched_at: Some(NOW - 901),
        max_age: Some(900),
        max_seq: Some(5),
    };
    let actions = bench.load(cached);
    assert_eq!(shown(&actions), Some((Source::Cache, Some(5), true)));
    assert_eq!(header(bench.last(RequestKind::Discovery), "If-None-Match"), Some("\"e\""));
    assert_eq!(header(bench.last(RequestKind::Discovery), "If-Modified-Since"), None);
    let actions = bench.answer(RequestKind::Discovery, 304, &[("cache-control", "max-age=120")], "");
    let [Action::TouchCache(entry)] = actions.as_slice() else { panic!("{actions:?}") };
    assert_eq!((entry.seq, entry.fetched_at, entry.max_age), (5, NOW, 120));
    assert_eq!(entry.etag.as_deref(), Some("\"e\""));
}

#[test]
fn the_same_octets_from_the_network_only_renew_the_time() {
    let mut bench = Bench::new();
    let body = list(5, "D");
    bench.load(Cached { body: Some(body.as_bytes()), fetched_at: Some(0), ..Cached::default() });
    let actions = bench.answer(RequestKind::Discovery, 200, &[], &body);
    assert!(matches!(actions.as_slice(), [Action::TouchCache(_)]), "{actions:?}");
}

#[test]
fn other_content_with_the_same_number_is_not_taken() {
    let mut bench = Bench::new();
    let body = list(5, "D");
    bench.load(Cached { body: Some(body.as_bytes()), fetched_at: Some(0), ..Cached::default() });
    let actions = bench.answer(RequestKind::Discovery, 200, &[], &list(5, "Evil"));
    assert_eq!(actions, [Action::Notice(Problem::SameSeqDifferentContent)]);
    let document = bench.client.document().unwrap();
    assert_eq!(document.find("direct").unwrap().names().iter().next().unwrap().text, "D");
}

#[test]
fn an_equal_number_is_accepted_when_the_body_was_lost() {
    let mut bench = Bench::new();
    bench.load(Cached { max_seq: Some(5), ..Cached::default() });
    let actions = bench.answer(RequestKind::Discovery, 200, &[], &list(5, "D"));
    assert_eq!(shown(&actions), Some((Source::Network, Some(5), false)));
}

#[test]
fn a_shipped_list_that_is_newer_takes_the_place_of_the_stored_one() {
    let mut bench = Bench::with(Config::new(URL, CLIENT).embedded(list(7, "E").into_bytes()));
    let body = list(5, "D");
    let cached = Cached {
        body: Some(body.as_bytes()),
        etag: Some("\"e\""),
        fetched_at: Some(NOW),
        ..Cached::default()
    };
    let actions = bench.load(cached);
    assert_eq!(shown(&actions), Some((Source::Embedded, Some(7), true)));
    assert_eq!(
        header(bench.last(RequestKind::Discovery), "If-None-Match"),
        None,
        "the tag is another list's"
    );
    let actions = bench.answer(RequestKind::Discovery, 200, &[], &list(6, "D"));
    assert_eq!(notice(&actions).as_deref(), Some("rollback"), "the shipped number counts");
}

// spec: discovery 5
#[test]
fn a_shipped_list_that_the_network_confirms_is_only_fresh_again() {
    let mut bench = Bench::with(Config::new(URL, CLIENT).embedded(list(7, "E").into_bytes()));
    let old = list(5, "D");
    bench.load(Cached { body: Some(old.as_bytes()), ..Cached::default() });
    let actions = bench.answer(RequestKind::Discovery, 200, &[("ETag", "\"e\"")], &list(7, "E"));
    let [Action::TouchCache(entry)] = actions.as_slice() else {
        panic!("{actions:?}");
    };
    assert_eq!((entry.seq, entry.max_seq, entry.fetched_at), (7, Some(7), NOW));
    assert_eq!(entry.etag, None, "whatever is stored, the tag is not its own");
}

// spec: discovery 5
#[test]
fn a_number_from_the_far_future_does_not_lock_the_client_out() {
    let mut bench = Bench::new();
    bench.load(Cached { max_seq: Some(5), ..Cached::default() });
    let actions = bench.answer(RequestKind::Discovery, 200, &[], &list(2_199_123_100, "F"));
    assert_eq!(notice(&actions).as_deref(), Some("implausible_seq"));
    let stored = actions
        .iter()
        .find_map(|a| if let Action::StoreCache { entry, body } = a { Some((entry, body)) } else { None });
    let (entry, body) = stored.unwrap();
    assert_eq!((entry.seq, entry.max_seq), (2_199_123_100, Some(5)));
    // The next start: the poisoned list is shown until a real one comes.
    let body = body.clone();
    let mut bench = Bench::new();
    bench.load(Cached { body: Some(&body), fetched_at: Some(0), max_seq: Some(5), ..Cached::default() });
    let actions = bench.answer(RequestKind::Discovery, 200, &[], &list(2_023_021_000, "G"));
    assert_eq!(shown(&actions), Some((Source::Network, Some(2_023_021_000), false)));
}

#[test]
fn a_list_without_number_is_taken_from_the_program_but_not_from_the_network() {
    let without = list(1, "D").replace("\"seq\":1,", "");
    let mut bench = Bench::with(Config::new(URL, CLIENT).embedded(without.clone().into_bytes()));
    bench.load(Cached::default());
    let actions = bench.answer(RequestKind::Discovery, 200, &[], &without);
    assert_eq!(notice(&actions).as_deref(), Some("bad_document:missing_seq"));
    assert_eq!(shown(&actions), Some((Source::Embedded, None, true)));
}

#[test]
fn a_failed_start_can_be_tried_again() {
    let mut bench = Bench::new();
    bench.load(Cached::default());
    let actions = bench.answer(RequestKind::Discovery, 503, &[], "");
    assert_eq!(error(&actions), Some(("http_status:503".to_owned(), true)));
    assert_eq!(bench.client.state_name(), "idle");
    assert!(!bench.load(Cached::default()).is_empty());
}

#[test]
fn an_unreadable_store_counts_as_none() {
    let mut bench = Bench::new();
    let actions = bench.load(Cached { body: Some(b"{"), etag: Some("\"e\""), ..Cached::default() });
    assert_eq!(shown(&actions), None);
    assert_eq!(header(bench.last(RequestKind::Discovery), "If-None-Match"), None);
}

#[test]
fn a_new_list_does_not_disturb_the_user_inside_an_institution() {
    let mut bench = Bench::new();
    let body = list(5, "D");
    bench.load(Cached { body: Some(body.as_bytes()), fetched_at: Some(0), ..Cached::default() });
    let actions = bench.event(Event::SelectInstitution { id: "two" });
    let [Action::ShowProfiles { profiles, .. }] = actions.as_slice() else { panic!("{actions:?}") };
    assert_eq!(profiles[0].name, "X (a)", "equal names are told apart");
    assert_eq!(profiles[1].display_name(true), "X (b) (default)");
    let actions = bench.answer(RequestKind::Discovery, 200, &[], &list(6, "D"));
    assert!(matches!(actions.as_slice(), [Action::StoreCache { .. }]), "{actions:?}");
    bench.event(Event::SelectProfile { id: "a" });
    let actions = bench.answer(RequestKind::Configuration, 200, &[], XML);
    assert_eq!(actions[0], Action::Done(Outcome::EapConfig(XML.as_bytes().to_vec())));
    assert_eq!(shown(&actions), Some((Source::Network, Some(6), false)), "shown once the user is back");
}

// spec: discovery 8
#[test]
fn redirections_are_verified_and_counted() {
    let mut bench = Bench::new();
    bench.load(Cached::default());
    for step in 0..5 {
        let to = format!("http://h{step}.example/list");
        bench.answer(RequestKind::Discovery, 302, &[("location", &to)], "");
        let url = bench.last(RequestKind::Discovery).url.to_string();
        assert_eq!(url, format!("https://h{step}.example/list"), "never back to http");
    }
    let actions = bench.answer(RequestKind::Discovery, 302, &[("Location", "/again")], "");
    assert_eq!(error(&actions), Some(("too_many_redirections".to_owned(), true)));

    let mut bench = Bench::browsing();
    bench.event(Event::SelectInstitution { id: "direct" });
    let actions = bench.answer(RequestKind::Configuration, 302, &[("Location", "file:///etc/passwd")], "");
    assert_eq!(error(&actions), Some(("bad_redirection:bad_scheme".to_owned(), true)));
}

// spec: discovery 15
#[test]
fn the_token_does_not_follow_to_another_origin() {
    let mut bench = Bench::waiting();
    bench.authorize();
    assert_eq!(header(bench.last(RequestKind::Configuration), "Authorization"), Some("Bearer tok"));
    bench.answer(RequestKind::Configuration, 307, &[("Location", "/other")], "");
    let request = bench.last(RequestKind::Configuration);
    assert_eq!((request.method, header(request, "Authorization")), (Method::Post, Some("Bearer tok")));
    bench.answer(RequestKind::Configuration, 303, &[("Location", "https://o.example:8443/c")], "");
    let request = bench.last(RequestKind::Configuration);
    assert_eq!((request.method, header(request, "Authorization")), (Method::Get, None));
}

// spec: discovery 12
#[test]
fn a_server_that_knows_no_post_is_asked_with_get_once() {
    for status in [405, 501] {
        let mut bench = Bench::waiting();
        bench.authorize();
        assert_eq!(bench.last(RequestKind::Configuration).method, Method::Post);
        bench.answer(RequestKind::Configuration, status, &[], "");
        let request = bench.last(RequestKind::Configuration);
        assert_eq!((request.method, &request.body), (Method::Get, &None));
        assert_eq!(header(request, "Authorization"), Some("Bearer tok"));
        let actions = bench.answer(RequestKind::Configuration, status, &[], "");
        assert_eq!(error(&actions), Some((format!("http_status:{status}"), true)));
    }
}

#[test]
fn a_captive_portal_is_not_taken_for_a_configuration() {
    let mut bench = Bench::browsing();
    bench.event(Event::SelectInstitution { id: "direct" });
    let actions = bench.answer(RequestKind::Configuration, 200, &[], "<!DOCTYPE html><html>");
    assert_eq!(error(&actions), Some(("not_an_eap_config:html".to_owned(), true)));
    assert_eq!(bench.client.state_name(), "browsing");
}

// spec: discovery 11.7
#[test]
fn an_expired_token_is_deleted_and_the_whole_procedure_begins() {
    let record =
        |usable_until, obtained_at| TokenRecord { access_token: Secret::new("t"), usable_until, obtained_at };
    for token in [record(NOW, None), record(NOW + 100, Some(NOW + 61))] {
        let mut bench = Bench::browsing();
        bench.event(Event::SelectInstitution { id: "oauth" });
        let actions = bench.event(Event::Token { token: Some(token), now: NOW });
        assert!(
            matches!(actions.as_slice(), [Action::DeleteToken { .. }, Action::Listen { .. }]),
            "{actions:?}"
        );
    }
}

#[test]
fn a_token_that_comes_expired_is_not_sent() {
    let mut bench = Bench::waiting();
    bench.callback("/?code=c&state=st4te");
    let body = r#"{"access_token":"t","token_type":"Bearer","expires_in":0}"#;
    let actions = bench.answer(RequestKind::Token, 200, &[], body);
    assert_eq!(error(&actions), Some(("token:expired".to_owned(), true)));
}

#[test]
fn the_configuration_is_not_asked_for_again_after_a_failure() {
    let mut bench = Bench::waiting();
    bench.authorize();
    let id = bench.last(RequestKind::Configuration).id;
    let actions = bench.event(Event::HttpFailed { id });
    assert_eq!(error(&actions), Some(("offline".to_owned(), true)));
    assert_eq!(actions.len(), 1, "each request may issue a certificate");
}

// spec: discovery 11.4
#[test]
fn guesses_do_not_end_the_login_but_a_server_error_does() {
    let mut bench = Bench::waiting();
    for _ in 0..9 {
        let actions = bench.callback("/?code=evil&state=guess");
        assert!(matches!(actions.as_slice(), [Action::Respond { page, .. }] if page.status == 400));
    }
    for _ in 0..20 {
        bench.callback("/favicon.ico");
    }
    let actions = bench.callback("/?error=server_error&state=st4te");
    assert!(actions.contains(&Action::CloseListener) && error(&actions).is_some());
    assert!(bench.callback("/?code=c&state=st4te").is_empty(), "the listener is closed");
}

// spec: discovery 14
#[test]
fn late_answers_of_a_cancelled_attempt_are_ignored() {
    let mut bench = Bench::browsing();
    bench.event(Event::SelectInstitution { id: "direct" });
    let late = bench.last(RequestKind::Configuration).id;
    assert_eq!(bench.event(Event::Cancel), [Action::Cancelled]);
    bench.event(Event::SelectInstitution { id: "direct" });
    let answer = Answer { status: 200, headers: &[], body: XML.as_bytes().to_vec(), now: NOW };
    assert!(bench.event(Event::Http { id: late, answer }).is_empty(), "not the answer of the new attempt");
    assert_eq!(bench.client.ignored_events(), 1);
    assert!(!bench.answer(RequestKind::Configuration, 200, &[], XML).is_empty());
}

#[test]
fn events_that_do_not_fit_are_ignored() {
    let mut bench = Bench::browsing();
    for actions in [
        bench.event(Event::Start),
        bench.event(Event::SelectProfile { id: "a" }),
        bench.event(Event::Token { token: None, now: NOW }),
        bench.listening(),
        bench.callback("/?code=c&state=st4te"),
        bench.event(Event::Cache { now: NOW, cached: Cached::default() }),
    ] {
        assert_eq!(actions, []);
    }
    assert_eq!((bench.client.ignored_events(), bench.client.state_name()), (6, "browsing"));
}

#[test]
fn a_service_document_must_have_its_endpoints() {
    let list = r#"{"http://letswifi.app/discovery#v3":{"seq":5,"providers":[{"id":"l","name":[{"display":"L"}],
        "profiles":[{"id":"p","type":"letswifi","letswifi_endpoint":"https://l.example/"}]}]}}"#;
    let mut bench = Bench::new();
    bench.load(Cached::default());
    bench.answer(RequestKind::Discovery, 200, &[], list);
    bench.event(Event::SelectInstitution { id: "l" });
    assert_eq!(header(bench.last(RequestKind::LetsWifi), "Accept"), Some("application/json"));
    let actions = bench.answer(RequestKind::LetsWifi, 200, &[], r#"{"http://letswifi.app/api#v2":null}"#);
    assert_eq!(error(&actions), Some(("bad_letswifi_document".to_owned(), true)));
}

// spec: discovery 11.1
#[test]
fn a_custom_scheme_needs_no_listener() {
    let uri = "app.eduroam.geteduroam:/".to_owned();
    let mut bench = Bench::with(Config::new(URL, CLIENT).redirect(Redirect::Custom { uri }));
    bench.load(Cached::default());
    bench.answer(RequestKind::Discovery, 200, &[], &list(5, "D"));
    bench.event(Event::SelectInstitution { id: "oauth" });
    assert_eq!(bench.event(Event::Token { token: None, now: NOW }), [Action::Listen { address: None }]);
    bench.listening();
    bench.callback("app.eduroam.geteduroam:/?code=c&state=st4te");
    let body = bench.last(RequestKind::Token).body.clone().unwrap();
    assert!(body.contains("redirect_uri=app.eduroam.geteduroam%3A%2F&"));
}

#[test]
fn unusable_configurations_are_refused() {
    let refused = |config| Client::new(config).err();
    assert!(matches!(refused(Config::new("ftp://x/", CLIENT)), Some(ConfigError::DiscoveryUrl(_))));
    assert_eq!(refused(Config::new(URL, "")), Some(ConfigError::ClientId));
    for redirect in [
        Redirect::LoopbackV4 { path: "callback".to_owned() },
        Redirect::LoopbackV6 { path: "/?x".to_owned() },
        Redirect::Custom { uri: "https://x.example/".to_owned() },
        Redirect::Custom { uri: "nothing".to_owned() },
    ] {
        assert_eq!(refused(Config::new(URL, CLIENT).redirect(redirect)), Some(ConfigError::Redirect));
    }
}

#[test]
fn the_limit_of_the_list_reaches_the_transport_and_the_reader() {
    let mut bench = Bench::with(Config::new(URL, CLIENT).limits(Limits { octets: 100 }));
    bench.load(Cached::default());
    assert_eq!(bench.last(RequestKind::Discovery).max_octets, 100);
    let actions = bench.answer(RequestKind::Discovery, 200, &[], &list(5, "D"));
    assert_eq!(error(&actions), Some(("bad_document:too_large".to_owned(), true)));
}

// spec: discovery 8
#[test]
fn a_developer_may_keep_http_on_loopback() {
    let local = list(5, "D").replace("https://d.example/c", "http://127.0.0.1:8080/c");
    for (config, url) in [
        (Config::new(URL, CLIENT), "https://127.0.0.1:8080/c"),
        (Config::new(URL, CLIENT).allow_loopback_http(), "http://127.0.0.1:8080/c"),
    ] {
        let mut bench = Bench::with(config);
        bench.load(Cached::default());
        bench.answer(RequestKind::Discovery, 200, &[], &local);
        bench.event(Event::SelectInstitution { id: "direct" });
        assert_eq!(bench.last(RequestKind::Configuration).url.as_str(), url);
    }
}

// spec: discovery 15
#[test]
fn nothing_secret_is_printed() {
    let mut bench = Bench::waiting();
    let printed = format!("{:?}", bench.client);
    bench.event(Event::Cancel);
    bench.event(Event::SelectInstitution { id: "oauth" });
    bench.event(Event::Token { token: None, now: NOW });
    let browser = format!("{:?}", bench.listening());
    let token = format!("{:?}", bench.callback("/?code=c0de&state=st4te"));
    let configuration = format!("{:?}", bench.answer(RequestKind::Token, 200, &[], TOKEN));
    let target = "/?code=c0de&state=st4te";
    let callback = format!("{:?}", Event::Callback { connection: 1, method: "GET", target, now: NOW });
    let answer = Answer { status: 200, headers: &[], body: TOKEN.as_bytes().to_vec(), now: NOW };
    let answer = format!("{answer:?}");
    let all = [printed, browser, token, configuration, callback, answer].concat();
    for secret in ["st4te", "c0de", "AQEBAQEB", "\"tok\"", "Bearer tok"] {
        assert!(!all.contains(secret), "{secret} in {all}");
    }
}

// spec: discovery 11.7
#[test]
fn a_refresh_token_renews_without_the_user_and_is_replaced() {
    let mut bench = Bench::browsing();
    bench.event(Event::SelectInstitution { id: "oauth" });
    let actions = bench.event(Event::RefreshToken { refresh_token: Secret::new("r1"), now: NOW });
    assert!(matches!(actions.as_slice(), [Action::Http(_)]), "{actions:?}");
    let body = bench.last(RequestKind::Token).body.as_ref().map(|b| b.to_string());
    assert_eq!(body.as_deref(), Some("grant_type=refresh_token&refresh_token=r1&client_id=app.example"));
    let reply = r#"{"access_token":"new","token_type":"Bearer","expires_in":3600,"refresh_token":"r2"}"#;
    let actions = bench.answer(RequestKind::Token, 200, &[], reply);
    let Some(Action::StoreToken { record, refresh_token, .. }) = actions.first() else {
        panic!("{actions:?}");
    };
    assert_eq!(record.access_token.expose(), "new");
    assert_eq!(refresh_token.as_ref().map(Secret::expose), Some("r2"));
    assert_eq!(header(bench.last(RequestKind::Configuration), "Authorization"), Some("Bearer new"));
}

// spec: discovery 11.7
#[test]
fn a_refresh_token_that_is_refused_leads_to_the_whole_procedure() {
    let mut bench = Bench::browsing();
    bench.event(Event::SelectInstitution { id: "oauth" });
    bench.event(Event::RefreshToken { refresh_token: Secret::new("r1"), now: NOW });
    let actions = bench.answer(RequestKind::Token, 400, &[], r#"{"error":"invalid_grant"}"#);
    assert!(matches!(actions.as_slice(), [Action::DeleteToken { .. }, Action::Listen { .. }]), "{actions:?}");
    // One without a new refresh token leaves the old one in force.
    let mut bench = Bench::browsing();
    bench.event(Event::SelectInstitution { id: "oauth" });
    bench.event(Event::RefreshToken { refresh_token: Secret::new("r1"), now: NOW });
    let actions = bench.answer(RequestKind::Token, 200, &[], TOKEN);
    assert!(
        matches!(actions.first(), Some(Action::StoreToken { refresh_token: Some(kept), .. }) if kept.expose() == "r1")
    );
}

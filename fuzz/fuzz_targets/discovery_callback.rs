//! Any request to the listener is judged; a code comes only with the right state, and no page repeats what was sent.
#![no_main]

use discovery::oauth::callback::{Callback, Expected, MAX_CODE, MAX_DESCRIPTION};
use discovery::oauth::request::State;
use libfuzzer_sys::fuzz_target;

const STATE: &str = "s7-~State";

fuzz_target!(|input: (bool, &str)| {
    let (get, target) = input;
    let method = if get { "GET" } else { "POST" };
    let judge = |state: &State| {
        let scheme = Some("app.example");
        Callback::parse(Expected { path: "/", state, custom_scheme: scheme }, method, target)
    };
    let callback = judge(&State::from_text(STATE));
    assert!(matches!(callback.status(), 200 | 400 | 404 | 405 | 414));
    assert_eq!(callback.is_final(), callback.status() == 200);
    match &callback {
        Callback::Code(code) => {
            assert!(get && (1..=MAX_CODE).contains(&code.expose().len()));
            assert!(code.expose().bytes().all(|o| (0x20..0x7F).contains(&o)));
        }
        Callback::Denied(said) | Callback::ServerError(said) => {
            let text = said.description.as_deref().unwrap_or_default();
            assert!(text.chars().count() <= MAX_DESCRIPTION && !text.contains(char::is_control));
        }
        Callback::Error(_) | Callback::Ignore(_) => {}
    }
    if callback.is_final() {
        assert!(matches!(judge(&State::from_text("another")), Callback::Error(_)), "the state decides");
    }
    // The pages depend on the kind of answer and on nothing else.
    let pages = [
        "/?code=c&state=s7-~State",
        "/?error=access_denied&state=s7-~State",
        "/?error=e&state=s7-~State",
        "/",
        "/x",
    ];
    let state = State::from_text(STATE);
    let known = |target: &str| {
        Callback::parse(Expected { path: "/", state: &state, custom_scheme: None }, "GET", target)
            .page(None)
            .body
    };
    assert!(pages.iter().any(|target| known(target) == callback.page(None).body));
});

//! What went wrong, and what to do, in words for people.

use discovery::machine::Problem;

/// One or two sentences; the code of the specification stands behind them in parentheses, for those who search for it.
#[must_use]
pub fn explain(problem: &Problem) -> String {
    let text = match problem {
        Problem::Offline => "no answer from the server: check the connection and try again",
        Problem::Rollback => {
            "the server offers an older list than one seen before; the newer one stays in use"
        }
        Problem::SameSeqDifferentContent => {
            "the server offers another list under the number of the one at hand, which stays in use"
        }
        Problem::ImplausibleSeq => {
            "the list claims to be from the future; it is used, but not remembered as the newest"
        }
        Problem::BadDocument(_) | Problem::MissingSeq => {
            "what the server calls a list of institutions is none: check --url"
        }
        Problem::HttpStatus(404 | 410) => {
            "the server does not have it any more: get a fresh list and try again"
        }
        Problem::HttpStatus(500..) => "the server has a problem of its own: try again later",
        Problem::HttpStatus(_) => "the server refuses",
        Problem::BadRedirection(_) | Problem::TooManyRedirections => {
            "the server sends the client to a place where it must not go: tell the institution"
        }
        Problem::ProfileUnavailable(_) => {
            "this profile cannot be used: the list describes it wrongly. Tell the institution, or choose another profile"
        }
        Problem::ProfileRequiresAuthorization => {
            "the server wants a sign-in that the list does not describe: tell the institution"
        }
        Problem::UnknownInstitution => {
            "no institution has this id: search first, the id stands in front of the name"
        }
        Problem::UnknownProfile => {
            "the institution has no profile with this id: leave out --profile to see them"
        }
        Problem::BadLetsWifiDocument => {
            "the institution's server does not describe itself properly: tell the institution"
        }
        Problem::AuthorizationDenied(_) => "access was refused in the browser",
        Problem::AuthorizationFailed(said) => {
            let word = said.description.as_deref().unwrap_or(&said.error);
            return format!("the institution's sign-in failed: {word} ({problem})");
        }
        Problem::TooManyBadCallbacks => {
            "too many wrong answers reached the listener; something on this machine is guessing. Try again"
        }
        Problem::Token(_) => {
            "the institution gave no token: try again, and tell the institution if it stays like this"
        }
        Problem::TokenExpired => "the token had expired when it came: check this machine's clock",
        Problem::AccessDenied => "the server refuses the token it has just given: tell the institution",
        Problem::NotAnEapConfig(discovery::fetch::BodyKind::Html) => {
            "a web page came instead of a configuration. A hotspot's login page, perhaps: log in first, then try again"
        }
        Problem::NotAnEapConfig(_) => "what came is no EAP configuration: tell the institution",
        Problem::TooLarge => "the configuration is too large to be one",
        _ => return problem.to_string(),
    };
    format!("{text} ({problem})")
}

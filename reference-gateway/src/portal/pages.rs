//! The pages a person sees.

use askama::Template;

/// The style sheet of all pages.
pub(super) const STYLE: &str = include_str!("../../assets/style.css");

/// Why a login failed.
#[derive(Clone, Debug)]
pub(super) struct Alert {
    /// A sentence for the person.
    pub(super) reason: &'static str,
    /// The RADIUS server's own words.
    pub(super) reply: String,
}

/// The form, with the reason of the last failure.
#[derive(Template)]
#[template(path = "login.html")]
pub(super) struct Login<'a> {
    pub(super) place: &'a str,
    pub(super) wispr: &'a str,
    pub(super) heading: &'a str,
    pub(super) alert: Option<Alert>,
    pub(super) action: &'a str,
    pub(super) user: &'a str,
}

/// What a person sees while the session lasts.
#[derive(Template)]
#[template(path = "online.html")]
pub(super) struct Online<'a> {
    pub(super) place: &'a str,
    pub(super) wispr: &'a str,
    pub(super) user: &'a str,
    pub(super) time_left: &'a str,
    pub(super) next: &'a str,
    pub(super) logoff: &'a str,
}

/// A heading, a sentence, perhaps a way on.
#[derive(Template)]
#[template(path = "message.html")]
pub(super) struct Message<'a> {
    pub(super) place: &'a str,
    pub(super) wispr: &'a str,
    pub(super) heading: &'a str,
    pub(super) text: &'a str,
    pub(super) link: &'a str,
    pub(super) link_text: &'a str,
}

/// A reason in words for the `reason=` of a failure and the reply text (spec: uam 5.0, wispr 4).
pub(super) fn failure(reason: &str, reply: &str) -> Alert {
    let words = match (reason, reply.trim()) {
        ("reject", "NOT_ENOUGH_CREDIT") => "There is no credit left on this account.",
        ("reject", "NO_SUCH_USER") => "There is no account with this name.",
        ("reject", "BAD_PASSWORD") => "The password is wrong.",
        ("reject", "SESSION_LIMIT_EXEEDED") => {
            "This account is already used on as many devices as it may be."
        }
        ("reject", _) => "The name or the password was not accepted.",
        ("timeout", _) => "The login server did not answer. Please try again in a minute.",
        _ => "Something went wrong while signing in. Please try again.",
    };
    Alert { reason: words, reply: reply.trim().to_owned() }
}

/// Seconds as a person reads them.
pub(super) fn duration(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes) {
        (0, 0) => format!("{seconds} s"),
        (0, _) => format!("{minutes} min {seconds} s"),
        _ => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_network_says_cannot_become_markup() {
        let page = Login {
            place: "<b>",
            wispr: "",
            heading: "Sign in",
            alert: Some(failure("reject", "<script>alert(1)</script>")),
            action: "?a=\"><b>",
            user: "\"><b>",
        }
        .render()
        .unwrap();
        assert!(!page.contains("<b>") && !page.contains("<script"), "{page}");
        assert!(page.contains("role=\"alert\""));
        assert!(page.contains("The provider says: &#60;script"), "{page}");
    }

    #[test]
    fn a_duration_reads_like_one() {
        assert_eq!(duration(59), "59 s");
        assert_eq!(duration(61), "1 min 1 s");
        assert_eq!(duration(7260), "2 h 1 min");
    }
}

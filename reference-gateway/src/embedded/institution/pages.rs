//! The pages that a browser sees.

use std::fmt::Write as _;

fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title></head>\
         <body><h1>{title}</h1>{body}</body></html>\n"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The page of the redirect flow, and what browsers see at the root.
pub(super) fn welcome() -> String {
    page("Université de Sur", "<p id=\"welcome\">This is how to get on the network.</p>")
}

/// A request that the page cannot be shown for.
pub(super) fn wrong(what: &str) -> String {
    page("Sign-in", &format!("<p id=\"wrong\" role=\"alert\">{}</p>", escape(what)))
}

/// The sign-in page: everybody may, who says so.
pub(super) fn sign_in(asked: &[(String, String)]) -> String {
    let mut form = String::from(
        "<p>A program on this device asks for your Wi-Fi profile.</p><form method=\"post\" action=\"/oauth/authorize/\">",
    );
    for (name, value) in asked.iter().filter(|(name, _)| name != "approve") {
        let _ = write!(form, "<input type=\"hidden\" name=\"{}\" value=\"{}\">", escape(name), escape(value));
    }
    form.push_str(
        "<button id=\"approve\" name=\"approve\" value=\"yes\">Give it the profile</button> \
         <button id=\"deny\" name=\"approve\" value=\"no\">Refuse</button></form>",
    );
    page("Sign-in", &form)
}

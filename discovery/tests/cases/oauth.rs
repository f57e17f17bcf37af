//! PKCE, the requests of OAuth, callbacks, token replies, and the first look at a body.

use super::{file, known, number, same, sorted};
use discovery::fetch::BodyKind;
use discovery::oauth::callback::{Callback, Expected};
use discovery::oauth::request::{AuthorizationRequest, State, Verifier, challenge, token_body};
use discovery::oauth::token::{TokenError, TokenReply};
use discovery::url::{UrlKind, verify};
use serde_json::{Value, json};
use testkit::vectors::{Outcome, Suite, text};

pub(crate) fn run(suite: &mut Suite) {
    file(suite, "pkce.json", 8, &["verifier", "challenge", "octets", "valid_verifier"], pkce);
    let members =
        ["authorization_endpoint", "client_id", "redirect_uri", "state", "verifier", "scope", "expect"];
    file(suite, "authorization_url.json", 10, &members, authorization);
    file(suite, "callback.json", 42, &["method", "target", "path", "state", "expect"], callback);
    let members = ["code", "redirect_uri", "client_id", "verifier", "body", "content_length"];
    file(suite, "token_request.json", 2, &members, token_request);
    file(suite, "token_reply.json", 32, &["status", "body", "sent_at", "expect"], token_reply);
    file(suite, "body_kind.json", 13, &["body", "expect"], body_kind);
}

fn pkce(case: &Value) -> Outcome {
    let verifier = text(case, "verifier")?;
    if let Some(octets) = case.get("octets") {
        let octets: Vec<u8> = serde_json::from_value(octets.clone()).map_err(|e| e.to_string())?;
        let octets: [u8; 32] = octets.try_into().map_err(|_| "not 32 octets")?;
        same("verifier", &json!(Verifier::from_random(&octets).expose()), &json!(verifier))?;
    }
    if let Some(want) = case.get("challenge") {
        same("challenge", &json!(challenge(verifier)), want)?;
    }
    if let Some(valid) = case.get("valid_verifier") {
        same("valid", &json!(Verifier::parse(verifier).is_ok()), valid)?;
    }
    Ok(())
}

fn authorization(case: &Value) -> Outcome {
    known(&case["expect"], &["url", "error"])?;
    let got = match verify(text(case, "authorization_endpoint")?, UrlKind::Endpoint) {
        Err(error) => json!({"error": error.code()}),
        Ok(endpoint) => {
            let request = AuthorizationRequest {
                endpoint: &endpoint,
                client_id: text(case, "client_id")?,
                redirect_uri: text(case, "redirect_uri")?,
                state: &State::from_text(text(case, "state")?),
                verifier: &Verifier::parse(text(case, "verifier")?).map_err(|e| e.to_string())?,
                scope: text(case, "scope")?,
            };
            json!({"url": request.url()})
        }
    };
    same("request", &got, &case["expect"])
}

fn callback(case: &Value) -> Outcome {
    let state = State::from_text(text(case, "state")?);
    let path = text(case, "path")?;
    let expected = Expected { path, state: &state, custom_scheme: None };
    let callback = Callback::parse(expected, text(case, "method")?, text(case, "target")?);
    let mut got = match &callback {
        Callback::Code(code) => json!({"result": "code", "code": code.expose()}),
        Callback::Denied(said) => {
            json!({"result": "denied", "error": said.error, "description": said.description})
        }
        Callback::ServerError(said) => {
            json!({"result": "server_error", "error": said.error, "description": said.description})
        }
        Callback::Error(error) => json!({"result": "error", "error": error.code()}),
        Callback::Ignore(why) => json!({"result": "ignore", "error": why.code()}),
    };
    got["http"] = callback.status().into();
    let members = got.as_object_mut().ok_or("no object")?;
    members.retain(|_, value| !value.is_null());
    same("callback", &got, &case["expect"])
}

fn token_request(case: &Value) -> Outcome {
    let verifier = Verifier::parse(text(case, "verifier")?).map_err(|e| e.to_string())?;
    let body =
        token_body(text(case, "code")?, text(case, "redirect_uri")?, text(case, "client_id")?, &verifier);
    same("body", &json!(*body), &case["body"])?;
    same("length", &json!(body.len()), &case["content_length"])
}

fn token_reply(case: &Value) -> Outcome {
    let status = u16::try_from(number(case, "status")?).map_err(|e| e.to_string())?;
    let mut want = case["expect"].clone();
    let got = match TokenReply::parse(status, text(case, "body")?.as_bytes(), number(case, "sent_at")?) {
        Err(error) => {
            let mut out = json!({"error": error.code()});
            match error {
                TokenError::OAuth { code, description } => {
                    out["code"] = code.into();
                    if let Some(description) = description {
                        out["description"] = description.into();
                    }
                }
                TokenError::HttpStatus(status) => out["status"] = status.into(),
                _ => {}
            }
            out
        }
        Ok(reply) => {
            let warnings = want.get_mut("warnings").and_then(Value::as_array_mut).ok_or("no warnings")?;
            warnings.sort_by_key(ToString::to_string);
            let mut out = json!({
                "access_token": reply.access_token.expose(),
                "expires_in": reply.expires_in,
                "usable_until": reply.usable_until,
                "warnings": sorted(reply.warnings.iter().map(ToString::to_string)),
            });
            if let Some(token) = &reply.refresh_token {
                out["refresh_token"] = token.expose().into();
            }
            if let Some(scope) = reply.scope {
                out["scope"] = scope.into();
            }
            out
        }
    };
    same("reply", &got, &want)
}

fn body_kind(case: &Value) -> Outcome {
    same("kind", &json!(BodyKind::of(text(case, "body")?.as_bytes()).to_string()), &case["expect"])
}

//! The access gateway's side: a client's query in, the gateway's answer out.

mod answer;
mod challenge;
mod config;
mod credentials;
mod id;
mod json;
mod location;
mod request;
mod response;
mod session;
mod terminate;

pub use answer::{Answer, Situation};
pub use challenge::{Challenge, Key, MAX_PASSWORD_LEN, homepage, ident, md, sign, verify};
pub use config::{Authenticator, Compatibility, Config, ConfigError, LocalUser, MAX_URL_LEN};
pub use credentials::{Credentials, MAX_EAP_LEN};
pub use id::{Mac, MacError, SessionId};
pub use json::{JsonAnswer, MAX_CALLBACK_LEN, SessionView};
pub use location::{Redirect, Res, Shown, StatusTimes};
pub use request::{
    HeadError, MAX_HEAD_LEN, MAX_HEADER_LEN, MAX_LANG_LEN, MAX_PATH_LEN, MAX_QUERY_LEN, MAX_USER_NAME_LEN,
    MAX_USER_URL_LEN, Method, Request, parameter,
};
pub use response::{Header, Response};
pub use session::{CHECK_INTERVAL, Counters, Flow, Parameters, Session, TerminateCause, Usage};
pub use terminate::terminate_time;

//! UAM answers without the gateway machine: for firmware that keeps its own clients and sessions.

use super::gateway::session_id_of;
use super::gateway_config::{fonap_gateway_config, read};
use super::gateway_output::fonap_gateway_client;
use crate::boundary::run;
use crate::slice::{array, array_ref, fill, give, octets, take, text};
use crate::{fonap_octets, fonap_result, fonap_text};
use core::ffi::c_char;
use core::mem::MaybeUninit;
use wispr::gateway::{
    Answer, Challenge, Config, Counters, JsonAnswer, Mac, Redirect, Res, SessionId, SessionView, Shown,
    Situation, StatusTimes,
};

/// What an answer is about: the first redirect, prelogin.
pub const FONAP_UAM_NOTYET: u32 = 0;
/// What an answer is about: the same for a client that is to see a splash page.
pub const FONAP_UAM_SPLASH: u32 = 1;
/// What an answer is about: the login was accepted.
pub const FONAP_UAM_SUCCESS: u32 = 2;
/// What an answer is about: the login was refused.
pub const FONAP_UAM_REJECT: u32 = 3;
/// What an answer is about: there is no route to the realm's server.
pub const FONAP_UAM_NOROUTE: u32 = 4;
/// What an answer is about: no server answered.
pub const FONAP_UAM_TIMEOUT: u32 = 5;
/// What an answer is about: an EAP message was too long.
pub const FONAP_UAM_MTU: u32 = 6;
/// What an answer is about: the login's parameters break the protocol.
pub const FONAP_UAM_PROTOCOL: u32 = 7;
/// What an answer is about: an internal error, or a challenge that was too old.
pub const FONAP_UAM_OTHER: u32 = 8;
/// What an answer is about: an unknown client.
pub const FONAP_UAM_REQUEST_ERROR: u32 = 9;
/// What an answer is about: a login, prelogin or page while logged in.
pub const FONAP_UAM_ALREADY: u32 = 10;
/// What an answer is about: an EAP round.
pub const FONAP_UAM_CHALLENGE: u32 = 11;
/// What an answer is about: logged off.
pub const FONAP_UAM_LOGOFF: u32 = 12;
/// What an answer is about: a login was aborted.
pub const FONAP_UAM_ABORT: u32 = 13;
/// What an answer is about: an abort while logged in.
pub const FONAP_UAM_ABORT_LATE: u32 = 14;
/// What an answer is about: `/status` was asked for.
pub const FONAP_UAM_STATUS: u32 = 15;

/// The client speaks WISPr 2.0.
pub const FONAP_UAM_ANSWER_WISPR2: u32 = 1;
/// The login uses EAP.
pub const FONAP_UAM_ANSWER_EAP: u32 = 1 << 1;
/// The client has a session.
pub const FONAP_UAM_ANSWER_LOGGED_IN: u32 = 1 << 2;
/// The redirect goes to `uamhomepage`, if there is one.
pub const FONAP_UAM_ANSWER_HOMEPAGE: u32 = 1 << 3;
/// The client is to see a splash page.
pub const FONAP_UAM_ANSWER_SPLASH: u32 = 1 << 4;
/// The parameter `challenge` is there, and empty.
pub const FONAP_UAM_ANSWER_EMPTY_CHALLENGE: u32 = 1 << 5;
/// The times are shown, as on `/status`.
pub const FONAP_UAM_ANSWER_TIMES: u32 = 1 << 6;
/// Among the times, `start` counts.
pub const FONAP_UAM_ANSWER_START: u32 = 1 << 7;
/// Among the times, `stop` counts.
pub const FONAP_UAM_ANSWER_STOP: u32 = 1 << 8;

const FLAGS: u32 = (1 << 9) - 1;

/// What an answer tells. Set to zeros, with its size, by `fonap_uam_answer_init` first. A text whose `data` is NULL is
/// absent from the answer; one that is empty is there and empty.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct fonap_uam_answer {
    /// Octets of this structure, as the program was built.
    pub size: usize,
    /// `FONAP_UAM_NOTYET` and its like.
    pub situation: u32,
    /// `FONAP_UAM_ANSWER_...`.
    pub flags: u32,
    /// The 16 octets of the challenge, or NULL.
    pub challenge: *const u8,
    /// The 6 octets of the client's hardware address, or NULL.
    pub mac: *const u8,
    /// The 16 characters of the session id, or NULL. The JSON answer needs it.
    pub session_id: *const u8,
    /// The session of a JSON answer, or NULL: `user_name`, times, counters and limits of it are shown.
    pub session: *const fonap_gateway_client,
    /// The client's address.
    pub ip: [u8; 4],
    /// The client's 802.1Q tag, 0 for none.
    pub vlan: u16,
    /// The portal's URL if it is not `uamserver`: a splash page.
    pub base: fonap_text,
    /// Where to go in place of the portal: a redirection URL of RADIUS.
    pub location: fonap_text,
    /// The user's name.
    pub uid: fonap_octets,
    /// A text of RADIUS or the handler.
    pub reply: fonap_octets,
    /// Where the client is, as learned by a proxy.
    pub loc: fonap_octets,
    /// The language the client asked for.
    pub lang: fonap_octets,
    /// The page after the login.
    pub redirurl: fonap_octets,
    /// The page the user wanted.
    pub userurl: fonap_octets,
    /// The EAP packet of a WISPr message.
    pub eap_msg: fonap_octets,
    /// The function that a JSON object is handed to. One that is not a plain name is not used.
    pub callback: fonap_octets,
    /// Seconds left; 0 is not shown.
    pub time_left: u64,
    /// Session-Timeout in seconds; 0 for none.
    pub session_timeout: u64,
    /// Seconds since the start, among the times.
    pub session_time: u64,
    /// When the session began, in seconds since 1970.
    pub start: i64,
    /// When the session is to end, in seconds since 1970.
    pub stop: i64,
}

const EMPTY: fonap_uam_answer = fonap_uam_answer {
    size: size_of::<fonap_uam_answer>(),
    situation: FONAP_UAM_NOTYET,
    flags: 0,
    challenge: core::ptr::null(),
    mac: core::ptr::null(),
    session_id: core::ptr::null(),
    session: core::ptr::null(),
    ip: [0; 4],
    vlan: 0,
    base: fonap_text::NONE,
    location: fonap_text::NONE,
    uid: fonap_octets::NONE,
    reply: fonap_octets::NONE,
    loc: fonap_octets::NONE,
    lang: fonap_octets::NONE,
    redirurl: fonap_octets::NONE,
    userurl: fonap_octets::NONE,
    eap_msg: fonap_octets::NONE,
    callback: fonap_octets::NONE,
    time_left: 0,
    session_timeout: 0,
    session_time: 0,
    start: 0,
    stop: 0,
};

/// Sets a structure of `size` octets to zeros and NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_uam_answer_init(answer: *mut fonap_uam_answer, size: usize) -> fonap_result {
    run(|| {
        if size < size_of::<usize>() {
            return Err(fonap_result::Argument);
        }
        give!(answer, size, &fonap_uam_answer { size, ..EMPTY })
    })
}

fn situation(number: u32) -> Result<Situation, fonap_result> {
    Ok(match number {
        FONAP_UAM_NOTYET => Situation::NotYet,
        FONAP_UAM_SPLASH => Situation::Splash,
        FONAP_UAM_SUCCESS => Situation::Success,
        FONAP_UAM_REJECT => Situation::Reject,
        FONAP_UAM_NOROUTE => Situation::NoRoute,
        FONAP_UAM_TIMEOUT => Situation::Timeout,
        FONAP_UAM_MTU => Situation::Mtu,
        FONAP_UAM_PROTOCOL => Situation::Protocol,
        FONAP_UAM_OTHER => Situation::Other,
        FONAP_UAM_REQUEST_ERROR => Situation::RequestError,
        FONAP_UAM_ALREADY => Situation::Already,
        FONAP_UAM_CHALLENGE => Situation::Challenge,
        FONAP_UAM_LOGOFF => Situation::Logoff,
        FONAP_UAM_ABORT => Situation::Abort,
        FONAP_UAM_ABORT_LATE => Situation::AbortLate,
        FONAP_UAM_STATUS => Situation::Status,
        _ => return Err(fonap_result::Argument),
    })
}

/// A structure of the caller's, with what the three kinds of answers share taken out of it.
struct Taken<'a> {
    from: fonap_uam_answer,
    situation: Situation,
    mac: Option<Mac>,
    challenge: Option<Challenge>,
    session_id: Option<SessionId>,
    reply: Option<&'a [u8]>,
    redirurl: Option<&'a [u8]>,
    userurl: Option<&'a [u8]>,
}

impl Taken<'_> {
    const fn has(&self, flag: u32) -> bool {
        self.from.flags & flag != 0
    }

    fn vlan(&self) -> Option<u16> {
        (self.from.vlan != 0).then_some(self.from.vlan)
    }
}

fn optional<'a>(from: fonap_octets) -> Result<Option<&'a [u8]>, fonap_result> {
    if from.data.is_null() { Ok(None) } else { Ok(Some(octets!(from.data, from.length))) }
}

fn optional_text<'a>(from: fonap_text) -> Result<Option<&'a str>, fonap_result> {
    if from.data.is_null() { Ok(None) } else { Ok(Some(text!(from.data, from.length))) }
}

fn taken<'a>(answer: *const fonap_uam_answer) -> Result<Taken<'a>, fonap_result> {
    let from = take!(answer, EMPTY);
    if from.flags & !FLAGS != 0 {
        return Err(fonap_result::Argument);
    }
    let mac = if from.mac.is_null() { None } else { Some(Mac(array!(from.mac))) };
    let challenge = if from.challenge.is_null() { None } else { Some(Challenge(array!(from.challenge))) };
    let session_id =
        if from.session_id.is_null() { None } else { Some(session_id_of(array_ref!(from.session_id))?) };
    Ok(Taken {
        from,
        situation: situation(from.situation)?,
        mac,
        challenge,
        session_id,
        reply: optional(from.reply)?,
        redirurl: optional(from.redirurl)?,
        userurl: optional(from.userurl)?,
    })
}

fn redirect<'a>(taken: &'a Taken<'a>, res: Res) -> Result<Redirect<'a>, fonap_result> {
    let from = &taken.from;
    let mut redirect = Redirect::new(res, taken.mac, from.ip.into());
    redirect.base = optional_text(from.base)?;
    redirect.challenge = match taken.challenge {
        Some(challenge) => Shown::Value(challenge),
        None if taken.has(FONAP_UAM_ANSWER_EMPTY_CHALLENGE) => Shown::Empty,
        None => Shown::No,
    };
    redirect.status = taken.has(FONAP_UAM_ANSWER_TIMES).then(|| StatusTimes {
        start: taken.has(FONAP_UAM_ANSWER_START).then_some(from.start),
        session_time: from.session_time,
        session_timeout: from.session_timeout,
        stop: taken.has(FONAP_UAM_ANSWER_STOP).then_some(from.stop),
    });
    redirect.uid = optional(from.uid)?;
    redirect.time_left = from.time_left;
    redirect.reply = taken.reply;
    redirect.loc = optional(from.loc)?;
    redirect.lang = optional(from.lang)?;
    redirect.vlan = taken.vlan();
    redirect.session_id = taken.session_id.as_ref().map(SessionId::as_str);
    redirect.redirurl = taken.redirurl;
    redirect.userurl = taken.userurl;
    Ok(redirect)
}

fn config_of(config: *const fonap_gateway_config) -> Result<Config, fonap_result> {
    read(config).map(|(config, _)| config)
}

/// Writes the URL of a redirect to the portal, signed if there is a `uamsecret`. `res` is the parameter of that name, such
/// as `notyet`; if it is empty it is what the situation has.
///
/// Of `config` only what stands in URLs matters. `FONAP_RESULT_ARGUMENT` for an unknown situation, flag or `res`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_uam_location(
    config: *const fonap_gateway_config,
    answer: *const fonap_uam_answer,
    res: *const c_char,
    res_len: usize,
    out: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    run(|| {
        let (config, taken) = (config_of(config)?, taken(answer)?);
        let res = match text!(res, res_len) {
            "" => taken.situation.res(taken.has(FONAP_UAM_ANSWER_LOGGED_IN)),
            name => ALL_RES.iter().copied().find(|res| res.as_str() == name).ok_or(fonap_result::Argument)?,
        };
        fill!(out, capacity, length, redirect(&taken, res)?.location(&config).as_bytes())
    })
}

const ALL_RES: &[Res] = &[
    Res::NotYet,
    Res::Splash,
    Res::Success,
    Res::Reject,
    Res::Timeout,
    Res::Mtu,
    Res::Other,
    Res::Failed,
    Res::Already,
    Res::Challenge,
    Res::Logoff,
];

/// Writes a whole HTTP answer: the redirect, with the WISPr messages that the situation asks for in its body.
///
/// `FONAP_RESULT_ARGUMENT` for an unknown situation or flag.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_uam_response(
    config: *const fonap_gateway_config,
    answer: *const fonap_uam_answer,
    out: *mut u8,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    run(|| {
        let (config, taken) = (config_of(config)?, taken(answer)?);
        let logged_in = taken.has(FONAP_UAM_ANSWER_LOGGED_IN);
        let mut made = Answer::new(taken.situation, redirect(&taken, taken.situation.res(logged_in))?);
        made.wispr2 = taken.has(FONAP_UAM_ANSWER_WISPR2);
        made.eap = taken.has(FONAP_UAM_ANSWER_EAP);
        made.eap_msg = optional(taken.from.eap_msg)?;
        made.logged_in = logged_in;
        made.session_timeout = taken.from.session_timeout;
        made.location = optional_text(taken.from.location)?;
        made.homepage = taken.has(FONAP_UAM_ANSWER_HOMEPAGE);
        fill!(out, capacity, length, &made.response(&config).to_octets())
    })
}

/// Writes a whole HTTP answer of the JSON interface.
///
/// `FONAP_RESULT_ARGUMENT` for an unknown situation or flag, or without a session id.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_uam_json(
    config: *const fonap_gateway_config,
    answer: *const fonap_uam_answer,
    out: *mut u8,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    run(|| {
        let (config, taken) = (config_of(config)?, taken(answer)?);
        let id = taken.session_id.ok_or(fonap_result::Argument)?;
        let mut made = JsonAnswer::new(taken.situation, taken.mac, taken.from.ip.into(), id.as_str());
        made.logged_in = taken.has(FONAP_UAM_ANSWER_LOGGED_IN);
        made.splash = taken.has(FONAP_UAM_ANSWER_SPLASH);
        made.message = taken.reply;
        made.challenge = taken.challenge;
        made.vlan = taken.vlan();
        made.userurl = taken.userurl.unwrap_or_default();
        made.redirurl = taken.redirurl.unwrap_or_default();
        made.callback = optional(taken.from.callback)?;
        if let [session] = octets!(taken.from.session, usize::from(!taken.from.session.is_null())) {
            made.session = Some(SessionView {
                user_name: octets!(session.user_name.data, session.user_name.length),
                start: session.start,
                session_timeout: session.parameters.session_timeout,
                idle_timeout: session.parameters.idle_timeout,
                terminate_time: (session.parameters.terminate_time != 0)
                    .then_some(session.parameters.terminate_time),
                max_input_octets: session.parameters.max_input_octets,
                max_output_octets: session.parameters.max_output_octets,
                max_total_octets: session.parameters.max_total_octets,
                session_time: session.session_time,
                idle_time: session.idle_time,
                counters: Counters {
                    input_octets: session.input_octets,
                    output_octets: session.output_octets,
                    input_packets: session.input_packets,
                    output_packets: session.output_packets,
                },
            });
        }
        fill!(out, capacity, length, &made.response(&config).to_octets())
    })
}

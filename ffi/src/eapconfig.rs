//! Functions over the crate `eapconfig`: the EAP configuration documents that institutions publish.

use crate::boundary::{Object, free, hand_out, put, put_if_wanted, refused, run};
use crate::slice::{fill, octets, text};
use crate::{fonap_result, fonap_text};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ffi::c_char;
use core::mem::MaybeUninit;
use eapconfig::{
    Client, EapConfig, MapOptions, Need, UsernameRule, check_username, judge, map, parse_date_time, read,
};

/// What must still be asked of the user: a client certificate.
pub const FONAP_EAPCONFIG_NEEDS_CERTIFICATE: u32 = 1;
/// What must still be asked of the user: the passphrase of the certificate.
pub const FONAP_EAPCONFIG_NEEDS_PASSPHRASE: u32 = 1 << 1;
/// What must still be asked of the user: a user name.
pub const FONAP_EAPCONFIG_NEEDS_USERNAME: u32 = 1 << 2;
/// What must still be asked of the user: a password.
pub const FONAP_EAPCONFIG_NEEDS_PASSWORD: u32 = 1 << 3;

/// The provider and method of a document that a device should use.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct fonap_eapconfig_choice {
    /// The provider's place in the document, from 0.
    pub provider: u32,
    /// The method's place in the provider, from 0.
    pub method: u32,
    /// The method's EAP type: 13 TLS, 21 TTLS, 25 PEAP, 52 PWD.
    pub eap_type: i32,
    /// `FONAP_EAPCONFIG_NEEDS_...`.
    pub needs: u32,
}

/// An EAP configuration document. May hold credentials: wiped when freed.
pub struct fonap_eapconfig(Object<EapConfig>);

/// Reads a document of at most 4 MiB. Document types are refused, nothing is ever fetched.
///
/// `FONAP_RESULT_MALFORMED` when it is none, or beyond a limit; then `problem`, which may be NULL, gets a static text, the
/// specification's word for what is wrong. Ended by `fonap_eapconfig_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_eapconfig_new(
    document: *const u8,
    document_len: usize,
    config: Option<&mut MaybeUninit<*mut fonap_eapconfig>>,
    problem: Option<&mut MaybeUninit<fonap_text>>,
) -> fonap_result {
    run(|| {
        let config = config.ok_or(fonap_result::Null)?;
        let parsed = read(octets!(document, document_len))
            .map_err(|error| refused(problem, fonap_text::of(error.kind.code()), fonap_result::Malformed))?;
        hand_out(Some(config), fonap_eapconfig(Object::new(parsed.config)))
    })
}

/// Ends a document. NULL is taken.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_eapconfig_free(config: Option<Box<fonap_eapconfig>>) {
    free(config);
}

/// Which provider and method to use: the first that a device with TLS, TTLS, PEAP and PWD can use and that has not expired.
///
/// `FONAP_RESULT_NOT_FOUND` when there is none.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_eapconfig_choose(
    config: Option<&fonap_eapconfig>,
    unix_seconds: i64,
    choice: Option<&mut MaybeUninit<fonap_eapconfig_choice>>,
) -> fonap_result {
    Object::look(config.map(|config| &config.0), |config| {
        let verdict = judge(config, &Client::new(unix_seconds));
        let (provider, method) = verdict.choice().ok_or(fonap_result::NotFound)?;
        let chosen = config.providers.get(provider).and_then(|provider| provider.methods.get(method));
        let judged = verdict.providers.get(provider).and_then(|provider| provider.methods.get(method));
        let needs = judged.into_iter().flat_map(|method| &method.needs).fold(0, |sum, need| {
            sum | match need {
                Need::ClientCertificate => FONAP_EAPCONFIG_NEEDS_CERTIFICATE,
                Need::Passphrase => FONAP_EAPCONFIG_NEEDS_PASSPHRASE,
                Need::Username => FONAP_EAPCONFIG_NEEDS_USERNAME,
                Need::Password => FONAP_EAPCONFIG_NEEDS_PASSWORD,
                _ => 0,
            }
        });
        put(
            choice,
            fonap_eapconfig_choice {
                provider: u32::try_from(provider).unwrap_or(u32::MAX),
                method: u32::try_from(method).unwrap_or(u32::MAX),
                eap_type: chosen.and_then(|method| method.eap).map_or(0, |eap| eap.0),
                needs,
            },
        )
    })
}

/// Why no provider and method of a document can be used: a static text, the specification's word for it.
///
/// `FONAP_RESULT_NOT_FOUND` when there is one.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_eapconfig_reason(
    config: Option<&fonap_eapconfig>,
    unix_seconds: i64,
    reason: Option<&mut MaybeUninit<fonap_text>>,
) -> fonap_result {
    Object::look(config.map(|config| &config.0), |config| {
        let verdict = judge(config, &Client::new(unix_seconds)).reason().ok_or(fonap_result::NotFound)?;
        put(reason, fonap_text::of(verdict.code()))
    })
}

/// How many providers a document has, and how many methods one of them has; either pointer may be NULL.
///
/// `FONAP_RESULT_NOT_FOUND` when `methods` is asked for and there is no such provider.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_eapconfig_count(
    config: Option<&fonap_eapconfig>,
    providers: Option<&mut MaybeUninit<usize>>,
    provider: u32,
    methods: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    Object::look(config.map(|config| &config.0), |config| {
        if let Some(methods) = methods {
            let provider = config.providers.get(place(provider)).ok_or(fonap_result::NotFound)?;
            methods.write(provider.methods.len());
        }
        put_if_wanted(providers, config.providers.len());
        Ok(())
    })
}

/// Writes the name that a provider is shown by, in the first of these languages that it has: tags joined by commas. Empty
/// when it has none. `FONAP_RESULT_NOT_FOUND` when there is no such provider.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_eapconfig_display_name(
    config: Option<&fonap_eapconfig>,
    provider: u32,
    languages: *const c_char,
    languages_len: usize,
    out: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    Object::look(config.map(|config| &config.0), |config| {
        let provider = config.providers.get(place(provider)).ok_or(fonap_result::NotFound)?;
        let languages: Vec<&str> = text!(languages, languages_len).split(',').collect();
        let name = provider.text(&provider.info.display_names, &languages).unwrap_or_default();
        fill!(out, capacity, length, name.as_bytes())
    })
}

/// Checks a user name that somebody typed against a realm, and writes the whole name. `suffix` is the realm, or NULL for
/// none; with `hint` other than 0 it is added where it is missing.
///
/// `FONAP_RESULT_ARGUMENT` when the name breaks a rule; then `problem`, which may be NULL, gets a static text, the
/// specification's word for the first of them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_eapconfig_check_username(
    typed: *const c_char,
    typed_len: usize,
    suffix: *const c_char,
    suffix_len: usize,
    hint: u8,
    out: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
    problem: Option<&mut MaybeUninit<fonap_text>>,
) -> fonap_result {
    run(|| {
        let suffix = if suffix.is_null() { None } else { Some(text!(suffix, suffix_len)) };
        let name = check_username(text!(typed, typed_len), suffix, hint != 0).map_err(|problems| {
            let first = problems.first().map_or("", |problem| problem.code());
            refused(problem, fonap_text::of(first), fonap_result::Argument)
        })?;
        fill!(out, capacity, length, name.as_bytes())
    })
}

/// Reads a date and time of such documents (XML Schema's `dateTime`), as seconds since 1970. `FONAP_RESULT_MALFORMED` when
/// it is none. Allocates nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_eapconfig_date_time(
    text: *const c_char,
    text_len: usize,
    unix_seconds: Option<&mut MaybeUninit<i64>>,
) -> fonap_result {
    run(|| put(unix_seconds, parse_date_time(text!(text, text_len)).ok_or(fonap_result::Malformed)?))
}

fn place(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Applies the method's rules to a user name that somebody typed, and writes the whole name.
///
/// `FONAP_RESULT_ARGUMENT` when it breaks a rule, `FONAP_RESULT_NOT_FOUND` when there is no such method.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_eapconfig_username(
    config: Option<&fonap_eapconfig>,
    provider: u32,
    method: u32,
    typed: *const c_char,
    typed_len: usize,
    out: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    Object::look(config.map(|config| &config.0), |config| {
        let provider = config.providers.get(place(provider)).ok_or(fonap_result::NotFound)?;
        let method = provider.methods.get(place(method)).ok_or(fonap_result::NotFound)?;
        let name = UsernameRule::of(&method.credential()).apply(text!(typed, typed_len));
        fill!(out, capacity, length, name.map_err(|_| fonap_result::Argument)?.as_bytes())
    })
}

/// Writes one setting of wpa_supplicant for a method, such as `eap`, `identity` or `phase2`. `user_name` is empty or what
/// `fonap_eapconfig_username` wrote.
///
/// `FONAP_RESULT_NOT_FOUND` when there is no such provider or the method has no such setting, `FONAP_RESULT_UNSUPPORTED`
/// when the method has no mapping, or is not there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_eapconfig_wpa_setting(
    config: Option<&fonap_eapconfig>,
    provider: u32,
    method: u32,
    user_name: fonap_text,
    name: *const c_char,
    name_len: usize,
    out: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    Object::look(config.map(|config| &config.0), |config| {
        let provider = config.providers.get(place(provider)).ok_or(fonap_result::NotFound)?;
        let user_name = Some(text!(user_name.data, user_name.length)).filter(|name| !name.is_empty());
        let options = MapOptions { user_name, ..MapOptions::default() };
        let settings = map(provider, place(method), &options).ok_or(fonap_result::Unsupported)?;
        let value = settings.wpa_supplicant.value(text!(name, name_len)).ok_or(fonap_result::NotFound)?;
        fill!(out, capacity, length, value.as_bytes())
    })
}

/// Writes the trust anchors of a method in PEM, one after the other; nothing with EAP-PWD.
///
/// `FONAP_RESULT_NOT_FOUND` when there is no such provider, `FONAP_RESULT_UNSUPPORTED` when the method has no mapping, or
/// is not there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_eapconfig_trust_bundle(
    config: Option<&fonap_eapconfig>,
    provider: u32,
    method: u32,
    out: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    Object::look(config.map(|config| &config.0), |config| {
        let provider = config.providers.get(place(provider)).ok_or(fonap_result::NotFound)?;
        let settings =
            map(provider, place(method), &MapOptions::default()).ok_or(fonap_result::Unsupported)?;
        fill!(out, capacity, length, settings.trust_bundle.as_bytes())
    })
}

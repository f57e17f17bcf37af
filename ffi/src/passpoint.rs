//! Functions over the crate `passpoint`: one profile model to and from the formats of operating systems.

use crate::boundary::{Object, free, hand_out, put_if_wanted, refused, run};
use crate::slice::{fill, octets, room};
use crate::source::Source;
use crate::{fonap_random, fonap_result, fonap_text};
use ::passpoint::{Encoded, Model, Profile, android, apple, onc, windows, wpa};
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use core::ffi::c_char;
use core::mem::MaybeUninit;

/// A format: Android's container, `application/x-wifi-config`.
pub const FONAP_PASSPOINT_ANDROID: u32 = 1;
/// A format: Apple's profile, to be signed by the program.
pub const FONAP_PASSPOINT_APPLE: u32 = 2;
/// A format: Windows, to be signed by the program.
pub const FONAP_PASSPOINT_WINDOWS: u32 = 3;
/// A format: ChromeOS (ONC), unencrypted.
pub const FONAP_PASSPOINT_ONC: u32 = 4;
/// A format: the text for wpa_supplicant. Files beside it are not given: use a model with system trust or without
/// certificates.
pub const FONAP_PASSPOINT_WPA: u32 = 5;

/// A subscription's Wi-Fi profile, checked. Holds passwords: wiped when freed.
pub struct fonap_passpoint_profile(Object<Profile>);

impl ::passpoint::pkcs12::Random for Source {
    fn fill(&mut self, octets: &mut [u8]) {
        self.write(octets);
    }
}

fn checked(model: Model, text: &mut String) -> Result<Profile, fonap_result> {
    Profile::new(model).map_err(|report| {
        for finding in report.errors().findings() {
            text.push_str(&finding.code);
            text.push('\n');
        }
        fonap_result::Config
    })
}

/// Makes a profile of a model in JSON; the documentation of the crate `passpoint` lists its members.
///
/// `findings` may be NULL with a capacity of 0, and `findings_len` NULL; otherwise, with `FONAP_RESULT_CONFIG`, it gets the codes of what is wrong,
/// one a line, as far as they fit, and `findings_len` how many octets were written. `FONAP_RESULT_MALFORMED`: no JSON, or an unknown
/// member. Ended by `fonap_passpoint_profile_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_passpoint_profile_new(
    json: *const u8,
    json_len: usize,
    profile: Option<&mut MaybeUninit<*mut fonap_passpoint_profile>>,
    findings: *mut c_char,
    findings_capacity: usize,
    findings_len: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    run(|| {
        let profile = profile.ok_or(fonap_result::Null)?;
        let findings = room!(findings, findings_capacity);
        let model = Model::from_json(octets!(json, json_len)).map_err(|_| fonap_result::Malformed)?;
        let mut text = String::new();
        let made = checked(model, &mut text).inspect_err(|_| {
            let shown = text.len().min(findings.len());
            put_if_wanted(findings_len, shown);
            for (place, octet) in findings.iter_mut().zip(text.bytes()) {
                place.write(octet);
            }
        })?;
        hand_out(Some(profile), fonap_passpoint_profile(Object::new(made)))
    })
}

/// How a file is read: rules of this project apply too that are stricter than those of the operating system.
pub const FONAP_PASSPOINT_STRICT: u32 = 1;

/// Reads a file of a format: `FONAP_PASSPOINT_ANDROID`, `_APPLE`, `_ONC` or `_WPA`. Nobody vouches for such a file: its
/// signature, if any, is not checked. `flags` are 0 or `FONAP_PASSPOINT_STRICT`; `sdk` is the API level whose parser is
/// re-enacted, for Android only, or 0 for a usual one.
///
/// `FONAP_RESULT_MALFORMED` when it breaks a rule of the format, which `rule`, if it is not NULL, gets as a static text;
/// `FONAP_RESULT_CONFIG` when what it says is no usable profile; `FONAP_RESULT_ARGUMENT` for another format or flag.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_passpoint_profile_decode(
    format: u32,
    flags: u32,
    sdk: u32,
    file: *const u8,
    file_len: usize,
    profile: Option<&mut MaybeUninit<*mut fonap_passpoint_profile>>,
    rule: Option<&mut MaybeUninit<fonap_text>>,
) -> fonap_result {
    run(|| {
        let profile = profile.ok_or(fonap_result::Null)?;
        if flags & !FONAP_PASSPOINT_STRICT != 0 {
            return Err(fonap_result::Argument);
        }
        let model = decoded(format, flags != 0, sdk, octets!(file, file_len))?;
        let model = model
            .map_err(|rejection| refused(rule, fonap_text::of(rejection.code), fonap_result::Malformed))?;
        hand_out(Some(profile), fonap_passpoint_profile(Object::new(checked(model, &mut String::new())?)))
    })
}

fn decoded(
    format: u32,
    strict: bool,
    sdk: u32,
    file: &[u8],
) -> Result<Result<Model, ::passpoint::Rejection>, fonap_result> {
    Ok(match format {
        FONAP_PASSPOINT_ANDROID => {
            let options = if sdk == 0 {
                android::DecodeOptions::default()
            } else {
                android::DecodeOptions::for_sdk(sdk)
            };
            let options = if strict { options.strict() } else { options };
            android::decode(file, &options).map(|decoded| decoded.model)
        }
        FONAP_PASSPOINT_APPLE => {
            let options = apple::DecodeOptions::default();
            let options = if strict { options.strict() } else { options };
            apple::decode(file, &options).map(|decoded| decoded.model)
        }
        FONAP_PASSPOINT_ONC => {
            let options = if strict { onc::DecodeOptions::strict() } else { onc::DecodeOptions::default() };
            onc::decode(file, &options).map(|decoded| decoded.model)
        }
        FONAP_PASSPOINT_WPA => {
            let options = wpa::DecodeOptions::default();
            let options = if strict { options.strict() } else { options };
            wpa::decode(file, &options).map(|decoded| decoded.model)
        }
        _ => return Err(fonap_result::Argument),
    })
}

/// Writes what the model's rules find in a profile that can be used all the same: a line for each finding, with its
/// severity, its code and the member, blanks between them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_passpoint_profile_findings(
    profile: Option<&fonap_passpoint_profile>,
    out: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    Object::look(profile.map(|profile| &profile.0), |profile| {
        let mut text = String::new();
        for finding in profile.report().findings() {
            text.push_str(&format!("{} {} {}\n", finding.severity, finding.code, finding.field));
        }
        fill!(out, capacity, length, text.as_bytes())
    })
}

/// Ends a profile and wipes it. NULL is taken.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_passpoint_profile_free(profile: Option<Box<fonap_passpoint_profile>>) {
    free(profile);
}

/// Writes the model as JSON. Holds passwords.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_passpoint_profile_json(
    profile: Option<&fonap_passpoint_profile>,
    out: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    Object::look(profile.map(|profile| &profile.0), |profile| {
        fill!(out, capacity, length, profile.model().to_json().as_bytes())
    })
}

/// What may be given away of an encoded profile.
fn accepted<T>(encoded: &Encoded<T>, accept_losses: u8) -> Result<&T, fonap_result> {
    let output = if accept_losses == 0 { encoded.accept(&[]).ok() } else { encoded.output.as_ref() };
    output.ok_or(fonap_result::Unsupported)
}

/// Writes a profile in a format. `random` salts the PKCS#12 file of a certificate credential. The length may differ from
/// call to call where there is one: offer the room at once.
///
/// `FONAP_RESULT_UNSUPPORTED` when the format cannot carry the profile without a loss that weakens security, and
/// `accept_losses` is 0; `FONAP_RESULT_ARGUMENT` for an unknown format.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_passpoint_profile_encode(
    profile: Option<&fonap_passpoint_profile>,
    format: u32,
    random: Option<&fonap_random>,
    accept_losses: u8,
    out: *mut u8,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    Object::look(profile.map(|profile| &profile.0), |profile| {
        let mut random = Source::new(random)?;
        let encoded = match format {
            FONAP_PASSPOINT_ANDROID => android::encode(profile, &android::Options::default(), &mut random),
            FONAP_PASSPOINT_APPLE => apple::encode(profile, &apple::Options::default(), &mut random),
            FONAP_PASSPOINT_WINDOWS => windows::encode(profile, &windows::Options::default()),
            FONAP_PASSPOINT_ONC => onc::encode(profile, &onc::Options::default(), &mut random),
            FONAP_PASSPOINT_WPA => {
                let encoded = wpa::encode(profile, &wpa::Options::default());
                let output = accepted(&encoded, accept_losses)?;
                if !output.files.is_empty() {
                    return Err(fonap_result::Unsupported);
                }
                return fill!(out, capacity, length, &output.config);
            }
            _ => return Err(fonap_result::Argument),
        };
        fill!(out, capacity, length, accepted(&encoded, accept_losses)?)
    })
}

//! The address at which an owner registers the hotspot (hotspot-config 6.1).

use url::Url;

/// The registration URL of the hotspot with this MAC, if `uamserver` has the hash that FON made for it: the last
/// segment of its path that is 32 hexadecimal digits, with nothing but a slash behind it.
///
/// ```
/// use reference_gateway::owner::registration_url;
///
/// let server = "https://www.fon.com/SRCTST01/main/f7f642b126e52f31fe22629e7166baa3/";
/// assert_eq!(
///     registration_url(server, "00-18-84-d0-00-cd").as_deref(),
///     Some("https://www.fon.com/main/standaloneLogin?h=f7f642b126e52f31fe22629e7166baa3&m=00-18-84-d0-00-cd")
/// );
/// assert_eq!(registration_url("https://portal.example/", "00-18-84-d0-00-cd"), None);
/// ```
#[must_use]
pub fn registration_url(uamserver: &str, mac: &str) -> Option<String> {
    let server = Url::parse(uamserver).ok()?;
    let is_hash = |segment: &&str| segment.len() == 32 && segment.bytes().all(|b| b.is_ascii_hexdigit());
    let hash = server.path_segments()?.rfind(|segment| !segment.is_empty()).filter(is_hash)?;
    let host = server.host_str()?;
    let plain = mac.bytes().all(|b| b.is_ascii_hexdigit() || matches!(b, b'-' | b':'));
    plain.then(|| format!("https://{host}/main/standaloneLogin?h={hash}&m={mac}"))
}

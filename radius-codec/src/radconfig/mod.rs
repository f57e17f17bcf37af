//! Remote configuration of a hotspot gateway over RADIUS (spec: hotspot-config 3, 4; radius-profile 3).
//!
//! The gateway logs in as an administrative user; every ChilliSpot-Config of the Access-Accept is one line of its
//! configuration. [`request`] makes the login, a [`client::Client`](crate::client::Client) with
//! [`VendorPlan::FON_CONFIGURATION`](crate::client::VendorPlan::FON_CONFIGURATION) sends it, [`received`] reads the
//! answer, [`convert`] and [`merge`] make a configuration of it, and [`Refresh`] says when to ask, when to reload and
//! when to go back.

mod lines;
mod newdomain;
mod policy;

pub use lines::{MAX_LINE, REPEATABLE, key, merge, received};
pub use newdomain::{Conversion, Mode, convert};
pub use policy::{Action, Configuration, DAY, FIRST_RETRY_MAX, Input, Output, Refresh, Stored};

use crate::attr::{self, NasPortType, ServiceType};
use crate::client::Request;
use crate::code::Code;
use crate::dict::chillispot;
use crate::write::{AnyWriter, AttributeWriter as _};
use core::net::Ipv4Addr;

/// What a gateway says of itself when it asks for its configuration.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Login<'a> {
    /// The product version, for example `1.2.6`.
    pub version: &'a str,
    /// `PROFILE-DEVICE-VERSION.REVISION`, for example `SRCTST01-fonap-1.0.0.2`.
    pub user: &'a str,
    /// The password.
    pub password: &'a [u8],
    /// The MAC address of the client side, `AA-BB-CC-DD-EE-FF`.
    pub called_station_id: &'a str,
    /// The gateway's address; the server ignores it.
    pub nas_ip_address: Ipv4Addr,
    /// The hotspot MAC address, upper case with dashes.
    pub nas_identifier: &'a str,
}

impl core::fmt::Debug for Login<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Login")
            .field("user", &self.user)
            .field("password", &"[secret]")
            .finish_non_exhaustive()
    }
}

/// The Access-Request that asks for the configuration, attributes in the order of the original.
#[must_use]
pub fn request(login: &Login<'_>) -> Request {
    let mut request = Request::new(Code::ACCESS_REQUEST);
    AnyWriter(&mut request).text(chillispot::VERSION, login.version).text(attr::USER_NAME, login.user);
    request.hidden(attr::USER_PASSWORD, login.password);
    AnyWriter(&mut request)
        .integer(attr::SERVICE_TYPE, ServiceType::ADMINISTRATIVE_USER)
        .integer(attr::NAS_PORT_TYPE, NasPortType::WIRELESS_802_11)
        .text(attr::CALLED_STATION_ID, login.called_station_id)
        .ipv4(attr::NAS_IP_ADDRESS, login.nas_ip_address)
        .text(attr::NAS_IDENTIFIER, login.nas_identifier);
    request.message_authenticator();
    request
}

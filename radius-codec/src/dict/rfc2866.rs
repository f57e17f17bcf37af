//! RFC 2866: RADIUS Accounting.
//!
//! Generated from `dictionaries/dictionary.rfc2866`; do not edit.

use crate::attr::Attr;
use crate::enumeration;
use crate::path::Path;
use crate::value::Integer;
use crate::value::Text;

/// Acct-Status-Type, `40`.
pub const ACCT_STATUS_TYPE: Attr<AcctStatusType> = Attr::new(Path::of(&[40]), "Acct-Status-Type");
/// Acct-Delay-Time, `41`.
pub const ACCT_DELAY_TIME: Attr<Integer> = Attr::new(Path::of(&[41]), "Acct-Delay-Time");
/// Acct-Input-Octets, `42`.
pub const ACCT_INPUT_OCTETS: Attr<Integer> = Attr::new(Path::of(&[42]), "Acct-Input-Octets");
/// Acct-Output-Octets, `43`.
pub const ACCT_OUTPUT_OCTETS: Attr<Integer> = Attr::new(Path::of(&[43]), "Acct-Output-Octets");
/// Acct-Session-Id, `44`.
pub const ACCT_SESSION_ID: Attr<Text> = Attr::new(Path::of(&[44]), "Acct-Session-Id");
/// Acct-Authentic, `45`.
pub const ACCT_AUTHENTIC: Attr<AcctAuthentic> = Attr::new(Path::of(&[45]), "Acct-Authentic");
/// Acct-Session-Time, `46`.
pub const ACCT_SESSION_TIME: Attr<Integer> = Attr::new(Path::of(&[46]), "Acct-Session-Time");
/// Acct-Input-Packets, `47`.
pub const ACCT_INPUT_PACKETS: Attr<Integer> = Attr::new(Path::of(&[47]), "Acct-Input-Packets");
/// Acct-Output-Packets, `48`.
pub const ACCT_OUTPUT_PACKETS: Attr<Integer> = Attr::new(Path::of(&[48]), "Acct-Output-Packets");
/// Acct-Terminate-Cause, `49`.
pub const ACCT_TERMINATE_CAUSE: Attr<AcctTerminateCause> = Attr::new(Path::of(&[49]), "Acct-Terminate-Cause");
/// Acct-Multi-Session-Id, `50`.
pub const ACCT_MULTI_SESSION_ID: Attr<Text> = Attr::new(Path::of(&[50]), "Acct-Multi-Session-Id");
/// Acct-Link-Count, `51`.
pub const ACCT_LINK_COUNT: Attr<Integer> = Attr::new(Path::of(&[51]), "Acct-Link-Count");

enumeration! {
    /// Values of Acct-Status-Type.
    AcctStatusType {
        /// Start.
        START = 1 "Start",
        /// Stop.
        STOP = 2 "Stop",
        /// Interim-Update.
        INTERIM_UPDATE = 3 "Interim-Update",
        /// Alive.
        ALIVE = 3 "Alive",
        /// Accounting-On.
        ACCOUNTING_ON = 7 "Accounting-On",
        /// Accounting-Off.
        ACCOUNTING_OFF = 8 "Accounting-Off",
        /// Tunnel-Start.
        TUNNEL_START = 9 "Tunnel-Start",
        /// Tunnel-Stop.
        TUNNEL_STOP = 10 "Tunnel-Stop",
        /// Tunnel-Reject.
        TUNNEL_REJECT = 11 "Tunnel-Reject",
        /// Tunnel-Link-Start.
        TUNNEL_LINK_START = 12 "Tunnel-Link-Start",
        /// Tunnel-Link-Stop.
        TUNNEL_LINK_STOP = 13 "Tunnel-Link-Stop",
        /// Tunnel-Link-Reject.
        TUNNEL_LINK_REJECT = 14 "Tunnel-Link-Reject",
        /// Failed.
        FAILED = 15 "Failed",
    }
}

enumeration! {
    /// Values of Acct-Authentic.
    AcctAuthentic {
        /// RADIUS.
        RADIUS = 1 "RADIUS",
        /// Local.
        LOCAL = 2 "Local",
        /// Remote.
        REMOTE = 3 "Remote",
        /// Diameter.
        DIAMETER = 4 "Diameter",
    }
}

enumeration! {
    /// Values of Acct-Terminate-Cause.
    AcctTerminateCause {
        /// User-Request.
        USER_REQUEST = 1 "User-Request",
        /// Lost-Carrier.
        LOST_CARRIER = 2 "Lost-Carrier",
        /// Lost-Service.
        LOST_SERVICE = 3 "Lost-Service",
        /// Idle-Timeout.
        IDLE_TIMEOUT = 4 "Idle-Timeout",
        /// Session-Timeout.
        SESSION_TIMEOUT = 5 "Session-Timeout",
        /// Admin-Reset.
        ADMIN_RESET = 6 "Admin-Reset",
        /// Admin-Reboot.
        ADMIN_REBOOT = 7 "Admin-Reboot",
        /// Port-Error.
        PORT_ERROR = 8 "Port-Error",
        /// NAS-Error.
        NAS_ERROR = 9 "NAS-Error",
        /// NAS-Request.
        NAS_REQUEST = 10 "NAS-Request",
        /// NAS-Reboot.
        NAS_REBOOT = 11 "NAS-Reboot",
        /// Port-Unneeded.
        PORT_UNNEEDED = 12 "Port-Unneeded",
        /// Port-Preempted.
        PORT_PREEMPTED = 13 "Port-Preempted",
        /// Port-Suspended.
        PORT_SUSPENDED = 14 "Port-Suspended",
        /// Service-Unavailable.
        SERVICE_UNAVAILABLE = 15 "Service-Unavailable",
        /// Callback.
        CALLBACK = 16 "Callback",
        /// User-Error.
        USER_ERROR = 17 "User-Error",
        /// Host-Request.
        HOST_REQUEST = 18 "Host-Request",
        /// Supplicant-Restart.
        SUPPLICANT_RESTART = 19 "Supplicant-Restart",
        /// Reauthentication-Failure.
        REAUTHENTICATION_FAILURE = 20 "Reauthentication-Failure",
        /// Port-Reinit.
        PORT_REINIT = 21 "Port-Reinit",
        /// Port-Disabled.
        PORT_DISABLED = 22 "Port-Disabled",
        /// Lost-Power.
        LOST_POWER = 23 "Lost-Power",
    }
}

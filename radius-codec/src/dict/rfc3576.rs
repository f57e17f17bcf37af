//! RFC 3576: Dynamic authorization (now RFC 5176).
//!
//! Generated from `dictionaries/dictionary.rfc3576`; do not edit.

use crate::attr::Attr;
use crate::enumeration;
use crate::path::Path;

/// Error-Cause, `101`.
pub const ERROR_CAUSE: Attr<ErrorCause> = Attr::new(Path::of(&[101]), "Error-Cause");

enumeration! {
    /// Values of Error-Cause.
    ErrorCause {
        /// Residual-Context-Removed.
        RESIDUAL_CONTEXT_REMOVED = 201 "Residual-Context-Removed",
        /// Invalid-EAP-Packet.
        INVALID_EAP_PACKET = 202 "Invalid-EAP-Packet",
        /// Unsupported-Attribute.
        UNSUPPORTED_ATTRIBUTE = 401 "Unsupported-Attribute",
        /// Missing-Attribute.
        MISSING_ATTRIBUTE = 402 "Missing-Attribute",
        /// NAS-Identification-Mismatch.
        NAS_IDENTIFICATION_MISMATCH = 403 "NAS-Identification-Mismatch",
        /// Invalid-Request.
        INVALID_REQUEST = 404 "Invalid-Request",
        /// Unsupported-Service.
        UNSUPPORTED_SERVICE = 405 "Unsupported-Service",
        /// Unsupported-Extension.
        UNSUPPORTED_EXTENSION = 406 "Unsupported-Extension",
        /// Invalid-Attribute-Value.
        INVALID_ATTRIBUTE_VALUE = 407 "Invalid-Attribute-Value",
        /// Administratively-Prohibited.
        ADMINISTRATIVELY_PROHIBITED = 501 "Administratively-Prohibited",
        /// Proxy-Request-Not-Routable.
        PROXY_REQUEST_NOT_ROUTABLE = 502 "Proxy-Request-Not-Routable",
        /// Session-Context-Not-Found.
        SESSION_CONTEXT_NOT_FOUND = 503 "Session-Context-Not-Found",
        /// Session-Context-Not-Removable.
        SESSION_CONTEXT_NOT_REMOVABLE = 504 "Session-Context-Not-Removable",
        /// Proxy-Processing-Error.
        PROXY_PROCESSING_ERROR = 505 "Proxy-Processing-Error",
        /// Resources-Unavailable.
        RESOURCES_UNAVAILABLE = 506 "Resources-Unavailable",
        /// Request-Initiated.
        REQUEST_INITIATED = 507 "Request-Initiated",
        /// Multiple-Session-Selection-Unsupported.
        MULTIPLE_SESSION_SELECTION_UNSUPPORTED = 508 "Multiple-Session-Selection-Unsupported",
        /// Location-Info-Required.
        LOCATION_INFO_REQUIRED = 509 "Location-Info-Required",
        /// Response-Too-Big.
        RESPONSE_TOO_BIG = 601 "Response-Too-Big",
    }
}

//! Handles of attributes, one module for each document or vendor.
//!
//! The modules are generated from the files in `dictionaries/`, which are written from the documents they name.
//! [`attr`](crate::attr) has all handles of attributes that are no vendor's. FON's own two attributes have no known
//! numbers (spec: radius-profile 1), so there is no module for them.

pub mod chillispot;
pub mod microsoft;
pub mod rfc2865;
pub mod rfc2866;
pub mod rfc2867;
pub mod rfc2868;
pub mod rfc2869;
pub mod rfc3162;
pub mod rfc3576;
pub mod rfc4072;
pub mod rfc4372;
pub mod rfc4675;
pub mod rfc4679;
pub mod rfc4818;
pub mod rfc4849;
pub mod rfc5090;
pub mod rfc5447;
pub mod rfc5580;
pub mod rfc5904;
pub mod rfc6572;
pub mod rfc6677;
pub mod rfc6911;
pub mod rfc6929;
pub mod rfc6930;
pub mod rfc7055;
pub mod rfc7155;
pub mod rfc7268;
pub mod rfc7499;
pub mod rfc7930;
pub mod rfc8045;
pub mod rfc8559;
pub mod wimax;
pub mod wispr;

//! Sans-I/O geteduroam discovery.

#![forbid(unsafe_code)]

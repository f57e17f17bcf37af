//! Sans-I/O RADIUS codec.

//! Sans-I/O heartbeat of the FON Status Manager.

/*
 * libfonap: what a hotspot router speaks, without sockets, threads and clocks.
 *
 *   fonap_heartbeat_...   the encrypted DNS heartbeat of the Status Manager
 *   fonap_radius_...      RADIUS packets, the client, remote configuration ("radconfig")
 *   fonap_wispr_...       WISPr messages, the smart client, UAM arithmetic
 *   fonap_gateway_...     the captive portal's HTTP side and its sessions
 *   fonap_discovery_...   geteduroam discovery
 *   fonap_eapconfig_...   EAP configuration documents
 *   fonap_passpoint_...   profiles for the operating systems
 *
 * What holds for all functions, unless their comment says otherwise:
 *
 *  - Those that can fail return fonap_result: 0 is success, errors are negative. fonap_result_text() explains.
 *  - Results are written on success only, with two exceptions: the needed length, see below, and the buffer of a function
 *    that decodes or decrypts right into it: after an error it may hold what is of no use.
 *  - Octets come as pointer and length, text as pointer and length in UTF-8 without a zero at its end. A pointer may be
 *    NULL where the length is 0. Where NULL is allowed for anything else, the comment says so; elsewhere it gives
 *    FONAP_RESULT_NULL. Output pointers that may be NULL are called so, too.
 *  - Output goes into (out, capacity, &length). If it does not fit, the result is FONAP_RESULT_BUFFER_TOO_SMALL, `out`
 *    is untouched, and `length` says what is needed: (NULL, 0, &length) asks for the size.
 *  - Nothing that is passed in is kept after the call returns, unless the comment says so.
 *  - Handles are opaque. `..._new` makes one and gives it to the caller, `..._free` ends it and takes NULL too. A handle
 *    is used by one thread at a time; different handles know nothing of each other.
 *  - Structures that begin with a member `size` have an `..._init` function, which takes sizeof; call it first. Those that
 *    the library fills are passed with sizeof. Both may grow at their end, and programs that were built with an older header
 *    keep working. The others, and what stands inside another structure or an array, do not, unless FONAP_ABI_VERSION does.
 *  - FONAP_RESULT_ARGUMENT is what a number, flag, address family or length gives that cannot be, such as a length above
 *    PTRDIFF_MAX, and FONAP_RESULT_TEXT text that is not UTF-8; the comments do not repeat it for every function.
 *  - Times called now_ms count milliseconds from any fixed moment and must not run backwards: CLOCK_MONOTONIC will do.
 *    Calendar time is unix_seconds. The library reads no clock.
 *  - Random octets come from a function of the program's (fonap_random).
 *  - No function blocks, prints, logs, starts a thread, sets errno, or touches a file or a socket. No defect of the
 *    library unwinds into C. Memory comes from malloc unless fonap_set_allocator() was called; functions whose comment
 *    says "allocates nothing" use none. A build with the standard library writes a line to the standard error output
 *    before it gives FONAP_RESULT_PANIC, or ends because there is no memory; the one for firmware says nothing.
 *  - Decoders take any octets whatsoever. Their limits stand at each.
 */

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
 *  - Results are written on success only, with one exception: the needed length, see below.
 *  - Octets come as pointer and length, text as pointer and length in UTF-8 without a zero at its end. A pointer may be
 *    NULL where the length is 0. Where NULL is allowed for anything else, the comment says so; elsewhere it gives
 *    FONAP_RESULT_NULL. Output pointers that may be NULL are called so, too.
 *  - Output goes into (out, capacity, &length). If it does not fit, the result is FONAP_RESULT_BUFFER_TOO_SMALL, `out`
 *    is untouched, and `length` says what is needed: (NULL, 0, &length) asks for the size.
 *  - Nothing that is passed in is kept after the call returns, unless the comment says so.
 *  - Handles are opaque. `..._new` makes one and gives it to the caller, `..._free` ends it and takes NULL too. A handle
 *    is used by one thread at a time; different handles know nothing of each other.
 *  - Structures that the program fills have an `..._init` function, which takes sizeof. Those that the library fills are
 *    passed with sizeof. Programs that were built with an older header keep working when structures grow.
 *  - Times called now_ms count milliseconds from any fixed moment and must not run backwards: CLOCK_MONOTONIC will do.
 *    Calendar time is unix_seconds. The library reads no clock.
 *  - Random octets come from a function of the program's (fonap_random).
 *  - No function blocks, prints, logs, starts a thread, sets errno, or touches a file or a socket. No defect of the
 *    library unwinds into C. Memory comes from malloc unless fonap_set_allocator() was called; functions whose comment
 *    says "allocates nothing" use none.
 *  - Decoders take any octets whatsoever. Their limits stand at each.
 */


#ifndef FONAP_H
#define FONAP_H

/* Made by cbindgen from ffi/src: change it there, then run `make header` in ffi/. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The version: (major * 1000 + minor) * 1000 + patch. */
#define FONAP_VERSION_NUMBER 1000


// Octets that a receive buffer for responses should have.
#define FONAP_HEARTBEAT_RECEIVE_LEN 4096

// Octets of the largest query datagram.
#define FONAP_HEARTBEAT_MAX_QUERY_LEN 271

// Octets of the largest response datagram with a heartbeat's answer.
#define FONAP_HEARTBEAT_MAX_RESPONSE_LEN 631

// Most characters of the text of a response.
#define FONAP_HEARTBEAT_MAX_TEXT_LEN 512

// Most addresses that `fonap_heartbeat_addresses_read` writes.
#define FONAP_HEARTBEAT_MAX_ADDRESSES 16

// Record type: an IPv4 address.
#define FONAP_HEARTBEAT_TYPE_A 1

// Record type: text.
#define FONAP_HEARTBEAT_TYPE_TXT 16

// Record type: an IPv6 address.
#define FONAP_HEARTBEAT_TYPE_AAAA 28

// Flag of `fonap_heartbeat_response_judge`: a datagram that does not match ends the attempt, as the original has it.
#define FONAP_HEARTBEAT_FIRST_DATAGRAM_DECIDES 1

// Flag of `fonap_heartbeat_response_judge`: any acceptable DNS response is a sign of life, as the original has it.
#define FONAP_HEARTBEAT_LIVENESS_TRANSPORT 2

// Octets of a query.
#define FONAP_HEARTBEAT_QUERY_LEN 39

// Characters of a query's label.
#define FONAP_HEARTBEAT_LABEL_LEN 63

// Characters of the text of a NOP answer.
#define FONAP_HEARTBEAT_NOP_TEXT_LEN 26

// Characters of the text of a regular answer.
#define FONAP_HEARTBEAT_REGULAR_TEXT_LEN 346

// Most octets of data of a regular answer.
#define FONAP_HEARTBEAT_MAX_DATA_LEN 246

// Octets of the RSA block of a regular answer.
#define FONAP_HEARTBEAT_BLOCK_LEN 256

// A query's type: the first heartbeat since the start.
#define FONAP_HEARTBEAT_QUERY_START 0

// A query's type: after one or more failed ones.
#define FONAP_HEARTBEAT_QUERY_RETRY 1

// A query's type: after a successful one.
#define FONAP_HEARTBEAT_QUERY_ONLINE 2

// An answer's kind: an acknowledgement.
#define FONAP_HEARTBEAT_ANSWER_NOP 4

// An answer's kind: an instruction, signed with the server's RSA key.
#define FONAP_HEARTBEAT_ANSWER_REGULAR 2

// Flag of `fonap_heartbeat_answer_open`: the tail of a NOP answer must be zero.
#define FONAP_HEARTBEAT_STRICT_NOP 1

// A trigger's name: the service came up. Numbers from 1 to 255 are the exec codes of regular answers.
#define FONAP_HEARTBEAT_TRIGGER_ONLINE 256

// A trigger's name: the service went down.
#define FONAP_HEARTBEAT_TRIGGER_OFFLINE 257

// After a failed heartbeat, go on to the next server.
#define FONAP_HEARTBEAT_ROTATE_HOSTS 1

// One heartbeat of type online, at once, and no more.
#define FONAP_HEARTBEAT_TEST_RUN (1 << 1)

// Stopping while online runs the offline trigger.
#define FONAP_HEARTBEAT_OFFLINE_ON_EXIT (1 << 2)

// `start_delay_ms` counts; without it the first heartbeat comes after a random delay below `period_offline_s`.
#define FONAP_HEARTBEAT_START_DELAY (1 << 3)

// Regular answers count as alive but never run anything.
#define FONAP_HEARTBEAT_DENY_EXEC (1 << 4)

// The tail of a NOP answer must be zero.
#define FONAP_HEARTBEAT_REQUIRE_ZERO_TAIL (1 << 5)

// A NOP answer must carry the keyed tag; the server has to know of it.
#define FONAP_HEARTBEAT_NOP_TAG (1 << 6)

// Queries carry a keyed tag.
#define FONAP_HEARTBEAT_AUTH_FILLER (1 << 7)

// `nop_time_window_s` counts; see `fonap_heartbeat_set_unix_time`.
#define FONAP_HEARTBEAT_NOP_TIME_WINDOW (1 << 8)

// The original's behaviour in all that follows here.
#define FONAP_HEARTBEAT_COMPAT_SOURCE (63 << 16)

// `compat.liveness = transport`.
#define FONAP_HEARTBEAT_COMPAT_LIVENESS_TRANSPORT (1 << 16)

// `compat.fsm = source`.
#define FONAP_HEARTBEAT_COMPAT_FSM_SOURCE (1 << 17)

// `compat.first_datagram_decides`.
#define FONAP_HEARTBEAT_COMPAT_FIRST_DATAGRAM (1 << 18)

// `compat.v4mapped_first`.
#define FONAP_HEARTBEAT_COMPAT_V4MAPPED_FIRST (1 << 19)

// `compat.trid31`.
#define FONAP_HEARTBEAT_COMPAT_TRID31 (1 << 20)

// `compat.timeout_unit = s`, for what reads `compat` later; `timeout_ms` is always in milliseconds.
#define FONAP_HEARTBEAT_COMPAT_TIMEOUT_UNIT (1 << 21)

// Octets of a heartbeat key.
#define FONAP_HEARTBEAT_KEY_LEN 32

// The number of the binary interface that this header describes. Compare it with `fonap_abi_version()` where header and
// library may come from different places. It changes when a program has to be built again.
#define FONAP_ABI_VERSION 1

// What a function says about how it went. 0 is success, errors are negative; numbers are never reused.
enum fonap_result
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    // Success.
    FONAP_RESULT_OK = 0,
    // A pointer is NULL that must not be.
    FONAP_RESULT_NULL = -1,
    // The output buffer is too small; the needed length was written.
    FONAP_RESULT_BUFFER_TOO_SMALL = -2,
    // An argument, or a member of a structure, has a value it cannot have.
    FONAP_RESULT_ARGUMENT = -3,
    // Text is not UTF-8.
    FONAP_RESULT_TEXT = -4,
    // A defect of this library was caught. The handle cannot be used any more but for `_free`.
    FONAP_RESULT_PANIC = -5,
    // There is no such thing, or no more of them.
    FONAP_RESULT_NOT_FOUND = -6,
    // The call does not fit the state of the handle.
    FONAP_RESULT_STATE = -7,
    // More, or longer, than the limit that the function states.
    FONAP_RESULT_LIMIT = -8,
    // The configuration cannot be used; `problem` says why.
    FONAP_RESULT_CONFIG = -9,
    // The octets or the text are not what the function reads.
    FONAP_RESULT_MALFORMED = -10,
    // The input ends too early.
    FONAP_RESULT_TRUNCATED = -11,
    // A length field contradicts the input.
    FONAP_RESULT_LENGTH = -12,
    // A digit or character stands where it cannot.
    FONAP_RESULT_DIGIT = -13,
    // What was received is not authentic: a signature, tag or authenticator is wrong, or the key is another one.
    FONAP_RESULT_NOT_AUTHENTIC = -14,
    // What was received lacks the protection that the policy asks for.
    FONAP_RESULT_UNPROTECTED = -15,
    // What was received belongs to something else: ignore it and go on waiting.
    FONAP_RESULT_OTHER = -16,
    // The peer refused.
    FONAP_RESULT_REFUSED = -17,
    // The format cannot say what the model holds.
    FONAP_RESULT_UNSUPPORTED = -18,
    // Nothing came in time.
    FONAP_RESULT_TIMEOUT = -19,
    // The network reported an error.
    FONAP_RESULT_NETWORK = -20,
    // The query or answer is of another version or kind, or was encrypted with another key.
    FONAP_RESULT_HEARTBEAT_KIND = -100,
    // The answer is for another query.
    FONAP_RESULT_HEARTBEAT_TRID = -101,
    // A regular answer, and no RSA key to check it with.
    FONAP_RESULT_HEARTBEAT_NO_RSA_KEY = -102,
    // The RSA block is not below the modulus. A server answers NOP instead and tries again at the next heartbeat.
    FONAP_RESULT_HEARTBEAT_NOT_BELOW_MODULUS = -103,
    // The RSA key cannot be used: not 2048 bits, or a weak exponent.
    FONAP_RESULT_HEARTBEAT_RSA_KEY = -104,
    // The server's time is outside the window.
    FONAP_RESULT_HEARTBEAT_NOP_TIME = -105,
    // An attribute is malformed.
    FONAP_RESULT_RADIUS_ATTRIBUTE = -200,
    // The code does not fit the way the packet was begun, or does not answer the request.
    FONAP_RESULT_RADIUS_CODE = -201,
    // A value is hidden with a salt, and none was given.
    FONAP_RESULT_RADIUS_SALT_MISSING = -202,
    // There is no Identifier left: open another source port.
    FONAP_RESULT_RADIUS_NO_IDENTIFIER = -203,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum fonap_result fonap_result;
#else
typedef int32_t fonap_result;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// What is to be done, or has happened.
enum fonap_heartbeat_out
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    // Nothing more before `wait_until_ms`, or before something happens. `UINT64_MAX`: no time is set.
    FONAP_HEARTBEAT_OUT_WAIT = 0,
    // Send `payload` to `destination`, from `source_port` or, where that is taken, any other. With `new_socket` close the
    // last attempt's socket, open a new one and connect it.
    FONAP_HEARTBEAT_OUT_TRANSMIT = 1,
    // Look up `host`, for addresses of IPv4 and IPv6 as `ipv4` and `ipv6` say, and report with
    // `fonap_heartbeat_addresses` or `fonap_heartbeat_lookup_failed`.
    FONAP_HEARTBEAT_OUT_LOOKUP = 2,
    // Run `command` with `sh -c` and report its end with `fonap_heartbeat_trigger_ended`. If there is a `file_path`,
    // create that file first, exclusively and with mode 0600, with `file_content`; remove it in the end. The content
    // comes from the network: treat it as hostile.
    FONAP_HEARTBEAT_OUT_RUN = 3,
    // Kill the running command; its end is still to be reported.
    FONAP_HEARTBEAT_OUT_KILL = 4,
    // Event: a heartbeat has begun with `query`.
    FONAP_HEARTBEAT_OUT_QUERY = 100,
    // Event: `answer` was accepted.
    FONAP_HEARTBEAT_OUT_ANSWER = 101,
    // Event: the text was not valid but counts as a sign of life; `reason` says what was wrong with it.
    FONAP_HEARTBEAT_OUT_ANSWER_INVALID = 102,
    // Event: a datagram was not for this attempt.
    FONAP_HEARTBEAT_OUT_DATAGRAM_IGNORED = 103,
    // Event: an attempt has failed for `reason`; another address may follow.
    FONAP_HEARTBEAT_OUT_ATTEMPT_FAILED = 104,
    // Event: the heartbeat has failed, `failed` in a row.
    FONAP_HEARTBEAT_OUT_HEARTBEAT_FAILED = 105,
    // Event: the service came up.
    FONAP_HEARTBEAT_OUT_ONLINE = 106,
    // Event: the service went down.
    FONAP_HEARTBEAT_OUT_OFFLINE = 107,
    // Event: there is no command for `trigger`.
    FONAP_HEARTBEAT_OUT_NO_TRIGGER = 108,
    // Event: the command of `trigger` will not run: contradicted by a newer one, or too many wait.
    FONAP_HEARTBEAT_OUT_TRIGGER_DROPPED = 109,
    // Event: the command of `trigger` has ended with `success` or without.
    FONAP_HEARTBEAT_OUT_TRIGGER_ENDED = 110,
    // Event: the command of `trigger` took too long.
    FONAP_HEARTBEAT_OUT_TRIGGER_KILLED = 111,
    // Event: the test run is over, its answer was valid if `success`.
    FONAP_HEARTBEAT_OUT_TEST_ENDED = 112,
    // Event: there will be no more heartbeats.
    FONAP_HEARTBEAT_OUT_STOPPED = 113,
    // Something that this version of the interface has no number for; to be ignored.
    FONAP_HEARTBEAT_OUT_UNKNOWN = 999,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum fonap_heartbeat_out fonap_heartbeat_out;
#else
typedef uint32_t fonap_heartbeat_out;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// The Status Manager's machine: sends a heartbeat when it is due, judges the answer, and says what is to be done.
//
// It has no socket and no clock. The loop round it: call `fonap_heartbeat_poll` until it reports
// `FONAP_HEARTBEAT_OUT_WAIT`, doing each time what it says; wait for a datagram or that time; tell the machine with
// one of the functions that take `now_ms`; begin again. A tick too early, and input that does not fit the state, are
// harmless. `now_ms` must not run backwards.
typedef struct fonap_heartbeat fonap_heartbeat;

// The status server's RSA key of 2048 bits, which checks regular answers.
typedef struct fonap_heartbeat_rsa_key fonap_heartbeat_rsa_key;

// An IPv4 or IPv6 address with a port.
typedef struct fonap_address {
    // 4 or 6; 0 stands for no address.
    uint8_t family;
    // The address in network order. IPv4 has the first four octets.
    uint8_t octets[16];
    // The port, in the order of the host.
    uint16_t port;
} fonap_address;

// Text of somebody else's, UTF-8, without a zero at the end. NULL and 0 for none. `FONAP_TEXT` makes one of a string.
typedef struct fonap_text {
    // The first octet.
    const char *data;
    // How many octets.
    size_t length;
} fonap_text;

// A status server.
typedef struct fonap_heartbeat_server {
    // Its name or address.
    struct fonap_text host;
    // Its port; 0 stands for 53.
    uint16_t port;
} fonap_heartbeat_server;

// A command that is run for an instruction, or when the service comes up or goes down.
typedef struct fonap_heartbeat_trigger {
    // `FONAP_HEARTBEAT_TRIGGER_ONLINE`, `FONAP_HEARTBEAT_TRIGGER_OFFLINE`, or an exec code from 1 to 255.
    uint16_t name;
    // The command. For an exec code every `DATA` in it becomes the path of the file with the answer's data.
    struct fonap_text command;
} fonap_heartbeat_trigger;

// What a machine is told. Set all to their defaults with `fonap_heartbeat_settings_init` first; there is no default for
// `mac`, `version`, `key` and `servers`. What the pointers refer to has to stay until the call that takes the settings
// returns.
typedef struct fonap_heartbeat_settings {
    // Octets of this structure, as the program was built.
    size_t size;
    // The servers; only the first is used, unless `FONAP_HEARTBEAT_ROTATE_HOSTS` is set.
    const struct fonap_heartbeat_server *servers;
    // How many.
    size_t server_count;
    // What follows the label; begins with a dot. Default `.sm.fon.com`.
    struct fonap_text suffix;
    // The commands. Default none.
    const struct fonap_heartbeat_trigger *triggers;
    // How many.
    size_t trigger_count;
    // Where data files go; private to the daemon. Default `/var/run/fonap`.
    struct fonap_text data_directory;
    // The server's RSA key, copied. NULL, the default: instructions are refused.
    const struct fonap_heartbeat_rsa_key *rsa_key;
    // Delay after a successful heartbeat. Default 60.
    uint32_t period_online_s;
    // Delay after a failed one. Default 60.
    uint32_t period_offline_s;
    // Delay after a failed one while fewer than `retries` have failed; 0, the default, stands for `period_offline_s`.
    uint32_t period_fast_s;
    // Consecutive failures that make the service go offline. Default 3.
    uint32_t retries;
    // How long an attempt, or a look-up, may take. Default 3000.
    uint32_t timeout_ms;
    // How long a trigger may run. Default 60.
    uint32_t trigger_limit_s;
    // Delay before the first heartbeat, with `FONAP_HEARTBEAT_START_DELAY`.
    uint32_t start_delay_ms;
    // How far the server's time may be from ours, with `FONAP_HEARTBEAT_NOP_TIME_WINDOW`.
    uint32_t nop_time_window_s;
    // `FONAP_HEARTBEAT_...` flags. Default 0.
    uint32_t flags;
    // The hotspot's MAC.
    uint8_t mac[6];
    // Major, minor, micro, revision.
    uint8_t version[4];
    // Default 37.
    uint8_t architecture;
    // 4 or 6 for one address family only. Default 0, both.
    uint8_t family;
    // How often a query is sent again within its attempt. Default 0.
    uint8_t retransmissions;
    // How far delays vary, in percent up to 100. Default 0.
    uint8_t jitter_percent;
    // The key shared with the server.
    uint8_t key[32];
} fonap_heartbeat_settings;

// A source of random octets. It must fill all `length` octets at `out`, unpredictably, and cannot fail: where the
// system's source can, it has to wait. It is called only within calls of the library, and must not call the library.
typedef struct fonap_random {
    // Fills `length` octets at `out`.
    void (*fill)(void *context, uint8_t *out, size_t length);
    // Handed to `fill` as it is.
    void *context;
} fonap_random;

// Octets of somebody else's. NULL and 0 for none.
typedef struct fonap_octets {
    // The first one.
    const uint8_t *data;
    // How many.
    size_t length;
} fonap_octets;

// What a query says.
typedef struct fonap_heartbeat_query {
    // The hotspot's MAC.
    uint8_t mac[6];
    // `FONAP_HEARTBEAT_QUERY_...`, at most 31.
    uint8_t query_type;
    // 37 for a gateway.
    uint8_t architecture;
    // Major, minor, micro, revision.
    uint8_t version[4];
    // 0.
    uint32_t status;
    // Transaction id: random, new for each heartbeat.
    uint32_t trid;
    // Failed heartbeats before this one.
    uint32_t retries;
    // Random octets.
    uint8_t filler[13];
} fonap_heartbeat_query;

// An answer that was accepted.
typedef struct fonap_heartbeat_answer {
    // `FONAP_HEARTBEAT_ANSWER_NOP` or `FONAP_HEARTBEAT_ANSWER_REGULAR`.
    uint8_t kind;
    // What is to be done: 0 nothing, 1 run the configuration client, 2 the upgrade client, others by trigger.
    uint8_t exec;
    // Octets of `data`.
    uint16_t data_len;
    // Transaction id of the query that it answers.
    uint32_t trid;
    // The server's time in seconds since 1970; 0 in a regular answer.
    uint32_t time;
    // What goes with the instruction. Comes from the network: hand it on as a file, never as part of a command.
    uint8_t data[246];
} fonap_heartbeat_answer;

// What `fonap_heartbeat_poll` gave. Members that do not belong to the kind are zero. Pointers are good until the next
// call for the same machine.
typedef struct fonap_heartbeat_output {
    // What this is.
    fonap_heartbeat_out kind;
    // Why something failed.
    fonap_result reason;
    // When to wake the machine.
    uint64_t wait_until_ms;
    // The datagram.
    struct fonap_octets payload;
    // Where it goes.
    struct fonap_address destination;
    // From which port.
    uint16_t source_port;
    // From a new socket.
    uint8_t new_socket;
    // IPv4 addresses are of use.
    uint8_t ipv4;
    // IPv6 addresses are of use.
    uint8_t ipv6;
    // It went well.
    uint8_t success;
    // Which trigger: `FONAP_HEARTBEAT_TRIGGER_...` or an exec code.
    uint16_t trigger;
    // Consecutive failures.
    uint32_t failed;
    // The host to look up.
    struct fonap_text host;
    // The command to run.
    struct fonap_text command;
    // The file that the command reads.
    struct fonap_text file_path;
    // What goes into it.
    struct fonap_octets file_content;
    // The query that was made.
    const struct fonap_heartbeat_query *query;
    // The answer that was accepted.
    const struct fonap_heartbeat_answer *answer;
} fonap_heartbeat_output;

// Functions that allocate memory, with the meaning of `malloc`, `realloc` and `free`. Memory must be aligned for any
// fundamental type, as `malloc` aligns it.
typedef struct fonap_allocator {
    // Allocates. NULL when there is no memory.
    void *(*allocate)(size_t size);
    // Changes the size of what was allocated. NULL when there is no memory; the old block stays then.
    void *(*reallocate)(void *block, size_t size);
    // Frees.
    void (*release)(void *block);
} fonap_allocator;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// Writes a host name as it stands on the wire: labels of 1 to 63 octets, at most 255 in all.
//
// `FONAP_RESULT_MALFORMED` when the DNS cannot carry it. Allocates nothing.
fonap_result fonap_heartbeat_name_encode(const char *name,
                                         size_t name_len,
                                         uint8_t *out,
                                         size_t capacity,
                                         size_t *length);

// Writes the datagram that asks for a name: for TXT with a query's label and the suffix, for A and AAAA to find the
// server. `id` is 16 random bits, new for every attempt.
//
// `FONAP_RESULT_MALFORMED` when the DNS cannot carry the name. Allocates nothing.
fonap_result fonap_heartbeat_dns_query(uint16_t id,
                                       const char *name,
                                       size_t name_len,
                                       uint16_t record_type,
                                       uint8_t *out,
                                       size_t capacity,
                                       size_t *length);

// Judges a datagram that came for a query, and writes the text it carries: `FONAP_HEARTBEAT_MAX_TEXT_LEN` octets are
// always enough.
//
// `FONAP_RESULT_OK`: it counts, and its text, possibly empty, is the answer. `FONAP_RESULT_OTHER`: it is not for this
// query, go on waiting. `FONAP_RESULT_REFUSED`: the server refused. `FONAP_RESULT_MALFORMED`: no response, or one that
// cannot be read. `id` and `name` are those of the query. Allocates nothing.
fonap_result fonap_heartbeat_response_judge(uint16_t id,
                                            const char *name,
                                            size_t name_len,
                                            const uint8_t *datagram,
                                            size_t datagram_len,
                                            uint32_t flags,
                                            char *text_out,
                                            size_t capacity,
                                            size_t *length);

// Reads the addresses out of the response to a look-up. `addresses` has room for `FONAP_HEARTBEAT_MAX_ADDRESSES`; how
// many there are goes to `count`, possibly none. Their port is 0.
//
// `FONAP_RESULT_OTHER` when the response is for another query, `FONAP_RESULT_REFUSED`, or `FONAP_RESULT_MALFORMED`.
// Allocates nothing.
fonap_result fonap_heartbeat_addresses_read(uint16_t id,
                                            const char *name,
                                            size_t name_len,
                                            uint16_t record_type,
                                            const uint8_t *datagram,
                                            size_t datagram_len,
                                            struct fonap_address *addresses,
                                            size_t *count);

// A server's side: reads a query datagram. Writes its id, and the first label of the name it asks for: the label of a
// heartbeat, for `fonap_heartbeat_query_from_label`. 63 characters are always enough.
//
// `FONAP_RESULT_OTHER`: not to be answered at all. `FONAP_RESULT_NOT_FOUND`: no question for text, answer with
// `fonap_heartbeat_response_write` and a refusal. Allocates nothing.
fonap_result fonap_heartbeat_request_read(const uint8_t *datagram,
                                          size_t datagram_len,
                                          uint16_t *id,
                                          char *label,
                                          size_t capacity,
                                          size_t *length);

// A server's side: writes the response to a query datagram. With `response_code` 0 it carries `text`; with another
// one, 2 for a status server that refuses, it carries nothing.
//
// `FONAP_RESULT_OTHER` when the datagram is not to be answered. Allocates nothing.
fonap_result fonap_heartbeat_response_write(const uint8_t *datagram,
                                            size_t datagram_len,
                                            uint8_t response_code,
                                            const char *text,
                                            size_t text_len,
                                            uint8_t *out,
                                            size_t capacity,
                                            size_t *length);

// Makes a machine. Its first heartbeat comes after a random delay below `period_offline_s`, or as set.
//
// `settings` are copied. `problem` may be NULL; with `FONAP_RESULT_CONFIG`, `FONAP_RESULT_ARGUMENT` and
// `FONAP_RESULT_TEXT` it gets a static string that names what is wrong. The machine belongs to the caller, who ends it
// with `fonap_heartbeat_free`.
fonap_result fonap_heartbeat_new(const struct fonap_heartbeat_settings *settings,
                                 const struct fonap_random *random,
                                 uint64_t now_ms,
                                 struct fonap_heartbeat **heartbeat,
                                 const char **problem);

// Takes over other settings while the machine runs, as SIGHUP does for a daemon. State and timer stay, cached addresses
// go. A heartbeat under way ends with the old settings.
//
// `problem` as in `fonap_heartbeat_new`; with an error the old settings stay.
fonap_result fonap_heartbeat_reload(struct fonap_heartbeat *heartbeat,
                                    const struct fonap_heartbeat_settings *settings,
                                    const char **problem);

// Ends a machine. NULL is taken. Nothing is sent.
void fonap_heartbeat_free(struct fonap_heartbeat *heartbeat);

// Tells that time has passed.
fonap_result fonap_heartbeat_tick(struct fonap_heartbeat *heartbeat, uint64_t now_ms);

// Tells that a datagram came on the socket of the attempt under way.
fonap_result fonap_heartbeat_datagram(struct fonap_heartbeat *heartbeat,
                                      uint64_t now_ms,
                                      const uint8_t *datagram,
                                      size_t datagram_len);

// Tells that the network reported an error for that socket, such as port unreachable.
fonap_result fonap_heartbeat_network_error(struct fonap_heartbeat *heartbeat, uint64_t now_ms);

// Tells the addresses that the look-up under way has found, perhaps none. Their ports do not matter.
//
// `FONAP_RESULT_ARGUMENT` when one has a family other than 4 and 6.
fonap_result fonap_heartbeat_addresses(struct fonap_heartbeat *heartbeat,
                                       uint64_t now_ms,
                                       const struct fonap_address *addresses,
                                       size_t count);

// Tells that the look-up under way has failed.
fonap_result fonap_heartbeat_lookup_failed(struct fonap_heartbeat *heartbeat, uint64_t now_ms);

// Tells that the command has ended, by itself or killed. `success` other than 0: its status was zero.
fonap_result fonap_heartbeat_trigger_ended(struct fonap_heartbeat *heartbeat,
                                           uint64_t now_ms,
                                           uint8_t success);

// Begins a heartbeat without waiting for the period's end.
fonap_result fonap_heartbeat_now(struct fonap_heartbeat *heartbeat, uint64_t now_ms);

// Sends no more heartbeats.
fonap_result fonap_heartbeat_stop(struct fonap_heartbeat *heartbeat, uint64_t now_ms);

// Tells the calendar time that belongs to `now_ms`; needed with `FONAP_HEARTBEAT_NOP_TIME_WINDOW` only, and again when
// the system's clock was set.
fonap_result fonap_heartbeat_set_unix_time(struct fonap_heartbeat *heartbeat,
                                           uint64_t now_ms,
                                           int64_t unix_seconds);

// The next thing to do: `fonap_heartbeat_poll(heartbeat, &output, sizeof output)`. Everything is done when the kind is
// `FONAP_HEARTBEAT_OUT_WAIT`.
fonap_result fonap_heartbeat_poll(struct fonap_heartbeat *heartbeat,
                                  struct fonap_heartbeat_output *output,
                                  size_t output_size);

// Whether a datagram is the response to the query that is out: `accepted` becomes 1 or 0. Lets several machines share
// a socket.
fonap_result fonap_heartbeat_accepts(const struct fonap_heartbeat *heartbeat,
                                     const uint8_t *datagram,
                                     size_t datagram_len,
                                     uint8_t *accepted);

// Whether the service is up: `online` becomes 1 or 0.
fonap_result fonap_heartbeat_is_online(const struct fonap_heartbeat *heartbeat, uint8_t *online);

// Numbers for field diagnosis: consecutive failed heartbeats, and inputs that did not fit the state. Either pointer may
// be NULL.
fonap_result fonap_heartbeat_counters(const struct fonap_heartbeat *heartbeat,
                                      uint32_t *failed,
                                      uint64_t *ignored);

// The state's name for field diagnosis, a static string that ends with a zero: "waiting", "looking up", "attempting",
// "stopped". NULL for a NULL handle.
const char *fonap_heartbeat_state_name(const struct fonap_heartbeat *heartbeat);

// Writes the line that operators know from the log for a query.
fonap_result fonap_heartbeat_query_line(const struct fonap_heartbeat_query *query,
                                        char *out,
                                        size_t capacity,
                                        size_t *length);

// Writes the line that operators know from the log for the answer of the last `FONAP_HEARTBEAT_OUT_ANSWER`.
//
// `FONAP_RESULT_STATE` when the last poll gave something else.
fonap_result fonap_heartbeat_answer_line(const struct fonap_heartbeat *heartbeat,
                                         char *out,
                                         size_t capacity,
                                         size_t *length);

// Encrypts a query with the 32 octets of `key` and writes its `FONAP_HEARTBEAT_QUERY_LEN` octets to `wire`.
//
// `FONAP_RESULT_ARGUMENT` when the type is above 31. Allocates nothing.
fonap_result fonap_heartbeat_query_seal(const struct fonap_heartbeat_query *query,
                                        const uint8_t *key,
                                        uint8_t *wire);

// Decrypts the `FONAP_HEARTBEAT_QUERY_LEN` octets at `wire` with the 32 octets of `key`: a server's side.
//
// `FONAP_RESULT_HEARTBEAT_KIND` when they are no query, or of another key. Allocates nothing.
fonap_result fonap_heartbeat_query_open(const uint8_t *wire,
                                        const uint8_t *key,
                                        struct fonap_heartbeat_query *query);

// The 6 octets of the MAC that an encrypted query carries in clear: says whose key opens it. Not authenticated.
fonap_result fonap_heartbeat_query_mac(const uint8_t *wire,
                                       uint8_t *mac);

// Writes the `FONAP_HEARTBEAT_LABEL_LEN` characters of an encrypted query's DNS label.
fonap_result fonap_heartbeat_query_label(const uint8_t *wire, char *label);

// Reads a DNS label of either letter case into the `FONAP_HEARTBEAT_QUERY_LEN` octets at `wire`.
//
// `FONAP_RESULT_LENGTH` or `FONAP_RESULT_DIGIT` when it is none of a query.
fonap_result fonap_heartbeat_query_from_label(const char *label, size_t label_len, uint8_t *wire);

// Opens and judges the text of an answer, prefix included, as it came out of `fonap_heartbeat_response_judge`.
//
// `key` has 32 octets; `trid` is that of the query. Without `rsa_key` (NULL) regular answers are refused with
// `FONAP_RESULT_HEARTBEAT_NO_RSA_KEY`. `flags` is 0 or `FONAP_HEARTBEAT_STRICT_NOP`. Other refusals are
// `FONAP_RESULT_HEARTBEAT_TRID` (answers another query), `FONAP_RESULT_HEARTBEAT_KIND` (another key, or forged),
// `FONAP_RESULT_HEARTBEAT_NOT_BELOW_MODULUS`, `FONAP_RESULT_MALFORMED`, `FONAP_RESULT_LENGTH`, `FONAP_RESULT_DIGIT`.
// Allocates nothing.
fonap_result fonap_heartbeat_answer_open(const char *text,
                                         size_t text_len,
                                         const uint8_t *key,
                                         const struct fonap_heartbeat_rsa_key *rsa_key,
                                         uint32_t trid,
                                         uint32_t flags,
                                         struct fonap_heartbeat_answer *answer);

// A server's side: writes the `FONAP_HEARTBEAT_NOP_TEXT_LEN` characters of a NOP answer.
fonap_result fonap_heartbeat_nop_text(uint32_t trid, uint32_t unix_seconds, const uint8_t *key, char *text);

// A server's side, first half: the `FONAP_HEARTBEAT_BLOCK_LEN` octets of a regular answer that are to be signed with
// the private key (`block^d mod n`, no padding). `filler` has 246 octets less those of `data`, random.
//
// `FONAP_RESULT_LIMIT` when there is more data than 246 octets, `FONAP_RESULT_HEARTBEAT_NOT_BELOW_MODULUS` when the
// block is not below the modulus: try other filler, or answer NOP.
fonap_result fonap_heartbeat_regular_block(uint32_t trid,
                                           uint8_t exec,
                                           const uint8_t *data,
                                           size_t data_len,
                                           const uint8_t *filler,
                                           const uint8_t *key,
                                           const struct fonap_heartbeat_rsa_key *rsa_key,
                                           uint8_t *block);

// A server's side, second half: the text of a regular answer, `FONAP_HEARTBEAT_REGULAR_TEXT_LEN` characters, of the
// `FONAP_HEARTBEAT_BLOCK_LEN` octets of `signature`. Checks first that the signature is right.
//
// `FONAP_RESULT_NOT_AUTHENTIC` when it does not recover to `block`: sending it would help whoever wants to break the
// key.
fonap_result fonap_heartbeat_regular_text(const uint8_t *block,
                                          const uint8_t *signature,
                                          const struct fonap_heartbeat_rsa_key *rsa_key,
                                          char *out,
                                          size_t capacity,
                                          size_t *length);

// Writes a host name as it stands on the wire: labels of 1 to 63 octets, at most 255 in all.
//
// `FONAP_RESULT_MALFORMED` when the DNS cannot carry it. Allocates nothing.
fonap_result fonap_heartbeat_name_encode(const char *name,
                                         size_t name_len,
                                         uint8_t *out,
                                         size_t capacity,
                                         size_t *length);

// Writes the datagram that asks for a name: for TXT with a query's label and the suffix, for A and AAAA to find the
// server. `id` is 16 random bits, new for every attempt.
//
// `FONAP_RESULT_MALFORMED` when the DNS cannot carry the name. Allocates nothing.
fonap_result fonap_heartbeat_dns_query(uint16_t id,
                                       const char *name,
                                       size_t name_len,
                                       uint16_t record_type,
                                       uint8_t *out,
                                       size_t capacity,
                                       size_t *length);

// Judges a datagram that came for a query, and writes the text it carries: `FONAP_HEARTBEAT_MAX_TEXT_LEN` octets are
// always enough.
//
// `FONAP_RESULT_OK`: it counts, and its text, possibly empty, is the answer. `FONAP_RESULT_OTHER`: it is not for this
// query, go on waiting. `FONAP_RESULT_REFUSED`: the server refused. `FONAP_RESULT_MALFORMED`: no response, or one that
// cannot be read. `id` and `name` are those of the query. Allocates nothing.
fonap_result fonap_heartbeat_response_judge(uint16_t id,
                                            const char *name,
                                            size_t name_len,
                                            const uint8_t *datagram,
                                            size_t datagram_len,
                                            uint32_t flags,
                                            char *text_out,
                                            size_t capacity,
                                            size_t *length);

// Reads the addresses out of the response to a look-up. `addresses` has room for `FONAP_HEARTBEAT_MAX_ADDRESSES`; how
// many there are goes to `count`, possibly none. Their port is 0.
//
// `FONAP_RESULT_OTHER` when the response is for another query, `FONAP_RESULT_REFUSED`, or `FONAP_RESULT_MALFORMED`.
// Allocates nothing.
fonap_result fonap_heartbeat_addresses_read(uint16_t id,
                                            const char *name,
                                            size_t name_len,
                                            uint16_t record_type,
                                            const uint8_t *datagram,
                                            size_t datagram_len,
                                            struct fonap_address *addresses,
                                            size_t *count);

// A server's side: reads a query datagram. Writes its id, and the first label of the name it asks for: the label of a
// heartbeat, for `fonap_heartbeat_query_from_label`. 63 characters are always enough.
//
// `FONAP_RESULT_OTHER`: not to be answered at all. `FONAP_RESULT_NOT_FOUND`: no question for text, answer with
// `fonap_heartbeat_response_write` and a refusal. Allocates nothing.
fonap_result fonap_heartbeat_request_read(const uint8_t *datagram,
                                          size_t datagram_len,
                                          uint16_t *id,
                                          char *label,
                                          size_t capacity,
                                          size_t *length);

// A server's side: writes the response to a query datagram. With `response_code` 0 it carries `text`; with another
// one, 2 for a status server that refuses, it carries nothing.
//
// `FONAP_RESULT_OTHER` when the datagram is not to be answered. Allocates nothing.
fonap_result fonap_heartbeat_response_write(const uint8_t *datagram,
                                            size_t datagram_len,
                                            uint8_t response_code,
                                            const char *text,
                                            size_t text_len,
                                            uint8_t *out,
                                            size_t capacity,
                                            size_t *length);

// Makes a machine. Its first heartbeat comes after a random delay below `period_offline_s`, or as set.
//
// `settings` are copied. `problem` may be NULL; with `FONAP_RESULT_CONFIG`, `FONAP_RESULT_ARGUMENT` and
// `FONAP_RESULT_TEXT` it gets a static string that names what is wrong. The machine belongs to the caller, who ends it
// with `fonap_heartbeat_free`.
fonap_result fonap_heartbeat_new(const struct fonap_heartbeat_settings *settings,
                                 const struct fonap_random *random,
                                 uint64_t now_ms,
                                 struct fonap_heartbeat **heartbeat,
                                 const char **problem);

// Takes over other settings while the machine runs, as SIGHUP does for a daemon. State and timer stay, cached addresses
// go. A heartbeat under way ends with the old settings.
//
// `problem` as in `fonap_heartbeat_new`; with an error the old settings stay.
fonap_result fonap_heartbeat_reload(struct fonap_heartbeat *heartbeat,
                                    const struct fonap_heartbeat_settings *settings,
                                    const char **problem);

// Ends a machine. NULL is taken. Nothing is sent.
void fonap_heartbeat_free(struct fonap_heartbeat *heartbeat);

// Tells that time has passed.
fonap_result fonap_heartbeat_tick(struct fonap_heartbeat *heartbeat, uint64_t now_ms);

// Tells that a datagram came on the socket of the attempt under way.
fonap_result fonap_heartbeat_datagram(struct fonap_heartbeat *heartbeat,
                                      uint64_t now_ms,
                                      const uint8_t *datagram,
                                      size_t datagram_len);

// Tells that the network reported an error for that socket, such as port unreachable.
fonap_result fonap_heartbeat_network_error(struct fonap_heartbeat *heartbeat, uint64_t now_ms);

// Tells the addresses that the look-up under way has found, perhaps none. Their ports do not matter.
//
// `FONAP_RESULT_ARGUMENT` when one has a family other than 4 and 6.
fonap_result fonap_heartbeat_addresses(struct fonap_heartbeat *heartbeat,
                                       uint64_t now_ms,
                                       const struct fonap_address *addresses,
                                       size_t count);

// Tells that the look-up under way has failed.
fonap_result fonap_heartbeat_lookup_failed(struct fonap_heartbeat *heartbeat, uint64_t now_ms);

// Tells that the command has ended, by itself or killed. `success` other than 0: its status was zero.
fonap_result fonap_heartbeat_trigger_ended(struct fonap_heartbeat *heartbeat,
                                           uint64_t now_ms,
                                           uint8_t success);

// Begins a heartbeat without waiting for the period's end.
fonap_result fonap_heartbeat_now(struct fonap_heartbeat *heartbeat, uint64_t now_ms);

// Sends no more heartbeats.
fonap_result fonap_heartbeat_stop(struct fonap_heartbeat *heartbeat, uint64_t now_ms);

// Tells the calendar time that belongs to `now_ms`; needed with `FONAP_HEARTBEAT_NOP_TIME_WINDOW` only, and again when
// the system's clock was set.
fonap_result fonap_heartbeat_set_unix_time(struct fonap_heartbeat *heartbeat,
                                           uint64_t now_ms,
                                           int64_t unix_seconds);

// The next thing to do: `fonap_heartbeat_poll(heartbeat, &output, sizeof output)`. Everything is done when the kind is
// `FONAP_HEARTBEAT_OUT_WAIT`.
fonap_result fonap_heartbeat_poll(struct fonap_heartbeat *heartbeat,
                                  struct fonap_heartbeat_output *output,
                                  size_t output_size);

// Whether a datagram is the response to the query that is out: `accepted` becomes 1 or 0. Lets several machines share
// a socket.
fonap_result fonap_heartbeat_accepts(const struct fonap_heartbeat *heartbeat,
                                     const uint8_t *datagram,
                                     size_t datagram_len,
                                     uint8_t *accepted);

// Whether the service is up: `online` becomes 1 or 0.
fonap_result fonap_heartbeat_is_online(const struct fonap_heartbeat *heartbeat, uint8_t *online);

// Numbers for field diagnosis: consecutive failed heartbeats, and inputs that did not fit the state. Either pointer may
// be NULL.
fonap_result fonap_heartbeat_counters(const struct fonap_heartbeat *heartbeat,
                                      uint32_t *failed,
                                      uint64_t *ignored);

// The state's name for field diagnosis, a static string that ends with a zero: "waiting", "looking up", "attempting",
// "stopped". NULL for a NULL handle.
const char *fonap_heartbeat_state_name(const struct fonap_heartbeat *heartbeat);

// Writes the line that operators know from the log for a query.
fonap_result fonap_heartbeat_query_line(const struct fonap_heartbeat_query *query,
                                        char *out,
                                        size_t capacity,
                                        size_t *length);

// Writes the line that operators know from the log for the answer of the last `FONAP_HEARTBEAT_OUT_ANSWER`.
//
// `FONAP_RESULT_STATE` when the last poll gave something else.
fonap_result fonap_heartbeat_answer_line(const struct fonap_heartbeat *heartbeat,
                                         char *out,
                                         size_t capacity,
                                         size_t *length);

// Encrypts a query with the 32 octets of `key` and writes its `FONAP_HEARTBEAT_QUERY_LEN` octets to `wire`.
//
// `FONAP_RESULT_ARGUMENT` when the type is above 31. Allocates nothing.
fonap_result fonap_heartbeat_query_seal(const struct fonap_heartbeat_query *query,
                                        const uint8_t *key,
                                        uint8_t *wire);

// Decrypts the `FONAP_HEARTBEAT_QUERY_LEN` octets at `wire` with the 32 octets of `key`: a server's side.
//
// `FONAP_RESULT_HEARTBEAT_KIND` when they are no query, or of another key. Allocates nothing.
fonap_result fonap_heartbeat_query_open(const uint8_t *wire,
                                        const uint8_t *key,
                                        struct fonap_heartbeat_query *query);

// The 6 octets of the MAC that an encrypted query carries in clear: says whose key opens it. Not authenticated.
fonap_result fonap_heartbeat_query_mac(const uint8_t *wire,
                                       uint8_t *mac);

// Writes the `FONAP_HEARTBEAT_LABEL_LEN` characters of an encrypted query's DNS label.
fonap_result fonap_heartbeat_query_label(const uint8_t *wire, char *label);

// Reads a DNS label of either letter case into the `FONAP_HEARTBEAT_QUERY_LEN` octets at `wire`.
//
// `FONAP_RESULT_LENGTH` or `FONAP_RESULT_DIGIT` when it is none of a query.
fonap_result fonap_heartbeat_query_from_label(const char *label, size_t label_len, uint8_t *wire);

// Opens and judges the text of an answer, prefix included, as it came out of `fonap_heartbeat_response_judge`.
//
// `key` has 32 octets; `trid` is that of the query. Without `rsa_key` (NULL) regular answers are refused with
// `FONAP_RESULT_HEARTBEAT_NO_RSA_KEY`. `flags` is 0 or `FONAP_HEARTBEAT_STRICT_NOP`. Other refusals are
// `FONAP_RESULT_HEARTBEAT_TRID` (answers another query), `FONAP_RESULT_HEARTBEAT_KIND` (another key, or forged),
// `FONAP_RESULT_HEARTBEAT_NOT_BELOW_MODULUS`, `FONAP_RESULT_MALFORMED`, `FONAP_RESULT_LENGTH`, `FONAP_RESULT_DIGIT`.
// Allocates nothing.
fonap_result fonap_heartbeat_answer_open(const char *text,
                                         size_t text_len,
                                         const uint8_t *key,
                                         const struct fonap_heartbeat_rsa_key *rsa_key,
                                         uint32_t trid,
                                         uint32_t flags,
                                         struct fonap_heartbeat_answer *answer);

// A server's side: writes the `FONAP_HEARTBEAT_NOP_TEXT_LEN` characters of a NOP answer.
fonap_result fonap_heartbeat_nop_text(uint32_t trid, uint32_t unix_seconds, const uint8_t *key, char *text);

// A server's side, first half: the `FONAP_HEARTBEAT_BLOCK_LEN` octets of a regular answer that are to be signed with
// the private key (`block^d mod n`, no padding). `filler` has 246 octets less those of `data`, random.
//
// `FONAP_RESULT_LIMIT` when there is more data than 246 octets, `FONAP_RESULT_HEARTBEAT_NOT_BELOW_MODULUS` when the
// block is not below the modulus: try other filler, or answer NOP.
fonap_result fonap_heartbeat_regular_block(uint32_t trid,
                                           uint8_t exec,
                                           const uint8_t *data,
                                           size_t data_len,
                                           const uint8_t *filler,
                                           const uint8_t *key,
                                           const struct fonap_heartbeat_rsa_key *rsa_key,
                                           uint8_t *block);

// A server's side, second half: the text of a regular answer, `FONAP_HEARTBEAT_REGULAR_TEXT_LEN` characters, of the
// `FONAP_HEARTBEAT_BLOCK_LEN` octets of `signature`. Checks first that the signature is right.
//
// `FONAP_RESULT_NOT_AUTHENTIC` when it does not recover to `block`: sending it would help whoever wants to break the
// key.
fonap_result fonap_heartbeat_regular_text(const uint8_t *block,
                                          const uint8_t *signature,
                                          const struct fonap_heartbeat_rsa_key *rsa_key,
                                          char *out,
                                          size_t capacity,
                                          size_t *length);

// Reads a public key file: SubjectPublicKeyInfo or PKCS#1, PEM or DER, at most 16 KiB.
//
// The key stays as it is and may serve several machines, one after the other.
// `FONAP_RESULT_MALFORMED`, `FONAP_RESULT_LIMIT`, or `FONAP_RESULT_HEARTBEAT_RSA_KEY` for a key that is not of 2048
// bits or has an exponent that is even or below 65537.
fonap_result fonap_heartbeat_rsa_key_new(const uint8_t *file,
                                         size_t file_len,
                                         struct fonap_heartbeat_rsa_key **key);

// Ends a key. NULL is taken.
void fonap_heartbeat_rsa_key_free(struct fonap_heartbeat_rsa_key *key);

// Writes the 256 octets of the modulus, big-endian.
fonap_result fonap_heartbeat_rsa_key_modulus(const struct fonap_heartbeat_rsa_key *key, uint8_t *modulus);

// The exponent; `FONAP_RESULT_LIMIT` when it has more than 64 bits.
fonap_result fonap_heartbeat_rsa_key_exponent(const struct fonap_heartbeat_rsa_key *key, uint64_t *exponent);

// Sets a structure of `size` octets to the defaults: `fonap_heartbeat_settings_init(&settings, sizeof settings)`.
fonap_result fonap_heartbeat_settings_init(struct fonap_heartbeat_settings *settings,
                                           size_t size);

// Reads a MAC of six two-digit hexadecimal groups joined by `-` or `:` into the 6 octets at `mac`.
//
// `FONAP_RESULT_MALFORMED` for anything else.
fonap_result fonap_heartbeat_mac_parse(const char *text, size_t text_len, uint8_t *mac);

// Reads version text such as `2.1.0` and revision text such as `1` into the 4 octets at `version`.
//
// `FONAP_RESULT_MALFORMED` for anything but three numbers, and one, of one or two digits.
fonap_result fonap_heartbeat_version_parse(const char *version_text,
                                           size_t version_text_len,
                                           const char *revision_text,
                                           size_t revision_text_len,
                                           uint8_t *version);

// Reads a key of exactly 64 hexadecimal digits into the 32 octets at `key`. One line end behind the digits, as a
// single-line file such as `/etc/fon_keyword` has it, is to be left out by the caller.
//
// `FONAP_RESULT_LENGTH` or `FONAP_RESULT_DIGIT` for anything else.
fonap_result fonap_heartbeat_key_parse(const char *text,
                                       size_t text_len,
                                       uint8_t *key);

// Reads the board-data structure that some devices keep on flash: 180 octets or more. Writes the key's 32 octets and
// the 6 octets of the first wireless MAC.
//
// `FONAP_RESULT_TRUNCATED` when there are too few octets.
fonap_result fonap_heartbeat_board_data_parse(const uint8_t *board,
                                              size_t board_len,
                                              uint8_t *key,
                                              uint8_t *mac);

// The key in use once a server has rolled it over: what a file (`aespath`) holds, encrypted with the first key.
// `first_key` and `current_key` have 32 octets and may be the same.
//
// `FONAP_RESULT_LENGTH` or `FONAP_RESULT_DIGIT` when the file is short or spoilt.
fonap_result fonap_heartbeat_key_current(const uint8_t *first_key,
                                         const uint8_t *file,
                                         size_t file_len,
                                         uint8_t *current_key);

// The three check bits that a query carries beside the 6 octets of its MAC.
fonap_result fonap_heartbeat_crc3(const uint8_t *mac, uint8_t *check);

// Writes octets in the heartbeat's base32.
fonap_result fonap_heartbeat_base32_encode(const uint8_t *data,
                                           size_t data_len,
                                           char *out,
                                           size_t capacity,
                                           size_t *length);

// Reads the heartbeat's base32, of either letter case.
//
// `FONAP_RESULT_LENGTH` or `FONAP_RESULT_DIGIT` when it is none; what `out` holds then is of no use.
fonap_result fonap_heartbeat_base32_decode(const char *text,
                                           size_t text_len,
                                           uint8_t *out,
                                           size_t capacity,
                                           size_t *length);

// Writes octets in base64 with padding.
fonap_result fonap_heartbeat_base64_encode(const uint8_t *data,
                                           size_t data_len,
                                           char *out,
                                           size_t capacity,
                                           size_t *length);

// Reads base64 with padding, canonical only, of at most 512 characters.
//
// `FONAP_RESULT_DIGIT` when it is none, `FONAP_RESULT_LIMIT` when it is too long.
fonap_result fonap_heartbeat_base64_decode(const char *text,
                                           size_t text_len,
                                           uint8_t *out,
                                           size_t capacity,
                                           size_t *length);

// Reads a public key file: SubjectPublicKeyInfo or PKCS#1, PEM or DER, at most 16 KiB.
//
// The key stays as it is and may serve several machines, one after the other.
// `FONAP_RESULT_MALFORMED`, `FONAP_RESULT_LIMIT`, or `FONAP_RESULT_HEARTBEAT_RSA_KEY` for a key that is not of 2048
// bits or has an exponent that is even or below 65537.
fonap_result fonap_heartbeat_rsa_key_new(const uint8_t *file,
                                         size_t file_len,
                                         struct fonap_heartbeat_rsa_key **key);

// Ends a key. NULL is taken.
void fonap_heartbeat_rsa_key_free(struct fonap_heartbeat_rsa_key *key);

// Writes the 256 octets of the modulus, big-endian.
fonap_result fonap_heartbeat_rsa_key_modulus(const struct fonap_heartbeat_rsa_key *key, uint8_t *modulus);

// The exponent; `FONAP_RESULT_LIMIT` when it has more than 64 bits.
fonap_result fonap_heartbeat_rsa_key_exponent(const struct fonap_heartbeat_rsa_key *key, uint64_t *exponent);

// Sets a structure of `size` octets to the defaults: `fonap_heartbeat_settings_init(&settings, sizeof settings)`.
fonap_result fonap_heartbeat_settings_init(struct fonap_heartbeat_settings *settings,
                                           size_t size);

// Reads a MAC of six two-digit hexadecimal groups joined by `-` or `:` into the 6 octets at `mac`.
//
// `FONAP_RESULT_MALFORMED` for anything else.
fonap_result fonap_heartbeat_mac_parse(const char *text, size_t text_len, uint8_t *mac);

// Reads version text such as `2.1.0` and revision text such as `1` into the 4 octets at `version`.
//
// `FONAP_RESULT_MALFORMED` for anything but three numbers, and one, of one or two digits.
fonap_result fonap_heartbeat_version_parse(const char *version_text,
                                           size_t version_text_len,
                                           const char *revision_text,
                                           size_t revision_text_len,
                                           uint8_t *version);

// Reads a key of exactly 64 hexadecimal digits into the 32 octets at `key`. One line end behind the digits, as a
// single-line file such as `/etc/fon_keyword` has it, is to be left out by the caller.
//
// `FONAP_RESULT_LENGTH` or `FONAP_RESULT_DIGIT` for anything else.
fonap_result fonap_heartbeat_key_parse(const char *text,
                                       size_t text_len,
                                       uint8_t *key);

// Reads the board-data structure that some devices keep on flash: 180 octets or more. Writes the key's 32 octets and
// the 6 octets of the first wireless MAC.
//
// `FONAP_RESULT_TRUNCATED` when there are too few octets.
fonap_result fonap_heartbeat_board_data_parse(const uint8_t *board,
                                              size_t board_len,
                                              uint8_t *key,
                                              uint8_t *mac);

// The key in use once a server has rolled it over: what a file (`aespath`) holds, encrypted with the first key.
// `first_key` and `current_key` have 32 octets and may be the same.
//
// `FONAP_RESULT_LENGTH` or `FONAP_RESULT_DIGIT` when the file is short or spoilt.
fonap_result fonap_heartbeat_key_current(const uint8_t *first_key,
                                         const uint8_t *file,
                                         size_t file_len,
                                         uint8_t *current_key);

// The three check bits that a query carries beside the 6 octets of its MAC.
fonap_result fonap_heartbeat_crc3(const uint8_t *mac, uint8_t *check);

// Writes octets in the heartbeat's base32.
fonap_result fonap_heartbeat_base32_encode(const uint8_t *data,
                                           size_t data_len,
                                           char *out,
                                           size_t capacity,
                                           size_t *length);

// Reads the heartbeat's base32, of either letter case.
//
// `FONAP_RESULT_LENGTH` or `FONAP_RESULT_DIGIT` when it is none; what `out` holds then is of no use.
fonap_result fonap_heartbeat_base32_decode(const char *text,
                                           size_t text_len,
                                           uint8_t *out,
                                           size_t capacity,
                                           size_t *length);

// Writes octets in base64 with padding.
fonap_result fonap_heartbeat_base64_encode(const uint8_t *data,
                                           size_t data_len,
                                           char *out,
                                           size_t capacity,
                                           size_t *length);

// Reads base64 with padding, canonical only, of at most 512 characters.
//
// `FONAP_RESULT_DIGIT` when it is none, `FONAP_RESULT_LIMIT` when it is too long.
fonap_result fonap_heartbeat_base64_decode(const char *text,
                                           size_t text_len,
                                           uint8_t *out,
                                           size_t capacity,
                                           size_t *length);

extern void *malloc(size_t size);

extern void *realloc(void *block, size_t size);

extern void free(void *block);

// Takes memory from these functions from now on, in place of the C library's `malloc`, `realloc` and `free`.
//
// To be called before any other function of the library, at most once, because what one allocator gave another one
// cannot take back. The structure is not copied: it has to stay, unchanged, as a `static const` does. NULL, or a
// structure with a member that is NULL, changes nothing and gives `FONAP_RESULT_NULL`.
//
// When `allocate` gives NULL the library cannot go on: see `fonap_set_panic_hook`.
fonap_result fonap_set_allocator(const struct fonap_allocator *allocator);

// What a result means, in English, as a static string that ends with a zero. Never NULL: an unknown number has a text
// too.
const char *fonap_result_text(int32_t result);

extern void abort(void);

// The number of the binary interface that the library has: `FONAP_ABI_VERSION` of the header it was built with.
uint32_t fonap_abi_version(void);

// The library's version as text, such as "0.1.0", a static string that ends with a zero.
const char *fonap_version(void);

// Sets a function that is called, in the build for firmware, when the library cannot go on: it ran out of memory, or
// has a defect. When the function returns, `abort()` is called; a reboot, or `longjmp` out of it with no further use of
// the library, are what it may do instead. NULL takes the function away.
//
// In a build with `std` a defect is `FONAP_RESULT_PANIC` instead, running out of memory ends the process, and the hook
// is not called.
void fonap_set_panic_hook(void (*hook)(void));

// Writes a host name as it stands on the wire: labels of 1 to 63 octets, at most 255 in all.
//
// `FONAP_RESULT_MALFORMED` when the DNS cannot carry it. Allocates nothing.
fonap_result fonap_heartbeat_name_encode(const char *name,
                                         size_t name_len,
                                         uint8_t *out,
                                         size_t capacity,
                                         size_t *length);

// Writes the datagram that asks for a name: for TXT with a query's label and the suffix, for A and AAAA to find the
// server. `id` is 16 random bits, new for every attempt.
//
// `FONAP_RESULT_MALFORMED` when the DNS cannot carry the name. Allocates nothing.
fonap_result fonap_heartbeat_dns_query(uint16_t id,
                                       const char *name,
                                       size_t name_len,
                                       uint16_t record_type,
                                       uint8_t *out,
                                       size_t capacity,
                                       size_t *length);

// Judges a datagram that came for a query, and writes the text it carries: `FONAP_HEARTBEAT_MAX_TEXT_LEN` octets are
// always enough.
//
// `FONAP_RESULT_OK`: it counts, and its text, possibly empty, is the answer. `FONAP_RESULT_OTHER`: it is not for this
// query, go on waiting. `FONAP_RESULT_REFUSED`: the server refused. `FONAP_RESULT_MALFORMED`: no response, or one that
// cannot be read. `id` and `name` are those of the query. Allocates nothing.
fonap_result fonap_heartbeat_response_judge(uint16_t id,
                                            const char *name,
                                            size_t name_len,
                                            const uint8_t *datagram,
                                            size_t datagram_len,
                                            uint32_t flags,
                                            char *text_out,
                                            size_t capacity,
                                            size_t *length);

// Reads the addresses out of the response to a look-up. `addresses` has room for `FONAP_HEARTBEAT_MAX_ADDRESSES`; how
// many there are goes to `count`, possibly none. Their port is 0.
//
// `FONAP_RESULT_OTHER` when the response is for another query, `FONAP_RESULT_REFUSED`, or `FONAP_RESULT_MALFORMED`.
// Allocates nothing.
fonap_result fonap_heartbeat_addresses_read(uint16_t id,
                                            const char *name,
                                            size_t name_len,
                                            uint16_t record_type,
                                            const uint8_t *datagram,
                                            size_t datagram_len,
                                            struct fonap_address *addresses,
                                            size_t *count);

// A server's side: reads a query datagram. Writes its id, and the first label of the name it asks for: the label of a
// heartbeat, for `fonap_heartbeat_query_from_label`. 63 characters are always enough.
//
// `FONAP_RESULT_OTHER`: not to be answered at all. `FONAP_RESULT_NOT_FOUND`: no question for text, answer with
// `fonap_heartbeat_response_write` and a refusal. Allocates nothing.
fonap_result fonap_heartbeat_request_read(const uint8_t *datagram,
                                          size_t datagram_len,
                                          uint16_t *id,
                                          char *label,
                                          size_t capacity,
                                          size_t *length);

// A server's side: writes the response to a query datagram. With `response_code` 0 it carries `text`; with another
// one, 2 for a status server that refuses, it carries nothing.
//
// `FONAP_RESULT_OTHER` when the datagram is not to be answered. Allocates nothing.
fonap_result fonap_heartbeat_response_write(const uint8_t *datagram,
                                            size_t datagram_len,
                                            uint8_t response_code,
                                            const char *text,
                                            size_t text_len,
                                            uint8_t *out,
                                            size_t capacity,
                                            size_t *length);

// Makes a machine. Its first heartbeat comes after a random delay below `period_offline_s`, or as set.
//
// `settings` are copied. `problem` may be NULL; with `FONAP_RESULT_CONFIG`, `FONAP_RESULT_ARGUMENT` and
// `FONAP_RESULT_TEXT` it gets a static string that names what is wrong. The machine belongs to the caller, who ends it
// with `fonap_heartbeat_free`.
fonap_result fonap_heartbeat_new(const struct fonap_heartbeat_settings *settings,
                                 const struct fonap_random *random,
                                 uint64_t now_ms,
                                 struct fonap_heartbeat **heartbeat,
                                 const char **problem);

// Takes over other settings while the machine runs, as SIGHUP does for a daemon. State and timer stay, cached addresses
// go. A heartbeat under way ends with the old settings.
//
// `problem` as in `fonap_heartbeat_new`; with an error the old settings stay.
fonap_result fonap_heartbeat_reload(struct fonap_heartbeat *heartbeat,
                                    const struct fonap_heartbeat_settings *settings,
                                    const char **problem);

// Ends a machine. NULL is taken. Nothing is sent.
void fonap_heartbeat_free(struct fonap_heartbeat *heartbeat);

// Tells that time has passed.
fonap_result fonap_heartbeat_tick(struct fonap_heartbeat *heartbeat, uint64_t now_ms);

// Tells that a datagram came on the socket of the attempt under way.
fonap_result fonap_heartbeat_datagram(struct fonap_heartbeat *heartbeat,
                                      uint64_t now_ms,
                                      const uint8_t *datagram,
                                      size_t datagram_len);

// Tells that the network reported an error for that socket, such as port unreachable.
fonap_result fonap_heartbeat_network_error(struct fonap_heartbeat *heartbeat, uint64_t now_ms);

// Tells the addresses that the look-up under way has found, perhaps none. Their ports do not matter.
//
// `FONAP_RESULT_ARGUMENT` when one has a family other than 4 and 6.
fonap_result fonap_heartbeat_addresses(struct fonap_heartbeat *heartbeat,
                                       uint64_t now_ms,
                                       const struct fonap_address *addresses,
                                       size_t count);

// Tells that the look-up under way has failed.
fonap_result fonap_heartbeat_lookup_failed(struct fonap_heartbeat *heartbeat, uint64_t now_ms);

// Tells that the command has ended, by itself or killed. `success` other than 0: its status was zero.
fonap_result fonap_heartbeat_trigger_ended(struct fonap_heartbeat *heartbeat,
                                           uint64_t now_ms,
                                           uint8_t success);

// Begins a heartbeat without waiting for the period's end.
fonap_result fonap_heartbeat_now(struct fonap_heartbeat *heartbeat, uint64_t now_ms);

// Sends no more heartbeats.
fonap_result fonap_heartbeat_stop(struct fonap_heartbeat *heartbeat, uint64_t now_ms);

// Tells the calendar time that belongs to `now_ms`; needed with `FONAP_HEARTBEAT_NOP_TIME_WINDOW` only, and again when
// the system's clock was set.
fonap_result fonap_heartbeat_set_unix_time(struct fonap_heartbeat *heartbeat,
                                           uint64_t now_ms,
                                           int64_t unix_seconds);

// The next thing to do: `fonap_heartbeat_poll(heartbeat, &output, sizeof output)`. Everything is done when the kind is
// `FONAP_HEARTBEAT_OUT_WAIT`.
fonap_result fonap_heartbeat_poll(struct fonap_heartbeat *heartbeat,
                                  struct fonap_heartbeat_output *output,
                                  size_t output_size);

// Whether a datagram is the response to the query that is out: `accepted` becomes 1 or 0. Lets several machines share
// a socket.
fonap_result fonap_heartbeat_accepts(const struct fonap_heartbeat *heartbeat,
                                     const uint8_t *datagram,
                                     size_t datagram_len,
                                     uint8_t *accepted);

// Whether the service is up: `online` becomes 1 or 0.
fonap_result fonap_heartbeat_is_online(const struct fonap_heartbeat *heartbeat, uint8_t *online);

// Numbers for field diagnosis: consecutive failed heartbeats, and inputs that did not fit the state. Either pointer may
// be NULL.
fonap_result fonap_heartbeat_counters(const struct fonap_heartbeat *heartbeat,
                                      uint32_t *failed,
                                      uint64_t *ignored);

// The state's name for field diagnosis, a static string that ends with a zero: "waiting", "looking up", "attempting",
// "stopped". NULL for a NULL handle.
const char *fonap_heartbeat_state_name(const struct fonap_heartbeat *heartbeat);

// Writes the line that operators know from the log for a query.
fonap_result fonap_heartbeat_query_line(const struct fonap_heartbeat_query *query,
                                        char *out,
                                        size_t capacity,
                                        size_t *length);

// Writes the line that operators know from the log for the answer of the last `FONAP_HEARTBEAT_OUT_ANSWER`.
//
// `FONAP_RESULT_STATE` when the last poll gave something else.
fonap_result fonap_heartbeat_answer_line(const struct fonap_heartbeat *heartbeat,
                                         char *out,
                                         size_t capacity,
                                         size_t *length);

// Encrypts a query with the 32 octets of `key` and writes its `FONAP_HEARTBEAT_QUERY_LEN` octets to `wire`.
//
// `FONAP_RESULT_ARGUMENT` when the type is above 31. Allocates nothing.
fonap_result fonap_heartbeat_query_seal(const struct fonap_heartbeat_query *query,
                                        const uint8_t *key,
                                        uint8_t *wire);

// Decrypts the `FONAP_HEARTBEAT_QUERY_LEN` octets at `wire` with the 32 octets of `key`: a server's side.
//
// `FONAP_RESULT_HEARTBEAT_KIND` when they are no query, or of another key. Allocates nothing.
fonap_result fonap_heartbeat_query_open(const uint8_t *wire,
                                        const uint8_t *key,
                                        struct fonap_heartbeat_query *query);

// The 6 octets of the MAC that an encrypted query carries in clear: says whose key opens it. Not authenticated.
fonap_result fonap_heartbeat_query_mac(const uint8_t *wire,
                                       uint8_t *mac);

// Writes the `FONAP_HEARTBEAT_LABEL_LEN` characters of an encrypted query's DNS label.
fonap_result fonap_heartbeat_query_label(const uint8_t *wire, char *label);

// Reads a DNS label of either letter case into the `FONAP_HEARTBEAT_QUERY_LEN` octets at `wire`.
//
// `FONAP_RESULT_LENGTH` or `FONAP_RESULT_DIGIT` when it is none of a query.
fonap_result fonap_heartbeat_query_from_label(const char *label, size_t label_len, uint8_t *wire);

// Opens and judges the text of an answer, prefix included, as it came out of `fonap_heartbeat_response_judge`.
//
// `key` has 32 octets; `trid` is that of the query. Without `rsa_key` (NULL) regular answers are refused with
// `FONAP_RESULT_HEARTBEAT_NO_RSA_KEY`. `flags` is 0 or `FONAP_HEARTBEAT_STRICT_NOP`. Other refusals are
// `FONAP_RESULT_HEARTBEAT_TRID` (answers another query), `FONAP_RESULT_HEARTBEAT_KIND` (another key, or forged),
// `FONAP_RESULT_HEARTBEAT_NOT_BELOW_MODULUS`, `FONAP_RESULT_MALFORMED`, `FONAP_RESULT_LENGTH`, `FONAP_RESULT_DIGIT`.
// Allocates nothing.
fonap_result fonap_heartbeat_answer_open(const char *text,
                                         size_t text_len,
                                         const uint8_t *key,
                                         const struct fonap_heartbeat_rsa_key *rsa_key,
                                         uint32_t trid,
                                         uint32_t flags,
                                         struct fonap_heartbeat_answer *answer);

// A server's side: writes the `FONAP_HEARTBEAT_NOP_TEXT_LEN` characters of a NOP answer.
fonap_result fonap_heartbeat_nop_text(uint32_t trid, uint32_t unix_seconds, const uint8_t *key, char *text);

// A server's side, first half: the `FONAP_HEARTBEAT_BLOCK_LEN` octets of a regular answer that are to be signed with
// the private key (`block^d mod n`, no padding). `filler` has 246 octets less those of `data`, random.
//
// `FONAP_RESULT_LIMIT` when there is more data than 246 octets, `FONAP_RESULT_HEARTBEAT_NOT_BELOW_MODULUS` when the
// block is not below the modulus: try other filler, or answer NOP.
fonap_result fonap_heartbeat_regular_block(uint32_t trid,
                                           uint8_t exec,
                                           const uint8_t *data,
                                           size_t data_len,
                                           const uint8_t *filler,
                                           const uint8_t *key,
                                           const struct fonap_heartbeat_rsa_key *rsa_key,
                                           uint8_t *block);

// A server's side, second half: the text of a regular answer, `FONAP_HEARTBEAT_REGULAR_TEXT_LEN` characters, of the
// `FONAP_HEARTBEAT_BLOCK_LEN` octets of `signature`. Checks first that the signature is right.
//
// `FONAP_RESULT_NOT_AUTHENTIC` when it does not recover to `block`: sending it would help whoever wants to break the
// key.
fonap_result fonap_heartbeat_regular_text(const uint8_t *block,
                                          const uint8_t *signature,
                                          const struct fonap_heartbeat_rsa_key *rsa_key,
                                          char *out,
                                          size_t capacity,
                                          size_t *length);

// Reads a public key file: SubjectPublicKeyInfo or PKCS#1, PEM or DER, at most 16 KiB.
//
// The key stays as it is and may serve several machines, one after the other.
// `FONAP_RESULT_MALFORMED`, `FONAP_RESULT_LIMIT`, or `FONAP_RESULT_HEARTBEAT_RSA_KEY` for a key that is not of 2048
// bits or has an exponent that is even or below 65537.
fonap_result fonap_heartbeat_rsa_key_new(const uint8_t *file,
                                         size_t file_len,
                                         struct fonap_heartbeat_rsa_key **key);

// Ends a key. NULL is taken.
void fonap_heartbeat_rsa_key_free(struct fonap_heartbeat_rsa_key *key);

// Writes the 256 octets of the modulus, big-endian.
fonap_result fonap_heartbeat_rsa_key_modulus(const struct fonap_heartbeat_rsa_key *key, uint8_t *modulus);

// The exponent; `FONAP_RESULT_LIMIT` when it has more than 64 bits.
fonap_result fonap_heartbeat_rsa_key_exponent(const struct fonap_heartbeat_rsa_key *key, uint64_t *exponent);

// Sets a structure of `size` octets to the defaults: `fonap_heartbeat_settings_init(&settings, sizeof settings)`.
fonap_result fonap_heartbeat_settings_init(struct fonap_heartbeat_settings *settings,
                                           size_t size);

// Reads a MAC of six two-digit hexadecimal groups joined by `-` or `:` into the 6 octets at `mac`.
//
// `FONAP_RESULT_MALFORMED` for anything else.
fonap_result fonap_heartbeat_mac_parse(const char *text, size_t text_len, uint8_t *mac);

// Reads version text such as `2.1.0` and revision text such as `1` into the 4 octets at `version`.
//
// `FONAP_RESULT_MALFORMED` for anything but three numbers, and one, of one or two digits.
fonap_result fonap_heartbeat_version_parse(const char *version_text,
                                           size_t version_text_len,
                                           const char *revision_text,
                                           size_t revision_text_len,
                                           uint8_t *version);

// Reads a key of exactly 64 hexadecimal digits into the 32 octets at `key`. One line end behind the digits, as a
// single-line file such as `/etc/fon_keyword` has it, is to be left out by the caller.
//
// `FONAP_RESULT_LENGTH` or `FONAP_RESULT_DIGIT` for anything else.
fonap_result fonap_heartbeat_key_parse(const char *text,
                                       size_t text_len,
                                       uint8_t *key);

// Reads the board-data structure that some devices keep on flash: 180 octets or more. Writes the key's 32 octets and
// the 6 octets of the first wireless MAC.
//
// `FONAP_RESULT_TRUNCATED` when there are too few octets.
fonap_result fonap_heartbeat_board_data_parse(const uint8_t *board,
                                              size_t board_len,
                                              uint8_t *key,
                                              uint8_t *mac);

// The key in use once a server has rolled it over: what a file (`aespath`) holds, encrypted with the first key.
// `first_key` and `current_key` have 32 octets and may be the same.
//
// `FONAP_RESULT_LENGTH` or `FONAP_RESULT_DIGIT` when the file is short or spoilt.
fonap_result fonap_heartbeat_key_current(const uint8_t *first_key,
                                         const uint8_t *file,
                                         size_t file_len,
                                         uint8_t *current_key);

// The three check bits that a query carries beside the 6 octets of its MAC.
fonap_result fonap_heartbeat_crc3(const uint8_t *mac, uint8_t *check);

// Writes octets in the heartbeat's base32.
fonap_result fonap_heartbeat_base32_encode(const uint8_t *data,
                                           size_t data_len,
                                           char *out,
                                           size_t capacity,
                                           size_t *length);

// Reads the heartbeat's base32, of either letter case.
//
// `FONAP_RESULT_LENGTH` or `FONAP_RESULT_DIGIT` when it is none; what `out` holds then is of no use.
fonap_result fonap_heartbeat_base32_decode(const char *text,
                                           size_t text_len,
                                           uint8_t *out,
                                           size_t capacity,
                                           size_t *length);

// Writes octets in base64 with padding.
fonap_result fonap_heartbeat_base64_encode(const uint8_t *data,
                                           size_t data_len,
                                           char *out,
                                           size_t capacity,
                                           size_t *length);

// Reads base64 with padding, canonical only, of at most 512 characters.
//
// `FONAP_RESULT_DIGIT` when it is none, `FONAP_RESULT_LIMIT` when it is too long.
fonap_result fonap_heartbeat_base64_decode(const char *text,
                                           size_t text_len,
                                           uint8_t *out,
                                           size_t capacity,
                                           size_t *length);

extern void *malloc(size_t size);

extern void *realloc(void *block, size_t size);

extern void free(void *block);

// Takes memory from these functions from now on, in place of the C library's `malloc`, `realloc` and `free`.
//
// To be called before any other function of the library, at most once, because what one allocator gave another one
// cannot take back. The structure is not copied: it has to stay, unchanged, as a `static const` does. NULL, or a
// structure with a member that is NULL, changes nothing and gives `FONAP_RESULT_NULL`.
//
// When `allocate` gives NULL the library cannot go on: see `fonap_set_panic_hook`.
fonap_result fonap_set_allocator(const struct fonap_allocator *allocator);

// What a result means, in English, as a static string that ends with a zero. Never NULL: an unknown number has a text
// too.
const char *fonap_result_text(int32_t result);

extern void abort(void);

// The number of the binary interface that the library has: `FONAP_ABI_VERSION` of the header it was built with.
uint32_t fonap_abi_version(void);

// The library's version as text, such as "0.1.0", a static string that ends with a zero.
const char *fonap_version(void);

// Sets a function that is called, in the build for firmware, when the library cannot go on: it ran out of memory, or
// has a defect. When the function returns, `abort()` is called; a reboot, or `longjmp` out of it with no further use of
// the library, are what it may do instead. NULL takes the function away.
//
// In a build with `std` a defect is `FONAP_RESULT_PANIC` instead, running out of memory ends the process, and the hook
// is not called.
void fonap_set_panic_hook(void (*hook)(void));

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* FONAP_H */

#ifndef FONAP_TEXT
/* A fonap_text of a string that ends with a zero. The string has to stay as long as what the fonap_text is put in. */
#define FONAP_TEXT(string) fonap_text_of(string)
static inline fonap_text fonap_text_of(const char *string) {
    fonap_text text;
    text.data = string;
    text.length = strlen(string);
    return text;
}
#endif

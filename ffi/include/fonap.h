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


#ifndef FONAP_H
#define FONAP_H

/* Made by cbindgen from ffi/src: change it there, then run `make header` in ffi/. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The version: (major * 1000 + minor) * 1000 + patch. */
#define FONAP_VERSION_NUMBER 1000


// The number of the binary interface that this header describes. Compare it with `fonap_abi_version()` where header and
// library may come from different places. It changes when a program has to be built again.
#define FONAP_ABI_VERSION 1

// What a profile asks for: nothing can be done with it.
#define FONAP_DISCOVERY_UNAVAILABLE 0

// What a profile asks for: GET the configuration.
#define FONAP_DISCOVERY_DIRECT 1

// What a profile asks for: authorize in the browser first.
#define FONAP_DISCOVERY_OAUTH 2

// What a profile asks for: fetch the service document, which names the endpoints.
#define FONAP_DISCOVERY_LETSWIFI 3

// What a profile asks for: open a page in the browser; nothing comes back.
#define FONAP_DISCOVERY_REDIRECT 4

// What a URL is for: to be opened in the browser, plain http included.
#define FONAP_DISCOVERY_URL_REDIRECT 1

// What a URL is for: to be spoken with by the program; https only.
#define FONAP_DISCOVERY_URL_ENDPOINT 2

// What to do with a list that was fetched: use it.
#define FONAP_DISCOVERY_ACCEPT 0

// What to do with a list that was fetched: it is the active one again.
#define FONAP_DISCOVERY_UNCHANGED 1

// What to do with a list that was fetched: another list with the same number; keep the active one.
#define FONAP_DISCOVERY_SAME_SEQ_DIFFERENT_CONTENT 2

// What to do with a list that was fetched: it is an older one; keep the active one.
#define FONAP_DISCOVERY_ROLLBACK 3

// Where a list comes from: it was just fetched.
#define FONAP_DISCOVERY_FROM_NETWORK 1

// Where a list comes from: an earlier run has stored it.
#define FONAP_DISCOVERY_FROM_CACHE 2

// Where a list comes from: it came with the program.
#define FONAP_DISCOVERY_EMBEDDED 3

// What must still be asked of the user: a client certificate.
#define FONAP_EAPCONFIG_NEEDS_CERTIFICATE 1

// What must still be asked of the user: the passphrase of the certificate.
#define FONAP_EAPCONFIG_NEEDS_PASSPHRASE (1 << 1)

// What must still be asked of the user: a user name.
#define FONAP_EAPCONFIG_NEEDS_USERNAME (1 << 2)

// What must still be asked of the user: a password.
#define FONAP_EAPCONFIG_NEEDS_PASSWORD (1 << 3)

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

// A format: Android's container, `application/x-wifi-config`.
#define FONAP_PASSPOINT_ANDROID 1

// A format: Apple's profile, to be signed by the program.
#define FONAP_PASSPOINT_APPLE 2

// A format: Windows, to be signed by the program.
#define FONAP_PASSPOINT_WINDOWS 3

// A format: ChromeOS (ONC), unencrypted.
#define FONAP_PASSPOINT_ONC 4

// A format: the text for wpa_supplicant. Files beside it are not given: use a model with system trust or without
// certificates.
#define FONAP_PASSPOINT_WPA 5

// How a file is read: rules of this project apply too that are stricter than those of the operating system.
#define FONAP_PASSPOINT_STRICT 1

// User-Name.
#define FONAP_RADIUS_USER_NAME 1

// User-Password.
#define FONAP_RADIUS_USER_PASSWORD 2

// CHAP-Password.
#define FONAP_RADIUS_CHAP_PASSWORD 3

// NAS-IP-Address.
#define FONAP_RADIUS_NAS_IP_ADDRESS 4

// NAS-Port.
#define FONAP_RADIUS_NAS_PORT 5

// Service-Type.
#define FONAP_RADIUS_SERVICE_TYPE 6

// Framed-Protocol.
#define FONAP_RADIUS_FRAMED_PROTOCOL 7

// Framed-IP-Address.
#define FONAP_RADIUS_FRAMED_IP_ADDRESS 8

// Framed-IP-Netmask.
#define FONAP_RADIUS_FRAMED_IP_NETMASK 9

// Framed-Routing.
#define FONAP_RADIUS_FRAMED_ROUTING 10

// Filter-Id.
#define FONAP_RADIUS_FILTER_ID 11

// Framed-MTU.
#define FONAP_RADIUS_FRAMED_MTU 12

// Framed-Compression.
#define FONAP_RADIUS_FRAMED_COMPRESSION 13

// Login-IP-Host.
#define FONAP_RADIUS_LOGIN_IP_HOST 14

// Login-Service.
#define FONAP_RADIUS_LOGIN_SERVICE 15

// Login-TCP-Port.
#define FONAP_RADIUS_LOGIN_TCP_PORT 16

// Reply-Message.
#define FONAP_RADIUS_REPLY_MESSAGE 18

// Callback-Number.
#define FONAP_RADIUS_CALLBACK_NUMBER 19

// Callback-Id.
#define FONAP_RADIUS_CALLBACK_ID 20

// Framed-Route.
#define FONAP_RADIUS_FRAMED_ROUTE 22

// Framed-IPX-Network.
#define FONAP_RADIUS_FRAMED_IPX_NETWORK 23

// State.
#define FONAP_RADIUS_STATE 24

// Class.
#define FONAP_RADIUS_CLASS 25

// Vendor-Specific.
#define FONAP_RADIUS_VENDOR_SPECIFIC 26

// Session-Timeout.
#define FONAP_RADIUS_SESSION_TIMEOUT 27

// Idle-Timeout.
#define FONAP_RADIUS_IDLE_TIMEOUT 28

// Termination-Action.
#define FONAP_RADIUS_TERMINATION_ACTION 29

// Called-Station-Id.
#define FONAP_RADIUS_CALLED_STATION_ID 30

// Calling-Station-Id.
#define FONAP_RADIUS_CALLING_STATION_ID 31

// NAS-Identifier.
#define FONAP_RADIUS_NAS_IDENTIFIER 32

// Proxy-State.
#define FONAP_RADIUS_PROXY_STATE 33

// Login-LAT-Service.
#define FONAP_RADIUS_LOGIN_LAT_SERVICE 34

// Login-LAT-Node.
#define FONAP_RADIUS_LOGIN_LAT_NODE 35

// Login-LAT-Group.
#define FONAP_RADIUS_LOGIN_LAT_GROUP 36

// Framed-AppleTalk-Link.
#define FONAP_RADIUS_FRAMED_APPLETALK_LINK 37

// Framed-AppleTalk-Network.
#define FONAP_RADIUS_FRAMED_APPLETALK_NETWORK 38

// Framed-AppleTalk-Zone.
#define FONAP_RADIUS_FRAMED_APPLETALK_ZONE 39

// CHAP-Challenge.
#define FONAP_RADIUS_CHAP_CHALLENGE 60

// NAS-Port-Type.
#define FONAP_RADIUS_NAS_PORT_TYPE 61

// Port-Limit.
#define FONAP_RADIUS_PORT_LIMIT 62

// Login-LAT-Port.
#define FONAP_RADIUS_LOGIN_LAT_PORT 63

// Acct-Status-Type.
#define FONAP_RADIUS_ACCT_STATUS_TYPE 40

// Acct-Delay-Time.
#define FONAP_RADIUS_ACCT_DELAY_TIME 41

// Acct-Input-Octets.
#define FONAP_RADIUS_ACCT_INPUT_OCTETS 42

// Acct-Output-Octets.
#define FONAP_RADIUS_ACCT_OUTPUT_OCTETS 43

// Acct-Session-Id.
#define FONAP_RADIUS_ACCT_SESSION_ID 44

// Acct-Authentic.
#define FONAP_RADIUS_ACCT_AUTHENTIC 45

// Acct-Session-Time.
#define FONAP_RADIUS_ACCT_SESSION_TIME 46

// Acct-Input-Packets.
#define FONAP_RADIUS_ACCT_INPUT_PACKETS 47

// Acct-Output-Packets.
#define FONAP_RADIUS_ACCT_OUTPUT_PACKETS 48

// Acct-Terminate-Cause.
#define FONAP_RADIUS_ACCT_TERMINATE_CAUSE 49

// Acct-Multi-Session-Id.
#define FONAP_RADIUS_ACCT_MULTI_SESSION_ID 50

// Acct-Link-Count.
#define FONAP_RADIUS_ACCT_LINK_COUNT 51

// Acct-Tunnel-Connection.
#define FONAP_RADIUS_ACCT_TUNNEL_CONNECTION 68

// Acct-Tunnel-Packets-Lost.
#define FONAP_RADIUS_ACCT_TUNNEL_PACKETS_LOST 86

// Tunnel-Type.
#define FONAP_RADIUS_TUNNEL_TYPE 64

// Tunnel-Medium-Type.
#define FONAP_RADIUS_TUNNEL_MEDIUM_TYPE 65

// Tunnel-Client-Endpoint.
#define FONAP_RADIUS_TUNNEL_CLIENT_ENDPOINT 66

// Tunnel-Server-Endpoint.
#define FONAP_RADIUS_TUNNEL_SERVER_ENDPOINT 67

// Tunnel-Password.
#define FONAP_RADIUS_TUNNEL_PASSWORD 69

// Tunnel-Private-Group-Id.
#define FONAP_RADIUS_TUNNEL_PRIVATE_GROUP_ID 81

// Tunnel-Assignment-Id.
#define FONAP_RADIUS_TUNNEL_ASSIGNMENT_ID 82

// Tunnel-Preference.
#define FONAP_RADIUS_TUNNEL_PREFERENCE 83

// Tunnel-Client-Auth-Id.
#define FONAP_RADIUS_TUNNEL_CLIENT_AUTH_ID 90

// Tunnel-Server-Auth-Id.
#define FONAP_RADIUS_TUNNEL_SERVER_AUTH_ID 91

// Acct-Input-Gigawords.
#define FONAP_RADIUS_ACCT_INPUT_GIGAWORDS 52

// Acct-Output-Gigawords.
#define FONAP_RADIUS_ACCT_OUTPUT_GIGAWORDS 53

// Event-Timestamp.
#define FONAP_RADIUS_EVENT_TIMESTAMP 55

// ARAP-Password.
#define FONAP_RADIUS_ARAP_PASSWORD 70

// ARAP-Features.
#define FONAP_RADIUS_ARAP_FEATURES 71

// ARAP-Zone-Access.
#define FONAP_RADIUS_ARAP_ZONE_ACCESS 72

// ARAP-Security.
#define FONAP_RADIUS_ARAP_SECURITY 73

// ARAP-Security-Data.
#define FONAP_RADIUS_ARAP_SECURITY_DATA 74

// Password-Retry.
#define FONAP_RADIUS_PASSWORD_RETRY 75

// Prompt.
#define FONAP_RADIUS_PROMPT 76

// Connect-Info.
#define FONAP_RADIUS_CONNECT_INFO 77

// Configuration-Token.
#define FONAP_RADIUS_CONFIGURATION_TOKEN 78

// EAP-Message.
#define FONAP_RADIUS_EAP_MESSAGE 79

// Message-Authenticator.
#define FONAP_RADIUS_MESSAGE_AUTHENTICATOR 80

// ARAP-Challenge-Response.
#define FONAP_RADIUS_ARAP_CHALLENGE_RESPONSE 84

// Acct-Interim-Interval.
#define FONAP_RADIUS_ACCT_INTERIM_INTERVAL 85

// NAS-Port-Id.
#define FONAP_RADIUS_NAS_PORT_ID 87

// Framed-Pool.
#define FONAP_RADIUS_FRAMED_POOL 88

// NAS-IPv6-Address.
#define FONAP_RADIUS_NAS_IPV6_ADDRESS 95

// Framed-Interface-Id.
#define FONAP_RADIUS_FRAMED_INTERFACE_ID 96

// Framed-IPv6-Prefix.
#define FONAP_RADIUS_FRAMED_IPV6_PREFIX 97

// Login-IPv6-Host.
#define FONAP_RADIUS_LOGIN_IPV6_HOST 98

// Framed-IPv6-Route.
#define FONAP_RADIUS_FRAMED_IPV6_ROUTE 99

// Framed-IPv6-Pool.
#define FONAP_RADIUS_FRAMED_IPV6_POOL 100

// Error-Cause.
#define FONAP_RADIUS_ERROR_CAUSE 101

// EAP-Key-Name.
#define FONAP_RADIUS_EAP_KEY_NAME 102

// Chargeable-User-Identity.
#define FONAP_RADIUS_CHARGEABLE_USER_IDENTITY 89

// Operator-Name.
#define FONAP_RADIUS_OPERATOR_NAME 126

// Location-Information.
#define FONAP_RADIUS_LOCATION_INFORMATION 127

// Location-Data.
#define FONAP_RADIUS_LOCATION_DATA 128

// Allowed-Called-Station-Id.
#define FONAP_RADIUS_ALLOWED_CALLED_STATION_ID 174

// EAP-Peer-Id.
#define FONAP_RADIUS_EAP_PEER_ID 175

// EAP-Server-Id.
#define FONAP_RADIUS_EAP_SERVER_ID 176

// Mobility-Domain-Id.
#define FONAP_RADIUS_MOBILITY_DOMAIN_ID 177

// Preauth-Timeout.
#define FONAP_RADIUS_PREAUTH_TIMEOUT 178

// Network-Id-Name.
#define FONAP_RADIUS_NETWORK_ID_NAME 179

// EAPoL-Announcement.
#define FONAP_RADIUS_EAPOL_ANNOUNCEMENT 180

// WLAN-HESSID.
#define FONAP_RADIUS_WLAN_HESSID 181

// WLAN-Venue-Info.
#define FONAP_RADIUS_WLAN_VENUE_INFO 182

// WLAN-Venue-Language.
#define FONAP_RADIUS_WLAN_VENUE_LANGUAGE 183

// WLAN-Venue-Name.
#define FONAP_RADIUS_WLAN_VENUE_NAME 184

// WLAN-Reason-Code.
#define FONAP_RADIUS_WLAN_REASON_CODE 185

// WLAN-Pairwise-Cipher.
#define FONAP_RADIUS_WLAN_PAIRWISE_CIPHER 186

// WLAN-Group-Cipher.
#define FONAP_RADIUS_WLAN_GROUP_CIPHER 187

// WLAN-AKM-Suite.
#define FONAP_RADIUS_WLAN_AKM_SUITE 188

// WLAN-Group-Mgmt-Cipher.
#define FONAP_RADIUS_WLAN_GROUP_MGMT_CIPHER 189

// WLAN-RF-Band.
#define FONAP_RADIUS_WLAN_RF_BAND 190

// MS-CHAP-Response.
#define FONAP_RADIUS_MS_CHAP_RESPONSE 1335734829057

// MS-CHAP-Error.
#define FONAP_RADIUS_MS_CHAP_ERROR 1335734829058

// MS-CHAP-CPW-1.
#define FONAP_RADIUS_MS_CHAP_CPW_1 1335734829059

// MS-CHAP-CPW-2.
#define FONAP_RADIUS_MS_CHAP_CPW_2 1335734829060

// MS-CHAP-LM-Enc-PW.
#define FONAP_RADIUS_MS_CHAP_LM_ENC_PW 1335734829061

// MS-CHAP-NT-Enc-PW.
#define FONAP_RADIUS_MS_CHAP_NT_ENC_PW 1335734829062

// MS-MPPE-Encryption-Policy.
#define FONAP_RADIUS_MS_MPPE_ENCRYPTION_POLICY 1335734829063

// MS-MPPE-Encryption-Type.
#define FONAP_RADIUS_MS_MPPE_ENCRYPTION_TYPE 1335734829064

// MS-RAS-Vendor.
#define FONAP_RADIUS_MS_RAS_VENDOR 1335734829065

// MS-CHAP-Domain.
#define FONAP_RADIUS_MS_CHAP_DOMAIN 1335734829066

// MS-CHAP-Challenge.
#define FONAP_RADIUS_MS_CHAP_CHALLENGE 1335734829067

// MS-CHAP-MPPE-Keys.
#define FONAP_RADIUS_MS_CHAP_MPPE_KEYS 1335734829068

// MS-BAP-Usage.
#define FONAP_RADIUS_MS_BAP_USAGE 1335734829069

// MS-Link-Utilization-Threshold.
#define FONAP_RADIUS_MS_LINK_UTILIZATION_THRESHOLD 1335734829070

// MS-Link-Drop-Time-Limit.
#define FONAP_RADIUS_MS_LINK_DROP_TIME_LIMIT 1335734829071

// MS-MPPE-Send-Key.
#define FONAP_RADIUS_MS_MPPE_SEND_KEY 1335734829072

// MS-MPPE-Recv-Key.
#define FONAP_RADIUS_MS_MPPE_RECV_KEY 1335734829073

// MS-RAS-Version.
#define FONAP_RADIUS_MS_RAS_VERSION 1335734829074

// MS-Old-ARAP-Password.
#define FONAP_RADIUS_MS_OLD_ARAP_PASSWORD 1335734829075

// MS-New-ARAP-Password.
#define FONAP_RADIUS_MS_NEW_ARAP_PASSWORD 1335734829076

// MS-ARAP-PW-Change-Reason.
#define FONAP_RADIUS_MS_ARAP_PW_CHANGE_REASON 1335734829077

// MS-Filter.
#define FONAP_RADIUS_MS_FILTER 1335734829078

// MS-Acct-Auth-Type.
#define FONAP_RADIUS_MS_ACCT_AUTH_TYPE 1335734829079

// MS-Acct-EAP-Type.
#define FONAP_RADIUS_MS_ACCT_EAP_TYPE 1335734829080

// MS-CHAP2-Response.
#define FONAP_RADIUS_MS_CHAP2_RESPONSE 1335734829081

// MS-CHAP2-Success.
#define FONAP_RADIUS_MS_CHAP2_SUCCESS 1335734829082

// MS-CHAP2-CPW.
#define FONAP_RADIUS_MS_CHAP2_CPW 1335734829083

// MS-Primary-DNS-Server.
#define FONAP_RADIUS_MS_PRIMARY_DNS_SERVER 1335734829084

// MS-Secondary-DNS-Server.
#define FONAP_RADIUS_MS_SECONDARY_DNS_SERVER 1335734829085

// MS-Primary-NBNS-Server.
#define FONAP_RADIUS_MS_PRIMARY_NBNS_SERVER 1335734829086

// MS-Secondary-NBNS-Server.
#define FONAP_RADIUS_MS_SECONDARY_NBNS_SERVER 1335734829087

// MS-RAS-Client-Name.
#define FONAP_RADIUS_MS_RAS_CLIENT_NAME 1335734829090

// MS-RAS-Client-Version.
#define FONAP_RADIUS_MS_RAS_CLIENT_VERSION 1335734829091

// MS-Quarantine-IPFilter.
#define FONAP_RADIUS_MS_QUARANTINE_IPFILTER 1335734829092

// MS-Quarantine-Session-Timeout.
#define FONAP_RADIUS_MS_QUARANTINE_SESSION_TIMEOUT 1335734829093

// MS-User-Security-Identity.
#define FONAP_RADIUS_MS_USER_SECURITY_IDENTITY 1335734829096

// MS-Identity-Type.
#define FONAP_RADIUS_MS_IDENTITY_TYPE 1335734829097

// MS-Service-Class.
#define FONAP_RADIUS_MS_SERVICE_CLASS 1335734829098

// MS-Quarantine-User-Class.
#define FONAP_RADIUS_MS_QUARANTINE_USER_CLASS 1335734829100

// MS-Quarantine-State.
#define FONAP_RADIUS_MS_QUARANTINE_STATE 1335734829101

// MS-Quarantine-Grace-Time.
#define FONAP_RADIUS_MS_QUARANTINE_GRACE_TIME 1335734829102

// MS-Network-Access-Server-Type.
#define FONAP_RADIUS_MS_NETWORK_ACCESS_SERVER_TYPE 1335734829103

// MS-AFW-Zone.
#define FONAP_RADIUS_MS_AFW_ZONE 1335734829104

// MS-AFW-Protection-Level.
#define FONAP_RADIUS_MS_AFW_PROTECTION_LEVEL 1335734829105

// MS-Machine-Name.
#define FONAP_RADIUS_MS_MACHINE_NAME 1335734829106

// MS-IPv6-Filter.
#define FONAP_RADIUS_MS_IPV6_FILTER 1335734829107

// MS-IPv4-Remediation-Servers.
#define FONAP_RADIUS_MS_IPV4_REMEDIATION_SERVERS 1335734829108

// MS-IPv6-Remediation-Servers.
#define FONAP_RADIUS_MS_IPV6_REMEDIATION_SERVERS 1335734829109

// MS-RNAP-Not-Quarantine-Capable.
#define FONAP_RADIUS_MS_RNAP_NOT_QUARANTINE_CAPABLE 1335734829110

// MS-Quarantine-SOH.
#define FONAP_RADIUS_MS_QUARANTINE_SOH 1335734829111

// MS-RAS-Correlation.
#define FONAP_RADIUS_MS_RAS_CORRELATION 1335734829112

// MS-Extended-Quarantine-State.
#define FONAP_RADIUS_MS_EXTENDED_QUARANTINE_STATE 1335734829113

// MS-HCAP-User-Groups.
#define FONAP_RADIUS_MS_HCAP_USER_GROUPS 1335734829114

// MS-HCAP-Location-Group-Name.
#define FONAP_RADIUS_MS_HCAP_LOCATION_GROUP_NAME 1335734829115

// MS-HCAP-User-Name.
#define FONAP_RADIUS_MS_HCAP_USER_NAME 1335734829116

// MS-User-IPv4-Address.
#define FONAP_RADIUS_MS_USER_IPV4_ADDRESS 1335734829117

// MS-User-IPv6-Address.
#define FONAP_RADIUS_MS_USER_IPV6_ADDRESS 1335734829118

// MS-TSG-Device-Redirection.
#define FONAP_RADIUS_MS_TSG_DEVICE_REDIRECTION 1335734829119

// WISPr-Location-ID.
#define FONAP_RADIUS_WISPR_LOCATION_ID 60653528154113

// WISPr-Location-Name.
#define FONAP_RADIUS_WISPR_LOCATION_NAME 60653528154114

// WISPr-Logoff-URL.
#define FONAP_RADIUS_WISPR_LOGOFF_URL 60653528154115

// WISPr-Redirection-URL.
#define FONAP_RADIUS_WISPR_REDIRECTION_URL 60653528154116

// WISPr-Bandwidth-Min-Up.
#define FONAP_RADIUS_WISPR_BANDWIDTH_MIN_UP 60653528154117

// WISPr-Bandwidth-Min-Down.
#define FONAP_RADIUS_WISPR_BANDWIDTH_MIN_DOWN 60653528154118

// WISPr-Bandwidth-Max-Up.
#define FONAP_RADIUS_WISPR_BANDWIDTH_MAX_UP 60653528154119

// WISPr-Bandwidth-Max-Down.
#define FONAP_RADIUS_WISPR_BANDWIDTH_MAX_DOWN 60653528154120

// WISPr-Session-Terminate-Time.
#define FONAP_RADIUS_WISPR_SESSION_TERMINATE_TIME 60653528154121

// WISPr-Session-Terminate-End-Of-Day.
#define FONAP_RADIUS_WISPR_SESSION_TERMINATE_END_OF_DAY 60653528154122

// WISPr-Billing-Class-Of-Service.
#define FONAP_RADIUS_WISPR_BILLING_CLASS_OF_SERVICE 60653528154123

// ChilliSpot-Max-Input-Octets.
#define FONAP_RADIUS_CHILLISPOT_MAX_INPUT_OCTETS 62530428862465

// ChilliSpot-Max-Output-Octets.
#define FONAP_RADIUS_CHILLISPOT_MAX_OUTPUT_OCTETS 62530428862466

// ChilliSpot-Max-Total-Octets.
#define FONAP_RADIUS_CHILLISPOT_MAX_TOTAL_OCTETS 62530428862467

// ChilliSpot-Bandwidth-Max-Up.
#define FONAP_RADIUS_CHILLISPOT_BANDWIDTH_MAX_UP 62530428862468

// ChilliSpot-Bandwidth-Max-Down.
#define FONAP_RADIUS_CHILLISPOT_BANDWIDTH_MAX_DOWN 62530428862469

// ChilliSpot-Config.
#define FONAP_RADIUS_CHILLISPOT_CONFIG 62530428862470

// ChilliSpot-Lang.
#define FONAP_RADIUS_CHILLISPOT_LANG 62530428862471

// ChilliSpot-Version.
#define FONAP_RADIUS_CHILLISPOT_VERSION 62530428862472

// ChilliSpot-OriginalURL.
#define FONAP_RADIUS_CHILLISPOT_ORIGINALURL 62530428862473

// ChilliSpot-Acct-View-Point.
#define FONAP_RADIUS_CHILLISPOT_ACCT_VIEW_POINT 62530428862474

// ChilliSpot-Require-UAM.
#define FONAP_RADIUS_CHILLISPOT_REQUIRE_UAM 62530428862475

// ChilliSpot-Require-Splash.
#define FONAP_RADIUS_CHILLISPOT_REQUIRE_SPLASH 62530428862476

// ChilliSpot-Route-To-Interface.
#define FONAP_RADIUS_CHILLISPOT_ROUTE_TO_INTERFACE 62530428862477

// ChilliSpot-Config-File.
#define FONAP_RADIUS_CHILLISPOT_CONFIG_FILE 62530428862478

// ChilliSpot-Session-State.
#define FONAP_RADIUS_CHILLISPOT_SESSION_STATE 62530428862479

// ChilliSpot-Session-Id.
#define FONAP_RADIUS_CHILLISPOT_SESSION_ID 62530428862480

// ChilliSpot-AP-Session-Id.
#define FONAP_RADIUS_CHILLISPOT_AP_SESSION_ID 62530428862481

// ChilliSpot-User-Agent.
#define FONAP_RADIUS_CHILLISPOT_USER_AGENT 62530428862482

// ChilliSpot-Accept-Language.
#define FONAP_RADIUS_CHILLISPOT_ACCEPT_LANGUAGE 62530428862483

// ChilliSpot-Max-Input-Gigawords.
#define FONAP_RADIUS_CHILLISPOT_MAX_INPUT_GIGAWORDS 62530428862485

// ChilliSpot-Max-Output-Gigawords.
#define FONAP_RADIUS_CHILLISPOT_MAX_OUTPUT_GIGAWORDS 62530428862486

// ChilliSpot-Max-Total-Gigawords.
#define FONAP_RADIUS_CHILLISPOT_MAX_TOTAL_GIGAWORDS 62530428862487

// ChilliSpot-VLAN-Id.
#define FONAP_RADIUS_CHILLISPOT_VLAN_ID 62530428862488

// ChilliSpot-Location.
#define FONAP_RADIUS_CHILLISPOT_LOCATION 62530428862489

// ChilliSpot-Old-Location.
#define FONAP_RADIUS_CHILLISPOT_OLD_LOCATION 62530428862490

// ChilliSpot-Location-Change-Count.
#define FONAP_RADIUS_CHILLISPOT_LOCATION_CHANGE_COUNT 62530428862491

// ChilliSpot-Sys-Uptime.
#define FONAP_RADIUS_CHILLISPOT_SYS_UPTIME 62530428862504

// ChilliSpot-Sys-LoadAvg.
#define FONAP_RADIUS_CHILLISPOT_SYS_LOADAVG 62530428862505

// ChilliSpot-Sys-Memory.
#define FONAP_RADIUS_CHILLISPOT_SYS_MEMORY 62530428862506

// ChilliSpot-DHCP-Vendor-Class-Id.
#define FONAP_RADIUS_CHILLISPOT_DHCP_VENDOR_CLASS_ID 62530428862514

// ChilliSpot-DHCP-Client-Id.
#define FONAP_RADIUS_CHILLISPOT_DHCP_CLIENT_ID 62530428862515

// ChilliSpot-DHCP-Options.
#define FONAP_RADIUS_CHILLISPOT_DHCP_OPTIONS 62530428862516

// ChilliSpot-DHCP-Filename.
#define FONAP_RADIUS_CHILLISPOT_DHCP_FILENAME 62530428862517

// ChilliSpot-DHCP-Hostname.
#define FONAP_RADIUS_CHILLISPOT_DHCP_HOSTNAME 62530428862518

// ChilliSpot-DHCP-Server-Name.
#define FONAP_RADIUS_CHILLISPOT_DHCP_SERVER_NAME 62530428862519

// ChilliSpot-DHCP-Client-FQDN.
#define FONAP_RADIUS_CHILLISPOT_DHCP_CLIENT_FQDN 62530428862520

// ChilliSpot-DHCP-Parameter-Request-List.
#define FONAP_RADIUS_CHILLISPOT_DHCP_PARAMETER_REQUEST_LIST 62530428862521

// ChilliSpot-DHCP-IP-Address.
#define FONAP_RADIUS_CHILLISPOT_DHCP_IP_ADDRESS 62530428862524

// ChilliSpot-DHCP-Netmask.
#define FONAP_RADIUS_CHILLISPOT_DHCP_NETMASK 62530428862525

// ChilliSpot-DHCP-DNS1.
#define FONAP_RADIUS_CHILLISPOT_DHCP_DNS1 62530428862526

// ChilliSpot-DHCP-DNS2.
#define FONAP_RADIUS_CHILLISPOT_DHCP_DNS2 62530428862527

// ChilliSpot-DHCP-Gateway.
#define FONAP_RADIUS_CHILLISPOT_DHCP_GATEWAY 62530428862528

// ChilliSpot-DHCP-Domain.
#define FONAP_RADIUS_CHILLISPOT_DHCP_DOMAIN 62530428862529

// ChilliSpot-DHCP-Relay.
#define FONAP_RADIUS_CHILLISPOT_DHCP_RELAY 62530428862530

// ChilliSpot-Inject-URL.
#define FONAP_RADIUS_CHILLISPOT_INJECT_URL 62530428862534

// ChilliSpot-PostAuthProxy-Address.
#define FONAP_RADIUS_CHILLISPOT_POSTAUTHPROXY_ADDRESS 62530428862539

// ChilliSpot-PostAuthProxy-Port.
#define FONAP_RADIUS_CHILLISPOT_POSTAUTHPROXY_PORT 62530428862540

// ChilliSpot-Garden-Input-Octets.
#define FONAP_RADIUS_CHILLISPOT_GARDEN_INPUT_OCTETS 62530428862544

// ChilliSpot-Garden-Output-Octets.
#define FONAP_RADIUS_CHILLISPOT_GARDEN_OUTPUT_OCTETS 62530428862545

// ChilliSpot-Garden-Input-Gigawords.
#define FONAP_RADIUS_CHILLISPOT_GARDEN_INPUT_GIGAWORDS 62530428862546

// ChilliSpot-Garden-Output-Gigawords.
#define FONAP_RADIUS_CHILLISPOT_GARDEN_OUTPUT_GIGAWORDS 62530428862547

// ChilliSpot-Other-Input-Octets.
#define FONAP_RADIUS_CHILLISPOT_OTHER_INPUT_OCTETS 62530428862548

// ChilliSpot-Other-Output-Octets.
#define FONAP_RADIUS_CHILLISPOT_OTHER_OUTPUT_OCTETS 62530428862549

// ChilliSpot-Other-Input-Gigawords.
#define FONAP_RADIUS_CHILLISPOT_OTHER_INPUT_GIGAWORDS 62530428862550

// ChilliSpot-Other-Output-Gigawords.
#define FONAP_RADIUS_CHILLISPOT_OTHER_OUTPUT_GIGAWORDS 62530428862551

// ChilliSpot-UAM-Allowed.
#define FONAP_RADIUS_CHILLISPOT_UAM_ALLOWED 62530428862564

// ChilliSpot-MAC-Allowed.
#define FONAP_RADIUS_CHILLISPOT_MAC_ALLOWED 62530428862565

// ChilliSpot-Interval.
#define FONAP_RADIUS_CHILLISPOT_INTERVAL 62530428862566

// A schedule: RFC 5080 as for authentication: up to 5 times within 30 s, then the next server.
#define FONAP_RADIUS_SCHEDULE_AUTHENTICATION 0

// A schedule: RFC 5080 as for accounting: without end.
#define FONAP_RADIUS_SCHEDULE_ACCOUNTING 1

// A schedule: the hotspot vendor's, as the members `vendor_...` say, over the first two servers.
#define FONAP_RADIUS_SCHEDULE_VENDOR 2

// A schedule: RFC 5080 with the numbers of the members `rfc5080_...`.
#define FONAP_RADIUS_SCHEDULE_RFC5080 3

// Most octets of a packet on UDP.
#define FONAP_RADIUS_MAX_LEN 4096

// Octets of the header.
#define FONAP_RADIUS_HEADER_LEN 20

// Most attributes of a packet.
#define FONAP_RADIUS_MAX_ATTRIBUTES 200

// Packet code: Access-Request.
#define FONAP_RADIUS_CODE_ACCESS_REQUEST 1

// Packet code: Access-Accept.
#define FONAP_RADIUS_CODE_ACCESS_ACCEPT 2

// Packet code: Access-Reject.
#define FONAP_RADIUS_CODE_ACCESS_REJECT 3

// Packet code: Accounting-Request.
#define FONAP_RADIUS_CODE_ACCOUNTING_REQUEST 4

// Packet code: Accounting-Response.
#define FONAP_RADIUS_CODE_ACCOUNTING_RESPONSE 5

// Packet code: Access-Challenge.
#define FONAP_RADIUS_CODE_ACCESS_CHALLENGE 11

// Packet code: Status-Server.
#define FONAP_RADIUS_CODE_STATUS_SERVER 12

// Packet code: Disconnect-Request.
#define FONAP_RADIUS_CODE_DISCONNECT_REQUEST 40

// Packet code: Disconnect-ACK.
#define FONAP_RADIUS_CODE_DISCONNECT_ACK 41

// Packet code: Disconnect-NAK.
#define FONAP_RADIUS_CODE_DISCONNECT_NAK 42

// Packet code: CoA-Request.
#define FONAP_RADIUS_CODE_COA_REQUEST 43

// Packet code: CoA-ACK.
#define FONAP_RADIUS_CODE_COA_ACK 44

// Packet code: CoA-NAK.
#define FONAP_RADIUS_CODE_COA_NAK 45

// How `newdomain` lines are read: to the letter, as the original does.
#define FONAP_RADCONFIG_EXACT 0

// How `newdomain` lines are read: blanks trimmed, empty items dropped, dots escaped, lower case.
#define FONAP_RADCONFIG_TOLERANT 1

// Policy: take packets without Message-Authenticator. Such a reply can be forged by whoever can change packets on the
// way (CVE-2024-3596); for servers that send none.
#define FONAP_RADIUS_LEGACY 1

// Policy: take a Message-Authenticator that is not the first attribute.
#define FONAP_RADIUS_ANY_POSITION (1 << 1)

// Policy: take a Message-Authenticator computed over zeros in replies to accounting and CoA, as some servers send it.
#define FONAP_RADIUS_ZERO_FORM (1 << 2)

// Policy: the transport is TLS, which protects by itself.
#define FONAP_RADIUS_SECURE_TRANSPORT (1 << 3)

// Policy, of a server of a client: take replies without Message-Authenticator until one with a valid one has come.
#define FONAP_RADIUS_LEARN (1 << 4)

// Log in by EAP where the gateway offers it.
#define FONAP_WISPR_CLIENT_EAP 1

// Send the fields of a login by EAP in the query of a GET, which some portals want.
#define FONAP_WISPR_CLIENT_EAP_BY_QUERY (1 << 1)

// Speak WISPr 1.0 only.
#define FONAP_WISPR_CLIENT_NO_V2 (1 << 2)

// Log in over plain http too: whoever runs or watches the network may read the password.
#define FONAP_WISPR_CLIENT_ALLOW_HTTP_LOGIN (1 << 3)

// Do not probe again after a login.
#define FONAP_WISPR_CLIENT_NO_VERIFY (1 << 4)

// A command about the client with an address: end its session.
#define FONAP_GATEWAY_COMMAND_LOGOUT 1

// A command about the client with an address: drop all its traffic.
#define FONAP_GATEWAY_COMMAND_BLOCK 2

// A command about the client with an address: end its session and forget it.
#define FONAP_GATEWAY_COMMAND_RELEASE 3

// What the data plane says of the client with an address: a limit of octets is used up, and nothing of its session passes any
// more.
#define FONAP_GATEWAY_COMMAND_EXHAUSTED 4

// What the data plane says of the client with an address: it cannot be let through. In answer to
// `FONAP_GATEWAY_OUT_SESSION_OPENED`, before the next poll, its session has never been: the login is refused, and no accounting
// is sent. Else the session ends.
#define FONAP_GATEWAY_COMMAND_NOT_LET_THROUGH 5

// Offer no WISPr 1.0.
#define FONAP_GATEWAY_NO_WISPR1 1

// Offer no WISPr 2.0.
#define FONAP_GATEWAY_NO_WISPR2 (1 << 1)

// Take POST on `uamport` too.
#define FONAP_GATEWAY_UAMALLOWPOST (1 << 2)

// Serve `/www/`: see `FONAP_GATEWAY_OUT_LOCAL_FILE`.
#define FONAP_GATEWAY_WWWDIR (1 << 3)

// Send ChilliSpot-OriginalURL.
#define FONAP_GATEWAY_RADIUSORIGINALURL (1 << 4)

// Service-Type Framed instead of Login.
#define FONAP_GATEWAY_FRAMEDSERVICE (1 << 5)

// Send ChilliSpot-Config `allow-openidauth`.
#define FONAP_GATEWAY_OPENIDAUTH (1 << 6)

// Accept a login when no RADIUS server answers.
#define FONAP_GATEWAY_NORADALLOW (1 << 7)

// Take session parameters from Accounting-Response too.
#define FONAP_GATEWAY_ACCTUPDATE (1 << 8)

// Send Accounting-On at the start and Accounting-Off at the shutdown.
#define FONAP_GATEWAY_ACCOUNTING_ON_OFF (1 << 9)

// Input is what comes from the client, as RADIUS means it. FON: on.
#define FONAP_GATEWAY_SWAPOCTETS (1 << 10)

// Try to log a client in by its hardware address when it gets a lease.
#define FONAP_GATEWAY_MACAUTH (1 << 11)

// Show `nasid` in JSON answers.
#define FONAP_GATEWAY_JSON_NASID (1 << 12)

// Let an external handler decide about logins: see `FONAP_GATEWAY_OUT_ASK_HANDLER`.
#define FONAP_GATEWAY_HANDLER (1 << 13)

// With a handler: RADIUS is asked too after it accepted.
#define FONAP_GATEWAY_HANDLER_THEN_RADIUS (1 << 14)

// With a handler: its sessions send RADIUS accounting.
#define FONAP_GATEWAY_HANDLER_ACCOUNTING (1 << 15)

// Answer exactly as the vendor's gateway 1.2.6 does, defects included.
#define FONAP_GATEWAY_COMPAT_VENDOR (1 << 16)

// Let Status 1 mean an active session, and answer logins of WISPr 1.0 with AuthenticationReply, as the standard has it.
#define FONAP_GATEWAY_STANDARD_WISPR (1 << 17)

// What becomes of a client's traffic: not logged in; the garden only, HTTP is redirected.
#define FONAP_GATEWAY_STATE_DNAT 0

// What becomes of a client's traffic: logged in, but to see a page first; as `FONAP_GATEWAY_STATE_DNAT`.
#define FONAP_GATEWAY_STATE_SPLASH 1

// What becomes of a client's traffic: passed on.
#define FONAP_GATEWAY_STATE_PASS 2

// What becomes of a client's traffic: dropped.
#define FONAP_GATEWAY_STATE_DROP 3

// A message's kind, the number of its MessageType: Redirect.
#define FONAP_WISPR_REDIRECT 100

// A message's kind: Proxy.
#define FONAP_WISPR_PROXY 110

// A message's kind: AuthenticationReply.
#define FONAP_WISPR_AUTHENTICATION_REPLY 120

// A message's kind: EAPAuthenticationReply.
#define FONAP_WISPR_EAP_AUTHENTICATION_REPLY 121

// A message's kind: LogoffReply.
#define FONAP_WISPR_LOGOFF_REPLY 130

// A message's kind: AuthenticationPollReply.
#define FONAP_WISPR_AUTHENTICATION_POLL_REPLY 140

// A message's kind: AbortLoginReply.
#define FONAP_WISPR_ABORT_LOGIN_REPLY 150

// A message's kind: StatusReply.
#define FONAP_WISPR_STATUS_REPLY 160

// A message's kind: PollNotification.
#define FONAP_WISPR_POLL_NOTIFICATION 170

// A field: MessageType, a number. When writing, the kind's own without it.
#define FONAP_WISPR_FIELD_MESSAGE_TYPE 0

// A field: ResponseCode, a number.
#define FONAP_WISPR_FIELD_RESPONSE_CODE 1

// A field: FONResponseCode, a number.
#define FONAP_WISPR_FIELD_FON_RESPONSE_CODE 2

// A field: VersionHigh, text.
#define FONAP_WISPR_FIELD_VERSION_HIGH 3

// A field: VersionLow, text.
#define FONAP_WISPR_FIELD_VERSION_LOW 4

// A field: AccessProcedure, text.
#define FONAP_WISPR_FIELD_ACCESS_PROCEDURE 5

// A field: AccessLocation, text.
#define FONAP_WISPR_FIELD_ACCESS_LOCATION 6

// A field: LocationName, text.
#define FONAP_WISPR_FIELD_LOCATION_NAME 7

// A field: LoginURL, text.
#define FONAP_WISPR_FIELD_LOGIN_URL 8

// A field: AbortLoginURL, text.
#define FONAP_WISPR_FIELD_ABORT_LOGIN_URL 9

// A field: EAPMsg, octets.
#define FONAP_WISPR_FIELD_EAP_MSG 10

// A field: OperatorURL, text.
#define FONAP_WISPR_FIELD_OPERATOR_URL 11

// A field: NextURL, text.
#define FONAP_WISPR_FIELD_NEXT_URL 12

// A field: Delay in seconds, a number.
#define FONAP_WISPR_FIELD_DELAY 13

// A field: ReplyMessage, text; the only one that may come several times.
#define FONAP_WISPR_FIELD_REPLY_MESSAGE 14

// A field: LoginResultsURL, text.
#define FONAP_WISPR_FIELD_LOGIN_RESULTS_URL 15

// A field: LogoffURL, text.
#define FONAP_WISPR_FIELD_LOGOFF_URL 16

// A field: StatusURL, text.
#define FONAP_WISPR_FIELD_STATUS_URL 17

// A field: MaxSessionTime in seconds, a number.
#define FONAP_WISPR_FIELD_MAX_SESSION_TIME 18

// A field: RedirectionURL, text.
#define FONAP_WISPR_FIELD_REDIRECTION_URL 19

// A field: Status, a number; gateways disagree on what 0 and 1 mean.
#define FONAP_WISPR_FIELD_STATUS 20

// How a document is wrapped: bare XML, not inside an HTML comment.
#define FONAP_WISPR_BARE 1

// How a document is wrapped: lines end with LF alone, not CR LF.
#define FONAP_WISPR_UNIX_LINES (1 << 1)

// How a document is wrapped: without a schema location.
#define FONAP_WISPR_NO_SCHEMA_LOCATION (1 << 2)

// How a document is wrapped: AccessLocation and LocationName inside the letters `CDATA[[` and `]]`, as gateways that
// offer 2.0 do.
#define FONAP_WISPR_CDATA_LETTERS (1 << 3)

// How a document is wrapped: texts as they are, but for what would end the comment.
#define FONAP_WISPR_RAW_TEXT (1 << 4)

// What an answer is about: the first redirect, prelogin.
#define FONAP_UAM_NOTYET 0

// What an answer is about: the same for a client that is to see a splash page.
#define FONAP_UAM_SPLASH 1

// What an answer is about: the login was accepted.
#define FONAP_UAM_SUCCESS 2

// What an answer is about: the login was refused.
#define FONAP_UAM_REJECT 3

// What an answer is about: there is no route to the realm's server.
#define FONAP_UAM_NOROUTE 4

// What an answer is about: no server answered.
#define FONAP_UAM_TIMEOUT 5

// What an answer is about: an EAP message was too long.
#define FONAP_UAM_MTU 6

// What an answer is about: the login's parameters break the protocol.
#define FONAP_UAM_PROTOCOL 7

// What an answer is about: an internal error, or a challenge that was too old.
#define FONAP_UAM_OTHER 8

// What an answer is about: an unknown client.
#define FONAP_UAM_REQUEST_ERROR 9

// What an answer is about: a login, prelogin or page while logged in.
#define FONAP_UAM_ALREADY 10

// What an answer is about: an EAP round.
#define FONAP_UAM_CHALLENGE 11

// What an answer is about: logged off.
#define FONAP_UAM_LOGOFF 12

// What an answer is about: a login was aborted.
#define FONAP_UAM_ABORT 13

// What an answer is about: an abort while logged in.
#define FONAP_UAM_ABORT_LATE 14

// What an answer is about: `/status` was asked for.
#define FONAP_UAM_STATUS 15

// The client speaks WISPr 2.0.
#define FONAP_UAM_ANSWER_WISPR2 1

// The login uses EAP.
#define FONAP_UAM_ANSWER_EAP (1 << 1)

// The client has a session.
#define FONAP_UAM_ANSWER_LOGGED_IN (1 << 2)

// The redirect goes to `uamhomepage`, if there is one.
#define FONAP_UAM_ANSWER_HOMEPAGE (1 << 3)

// The client is to see a splash page.
#define FONAP_UAM_ANSWER_SPLASH (1 << 4)

// The parameter `challenge` is there, and empty.
#define FONAP_UAM_ANSWER_EMPTY_CHALLENGE (1 << 5)

// The times are shown, as on `/status`.
#define FONAP_UAM_ANSWER_TIMES (1 << 6)

// Among the times, `start` counts.
#define FONAP_UAM_ANSWER_START (1 << 7)

// Among the times, `stop` counts.
#define FONAP_UAM_ANSWER_STOP (1 << 8)

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

// What is to be done, in the order given.
enum fonap_discovery_out
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    // Nothing more until something happens. The client has no timer.
    FONAP_DISCOVERY_OUT_WAIT = 0,
    // Load what is stored for the channel, then call `fonap_discovery_client_cache`.
    FONAP_DISCOVERY_OUT_LOAD_CACHE = 1,
    // Store `body` and the members `seq` to `max_age` in place of the old list.
    FONAP_DISCOVERY_OUT_STORE_CACHE = 2,
    // The stored list is still the right one: store the members `seq` to `max_age` beside it.
    FONAP_DISCOVERY_OUT_TOUCH_CACHE = 3,
    // Send the request `request`: `method`, `url`, `headers`, `body`. Do not follow redirects; stop after `max_octets`
    // of the decoded body. Then call `fonap_discovery_client_http` or `fonap_discovery_client_http_failed`.
    FONAP_DISCOVERY_OUT_HTTP = 4,
    // Show the list: `count` institutions of `source`, perhaps `stale`. Its octets are those that were to be stored
    // just before, those that the program gave, or the embedded ones: `fonap_discovery_new` reads them.
    FONAP_DISCOVERY_OUT_SHOW_INSTITUTIONS = 5,
    // Let the user choose among the `profiles` of `institution`.
    FONAP_DISCOVERY_OUT_SHOW_PROFILES = 6,
    // Load the token stored under `key`, then call `fonap_discovery_client_token` or
    // `fonap_discovery_client_refresh_token`.
    FONAP_DISCOVERY_OUT_LOAD_TOKEN = 7,
    // Store `access_token`, `usable_until`, `obtained_at` and `refresh_token` under `key`, best in the system's keyring.
    FONAP_DISCOVERY_OUT_STORE_TOKEN = 8,
    // Delete what is stored under `key`.
    FONAP_DISCOVERY_OUT_DELETE_TOKEN = 9,
    // Listen on port 0 of `address`, which has the family 0 if there is nothing to listen on; then call
    // `fonap_discovery_client_listening` in any case.
    FONAP_DISCOVERY_OUT_LISTEN = 10,
    // Close the listener.
    FONAP_DISCOVERY_OUT_CLOSE_LISTENER = 11,
    // Open `url` in the system's browser, and show it for copying.
    FONAP_DISCOVERY_OUT_OPEN_BROWSER = 12,
    // Answer the connection `connection` of the listener with `status` and the HTML `page`, not to be stored by anybody.
    FONAP_DISCOVERY_OUT_RESPOND = 13,
    // Bring the program's window to the front.
    FONAP_DISCOVERY_OUT_RAISE_WINDOW = 14,
    // Tell the user `problem` by the way; what is shown stays.
    FONAP_DISCOVERY_OUT_NOTICE = 15,
    // Tell the user that the attempt has ended with `problem`; offer another try if `retryable`.
    FONAP_DISCOVERY_OUT_ERROR = 16,
    // Done: `body` is the EAP configuration; it is empty when a page was opened and nothing comes back.
    FONAP_DISCOVERY_OUT_DONE = 17,
    // What was under way has been given up.
    FONAP_DISCOVERY_OUT_CANCELLED = 18,
    // Something that this version of the interface has no number for; to be ignored.
    FONAP_DISCOVERY_OUT_UNKNOWN = 999,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum fonap_discovery_out fonap_discovery_out;
#else
typedef uint32_t fonap_discovery_out;
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

// What is to be done, or has happened.
enum fonap_radius_out
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    // Nothing more before `wait_until_ms`; `UINT64_MAX`: no time is set.
    FONAP_RADIUS_OUT_WAIT = 0,
    // Send `payload` to `address` from the source port `socket`.
    FONAP_RADIUS_OUT_TRANSMIT = 1,
    // A verified reply to `request`: `reply`, sent by `server`.
    FONAP_RADIUS_OUT_REPLY = 100,
    // There will be no reply to `request`; `reason` is `FONAP_RESULT_TIMEOUT` or `FONAP_RESULT_STATE` (called off).
    FONAP_RADIUS_OUT_FAILED = 101,
    // `server` answers again.
    FONAP_RADIUS_OUT_SERVER_ALIVE = 102,
    // `server` does not answer; it comes last from now on.
    FONAP_RADIUS_OUT_SERVER_DOUBTFUL = 103,
    // A datagram from `address` was dropped.
    FONAP_RADIUS_OUT_DROPPED = 104,
    // Something that this version of the interface has no number for; to be ignored.
    FONAP_RADIUS_OUT_UNKNOWN = 999,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum fonap_radius_out fonap_radius_out;
#else
typedef uint32_t fonap_radius_out;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// What is to be done.
enum fonap_radconfig_out
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    // Nothing more before `wait_until_ms`; `UINT64_MAX` while an answer is awaited.
    FONAP_RADCONFIG_OUT_WAIT = 0,
    // Ask for the configuration (`fonap_radconfig_request`), then call `fonap_radconfig_set_received`.
    FONAP_RADCONFIG_OUT_REQUEST = 1,
    // Look whether the daemon runs, then call `fonap_radconfig_set_running`.
    FONAP_RADCONFIG_OUT_ASK_RUNNING = 2,
    // Put `configuration` in the place of the running one.
    FONAP_RADCONFIG_OUT_INSTALL = 3,
    // Make the running daemon read its configuration again.
    FONAP_RADCONFIG_OUT_RELOAD = 4,
    // Start the daemon.
    FONAP_RADCONFIG_OUT_RUN = 5,
    // Keep `configuration` on flash: it worked.
    FONAP_RADCONFIG_OUT_SAVE = 6,
    // Something that this version of the interface has no number for; to be ignored.
    FONAP_RADCONFIG_OUT_UNKNOWN = 999,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum fonap_radconfig_out fonap_radconfig_out;
#else
typedef uint32_t fonap_radconfig_out;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// What is to be done, or has happened.
enum fonap_wispr_out
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    // Nothing more before `wait_until_ms`; `UINT64_MAX`: no timer runs.
    FONAP_WISPR_OUT_WAIT = 0,
    // Perform this request and no other: `method`, `url`, `body`, `user_agent`. Do not follow redirects. Give back the
    // cookies that were set since the connect to the hosts that set them, and drop them after `FONAP_WISPR_OUT_DONE`.
    // With `authenticate` the server must be authenticated by TLS before anything is sent. A body is a form:
    // `application/x-www-form-urlencoded`.
    FONAP_WISPR_OUT_REQUEST = 1,
    // Hand `eap` to the EAP peer and its answer to `fonap_wispr_client_eap`.
    FONAP_WISPR_OUT_EAP_IN = 2,
    // The action is over: `outcome` and what belongs to it.
    FONAP_WISPR_OUT_DONE = 3,
    // Event: the machine is in another state now.
    FONAP_WISPR_OUT_CHANGED = 100,
    // Event: a message was read: `message_kind`, `response_code`.
    FONAP_WISPR_OUT_MESSAGE = 101,
    // Event: the hotspot was found: `location_name`, `access_location`, `login_host`.
    FONAP_WISPR_OUT_HOTSPOT = 102,
    // Something that this version of the interface has no number for; to be ignored.
    FONAP_WISPR_OUT_UNKNOWN = 999,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum fonap_wispr_out fonap_wispr_out;
#else
typedef uint32_t fonap_wispr_out;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// What an action came to.
enum fonap_wispr_outcome
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    // There is no outcome: the output is another one.
    FONAP_WISPR_OUTCOME_NONE = 0,
    // The Internet answers already; nothing was done.
    FONAP_WISPR_OUTCOME_ONLINE = 1,
    // Something stands in the way that does not speak WISPr. The user may open `url`.
    FONAP_WISPR_OUTCOME_CAPTIVE_NO_WISPR = 2,
    // Logged in; `logoff_url`, `status_url`, `redirection_url` and `max_session_time` say more.
    FONAP_WISPR_OUTCOME_LOGGED_IN = 3,
    // The credentials were refused; see `response_code`, `fon_response_code` and `replies`.
    FONAP_WISPR_OUTCOME_REJECTED = 4,
    // Something else went wrong: `failure`.
    FONAP_WISPR_OUTCOME_FAILED = 5,
    // The login was aborted; `confirmed` by the gateway or not.
    FONAP_WISPR_OUTCOME_ABORTED = 6,
    // Logged off.
    FONAP_WISPR_OUTCOME_LOGGED_OFF = 7,
    // The state of the session: `active`.
    FONAP_WISPR_OUTCOME_STATUS = 8,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum fonap_wispr_outcome fonap_wispr_outcome;
#else
typedef uint32_t fonap_wispr_outcome;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// What is to be done, or has happened.
enum fonap_gateway_out
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    // Nothing more before `wait_until_ms`; `UINT64_MAX`: no time is set.
    FONAP_GATEWAY_OUT_WAIT = 0,
    // Send `response`, a whole HTTP answer, for the request `id` and close its connection.
    FONAP_GATEWAY_OUT_RESPOND = 1,
    // Close the connection of the request `id` without an answer.
    FONAP_GATEWAY_OUT_CLOSE = 2,
    // Answer the request `id` with the file `file_name` below `wwwdir`. Its `content_type` is empty for a program, which
    // is to be run with `environment`.
    FONAP_GATEWAY_OUT_LOCAL_FILE = 3,
    // Ask the RADIUS servers about the login `id` with `request`, then call one of the `fonap_gateway_login_...` functions.
    // `request` belongs to the program: hand it to `fonap_radius_client_send` or end it with
    // `fonap_radius_request_free`.
    FONAP_GATEWAY_OUT_AUTHENTICATE = 4,
    // Run the external handler about the login `id`; otherwise as `FONAP_GATEWAY_OUT_AUTHENTICATE`. `user_name`,
    // `password` (a PAP login's) and `client` say what it needs.
    FONAP_GATEWAY_OUT_ASK_HANDLER = 5,
    // The result of the login `id` is not wanted any more.
    FONAP_GATEWAY_OUT_CANCEL_LOGIN = 6,
    // Send the accounting record `request` of the kind `accounting`, which belongs to the program as above.
    FONAP_GATEWAY_OUT_ACCOUNT = 7,
    // Answer the CoA-Request or Disconnect-Request `id` with `code`, and with `error_cause` if it is not 0.
    FONAP_GATEWAY_OUT_ANSWER_DYNAMIC = 8,
    // Event: a client has a lease.
    FONAP_GATEWAY_OUT_CLIENT_ADDED = 100,
    // Event: a client has no lease any more.
    FONAP_GATEWAY_OUT_CLIENT_REMOVED = 101,
    // Event: a client's traffic is dropped.
    FONAP_GATEWAY_OUT_CLIENT_BLOCKED = 102,
    // Event: a session began.
    FONAP_GATEWAY_OUT_SESSION_OPENED = 103,
    // Event: a session's parameters or its state changed.
    FONAP_GATEWAY_OUT_SESSION_CHANGED = 104,
    // Event: a session's interim interval is over.
    FONAP_GATEWAY_OUT_SESSION_UPDATED = 105,
    // Event: a session ended for `terminate_cause`.
    FONAP_GATEWAY_OUT_SESSION_CLOSED = 106,
    // Something that this version of the interface has no number for; to be ignored.
    FONAP_GATEWAY_OUT_UNKNOWN = 999,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum fonap_gateway_out fonap_gateway_out;
#else
typedef uint32_t fonap_gateway_out;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// The list, with its search index for a user's languages.
typedef struct fonap_discovery fonap_discovery;

// The client: fetches the list, keeps it from being rolled back, and leads the user through a profile's procedure to the
// EAP configuration. It has no sockets, no storage, no browser and no clock.
//
// The loop round it: one of the functions that tell it something, then `fonap_discovery_client_poll` until it reports
// `FONAP_DISCOVERY_OUT_WAIT`, doing each time what it says; wait for something to happen; begin again.
typedef struct fonap_discovery_client fonap_discovery_client;

// An EAP configuration document. May hold credentials: wiped when freed.
typedef struct fonap_eapconfig fonap_eapconfig;

// The hotspot controller: the captive portal's HTTP side, WISPr, logins, sessions and accounting. HTTP requests, leases,
// RADIUS answers and counters go in; HTTP answers, RADIUS requests and session events come out. It has no sockets and no
// clock and touches no packet path.
//
// The loop round it: one of the functions that take `now_ms`, then `fonap_gateway_poll` until it reports
// `FONAP_GATEWAY_OUT_WAIT`, doing each time what it says; wait for something to happen or that time; begin again. Every
// HTTP request gets exactly one of `FONAP_GATEWAY_OUT_RESPOND`, `_CLOSE` and `_LOCAL_FILE`.
typedef struct fonap_gateway fonap_gateway;

// The Status Manager's machine: sends a heartbeat when it is due, judges the answer, and says what is to be done.
//
// It has no socket and no clock. The loop round it: call `fonap_heartbeat_poll` until it reports
// `FONAP_HEARTBEAT_OUT_WAIT`, doing each time what it says; wait for a datagram or that time; tell the machine with
// one of the functions that take `now_ms`; begin again. A tick too early, and input that does not fit the state, are
// harmless. `now_ms` must not run backwards.
typedef struct fonap_heartbeat fonap_heartbeat;

// The status server's RSA key of 2048 bits, which checks regular answers.
typedef struct fonap_heartbeat_rsa_key fonap_heartbeat_rsa_key;

// A subscription's Wi-Fi profile, checked. Holds passwords: wiped when freed.
typedef struct fonap_passpoint_profile fonap_passpoint_profile;

// Says when a gateway asks for its configuration, when it reloads, and when it goes back to the last one that worked.
//
// The loop round it: poll until `FONAP_RADCONFIG_OUT_WAIT`, doing each time what it says; wait for that time or the
// awaited answer; tell it; begin again. The first request is at once, the second at a random second of the following
// day, each later one a day after the one before.
typedef struct fonap_radconfig fonap_radconfig;

// A RADIUS client: Identifiers, retransmission, failover, and the check of replies. One serves one kind of port, 1812 or
// 1813 or 3799.
//
// It has no socket and no clock. The loop round it: after every call that takes `now_ms` call
// `fonap_radius_client_poll` until it reports `FONAP_RADIUS_OUT_WAIT`, doing each time what it says; wait for a datagram
// or that time; tell the client; begin again.
typedef struct fonap_radius_client fonap_radius_client;

// A shared secret, its key schedule computed once. Wiped when freed.
typedef struct fonap_radius_secret fonap_radius_secret;

// The smart client: says which HTTP request is next, and what came of it. It has no sockets, no TLS and no clock.
//
// The loop round it: one of the functions that take `now_ms`, then `fonap_wispr_client_poll` until it reports
// `FONAP_WISPR_OUT_WAIT`, doing each time what it says; wait for the answer or that time; begin again. After
// `fonap_wispr_client_connect` there is exactly one `FONAP_WISPR_OUT_DONE`, however the network behaves.
typedef struct fonap_wispr_client fonap_wispr_client;

// What a page holds: its WISPr messages.
typedef struct fonap_wispr_document fonap_wispr_document;

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

// Text of somebody else's, UTF-8, without a zero at the end. NULL and 0 for none. `FONAP_TEXT` makes one of a string.
typedef struct fonap_text {
    // The first octet.
    const char *data;
    // How many octets.
    size_t length;
} fonap_text;

// Octets of somebody else's. NULL and 0 for none.
typedef struct fonap_octets {
    // The first one.
    const uint8_t *data;
    // How many.
    size_t length;
} fonap_octets;

// What a discovery client is told. Set to zeros, with its size, by `fonap_discovery_config_init` first.
typedef struct fonap_discovery_config {
    // Octets of this structure, as the program was built.
    size_t size;
    // Where the list is.
    struct fonap_text discovery_url;
    // The client id that the authorization servers know.
    struct fonap_text client_id;
    // The path that the browser comes back to on `http://127.0.0.1:PORT`. Empty for `/`, which stock servers know.
    struct fonap_text redirect_path;
    // A redirect URI with a scheme of the program's, in place of a listener. Empty for none.
    struct fonap_text redirect_uri;
    // The user's languages in the order of preference, joined by commas: `fr-CA,en`.
    struct fonap_text languages;
    // A list that comes with the program; empty for none.
    struct fonap_octets embedded;
} fonap_discovery_config;

// What is stored for the channel. Everything may be missing: a text that is NULL, a number whose `has_` is 0.
typedef struct fonap_discovery_cached {
    // The list, as it was to be stored.
    struct fonap_octets body;
    // Its `ETag`.
    struct fonap_text etag;
    // Its `Last-Modified`.
    struct fonap_text last_modified;
    // When it was fetched, in seconds since 1970.
    int64_t fetched_at;
    // The highest number ever accepted; it outlives the list.
    uint64_t max_seq;
    // For how many seconds it is fresh.
    uint32_t max_age;
    // `fetched_at` counts.
    uint8_t has_fetched_at;
    // `max_seq` counts.
    uint8_t has_max_seq;
    // `max_age` counts.
    uint8_t has_max_age;
} fonap_discovery_cached;

// A header of a request.
typedef struct fonap_discovery_header {
    // Its name.
    struct fonap_text name;
    // Its value. Do not log that of `Authorization`.
    struct fonap_text value;
} fonap_discovery_header;

// A profile to choose.
typedef struct fonap_discovery_choice {
    // Its id.
    struct fonap_text id;
    // Its name in the user's language.
    struct fonap_text name;
    // It is the one to mark.
    uint8_t is_default;
    // It can be chosen.
    uint8_t available;
} fonap_discovery_choice;

// An IPv4 or IPv6 address with a port.
typedef struct fonap_address {
    // 4 or 6; 0 stands for no address.
    uint8_t family;
    // The address in network order. IPv4 has the first four octets.
    uint8_t octets[16];
    // The port, in the order of the host.
    uint16_t port;
} fonap_address;

// What `fonap_discovery_client_poll` gave. Members that do not belong to the kind are zero or empty. Pointers are good
// until the next call for the same client.
typedef struct fonap_discovery_output {
    // What this is.
    fonap_discovery_out kind;
    // The request's number, to be repeated with its answer.
    uint32_t request;
    // What the request asks for: `discovery`, `letswifi`, `token` or `eapconfig`.
    struct fonap_text request_kind;
    // `GET` or `POST`.
    struct fonap_text method;
    // The absolute URL.
    struct fonap_text url;
    // Headers of the request.
    const struct fonap_discovery_header *headers;
    // How many.
    size_t header_count;
    // The request's body, which may hold secrets; the list to store; the configuration.
    struct fonap_octets body;
    // Octets after which to stop reading.
    size_t max_octets;
    // The list's number, with `has_seq`.
    uint64_t seq;
    // The highest number ever accepted, with `has_max_seq`. Keep it even when the list is thrown away.
    uint64_t max_seq;
    // When the list was fetched, in seconds since 1970.
    int64_t fetched_at;
    // The `ETag`; NULL if there was none.
    struct fonap_text etag;
    // The `Last-Modified`; NULL if there was none.
    struct fonap_text last_modified;
    // For how many seconds the list is fresh.
    uint32_t max_age;
    // Where the list comes from: `FONAP_DISCOVERY_FROM_...`.
    uint32_t source;
    // How many institutions there are.
    size_t count;
    // The id of an institution.
    struct fonap_text institution;
    // Its profiles.
    const struct fonap_discovery_choice *profiles;
    // How many.
    size_t profile_count;
    // The name that a token is stored under.
    struct fonap_text key;
    // An access token. A secret.
    struct fonap_text access_token;
    // A refresh token, NULL if there is none. A secret.
    struct fonap_text refresh_token;
    // From when on a token must not be used, in seconds since 1970.
    int64_t usable_until;
    // When a token was obtained, in seconds since 1970, with `has_obtained_at`.
    int64_t obtained_at;
    // Where to listen.
    struct fonap_address address;
    // A connection of the listener, as the program numbers them.
    uint64_t connection;
    // The HTML of an answer.
    struct fonap_text page;
    // What went wrong, in the words of the specification.
    struct fonap_text problem;
    // The HTTP status of an answer.
    uint16_t status;
    // The list has a number.
    uint8_t has_seq;
    // A highest number is known.
    uint8_t has_max_seq;
    // It is known when the token was obtained.
    uint8_t has_obtained_at;
    // The list may be out of date.
    uint8_t stale;
    // Another try may help.
    uint8_t retryable;
} fonap_discovery_output;

// An institution of the list. Texts are good until the list is freed.
typedef struct fonap_discovery_institution {
    // Its id.
    struct fonap_text id;
    // Its country: two letters, or empty.
    struct fonap_text country;
    // How many profiles it has.
    size_t profile_count;
    // How many sites it has.
    size_t site_count;
    // The place of its default profile, with `has_default`.
    size_t default_profile;
    // It has a default profile.
    uint8_t has_default;
    // It has a name of its own.
    uint8_t named;
} fonap_discovery_institution;

// The provider and method of a document that a device should use.
typedef struct fonap_eapconfig_choice {
    // The provider's place in the document, from 0.
    uint32_t provider;
    // The method's place in the provider, from 0.
    uint32_t method;
    // The method's EAP type: 13 TLS, 21 TTLS, 25 PEAP, 52 PWD.
    int32_t eap_type;
    // `FONAP_EAPCONFIG_NEEDS_...`.
    uint32_t needs;
} fonap_eapconfig_choice;

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

// A RADIUS server.
typedef struct fonap_radius_server {
    // Where it listens.
    struct fonap_address address;
    // What its replies must have: 0 for the strict policy, or `FONAP_RADIUS_LEGACY` and its like.
    uint32_t policy;
    // The shared secret, copied.
    struct fonap_octets secret;
} fonap_radius_server;

// How a client behaves. Set to defaults by `fonap_radius_client_config_init` first; there is none for `servers`.
typedef struct fonap_radius_client_config {
    // Octets of this structure, as the program was built.
    size_t size;
    // The servers, the preferred one first.
    const struct fonap_radius_server *servers;
    // How many, at most 16.
    size_t server_count;
    // `FONAP_RADIUS_SCHEDULE_...`. Default authentication.
    uint32_t schedule;
    // R of the vendor's schedule: rounds. Default 4.
    uint32_t vendor_retry;
    // S of the vendor's schedule: sends to a server before the other one. Default 2. 0 counts as 1, here and for R.
    uint32_t vendor_sends;
    // T of the vendor's schedule: the wait after each send. Default 10000.
    uint32_t vendor_timeout_ms;
    // Fails every request this long after it was begun. Default 0: only the schedule ends it.
    uint32_t deadline_ms;
    // How many source ports the program has, each of which gives 256 requests a server. Default 1, as is 0.
    uint16_t sockets;
    // 1: ask servers that do not answer with Status-Server whether they are back. Default 0: try them after 300 s.
    uint8_t status_server;
    // IRT of RFC 5080: the first wait. Default 2000.
    uint32_t rfc5080_initial_ms;
    // MRC of RFC 5080: transmissions to one server; 0 for no limit. Default 5.
    uint32_t rfc5080_max_count;
    // MRT of RFC 5080: the longest wait; 0 for no limit. Default 16000.
    uint32_t rfc5080_max_wait_ms;
    // MRD of RFC 5080: how long one server is asked; 0 for no limit. Default 30000.
    uint32_t rfc5080_max_duration_ms;
} fonap_radius_client_config;

// Collects attributes: either of one packet that is written into the program's buffer, begun with one of the
// `fonap_radius_writer_begin...` functions in a structure of the program's, or of a request that
// `fonap_radius_client_send` may send to several servers, made by `fonap_radius_request_new`.
//
// The first error of what is added stays, whatever it is: later additions do nothing and give it again, and so does the
// end, so that looking there is enough. Begun in a structure of the program's, it allocates nothing and needs no end; the
// structure must not be copied, and its buffer has to stay and to be left alone until `fonap_radius_writer_finish`.
typedef struct fonap_radius_writer {
    // The library's own.
    uint64_t opaque[32];
} fonap_radius_writer;

// A packet, as a view of its octets: `octets` points into the datagram, which has to stay.
typedef struct fonap_radius_packet {
    // The packet without padding behind it.
    struct fonap_octets octets;
    // How many attributes it has.
    uint16_t attribute_count;
    // `FONAP_RADIUS_CODE_...`.
    uint8_t code;
    // Matches requests and replies.
    uint8_t identifier;
    // The Authenticator.
    uint8_t authenticator[16];
} fonap_radius_packet;

// What `fonap_radius_client_poll` gave. Members that do not belong to the kind are zero. Pointers are good until the next
// call for the same client.
typedef struct fonap_radius_output {
    // What this is.
    fonap_radius_out kind;
    // Why a request failed.
    fonap_result reason;
    // When to wake the client.
    uint64_t wait_until_ms;
    // Which request.
    uint64_t request;
    // The datagram to send.
    struct fonap_octets payload;
    // Where it goes, or where it came from.
    struct fonap_address address;
    // The source port, counted from 0.
    uint16_t socket;
    // The server, in the order of the configuration.
    uint16_t server;
    // The reply.
    struct fonap_radius_packet reply;
    // The Authenticator of the request as it was sent: un-hides values of the reply.
    uint8_t request_authenticator[16];
} fonap_radius_output;

// An attribute. `value` points into the packet.
typedef struct fonap_radius_attribute {
    // Its value.
    struct fonap_octets value;
    // Where it begins in the packet.
    size_t offset;
    // Its type.
    uint8_t kind;
} fonap_radius_attribute;

// What a gateway says of itself when it asks for its configuration. Set to zeros, with its size, by
// `fonap_radconfig_login_init` first; all other members have to be set.
typedef struct fonap_radconfig_login {
    // Octets of this structure, as the program was built.
    size_t size;
    // The product's version, `1.2.6`.
    struct fonap_text version;
    // `PROFILE-DEVICE-VERSION.REVISION`, `SRCTST01-fonap-1.0.0.2`.
    struct fonap_text user;
    // The password.
    struct fonap_octets password;
    // The MAC address of the client side, `AA-BB-CC-DD-EE-FF`.
    struct fonap_text called_station_id;
    // The hotspot's MAC address, upper case with dashes.
    struct fonap_text nas_identifier;
    // The gateway's IPv4 address.
    uint8_t nas_ip_address[4];
} fonap_radconfig_login;

// A configuration with the whitelist that was made of it.
typedef struct fonap_radconfig_configuration {
    // The lines for the daemon.
    struct fonap_text text;
    // The domain file, one pattern a line.
    struct fonap_text domain_file;
} fonap_radconfig_configuration;

// What `fonap_radconfig_poll` gave. Pointers are good until the next call for the same machine.
typedef struct fonap_radconfig_output {
    // What this is.
    fonap_radconfig_out kind;
    // When to wake the machine.
    uint64_t wait_until_ms;
    // The configuration to install or save.
    struct fonap_radconfig_configuration configuration;
} fonap_radconfig_output;

// What a smart client is told. Set to defaults by `fonap_wispr_client_config_init` first; there is none for `probe_url`,
// `username` and `password`.
typedef struct fonap_wispr_client_config {
    // Octets of this structure, as the program was built.
    size_t size;
    // A plain http URL outside every walled garden.
    struct fonap_text probe_url;
    // What a free Internet answers to it, white space at both ends cut. Default: nothing, with status 204.
    struct fonap_text probe_body;
    // The user's name, at FON `user@fon.com#fon`; with the prefix at most 255 octets.
    struct fonap_text username;
    // The password, at most 255 octets.
    struct fonap_text password;
    // What stands in front of the user's name. Default nothing.
    struct fonap_text username_prefix;
    // Log in only at hosts that are, or lie below, one of these names. Default none: at any.
    const struct fonap_text *login_hosts;
    // How many.
    size_t login_host_count;
    // The whole User-Agent. Default made of the client id `FonAP`.
    struct fonap_text user_agent;
    // `FONAP_WISPR_CLIENT_...`. Default 0.
    uint32_t flags;
    // How long one request may take. Default 30000.
    uint32_t http_timeout_ms;
    // How long a login may take. Default 180000.
    uint32_t login_deadline_ms;
    // How long to wait before a poll if the server does not say. Default 3000.
    uint32_t poll_delay_ms;
    // How often the result of a pending login is asked for. Default 60.
    uint32_t max_polls;
    // How many redirects of one chain are followed. Default 10.
    uint32_t max_redirects;
    // How many Proxy replies are obeyed. Default 5.
    uint32_t max_proxy;
    // How many EAP packets of one login are handed out. Default 50.
    uint32_t max_eap_rounds;
} fonap_wispr_client_config;

// What `fonap_wispr_client_poll` gave. Members that do not belong to the kind are zero or empty. Pointers are good until
// the next call for the same client.
typedef struct fonap_wispr_output {
    // What this is.
    fonap_wispr_out kind;
    // What the action came to.
    fonap_wispr_outcome outcome;
    // When to wake the client.
    uint64_t wait_until_ms;
    // The request's number, to be repeated in the answer.
    uint32_t request;
    // How long the request may take; the client keeps that time itself.
    uint32_t timeout_ms;
    // `GET` or `POST`.
    struct fonap_text method;
    // The request's absolute URL, or that of a page for the user.
    struct fonap_text url;
    // The request's body. Carries credentials: do not log it.
    struct fonap_text body;
    // The request's User-Agent.
    struct fonap_text user_agent;
    // The request carries credentials.
    uint8_t credentials;
    // The server must be authenticated by TLS first.
    uint8_t authenticate;
    // The gateway confirmed the abort, or did not need to be asked.
    uint8_t confirmed;
    // Whether there is a session: 1, 0, or 2 when nobody can tell.
    uint8_t active;
    // The message read.
    uint16_t message_kind;
    // ResponseCode, 0xffff for none.
    uint16_t response_code;
    // FONResponseCode, 0xffff for none.
    uint16_t fon_response_code;
    // What the EAP peer is to get, or the last EAP packet of a login.
    struct fonap_octets eap;
    // The specification's name of what went wrong.
    struct fonap_text failure;
    // Where to log off.
    struct fonap_text logoff_url;
    // Where to ask for the status.
    struct fonap_text status_url;
    // A page to show to the user.
    struct fonap_text redirection_url;
    // Seconds the session may last; 0 for no limit or not said.
    uint64_t max_session_time;
    // Texts for the user.
    const struct fonap_text *replies;
    // How many.
    size_t reply_count;
    // The place's name.
    struct fonap_text location_name;
    // The place's identifier.
    struct fonap_text access_location;
    // The host that credentials are posted to.
    struct fonap_text login_host;
    // The state's name.
    struct fonap_text state;
    // What the probe after the login found: 1 the Internet, 0 something else, 2 when there was no probe.
    uint8_t verified;
    // The number of a StatusReply as it was read, 0xffff for none; gateways disagree on what 0 and 1 mean.
    uint16_t status;
} fonap_wispr_output;

// What the gateway is told: the options of `chilli.conf` by their names. Set to defaults by `fonap_gateway_config_init`
// first; there is none for `uamserver`, `uamlisten` and `nasmac`. An empty text means that the option is not set.
typedef struct fonap_gateway_config {
    // Octets of this structure, as the program was built.
    size_t size;
    // The portal's URL.
    struct fonap_text uamserver;
    // The secret that portal and gateway share. Empty: nothing is signed.
    struct fonap_octets uamsecret;
    // The page before the portal.
    struct fonap_text uamhomepage;
    // LoginURL's beginning for smart clients. Default: the portal.
    struct fonap_text wisprlogin;
    // `https://host:port/` of the gateway's own TLS port.
    struct fonap_text ssl;
    // The network's name.
    struct fonap_text ssid;
    // NAS-Identifier. FON: the hotspot's hardware address.
    struct fonap_text radiusnasid;
    // WISPr-Location-ID and AccessLocation.
    struct fonap_text radiuslocationid;
    // WISPr-Location-Name and LocationName.
    struct fonap_text radiuslocationname;
    // The location's name in JSON and WISPr, if it is to differ.
    struct fonap_text locationname;
    // ChilliSpot-Version. Default: the library's version.
    struct fonap_text product_version;
    // What follows the hardware address in the user name of a login by it.
    struct fonap_text macsuffix;
    // The password of such a login. Default: the address.
    struct fonap_text macpasswd;
    // The file of users that need no server: lines `name:password:`.
    struct fonap_octets localusers;
    // Session-Timeout in seconds if RADIUS gives none. Default 0, none.
    uint64_t defsessiontimeout;
    // Upward bandwidth in bit/s if RADIUS gives none. Default 0, no limit.
    uint64_t defbandwidthmaxup;
    // Downward bandwidth in bit/s if RADIUS gives none. Default 0, no limit.
    uint64_t defbandwidthmaxdown;
    // Idle-Timeout in seconds if RADIUS gives none. Default 0, none. FON: 600.
    uint32_t defidletimeout;
    // Acct-Interim-Interval in seconds if RADIUS gives none. Default 300; 0 for none.
    uint32_t definteriminterval;
    // Age after which a page shows a new challenge. Default 600; 0 for never. FON: 0.
    uint32_t challengetimeout_s;
    // Age after which a challenge is refused. Default 1200; 0 for never. FON: 0.
    uint32_t challengetimeout2_s;
    // How long a login waits for its result. Default 60000.
    uint32_t login_timeout_ms;
    // How many clients are known at a time. Default 512.
    uint32_t maxclients;
    // NAS-Port-Type. Default 19, Wireless-802.11.
    uint32_t radiusnasporttype;
    // Local time minus UTC in seconds. Default 0.
    int32_t local_offset_seconds;
    // `FONAP_GATEWAY_...` flags. Default 0.
    uint32_t flags;
    // The gateway's HTTP port. Default 3990.
    uint16_t uamport;
    // VLAN of clients without an own tag; 0 for none.
    uint16_t vlan;
    // The gateway's address for clients.
    uint8_t uamlisten[4];
    // NAS-IP-Address; 0.0.0.0, the default, for `uamlisten`.
    uint8_t nasip[4];
    // A request whose Host is this address logs the client off; 0.0.0.0 for none. Default 1.0.0.0.
    uint8_t uamlogoutip[4];
    // The gateway's hardware address: Called-Station-Id.
    uint8_t nasmac[6];
} fonap_gateway_config;

// Octets and packets, counted since a session began.
typedef struct fonap_gateway_usage {
    // Octets that the client sent.
    uint64_t from_client_octets;
    // Packets that the client sent.
    uint64_t from_client_packets;
    // Octets that the client was sent.
    uint64_t to_client_octets;
    // Packets that the client was sent.
    uint64_t to_client_packets;
} fonap_gateway_usage;

// What a session may do. 0 means no limit throughout.
typedef struct fonap_gateway_parameters {
    // Session-Timeout in seconds.
    uint64_t session_timeout;
    // Octets of the input direction.
    uint64_t max_input_octets;
    // Octets of the output direction.
    uint64_t max_output_octets;
    // Octets of both directions.
    uint64_t max_total_octets;
    // Bit/s from the client.
    uint64_t bandwidth_max_up;
    // Bit/s to the client.
    uint64_t bandwidth_max_down;
    // When the session ends at the latest, in seconds since 1970; 0 for no such time.
    int64_t terminate_time;
    // Filter-Id.
    struct fonap_octets filter_id;
    // The page after the login, or the splash page.
    struct fonap_text redirection_url;
    // Destinations allowed to this session, as in `uamallowed`.
    const struct fonap_text *garden;
    // How many.
    size_t garden_count;
    // Idle-Timeout in seconds.
    uint32_t idle_timeout;
    // Seconds between interim accounting records.
    uint32_t interim_interval;
    // Route-To-Interface, with `has_route_index`.
    uint32_t route_index;
    // Whether there is one.
    uint8_t has_route_index;
    // The client is to see the page first.
    uint8_t splash;
} fonap_gateway_parameters;

// A variable of a program's environment.
typedef struct fonap_gateway_variable {
    // Its name.
    struct fonap_text name;
    // Its value: any octets but zero.
    struct fonap_octets value;
} fonap_gateway_variable;

// A client, and its session if it has one.
typedef struct fonap_gateway_client {
    // Its address.
    uint8_t ip[4];
    // Its hardware address.
    uint8_t mac[6];
    // Its 802.1Q tag, 0 for none.
    uint16_t vlan;
    // Its number at the gateway, from 1.
    uint32_t unit;
    // `FONAP_GATEWAY_STATE_...`.
    uint32_t state;
    // The id of its session, or of the session it may get: 16 characters.
    uint8_t session_id[16];
    // Whether it has a session; without one the rest is zero.
    uint8_t has_session;
    // The user's name.
    struct fonap_octets user_name;
    // When the session began, in seconds since 1970.
    int64_t start;
    // Seconds since then.
    uint64_t session_time;
    // Seconds since the client's last packet.
    uint64_t idle_time;
    // Acct-Input-Octets.
    uint64_t input_octets;
    // Acct-Output-Octets.
    uint64_t output_octets;
    // Acct-Input-Packets.
    uint64_t input_packets;
    // Acct-Output-Packets.
    uint64_t output_packets;
    // What the session may do.
    struct fonap_gateway_parameters parameters;
} fonap_gateway_client;

// What `fonap_gateway_poll` gave. Members that do not belong to the kind are zero or empty. Pointers are good until the
// next call for the same gateway, except `request`, which belongs to the program.
typedef struct fonap_gateway_output {
    // What this is.
    fonap_gateway_out kind;
    // Acct-Status-Type of a record: 1 Start, 2 Stop, 3 Interim-Update, 7 On, 8 Off.
    uint32_t accounting;
    // When to wake the gateway.
    uint64_t wait_until_ms;
    // The number of a request, a login or a dynamic request.
    uint64_t id;
    // The HTTP answer.
    struct fonap_octets response;
    // The RADIUS request.
    struct fonap_radius_writer *request;
    // The file's name.
    struct fonap_text file_name;
    // The file's content type.
    struct fonap_text content_type;
    // The environment of a program.
    const struct fonap_gateway_variable *environment;
    // How many variables.
    size_t environment_count;
    // The user's name, as typed.
    struct fonap_octets user_name;
    // The password of a login by PAP; empty otherwise. Do not log it.
    struct fonap_octets password;
    // Acct-Terminate-Cause.
    uint32_t terminate_cause;
    // Error-Cause.
    uint32_t error_cause;
    // The code of an answer.
    uint8_t code;
    // The client that this is about, with its session.
    struct fonap_gateway_client client;
} fonap_gateway_output;

// A field of a message. Which of the values counts says the field.
typedef struct fonap_wispr_field {
    // `FONAP_WISPR_FIELD_...`.
    uint32_t field;
    // The value of a number.
    uint64_t number;
    // The value of a text or URL.
    struct fonap_text text;
    // The value of EAPMsg.
    struct fonap_octets octets;
} fonap_wispr_field;

// What an answer tells. Set to zeros, with its size, by `fonap_uam_answer_init` first. A text whose `data` is NULL is
// absent from the answer; one that is empty is there and empty.
typedef struct fonap_uam_answer {
    // Octets of this structure, as the program was built.
    size_t size;
    // `FONAP_UAM_NOTYET` and its like.
    uint32_t situation;
    // `FONAP_UAM_ANSWER_...`.
    uint32_t flags;
    // The 16 octets of the challenge, or NULL.
    const uint8_t *challenge;
    // The 6 octets of the client's hardware address, or NULL.
    const uint8_t *mac;
    // The 16 characters of the session id, or NULL. The JSON answer needs it.
    const uint8_t *session_id;
    // The session of a JSON answer, or NULL: `user_name`, times, counters and limits of it are shown.
    const struct fonap_gateway_client *session;
    // The client's address.
    uint8_t ip[4];
    // The client's 802.1Q tag, 0 for none.
    uint16_t vlan;
    // The portal's URL if it is not `uamserver`: a splash page.
    struct fonap_text base;
    // Where to go in place of the portal: a redirection URL of RADIUS.
    struct fonap_text location;
    // The user's name.
    struct fonap_octets uid;
    // A text of RADIUS or the handler.
    struct fonap_octets reply;
    // Where the client is, as learned by a proxy.
    struct fonap_octets loc;
    // The language the client asked for.
    struct fonap_octets lang;
    // The page after the login.
    struct fonap_octets redirurl;
    // The page the user wanted.
    struct fonap_octets userurl;
    // The EAP packet of a WISPr message.
    struct fonap_octets eap_msg;
    // The function that a JSON object is handed to. One that is not a plain name is not used.
    struct fonap_octets callback;
    // Seconds left; 0 is not shown.
    uint64_t time_left;
    // Session-Timeout in seconds; 0 for none.
    uint64_t session_timeout;
    // Seconds since the start, among the times.
    uint64_t session_time;
    // When the session began, in seconds since 1970.
    int64_t start;
    // When the session is to end, in seconds since 1970.
    int64_t stop;
} fonap_uam_answer;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

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

// Sets a structure of `size` octets to zeros and NULL.
fonap_result fonap_discovery_config_init(struct fonap_discovery_config *config, size_t size);

// Makes a client that does nothing yet. `config` is copied.
//
// `problem` may be NULL; with `FONAP_RESULT_CONFIG` it gets a static string that names what is wrong. Ended by
// `fonap_discovery_client_free`.
fonap_result fonap_discovery_client_new(const struct fonap_discovery_config *config,
                                        struct fonap_discovery_client **client,
                                        const char **problem);

// Ends a client and wipes its tokens. NULL is taken.
void fonap_discovery_client_free(struct fonap_discovery_client *client);

// The user has opened the program.
fonap_result fonap_discovery_client_start(struct fonap_discovery_client *client);

// The user gives up what is under way.
fonap_result fonap_discovery_client_cancel(struct fonap_discovery_client *client);

// Answers `FONAP_DISCOVERY_OUT_LOAD_CACHE` at `unix_seconds`.
fonap_result fonap_discovery_client_cache(struct fonap_discovery_client *client,
                                          int64_t unix_seconds,
                                          const struct fonap_discovery_cached *cached);

// The answer to a request: its status, its headers, and its body without any content coding.
//
// `FONAP_RESULT_NOT_FOUND` when no request has that number.
fonap_result fonap_discovery_client_http(struct fonap_discovery_client *client,
                                         int64_t unix_seconds,
                                         uint32_t request,
                                         uint16_t status,
                                         const struct fonap_discovery_header *headers,
                                         size_t header_count,
                                         const uint8_t *body,
                                         size_t body_len);

// There was no answer to a request, or not all of it, or more than it allowed.
//
// `FONAP_RESULT_NOT_FOUND` when no request has that number.
fonap_result fonap_discovery_client_http_failed(struct fonap_discovery_client *client, uint32_t request);

// The user has chosen an institution, by its id.
fonap_result fonap_discovery_client_select_institution(struct fonap_discovery_client *client,
                                                       const char *id,
                                                       size_t id_len);

// The user has chosen a profile, by its id.
fonap_result fonap_discovery_client_select_profile(struct fonap_discovery_client *client,
                                                   const char *id,
                                                   size_t id_len);

// Answers `FONAP_DISCOVERY_OUT_LOAD_TOKEN` at `unix_seconds`: the token that was found, usable until `usable_until`, and
// when it was obtained, or INT64_MIN if that is not known. With a NULL token there was none.
fonap_result fonap_discovery_client_token(struct fonap_discovery_client *client,
                                          int64_t unix_seconds,
                                          const char *access_token,
                                          size_t access_token_len,
                                          int64_t usable_until,
                                          int64_t obtained_at);

// Another answer to `FONAP_DISCOVERY_OUT_LOAD_TOKEN`: there is a refresh token only.
fonap_result fonap_discovery_client_refresh_token(struct fonap_discovery_client *client,
                                                  int64_t unix_seconds,
                                                  const char *refresh_token,
                                                  size_t refresh_token_len);

// Answers `FONAP_DISCOVERY_OUT_LISTEN`: the port that the system gave, and twice 32 unpredictable octets, fresh ones for
// each attempt.
fonap_result fonap_discovery_client_listening(struct fonap_discovery_client *client,
                                              uint16_t port,
                                              const uint8_t *verifier,
                                              const uint8_t *state);

// The same with a verifier and a state that the program has made itself: an attempt that is taken up again.
//
// `FONAP_RESULT_ARGUMENT` when the verifier is none (RFC 7636, 4.1).
fonap_result fonap_discovery_client_listening_again(struct fonap_discovery_client *client,
                                                    uint16_t port,
                                                    const char *verifier,
                                                    size_t verifier_len,
                                                    const char *state,
                                                    size_t state_len);

// The listener got a request, or the platform a URL of the program's scheme: the method, `GET` for a URL, and the target
// as the request line has it, or the whole URL. `connection` is a number of the program's that the answer comes with.
fonap_result fonap_discovery_client_callback(struct fonap_discovery_client *client,
                                             int64_t unix_seconds,
                                             uint64_t connection,
                                             const char *method,
                                             size_t method_len,
                                             const char *target,
                                             size_t target_len);

// The next thing to do: `fonap_discovery_client_poll(client, &output, sizeof output)`.
fonap_result fonap_discovery_client_poll(struct fonap_discovery_client *client,
                                         struct fonap_discovery_output *output,
                                         size_t output_size);

// How many events did not fit the state, for field diagnosis.
fonap_result fonap_discovery_client_ignored(const struct fonap_discovery_client *client, uint64_t *ignored);

// The state's name for field diagnosis: text that is not ended by a zero and never changes.
fonap_result fonap_discovery_client_state_name(const struct fonap_discovery_client *client,
                                               struct fonap_text *name);

// Reads a list in any of the published formats, at most 16 MiB. `languages` are tags in the user's order of preference,
// joined by commas: `fr-CA,en`.
//
// `problem` may be NULL; with `FONAP_RESULT_MALFORMED` it gets a static text, the specification's word for what is wrong.
// Ended by `fonap_discovery_free`.
fonap_result fonap_discovery_new(const uint8_t *list,
                                 size_t list_len,
                                 const char *languages,
                                 size_t languages_len,
                                 struct fonap_discovery **discovery,
                                 struct fonap_text *problem);

// Ends a list. NULL is taken.
void fonap_discovery_free(struct fonap_discovery *discovery);

// How many institutions there are, and the list's number, which must not fall from one download to the next (0 if it has
// none). Either pointer may be NULL.
fonap_result fonap_discovery_count(const struct fonap_discovery *discovery,
                                   size_t *institutions,
                                   uint64_t *seq);

// Searches as the user types: `institution` becomes the place of the hit number `rank`, 0 being the best.
// `FONAP_RESULT_NOT_FOUND` behind the last hit.
fonap_result fonap_discovery_search(const struct fonap_discovery *discovery,
                                    const char *typed,
                                    size_t typed_len,
                                    size_t rank,
                                    size_t *institution);

// Writes the name of an institution in the user's language. `FONAP_RESULT_NOT_FOUND` behind the last one.
fonap_result fonap_discovery_institution_name(const struct fonap_discovery *discovery,
                                              size_t institution,
                                              char *out,
                                              size_t capacity,
                                              size_t *length);

// Writes the name of a profile of an institution, both counted from 0, and what it asks for:
// `FONAP_DISCOVERY_DIRECT` and its like. `flow` may be NULL. `FONAP_RESULT_NOT_FOUND` behind the last one.
fonap_result fonap_discovery_profile_name(const struct fonap_discovery *discovery,
                                          size_t institution,
                                          size_t profile,
                                          uint32_t *flow,
                                          char *out,
                                          size_t capacity,
                                          size_t *length);

// Writes the verified URL of a profile's flow: of the configuration, of the authorization, of the service document, or of
// the page. `FONAP_RESULT_UNSUPPORTED` when the profile is unavailable.
fonap_result fonap_discovery_profile_url(const struct fonap_discovery *discovery,
                                         size_t institution,
                                         size_t profile,
                                         char *out,
                                         size_t capacity,
                                         size_t *length);

// What the list says of an institution: `fonap_discovery_institution_at(list, place, &institution, sizeof institution)`.
// `FONAP_RESULT_NOT_FOUND` behind the last one.
fonap_result fonap_discovery_institution_at(const struct fonap_discovery *discovery,
                                            size_t institution,
                                            struct fonap_discovery_institution *out,
                                            size_t out_size);

// Searches as the user types, all hits at once: writes the places of the best `capacity` of them, the best first, and
// their whole number to `count`. `places` may be NULL with a capacity of 0.
fonap_result fonap_discovery_hits(const struct fonap_discovery *discovery,
                                  const char *typed,
                                  size_t typed_len,
                                  size_t *places,
                                  size_t capacity,
                                  size_t *count);

// Writes the places of the institutions that are nearest to a point, the nearest first, as many as fit, and to `count` how
// many that are; those without a site come last. The point is in millionths of a degree, north and east being positive.
// Those farther than `max_metres` are left out; 0 for no such limit. `metres`, NULL or as long as `places`, gets the
// distances, UINT32_MAX without a site.
//
// `FONAP_RESULT_ARGUMENT` for a point that is not on Earth.
fonap_result fonap_discovery_nearest(const struct fonap_discovery *discovery,
                                     int32_t latitude_millionths,
                                     int32_t longitude_millionths,
                                     uint32_t max_metres,
                                     size_t *places,
                                     uint32_t *metres,
                                     size_t capacity,
                                     size_t *count);

// Writes the id of a profile of an institution, both counted from 0. `FONAP_RESULT_NOT_FOUND` behind the last one.
fonap_result fonap_discovery_profile_id(const struct fonap_discovery *discovery,
                                        size_t institution,
                                        size_t index,
                                        char *out,
                                        size_t capacity,
                                        size_t *length);

// Writes what is wrong with a profile, in the words of the specification: why nothing can be done with it, on the first
// line, which is empty for a usable one; then a line for each thing that its institution should know.
fonap_result fonap_discovery_profile_problems(const struct fonap_discovery *discovery,
                                              size_t institution,
                                              size_t index,
                                              char *out,
                                              size_t capacity,
                                              size_t *length);

// Checks a URL of the list as strictly as browsers and servers together do, and writes its normal form. `rewritten` may
// be NULL; it becomes 1 when the form differs, else 0.
//
// `problem` may be NULL; with `FONAP_RESULT_MALFORMED` it gets a static text, the specification's word for what is wrong.
// `FONAP_RESULT_ARGUMENT` for an unknown kind.
fonap_result fonap_discovery_url_verify(const char *url,
                                        size_t url_len,
                                        uint32_t kind,
                                        uint8_t *rewritten,
                                        char *out,
                                        size_t capacity,
                                        size_t *length,
                                        struct fonap_text *problem);

// Judges the number of a list that was fetched, for programs that do without the client. `high` is the highest number ever
// accepted and `active` that of the active list, each NULL if there is none; `same_content` other than 0: its octets are
// those of the active list. `verdict` becomes `FONAP_DISCOVERY_ACCEPT` or its like, and `new_high`, which is the same with
// any but the first, the number to keep. Allocates nothing.
fonap_result fonap_discovery_judge(const uint64_t *high,
                                   const uint64_t *active,
                                   uint64_t fetched,
                                   uint8_t same_content,
                                   int64_t unix_seconds,
                                   uint32_t *verdict,
                                   uint64_t *new_high);

// Reads a document of at most 4 MiB. Document types are refused, nothing is ever fetched.
//
// `FONAP_RESULT_MALFORMED` when it is none, or beyond a limit; then `problem`, which may be NULL, gets a static text, the
// specification's word for what is wrong. Ended by `fonap_eapconfig_free`.
fonap_result fonap_eapconfig_new(const uint8_t *document,
                                 size_t document_len,
                                 struct fonap_eapconfig **config,
                                 struct fonap_text *problem);

// Ends a document. NULL is taken.
void fonap_eapconfig_free(struct fonap_eapconfig *config);

// Which provider and method to use: the first that a device with TLS, TTLS, PEAP and PWD can use and that has not expired.
//
// `FONAP_RESULT_NOT_FOUND` when there is none.
fonap_result fonap_eapconfig_choose(const struct fonap_eapconfig *config,
                                    int64_t unix_seconds,
                                    struct fonap_eapconfig_choice *choice);

// Why no provider and method of a document can be used: a static text, the specification's word for it.
//
// `FONAP_RESULT_NOT_FOUND` when there is one.
fonap_result fonap_eapconfig_reason(const struct fonap_eapconfig *config,
                                    int64_t unix_seconds,
                                    struct fonap_text *reason);

// How many providers a document has, and how many methods one of them has; either pointer may be NULL.
//
// `FONAP_RESULT_NOT_FOUND` when `methods` is asked for and there is no such provider.
fonap_result fonap_eapconfig_count(const struct fonap_eapconfig *config,
                                   size_t *providers,
                                   uint32_t provider,
                                   size_t *methods);

// Writes the name that a provider is shown by, in the first of these languages that it has: tags joined by commas. Empty
// when it has none. `FONAP_RESULT_NOT_FOUND` when there is no such provider.
fonap_result fonap_eapconfig_display_name(const struct fonap_eapconfig *config,
                                          uint32_t provider,
                                          const char *languages,
                                          size_t languages_len,
                                          char *out,
                                          size_t capacity,
                                          size_t *length);

// Checks a user name that somebody typed against a realm, and writes the whole name. `suffix` is the realm, or NULL for
// none; with `hint` other than 0 it is added where it is missing.
//
// `FONAP_RESULT_ARGUMENT` when the name breaks a rule; then `problem`, which may be NULL, gets a static text, the
// specification's word for the first of them.
fonap_result fonap_eapconfig_check_username(const char *typed,
                                            size_t typed_len,
                                            const char *suffix,
                                            size_t suffix_len,
                                            uint8_t hint,
                                            char *out,
                                            size_t capacity,
                                            size_t *length,
                                            struct fonap_text *problem);

// Reads a date and time of such documents (XML Schema's `dateTime`), as seconds since 1970. `FONAP_RESULT_MALFORMED` when
// it is none. Allocates nothing.
fonap_result fonap_eapconfig_date_time(const char *text,
                                       size_t text_len,
                                       int64_t *unix_seconds);

// Applies the method's rules to a user name that somebody typed, and writes the whole name.
//
// `FONAP_RESULT_ARGUMENT` when it breaks a rule, `FONAP_RESULT_NOT_FOUND` when there is no such method.
fonap_result fonap_eapconfig_username(const struct fonap_eapconfig *config,
                                      uint32_t provider,
                                      uint32_t method,
                                      const char *typed,
                                      size_t typed_len,
                                      char *out,
                                      size_t capacity,
                                      size_t *length);

// Writes one setting of wpa_supplicant for a method, such as `eap`, `identity` or `phase2`. `user_name` is empty or what
// `fonap_eapconfig_username` wrote.
//
// `FONAP_RESULT_NOT_FOUND` when there is no such provider or the method has no such setting, `FONAP_RESULT_UNSUPPORTED`
// when the method has no mapping, or is not there.
fonap_result fonap_eapconfig_wpa_setting(const struct fonap_eapconfig *config,
                                         uint32_t provider,
                                         uint32_t method,
                                         struct fonap_text user_name,
                                         const char *name,
                                         size_t name_len,
                                         char *out,
                                         size_t capacity,
                                         size_t *length);

// Writes the trust anchors of a method in PEM, one after the other; nothing with EAP-PWD.
//
// `FONAP_RESULT_NOT_FOUND` when there is no such provider, `FONAP_RESULT_UNSUPPORTED` when the method has no mapping, or
// is not there.
fonap_result fonap_eapconfig_trust_bundle(const struct fonap_eapconfig *config,
                                          uint32_t provider,
                                          uint32_t method,
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
// `FONAP_RESULT_OTHER` when the datagram is not to be answered, `FONAP_RESULT_LIMIT` for text of more than
// `FONAP_HEARTBEAT_MAX_TEXT_LEN` octets, `FONAP_RESULT_ARGUMENT` for a code above 15. Allocates nothing.
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
// `FONAP_RESULT_NOT_AUTHENTIC` (a tail that is not zero, with the flag), `FONAP_RESULT_HEARTBEAT_NOT_BELOW_MODULUS`,
// `FONAP_RESULT_MALFORMED`, `FONAP_RESULT_LENGTH`, `FONAP_RESULT_DIGIT`. Allocates nothing.
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

// Makes a profile of a model in JSON; the documentation of the crate `passpoint` lists its members.
//
// `findings` may be NULL with a capacity of 0, and `findings_len` NULL; otherwise, with `FONAP_RESULT_CONFIG`, it gets the codes of what is wrong,
// one a line, as far as they fit, and `findings_len` how many octets were written. `FONAP_RESULT_MALFORMED`: no JSON, or an unknown
// member. Ended by `fonap_passpoint_profile_free`.
fonap_result fonap_passpoint_profile_new(const uint8_t *json,
                                         size_t json_len,
                                         struct fonap_passpoint_profile **profile,
                                         char *findings,
                                         size_t findings_capacity,
                                         size_t *findings_len);

// Reads a file of a format: `FONAP_PASSPOINT_ANDROID`, `_APPLE`, `_ONC` or `_WPA`. Nobody vouches for such a file: its
// signature, if any, is not checked. `flags` are 0 or `FONAP_PASSPOINT_STRICT`; `sdk` is the API level whose parser is
// re-enacted, for Android only, or 0 for a usual one.
//
// `FONAP_RESULT_MALFORMED` when it breaks a rule of the format, which `rule`, if it is not NULL, gets as a static text;
// `FONAP_RESULT_CONFIG` when what it says is no usable profile; `FONAP_RESULT_ARGUMENT` for another format or flag.
fonap_result fonap_passpoint_profile_decode(uint32_t format,
                                            uint32_t flags,
                                            uint32_t sdk,
                                            const uint8_t *file,
                                            size_t file_len,
                                            struct fonap_passpoint_profile **profile,
                                            struct fonap_text *rule);

// Writes what the model's rules find in a profile that can be used all the same: a line for each finding, with its
// severity, its code and the member, blanks between them.
fonap_result fonap_passpoint_profile_findings(const struct fonap_passpoint_profile *profile,
                                              char *out,
                                              size_t capacity,
                                              size_t *length);

// Ends a profile and wipes it. NULL is taken.
void fonap_passpoint_profile_free(struct fonap_passpoint_profile *profile);

// Writes the model as JSON. Holds passwords.
fonap_result fonap_passpoint_profile_json(const struct fonap_passpoint_profile *profile,
                                          char *out,
                                          size_t capacity,
                                          size_t *length);

// Writes a profile in a format. `random` salts the PKCS#12 file of a certificate credential. The length may differ from
// call to call where there is one: offer the room at once.
//
// `FONAP_RESULT_UNSUPPORTED` when the format cannot carry the profile without a loss that weakens security, and
// `accept_losses` is 0; `FONAP_RESULT_ARGUMENT` for an unknown format.
fonap_result fonap_passpoint_profile_encode(const struct fonap_passpoint_profile *profile,
                                            uint32_t format,
                                            const struct fonap_random *random,
                                            uint8_t accept_losses,
                                            uint8_t *out,
                                            size_t capacity,
                                            size_t *length);

// Sets a structure of `size` octets to the defaults.
fonap_result fonap_radius_client_config_init(struct fonap_radius_client_config *config, size_t size);

// Makes a client. `config` is copied; `random` makes authenticators, so it has to be unpredictable.
//
// `problem` may be NULL; with an error that the configuration is to blame for it gets a static string that names what is
// wrong. Ended by `fonap_radius_client_free`.
fonap_result fonap_radius_client_new(const struct fonap_radius_client_config *config,
                                     const struct fonap_random *random,
                                     struct fonap_radius_client **client,
                                     const char **problem);

// Ends a client and wipes its secrets. NULL is taken. Pending requests end without a word.
void fonap_radius_client_free(struct fonap_radius_client *client);

// Sends a request: to the server that answered last, then on to the others. `request` is used up, whatever the result.
// `id` gets the number under which its end is reported. `server` is -1, or the one server it is for, in the order of the
// configuration: one that carries State goes to the server that gave it.
//
// `FONAP_RESULT_RADIUS_NO_IDENTIFIER`: all Identifiers are busy. `FONAP_RESULT_NOT_FOUND`: there is no such server;
// `FONAP_RESULT_ARGUMENT`: nor can there be. Else the first error of the additions to the request.
fonap_result fonap_radius_client_send(struct fonap_radius_client *client,
                                      uint64_t now_ms,
                                      struct fonap_radius_writer *request,
                                      int32_t server,
                                      uint64_t *id);

// Calls a request off; it ends with `FONAP_RADIUS_OUT_FAILED`. `FONAP_RESULT_NOT_FOUND` when it is over already.
fonap_result fonap_radius_client_cancel(struct fonap_radius_client *client,
                                        uint64_t id);

// Tells that time has passed.
fonap_result fonap_radius_client_tick(struct fonap_radius_client *client, uint64_t now_ms);

// Tells that a datagram came from `from` on the source port `socket`, counted from 0. What is no reply to a pending
// request is dropped.
fonap_result fonap_radius_client_datagram(struct fonap_radius_client *client,
                                          uint64_t now_ms,
                                          uint16_t socket,
                                          const struct fonap_address *from,
                                          const uint8_t *datagram,
                                          size_t datagram_len);

// The next thing to do: `fonap_radius_client_poll(client, &output, sizeof output)`. Everything is done when the kind is
// `FONAP_RADIUS_OUT_WAIT`.
fonap_result fonap_radius_client_poll(struct fonap_radius_client *client,
                                      struct fonap_radius_output *output,
                                      size_t output_size);

// Whether a datagram from there could be for this client: `accepted` becomes 1 or 0. Lets several share a socket.
fonap_result fonap_radius_client_accepts(const struct fonap_radius_client *client,
                                         const struct fonap_address *from,
                                         const uint8_t *datagram,
                                         size_t datagram_len,
                                         uint8_t *accepted);

// Numbers for field diagnosis: pending requests, and datagrams dropped so far. Either pointer may be NULL.
fonap_result fonap_radius_client_counters(const struct fonap_radius_client *client,
                                          uint32_t *pending,
                                          uint64_t *dropped);

// Un-hides a User-Password with the 16 octets of the Request Authenticator. At most 128 octets come out; they are
// octets, not text, and cannot end in a zero.
//
// `FONAP_RESULT_RADIUS_ATTRIBUTE` when the value is not of whole blocks, 16 to 128 octets. Allocates nothing.
fonap_result fonap_radius_unhide_password(const struct fonap_radius_secret *secret,
                                          const uint8_t *authenticator,
                                          const uint8_t *value,
                                          size_t value_len,
                                          uint8_t *out,
                                          size_t capacity,
                                          size_t *length);

// Un-hides a value hidden with a salt, such as MS-MPPE-Send-Key, with the 16 octets of the Request Authenticator of the
// request that was answered. A tag in front, as Tunnel-Password has one, is to be taken off first.
//
// `FONAP_RESULT_RADIUS_ATTRIBUTE` when its size is impossible or the inner length does not fit, which usually means
// another secret. Allocates nothing.
fonap_result fonap_radius_unhide_salted(const struct fonap_radius_secret *secret,
                                        const uint8_t *authenticator,
                                        const uint8_t *value,
                                        size_t value_len,
                                        uint8_t *out,
                                        size_t capacity,
                                        size_t *length);

// The 17 octets of a CHAP-Password: the identifier, and the answer to a challenge. Allocates nothing.
fonap_result fonap_radius_chap_password(uint8_t chap_identifier,
                                        const uint8_t *password,
                                        size_t password_len,
                                        const uint8_t *challenge,
                                        size_t challenge_len,
                                        uint8_t *chap_password);

// Whether the 17 octets of a CHAP-Password fit a password: `fits` becomes 1 or 0, after the same time for every wrong
// one. Allocates nothing.
fonap_result fonap_radius_verify_chap(const uint8_t *chap_password,
                                      const uint8_t *password,
                                      size_t password_len,
                                      const uint8_t *challenge,
                                      size_t challenge_len,
                                      uint8_t *fits);

// Reads a datagram: `fonap_radius_parse(datagram, length, &packet, sizeof packet, &offset)`. Octets behind the packet
// are padding. Nothing is authentic yet: see `fonap_radius_verify_reply` and `fonap_radius_verify_request`.
//
// `offset` may be NULL; with `FONAP_RESULT_RADIUS_ATTRIBUTE` it gets the place of the broken attribute. Other errors:
// `FONAP_RESULT_TRUNCATED`, `FONAP_RESULT_LENGTH` (not 20 to 4096), `FONAP_RESULT_LIMIT` (more than 200 attributes). The
// datagram is then to be dropped. Allocates nothing.
fonap_result fonap_radius_parse(const uint8_t *datagram,
                                size_t datagram_len,
                                struct fonap_radius_packet *packet,
                                size_t packet_size,
                                size_t *offset);

// Finds the first whole packet in what has come of a TCP or TLS stream: `packet_len` becomes its length.
//
// `FONAP_RESULT_TRUNCATED`: read more first. `FONAP_RESULT_LENGTH`: the stream is out of step, close it.
fonap_result fonap_radius_frame(const uint8_t *stream, size_t stream_len, size_t *packet_len);

// The next attribute. `cursor` is 0 for the first one and moved on by each call; `FONAP_RESULT_NOT_FOUND` comes behind
// the last one. A vendor's attributes come as type 26, whole. Allocates nothing.
fonap_result fonap_radius_next_attribute(const struct fonap_radius_packet *packet,
                                         size_t *cursor,
                                         struct fonap_radius_attribute *attribute,
                                         size_t attribute_size);

// The value of one attribute: `FONAP_RADIUS_...`, or what `FONAP_RADIUS_VENDOR` or `FONAP_RADIUS_EXTENDED` make.
// `index` 0 is the first of that name, 1 the second one and so on. The value points into the packet.
//
// `FONAP_RESULT_NOT_FOUND` when there is none. What is malformed inside a vendor's attributes is passed over, and so is a
// value that is spread over several attributes, as long ones of the types 245 and 246 are: for these there is
// `fonap_radius_next_attribute`. Allocates nothing.
fonap_result fonap_radius_find(const struct fonap_radius_packet *packet,
                               uint64_t attribute,
                               size_t index,
                               struct fonap_octets *value);

// The first value of an attribute as text, which points into the packet.
//
// `FONAP_RESULT_NOT_FOUND` when there is none, `FONAP_RESULT_TEXT` when it is not UTF-8. Allocates nothing.
fonap_result fonap_radius_find_text(const struct fonap_radius_packet *packet,
                                    uint64_t attribute,
                                    struct fonap_text *text);

// The first value of an attribute as a number of 32 bits.
//
// `FONAP_RESULT_NOT_FOUND` when there is none, `FONAP_RESULT_LENGTH` when it has not four octets. Allocates nothing.
fonap_result fonap_radius_find_integer(const struct fonap_radius_packet *packet,
                                       uint64_t attribute,
                                       uint32_t *number);

// The first value of an attribute as an IPv4 address: 4 octets, in network order.
//
// `FONAP_RESULT_NOT_FOUND` when there is none, `FONAP_RESULT_LENGTH` when it has not four octets. Allocates nothing.
fonap_result fonap_radius_find_ipv4(const struct fonap_radius_packet *packet,
                                    uint64_t attribute,
                                    uint8_t *address);

// The EAP packet that the EAP-Message attributes carry, joined. `FONAP_RESULT_NOT_FOUND` when there are none. Allocates
// nothing.
fonap_result fonap_radius_eap(const struct fonap_radius_packet *packet,
                              uint8_t *out,
                              size_t capacity,
                              size_t *length);

// Sets a structure of `size` octets to zeros and NULL.
fonap_result fonap_radconfig_login_init(struct fonap_radconfig_login *login, size_t size);

// Makes the Access-Request that asks for the configuration, for `fonap_radius_client_send` of a client whose schedule is
// `FONAP_RADIUS_SCHEDULE_VENDOR` with 1 round, 1 send and 7000 ms.
//
// What does not fit an attribute shows when it is sent.
fonap_result fonap_radconfig_request(const struct fonap_radconfig_login *login,
                                     struct fonap_radius_writer **request_out);

// Writes the configuration text that an Access-Accept carries, one line each; empty for a reply of any other code.
fonap_result fonap_radconfig_received(const struct fonap_radius_packet *reply,
                                      char *out,
                                      size_t capacity,
                                      size_t *length);

// Writes the domain file that the `newdomain` lines of a configuration make: one pattern a line, the negative ones
// first. `mode` is `FONAP_RADCONFIG_EXACT` or `FONAP_RADCONFIG_TOLERANT`.
fonap_result fonap_radconfig_domain_file(const char *configuration,
                                         size_t configuration_len,
                                         uint32_t mode,
                                         char *out,
                                         size_t capacity,
                                         size_t *length);

// Writes the configuration without its `newdomain` lines.
fonap_result fonap_radconfig_remaining(const char *configuration,
                                       size_t configuration_len,
                                       uint32_t mode,
                                       char *out,
                                       size_t capacity,
                                       size_t *length);

// Writes local and received lines as one configuration: local ones win, but for options that may stand several times.
fonap_result fonap_radconfig_merge(const char *local,
                                   size_t local_len,
                                   const char *received_lines,
                                   size_t received_len,
                                   char *out,
                                   size_t capacity,
                                   size_t *length);

// Makes the machine. `current` is the configuration in use, `saved` the last one that worked, from flash; either may be
// NULL. `factory` is the one that the device was made with. `local` are the lines that win over received ones. All are
// copied. `mode` as in `fonap_radconfig_domain_file`. Ended by `fonap_radconfig_free`.
fonap_result fonap_radconfig_new(const struct fonap_radconfig_configuration *current,
                                 const struct fonap_radconfig_configuration *saved,
                                 const struct fonap_radconfig_configuration *factory,
                                 const char *local,
                                 size_t local_len,
                                 uint32_t mode,
                                 const struct fonap_random *random,
                                 uint64_t now_ms,
                                 struct fonap_radconfig **machine);

// Ends the machine. NULL is taken.
void fonap_radconfig_free(struct fonap_radconfig *machine);

// Tells that time has passed.
fonap_result fonap_radconfig_tick(struct fonap_radconfig *machine, uint64_t now_ms);

// Tells the lines that were received: what `fonap_radconfig_received` wrote, or nothing for a reject or a timeout.
fonap_result fonap_radconfig_set_received(struct fonap_radconfig *machine,
                                          uint64_t now_ms,
                                          const char *lines,
                                          size_t lines_len);

// Tells whether the daemon runs, other than 0, or not.
fonap_result fonap_radconfig_set_running(struct fonap_radconfig *machine, uint64_t now_ms, uint8_t running);

// The next thing to do: `fonap_radconfig_poll(machine, &output, sizeof output)`.
fonap_result fonap_radconfig_poll(struct fonap_radconfig *machine,
                                  struct fonap_radconfig_output *output,
                                  size_t output_size);

// Reads WISPr-Session-Terminate-Time, `YYYY-MM-DDThh:mm:ss` with an optional `+hh:mm`. Without a zone it is local time,
// `local_seconds` ahead of UTC. `unix_seconds` becomes seconds since 1970.
//
// `FONAP_RESULT_MALFORMED` for what is to be ignored. Allocates nothing.
fonap_result fonap_radius_terminate_time(const char *time,
                                         size_t time_len,
                                         int32_t local_seconds,
                                         int64_t *unix_seconds);

// Takes a secret of at least one octet; 16 or more are advised. `FONAP_RESULT_ARGUMENT` when it is empty.
fonap_result fonap_radius_secret_new(const uint8_t *octets,
                                     size_t octets_len,
                                     struct fonap_radius_secret **secret);

// Ends and wipes a secret. NULL is taken.
void fonap_radius_secret_free(struct fonap_radius_secret *secret);

// Whether a secret is shorter than the 16 octets that are advised: `short_secret` becomes 1 or 0. Worth a warning.
fonap_result fonap_radius_secret_is_short(const struct fonap_radius_secret *secret,
                                          uint8_t *short_secret);

// The Authenticator over a whole packet with the 16 octets of `over` in the place of its own: the Response
// Authenticator with those of the request, the Request Authenticator of accounting and CoA with zeros. Writes 16
// octets. Only for tools; `fonap_radius_writer_finish` and `fonap_radius_verify_reply` do it where it belongs.
fonap_result fonap_radius_authenticator(const struct fonap_radius_secret *secret,
                                        const uint8_t *packet,
                                        size_t packet_len,
                                        const uint8_t *over,
                                        uint8_t *authenticator);

// The Message-Authenticator over a whole packet whose 16 octets of value stand at `at`, with the 16 octets of `over` in
// the place of its Authenticator. Writes 16 octets. Only for tools, as `fonap_radius_authenticator`.
fonap_result fonap_radius_message_authenticator(const struct fonap_radius_secret *secret,
                                                const uint8_t *packet,
                                                size_t packet_len,
                                                size_t at,
                                                const uint8_t *over,
                                                uint8_t *authenticator);

// HMAC-MD5 of the data, keyed with the secret. Writes 16 octets.
fonap_result fonap_radius_hmac_md5(const struct fonap_radius_secret *secret,
                                   const uint8_t *data,
                                   size_t data_len,
                                   uint8_t *digest);

// Checks a reply to a request of ours: Identifier, code, Message-Authenticator, Response Authenticator, policy.
//
// `request` is a view of the request as it was sent. `policy` is 0 for the strict one, or `FONAP_RADIUS_LEGACY` and its
// like. `has_message_authenticator` may be NULL; it becomes 1 or 0. Errors, all of which mean "drop it, the request stays
// pending": `FONAP_RESULT_NOT_AUTHENTIC`, `FONAP_RESULT_UNPROTECTED`, `FONAP_RESULT_OTHER` (another Identifier),
// `FONAP_RESULT_RADIUS_CODE`, `FONAP_RESULT_RADIUS_ATTRIBUTE`. Allocates nothing.
fonap_result fonap_radius_verify_reply(const struct fonap_radius_packet *reply,
                                       const struct fonap_radius_packet *request,
                                       const struct fonap_radius_secret *secret,
                                       uint32_t policy,
                                       uint8_t *has_message_authenticator);

// Checks a request that came in, a CoA-Request for example: Request Authenticator, Message-Authenticator, policy.
//
// `policy`, `has_message_authenticator` and errors as in `fonap_radius_verify_reply`. Allocates nothing.
fonap_result fonap_radius_verify_request(const struct fonap_radius_packet *request,
                                         const struct fonap_radius_secret *secret,
                                         uint32_t policy,
                                         uint8_t *has_message_authenticator);

// Whether the Event-Timestamp of a CoA-Request or Disconnect-Request is at most `max_age_seconds` from now: `fresh`
// becomes 1 or 0. `FONAP_RESULT_NOT_FOUND` when there is none. Allocates nothing.
fonap_result fonap_radius_is_fresh(const struct fonap_radius_packet *request,
                                   int64_t unix_seconds,
                                   uint32_t max_age_seconds,
                                   uint8_t *fresh);

// Begins an Access-Request or Status-Server in `out`, whose `capacity` octets are zeroed (4096 are always enough, more are
// not used), with the 16 unpredictable octets of `authenticator`, new for every request.
//
// It gets a Message-Authenticator as its first attribute unless `fonap_radius_add_message_authenticator` puts it
// elsewhere or `fonap_radius_without_message_authenticator` forgoes it. `FONAP_RESULT_RADIUS_CODE` for a code of another
// kind. Allocates nothing.
fonap_result fonap_radius_writer_begin(struct fonap_radius_writer *writer,
                                       uint8_t *out,
                                       size_t capacity,
                                       uint8_t code,
                                       uint8_t identifier,
                                       const uint8_t *authenticator);

// Begins an Accounting-Request, CoA-Request or Disconnect-Request, whose Authenticator is computed in the end. Otherwise
// as `fonap_radius_writer_begin`.
fonap_result fonap_radius_writer_begin_signed(struct fonap_radius_writer *writer,
                                              uint8_t *out,
                                              size_t capacity,
                                              uint8_t code,
                                              uint8_t identifier);

// Begins a reply to a request that came in, with its Identifier and every Proxy-State of it; an ACK or NAK of dynamic
// authorization also repeats State and Class. `out` must not overlap with the request.
//
// `FONAP_RESULT_RADIUS_CODE` when the code does not answer the request. Otherwise as `fonap_radius_writer_begin`.
fonap_result fonap_radius_writer_begin_reply(struct fonap_radius_writer *writer,
                                             uint8_t *out,
                                             size_t capacity,
                                             uint8_t code,
                                             const struct fonap_radius_packet *request);

// Begins a packet that is written as it is, without signing, with the 16 octets of `authenticator`: for tests and tools.
// Ended by `fonap_radius_writer_finish` with a NULL secret. Otherwise as `fonap_radius_writer_begin`.
fonap_result fonap_radius_writer_begin_verbatim(struct fonap_radius_writer *writer,
                                                uint8_t *out,
                                                size_t capacity,
                                                uint8_t code,
                                                uint8_t identifier,
                                                const uint8_t *authenticator);

// Makes a request for `fonap_radius_client_send`, which takes it over; otherwise it is ended by
// `fonap_radius_request_free`. Its code is that of a request: Access-Request, Accounting-Request, Status-Server,
// CoA-Request or Disconnect-Request.
fonap_result fonap_radius_request_new(uint8_t code,
                                      struct fonap_radius_writer **request);

// Ends a request that was not sent, and wipes its passwords. NULL is taken. Not for a structure of the program's.
void fonap_radius_request_free(struct fonap_radius_writer *request);

// Adds octets. What does not fit one attribute is split where its format has a way to, else it is
// `FONAP_RESULT_LIMIT`. `FONAP_RESULT_BUFFER_TOO_SMALL` when the packet is full.
fonap_result fonap_radius_add_octets(struct fonap_radius_writer *writer_of,
                                     uint64_t attribute,
                                     const uint8_t *value,
                                     size_t value_len);

// Adds text, at least one octet: `FONAP_RESULT_ARGUMENT` when it is empty. Otherwise as `fonap_radius_add_octets`.
fonap_result fonap_radius_add_text(struct fonap_radius_writer *writer_of,
                                   uint64_t attribute,
                                   const char *value,
                                   size_t value_len);

// Adds a number of 32 bits.
fonap_result fonap_radius_add_integer(struct fonap_radius_writer *writer_of,
                                      uint64_t attribute,
                                      uint32_t value);

// Adds an IPv4 address: 4 octets in network order.
fonap_result fonap_radius_add_ipv4(struct fonap_radius_writer *writer_of,
                                   uint64_t attribute,
                                   const uint8_t *address);

// Adds an IPv6 address: 16 octets.
fonap_result fonap_radius_add_ipv6(struct fonap_radius_writer *writer_of,
                                   uint64_t attribute,
                                   const uint8_t *address);

// Adds an EAP packet as EAP-Message attributes; no octets are EAP-Start.
fonap_result fonap_radius_add_eap(struct fonap_radius_writer *writer_of, const uint8_t *eap, size_t eap_len);

// Adds a hidden password of at most 128 octets, as User-Password. For a packet `secret` hides it now; for a request it
// may be NULL, because the client machine hides it with the secret of each server.
fonap_result fonap_radius_add_password(struct fonap_radius_writer *writer_of,
                                       uint64_t attribute,
                                       const uint8_t *password,
                                       size_t password_len,
                                       const struct fonap_radius_secret *secret);

// Adds CHAP-Challenge and the CHAP-Password that answers it.
fonap_result fonap_radius_add_chap(struct fonap_radius_writer *writer_of,
                                   uint8_t chap_identifier,
                                   const uint8_t *password,
                                   size_t password_len,
                                   const uint8_t *challenge,
                                   size_t challenge_len);

// Adds a value hidden with a salt, such as MS-MPPE-Send-Key, to a packet. `salt` is random, and another one for each
// such value of a packet. `tag` is -1 for an attribute without tag, else 0 to 31.
//
// `FONAP_RESULT_STATE` for a request of the client machine.
fonap_result fonap_radius_add_salted(struct fonap_radius_writer *writer_of,
                                     uint64_t attribute,
                                     int32_t tag,
                                     const uint8_t *value,
                                     size_t value_len,
                                     uint16_t salt,
                                     const struct fonap_radius_secret *secret);

// Adds every Proxy-State of a request; `fonap_radius_writer_begin_reply` has done so already.
fonap_result fonap_radius_add_proxy_states(struct fonap_radius_writer *writer_of,
                                           const struct fonap_radius_packet *request);

// Puts the Message-Authenticator here, behind what was added so far. `FONAP_RESULT_STATE` for a second one.
fonap_result fonap_radius_add_message_authenticator(struct fonap_radius_writer *writer_of);

// Forgoes the Message-Authenticator of a packet, for peers that cannot have one. `FONAP_RESULT_STATE` for a request of
// the client machine, which always has one.
fonap_result fonap_radius_without_message_authenticator(struct fonap_radius_writer *writer_of);

// Ends a packet: signs it and says its length. The writer is used up; its structure may serve for the next packet.
// Without an error the packet stands at the beginning of the buffer that it was begun with; with one the buffer holds
// nothing of use. `secret` is NULL for a packet begun verbatim, and only then.
//
// Errors: the first one of all additions; `FONAP_RESULT_RADIUS_CODE` with a secret for a packet begun verbatim;
// `FONAP_RESULT_STATE` for a request of the client machine, or where no packet was begun.
fonap_result fonap_radius_writer_finish(struct fonap_radius_writer *writer_of,
                                        const struct fonap_radius_secret *secret,
                                        size_t *length);

// Sets a structure of `size` octets to the defaults.
fonap_result fonap_wispr_client_config_init(struct fonap_wispr_client_config *config, size_t size);

// Makes a client that does nothing yet. `config` is copied.
//
// `problem` may be NULL; with `FONAP_RESULT_CONFIG` it gets a static string that names what is wrong. Ended by
// `fonap_wispr_client_free`.
fonap_result fonap_wispr_client_new(const struct fonap_wispr_client_config *config,
                                    uint64_t now_ms,
                                    struct fonap_wispr_client **client,
                                    const char **problem);

// Ends a client and wipes its password. NULL is taken. No request is made; a session goes on.
void fonap_wispr_client_free(struct fonap_wispr_client *client);

// Tells that time has passed.
fonap_result fonap_wispr_client_tick(struct fonap_wispr_client *client, uint64_t now_ms);

// Finds out where we are, and logs in if that is needed. To be called after every association with a network.
fonap_result fonap_wispr_client_connect(struct fonap_wispr_client *client, uint64_t now_ms);

// Gives up logging in; in a session, logs off.
fonap_result fonap_wispr_client_abort(struct fonap_wispr_client *client, uint64_t now_ms);

// Ends the session.
fonap_result fonap_wispr_client_logoff(struct fonap_wispr_client *client, uint64_t now_ms);

// Asks for the state of the session. `decide` other than 0: a StatusReply alone is ambiguous, so ask the probe as well.
fonap_result fonap_wispr_client_status(struct fonap_wispr_client *client,
                                       uint64_t now_ms,
                                       uint8_t decide);

// Tells that the request failed: no connection, a TLS error, a broken answer.
fonap_result fonap_wispr_client_request_failed(struct fonap_wispr_client *client,
                                               uint64_t now_ms,
                                               uint32_t request);

// Tells the answer to the request: its status, the Location header (NULL if there is none), and its body, of which more
// than 512 KiB are not needed.
fonap_result fonap_wispr_client_response(struct fonap_wispr_client *client,
                                         uint64_t now_ms,
                                         uint32_t request,
                                         uint16_t status,
                                         const char *location,
                                         size_t location_len,
                                         const uint8_t *body,
                                         size_t body_len);

// Tells the EAP peer's answer, or with NULL that it has none and gives up.
fonap_result fonap_wispr_client_eap(struct fonap_wispr_client *client,
                                    uint64_t now_ms,
                                    const uint8_t *eap,
                                    size_t eap_len);

// The next thing to do: `fonap_wispr_client_poll(client, &output, sizeof output)`.
fonap_result fonap_wispr_client_poll(struct fonap_wispr_client *client,
                                     struct fonap_wispr_output *output,
                                     size_t output_size);

// The state's name for field diagnosis: text that is not ended by a zero and never changes.
fonap_result fonap_wispr_client_state_name(const struct fonap_wispr_client *client, struct fonap_text *name);

// Makes a gateway without clients. `config` is copied; `random` makes challenges, so it has to be unpredictable.
// `unix_seconds` is the time of day, here and elsewhere; it may jump.
//
// `problem` may be NULL; with `FONAP_RESULT_CONFIG` it gets a static string that names the option. Ended by
// `fonap_gateway_free`.
fonap_result fonap_gateway_new(const struct fonap_gateway_config *config,
                               const struct fonap_random *random,
                               uint64_t now_ms,
                               int64_t unix_seconds,
                               struct fonap_gateway **gateway,
                               const char **problem);

// Replaces the configuration. Sessions go on with the parameters they have. `problem` as in `fonap_gateway_new`.
fonap_result fonap_gateway_reconfigure(struct fonap_gateway *gateway,
                                       const struct fonap_gateway_config *config,
                                       const char **problem);

// Ends a gateway. NULL is taken. Call `fonap_gateway_shutdown` before, and send the records that it gives.
void fonap_gateway_free(struct fonap_gateway *gateway);

// Tells that time has passed.
fonap_result fonap_gateway_tick(struct fonap_gateway *gateway, uint64_t now_ms, int64_t unix_seconds);

// Tells that the gateway stops: all sessions end.
fonap_result fonap_gateway_shutdown(struct fonap_gateway *gateway, uint64_t now_ms, int64_t unix_seconds);

// Tells that a client got a lease, or renewed it: the 4 octets of its address, the 6 of its hardware address, and its
// 802.1Q tag or 0.
fonap_result fonap_gateway_lease(struct fonap_gateway *gateway,
                                 uint64_t now_ms,
                                 int64_t unix_seconds,
                                 const uint8_t *ip,
                                 const uint8_t *mac,
                                 uint16_t vlan);

// Tells that a client gave its lease back, or that it ran out.
fonap_result fonap_gateway_release(struct fonap_gateway *gateway,
                                   uint64_t now_ms,
                                   int64_t unix_seconds,
                                   const uint8_t *ip);

// Tells that the network's side of a client, with the 4 octets of this address, is gone and stayed away: its session ends with
// the cause Lost-Carrier, and the client stays known.
fonap_result fonap_gateway_carrier_lost(struct fonap_gateway *gateway,
                                        uint64_t now_ms,
                                        int64_t unix_seconds,
                                        const uint8_t *ip);

// Takes an HTTP request from the 4 octets of a client's address: `head` is what has come of it, at most up to the empty
// line. `id` is a number of the program's that the answer comes with. `ui_port` other than 0: it came to the second port.
//
// `FONAP_RESULT_TRUNCATED`: the first line is not complete yet, read more; nothing has happened. `FONAP_RESULT_LIMIT` and
// `FONAP_RESULT_MALFORMED`: close the connection; nothing has happened.
fonap_result fonap_gateway_request(struct fonap_gateway *gateway,
                                   uint64_t now_ms,
                                   int64_t unix_seconds,
                                   uint64_t id,
                                   const uint8_t *ip,
                                   uint8_t ui_port,
                                   const uint8_t *head,
                                   size_t head_len);

// Tells that the connection of a request that waits for its answer is gone. The login goes on.
fonap_result fonap_gateway_request_gone(struct fonap_gateway *gateway,
                                        uint64_t now_ms,
                                        int64_t unix_seconds,
                                        uint64_t id);

// The result of a login: a verified reply of a RADIUS server, as `fonap_radius_client_poll` gives it.
fonap_result fonap_gateway_login_reply(struct fonap_gateway *gateway,
                                       uint64_t now_ms,
                                       int64_t unix_seconds,
                                       uint64_t login,
                                       const struct fonap_radius_packet *reply);

// The result of a login: no RADIUS server answered.
fonap_result fonap_gateway_login_timeout(struct fonap_gateway *gateway,
                                         uint64_t now_ms,
                                         int64_t unix_seconds,
                                         uint64_t login);

// The result of a login: the request could not be sent, or its answers were unusable.
fonap_result fonap_gateway_login_failed(struct fonap_gateway *gateway,
                                        uint64_t now_ms,
                                        int64_t unix_seconds,
                                        uint64_t login);

// The result of a login: the external handler ended with `exit_status`, -1 if it could not be run or was killed, and
// printed `output`. -2: it took too long and was killed.
fonap_result fonap_gateway_login_handler(struct fonap_gateway *gateway,
                                         uint64_t now_ms,
                                         int64_t unix_seconds,
                                         uint64_t login,
                                         int32_t exit_status,
                                         const uint8_t *output,
                                         size_t output_len);

// A verified answer to an accounting record of the session with these 16 characters; matters with
// `FONAP_GATEWAY_ACCTUPDATE` only.
fonap_result fonap_gateway_accounting_reply(struct fonap_gateway *gateway,
                                            uint64_t now_ms,
                                            int64_t unix_seconds,
                                            const uint8_t *session_id,
                                            const struct fonap_radius_packet *reply);

// A verified CoA-Request or Disconnect-Request from an address that may send one. `id` is a number of the program's that
// the answer comes with.
fonap_result fonap_gateway_dynamic(struct fonap_gateway *gateway,
                                   uint64_t now_ms,
                                   int64_t unix_seconds,
                                   uint64_t id,
                                   const struct fonap_radius_packet *request);

// Tells what was counted since the session with these 16 characters began. Best every 3 s, and before anything that may
// end the session. Counters that fall are taken as started again. It is only noted: what time has made due is done with the
// next call of another kind.
fonap_result fonap_gateway_traffic(struct fonap_gateway *gateway,
                                   uint64_t now_ms,
                                   int64_t unix_seconds,
                                   const uint8_t *session_id,
                                   const struct fonap_gateway_usage *usage);

// Sets parameters to no limits. 0 stands for the configured default where they are used.
fonap_result fonap_gateway_parameters_init(struct fonap_gateway_parameters *parameters);

// An operator's command: opens a session for the client with the 4 octets of this address without a login, lifts a block,
// or replaces the parameters of a session. `user_name` may be empty. `accounting` other than 0: records are sent.
//
// `FONAP_RESULT_NOT_FOUND` when nobody has that address.
fonap_result fonap_gateway_authorize(struct fonap_gateway *gateway,
                                     uint64_t now_ms,
                                     int64_t unix_seconds,
                                     const uint8_t *ip,
                                     const uint8_t *user_name,
                                     size_t user_name_len,
                                     const struct fonap_gateway_parameters *parameters,
                                     uint8_t accounting);

// A command of an operator or of the data plane about the client with the 4 octets of this address:
// `FONAP_GATEWAY_COMMAND_...`.
//
// `FONAP_RESULT_NOT_FOUND` when nobody has that address; for the data plane, when the client has no session.
fonap_result fonap_gateway_command(struct fonap_gateway *gateway,
                                   uint64_t now_ms,
                                   int64_t unix_seconds,
                                   uint32_t command,
                                   const uint8_t *ip);

// An operator's command: logs the client with the 4 octets of this address in by RADIUS.
//
// `FONAP_RESULT_NOT_FOUND` when nobody has that address.
fonap_result fonap_gateway_login(struct fonap_gateway *gateway,
                                 uint64_t now_ms,
                                 int64_t unix_seconds,
                                 const uint8_t *ip,
                                 const uint8_t *user_name,
                                 size_t user_name_len,
                                 const uint8_t *password,
                                 size_t password_len);

// An operator's command: replaces all parameters of the session of the client with the 4 octets of this address.
//
// `FONAP_RESULT_NOT_FOUND` when nobody has that address.
fonap_result fonap_gateway_update(struct fonap_gateway *gateway,
                                  uint64_t now_ms,
                                  int64_t unix_seconds,
                                  const uint8_t *ip,
                                  const struct fonap_gateway_parameters *parameters);

// The next thing to do: `fonap_gateway_poll(gateway, &output, sizeof output)`.
fonap_result fonap_gateway_poll(struct fonap_gateway *gateway,
                                struct fonap_gateway_output *output,
                                size_t output_size);

// The client with the 4 octets of this address: `fonap_gateway_find(gateway, ip, &client, sizeof client)`. Pointers in
// `client` are good until the next call for the same gateway. `FONAP_RESULT_NOT_FOUND` when nobody has that address.
fonap_result fonap_gateway_find(struct fonap_gateway *gateway,
                                const uint8_t *ip,
                                struct fonap_gateway_client *client,
                                size_t client_size);

// One client of all, by address, counted from 0. Otherwise as `fonap_gateway_find`.
fonap_result fonap_gateway_client_at(struct fonap_gateway *gateway,
                                     size_t index,
                                     struct fonap_gateway_client *client,
                                     size_t client_size);

// How many inputs did not fit the state, for field diagnosis.
fonap_result fonap_gateway_ignored(const struct fonap_gateway *gateway, uint64_t *ignored);

// Writes the HTTP answer with a file of `wwwdir`, with the content type that came with `FONAP_GATEWAY_OUT_LOCAL_FILE`; or
// with an empty content type the answer that there is no such file.
fonap_result fonap_gateway_file_response(const char *content_type,
                                         size_t content_type_len,
                                         const uint8_t *body,
                                         size_t body_len,
                                         uint8_t *out,
                                         size_t capacity,
                                         size_t *length);

// Sets a structure of `size` octets to the defaults.
fonap_result fonap_gateway_config_init(struct fonap_gateway_config *config, size_t size);

// Writes a document with one message of this kind, or with none if `kind` is 0. Texts cannot break out of their
// element, nor out of the comment. Fields are written in the order of the schema, not of the list.
//
// `FONAP_RESULT_ARGUMENT` for an unknown kind or flag, for a field that is no number, or that the kind does not have.
// Allocates nothing, unless there is a ReplyMessage.
fonap_result fonap_wispr_write(uint16_t kind,
                               const struct fonap_wispr_field *fields,
                               size_t field_count,
                               uint32_t flags,
                               char *out,
                               size_t capacity,
                               size_t *length);

// Reads a page as portals really send it: any octets will do. At most 512 KiB (`FONAP_RESULT_LIMIT`); of them 16 blocks of
// 64 KiB with 64 fields each. A page without a message is no error here: see `fonap_wispr_document_usable`.
//
// The document keeps nothing of the page and is ended by `fonap_wispr_document_free`.
fonap_result fonap_wispr_document_new(const uint8_t *page,
                                      size_t page_len,
                                      struct fonap_wispr_document **document);

// Ends a document. NULL is taken.
void fonap_wispr_document_free(struct fonap_wispr_document *document);

// The number of the message to act upon, counted from 0: the first that is complete.
//
// `FONAP_RESULT_NOT_FOUND` when the page has no WISPr block or none with a message, `FONAP_RESULT_TRUNCATED` when no
// message has all that is needed, `FONAP_RESULT_MALFORMED` when all blocks had a document type definition.
fonap_result fonap_wispr_document_usable(const struct fonap_wispr_document *document,
                                         size_t *index);

// The kind of a message, `FONAP_WISPR_REDIRECT` and its like, or 0 for an element that nobody knows.
// `FONAP_RESULT_NOT_FOUND` behind the last message.
fonap_result fonap_wispr_document_kind(const struct fonap_wispr_document *document,
                                       size_t index,
                                       uint16_t *kind);

// A field of a message: `fonap_wispr_document_field(document, index, field, occurrence, &value, sizeof value)`.
// `occurrence` is 0, or counts ReplyMessage. Pointers are good until the document is freed.
//
// `FONAP_RESULT_NOT_FOUND` when the message, or the field in it, is not there; `FONAP_RESULT_ARGUMENT` when there is no
// such field at all.
fonap_result fonap_wispr_document_field(const struct fonap_wispr_document *document,
                                        size_t index,
                                        uint32_t field,
                                        size_t occurrence,
                                        struct fonap_wispr_field *value,
                                        size_t value_size);

// What was wrong with the page: names, joined by commas, empty for a good one. For logs.
fonap_result fonap_wispr_document_quirks(const struct fonap_wispr_document *document,
                                         char *out,
                                         size_t capacity,
                                         size_t *length);

// The 16 octets that credentials are mixed with, of the 16 octets of a challenge and the secret, which may be empty. They
// are the CHAP-Challenge of a CHAP login. Allocates nothing.
fonap_result fonap_uam_key(const uint8_t *challenge,
                           const uint8_t *uamsecret,
                           size_t uamsecret_len,
                           uint8_t *key);

// Hides a password for the parameter `password` of `/logon`: hexadecimal digits, two for each octet.
fonap_result fonap_uam_obfuscate(const uint8_t *challenge,
                                 const uint8_t *uamsecret,
                                 size_t uamsecret_len,
                                 const uint8_t *password,
                                 size_t password_len,
                                 char *out,
                                 size_t capacity,
                                 size_t *length);

// Recovers what `fonap_uam_obfuscate` hid, padding included; at most 128 octets. `FONAP_RESULT_DIGIT` for anything but
// hexadecimal digits.
fonap_result fonap_uam_recover(const uint8_t *challenge,
                               const uint8_t *uamsecret,
                               size_t uamsecret_len,
                               const char *sent,
                               size_t sent_len,
                               uint8_t *out,
                               size_t capacity,
                               size_t *length);

// The 16 octets of the parameter `response` of a CHAP login. `ident` is the number of the parameter `ident`: see
// `fonap_uam_ident`. Allocates nothing.
fonap_result fonap_uam_chap_response(const uint8_t *challenge,
                                     const uint8_t *uamsecret,
                                     size_t uamsecret_len,
                                     uint8_t ident,
                                     const uint8_t *password,
                                     size_t password_len,
                                     uint8_t *response);

// Whether the 16 octets of a CHAP response fit a password: `fits` becomes 1 or 0. Takes the same time for every wrong
// one. Allocates nothing.
fonap_result fonap_uam_verify_chap(const uint8_t *challenge,
                                   const uint8_t *uamsecret,
                                   size_t uamsecret_len,
                                   uint8_t ident,
                                   const uint8_t *password,
                                   size_t password_len,
                                   const uint8_t *response,
                                   uint8_t *fits);

// The number that the parameter `ident` stands for: leading decimal digits modulo 256. Allocates nothing.
fonap_result fonap_uam_ident(const char *digits, size_t digits_len, uint8_t *number);

// Writes a URL with `&md=` and its signature behind it; without a secret as it is.
fonap_result fonap_uam_sign(const char *unsigned_url,
                            size_t unsigned_url_len,
                            const uint8_t *uamsecret,
                            size_t uamsecret_len,
                            char *out,
                            size_t capacity,
                            size_t *length);

// Checks a signed URL: a portal's side. `bare_len` becomes the length of the URL without its signature.
//
// `FONAP_RESULT_NOT_AUTHENTIC` when the signature is missing or wrong, and always without a secret.
fonap_result fonap_uam_verify(const char *signed_url,
                              size_t signed_url_len,
                              const uint8_t *uamsecret,
                              size_t uamsecret_len,
                              size_t *bare_len);

// Writes the first redirect to a page before the portal: `uamhomepage` with the whole signed URL as `loginurl`.
fonap_result fonap_uam_homepage(const char *uamhomepage,
                                size_t uamhomepage_len,
                                const char *signed_url,
                                size_t signed_url_len,
                                char *out,
                                size_t capacity,
                                size_t *length);

// Writes octets as they stand in a URL's query.
fonap_result fonap_uam_url_encode(const uint8_t *value,
                                  size_t value_len,
                                  char *out,
                                  size_t capacity,
                                  size_t *length);

// Undoes the escapes of a URL once. What is no escape stays, `+` included.
fonap_result fonap_uam_url_decode(const char *value,
                                  size_t value_len,
                                  uint8_t *out,
                                  size_t capacity,
                                  size_t *length);

// Writes the value of a query parameter, decoded once. `FONAP_RESULT_NOT_FOUND` when it is not there.
fonap_result fonap_uam_parameter(const char *query,
                                 size_t query_len,
                                 const char *name,
                                 size_t name_len,
                                 uint8_t *out,
                                 size_t capacity,
                                 size_t *length);

// Sets a structure of `size` octets to zeros and NULL.
fonap_result fonap_uam_answer_init(struct fonap_uam_answer *answer, size_t size);

// Writes the URL of a redirect to the portal, signed if there is a `uamsecret`. `res` is the parameter of that name, such
// as `notyet`; if it is empty it is what the situation has.
//
// Of `config` only what stands in URLs matters. `FONAP_RESULT_ARGUMENT` for an unknown situation, flag or `res`.
fonap_result fonap_uam_location(const struct fonap_gateway_config *config,
                                const struct fonap_uam_answer *answer,
                                const char *res,
                                size_t res_len,
                                char *out,
                                size_t capacity,
                                size_t *length);

// Writes a whole HTTP answer: the redirect, with the WISPr messages that the situation asks for in its body.
//
// `FONAP_RESULT_ARGUMENT` for an unknown situation or flag.
fonap_result fonap_uam_response(const struct fonap_gateway_config *config,
                                const struct fonap_uam_answer *answer,
                                uint8_t *out,
                                size_t capacity,
                                size_t *length);

// Writes a whole HTTP answer of the JSON interface.
//
// `FONAP_RESULT_ARGUMENT` for an unknown situation or flag, or without a session id.
fonap_result fonap_uam_json(const struct fonap_gateway_config *config,
                            const struct fonap_uam_answer *answer,
                            uint8_t *out,
                            size_t capacity,
                            size_t *length);

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

/* An attribute of a vendor: FONAP_RADIUS_VENDOR(14559, 6) is ChilliSpot-Config. */
#ifndef FONAP_RADIUS_VENDOR
#define FONAP_RADIUS_VENDOR(vendor, type) ((uint64_t)(vendor) << 32 | (uint64_t)(type))
/* An extended attribute (RFC 6929): FONAP_RADIUS_EXTENDED(241, 1) is Frag-Status. */
#define FONAP_RADIUS_EXTENDED(type, extended_type) ((uint64_t)(type) << 8 | (uint64_t)(extended_type))
#endif

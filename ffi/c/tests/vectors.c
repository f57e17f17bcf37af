/* Runs the recorded cases through the C interface. Prints a line for each file, and the cases that fail. */

#include "fonap.h"
#include "vectors.h"
#include <stdio.h>
#include <stdlib.h>

#define ROOM 20000

static const struct recorded *current;
static char reason[300];

/* --- reading members --- */

static const struct member *find(const char *path) {
    const struct member *member;
    for (member = current->members; member->path; member++) {
        if (strcmp(member->path, path) == 0) {
            return member;
        }
    }
    return NULL;
}

static int has(const char *path) {
    const struct member *member = find(path);
    return member && member->kind != IS_NULL;
}

static const struct member *want(const char *path) {
    const struct member *member = find(path);
    if (!member) {
        fprintf(stderr, "%s: no member %s\n", current->id, path);
        exit(2);
    }
    return member;
}

static fonap_text text(const char *path) {
    fonap_text result;
    const struct member *member = want(path);
    result.data = member->text;
    result.length = member->length;
    return result;
}

static int is(const char *path, const char *value) {
    fonap_text have = text(path);
    return have.length == strlen(value) && memcmp(have.data, value, have.length) == 0;
}

static int is_true(const char *path) { return want(path)->kind == IS_TRUE; }

static uint64_t number(const char *path) { return want(path)->number; }

static int digit(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Octets of hexadecimal text, in one of a few static buffers in turn. */
static fonap_octets octets(const char *path) {
    static uint8_t buffers[6][ROOM];
    static int turn;
    uint8_t *out = buffers[turn = (turn + 1) % 6];
    fonap_text hex = text(path);
    fonap_octets result;
    size_t i;
    if (hex.length % 2 || hex.length / 2 > ROOM) {
        fprintf(stderr, "%s: %s is no hexadecimal text\n", current->id, path);
        exit(2);
    }
    for (i = 0; i < hex.length / 2; i++) {
        out[i] = (uint8_t)(digit(hex.data[2 * i]) << 4 | digit(hex.data[2 * i + 1]));
    }
    result.data = out;
    result.length = hex.length / 2;
    return result;
}

/* --- saying what is wrong --- */

static int wrong(const char *what) {
    snprintf(reason, sizeof reason, "%s", what);
    return 0;
}

static int result_is(const char *what, fonap_result have, fonap_result wanted) {
    if (have == wanted) {
        return 1;
    }
    snprintf(reason, sizeof reason, "%s: %s, want %s", what, fonap_result_text(have), fonap_result_text(wanted));
    return 0;
}

static int ok(const char *what, fonap_result have) { return result_is(what, have, FONAP_RESULT_OK); }

static int same(const char *what, const void *have, size_t have_len, const void *wanted, size_t wanted_len) {
    if (have_len == wanted_len && (have_len == 0 || memcmp(have, wanted, have_len) == 0)) {
        return 1;
    }
    snprintf(reason, sizeof reason, "%s differs (%u octets, want %u)", what, (unsigned)have_len, (unsigned)wanted_len);
    return 0;
}

static int same_octets(const char *what, const void *have, size_t have_len, const char *path) {
    fonap_octets wanted = octets(path);
    return same(what, have, have_len, wanted.data, wanted.length);
}

static int same_text(const char *what, const void *have, size_t have_len, const char *path) {
    fonap_text wanted = text(path);
    return same(what, have, have_len, wanted.data, wanted.length);
}

static int accepted(fonap_result result, int wanted) {
    if ((result == FONAP_RESULT_OK) == wanted) {
        return 1;
    }
    snprintf(reason, sizeof reason, "got %s, want it %s", fonap_result_text(result), wanted ? "accepted" : "refused");
    return 0;
}

/* --- heartbeat --- */

static fonap_heartbeat_rsa_key *rsa_a;

static int mac(void) {
    uint8_t out[6];
    fonap_text in = text("text");
    fonap_result result = fonap_heartbeat_mac_parse(in.data, in.length, out);
    return accepted(result, is_true("default_accept")) &&
           (result != FONAP_RESULT_OK || same_octets("mac", out, 6, "default_six_hex"));
}

static int version(void) {
    uint8_t out[4];
    int i;
    fonap_text v = text("version"), r = text("revision");
    fonap_result result = fonap_heartbeat_version_parse(v.data, v.length, r.data, r.length, out);
    if (!accepted(result, is_true("default_accept"))) {
        return 0;
    }
    for (i = 0; result == FONAP_RESULT_OK && i < 4; i++) {
        char path[32];
        snprintf(path, sizeof path, "default_values.%d", i);
        if (out[i] != number(path)) {
            return wrong("version");
        }
    }
    return 1;
}

static int keyword(void) {
    uint8_t out[32];
    fonap_text in = text("text");
    fonap_result result = fonap_heartbeat_key_parse(in.data, in.length, out);
    return accepted(result, is_true("default_accept")) &&
           (result != FONAP_RESULT_OK || same_octets("key", out, 32, "default_key_hex"));
}

static int boardkey(void) {
    uint8_t board[180] = {0}, key[32], board_mac[6];
    memcpy(board + 148, octets("stored_hex").data, 32);
    return ok("board", fonap_heartbeat_board_data_parse(board, sizeof board, key, board_mac)) &&
           same_octets("key", key, 32, "key_hex");
}

static int key_rollover(void) {
    uint8_t key[32];
    fonap_text file = text("aespath_file_text");
    return ok("current", fonap_heartbeat_key_current(octets("first_key_hex").data, (const uint8_t *)file.data,
                                                     file.length, key)) &&
           same_octets("key", key, 32, "current_key_hex");
}

static int crc3(void) {
    uint8_t check, parsed[6];
    fonap_text in = text("mac");
    return ok("mac", fonap_heartbeat_mac_parse(in.data, in.length, parsed)) &&
           same_octets("mac", parsed, 6, "mac_bytes_hex") && ok("crc3", fonap_heartbeat_crc3(parsed, &check)) &&
           (check == number("emitted_bits") || wrong("check bits"));
}

typedef fonap_result encoder(const uint8_t *, size_t, char *, size_t, size_t *);
typedef fonap_result decoder(const char *, size_t, uint8_t *, size_t, size_t *);

static int base(encoder *encode, decoder *decode, const char *decoded) {
    static char out[ROOM];
    size_t length;
    if (is("op", "encode")) {
        fonap_octets in = octets("bytes_hex");
        return ok("encode", encode(in.data, in.length, out, sizeof out, &length)) && same_text("text", out, length, "text");
    } else {
        fonap_text in = text("text");
        fonap_result result = decode(in.data, in.length, (uint8_t *)out, sizeof out, &length);
        return accepted(result, has(decoded)) && (result != FONAP_RESULT_OK || same_octets("octets", out, length, decoded));
    }
}

static int base32(void) { return base(fonap_heartbeat_base32_encode, fonap_heartbeat_base32_decode, "default_bytes_hex"); }
static int base64(void) { return base(fonap_heartbeat_base64_encode, fonap_heartbeat_base64_decode, "strict_bytes_hex"); }

static int names(void) {
    uint8_t out[255];
    size_t length;
    fonap_text in = text("text");
    fonap_result result = fonap_heartbeat_name_encode(in.data, in.length, out, sizeof out, &length);
    return accepted(result, is_true("original_ok")) &&
           (result != FONAP_RESULT_OK || same_octets("wire", out, length, "wire_hex"));
}

static int queries(void) {
    fonap_heartbeat_query query, opened;
    uint8_t wire[FONAP_HEARTBEAT_QUERY_LEN], datagram[FONAP_HEARTBEAT_MAX_QUERY_LEN], again[FONAP_HEARTBEAT_QUERY_LEN];
    char label[FONAP_HEARTBEAT_LABEL_LEN], read[63];
    size_t length;
    uint16_t id;
    int i;
    fonap_text m = text("mac"), fqdn = text("fqdn");
    fonap_octets key = octets("key_hex");
    memset(&query, 0, sizeof query);
    if (!ok("mac", fonap_heartbeat_mac_parse(m.data, m.length, query.mac))) {
        return 0;
    }
    for (i = 0; i < 3; i++) {
        char path[32];
        snprintf(path, sizeof path, "version.%d", i);
        query.version[i] = (uint8_t)number(path);
    }
    query.version[3] = (uint8_t)number("revision");
    query.query_type = (uint8_t)number("type");
    query.architecture = (uint8_t)number("arch");
    query.status = (uint32_t)number("status");
    query.trid = (uint32_t)number("trid");
    query.retries = (uint32_t)number("retries");
    memcpy(query.filler, octets("filler_hex").data, 13);
    return ok("seal", fonap_heartbeat_query_seal(&query, key.data, wire)) && same_octets("wire", wire, 39, "wire_hex") &&
           ok("label", fonap_heartbeat_query_label(wire, label)) && same_text("label", label, 63, "label") &&
           ok("datagram", fonap_heartbeat_dns_query((uint16_t)number("dns_id"), fqdn.data, fqdn.length,
                                                    FONAP_HEARTBEAT_TYPE_TXT, datagram, sizeof datagram, &length)) &&
           same_octets("datagram", datagram, length, "dns_query_hex") &&
           ok("request", fonap_heartbeat_request_read(datagram, length, &id, read, sizeof read, &length)) &&
           (id == number("dns_id") || wrong("id")) &&
           ok("from label", fonap_heartbeat_query_from_label(read, length, again)) &&
           same("octets", again, 39, wire, 39) && ok("open", fonap_heartbeat_query_open(again, key.data, &opened)) &&
           same("filler", opened.filler, 13, query.filler, 13) &&
           ((opened.trid == query.trid && opened.retries == query.retries && opened.status == query.status &&
             opened.query_type == query.query_type && opened.architecture == query.architecture &&
             memcmp(opened.mac, query.mac, 6) == 0 && memcmp(opened.version, query.version, 4) == 0) ||
            wrong("query"));
}

static int query_decode(void) {
    uint8_t wire[FONAP_HEARTBEAT_QUERY_LEN];
    fonap_heartbeat_query query;
    fonap_text label = text("label");
    fonap_result result = fonap_heartbeat_query_from_label(label.data, label.length, wire);
    if (result == FONAP_RESULT_OK) {
        result = fonap_heartbeat_query_open(wire, octets("key_hex").data, &query);
    }
    return accepted(result, is("default", "accept")) &&
           (result != FONAP_RESULT_OK || !has("original_decoded") || query.trid == number("original_decoded.trid") ||
            wrong("trid"));
}

static int answers_check(void) {
    fonap_heartbeat_answer answer;
    fonap_text in = text("text");
    uint32_t trid = has("query_trid") ? (uint32_t)number("query_trid") : 1;
    fonap_result result = fonap_heartbeat_answer_open(in.data, in.length, octets("key_hex").data, rsa_a, trid, 0, &answer);
    return accepted(result, is("default", "accept")) &&
           (result != FONAP_RESULT_OK || !has("original_decoded") ||
            ((answer.trid == number("original_decoded.trid") || wrong("trid")) &&
             (answer.exec == number("original_decoded.exec") || wrong("exec")) &&
             (answer.data_len == number("original_decoded.size") || wrong("size"))));
}

static int answers_nop(void) {
    fonap_heartbeat_answer answer;
    char out[FONAP_HEARTBEAT_NOP_TEXT_LEN];
    uint32_t trid = (uint32_t)number("trid"), time = (uint32_t)number("timestamp");
    fonap_octets key = octets("key_hex");
    return ok("text", fonap_heartbeat_nop_text(trid, time, key.data, out)) && same_text("text", out, sizeof out, "text") &&
           ok("open", fonap_heartbeat_answer_open(out, sizeof out, key.data, NULL, trid, FONAP_HEARTBEAT_STRICT_NOP, &answer)) &&
           ((answer.kind == FONAP_HEARTBEAT_ANSWER_NOP && answer.time == time && answer.trid == trid) || wrong("answer"));
}

static int answers_regular(void) {
    fonap_heartbeat_answer answer;
    uint8_t block[FONAP_HEARTBEAT_BLOCK_LEN];
    char out[FONAP_HEARTBEAT_REGULAR_TEXT_LEN];
    size_t length;
    fonap_octets key = octets("key_hex"), data = octets("data_hex"), filler = octets("filler_hex");
    fonap_octets signature = octets("rsa_hex");
    uint32_t trid = (uint32_t)number("trid");
    uint8_t exec = (uint8_t)number("exec");
    fonap_text in = text("text");
    fonap_result result = fonap_heartbeat_regular_block(trid, exec, data.data, data.length, filler.data, key.data, rsa_a, block);
    fonap_result opened = fonap_heartbeat_answer_open(in.data, in.length, key.data, rsa_a, trid, 0, &answer);
    if (!is("default", "accept")) {
        return result_is("block", result, FONAP_RESULT_HEARTBEAT_NOT_BELOW_MODULUS) && accepted(opened, 0);
    }
    return ok("block", result) && same_octets("block", block, sizeof block, "aes_hex") &&
           ok("text", fonap_heartbeat_regular_text(block, signature.data, rsa_a, out, sizeof out, &length)) &&
           same_text("text", out, length, "text") && ok("open", opened) &&
           same("data", answer.data, answer.data_len, data.data, data.length) &&
           (answer.exec == exec || wrong("exec")) &&
           result_is("without a key",
                     fonap_heartbeat_answer_open(in.data, in.length, key.data, NULL, trid, 0, &answer),
                     FONAP_RESULT_HEARTBEAT_NO_RSA_KEY);
}

static int rsa_public_keys(void) {
    fonap_heartbeat_rsa_key *key = NULL;
    uint8_t modulus[256];
    uint64_t exponent;
    fonap_octets file = octets("file_hex");
    fonap_result result = fonap_heartbeat_rsa_key_new(file.data, file.length, &key);
    int fine = accepted(result, is_true("default_accept"));
    if (fine && key && has("original_n_hex") && number("original_octets") == 256) {
        fine = ok("modulus", fonap_heartbeat_rsa_key_modulus(key, modulus)) &&
               same_octets("modulus", modulus, 256, "original_n_hex") &&
               ok("exponent", fonap_heartbeat_rsa_key_exponent(key, &exponent)) &&
               (exponent == number("original_e") || wrong("exponent"));
    }
    fonap_heartbeat_rsa_key_free(key);
    return fine;
}

static int dns_responses(void) {
    char out[FONAP_HEARTBEAT_MAX_TEXT_LEN];
    const char *verdict = "ignore";
    size_t length, i, count = (size_t)number("responses_hex");
    fonap_text fqdn = text("fqdn");
    for (i = 0; i < count; i++) {
        fonap_heartbeat_answer answer;
        char path[32];
        fonap_octets datagram;
        fonap_result result;
        snprintf(path, sizeof path, "responses_hex.%u", (unsigned)i);
        datagram = octets(path);
        result = fonap_heartbeat_response_judge((uint16_t)number("dns_id"), fqdn.data, fqdn.length, datagram.data,
                                                datagram.length, 0, out, sizeof out, &length);
        if (result == FONAP_RESULT_OTHER) {
            continue;
        }
        verdict = result == FONAP_RESULT_OK &&
                          fonap_heartbeat_answer_open(out, length, octets("key_hex").data, has("rsa_key") ? rsa_a : NULL,
                                                      (uint32_t)number("query_trid"), 0, &answer) == FONAP_RESULT_OK
                      ? "accept"
                      : "reject";
        break;
    }
    if (count == 0) {
        verdict = "reject";
    }
    return is("default", "either") || is("default", verdict) || wrong(verdict);
}

/* --- RADIUS --- */

static fonap_radius_secret *secret_of(const char *path) {
    fonap_radius_secret *secret = NULL;
    fonap_text in = text(path);
    if (fonap_radius_secret_new((const uint8_t *)in.data, in.length, &secret) != FONAP_RESULT_OK) {
        fprintf(stderr, "%s: no secret\n", current->id);
        exit(2);
    }
    return secret;
}

static int written_again(const fonap_radius_packet *packet) {
    fonap_radius_writer writer;
    fonap_radius_attribute attribute;
    uint8_t out[FONAP_RADIUS_MAX_LEN];
    size_t cursor = 0, length, count = 0;
    if (!ok("begin", fonap_radius_writer_begin_verbatim(&writer, out, sizeof out, packet->code, packet->identifier,
                                                        packet->authenticator))) {
        return 0;
    }
    while (fonap_radius_next_attribute(packet, &cursor, &attribute, sizeof attribute) == FONAP_RESULT_OK) {
        count++;
        if (!ok("add", fonap_radius_add_octets(&writer, attribute.kind, attribute.value.data, attribute.value.length))) {
            return 0;
        }
    }
    return (count == packet->attribute_count || wrong("count")) &&
           ok("finish", fonap_radius_writer_finish(&writer, NULL, &length)) &&
           same("written again", out, length, packet->octets.data, packet->octets.length);
}

static int packet_attributes(const fonap_radius_packet *packet, const fonap_radius_secret *secret, const uint8_t *over) {
    fonap_radius_attribute attribute;
    size_t cursor = 0, index, count = (size_t)number("attributes");
    for (index = 0; index < count; index++) {
        char path[64];
        if (!ok("attribute", fonap_radius_next_attribute(packet, &cursor, &attribute, sizeof attribute))) {
            return 0;
        }
        snprintf(path, sizeof path, "attributes.%u.offset", (unsigned)index);
        if (attribute.offset != number(path)) {
            return wrong("offset");
        }
        snprintf(path, sizeof path, "attributes.%u.type", (unsigned)index);
        if (attribute.kind != number(path)) {
            return wrong("type");
        }
        snprintf(path, sizeof path, "attributes.%u.value", (unsigned)index);
        if (!same_octets("value", attribute.value.data, attribute.value.length, path)) {
            return 0;
        }
        snprintf(path, sizeof path, "attributes.%u.plaintext", (unsigned)index);
        if (attribute.kind == FONAP_RADIUS_USER_PASSWORD && has(path)) {
            uint8_t clear[128];
            size_t length;
            if (!ok("unhide", fonap_radius_unhide_password(secret, over, attribute.value.data, attribute.value.length, clear,
                                                           sizeof clear, &length)) ||
                !same_octets("password", clear, length, path)) {
                return 0;
            }
        }
    }
    return 1;
}

static int packet(void) {
    static const uint8_t zeros[16];
    uint8_t request_octets[20] = {0}, over[16];
    size_t offset;
    fonap_radius_packet packet, request;
    fonap_radius_secret *secret;
    static uint8_t room[ROOM];
    fonap_octets wire = octets("hex");
    int fine;
    fonap_result result, verdict;
    /* The buffers of octets() come round again while this packet is looked at. */
    memcpy(room, wire.data, wire.length);
    wire.data = room;
    result = fonap_radius_parse(wire.data, wire.length, &packet, sizeof packet, &offset);
    if (has("malformed")) {
        return accepted(result, 0);
    }
    if (!ok("parse", result)) {
        return 0;
    }
    fine = (packet.code == number("code") || wrong("code")) && (packet.identifier == number("identifier") || wrong("id")) &&
           (packet.octets.length == number("length") || wrong("length")) &&
           same_octets("authenticator", packet.authenticator, 16, "authenticator") &&
           (packet.attribute_count == number("attributes") || wrong("attribute count"));
    memcpy(over, packet.authenticator, 16);
    if (packet.code == 4 || packet.code == 40 || packet.code == 43) {
        memcpy(over, zeros, 16);
    }
    secret = secret_of("secret");
    if (fine && has("request_authenticator")) {
        /* A header is all that the check needs of the request. */
        static const uint8_t codes[][2] = {{2, 1}, {3, 1}, {11, 1}, {5, 4}, {41, 40}, {42, 40}, {44, 43}, {45, 43}};
        size_t i;
        memcpy(over, octets("request_authenticator").data, 16);
        for (i = 0; i < sizeof codes / sizeof *codes; i++) {
            request_octets[0] = codes[i][0] == packet.code ? codes[i][1] : request_octets[0];
        }
        request_octets[1] = packet.identifier;
        request_octets[3] = 20;
        memcpy(request_octets + 4, over, 16);
        fine = ok("request", fonap_radius_parse(request_octets, 20, &request, sizeof request, NULL));
        verdict = fonap_radius_verify_reply(&packet, &request, secret, FONAP_RADIUS_LEGACY, NULL);
    } else {
        verdict = fonap_radius_verify_request(&packet, secret, FONAP_RADIUS_LEGACY, NULL);
    }
    fine = fine && packet_attributes(&packet, secret, over) && written_again(&packet);
    if (fine && is("checks.message_authenticator", "valid")) {
        int invalid = (has("checks.response_authenticator") && is("checks.response_authenticator", "INVALID")) ||
                      (has("checks.request_authenticator") && is("checks.request_authenticator", "INVALID"));
        fine = result_is("verdict", verdict, invalid ? FONAP_RESULT_NOT_AUTHENTIC : FONAP_RESULT_OK);
    }
    fonap_radius_secret_free(secret);
    return fine;
}

static int malformed(void) {
    fonap_radius_packet packet;
    size_t offset;
    fonap_octets wire = octets("hex");
    fonap_result result;
    if (has("context.max_length") || has("context.max_attributes") || wire.length > FONAP_RADIUS_MAX_LEN) {
        /* Other limits than those of UDP: the interface has only these. It must not fall over them. */
        (void)fonap_radius_parse(wire.data, wire.length, &packet, sizeof packet, &offset);
        return 1;
    }
    result = fonap_radius_parse(wire.data, wire.length, &packet, sizeof packet, &offset);
    return accepted(result, !is("stage", "parse") || is("verdict", "accept"));
}

static int user_password(void) {
    fonap_radius_secret *secret = secret_of("secret");
    fonap_octets plain = octets("plaintext"), hidden = octets("hidden"), authenticator = octets("authenticator");
    uint8_t out[FONAP_RADIUS_MAX_LEN], clear[128];
    size_t length;
    fonap_radius_writer writer;
    int fine = ok("unhide", fonap_radius_unhide_password(secret, authenticator.data, hidden.data, hidden.length, clear,
                                                         sizeof clear, &length)) &&
               same("plaintext", clear, length, plain.data, plain.length) &&
               ok("begin", fonap_radius_writer_begin(&writer, out, sizeof out, 1, 1, authenticator.data)) &&
               ok("without", fonap_radius_without_message_authenticator(&writer)) &&
               ok("add", fonap_radius_add_password(&writer, FONAP_RADIUS_USER_PASSWORD, plain.data, plain.length, secret)) &&
               ok("finish", fonap_radius_writer_finish(&writer, secret, &length)) &&
               same("hidden", out + 22, length - 22, hidden.data, hidden.length);
    fonap_radius_secret_free(secret);
    return fine;
}

static int salt(void) {
    fonap_radius_secret *secret = secret_of("secret");
    fonap_octets value = octets("value"), over = octets("request_authenticator");
    uint8_t clear[256];
    size_t length;
    int fine = ok("unhide", fonap_radius_unhide_salted(secret, over.data, value.data, value.length, clear, sizeof clear,
                                                       &length)) &&
               same_octets("plaintext", clear, length, "plaintext");
    fonap_radius_secret_free(secret);
    return fine;
}

static int message_authenticator(void) {
    fonap_radius_secret *secret = secret_of("secret");
    fonap_radius_packet packet;
    fonap_radius_attribute attribute;
    size_t cursor = 0;
    uint8_t out[16];
    fonap_octets wire = octets("hex"), over = octets("header_authenticator_for_hmac");
    int fine = ok("parse", fonap_radius_parse(wire.data, wire.length, &packet, sizeof packet, NULL));
    while (fine && fonap_radius_next_attribute(&packet, &cursor, &attribute, sizeof attribute) == FONAP_RESULT_OK) {
        if (attribute.kind == FONAP_RADIUS_MESSAGE_AUTHENTICATOR) {
            fine = ok("compute", fonap_radius_message_authenticator(secret, wire.data, wire.length, attribute.offset + 2,
                                                                    over.data, out)) &&
                   same_octets("Message-Authenticator", out, 16, "message_authenticator");
        }
    }
    fonap_radius_secret_free(secret);
    return fine;
}

static int framing(void) {
    uint8_t stream[ROOM];
    size_t filled = 0, used = 0, i, found = 0, length, chunks = (size_t)number("chunks");
    char path[32];
    fonap_result result = FONAP_RESULT_TRUNCATED;
    for (i = 0; i < chunks; i++) {
        fonap_octets chunk;
        snprintf(path, sizeof path, "chunks.%u", (unsigned)i);
        chunk = octets(path);
        memcpy(stream + filled, chunk.data, chunk.length);
        filled += chunk.length;
    }
    for (;;) {
        result = fonap_radius_frame(stream + used, filled - used, &length);
        if (result != FONAP_RESULT_OK) {
            break;
        }
        snprintf(path, sizeof path, "packets.%u", (unsigned)found++);
        if (!same_octets("packet", stream + used, length, path)) {
            return 0;
        }
        used += length;
    }
    if (is("result", "close-connection")) {
        return result != FONAP_RESULT_TRUNCATED || wrong("a broken stream went on");
    }
    return result_is("end", result, FONAP_RESULT_TRUNCATED) && (found == number("packets") || wrong("packets")) &&
           same_octets("remainder", stream + used, filled - used, "remainder");
}

/* --- UAM --- */

static int uam_recover(void) {
    fonap_octets challenge = octets("challenge");
    fonap_text secret = text("uamsecret"), received = text("received");
    uint8_t plain[128];
    size_t length;
    fonap_result result = fonap_uam_recover(challenge.data, (const uint8_t *)secret.data, secret.length, received.data,
                                            received.length, plain, sizeof plain, &length);
    return accepted(result, has("recovered_hex")) &&
           (result != FONAP_RESULT_OK || same_octets("recovered", plain, length, "recovered_hex"));
}

static int uam_pap(void) {
    fonap_octets challenge = octets("challenge");
    fonap_text secret = text("uamsecret"), password, sent;
    uint8_t key[16], plain[128];
    char out[512];
    size_t length;
    if (has("received")) {
        return uam_recover();
    }
    password = text("password");
    sent = text("sent");
    return ok("key", fonap_uam_key(challenge.data, (const uint8_t *)secret.data, secret.length, key)) &&
           same_octets("key", key, 16, "key") &&
           ok("obfuscate", fonap_uam_obfuscate(challenge.data, (const uint8_t *)secret.data, secret.length,
                                               (const uint8_t *)password.data, password.length, out, sizeof out, &length)) &&
           same_text("sent", out, length, "sent") &&
           ok("recover", fonap_uam_recover(challenge.data, (const uint8_t *)secret.data, secret.length, sent.data,
                                           sent.length, plain, sizeof plain, &length)) &&
           same("password", plain, length, password.data, length);
}

static int uam_chap(void) {
    fonap_octets challenge;
    fonap_text secret, password;
    uint8_t response[16], fits = 0, number8 = (uint8_t)number("ident");
    if (has("ident_text")) {
        fonap_text digits = text("ident_text");
        return ok("ident", fonap_uam_ident(digits.data, digits.length, &fits)) && (fits == number8 || wrong("ident"));
    }
    challenge = octets("challenge");
    secret = text("uamsecret");
    password = text("password");
    return ok("response", fonap_uam_chap_response(challenge.data, (const uint8_t *)secret.data, secret.length, number8,
                                                  (const uint8_t *)password.data, password.length, response)) &&
           same_octets("response", response, 16, "response") &&
           ok("verify", fonap_uam_verify_chap(challenge.data, (const uint8_t *)secret.data, secret.length, number8,
                                              (const uint8_t *)password.data, password.length, response, &fits)) &&
           (fits == 1 || wrong("fits"));
}

static int uam_md(void) {
    fonap_text url = text("url"), secret = text("uamsecret"), signed_url = text("signed");
    char out[4096];
    size_t length;
    return ok("sign", fonap_uam_sign(url.data, url.length, (const uint8_t *)secret.data, secret.length, out, sizeof out,
                                     &length)) &&
           same_text("signed", out, length, "signed") &&
           (secret.length == 0 ||
            (ok("verify", fonap_uam_verify(signed_url.data, signed_url.length, (const uint8_t *)secret.data, secret.length,
                                           &length)) &&
             (length == url.length || wrong("bare length"))));
}

static int uam_urlencode(void) {
    fonap_text plain = text("plain");
    char out[4096];
    size_t length;
    return ok("encode", fonap_uam_url_encode((const uint8_t *)plain.data, plain.length, out, sizeof out, &length)) &&
           same_text("encoded", out, length, "encoded");
}

static int uam_homepage(void) {
    fonap_text page = text("uamhomepage"), redirect = text("redirect");
    char out[ROOM];
    size_t length;
    return ok("homepage", fonap_uam_homepage(page.data, page.length, redirect.data, redirect.length, out, sizeof out,
                                             &length)) &&
           same_text("location", out, length, "location");
}

static int uam_query(void) {
    fonap_text query = text("query"), name = text("name");
    uint8_t out[4096];
    size_t length;
    fonap_result result = fonap_uam_parameter(query.data, query.length, name.data, name.length, out, sizeof out, &length);
    if (!has("value_hex")) {
        return result_is("parameter", result, FONAP_RESULT_NOT_FOUND);
    }
    return ok("parameter", result) && same_octets("value", out, length, "value_hex");
}

static int uam_newdomain(void) {
    fonap_text input = text("input");
    char out[ROOM], wanted[ROOM];
    size_t length, wanted_len = 0, i;
    if (has("mode") && !is("mode", "exact")) {
        return wrong("an unknown mode");
    }
    for (i = 0; i < number("patterns"); i++) {
        char path[32];
        fonap_text pattern;
        snprintf(path, sizeof path, "patterns.%u", (unsigned)i);
        pattern = text(path);
        memcpy(wanted + wanted_len, pattern.data, pattern.length);
        wanted_len += pattern.length;
        wanted[wanted_len++] = '\n';
    }
    return ok("domain file", fonap_radconfig_domain_file(input.data, input.length, FONAP_RADCONFIG_EXACT, out, sizeof out,
                                                         &length)) &&
           same("patterns", out, length, wanted, wanted_len) &&
           ok("remaining", fonap_radconfig_remaining(input.data, input.length, FONAP_RADCONFIG_EXACT, out, sizeof out,
                                                     &length)) &&
           same_text("remaining", out, length, "remaining");
}

static int uam_terminate_time(void) {
    fonap_text in = text("text");
    int64_t seconds;
    fonap_result result = fonap_radius_terminate_time(in.data, in.length, 0, &seconds);
    if (!has("epoch")) {
        return accepted(result, 0);
    }
    return ok("time", result) && ((uint64_t)seconds == number("epoch") || wrong("seconds"));
}

/* --- WISPr --- */

static const struct {
    const char *name;
    uint32_t field;
} wispr_fields[] = {
    {"message_type", FONAP_WISPR_FIELD_MESSAGE_TYPE},
    {"response_code", FONAP_WISPR_FIELD_RESPONSE_CODE},
    {"fon_response_code", FONAP_WISPR_FIELD_FON_RESPONSE_CODE},
    {"version_high", FONAP_WISPR_FIELD_VERSION_HIGH},
    {"version_low", FONAP_WISPR_FIELD_VERSION_LOW},
    {"access_procedure", FONAP_WISPR_FIELD_ACCESS_PROCEDURE},
    {"access_location", FONAP_WISPR_FIELD_ACCESS_LOCATION},
    {"location_name", FONAP_WISPR_FIELD_LOCATION_NAME},
    {"login_url", FONAP_WISPR_FIELD_LOGIN_URL},
    {"abort_login_url", FONAP_WISPR_FIELD_ABORT_LOGIN_URL},
    {"next_url", FONAP_WISPR_FIELD_NEXT_URL},
    {"delay", FONAP_WISPR_FIELD_DELAY},
    {"login_results_url", FONAP_WISPR_FIELD_LOGIN_RESULTS_URL},
    {"logoff_url", FONAP_WISPR_FIELD_LOGOFF_URL},
    {"status_url", FONAP_WISPR_FIELD_STATUS_URL},
    {"max_session_time", FONAP_WISPR_FIELD_MAX_SESSION_TIME},
    {"redirection_url", FONAP_WISPR_FIELD_REDIRECTION_URL},
    {"status", FONAP_WISPR_FIELD_STATUS},
};

static int wispr_messages(const fonap_wispr_document *document) {
    size_t index, field, count = find("tolerant.messages") ? (size_t)number("tolerant.messages") : 0;
    uint16_t kind;
    for (index = 0; index < count; index++) {
        if (!ok("message", fonap_wispr_document_kind(document, index, &kind))) {
            return 0;
        }
        for (field = 0; field < sizeof wispr_fields / sizeof *wispr_fields; field++) {
            fonap_wispr_field value;
            char path[80];
            fonap_result result =
                fonap_wispr_document_field(document, index, wispr_fields[field].field, 0, &value, sizeof value);
            snprintf(path, sizeof path, "tolerant.messages.%u.%s", (unsigned)index, wispr_fields[field].name);
            if (!result_is(path, result, has(path) ? FONAP_RESULT_OK : FONAP_RESULT_NOT_FOUND)) {
                return 0;
            }
            if (has(path) && want(path)->kind == IS_NUMBER ? value.number != number(path)
                                                           : has(path) && !same_text(path, value.text.data, value.text.length, path)) {
                return want(path)->kind == IS_NUMBER ? wrong(path) : 0;
            }
        }
    }
    return result_is("behind the last", fonap_wispr_document_kind(document, count, &kind), FONAP_RESULT_NOT_FOUND);
}

static int wispr_document(void) {
    fonap_wispr_document *document = NULL;
    fonap_octets page = octets("content_hex");
    size_t index = 0;
    fonap_result usable;
    int fine = ok("read", fonap_wispr_document_new(page.data, page.length, &document));
    if (!fine) {
        return 0;
    }
    usable = fonap_wispr_document_usable(document, &index);
    fine = accepted(usable, is_true("tolerant.ok")) && wispr_messages(document) &&
           (!has("tolerant.use") || index == number("tolerant.use") || wrong("use"));
    fonap_wispr_document_free(document);
    return fine;
}

/* --- all of them --- */

static const struct {
    const char *file;
    int (*run)(void);
} handlers[] = {
    {"heartbeat/mac.json", mac},
    {"heartbeat/version.json", version},
    {"heartbeat/keyword.json", keyword},
    {"heartbeat/boardkey.json", boardkey},
    {"heartbeat/key_rollover.json", key_rollover},
    {"heartbeat/crc3.json", crc3},
    {"heartbeat/base32.json", base32},
    {"heartbeat/base64.json", base64},
    {"heartbeat/names.json", names},
    {"heartbeat/queries.json", queries},
    {"heartbeat/query_decode.json", query_decode},
    {"heartbeat/answers_check.json", answers_check},
    {"heartbeat/answers_nop.json", answers_nop},
    {"heartbeat/answers_regular.json", answers_regular},
    {"heartbeat/rsa_public_keys.json", rsa_public_keys},
    {"heartbeat/dns_responses.json", dns_responses},
    {"radius/packets-eap.json", packet},
    {"radius/packets-freeradius.json", packet},
    {"radius/packets-layeh.json", packet},
    {"radius/packets-pyrad.json", packet},
    {"radius/packets-rfc.json", packet},
    {"radius/malformed.json", malformed},
    {"radius/framing.json", framing},
    {"radius/crypto.json:user_password", user_password},
    {"radius/crypto.json:salt", salt},
    {"radius/crypto.json:message_authenticator", message_authenticator},
    {"uam/pap.json", uam_pap},
    {"uam/chap.json", uam_chap},
    {"uam/md.json", uam_md},
    {"uam/urlencode.json", uam_urlencode},
    {"uam/homepage.json", uam_homepage},
    {"uam/query.json", uam_query},
    {"uam/newdomain.json", uam_newdomain},
    {"uam/terminate_time.json", uam_terminate_time},
    {"wispr/index.json", wispr_document},
};

static void load_key(const struct file *files) {
    for (; files->name; files++) {
        if (strcmp(files->name, "keys") == 0) {
            fonap_octets file;
            current = files->cases;
            file = octets("rsa_a");
            if (fonap_heartbeat_rsa_key_new(file.data, file.length, &rsa_a) == FONAP_RESULT_OK) {
                return;
            }
        }
    }
    fprintf(stderr, "no RSA key\n");
    exit(2);
}

int main(void) {
    const struct file *file;
    unsigned all_failed = 0, files = 0;
    load_key(vector_files);
    for (file = vector_files; file->name; file++) {
        size_t i, h;
        unsigned passed = 0, failed = 0;
        for (h = 0; h < sizeof handlers / sizeof *handlers && strcmp(handlers[h].file, file->name); h++) {
        }
        if (h == sizeof handlers / sizeof *handlers) {
            continue;
        }
        for (i = 0; i < file->count; i++) {
            current = &file->cases[i];
            reason[0] = 0;
            if (handlers[h].run()) {
                passed++;
            } else {
                failed++;
                printf("%s %s: FAILED: %s\n", file->name, current->id, reason);
            }
        }
        printf("%s: %u passed, %u failed\n", file->name, passed, failed);
        files++;
        all_failed += failed;
    }
    fonap_heartbeat_rsa_key_free(rsa_a);
    if (files != sizeof handlers / sizeof *handlers) {
        printf("only %u of the files were there\n", files);
        return 1;
    }
    return all_failed != 0;
}

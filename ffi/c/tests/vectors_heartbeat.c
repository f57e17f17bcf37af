/* Recorded cases of the heartbeat. */
#include "reading.h"

fonap_heartbeat_rsa_key *rsa_a;

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
    } else if (!is("op", "decode")) {
        return wrong("an unknown op");
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
    if (ok("block", result) && rsa_a) {
        const uint8_t *signed_block = signature.data;
        BUFFER(fonap_heartbeat_regular_text(block, signed_block, rsa_a, (char *)out, capacity, length));
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

/* --- state_machine.json: heartbeat by heartbeat against a scripted server --- */

static const uint8_t machine_key[32] = {7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7};
static const uint8_t other_key[32] = {8};

/* What the server sends back: its length, 0 for nothing, -1 for an event of unknown meaning. */
static int respond(const char *event, const fonap_octets *query, uint32_t trid, uint8_t *out, size_t capacity) {
    static const struct {
        const char *event;
        uint8_t code;
    } refusals[] = {{"empty", 0}, {"servfail", 2}, {"nxdomain", 3}, {"refused", 5}};
    char text[FONAP_HEARTBEAT_NOP_TEXT_LEN];
    const char *answer = text;
    size_t length = 0, answer_len = sizeof text, i;
    int wrong_id = is(event, "wrongid");
    if (is(event, "drop")) {
        return 0;
    }
    for (i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        if (is(event, refusals[i].event)) {
            return fonap_heartbeat_response_write(query->data, query->length, refusals[i].code, NULL, 0, out, capacity, &length) ==
                           FONAP_RESULT_OK
                       ? (int)length
                       : -1;
        }
    }
    if (is(event, "garbage")) {
        answer = "zzzz";
        answer_len = 4;
    } else if (is(event, "emptytxt")) {
        answer_len = 0;
    } else if (is(event, "nop") || wrong_id || is(event, "badtrid") || is(event, "badkey")) {
        trid ^= is(event, "badtrid") ? 1 : 0;
        if (fonap_heartbeat_nop_text(trid, 1300000000, is(event, "badkey") ? other_key : machine_key, text) != FONAP_RESULT_OK) {
            return -1;
        }
    } else {
        return -1;
    }
    if (fonap_heartbeat_response_write(query->data, query->length, 0, answer, answer_len, out, capacity, &length) !=
        FONAP_RESULT_OK) {
        return -1;
    }
    out[1] ^= (uint8_t)wrong_id;
    return (int)length;
}

static fonap_heartbeat *trace_machine(int fast, uint32_t flags, uint64_t now, uint8_t *counter) {
    fonap_random random;
    fonap_heartbeat_settings settings;
    fonap_heartbeat_server server;
    fonap_heartbeat_trigger triggers[2];
    fonap_heartbeat *machine = NULL;
    random.fill = counting;
    random.context = counter;
    fonap_heartbeat_settings_init(&settings, sizeof settings);
    server.host = FONAP_TEXT("2001:db8::1"); /* one attempt under all rules */
    server.port = 0;
    triggers[0].name = FONAP_HEARTBEAT_TRIGGER_ONLINE;
    triggers[0].command = FONAP_TEXT("online");
    triggers[1].name = FONAP_HEARTBEAT_TRIGGER_OFFLINE;
    triggers[1].command = FONAP_TEXT("offline");
    memcpy(settings.key, machine_key, 32);
    settings.servers = &server;
    settings.server_count = 1;
    settings.triggers = triggers;
    settings.trigger_count = 2;
    settings.period_online_s = (uint32_t)number("period_online");
    settings.period_offline_s = (uint32_t)number("period_offline");
    settings.period_fast_s = fast ? (uint32_t)number("period_fast") : 0;
    settings.retries = (uint32_t)number("retries");
    settings.flags = FONAP_HEARTBEAT_START_DELAY | flags;
    return fonap_heartbeat_new(&settings, &random, now, &machine, NULL) == FONAP_RESULT_OK ? machine : NULL;
}

/* Runs one heartbeat to the wait after it, and compares what it did. */
static int beat(fonap_heartbeat *machine, uint64_t *now, unsigned step, const char *column, const char *delay) {
    fonap_heartbeat_output output;
    fonap_heartbeat_query query;
    char event[64], path[96], triggers[64];
    uint8_t online, response[FONAP_HEARTBEAT_MAX_RESPONSE_LEN];
    uint32_t failed;
    size_t ran = 0;
    memset(&query, 0, sizeof query);
    snprintf(event, sizeof event, "steps.%u.event", step);
    snprintf(triggers, sizeof triggers, "steps.%u.%s.triggers", step, column);
    if (!ok("tick", fonap_heartbeat_tick(machine, *now))) {
        return 0;
    }
    for (;;) {
        if (!ok("poll", fonap_heartbeat_poll(machine, &output, sizeof output))) {
            return 0;
        }
        if (output.kind == FONAP_HEARTBEAT_OUT_QUERY) {
            query = *output.query;
        } else if (output.kind == FONAP_HEARTBEAT_OUT_TRANSMIT) {
            int length = respond(event, &output.payload, query.trid, response, sizeof response);
            if (length < 0) {
                return wrong("an event of unknown meaning");
            }
            if (length > 0 && !ok("datagram", fonap_heartbeat_datagram(machine, *now, response, (size_t)length))) {
                return 0;
            }
        } else if (output.kind == FONAP_HEARTBEAT_OUT_RUN) {
            snprintf(path, sizeof path, "%s.%u", triggers, (unsigned)ran++);
            if (ran > number(triggers) || !same_text("trigger", output.command.data, output.command.length, path)) {
                return ran > number(triggers) ? wrong("a trigger too many") : 0;
            }
            fonap_heartbeat_trigger_ended(machine, *now, 1);
        } else if (output.kind == FONAP_HEARTBEAT_OUT_WAIT) {
            uint64_t waited = output.wait_until_ms - *now;
            *now = output.wait_until_ms;
            if (strcmp(fonap_heartbeat_state_name(machine), "attempting") == 0) {
                fonap_heartbeat_tick(machine, *now);
                continue;
            }
            snprintf(path, sizeof path, "steps.%u.%s.%s", step, column, delay);
            if (waited != number(path) * 1000) {
                return wrong(path);
            }
            break;
        } else if (output.kind < 100) {
            return wrong("an output of unknown meaning");
        }
    }
    fonap_heartbeat_counters(machine, &failed, NULL);
    snprintf(path, sizeof path, "steps.%u.%s.query_type", step, column);
    if (query.query_type != number(path)) {
        return wrong(path);
    }
    snprintf(path, sizeof path, "steps.%u.%s.retries_field", step, column);
    if (query.retries != number(path)) {
        return wrong(path);
    }
    snprintf(path, sizeof path, "steps.%u.%s.failed_count", step, column);
    if (failed != number(path) || ran != number(triggers)) {
        return wrong(path);
    }
    snprintf(path, sizeof path, "steps.%u.%s.state", step, column);
    fonap_heartbeat_is_online(machine, &online);
    return !find(path) || is(path, online ? "online" : "offline") || wrong(path);
}

static int state_machine(void) {
    static const struct {
        const char *column, *delay;
        int fast;
        uint32_t flags;
    } ways[] = {{"default", "next_delay", 0, 0},
                {"default", "next_delay_with_period_fast", 1, 0},
                {"original", "next_delay", 1, FONAP_HEARTBEAT_COMPAT_SOURCE}};
    size_t way;
    unsigned step;
    for (way = 0; way < sizeof ways / sizeof *ways; way++) {
        uint64_t now = 1000000;
        uint8_t counter = 0;
        int fine = 1;
        fonap_heartbeat *machine = trace_machine(ways[way].fast, ways[way].flags, now, &counter);
        for (step = 0; machine && fine && step < number("steps"); step++) {
            fine = beat(machine, &now, step, ways[way].column, ways[way].delay);
        }
        fonap_heartbeat_free(machine);
        if (!machine || !fine) {
            return machine ? 0 : wrong("no machine");
        }
    }
    return 1;
}

const struct handler heartbeat_handlers[] = {
    {"heartbeat/state_machine.json", state_machine, " retries period_online period_offline period_fast steps "},
    {"heartbeat/mac.json", mac,
     " default_accept default_six_hex original_ok original_six_hex text "},
    {"heartbeat/version.json", version,
     " default_accept default_values original_ok original_values revision version "},
    {"heartbeat/keyword.json", keyword,
     " default_accept default_key_hex original_key_hex original_rc text "},
    {"heartbeat/boardkey.json", boardkey,
     " key_hex stored_hex "},
    {"heartbeat/key_rollover.json", key_rollover,
     " aespath_file_text current_key_hex first_key_hex "},
    {"heartbeat/crc3.json", crc3,
     " emitted_bits mac mac_bytes_hex register "},
    {"heartbeat/base32.json", base32,
     " bytes_hex default_bytes_hex op original_ok text "},
    {"heartbeat/base64.json", base64,
     " bytes_hex op original original_count strict_bytes_hex text "},
    {"heartbeat/names.json", names,
     " original_ok text wire_hex "},
    {"heartbeat/queries.json", queries,
     " arch decoded dns_id dns_query_hex filler_hex fqdn key_hex label mac plain_hex protocol_version retries revision status suffix trid type version wire_hex "},
    {"heartbeat/query_decode.json", query_decode,
     " default key_hex label original_decoded original_rc "},
    {"heartbeat/answers_check.json", answers_check,
     " default key_hex original_daemon original_decode original_decoded query_trid rsa_key text "},
    {"heartbeat/answers_nop.json", answers_nop,
     " cipher_hex decoded key_hex plain_hex text timestamp trid "},
    {"heartbeat/answers_regular.json", answers_regular,
     " aes_hex data_hex decoded default exec filler_hex key_hex original_exec_signed_char original_rc plain_hex rsa_hex rsa_key text trid "},
    {"heartbeat/rsa_public_keys.json", rsa_public_keys,
     " default_accept file_hex file_name original_e original_loads original_n_hex original_octets "},
    {"heartbeat/dns_responses.json", dns_responses,
     " default dns_id fqdn key_hex original_text_hex original_transport query_trid responses_hex rsa_key "},
    {NULL, NULL, NULL},
};

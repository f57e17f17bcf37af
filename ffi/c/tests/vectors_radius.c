/* Recorded cases of RADIUS. */
#include "reading.h"

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

static int chap(void) {
    fonap_octets challenge = octets("challenge"), password = octets("password");
    uint8_t value[17], fits = 9;
    return ok("value", fonap_radius_chap_password((uint8_t)number("chap_id"), password.data, password.length, challenge.data,
                                                  challenge.length, value)) &&
           same_octets("value", value, 17, "value") &&
           ok("verify", fonap_radius_verify_chap(value, password.data, password.length, challenge.data, challenge.length, &fits)) &&
           (fits == 1 || wrong("does not fit")) &&
           ok("verify", fonap_radius_verify_chap(value, (const uint8_t *)"another one", 11, challenge.data, challenge.length, &fits)) &&
           (fits == 0 || wrong("another password fits"));
}

static int hmac_md5(void) {
    fonap_octets key = octets("key"), message = octets("message");
    fonap_radius_secret *secret = NULL;
    uint8_t digest[16];
    int fine;
    if (key.length == 0) {
        return result_is("empty key", fonap_radius_secret_new(key.data, 0, &secret), FONAP_RESULT_ARGUMENT);
    }
    fine = ok("secret", fonap_radius_secret_new(key.data, key.length, &secret)) &&
           ok("digest", fonap_radius_hmac_md5(secret, message.data, message.length, digest)) &&
           same_octets("digest", digest, 16, "digest");
    fonap_radius_secret_free(secret);
    return fine;
}

/* --- retransmit.json: the schedule of RFC 5080 for given random numbers --- */

struct rands {
    unsigned next;
};

/* Four octets at a time become the recorded numbers; everything else may be anything. */
static void recorded_rand(void *context, uint8_t *out, size_t length) {
    struct rands *rands = context;
    char path[32];
    uint64_t bits;
    if (length != 4) {
        memset(out, 3, length);
        return;
    }
    snprintf(path, sizeof path, "rand.%u@", rands->next++ % (unsigned)number("rand"));
    /* The first of the bits that are this many steps above -0.1. */
    bits = ((number(path) + 100000) << 32) / 200001 + 1;
    bits = bits > 0xffffffffu ? 0xffffffffu : bits;
    out[0] = (uint8_t)(bits >> 24);
    out[1] = (uint8_t)(bits >> 16);
    out[2] = (uint8_t)(bits >> 8);
    out[3] = (uint8_t)bits;
}

/* Milliseconds that were recorded as seconds with a fraction, which became millionths. */
static uint64_t recorded_ms(const char *path) { return (number(path) + 999) / 1000; }

static int near_ms(const char *what, uint64_t have, uint64_t wanted) {
    uint64_t difference = have > wanted ? have - wanted : wanted - have;
    return difference <= 8 || wrong(what); /* each wait is rounded up to a millisecond */
}

static fonap_radius_client *silent_servers(fonap_radius_client_config *config, size_t count, const fonap_random *random) {
    fonap_radius_server servers[2];
    fonap_radius_client *client = NULL;
    size_t i;
    memset(servers, 0, sizeof servers);
    for (i = 0; i < 2; i++) {
        servers[i].address.family = 4;
        servers[i].address.octets[0] = 192;
        servers[i].address.octets[3] = (uint8_t)(i + 1);
        servers[i].address.port = 1812;
        servers[i].secret.data = (const uint8_t *)"s";
        servers[i].secret.length = 1;
    }
    config->servers = servers;
    config->server_count = count;
    return fonap_radius_client_new(config, random, &client, NULL) == FONAP_RESULT_OK ? client : NULL;
}

/* Sends a request into silence. `sent` judges each transmission; gives when it was given up, or UINT64_MAX. */
static uint64_t into_silence(fonap_radius_client *client, int (*sent)(unsigned, uint64_t, const fonap_radius_output *)) {
    fonap_radius_writer *request = NULL;
    fonap_radius_output output;
    uint64_t now = 0, id;
    unsigned count = 0;
    if (!ok("request", fonap_radius_request_new(FONAP_RADIUS_CODE_ACCESS_REQUEST, &request)) ||
        !ok("send", fonap_radius_client_send(client, now, request, -1, &id))) {
        return UINT64_MAX;
    }
    for (;;) {
        if (!ok("poll", fonap_radius_client_poll(client, &output, sizeof output))) {
            return UINT64_MAX;
        }
        if (output.kind == FONAP_RADIUS_OUT_TRANSMIT) {
            if (!sent(count++, now, &output)) {
                return UINT64_MAX;
            }
        } else if (output.kind == FONAP_RADIUS_OUT_WAIT) {
            now = output.wait_until_ms;
            fonap_radius_client_tick(client, now);
        } else if (output.kind == FONAP_RADIUS_OUT_FAILED) {
            return sent(count, UINT64_MAX, &output) ? now : UINT64_MAX;
        }
    }
}

/* The same with a client of its own, made of a configuration without servers. */
static uint64_t with_silent_servers(fonap_radius_client_config *config, size_t servers, const fonap_random *random,
                                    int (*sent)(unsigned, uint64_t, const fonap_radius_output *)) {
    fonap_radius_client *client = silent_servers(config, servers, random);
    uint64_t end;
    if (!client) {
        wrong("no client");
        return UINT64_MAX;
    }
    end = into_silence(client, sent);
    fonap_radius_client_free(client);
    return end;
}

/* A transmission; at the end, with no time, whether there were all. */
static int as_scheduled(unsigned count, uint64_t now, const fonap_radius_output *output) {
    char path[48];
    (void)output;
    if (now == UINT64_MAX) {
        return count == number("transmissions") || wrong("transmissions");
    }
    snprintf(path, sizeof path, "transmissions.%u.send_at@", count);
    return count < number("transmissions") ? near_ms(path, now, recorded_ms(path)) : wrong("a transmission too many");
}

static int retransmit(void) {
    struct rands rands = {0};
    fonap_random random;
    fonap_radius_client_config config;
    uint64_t end;
    random.fill = recorded_rand;
    random.context = &rands;
    fonap_radius_client_config_init(&config, sizeof config);
    config.schedule = FONAP_RADIUS_SCHEDULE_RFC5080;
    config.rfc5080_initial_ms = (uint32_t)recorded_ms("irt@");
    config.rfc5080_max_count = (uint32_t)number("mrc");
    config.rfc5080_max_wait_ms = (uint32_t)recorded_ms("mrt@");
    config.rfc5080_max_duration_ms = (uint32_t)recorded_ms("mrd@");
    end = with_silent_servers(&config, 1, &random, as_scheduled);
    return end != UINT64_MAX && near_ms("give_up_at", end, recorded_ms("give_up_at@"));
}

/* --- the gateway's RADIUS: its retry plan and its packets --- */

/* A send is recorded as its second and its server. */
static int as_planned(unsigned count, uint64_t now, const fonap_radius_output *output) {
    char path[48];
    if (now == UINT64_MAX) {
        return count == number("sends") || wrong("sends");
    }
    if (count >= number("sends")) {
        return wrong("a send too many");
    }
    snprintf(path, sizeof path, "sends.%u.0", count);
    if (now != number(path) * 1000) {
        return wrong(path);
    }
    snprintf(path, sizeof path, "sends.%u.1", count);
    return is(path, output->address.octets[3] == 1 ? "primary" : "secondary") || wrong(path);
}

static int uam_retry(void) {
    uint8_t counter = 0;
    fonap_random random;
    fonap_radius_client_config config;
    uint64_t end;
    random.fill = counting;
    random.context = &counter;
    fonap_radius_client_config_init(&config, sizeof config);
    config.schedule = FONAP_RADIUS_SCHEDULE_VENDOR;
    config.vendor_retry = (uint32_t)number("radiusretry");
    config.vendor_sends = (uint32_t)number("radiusretrysec");
    config.vendor_timeout_ms = (uint32_t)number("radiustimeout") * 1000;
    end = with_silent_servers(&config, 2, &random, as_planned);
    return end != UINT64_MAX && (end == number("give_up_at") * 1000 || wrong("give_up_at"));
}

static int uam_radius(void) {
    static uint8_t room[ROOM], request_room[ROOM];
    fonap_octets wire = octets("packet_hex");
    fonap_radius_packet packet, request;
    fonap_radius_attribute attribute;
    fonap_radius_secret *secret;
    uint8_t flag = 9, clear[128];
    size_t cursor = 0, length;
    unsigned i;
    int fine;
    memcpy(room, wire.data, wire.length);
    if (!ok("parse", fonap_radius_parse(room, wire.length, &packet, sizeof packet, NULL))) {
        return 0;
    }
    fine = (packet.code == number("code") || wrong("code")) &&
           (packet.attribute_count == number("attributes") || wrong("attributes"));
    for (i = 0; fine && i < number("attributes"); i++) {
        char type[48], vendor[48], subtype[48], value[48];
        fonap_octets found;
        snprintf(type, sizeof type, "attributes.%u.type", i);
        snprintf(vendor, sizeof vendor, "attributes.%u.vendor", i);
        snprintf(subtype, sizeof subtype, "attributes.%u.subtype", i);
        snprintf(value, sizeof value, "attributes.%u.value_hex", i);
        fine = ok("attribute", fonap_radius_next_attribute(&packet, &cursor, &attribute, sizeof attribute)) &&
               (attribute.kind == number(type) || wrong("type"));
        if (fine && attribute.kind != FONAP_RADIUS_VENDOR_SPECIFIC) {
            fine = same_octets("value", attribute.value.data, attribute.value.length, value);
        } else if (fine) {
            size_t index = 0;
            uint64_t path = FONAP_RADIUS_VENDOR(number(vendor), number(subtype));
            fonap_octets wanted = octets(value);
            do {
                fine = ok("by path", fonap_radius_find(&packet, path, index++, &found));
            } while (fine && (found.length != wanted.length || memcmp(found.data, wanted.data, wanted.length) != 0));
        }
    }
    secret = secret_of("secret");
    if (fine && has("request_hex")) {
        fonap_octets asked = octets("request_hex");
        memcpy(request_room, asked.data, asked.length);
        /* The original's server does not sign every reply with a Message-Authenticator. */
        fine = ok("request", fonap_radius_parse(request_room, asked.length, &request, sizeof request, NULL)) &&
               ok("reply", fonap_radius_verify_reply(&packet, &request, secret, FONAP_RADIUS_LEGACY, &flag));
    } else if (fine) {
        fine = ok("request", fonap_radius_verify_request(&packet, secret, 0, &flag)) &&
               (flag == 1 || packet.code != FONAP_RADIUS_CODE_ACCESS_REQUEST || wrong("no Message-Authenticator"));
    }
    if (fine && find("user_password")) {
        fonap_octets hidden;
        fine = ok("password", fonap_radius_find(&packet, FONAP_RADIUS_USER_PASSWORD, 0, &hidden)) &&
               ok("unhide", fonap_radius_unhide_password(secret, packet.authenticator, hidden.data, hidden.length, clear,
                                                         sizeof clear, &length)) &&
               same_text("password", clear, length, "user_password");
    }
    fonap_radius_secret_free(secret);
    return fine;
}

const struct handler radius_handlers[] = {
    {"radius/crypto.json:chap", chap, " chap_id password challenge value "},
    {"radius/crypto.json:hmac_md5", hmac_md5, " reference key message digest "},
    {"radius/retransmit.json", retransmit, " irt@ mrc@ mrt@ mrd@ irt mrc mrt mrd rand transmissions give_up_at give_up_at@ "},
    {"uam/retry.json", uam_retry, " radiusretry radiusretrysec radiustimeout sends give_up_at "},
    {"uam/radius.json", uam_radius, " code name secret packet_hex request_hex user_password attributes "},
    {"radius/packets-eap.json", packet,
     " attributes authenticator checks code code_name eap freeradius hex identifier length request request_authenticator secret source "},
    {"radius/packets-freeradius.json", packet,
     " attributes authenticator checks code code_name freeradius hex identifier length request request_authenticator secret source "},
    {"radius/packets-layeh.json", packet,
     " attributes authenticator checks code code_name freeradius hex identifier length request request_authenticator secret source "},
    {"radius/packets-pyrad.json", packet,
     " attributes authenticator checks code code_name freeradius hex identifier length request request_authenticator secret source "},
    {"radius/packets-rfc.json", packet,
     " attributes authenticator checks code code_name hex identifier length malformed reference request request_authenticator secret "},
    {"radius/malformed.json", malformed,
     " context freeradius hex implementation_choice invalid_attributes reason reference secret stage verdict "},
    {"radius/framing.json", framing,
     " chunks packets reason remainder result source "},
    {"radius/crypto.json:user_password", user_password,
     " authenticator hidden plaintext secret "},
    {"radius/crypto.json:salt", salt,
     " plaintext request_authenticator salt secret value "},
    {"radius/crypto.json:message_authenticator", message_authenticator,
     " code freeradius_3_2_1_verifies header_authenticator_for_hmac hex message_authenticator request_authenticator secret "},
    {NULL, NULL, NULL},
};

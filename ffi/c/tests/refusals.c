/* NULL where it must not be, buffers that are too small, input cut at every place, structures of other sizes. */

#include "check.h"

static uint8_t counter;
static const fonap_random random_source = {counting, &counter};
static const uint8_t key[32] = {7};

static void results(void) {
    int result;
    for (result = -400; result <= 1; result++) {
        CHECK(fonap_result_text(result) != NULL && strlen(fonap_result_text(result)) > 0);
    }
    CHECK(strcmp(fonap_result_text(12345), "unknown result") == 0);
    CHECK(strlen(fonap_version()) >= 5);
    RESULT(fonap_set_allocator(NULL), FONAP_RESULT_NULL);
}

static void heartbeat(void) {
    uint8_t six[6], thirty_two[32], wire[FONAP_HEARTBEAT_QUERY_LEN], block[256];
    char label[63], text[FONAP_HEARTBEAT_NOP_TEXT_LEN], nop[FONAP_HEARTBEAT_NOP_TEXT_LEN];
    uint8_t datagram[FONAP_HEARTBEAT_MAX_QUERY_LEN], response[FONAP_HEARTBEAT_MAX_RESPONSE_LEN];
    size_t size, response_len, i;
    uint16_t id;
    uint32_t trid;
    uint8_t flag;
    uint64_t number;
    fonap_heartbeat_query query;
    fonap_heartbeat_answer answer;
    fonap_heartbeat_settings settings;
    fonap_heartbeat_output output;
    fonap_heartbeat_rsa_key *rsa = NULL;
    fonap_heartbeat *machine = NULL;
    fonap_address addresses[FONAP_HEARTBEAT_MAX_ADDRESSES];
    static const char name[] = "status.example";

    NULLED(fonap_heartbeat_mac_parse(NULL, 5, six));
    NULLED(fonap_heartbeat_mac_parse("00-18-84-a0-00-29", 17, NULL));
    RESULT(fonap_heartbeat_mac_parse(NULL, 0, six), FONAP_RESULT_MALFORMED);
    RESULT(fonap_heartbeat_mac_parse("\xff\xfe", 2, six), FONAP_RESULT_TEXT);
    NULLED(fonap_heartbeat_version_parse(NULL, 1, "1", 1, six));
    NULLED(fonap_heartbeat_version_parse("1.2.3", 5, NULL, 1, six));
    NULLED(fonap_heartbeat_version_parse("1.2.3", 5, "1", 1, NULL));
    NULLED(fonap_heartbeat_key_parse(NULL, 64, thirty_two));
    RESULT(fonap_heartbeat_key_parse("12", 2, thirty_two), FONAP_RESULT_LENGTH);
    NULLED(fonap_heartbeat_board_data_parse(NULL, 180, thirty_two, six));
    RESULT(fonap_heartbeat_board_data_parse(wire, sizeof wire - 39, thirty_two, six), FONAP_RESULT_TRUNCATED);
    NULLED(fonap_heartbeat_key_current(NULL, key, 32, thirty_two));
    RESULT(fonap_heartbeat_key_current(key, key, 32, thirty_two), FONAP_RESULT_LENGTH);
    NULLED(fonap_heartbeat_crc3(NULL, &flag));
    NULLED(fonap_heartbeat_crc3(key, NULL));
    BUFFER(fonap_heartbeat_base32_encode(key, 32, (char *)out, capacity, length));
    BUFFER(fonap_heartbeat_base32_decode("eaosrnid", 8, out, capacity, length));
    RESULT(fonap_heartbeat_base32_decode("1", 1, wire, 39, &size), FONAP_RESULT_LENGTH);
    NULLED(fonap_heartbeat_base32_encode(NULL, 1, label, 63, &size));
    BUFFER(fonap_heartbeat_base64_encode(key, 31, (char *)out, capacity, length));
    BUFFER(fonap_heartbeat_base64_decode("AAAA", 4, out, capacity, length));
    RESULT(fonap_heartbeat_base64_decode("?", 1, wire, 39, &size), FONAP_RESULT_DIGIT);
    NULLED(fonap_heartbeat_base64_decode(NULL, 4, wire, 39, &size));

    memset(&query, 0, sizeof query);
    query.trid = 5;
    NULLED(fonap_heartbeat_query_seal(NULL, key, wire));
    NULLED(fonap_heartbeat_query_seal(&query, NULL, wire));
    NULLED(fonap_heartbeat_query_seal(&query, key, NULL));
    query.query_type = 32;
    RESULT(fonap_heartbeat_query_seal(&query, key, wire), FONAP_RESULT_ARGUMENT);
    query.query_type = 0;
    OK(fonap_heartbeat_query_seal(&query, key, wire));
    NULLED(fonap_heartbeat_query_open(NULL, key, &query));
    NULLED(fonap_heartbeat_query_open(wire, NULL, &query));
    NULLED(fonap_heartbeat_query_open(wire, key, NULL));
    RESULT(fonap_heartbeat_query_open(wire, wire, &query), FONAP_RESULT_HEARTBEAT_KIND);
    NULLED(fonap_heartbeat_query_mac(NULL, six));
    BUFFER(fonap_heartbeat_query_line(&query, (char *)out, capacity, length));
    NULLED(fonap_heartbeat_query_label(wire, NULL));
    OK(fonap_heartbeat_query_label(wire, label));
    for (i = 0; i < 63; i++) {
        RESULT(fonap_heartbeat_query_from_label(label, i, wire),
               i * 5 / 8 == 39 ? FONAP_RESULT_DIGIT : FONAP_RESULT_LENGTH);
    }
    NULLED(fonap_heartbeat_query_from_label(NULL, 63, wire));
    NULLED(fonap_heartbeat_nop_text(1, 2, NULL, text));
    NULLED(fonap_heartbeat_nop_text(1, 2, key, NULL));
    OK(fonap_heartbeat_nop_text(1, 2, key, nop));
    for (i = 0; i < sizeof nop; i++) {
        CHECK(fonap_heartbeat_answer_open(nop, i, key, NULL, 1, 0, &answer) != FONAP_RESULT_OK);
    }
    NULLED(fonap_heartbeat_answer_open(NULL, 26, key, NULL, 1, 0, &answer));
    NULLED(fonap_heartbeat_answer_open(nop, 26, NULL, NULL, 1, 0, &answer));
    NULLED(fonap_heartbeat_answer_open(nop, 26, key, NULL, 1, 0, NULL));
    RESULT(fonap_heartbeat_answer_open(nop, 26, key, NULL, 1, 8, &answer), FONAP_RESULT_ARGUMENT);
    RESULT(fonap_heartbeat_answer_open(nop, 26, key, NULL, 2, 0, &answer), FONAP_RESULT_HEARTBEAT_TRID);
    OK(fonap_heartbeat_answer_open(nop, 26, key, NULL, 1, 1, &answer));
    NULLED(fonap_heartbeat_regular_block(1, 1, NULL, 0, block, key, NULL, block));
    NULLED(fonap_heartbeat_regular_text(block, block, NULL, text, 26, &size));
    RESULT(fonap_heartbeat_rsa_key_new(NULL, 0, &rsa), FONAP_RESULT_MALFORMED);
    NULLED(fonap_heartbeat_rsa_key_new(NULL, 4, &rsa));
    NULLED(fonap_heartbeat_rsa_key_modulus(NULL, block));
    NULLED(fonap_heartbeat_rsa_key_exponent(NULL, &number));
    fonap_heartbeat_rsa_key_free(NULL);

    BUFFER(fonap_heartbeat_name_encode(name, sizeof name - 1, out, capacity, length));
    RESULT(fonap_heartbeat_name_encode("a123456789b123456789c123456789d123456789e123456789f123456789g1234", 64, block, 256, &size),
           FONAP_RESULT_MALFORMED);
    BUFFER(fonap_heartbeat_dns_query(1, name, sizeof name - 1, FONAP_HEARTBEAT_TYPE_TXT, out, capacity, length));
    NULLED(fonap_heartbeat_dns_query(1, NULL, 3, 16, datagram, sizeof datagram, &size));
    OK(fonap_heartbeat_dns_query(1, name, sizeof name - 1, FONAP_HEARTBEAT_TYPE_TXT, datagram, sizeof datagram, &size));
    BUFFER(fonap_heartbeat_response_write(datagram, size, 0, nop, sizeof nop, out, capacity, length));
    BUFFER(fonap_heartbeat_response_write(datagram, size, 2, NULL, 0, out, capacity, length));
    RESULT(fonap_heartbeat_response_write(datagram, 11, 0, NULL, 0, response, sizeof response, &response_len),
           FONAP_RESULT_OTHER);
    RESULT(fonap_heartbeat_response_write(datagram, size, 16, NULL, 0, response, sizeof response, &response_len),
           FONAP_RESULT_ARGUMENT);
    BUFFER(fonap_heartbeat_request_read(datagram, size, &id, (char *)out, capacity, length));
    id = 0x5a5a;
    RESULT(fonap_heartbeat_request_read(datagram, size, &id, label, 1, &response_len), FONAP_RESULT_BUFFER_TOO_SMALL);
    CHECK(id == 0x5a5a);
    NULLED(fonap_heartbeat_request_read(datagram, size, NULL, label, 63, &response_len));
    NULLED(fonap_heartbeat_request_read(NULL, 12, &id, label, 63, &response_len));
    OK(fonap_heartbeat_response_write(datagram, size, 0, nop, sizeof nop, response, sizeof response, &response_len));
    BUFFER(fonap_heartbeat_response_judge(1, name, sizeof name - 1, response, response_len, 0, (char *)out, capacity, length));
    for (i = 0; i < response_len; i++) {
        char got[FONAP_HEARTBEAT_MAX_TEXT_LEN];
        size_t got_len;
        fonap_result cut = fonap_heartbeat_response_judge(1, name, sizeof name - 1, response, i, 0, got, sizeof got, &got_len);
        CHECK(cut == FONAP_RESULT_OTHER || cut == FONAP_RESULT_MALFORMED || (cut == FONAP_RESULT_OK && got_len <= sizeof nop));
    }
    RESULT(fonap_heartbeat_response_judge(1, name, sizeof name - 1, response, response_len, 4, label, 63, &size),
           FONAP_RESULT_ARGUMENT);
    RESULT(fonap_heartbeat_addresses_read(1, name, sizeof name - 1, 1, response, response_len, addresses, &size),
           FONAP_RESULT_OTHER);
    NULLED(fonap_heartbeat_addresses_read(1, name, sizeof name - 1, 1, NULL, 12, addresses, &size));

    NULLED(fonap_heartbeat_settings_init(NULL, sizeof settings));
    RESULT(fonap_heartbeat_settings_init(&settings, 1), FONAP_RESULT_ARGUMENT);
    OK(fonap_heartbeat_settings_init(&settings, sizeof settings));
    NULLED(fonap_heartbeat_new(NULL, &random_source, 0, &machine, NULL));
    NULLED(fonap_heartbeat_new(&settings, NULL, 0, &machine, NULL));
    NULLED(fonap_heartbeat_new(&settings, &random_source, 0, NULL, NULL));
    settings.size = 0;
    RESULT(fonap_heartbeat_new(&settings, &random_source, 0, &machine, NULL), FONAP_RESULT_ARGUMENT);
    settings.size = sizeof settings;
    settings.flags = 1u << 31;
    RESULT(fonap_heartbeat_new(&settings, &random_source, 0, &machine, NULL), FONAP_RESULT_ARGUMENT);
    NULLED(fonap_heartbeat_reload(NULL, &settings, NULL));
    NULLED(fonap_heartbeat_tick(NULL, 0));
    NULLED(fonap_heartbeat_datagram(NULL, 0, key, 1));
    NULLED(fonap_heartbeat_network_error(NULL, 0));
    NULLED(fonap_heartbeat_addresses(NULL, 0, addresses, 0));
    NULLED(fonap_heartbeat_lookup_failed(NULL, 0));
    NULLED(fonap_heartbeat_trigger_ended(NULL, 0, 1));
    NULLED(fonap_heartbeat_now(NULL, 0));
    NULLED(fonap_heartbeat_stop(NULL, 0));
    NULLED(fonap_heartbeat_set_unix_time(NULL, 0, 0));
    NULLED(fonap_heartbeat_poll(NULL, &output, sizeof output));
    NULLED(fonap_heartbeat_accepts(NULL, key, 1, &flag));
    NULLED(fonap_heartbeat_is_online(NULL, &flag));
    NULLED(fonap_heartbeat_counters(NULL, &trid, &number));
    NULLED(fonap_heartbeat_query_line(NULL, label, 63, &size));
    NULLED(fonap_heartbeat_answer_line(NULL, label, 63, &size));
    CHECK(fonap_heartbeat_state_name(NULL) == NULL);
    fonap_heartbeat_free(NULL);

    { /* A live machine: NULL datagrams, short structures, lines at the wrong time. */
        fonap_heartbeat_server server;
        unsigned char small[8];
        OK(fonap_heartbeat_settings_init(&settings, sizeof settings));
        server.host = FONAP_TEXT("status.example");
        server.port = 5300;
        settings.servers = &server;
        settings.server_count = 1;
        OK(fonap_heartbeat_new(&settings, &random_source, 0, &machine, NULL));
        NULLED(fonap_heartbeat_datagram(machine, 0, NULL, 1));
        NULLED(fonap_heartbeat_poll(machine, NULL, 0));
        memset(small, 0xa5, sizeof small);
        OK(fonap_heartbeat_poll(machine, (fonap_heartbeat_output *)(void *)&output, 4));
        CHECK(output.kind == FONAP_HEARTBEAT_OUT_WAIT);
        SIZED(fonap_heartbeat_output, fonap_heartbeat_poll(machine, place, size));
        addresses[0].family = 9;
        RESULT(fonap_heartbeat_addresses(machine, 0, addresses, 1), FONAP_RESULT_ARGUMENT);
        RESULT(fonap_heartbeat_answer_line(machine, label, 63, &size), FONAP_RESULT_STATE);
        fonap_heartbeat_free(machine);
    }
}

/* What goes wrong when something is added is told at the end again, whatever is added in between. */
#define STAYS(call, wanted)                                                             \
    do {                                                                                \
        OK(fonap_radius_writer_begin(&writer, out, sizeof out, 1, 1, authenticator)); \
        RESULT(call, wanted);                                                           \
        RESULT(fonap_radius_add_integer(&writer, 27, 1), wanted);                       \
        RESULT(fonap_radius_without_message_authenticator(&writer), wanted);            \
        RESULT(fonap_radius_writer_finish(&writer, secret, &length), wanted);           \
        RESULT(fonap_radius_writer_finish(&writer, secret, &length), FONAP_RESULT_STATE); \
    } while (0)

static void radius(void) {
    static const uint8_t authenticator[16] = {9}, long_value[300];
    fonap_radius_secret *secret = NULL;
    fonap_radius_packet packet;
    fonap_radius_writer writer, *request = NULL;
    fonap_radius_attribute attribute;
    fonap_radius_client *client = NULL;
    fonap_radius_client_config config;
    fonap_radius_output output;
    fonap_address address = {4, {127}, 1};
    fonap_octets found;
    fonap_text text;
    uint8_t out[FONAP_RADIUS_MAX_LEN], sixteen[16], seventeen[17], flag;
    size_t length = 0, cursor = 0, i;
    uint32_t number;
    uint64_t id;
    int64_t time;

    RESULT(fonap_radius_secret_new(NULL, 0, &secret), FONAP_RESULT_ARGUMENT);
    NULLED(fonap_radius_secret_new(NULL, 3, &secret));
    NULLED(fonap_radius_secret_new(key, 3, NULL));
    OK(fonap_radius_secret_new(key, 3, &secret));
    OK(fonap_radius_secret_is_short(secret, &flag));
    CHECK(flag == 1);
    NULLED(fonap_radius_secret_is_short(NULL, &flag));
    NULLED(fonap_radius_authenticator(NULL, out, 20, sixteen, sixteen));
    NULLED(fonap_radius_authenticator(secret, NULL, 20, sixteen, sixteen));
    NULLED(fonap_radius_message_authenticator(secret, out, 20, 20, NULL, sixteen));
    OK(fonap_radius_message_authenticator(secret, key, 32, (size_t)-1, authenticator, sixteen));
    NULLED(fonap_radius_hmac_md5(NULL, key, 3, sixteen));
    OK(fonap_radius_hmac_md5(secret, NULL, 0, sixteen));
    fonap_radius_secret_free(NULL);

    memset(&writer, 0, sizeof writer);
    RESULT(fonap_radius_add_integer(&writer, 27, 1), FONAP_RESULT_STATE);
    RESULT(fonap_radius_writer_finish(&writer, secret, &length), FONAP_RESULT_STATE);
    NULLED(fonap_radius_writer_begin(NULL, out, sizeof out, 1, 1, authenticator));
    NULLED(fonap_radius_writer_begin(&writer, NULL, 100, 1, 1, authenticator));
    NULLED(fonap_radius_writer_begin(&writer, out, sizeof out, 1, 1, NULL));
    RESULT(fonap_radius_writer_begin(&writer, out, 10, 1, 1, authenticator), FONAP_RESULT_BUFFER_TOO_SMALL);
    RESULT(fonap_radius_writer_begin(&writer, out, sizeof out, 4, 1, authenticator), FONAP_RESULT_RADIUS_CODE);
    RESULT(fonap_radius_writer_begin_signed(&writer, out, sizeof out, 1, 1), FONAP_RESULT_RADIUS_CODE);
    NULLED(fonap_radius_writer_begin_reply(&writer, out, sizeof out, 2, NULL));
    NULLED(fonap_radius_writer_begin_verbatim(&writer, NULL, 0, 2, 1, authenticator));
    OK(fonap_radius_writer_begin(&writer, out, sizeof out, 1, 1, authenticator));
    NULLED(fonap_radius_writer_begin_signed(NULL, out, sizeof out, 4, 1));
    NULLED(fonap_radius_add_integer(NULL, 27, 1));
    NULLED(fonap_radius_add_message_authenticator(NULL));
    NULLED(fonap_radius_without_message_authenticator(NULL));
    STAYS(fonap_radius_add_octets(&writer, 1, NULL, 3), FONAP_RESULT_NULL);
    STAYS(fonap_radius_add_octets(&writer, 0, key, 3), FONAP_RESULT_ARGUMENT);
    STAYS(fonap_radius_add_octets(&writer, 1, long_value, sizeof long_value), FONAP_RESULT_LIMIT);
    STAYS(fonap_radius_add_octets(&writer, 1, key, (size_t)-1), FONAP_RESULT_ARGUMENT);
    STAYS(fonap_radius_add_text(&writer, 1, NULL, 3), FONAP_RESULT_NULL);
    STAYS(fonap_radius_add_text(&writer, 1, "", 0), FONAP_RESULT_ARGUMENT);
    STAYS(fonap_radius_add_text(&writer, 1, "\xff", 1), FONAP_RESULT_TEXT);
    STAYS(fonap_radius_add_integer(&writer, (uint64_t)-1, 1), FONAP_RESULT_ARGUMENT);
    STAYS(fonap_radius_add_eap(&writer, NULL, 3), FONAP_RESULT_NULL);
    STAYS(fonap_radius_add_chap(&writer, 1, NULL, 3, key, 3), FONAP_RESULT_NULL);
    STAYS(fonap_radius_add_ipv4(&writer, 4, NULL), FONAP_RESULT_NULL);
    STAYS(fonap_radius_add_ipv6(&writer, 95, NULL), FONAP_RESULT_NULL);
    STAYS(fonap_radius_add_password(&writer, 2, key, 3, NULL), FONAP_RESULT_NULL);
    STAYS(fonap_radius_add_proxy_states(&writer, NULL), FONAP_RESULT_NULL);
    STAYS(fonap_radius_add_salted(&writer, 69, 0, key, 3, 1, NULL), FONAP_RESULT_NULL);
    STAYS(fonap_radius_add_salted(&writer, 69, 32, key, 3, 0x8001, secret), FONAP_RESULT_ARGUMENT);
    STAYS((fonap_radius_add_message_authenticator(&writer), fonap_radius_add_message_authenticator(&writer)), FONAP_RESULT_STATE);
    OK(fonap_radius_writer_begin(&writer, out, sizeof out, 1, 1, authenticator));
    NULLED(fonap_radius_writer_finish(&writer, NULL, &length));
    OK(fonap_radius_writer_begin_verbatim(&writer, out, sizeof out, 1, 1, authenticator));
    RESULT(fonap_radius_writer_finish(&writer, secret, &length), FONAP_RESULT_RADIUS_CODE);
    OK(fonap_radius_writer_begin(&writer, out, sizeof out, 1, 1, authenticator));
    OK(fonap_radius_add_text(&writer, FONAP_RADIUS_USER_NAME, "joe", 3));
    OK(fonap_radius_add_text(&writer, FONAP_RADIUS_WISPR_LOCATION_NAME, "FON", 3));
    OK(fonap_radius_add_octets(&writer, FONAP_RADIUS_EXTENDED(241, 5), key, 3));
    OK(fonap_radius_add_eap(&writer, key, 9));
    OK(fonap_radius_add_ipv4(&writer, FONAP_RADIUS_NAS_IP_ADDRESS, key));
    NULLED(fonap_radius_writer_finish(&writer, secret, NULL));
    OK(fonap_radius_writer_finish(&writer, secret, &length));
    RESULT(fonap_radius_writer_finish(&writer, secret, &length), FONAP_RESULT_STATE);

    for (i = 0; i < length; i++) {
        size_t offset;
        CHECK(fonap_radius_parse(out, i, &packet, sizeof packet, &offset) == FONAP_RESULT_TRUNCATED);
    }
    NULLED(fonap_radius_parse(NULL, 20, &packet, sizeof packet, NULL));
    NULLED(fonap_radius_parse(out, length, NULL, 0, NULL));
    OK(fonap_radius_parse(out, length, &packet, sizeof packet, NULL));
    OK(fonap_radius_verify_request(&packet, secret, 0, &flag));
    CHECK(flag == 1);
    SIZED(fonap_radius_packet, fonap_radius_parse(out, length, place, size, NULL));
    SIZED(fonap_radius_attribute, (cursor = 0, fonap_radius_next_attribute(&packet, &cursor, place, size)));
    cursor = 0;
    NULLED(fonap_radius_verify_request(NULL, secret, 0, &flag));
    NULLED(fonap_radius_verify_request(&packet, NULL, 0, &flag));
    RESULT(fonap_radius_verify_request(&packet, secret, 1u << 30, &flag), FONAP_RESULT_ARGUMENT);
    NULLED(fonap_radius_verify_reply(&packet, NULL, secret, 0, &flag));
    RESULT(fonap_radius_verify_reply(&packet, &packet, secret, 0, &flag), FONAP_RESULT_RADIUS_CODE);
    NULLED(fonap_radius_next_attribute(NULL, &cursor, &attribute, sizeof attribute));
    NULLED(fonap_radius_next_attribute(&packet, NULL, &attribute, sizeof attribute));
    NULLED(fonap_radius_next_attribute(&packet, &cursor, NULL, 0));
    CHECK(cursor == 0);
    NULLED(fonap_radius_find(&packet, 1, 0, NULL));
    RESULT(fonap_radius_find(&packet, 0, 0, &found), FONAP_RESULT_ARGUMENT);
    RESULT(fonap_radius_find(&packet, 1, 1, &found), FONAP_RESULT_NOT_FOUND);
    OK(fonap_radius_find(&packet, FONAP_RADIUS_EXTENDED(241, 5), 0, &found));
    CHECK(found.length == 3);
    OK(fonap_radius_find_text(&packet, FONAP_RADIUS_VENDOR(14122, 2), &text));
    CHECK(text.length == 3 && memcmp(text.data, "FON", 3) == 0);
    NULLED(fonap_radius_find_text(&packet, 1, NULL));
    RESULT(fonap_radius_find_integer(&packet, 1, &number), FONAP_RESULT_LENGTH);
    NULLED(fonap_radius_find_integer(NULL, 1, &number));
    RESULT(fonap_radius_find_ipv4(&packet, 1, sixteen), FONAP_RESULT_LENGTH);
    NULLED(fonap_radius_find_ipv4(&packet, FONAP_RADIUS_NAS_IP_ADDRESS, NULL));
    NULLED(fonap_radius_is_fresh(NULL, 0, 300, &flag));
    OK(fonap_radius_find_ipv4(&packet, FONAP_RADIUS_NAS_IP_ADDRESS, sixteen));
    BUFFER(fonap_radius_eap(&packet, out, capacity, length));
    NULLED(fonap_radius_frame(NULL, 3, &length));
    RESULT(fonap_radius_frame(out, 3, &length), FONAP_RESULT_TRUNCATED);
    RESULT(fonap_radius_is_fresh(&packet, 0, 300, &flag), FONAP_RESULT_NOT_FOUND);
    BUFFER(fonap_radius_unhide_password(secret, authenticator, key, 16, out, capacity, length));
    RESULT(fonap_radius_unhide_password(secret, authenticator, key, 15, out, 16, &length), FONAP_RESULT_RADIUS_ATTRIBUTE);
    NULLED(fonap_radius_unhide_password(NULL, authenticator, key, 16, out, 16, &length));
    RESULT(fonap_radius_unhide_salted(secret, authenticator, key, 3, out, 16, &length), FONAP_RESULT_RADIUS_ATTRIBUTE);
    NULLED(fonap_radius_unhide_salted(secret, NULL, key, 18, out, 16, &length));
    { /* What was hidden can be read again, given the room. */
        fonap_radius_packet tunnel;
        fonap_octets hidden;
        uint8_t other[100];
        size_t other_len;
        OK(fonap_radius_writer_begin_verbatim(&writer, other, sizeof other, 2, 1, authenticator));
        OK(fonap_radius_add_salted(&writer, FONAP_RADIUS_TUNNEL_PASSWORD, 0, key, 5, 0x8001, secret));
        OK(fonap_radius_writer_finish(&writer, NULL, &other_len));
        OK(fonap_radius_parse(other, other_len, &tunnel, sizeof tunnel, NULL));
        OK(fonap_radius_find(&tunnel, FONAP_RADIUS_TUNNEL_PASSWORD, 0, &hidden));
        BUFFER(fonap_radius_unhide_salted(secret, authenticator, hidden.data + 1, hidden.length - 1, out, capacity, length));
    }
    NULLED(fonap_radius_chap_password(1, NULL, 3, key, 3, seventeen));
    NULLED(fonap_radius_chap_password(1, key, 3, key, 3, NULL));
    NULLED(fonap_radius_verify_chap(NULL, key, 3, key, 3, &flag));
    NULLED(fonap_radius_terminate_time(NULL, 3, 0, &time));
    RESULT(fonap_radius_terminate_time("x", 1, 0, &time), FONAP_RESULT_MALFORMED);

    RESULT(fonap_radius_request_new(2, &request), FONAP_RESULT_RADIUS_CODE);
    NULLED(fonap_radius_request_new(1, NULL));
    OK(fonap_radius_request_new(1, &request));
    RESULT(fonap_radius_writer_finish(request, secret, &length), FONAP_RESULT_STATE);
    OK(fonap_radius_add_message_authenticator(request));
    RESULT(fonap_radius_without_message_authenticator(request), FONAP_RESULT_STATE);
    RESULT(fonap_radius_add_integer(request, 27, 1), FONAP_RESULT_STATE);
    fonap_radius_request_free(request);
    fonap_radius_request_free(NULL);
    OK(fonap_radius_request_new(1, &request));
    NULLED(fonap_radius_client_send(NULL, 0, request, -1, &id));
    NULLED(fonap_radius_client_send(NULL, 0, NULL, -1, &id));
    NULLED(fonap_radius_client_config_init(NULL, sizeof config));
    OK(fonap_radius_client_config_init(&config, sizeof config));
    NULLED(fonap_radius_client_new(NULL, &random_source, &client, NULL));
    NULLED(fonap_radius_client_new(&config, NULL, &client, NULL));
    NULLED(fonap_radius_client_new(&config, &random_source, NULL, NULL));
    config.server_count = 1;
    NULLED(fonap_radius_client_new(&config, &random_source, &client, NULL));
    {
        fonap_radius_server server;
        memset(&server, 0, sizeof server);
        server.address = address;
        server.secret.data = key;
        server.secret.length = 3;
        config.servers = &server;
        OK(fonap_radius_client_new(&config, &random_source, &client, NULL));
        SIZED(fonap_radius_output, fonap_radius_client_poll(client, place, size));
        OK(fonap_radius_request_new(1, &request));
        RESULT(fonap_radius_add_text(request, FONAP_RADIUS_USER_NAME, "\xff", 1), FONAP_RESULT_TEXT);
        RESULT(fonap_radius_add_integer(request, 27, 1), FONAP_RESULT_TEXT);
        RESULT(fonap_radius_client_send(client, 0, request, -1, &id), FONAP_RESULT_TEXT);
        OK(fonap_radius_client_counters(client, &number, NULL));
        CHECK(number == 0);
        fonap_radius_client_free(client);
        /* More sends than there will ever be. */
        config.schedule = FONAP_RADIUS_SCHEDULE_VENDOR;
        config.vendor_retry = config.vendor_sends = UINT32_MAX;
        OK(fonap_radius_client_new(&config, &random_source, &client, NULL));
        OK(fonap_radius_request_new(1, &request));
        OK(fonap_radius_client_send(client, 0, request, -1, &id));
        fonap_radius_client_free(client);
        config.schedule = FONAP_RADIUS_SCHEDULE_RFC5080;
        config.rfc5080_initial_ms = 0;
        RESULT(fonap_radius_client_new(&config, &random_source, &client, NULL), FONAP_RESULT_CONFIG);
        config.schedule = 4;
        RESULT(fonap_radius_client_new(&config, &random_source, &client, NULL), FONAP_RESULT_CONFIG);
    }
    NULLED(fonap_radius_client_tick(NULL, 0));
    NULLED(fonap_radius_client_cancel(NULL, 1));
    NULLED(fonap_radius_client_datagram(NULL, 0, 0, &address, out, 20));
    NULLED(fonap_radius_client_poll(NULL, &output, sizeof output));
    NULLED(fonap_radius_client_accepts(NULL, &address, out, 20, &flag));
    NULLED(fonap_radius_client_counters(NULL, &number, &id));
    fonap_radius_client_free(NULL);
    fonap_radius_secret_free(secret);
}

static void radconfig(void) {
    fonap_radconfig_login login;
    fonap_radconfig_configuration factory;
    fonap_radconfig_output output;
    fonap_radconfig *machine = NULL;
    fonap_radius_writer *request = NULL;
    size_t length;
    char out[16];
    NULLED(fonap_radconfig_login_init(NULL, sizeof login));
    RESULT(fonap_radconfig_login_init(&login, 1), FONAP_RESULT_ARGUMENT);
    RESULT(fonap_radconfig_login_init(&login, (size_t)-1), FONAP_RESULT_ARGUMENT);
    OK(fonap_radconfig_login_init(&login, sizeof login));
    CHECK(login.size == sizeof login && login.user.data == NULL && login.nas_ip_address[3] == 0);
    memset(&login, 0, sizeof login);
    memset(&factory, 0, sizeof factory);
    RESULT(fonap_radconfig_request(&login, &request), FONAP_RESULT_ARGUMENT);
    login.size = sizeof login;
    NULLED(fonap_radconfig_request(NULL, &request));
    NULLED(fonap_radconfig_request(&login, NULL));
    OK(fonap_radconfig_request(&login, &request));
    fonap_radius_request_free(request);
    NULLED(fonap_radconfig_received(NULL, out, sizeof out, &length));
    {
        static const uint8_t reply[] = {2, 1, 0, 36, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                        26, 16, 0, 0, 0x38, 0xdf, 6, 10, 'l', 'e', 'a', 's', 'e', ' ', '9', '0'};
        fonap_radius_packet packet;
        OK(fonap_radius_parse(reply, sizeof reply, &packet, sizeof packet, NULL));
        BUFFER(fonap_radconfig_received(&packet, (char *)out, capacity, length));
    }
    NULLED(fonap_radconfig_domain_file(NULL, 1, 0, out, sizeof out, &length));
    OK(fonap_radconfig_new(NULL, NULL, &factory, NULL, 0, 0, &random_source, 0, &machine));
    for (;;) {
        OK(fonap_radconfig_poll(machine, &output, sizeof output));
        if (output.kind == FONAP_RADCONFIG_OUT_WAIT) {
            break;
        }
    }
    SIZED(fonap_radconfig_output, fonap_radconfig_poll(machine, place, size));
    fonap_radconfig_free(machine);
    machine = NULL;
    BUFFER(fonap_radconfig_domain_file("newdomain a.b\n", 14, 0, (char *)out, capacity, length));
    RESULT(fonap_radconfig_domain_file("x", 1, 2, out, sizeof out, &length), FONAP_RESULT_ARGUMENT);
    BUFFER(fonap_radconfig_remaining("lease 3\n", 8, 1, (char *)out, capacity, length));
    NULLED(fonap_radconfig_remaining(NULL, 8, 1, out, sizeof out, &length));
    BUFFER(fonap_radconfig_merge("a 1\n", 4, "a 2\nb 3\n", 8, (char *)out, capacity, length));
    NULLED(fonap_radconfig_merge(NULL, 4, NULL, 0, out, sizeof out, &length));
    NULLED(fonap_radconfig_new(NULL, NULL, NULL, NULL, 0, 0, &random_source, 0, &machine));
    NULLED(fonap_radconfig_new(NULL, NULL, &factory, NULL, 0, 0, NULL, 0, &machine));
    RESULT(fonap_radconfig_new(NULL, NULL, &factory, NULL, 0, 7, &random_source, 0, &machine), FONAP_RESULT_ARGUMENT);
    NULLED(fonap_radconfig_tick(NULL, 0));
    NULLED(fonap_radconfig_set_received(NULL, 0, NULL, 0));
    NULLED(fonap_radconfig_set_running(NULL, 0, 1));
    NULLED(fonap_radconfig_poll(NULL, &output, sizeof output));
    fonap_radconfig_free(NULL);
}

static void wispr(void) {
    static const char page[] = "<!-- <WISPAccessGatewayParam><Redirect><ResponseCode>0</ResponseCode><LoginURL>https://p/"
                               "</LoginURL></Redirect></WISPAccessGatewayParam> -->";
    fonap_wispr_field fields[3];
    fonap_wispr_document *document = NULL;
    fonap_wispr_client *client = NULL;
    fonap_wispr_client_config config;
    fonap_wispr_output output;
    fonap_text text;
    size_t length, i;
    uint16_t kind;
    char out[64];
    memset(fields, 0, sizeof fields);
    fields[0].field = FONAP_WISPR_FIELD_RESPONSE_CODE;
    fields[0].number = 50;
    fields[1].field = FONAP_WISPR_FIELD_REPLY_MESSAGE;
    fields[1].text = FONAP_TEXT("a --> b");
    fields[2].field = FONAP_WISPR_FIELD_LOGOFF_URL;
    fields[2].text = FONAP_TEXT("http://10.1.0.1:3990/logoff");
    BUFFER(fonap_wispr_write(FONAP_WISPR_AUTHENTICATION_REPLY, fields, 3, 0, (char *)out, capacity, length));
    BUFFER(fonap_wispr_write(0, NULL, 0, FONAP_WISPR_BARE, (char *)out, capacity, length));
    RESULT(fonap_wispr_write(99, fields, 3, 0, out, sizeof out, &length), FONAP_RESULT_ARGUMENT);
    RESULT(fonap_wispr_write(120, fields, 3, 1u << 9, out, sizeof out, &length), FONAP_RESULT_ARGUMENT);
    NULLED(fonap_wispr_write(120, NULL, 3, 0, out, sizeof out, &length));
    fields[0].number = 70000;
    RESULT(fonap_wispr_write(120, fields, 3, 0, out, sizeof out, &length), FONAP_RESULT_ARGUMENT);
    fields[0].field = 21;
    RESULT(fonap_wispr_write(120, fields, 3, 0, out, sizeof out, &length), FONAP_RESULT_ARGUMENT);
    NULLED(fonap_wispr_document_new(NULL, 3, &document));
    NULLED(fonap_wispr_document_new((const uint8_t *)page, 3, NULL));
    for (i = 0; i < sizeof page; i++) {
        OK(fonap_wispr_document_new((const uint8_t *)page, i, &document));
        (void)fonap_wispr_document_usable(document, &length);
        fonap_wispr_document_free(document);
    }
    OK(fonap_wispr_document_new((const uint8_t *)page, sizeof page - 1, &document));
    OK(fonap_wispr_document_usable(document, &length));
    NULLED(fonap_wispr_document_usable(NULL, &length));
    NULLED(fonap_wispr_document_usable(document, NULL));
    RESULT(fonap_wispr_document_kind(document, 1, &kind), FONAP_RESULT_NOT_FOUND);
    NULLED(fonap_wispr_document_field(document, 0, FONAP_WISPR_FIELD_LOGIN_URL, 0, NULL, 0));
    RESULT(fonap_wispr_document_field(document, 0, 99, 0, fields, sizeof *fields), FONAP_RESULT_ARGUMENT);
    RESULT(fonap_wispr_document_field(document, 0, FONAP_WISPR_FIELD_LOGIN_URL, 1, fields, sizeof *fields),
           FONAP_RESULT_NOT_FOUND);
    BUFFER(fonap_wispr_document_quirks(document, (char *)out, capacity, length));
    NULLED(fonap_wispr_document_kind(document, 0, NULL));
    SIZED(fonap_wispr_field, fonap_wispr_document_field(document, 0, FONAP_WISPR_FIELD_LOGIN_URL, 0, place, size));
    NULLED(fonap_wispr_document_quirks(NULL, out, sizeof out, &length));
    fonap_wispr_document_free(document);
    fonap_wispr_document_free(NULL);

    NULLED(fonap_wispr_client_config_init(NULL, sizeof config));
    OK(fonap_wispr_client_config_init(&config, sizeof config));
    NULLED(fonap_wispr_client_new(NULL, 0, &client, NULL));
    NULLED(fonap_wispr_client_new(&config, 0, NULL, NULL));
    config.flags = 1u << 20;
    RESULT(fonap_wispr_client_new(&config, 0, &client, NULL), FONAP_RESULT_ARGUMENT);
    config.flags = 0;
    config.probe_url = FONAP_TEXT("http://probe.example/");
    OK(fonap_wispr_client_new(&config, 0, &client, NULL));
    SIZED(fonap_wispr_output, fonap_wispr_client_poll(client, place, size));
    NULLED(fonap_wispr_client_poll(client, NULL, 0));
    NULLED(fonap_wispr_client_response(client, 0, 1, 200, NULL, 0, NULL, 7));
    fonap_wispr_client_free(client);
    NULLED(fonap_wispr_client_tick(NULL, 0));
    NULLED(fonap_wispr_client_connect(NULL, 0));
    NULLED(fonap_wispr_client_abort(NULL, 0));
    NULLED(fonap_wispr_client_logoff(NULL, 0));
    NULLED(fonap_wispr_client_status(NULL, 0, 1));
    NULLED(fonap_wispr_client_request_failed(NULL, 0, 1));
    NULLED(fonap_wispr_client_response(NULL, 0, 1, 200, NULL, 0, NULL, 0));
    NULLED(fonap_wispr_client_eap(NULL, 0, NULL, 0));
    NULLED(fonap_wispr_client_poll(NULL, &output, sizeof output));
    NULLED(fonap_wispr_client_state_name(NULL, &text));
    fonap_wispr_client_free(NULL);
}

static void uam(void) {
    static const uint8_t challenge[16] = {3};
    uint8_t sixteen[16], flag;
    size_t length;
    char out[64];
    NULLED(fonap_uam_key(NULL, key, 3, sixteen));
    NULLED(fonap_uam_key(challenge, NULL, 3, sixteen));
    NULLED(fonap_uam_key(challenge, key, 3, NULL));
    BUFFER(fonap_uam_obfuscate(challenge, key, 3, key, 5, (char *)out, capacity, length));
    NULLED(fonap_uam_obfuscate(NULL, key, 3, key, 5, out, sizeof out, &length));
    BUFFER(fonap_uam_recover(challenge, key, 3, "0011", 4, out, capacity, length));
    RESULT(fonap_uam_recover(challenge, key, 3, "zz", 2, sixteen, 16, &length), FONAP_RESULT_DIGIT);
    NULLED(fonap_uam_chap_response(challenge, key, 3, 1, NULL, 5, sixteen));
    NULLED(fonap_uam_verify_chap(challenge, key, 3, 1, key, 5, NULL, &flag));
    NULLED(fonap_uam_ident(NULL, 2, &flag));
    OK(fonap_uam_ident("257", 3, &flag));
    CHECK(flag == 1);
    BUFFER(fonap_uam_sign("http://p/?a=1", 13, key, 3, (char *)out, capacity, length));
    RESULT(fonap_uam_verify("http://p/?a=1&md=00", 19, key, 3, &length), FONAP_RESULT_NOT_AUTHENTIC);
    NULLED(fonap_uam_verify(NULL, 19, key, 3, &length));
    BUFFER(fonap_uam_homepage("http://h/", 9, "http://p/", 9, (char *)out, capacity, length));
    BUFFER(fonap_uam_url_encode(key, 3, (char *)out, capacity, length));
    BUFFER(fonap_uam_url_decode("%41+", 4, out, capacity, length));
    BUFFER(fonap_uam_parameter("a=1&b=2", 7, "b", 1, out, capacity, length));
    RESULT(fonap_uam_parameter("a=1", 3, "c", 1, sixteen, 16, &length), FONAP_RESULT_NOT_FOUND);
    NULLED(fonap_uam_recover(NULL, key, 3, "0011", 4, sixteen, 16, &length));
    NULLED(fonap_uam_sign(NULL, 13, key, 3, out, sizeof out, &length));
    NULLED(fonap_uam_homepage("http://h/", 9, NULL, 9, out, sizeof out, &length));
    NULLED(fonap_uam_url_encode(NULL, 3, out, sizeof out, &length));
    NULLED(fonap_uam_url_decode(NULL, 3, sixteen, 16, &length));
    NULLED(fonap_uam_parameter("a=1", 3, NULL, 1, sixteen, 16, &length));
    {
        fonap_gateway_config config;
        fonap_uam_answer answer;
        uint8_t octets[8];
        OK(fonap_gateway_config_init(&config, sizeof config));
        config.uamserver = FONAP_TEXT("https://p.example/");
        NULLED(fonap_uam_answer_init(NULL, sizeof answer));
        RESULT(fonap_uam_answer_init(&answer, 3), FONAP_RESULT_ARGUMENT);
        OK(fonap_uam_answer_init(&answer, sizeof answer));
        RESULT(fonap_uam_json(&config, &answer, octets, sizeof octets, &length), FONAP_RESULT_ARGUMENT);
        answer.session_id = (const uint8_t *)"0123456789abcdef";
        BUFFER(fonap_uam_location(&config, &answer, NULL, 0, (char *)out, capacity, length));
        BUFFER(fonap_uam_location(&config, &answer, "failed", 6, (char *)out, capacity, length));
        BUFFER(fonap_uam_response(&config, &answer, out, capacity, length));
        BUFFER(fonap_uam_json(&config, &answer, out, capacity, length));
        RESULT(fonap_uam_location(&config, &answer, "odd", 3, out, sizeof out, &length), FONAP_RESULT_ARGUMENT);
        NULLED(fonap_uam_location(NULL, &answer, NULL, 0, out, sizeof out, &length));
        NULLED(fonap_uam_location(&config, NULL, NULL, 0, out, sizeof out, &length));
        NULLED(fonap_uam_response(NULL, &answer, octets, sizeof octets, &length));
        NULLED(fonap_uam_json(&config, NULL, octets, sizeof octets, &length));
        answer.session_id = (const uint8_t *)"not hexadecimal!";
        RESULT(fonap_uam_json(&config, &answer, octets, sizeof octets, &length), FONAP_RESULT_ARGUMENT);
        answer.session_id = NULL;
        answer.situation = 16;
        RESULT(fonap_uam_response(&config, &answer, octets, sizeof octets, &length), FONAP_RESULT_ARGUMENT);
        answer.situation = 0;
        answer.flags = 1u << 9;
        RESULT(fonap_uam_response(&config, &answer, octets, sizeof octets, &length), FONAP_RESULT_ARGUMENT);
    }
}

static void gateway(void) {
    static const uint8_t ip[4] = {10, 1, 0, 2}, mac[6] = {1};
    static const uint8_t id[16] = "0123456789abcdef";
    fonap_gateway_config config;
    fonap_gateway_parameters parameters;
    fonap_gateway_usage usage = {0, 0, 0, 0};
    fonap_gateway_client client;
    fonap_gateway_output output;
    fonap_gateway *gateway = NULL;
    size_t length;
    uint64_t number;
    uint8_t out[4];
    NULLED(fonap_gateway_config_init(NULL, sizeof config));
    OK(fonap_gateway_config_init(&config, sizeof config));
    NULLED(fonap_gateway_new(NULL, &random_source, 0, 0, &gateway, NULL));
    NULLED(fonap_gateway_new(&config, NULL, 0, 0, &gateway, NULL));
    NULLED(fonap_gateway_new(&config, &random_source, 0, 0, NULL, NULL));
    config.uamserver = FONAP_TEXT("https://p.example/");
    config.flags = 1u << 31;
    RESULT(fonap_gateway_new(&config, &random_source, 0, 0, &gateway, NULL), FONAP_RESULT_ARGUMENT);
    config.flags = 0;
    OK(fonap_gateway_new(&config, &random_source, 0, 0, &gateway, NULL));
    NULLED(fonap_gateway_reconfigure(NULL, &config, NULL));
    NULLED(fonap_gateway_reconfigure(gateway, NULL, NULL));
    NULLED(fonap_gateway_tick(NULL, 0, 0));
    NULLED(fonap_gateway_shutdown(NULL, 0, 0));
    NULLED(fonap_gateway_lease(gateway, 0, 0, NULL, mac, 0));
    NULLED(fonap_gateway_lease(gateway, 0, 0, ip, NULL, 0));
    NULLED(fonap_gateway_release(gateway, 0, 0, NULL));
    NULLED(fonap_gateway_carrier_lost(gateway, 0, 0, NULL));
    NULLED(fonap_gateway_request(gateway, 0, 0, 1, NULL, 0, mac, 1));
    NULLED(fonap_gateway_request(gateway, 0, 0, 1, ip, 0, NULL, 1));
    RESULT(fonap_gateway_request(gateway, 0, 0, 1, ip, 0, (const uint8_t *)"FOO\n", 4), FONAP_RESULT_MALFORMED);
    NULLED(fonap_gateway_request_gone(NULL, 0, 0, 1));
    NULLED(fonap_gateway_login_reply(gateway, 0, 0, 1, NULL));
    NULLED(fonap_gateway_login_timeout(NULL, 0, 0, 1));
    NULLED(fonap_gateway_login_failed(NULL, 0, 0, 1));
    NULLED(fonap_gateway_login_handler(gateway, 0, 0, 1, 0, NULL, 4));
    NULLED(fonap_gateway_accounting_reply(gateway, 0, 0, NULL, NULL));
    NULLED(fonap_gateway_dynamic(gateway, 0, 0, 1, NULL));
    NULLED(fonap_gateway_traffic(gateway, 0, 0, id, NULL));
    NULLED(fonap_gateway_traffic(gateway, 0, 0, NULL, &usage));
    RESULT(fonap_gateway_traffic(gateway, 0, 0, (const uint8_t *)"not hexadecimal!", &usage), FONAP_RESULT_ARGUMENT);
    OK(fonap_gateway_traffic(gateway, 0, 0, id, &usage));
    OK(fonap_gateway_ignored(gateway, &number));
    CHECK(number == 1);
    NULLED(fonap_gateway_parameters_init(NULL));
    OK(fonap_gateway_parameters_init(&parameters));
    NULLED(fonap_gateway_authorize(gateway, 0, 0, NULL, NULL, 0, &parameters, 1));
    RESULT(fonap_gateway_authorize(gateway, 0, 0, ip, NULL, 0, &parameters, 1), FONAP_RESULT_NOT_FOUND);
    RESULT(fonap_gateway_command(gateway, 0, 0, 1, ip), FONAP_RESULT_NOT_FOUND);
    OK(fonap_gateway_lease(gateway, 0, 0, ip, mac, 0));
    RESULT(fonap_gateway_command(gateway, 0, 0, 9, ip), FONAP_RESULT_ARGUMENT);
    NULLED(fonap_gateway_authorize(gateway, 0, 0, ip, NULL, 0, NULL, 1));
    NULLED(fonap_gateway_login(gateway, 0, 0, ip, NULL, 3, NULL, 0));
    NULLED(fonap_gateway_update(gateway, 0, 0, ip, NULL));
    NULLED(fonap_gateway_command(gateway, 0, 0, 1, NULL));
    NULLED(fonap_gateway_ignored(NULL, &number));
    do {
        OK(fonap_gateway_poll(gateway, &output, sizeof output));
    } while (output.kind != FONAP_GATEWAY_OUT_WAIT);
    SIZED(fonap_gateway_output, fonap_gateway_poll(gateway, place, size));
    SIZED(fonap_gateway_client, fonap_gateway_find(gateway, ip, place, size));
    SIZED(fonap_gateway_client, fonap_gateway_client_at(gateway, 0, place, size));
    NULLED(fonap_gateway_poll(gateway, NULL, 0));
    NULLED(fonap_gateway_poll(NULL, &output, sizeof output));
    NULLED(fonap_gateway_find(gateway, NULL, &client, sizeof client));
    NULLED(fonap_gateway_find(gateway, ip, NULL, 0));
    NULLED(fonap_gateway_client_at(NULL, 0, &client, sizeof client));
    BUFFER(fonap_gateway_file_response("text/html", 9, key, 3, out, capacity, length));
    BUFFER(fonap_gateway_file_response(NULL, 0, NULL, 0, out, capacity, length));
    NULLED(fonap_gateway_file_response(NULL, 3, NULL, 0, out, sizeof out, &length));
    fonap_gateway_free(gateway);
    fonap_gateway_free(NULL);
}

int main(void) {
    results();
    heartbeat();
    radius();
    radconfig();
    wispr();
    uam();
    gateway();
    puts("refusals: passed");
    return 0;
}

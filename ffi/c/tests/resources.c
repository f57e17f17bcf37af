/* What a call takes of heap and stack: nothing of the one for codecs, and of the other what the README states.
 *
 * Every call runs on a stack of its own, painted beforehand; what is not painted any more was used. The program prints
 * a table. With an argument that is the most octets of stack that any call may use. */
#define _XOPEN_SOURCE 600 /* ucontext.h */
#include "check.h"
#include <string.h>
#include <ucontext.h>

/* --- counting --- */

static unsigned long allocations;

static void *count_allocate(size_t size) {
    allocations++;
    return malloc(size);
}

static void *count_reallocate(void *block, size_t size) {
    allocations++;
    return realloc(block, size);
}

static const fonap_allocator allocator = {count_allocate, count_reallocate, free};

#define STACK (256 * 1024)
#define PAINT 0xa5

/* A stack begins at a multiple of what the machine asks for, 8 octets on ARM. */
static unsigned char stack[STACK] __attribute__((aligned(16)));
static ucontext_t caller, called;
static size_t nothing; /* What an empty call takes. */
static size_t most;

static void run(void (*function)(void)) {
    memset(stack, PAINT, sizeof stack);
    CHECK(getcontext(&called) == 0);
    called.uc_stack.ss_sp = stack;
    called.uc_stack.ss_size = sizeof stack;
    called.uc_link = &caller;
    makecontext(&called, function, 0);
    CHECK(swapcontext(&caller, &called) == 0);
}

static size_t stack_of(void (*function)(void)) {
    size_t untouched = 0;
    run(function);
    while (untouched < sizeof stack && stack[untouched] == PAINT) {
        untouched++;
    }
    CHECK(untouched > 0);
    return sizeof stack - untouched;
}

static void measure(const char *name, void (*function)(void), int codec) {
    size_t used;
    allocations = 0;
    used = stack_of(function);
    used = used > nothing ? used - nothing : 0;
    most = used > most ? used : most;
    printf("| %s | %lu | %lu |\n", name, (unsigned long)used, allocations);
    CHECK(!codec || allocations == 0);
}

#define CODEC(name) measure(#name, name, 1)
#define MACHINE(name) measure(#name, name, 0)

static void empty(void) {}

/* --- what the calls work on --- */

static uint8_t counter;
static const fonap_random source = {counting, &counter};
static const uint8_t octets_16[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
static size_t length;

static fonap_radius_secret *secret;
static fonap_radius_packet packet, reply;
static fonap_radius_writer writer;
static fonap_octets value;
static fonap_text text;
static uint8_t datagram[4096], reply_datagram[4096], small[512];
static size_t datagram_length, reply_length;
static uint8_t flag;

static void radius_secret_new(void) { OK(fonap_radius_secret_new((const uint8_t *)"testing123", 10, &secret)); }
static void radius_writer_begin(void) {
    OK(fonap_radius_writer_begin(&writer, datagram, sizeof datagram, FONAP_RADIUS_CODE_ACCESS_REQUEST, 7, octets_16));
}
static void radius_add_text(void) { OK(fonap_radius_add_text(&writer, FONAP_RADIUS_USER_NAME, "joe", 3)); }
static void radius_add_integer(void) { OK(fonap_radius_add_integer(&writer, FONAP_RADIUS_NAS_PORT, 1)); }
static void radius_add_octets(void) {
    OK(fonap_radius_add_octets(&writer, FONAP_RADIUS_CHILLISPOT_CONFIG, (const uint8_t *)"lease 600", 9));
}
static void radius_add_password(void) {
    OK(fonap_radius_add_password(&writer, FONAP_RADIUS_USER_PASSWORD, octets_16, 16, secret));
}
static void radius_add_chap(void) { OK(fonap_radius_add_chap(&writer, 1, octets_16, 16, octets_16, 16)); }
static void radius_add_eap(void) { OK(fonap_radius_add_eap(&writer, small, sizeof small)); }
static void radius_writer_finish(void) { OK(fonap_radius_writer_finish(&writer, secret, &datagram_length)); }
static void radius_parse(void) {
    OK(fonap_radius_parse(datagram, datagram_length, &packet, sizeof packet, &length));
}
static void radius_find(void) { OK(fonap_radius_find(&packet, FONAP_RADIUS_CHILLISPOT_CONFIG, 0, &value)); }
static void radius_find_text(void) { OK(fonap_radius_find_text(&packet, FONAP_RADIUS_USER_NAME, &text)); }
static void radius_eap(void) { OK(fonap_radius_eap(&packet, small, sizeof small, &length)); }
static void radius_verify_request(void) { OK(fonap_radius_verify_request(&packet, secret, 0, &flag)); }
static void radius_unhide_password(void) {
    OK(fonap_radius_find(&packet, FONAP_RADIUS_USER_PASSWORD, 0, &value));
    OK(fonap_radius_unhide_password(secret, packet.authenticator, value.data, value.length, small, sizeof small, &length));
}
static void radius_writer_begin_reply(void) {
    OK(fonap_radius_writer_begin_reply(&writer, reply_datagram, sizeof reply_datagram, FONAP_RADIUS_CODE_ACCESS_ACCEPT, &packet));
}
static void radius_add_salted(void) {
    OK(fonap_radius_add_salted(&writer, FONAP_RADIUS_MS_MPPE_SEND_KEY, -1, octets_16, 16, 0x8001, secret));
}
static void radius_verify_reply(void) {
    OK(fonap_radius_verify_reply(&reply, &packet, secret, 0, &flag));
}
static void radius_unhide_salted(void) {
    OK(fonap_radius_find(&reply, FONAP_RADIUS_MS_MPPE_SEND_KEY, 0, &value));
    OK(fonap_radius_unhide_salted(secret, packet.authenticator, value.data, value.length, small, sizeof small, &length));
}
static void radius_terminate_time(void) {
    int64_t seconds;
    OK(fonap_radius_terminate_time("2026-11-21T12:20:00+01:00", 25, 0, &seconds));
}

static fonap_radius_client *client;
static fonap_radius_writer *request;
static fonap_radius_output radius_output;
static uint64_t id;
static fonap_address server_address;

static void radius_client_new(void) {
    fonap_radius_client_config config;
    fonap_radius_server server;
    memset(&server, 0, sizeof server);
    server.address.family = 4;
    server.address.port = 1812;
    server.secret.data = (const uint8_t *)"testing123";
    server.secret.length = 10;
    server_address = server.address;
    OK(fonap_radius_client_config_init(&config, sizeof config));
    config.servers = &server;
    config.server_count = 1;
    OK(fonap_radius_client_new(&config, &source, &client, NULL));
}
static void radius_client_send(void) {
    OK(fonap_radius_request_new(FONAP_RADIUS_CODE_ACCESS_REQUEST, &request));
    OK(fonap_radius_add_text(request, FONAP_RADIUS_USER_NAME, "joe", 3));
    OK(fonap_radius_client_send(client, 0, request, -1, &id));
}
static void radius_client_poll(void) { OK(fonap_radius_client_poll(client, &radius_output, sizeof radius_output)); }
static void radius_client_datagram(void) {
    OK(fonap_radius_client_datagram(client, 1, 0, &server_address, reply_datagram, reply_length));
}
static void radius_client_tick(void) { OK(fonap_radius_client_tick(client, 60000)); }

static const char lines[] = "lease 900\nnewdomain *.fon.com,!wifi.fon.com\n";
static char out[4096];

static void radconfig_domain_file(void) {
    OK(fonap_radconfig_domain_file(lines, sizeof lines - 1, FONAP_RADCONFIG_EXACT, out, sizeof out, &length));
}

static const uint8_t key[32] = {1, 2, 3};
static fonap_heartbeat_query query;
static fonap_heartbeat_answer answer;
static uint8_t wire[FONAP_HEARTBEAT_QUERY_LEN];
static char label[FONAP_HEARTBEAT_LABEL_LEN], nop[FONAP_HEARTBEAT_NOP_TEXT_LEN], name[128];
static size_t name_length;
static fonap_heartbeat *heartbeat;
static fonap_heartbeat_output heartbeat_output;

static void heartbeat_query_seal(void) { OK(fonap_heartbeat_query_seal(&query, key, wire)); }
static void heartbeat_query_open(void) { OK(fonap_heartbeat_query_open(wire, key, &query)); }
static void heartbeat_query_label(void) { OK(fonap_heartbeat_query_label(wire, label)); }
static void heartbeat_query_from_label(void) { OK(fonap_heartbeat_query_from_label(label, sizeof label, wire)); }
static void heartbeat_dns_query(void) {
    OK(fonap_heartbeat_dns_query(7, name, name_length, 16, datagram, sizeof datagram, &datagram_length));
}
static void heartbeat_nop_text(void) { OK(fonap_heartbeat_nop_text(query.trid, 1300000000, key, nop)); }
static void heartbeat_response_write(void) {
    OK(fonap_heartbeat_response_write(datagram, datagram_length, 0, nop, sizeof nop, reply_datagram, sizeof reply_datagram, &reply_length));
}
static void heartbeat_response_judge(void) {
    OK(fonap_heartbeat_response_judge(7, name, name_length, reply_datagram, reply_length, 0, out, sizeof out, &length));
}
static void heartbeat_answer_open(void) {
    OK(fonap_heartbeat_answer_open(out, length, key, NULL, query.trid, 0, &answer));
}

static fonap_heartbeat_rsa_key *rsa;
static const uint8_t zeros[FONAP_HEARTBEAT_BLOCK_LEN];
static char regular[FONAP_HEARTBEAT_REGULAR_TEXT_LEN];

/* RSAPublicKey (RFC 8017 A.1.1) with a modulus of ones and the exponent 65537. */
static void heartbeat_rsa_key_new(void) {
    static const uint8_t head[9] = {0x30, 0x82, 1, 10, 2, 0x82, 1, 1, 0}, tail[5] = {2, 3, 1, 0, 1};
    uint8_t file[sizeof head + FONAP_HEARTBEAT_BLOCK_LEN + sizeof tail];
    memcpy(file, head, sizeof head);
    memset(file + sizeof head, 0xff, FONAP_HEARTBEAT_BLOCK_LEN);
    memcpy(file + sizeof head + FONAP_HEARTBEAT_BLOCK_LEN, tail, sizeof tail);
    OK(fonap_heartbeat_rsa_key_new(file, sizeof file, &rsa));
}
/* 0 is its own signature, and no answer. */
static void heartbeat_regular_text(void) {
    OK(fonap_heartbeat_regular_text(zeros, zeros, rsa, regular, sizeof regular, &length));
}
static void heartbeat_answer_open_regular(void) {
    RESULT(fonap_heartbeat_answer_open(regular, sizeof regular, key, rsa, 0, 0, &answer), FONAP_RESULT_HEARTBEAT_KIND);
}
static void heartbeat_new(void) {
    fonap_heartbeat_settings settings;
    fonap_heartbeat_server server = {FONAP_TEXT("192.0.2.1"), 53};
    OK(fonap_heartbeat_settings_init(&settings, sizeof settings));
    settings.servers = &server;
    settings.server_count = 1;
    settings.flags = FONAP_HEARTBEAT_START_DELAY;
    OK(fonap_heartbeat_new(&settings, &source, 0, &heartbeat, NULL));
}
static void heartbeat_tick(void) { OK(fonap_heartbeat_tick(heartbeat, 0)); }
static void heartbeat_poll(void) { OK(fonap_heartbeat_poll(heartbeat, &heartbeat_output, sizeof heartbeat_output)); }
static void heartbeat_datagram(void) { OK(fonap_heartbeat_datagram(heartbeat, 1, reply_datagram, reply_length)); }

static void measure_heartbeat(void) {
    query.version[0] = 1;
    CODEC(heartbeat_query_seal);
    CODEC(heartbeat_query_open);
    CODEC(heartbeat_query_label);
    CODEC(heartbeat_query_from_label);
    memcpy(name, label, sizeof label);
    memcpy(name + sizeof label, ".sm.fon.com", 11);
    name_length = sizeof label + 11;
    CODEC(heartbeat_dns_query);
    CODEC(heartbeat_nop_text);
    CODEC(heartbeat_response_write);
    CODEC(heartbeat_response_judge);
    CODEC(heartbeat_answer_open);
    MACHINE(heartbeat_rsa_key_new);
    CODEC(heartbeat_regular_text);
    CODEC(heartbeat_answer_open_regular);
    fonap_heartbeat_rsa_key_free(rsa);
    MACHINE(heartbeat_new);
    MACHINE(heartbeat_tick);
    MACHINE(heartbeat_poll);
    MACHINE(heartbeat_datagram);
    fonap_heartbeat_free(heartbeat);
}

static void uam_obfuscate(void) {
    OK(fonap_uam_obfuscate(octets_16, octets_16, 8, octets_16, 4, out, sizeof out, &length));
}

static fonap_gateway *gateway_handle;
static const uint8_t ip[4] = {10, 1, 0, 5};

static void gateway_new(void) {
    static const uint8_t ours[4] = {10, 1, 0, 1};
    fonap_gateway_config config;
    OK(fonap_gateway_config_init(&config, sizeof config));
    config.uamserver = FONAP_TEXT("https://portal.example/");
    config.uamsecret.data = octets_16;
    config.uamsecret.length = 8;
    memcpy(config.uamlisten, ours, 4);
    OK(fonap_gateway_new(&config, &source, 0, 1795226283, &gateway_handle, NULL));
}
static void gateway_lease(void) {
    static const uint8_t mac[6] = {0, 0x18, 0x84, 1, 2, 3};
    OK(fonap_gateway_lease(gateway_handle, 0, 1795226283, ip, mac, 0));
}
static void gateway_request(void) {
    static const char get[] = "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n";
    OK(fonap_gateway_request(gateway_handle, 1, 1795226283, 7, ip, 0, (const uint8_t *)get, sizeof get - 1));
}
static void gateway_poll(void) {
    fonap_gateway_output output;
    OK(fonap_gateway_poll(gateway_handle, &output, sizeof output));
}

int main(int argc, char **argv) {
    size_t i;
    OK(fonap_set_allocator(&allocator));
    nothing = stack_of(empty);
    for (i = 0; i < sizeof small; i++) {
        small[i] = (uint8_t)i;
    }
    puts("| call | stack | allocations |\n| --- | ---: | ---: |");
    MACHINE(radius_secret_new);
    CODEC(radius_writer_begin);
    CODEC(radius_add_text);
    CODEC(radius_add_integer);
    CODEC(radius_add_octets);
    CODEC(radius_add_password);
    CODEC(radius_add_chap);
    CODEC(radius_add_eap);
    CODEC(radius_writer_finish);
    CODEC(radius_parse);
    CODEC(radius_find);
    CODEC(radius_find_text);
    CODEC(radius_eap);
    CODEC(radius_verify_request);
    CODEC(radius_unhide_password);
    CODEC(radius_writer_begin_reply);
    CODEC(radius_add_salted);
    OK(fonap_radius_writer_finish(&writer, secret, &reply_length));
    OK(fonap_radius_parse(reply_datagram, reply_length, &reply, sizeof reply, &length));
    CODEC(radius_verify_reply);
    CODEC(radius_unhide_salted);
    CODEC(radius_terminate_time);
    fonap_radius_secret_free(secret);
    MACHINE(radconfig_domain_file);
    MACHINE(radius_client_new);
    MACHINE(radius_client_send);
    MACHINE(radius_client_poll);
    MACHINE(radius_client_datagram);
    MACHINE(radius_client_tick);
    fonap_radius_client_free(client);
    measure_heartbeat();
    MACHINE(uam_obfuscate);
    MACHINE(gateway_new);
    MACHINE(gateway_lease);
    MACHINE(gateway_request);
    MACHINE(gateway_poll);
    fonap_gateway_free(gateway_handle);
    printf("most stack: %lu\n", (unsigned long)most);
    CHECK(argc < 2 || most <= strtoul(argv[1], NULL, 10));
    return 0;
}

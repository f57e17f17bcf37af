/* What is freed holds no secret any more, where the header says that it is wiped. */
#include "check.h"

#define SECRET "correct-horse-battery"

/* Blocks know how long they are. */
typedef union block {
    size_t size;
    uint64_t aligned[2];
} block;

static unsigned long found;

static void *allocate(size_t size) {
    block *made = malloc(sizeof *made + size);
    CHECK(made != NULL);
    made->size = size;
    memset(made + 1, 0, size);
    return made + 1;
}

static void release(void *pointer) {
    block *freed = pointer;
    const char *octets = pointer;
    size_t length = sizeof SECRET - 1, i;
    if (pointer == NULL) {
        return;
    }
    freed--;
    for (i = 0; i + length <= freed->size; i++) {
        found += memcmp(octets + i, SECRET, length) == 0;
    }
    free(freed);
}

static void *reallocate(void *pointer, size_t size) {
    void *made = allocate(size);
    if (pointer != NULL) {
        size_t have = ((block *)pointer)[-1].size;
        memcpy(made, pointer, have < size ? have : size);
        release(pointer);
    }
    return made;
}

static const fonap_allocator allocator = {allocate, reallocate, release};
static uint8_t counter;
static const fonap_random source = {counting, &counter};
static const uint8_t *const secret = (const uint8_t *)SECRET;
static const size_t secret_len = sizeof SECRET - 1;

static void radius_secret(void) {
    fonap_radius_secret *made;
    OK(fonap_radius_secret_new(secret, secret_len, &made));
    fonap_radius_secret_free(made);
}

static void radius_request(void) {
    fonap_radius_writer *request;
    OK(fonap_radius_request_new(FONAP_RADIUS_CODE_ACCESS_REQUEST, &request));
    OK(fonap_radius_add_password(request, FONAP_RADIUS_USER_PASSWORD, secret, secret_len, NULL));
    fonap_radius_request_free(request);
}

static void radius_client(void) {
    fonap_radius_client_config config;
    fonap_radius_server servers[2];
    fonap_radius_client *client;
    fonap_radius_writer *request;
    fonap_radius_output output;
    uint64_t id;
    memset(servers, 0, sizeof servers);
    servers[0].address.family = servers[1].address.family = 4;
    servers[0].secret.data = servers[1].secret.data = secret;
    servers[0].secret.length = servers[1].secret.length = secret_len;
    OK(fonap_radius_client_config_init(&config, sizeof config));
    config.servers = servers;
    config.server_count = 2;
    OK(fonap_radius_client_new(&config, &source, &client, NULL));
    OK(fonap_radius_request_new(FONAP_RADIUS_CODE_ACCESS_REQUEST, &request));
    OK(fonap_radius_add_password(request, FONAP_RADIUS_USER_PASSWORD, secret, secret_len, NULL));
    OK(fonap_radius_client_send(client, 0, request, -1, &id));
    do {
        OK(fonap_radius_client_poll(client, &output, sizeof output));
    } while (output.kind != FONAP_RADIUS_OUT_WAIT);
    fonap_radius_client_free(client);
}

static void smart_client(void) {
    static const char page[] =
        "<WISPAccessGatewayParam><Redirect><MessageType>100</MessageType><ResponseCode>0</ResponseCode>"
        "<AccessProcedure>1.0</AccessProcedure><AccessLocation>x</AccessLocation><LocationName>y</LocationName>"
        "<LoginURL>https://portal.example/login</LoginURL></Redirect></WISPAccessGatewayParam>";
    fonap_wispr_client_config config;
    fonap_wispr_client *client;
    fonap_wispr_output output;
    int credentials = 0;
    OK(fonap_wispr_client_config_init(&config, sizeof config));
    config.probe_url = FONAP_TEXT("http://probe.example/");
    config.username = FONAP_TEXT("joe");
    config.password = FONAP_TEXT(SECRET);
    OK(fonap_wispr_client_new(&config, 0, &client, NULL));
    OK(fonap_wispr_client_connect(client, 0));
    do {
        OK(fonap_wispr_client_poll(client, &output, sizeof output));
        if (output.kind == FONAP_WISPR_OUT_REQUEST && !output.credentials) {
            OK(fonap_wispr_client_response(client, 0, output.request, 200, NULL, 0, (const uint8_t *)page, sizeof page - 1));
        }
        credentials |= output.credentials;
    } while (output.kind != FONAP_WISPR_OUT_WAIT);
    CHECK(credentials);
    fonap_wispr_client_free(client);
}

int main(void) {
    OK(fonap_set_allocator(&allocator));
    radius_secret();
    CHECK(found == 0);
    radius_request();
    CHECK(found == 0);
    radius_client();
    CHECK(found == 0);
    smart_client();
    CHECK(found == 0);
    return 0;
}

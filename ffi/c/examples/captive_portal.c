/*
 * A captive portal responder: the gateway's HTTP port, a small portal on the same port, and RADIUS behind it.
 *
 *   captive_portal ADDRESS PORT RADIUS-ADDRESS AUTH-PORT ACCT-PORT SECRET
 *
 * On a router the packet filter redirects port 80 of clients without a session here, and follows the lines that this
 * program prints: "open IP" and "closed IP". One process, one poll loop, no threads.
 */
#define _POSIX_C_SOURCE 200809L

#include "fonap.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CONNECTIONS 64
#define REQUEST_MAX 8192
#define REQUEST_MS 10000
#define PENDING 64

enum { AUTH, ACCT };

struct connection {
    int fd; /* -1: free */
    uint64_t id, since;
    uint8_t ip[4];
    int asked; /* the gateway has the request */
    size_t received, sent, answer_len;
    char *answer; /* NULL until there is one */
    char request[REQUEST_MAX + 1];
};

static struct connection connections[CONNECTIONS];
static uint64_t last_id;
static fonap_gateway *gateway;
static fonap_radius_client *radius[2];
static int radius_fd[2];
static struct {
    uint64_t request, login; /* 0: free */
} pending[PENDING];
static char own[32], portal[64]; /* "10.1.0.1:3990", "http://10.1.0.1:3990/portal/" */
static uint8_t uamsecret[16];
static volatile sig_atomic_t stopping;

static void stop(int number) {
    (void)number;
    stopping = 1;
}

static uint64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)(now.tv_nsec / 1000000);
}

static int64_t unix_seconds(void) { return (int64_t)time(NULL); }

static void fill(void *context, uint8_t *out, size_t length) {
    FILE *urandom = fopen("/dev/urandom", "rb");
    (void)context;
    if (!urandom || fread(out, 1, length, urandom) != length) {
        abort();
    }
    fclose(urandom);
}

/* --- connections --- */

static struct connection *find_connection(uint64_t id) {
    int i;
    for (i = 0; i < CONNECTIONS; i++) {
        if (connections[i].fd >= 0 && connections[i].id == id) {
            return &connections[i];
        }
    }
    return NULL;
}

static void end_connection(struct connection *c) {
    close(c->fd);
    free(c->answer);
    c->fd = -1;
    c->answer = NULL;
}

static void answer(struct connection *c, const void *octets, size_t length) {
    c->answer = malloc(length);
    if (!c->answer) {
        end_connection(c);
        return;
    }
    memcpy(c->answer, octets, length);
    c->answer_len = length;
    c->sent = 0;
}

static void answer_text(struct connection *c, const char *status, const char *headers, const char *body) {
    static char out[24576];
    int length = snprintf(out, sizeof out, "HTTP/1.1 %s\r\nConnection: close\r\nCache-Control: no-store\r\n%sContent-Length: %u\r\n\r\n%s",
                          status, headers, (unsigned)strlen(body), body);
    if (length < 0 || (size_t)length >= sizeof out) {
        end_connection(c);
    } else {
        answer(c, out, (size_t)length);
    }
}

/* The hardware address from the system's table; a made-up one where there is none, as on loopback. */
static void hardware_address(const uint8_t ip[4], uint8_t mac[6]) {
    char line[256], wanted[16], address[64], text[64];
    FILE *table = fopen("/proc/net/arp", "r");
    snprintf(wanted, sizeof wanted, "%u.%u.%u.%u", ip[0], ip[1], ip[2], ip[3]);
    mac[0] = 2;
    mac[1] = 0;
    memcpy(mac + 2, ip, 4);
    while (table && fgets(line, sizeof line, table)) {
        if (sscanf(line, "%63s %*s %*s %63s", address, text) == 2 && strcmp(address, wanted) == 0) {
            fonap_heartbeat_mac_parse(text, strlen(text), mac);
        }
    }
    if (table) {
        fclose(table);
    }
}

static void accept_connection(int listener) {
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    fonap_gateway_client known;
    int i, fd = accept(listener, (struct sockaddr *)&from, &length);
    if (fd < 0) {
        return;
    }
    for (i = 0; i < CONNECTIONS && connections[i].fd >= 0; i++) {
    }
    if (i == CONNECTIONS) {
        close(fd);
        return;
    }
    fcntl(fd, F_SETFL, O_NONBLOCK);
    connections[i].fd = fd;
    connections[i].id = ++last_id;
    connections[i].since = now_ms();
    connections[i].received = 0;
    connections[i].asked = 0;
    memcpy(connections[i].ip, &from.sin_addr, 4);
    /* A DHCP server would tell the gateway of leases; here whoever connects has one. */
    if (fonap_gateway_find(gateway, connections[i].ip, &known, sizeof known) == FONAP_RESULT_NOT_FOUND) {
        uint8_t mac[6];
        hardware_address(connections[i].ip, mac);
        fonap_gateway_lease(gateway, now_ms(), unix_seconds(), connections[i].ip, mac, 0);
    }
}

/* --- the portal: what a provider's web server does --- */

/* A parameter of a query or a form, as text; empty when it is not there. In a form `+` is a blank. */
static const char *parameter(const char *query, size_t query_len, const char *name, int form, char *out, size_t capacity) {
    static char copy[REQUEST_MAX + 1];
    size_t length = 0, i;
    if (query_len > REQUEST_MAX) {
        query_len = 0;
    }
    for (i = 0; i < query_len; i++) {
        copy[i] = form && query[i] == '+' ? ' ' : query[i];
    }
    if (fonap_uam_parameter(copy, query_len, name, strlen(name), (uint8_t *)out, capacity - 1, &length) != FONAP_RESULT_OK) {
        length = 0;
    }
    out[length] = 0;
    return out;
}

/* Adds &name=value to a URL. 0 when it does not fit. */
static int add_parameter(char *url, size_t capacity, const char *name, const char *value) {
    size_t length = strlen(url), added;
    int written = snprintf(url + length, capacity - length, "%c%s=", strchr(url, '?') ? '&' : '?', name);
    if (written < 0 || (size_t)written >= capacity - length) {
        return 0;
    }
    length += (size_t)written;
    if (fonap_uam_url_encode((const uint8_t *)value, strlen(value), url + length, capacity - length - 1, &added) !=
        FONAP_RESULT_OK) {
        return 0;
    }
    url[length + added] = 0;
    return 1;
}

/* The form came back: hide the password as the gateway wants it, and send the browser there. */
static void portal_login(struct connection *c, const char *query, size_t query_len, const char *form, size_t form_len) {
    char user[256], password[256], hex[64], sent[600], version[16], location[2048], headers[2100];
    uint8_t challenge[16];
    size_t length;
    int i, fine = 1;
    parameter(form, form_len, "UserName", 1, user, sizeof user);
    parameter(form, form_len, "Password", 1, password, sizeof password);
    parameter(form, form_len, "WISPrVersion", 1, version, sizeof version);
    parameter(query, query_len, "challenge", 0, hex, sizeof hex);
    for (i = 0; i < 16 && fine; i++) {
        unsigned octet;
        fine = sscanf(hex + 2 * i, "%2x", &octet) == 1;
        challenge[i] = (uint8_t)octet;
    }
    fine = fine && user[0] && strlen(password) <= 128 &&
           fonap_uam_obfuscate(challenge, uamsecret, sizeof uamsecret, (const uint8_t *)password, strlen(password), sent,
                               sizeof sent - 1, &length) == FONAP_RESULT_OK;
    memset(password, 0, sizeof password);
    if (fine) {
        sent[length] = 0;
        snprintf(location, sizeof location, "http://%s/logon", own);
        fine = add_parameter(location, sizeof location, "username", user) &&
               add_parameter(location, sizeof location, "password", sent) &&
               (!version[0] || add_parameter(location, sizeof location, "WISPrVersion", version));
    }
    if (!fine) {
        answer_text(c, "400 Bad Request", "Content-Type: text/plain\r\n", "A name and a password are needed.\n");
        return;
    }
    snprintf(headers, sizeof headers, "Location: %s\r\n", location);
    answer_text(c, "302 Found", headers, "");
}

/* The message that tells smart clients how it went: empty where the page is none of an outcome. */
static const char *wispr_message(const char *res, const char *reply, char *out, size_t capacity) {
    fonap_wispr_field fields[4];
    size_t count = 2, length = 0;
    char logoff[64];
    uint16_t kind = FONAP_WISPR_AUTHENTICATION_REPLY;
    memset(fields, 0, sizeof fields);
    fields[0].field = FONAP_WISPR_FIELD_MESSAGE_TYPE;
    fields[0].number = kind;
    fields[1].field = FONAP_WISPR_FIELD_RESPONSE_CODE;
    if (strcmp(res, "success") == 0 || strcmp(res, "already") == 0) {
        fields[1].number = 50;
        snprintf(logoff, sizeof logoff, "http://%s/logoff", own);
        fields[count].field = FONAP_WISPR_FIELD_LOGOFF_URL;
        fields[count++].text = FONAP_TEXT(logoff);
    } else if (strcmp(res, "failed") == 0) {
        fields[1].number = 100;
        if (reply[0]) {
            fields[count].field = FONAP_WISPR_FIELD_REPLY_MESSAGE;
            fields[count++].text = FONAP_TEXT(reply);
        }
    } else if (strcmp(res, "logoff") == 0) {
        kind = FONAP_WISPR_LOGOFF_REPLY;
        fields[0].number = kind;
        fields[1].number = 150;
    } else {
        count = 0;
    }
    if (count == 0 || fonap_wispr_write(kind, fields, count, 0, out, capacity - 1, &length) != FONAP_RESULT_OK) {
        length = 0;
    }
    out[length] = 0;
    return out;
}

static void portal_page(struct connection *c, const char *query, size_t query_len) {
    char res[32], reply[256], message[4096], body[20480];
    parameter(query, query_len, "res", 0, res, sizeof res);
    parameter(query, query_len, "reply", 0, reply, sizeof reply);
    wispr_message(res, reply, message, sizeof message);
    if (strcmp(res, "success") == 0 || strcmp(res, "already") == 0) {
        snprintf(body, sizeof body, "<!DOCTYPE html><title>Online</title><h1>You are online</h1>"
                                    "<p><a href=\"http://%s/logoff\">Sign off</a></p>%s\n", own, message);
    } else if (strcmp(res, "logoff") == 0) {
        snprintf(body, sizeof body, "<!DOCTYPE html><title>Signed off</title><h1>You are signed off</h1>%s\n", message);
    } else {
        /* Without an action the form goes back to this page's own URL, with the challenge in it. */
        snprintf(body, sizeof body, "<!DOCTYPE html><title>Sign in</title><h1>Sign in</h1>%s"
                                    "<form method=\"post\"><label>Name <input name=\"UserName\"></label>"
                                    "<label>Password <input name=\"Password\" type=\"password\"></label>"
                                    "<button>Sign in</button></form>%s\n",
                 strcmp(res, "failed") == 0 ? "<p role=\"alert\">That did not work.</p>" : "", message);
    }
    answer_text(c, "200 OK", "Content-Type: text/html; charset=utf-8\r\n", body);
}

/* Answers for the portal if the request is one to it: made by our gateway, or by a smart client. */
static int is_for_the_portal(struct connection *c, size_t head_len) {
    char url[REQUEST_MAX + 128], res[32];
    const char *target = strchr(c->request, ' '), *end, *query;
    size_t bare;
    if (!target || strncmp(target + 1, "/portal/?", 9) != 0) {
        return 0;
    }
    target++;
    end = target + strcspn(target, " \r\n");
    query = target + 9;
    snprintf(url, sizeof url, "http://%s%.*s", own, (int)(end - target), target);
    parameter(query, (size_t)(end - query), "res", 0, res, sizeof res);
    if (fonap_uam_verify(url, strlen(url), uamsecret, sizeof uamsecret, &bare) != FONAP_RESULT_OK &&
        strcmp(res, "wispr") != 0) {
        return 0;
    }
    if (strncmp(c->request, "POST ", 5) == 0) {
        portal_login(c, query, (size_t)(end - query), c->request + head_len, c->received - head_len);
    } else {
        portal_page(c, query, (size_t)(end - query));
    }
    return 1;
}

/* --- requests --- */

/* Octets that the request has in all: its head and its body. 0 while the head is not complete. */
static size_t request_length(const char *request, size_t *head_len) {
    const char *end = strstr(request, "\r\n\r\n"), *line;
    size_t body = 0;
    if (!end) {
        return 0;
    }
    *head_len = (size_t)(end - request) + 4;
    for (line = strstr(request, "\r\n"); line && line < end; line = strstr(line + 2, "\r\n")) {
        if (strncmp(line, "\r\nContent-Length:", 17) == 0 || strncmp(line, "\r\ncontent-length:", 17) == 0) {
            body = (size_t)strtoul(line + 17, NULL, 10);
        }
    }
    return body > REQUEST_MAX ? REQUEST_MAX + 1 : *head_len + body;
}

static void receive(struct connection *c) {
    char ignored[512];
    size_t head_len = 0, whole;
    ssize_t got = c->asked ? recv(c->fd, ignored, sizeof ignored, 0)
                           : recv(c->fd, c->request + c->received, REQUEST_MAX - c->received, 0);
    if (got <= 0) {
        if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
            if (c->asked) {
                fonap_gateway_request_gone(gateway, now_ms(), unix_seconds(), c->id);
            }
            end_connection(c);
        }
        return;
    }
    if (c->asked) {
        return;
    }
    c->received += (size_t)got;
    c->request[c->received] = 0;
    whole = request_length(c->request, &head_len);
    if (whole > REQUEST_MAX || (whole == 0 && c->received == REQUEST_MAX)) {
        end_connection(c);
    } else if (whole != 0 && c->received >= whole && !is_for_the_portal(c, head_len)) {
        c->asked = 1;
        if (fonap_gateway_request(gateway, now_ms(), unix_seconds(), c->id, c->ip, 0, (const uint8_t *)c->request, head_len) !=
            FONAP_RESULT_OK) {
            end_connection(c);
        }
    }
}

static void send_answer(struct connection *c) {
    ssize_t sent = send(c->fd, c->answer + c->sent, c->answer_len - c->sent, MSG_NOSIGNAL);
    if (sent > 0) {
        c->sent += (size_t)sent;
    }
    if (c->sent == c->answer_len || (sent < 0 && errno != EAGAIN && errno != EINTR)) {
        end_connection(c);
    }
}

/* --- RADIUS --- */

static int slot_of(uint64_t request) {
    int i;
    for (i = 0; i < PENDING && pending[i].request != request; i++) {
    }
    return i;
}

static void ask(uint64_t login, fonap_radius_writer *request) {
    int slot = slot_of(0);
    if (slot == PENDING) {
        fonap_radius_request_free(request);
        fonap_gateway_login_failed(gateway, now_ms(), unix_seconds(), login);
    } else if (fonap_radius_client_send(radius[AUTH], now_ms(), request, -1, &pending[slot].request) != FONAP_RESULT_OK) {
        pending[slot].request = 0;
        fonap_gateway_login_failed(gateway, now_ms(), unix_seconds(), login);
    } else {
        pending[slot].login = login;
    }
}

/* Does what a RADIUS client says; gives the time to wake it. */
static uint64_t drain_radius(int which) {
    fonap_radius_output output;
    for (;;) {
        int slot;
        fonap_radius_client_poll(radius[which], &output, sizeof output);
        if (output.kind == FONAP_RADIUS_OUT_WAIT) {
            return output.wait_until_ms;
        } else if (output.kind == FONAP_RADIUS_OUT_TRANSMIT) {
            struct sockaddr_in to;
            memset(&to, 0, sizeof to);
            to.sin_family = AF_INET;
            to.sin_port = htons(output.address.port);
            memcpy(&to.sin_addr, output.address.octets, 4);
            if (sendto(radius_fd[which], output.payload.data, output.payload.length, 0, (struct sockaddr *)&to, sizeof to) < 0) {
                perror("sendto");
            }
        } else if (which == AUTH && (output.kind == FONAP_RADIUS_OUT_REPLY || output.kind == FONAP_RADIUS_OUT_FAILED)) {
            slot = slot_of(output.request);
            if (slot < PENDING) {
                if (output.kind == FONAP_RADIUS_OUT_REPLY) {
                    fonap_gateway_login_reply(gateway, now_ms(), unix_seconds(), pending[slot].login, &output.reply);
                } else {
                    fonap_gateway_login_timeout(gateway, now_ms(), unix_seconds(), pending[slot].login);
                }
                pending[slot].request = 0;
            }
        }
    }
}

static void receive_radius(int which) {
    uint8_t datagram[FONAP_RADIUS_MAX_LEN];
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    fonap_address address = {4, {0}, 0};
    ssize_t got = recvfrom(radius_fd[which], datagram, sizeof datagram, 0, (struct sockaddr *)&from, &length);
    if (got >= 0) {
        memcpy(address.octets, &from.sin_addr, 4);
        address.port = ntohs(from.sin_port);
        fonap_radius_client_datagram(radius[which], now_ms(), 0, &address, datagram, (size_t)got);
    }
}

/* --- the gateway --- */

/* Does what the gateway says; gives the time to wake it. */
static uint64_t drain_gateway(void) {
    fonap_gateway_output output;
    for (;;) {
        struct connection *c;
        int i;
        uint64_t id;
        fonap_gateway_poll(gateway, &output, sizeof output);
        c = output.kind == FONAP_GATEWAY_OUT_RESPOND || output.kind == FONAP_GATEWAY_OUT_CLOSE ||
                    output.kind == FONAP_GATEWAY_OUT_LOCAL_FILE
                ? find_connection(output.id)
                : NULL;
        switch (output.kind) {
        case FONAP_GATEWAY_OUT_WAIT:
            return output.wait_until_ms;
        case FONAP_GATEWAY_OUT_RESPOND:
            if (c) {
                answer(c, output.response.data, output.response.length);
            }
            break;
        case FONAP_GATEWAY_OUT_CLOSE:
        case FONAP_GATEWAY_OUT_LOCAL_FILE: /* not asked for: FONAP_GATEWAY_WWWDIR is off */
            if (c) {
                end_connection(c);
            }
            break;
        case FONAP_GATEWAY_OUT_AUTHENTICATE:
            ask(output.id, output.request);
            break;
        case FONAP_GATEWAY_OUT_CANCEL_LOGIN:
            for (i = 0; i < PENDING; i++) {
                if (pending[i].request != 0 && pending[i].login == output.id) {
                    fonap_radius_client_cancel(radius[AUTH], pending[i].request);
                    pending[i].request = 0;
                }
            }
            break;
        case FONAP_GATEWAY_OUT_ACCOUNT:
            fonap_radius_client_send(radius[ACCT], now_ms(), output.request, -1, &id);
            break;
        case FONAP_GATEWAY_OUT_SESSION_OPENED:
        case FONAP_GATEWAY_OUT_SESSION_CLOSED:
            printf("%s %u.%u.%u.%u\n", output.kind == FONAP_GATEWAY_OUT_SESSION_OPENED ? "open" : "closed",
                   output.client.ip[0], output.client.ip[1], output.client.ip[2], output.client.ip[3]);
            fflush(stdout);
            break;
        default:
            break;
        }
    }
}

static int prepare(char **argv) {
    fonap_random random = {fill, NULL};
    fonap_gateway_config config;
    const char *problem = "";
    int which;
    for (which = AUTH; which <= ACCT; which++) {
        fonap_radius_client_config client;
        fonap_radius_server server;
        memset(&server, 0, sizeof server);
        server.address.family = 4;
        server.address.port = (uint16_t)atoi(argv[4 + which]);
        server.secret.data = (const uint8_t *)argv[6];
        server.secret.length = strlen(argv[6]);
        fonap_radius_client_config_init(&client, sizeof client);
        client.servers = &server;
        client.server_count = 1;
        client.schedule = which == AUTH ? FONAP_RADIUS_SCHEDULE_AUTHENTICATION : FONAP_RADIUS_SCHEDULE_ACCOUNTING;
        radius_fd[which] = socket(AF_INET, SOCK_DGRAM, 0);
        if (inet_pton(AF_INET, argv[3], server.address.octets) != 1 ||
            fonap_radius_client_new(&client, &random, &radius[which], &problem) != FONAP_RESULT_OK) {
            fprintf(stderr, "captive_portal: the RADIUS server: %s\n", problem);
            return 0;
        }
    }
    fonap_gateway_config_init(&config, sizeof config);
    snprintf(own, sizeof own, "%.15s:%u", argv[1], (unsigned)(uint16_t)atoi(argv[2]));
    snprintf(portal, sizeof portal, "http://%s/portal/", own);
    fill(NULL, uamsecret, sizeof uamsecret); /* the portal is in the same process: nobody else has to know it */
    config.uamserver = FONAP_TEXT(portal);
    config.uamsecret.data = uamsecret;
    config.uamsecret.length = sizeof uamsecret;
    config.uamport = (uint16_t)atoi(argv[2]);
    config.radiusnasid = FONAP_TEXT("captive-portal-example");
    config.defsessiontimeout = 3600;
    if (inet_pton(AF_INET, argv[1], config.uamlisten) != 1 ||
        fonap_gateway_new(&config, &random, now_ms(), unix_seconds(), &gateway, &problem) != FONAP_RESULT_OK) {
        fprintf(stderr, "captive_portal: %s %s\n", argv[1], problem);
        return 0;
    }
    return 1;
}

static int listen_on(const char *address, const char *port) {
    struct sockaddr_in at;
    int yes = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    memset(&at, 0, sizeof at);
    at.sin_family = AF_INET;
    at.sin_port = htons((uint16_t)atoi(port));
    if (fd < 0 || inet_pton(AF_INET, address, &at.sin_addr) != 1 ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
        bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, 64) != 0) {
        perror("captive_portal: listen");
        return -1;
    }
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

int main(int argc, char **argv) {
    int listener, i, last_rounds = 0;
    if (argc != 7) {
        fprintf(stderr, "usage: captive_portal ADDRESS PORT RADIUS-ADDRESS AUTH-PORT ACCT-PORT SECRET\n");
        return 2;
    }
    for (i = 0; i < CONNECTIONS; i++) {
        connections[i].fd = -1;
    }
    listener = prepare(argv) ? listen_on(argv[1], argv[2]) : -1;
    if (listener < 0) {
        return 2;
    }
    signal(SIGTERM, stop);
    signal(SIGINT, stop);
    printf("ready: http://%s/\n", own);
    fflush(stdout);

    for (;;) {
        struct pollfd wait[3 + CONNECTIONS];
        struct connection *of[CONNECTIONS];
        uint64_t wake, other, now;
        int count = 3, which;

        /* What one machine says may give another something to do: the gateway first, then the clients, then it again. */
        drain_gateway();
        wake = drain_radius(AUTH);
        other = drain_radius(ACCT);
        wake = other < wake ? other : wake;
        other = drain_gateway();
        wake = other < wake ? other : wake;
        other = drain_radius(ACCT);
        wake = other < wake ? other : wake;
        if (stopping && last_rounds++ > 0) {
            break; /* the records of the end are on their way */
        }

        wait[0].fd = listener;
        wait[1].fd = radius_fd[AUTH];
        wait[2].fd = radius_fd[ACCT];
        wait[0].events = wait[1].events = wait[2].events = POLLIN;
        for (i = 0; i < CONNECTIONS; i++) {
            if (connections[i].fd >= 0) {
                of[count - 3] = &connections[i];
                wait[count].fd = connections[i].fd;
                wait[count++].events = connections[i].answer ? POLLOUT : POLLIN;
            }
        }
        now = now_ms();
        if (poll(wait, (nfds_t)count, stopping || wake <= now ? 0 : wake - now > 1000 ? 1000 : (int)(wake - now)) < 0) {
            for (i = 0; i < count; i++) {
                wait[i].revents = 0; /* a signal */
            }
        }
        if (stopping) {
            fonap_gateway_shutdown(gateway, now_ms(), unix_seconds());
            continue;
        }
        fonap_gateway_tick(gateway, now_ms(), unix_seconds());
        for (which = AUTH; which <= ACCT; which++) {
            fonap_radius_client_tick(radius[which], now_ms());
            if (wait[1 + which].revents) {
                receive_radius(which);
            }
        }
        for (i = 3; i < count; i++) {
            struct connection *c = of[i - 3];
            if (wait[i].revents && c->answer) {
                send_answer(c);
            } else if (wait[i].revents) {
                receive(c);
            } else if (now_ms() - c->since > REQUEST_MS && !c->asked) {
                end_connection(c); /* too slow with its request, or with taking the portal's answer */
            }
        }
        if (wait[0].revents) {
            accept_connection(listener);
        }
    }
    for (i = 0; i < CONNECTIONS; i++) {
        if (connections[i].fd >= 0) {
            end_connection(&connections[i]);
        }
    }
    fonap_gateway_free(gateway);
    fonap_radius_client_free(radius[AUTH]);
    fonap_radius_client_free(radius[ACCT]);
    close(radius_fd[AUTH]);
    close(radius_fd[ACCT]);
    close(listener);
    return 0;
}

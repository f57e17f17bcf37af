/*
 * A captive portal responder: the gateway's HTTP port, a small portal on the same port, and RADIUS behind it.
 *
 *   captive_portal ADDRESS PORT RADIUS-ADDRESS AUTH-PORT ACCT-PORT SECRET
 *
 * The portal's pages are in captive_portal_pages.c; where a provider has a web server, they are not here.
 *
 * On a router the packet filter redirects port 80 of clients without a session here, and follows the lines that this
 * program prints: "open IP" and "closed IP". One process, one poll loop, no threads.
 */
#define _POSIX_C_SOURCE 200809L

#include "captive_portal_pages.h"
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
#define REQUEST_MAX PORTAL_REQUEST_MAX
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

/* --- requests --- */

/* Answers for the portal if the request is one to it. */
static int is_for_the_portal(struct connection *c, size_t head_len) {
    static struct portal_answer page;
    struct portal pages;
    pages.gateway = own;
    pages.secret = uamsecret;
    pages.secret_len = sizeof uamsecret;
    if (!portal_answers(&pages, c->request, c->received, head_len, &page)) {
        return 0;
    }
    answer_text(c, page.status, page.headers, page.body);
    return 1;
}

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

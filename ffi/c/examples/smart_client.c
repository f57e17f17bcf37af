/*
 * A smart client: finds out whether a hotspot stands in the way, and logs in to it.
 *
 *   smart_client PROBE-URL USER PASSWORD [--allow-http] [--connect ADDRESS:PORT] [--logoff]
 *
 * PROBE-URL is a plain http page that answers 204 when nothing is in the way. --connect sends every request to that
 * address, as a hotspot's packet filter would; --logoff ends the session again. The status is 0 when the login worked or was
 * not needed, 1 when not.
 *
 * There is no TLS in here: https requests fail, and passwords go to http pages only with --allow-http. Put your TLS
 * library where `fetch` connects.
 */
#define _POSIX_C_SOURCE 200809L

#include "fonap.h"
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BODY_MAX (512 * 1024)
#define COOKIES 16

struct reply {
    int status;
    char location[2048];
    char *body;
    size_t body_len;
    char octets[BODY_MAX + 8192];
};

static struct {
    char host[256], pair[512];
} cookies[COOKIES];
static const char *connect_to;

static uint64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)(now.tv_nsec / 1000000);
}

/* --- a small HTTP client --- */

static void keep_cookie(const char *host, const char *value, size_t length) {
    size_t name = 0;
    int i, place = -1;
    while (name < length && value[name] != '=' && value[name] != ';') {
        name++;
    }
    if (strcspn(value, ";") < length) {
        length = strcspn(value, ";"); /* the attributes do not come back */
    }
    for (i = COOKIES - 1; i >= 0; i--) {
        int same = strcmp(cookies[i].host, host) == 0 && strncmp(cookies[i].pair, value, name + 1) == 0;
        if (same || (place < 0 && !cookies[i].host[0])) {
            place = i;
        }
        if (same) {
            break;
        }
    }
    if (place >= 0 && length < sizeof cookies[place].pair && strlen(host) < sizeof cookies[place].host) {
        strcpy(cookies[place].host, host);
        memcpy(cookies[place].pair, value, length);
        cookies[place].pair[length] = 0;
    }
}

/* Status, Location, cookies and body of what came. 0 when it is no answer. */
static int understand(struct reply *reply, size_t length, const char *host) {
    char *line, *end;
    reply->octets[length] = 0;
    end = strstr(reply->octets, "\r\n\r\n");
    if (!end || sscanf(reply->octets, "HTTP/%*d.%*d %d", &reply->status) != 1) {
        return 0;
    }
    reply->body = end + 4;
    reply->body_len = length - (size_t)(reply->body - reply->octets);
    reply->location[0] = 0;
    for (line = strstr(reply->octets, "\r\n"); line && line < end; line = strstr(line + 2, "\r\n")) {
        char *value = line + 2 + strcspn(line + 2, ":\r");
        size_t name = (size_t)(value - line - 2), size;
        value += strspn(value, ": ");
        size = strcspn(value, "\r");
        if (name == 8 && strncasecmp(line + 2, "location", 8) == 0 && size < sizeof reply->location) {
            memcpy(reply->location, value, size);
            reply->location[size] = 0;
        } else if (name == 10 && strncasecmp(line + 2, "set-cookie", 10) == 0) {
            keep_cookie(host, value, size);
        }
    }
    return 1;
}

static int open_connection(const char *host, const char *port) {
    struct addrinfo wanted, *found, *one;
    int fd = -1;
    memset(&wanted, 0, sizeof wanted);
    wanted.ai_socktype = SOCK_STREAM;
    if (getaddrinfo(host, port, &wanted, &found) != 0) {
        return -1;
    }
    for (one = found; one && fd < 0; one = one->ai_next) {
        fd = socket(one->ai_family, one->ai_socktype, one->ai_protocol);
        if (fd >= 0 && connect(fd, one->ai_addr, one->ai_addrlen) != 0) {
            close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(found);
    return fd;
}

/* Performs one request. HTTP/1.0, so that no answer comes in chunks. 0 when it failed. */
static int fetch(const fonap_wispr_output *request, struct reply *reply) {
    static char out[32768];
    char host[256], name[256], port[8] = "80";
    const char *rest = request->url.data, *path;
    size_t length = request->url.length, host_len, got = 0, sent = 0;
    uint64_t deadline = now_ms() + request->timeout_ms;
    int fd, i, written;

    if (length < 8 || strncmp(rest, "http://", 7) != 0) {
        fprintf(stderr, "smart_client: no TLS in this example: %.*s\n", (int)length, rest);
        return 0;
    }
    rest += 7;
    length -= 7;
    for (host_len = 0; host_len < length && !strchr("/?#", rest[host_len]); host_len++) {
    }
    if (host_len == 0 || host_len >= sizeof host) {
        return 0;
    }
    memcpy(host, rest, host_len);
    host[host_len] = 0;
    path = rest + host_len;
    length -= host_len;

    strcpy(name, connect_to ? connect_to : host);
    if (strrchr(name, ':')) {
        snprintf(port, sizeof port, "%.6s", strrchr(name, ':') + 1);
        *strrchr(name, ':') = 0;
    }
    written = snprintf(out, sizeof out, "%.*s %s%.*s HTTP/1.0\r\nHost: %s\r\nUser-Agent: %.*s\r\n", (int)request->method.length,
                       request->method.data, length && *path == '/' ? "" : "/", (int)length, path, host,
                       (int)request->user_agent.length, request->user_agent.data);
    for (i = 0; i < COOKIES && written > 0 && (size_t)written < sizeof out; i++) {
        if (strcmp(cookies[i].host, host) == 0) {
            written += snprintf(out + written, sizeof out - (size_t)written, "Cookie: %s\r\n", cookies[i].pair);
        }
    }
    if (written > 0 && (size_t)written < sizeof out) {
        if (strncmp(request->method.data, "POST", 4) == 0) {
            written += snprintf(out + written, sizeof out - (size_t)written,
                                "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %u\r\n\r\n%.*s",
                                (unsigned)request->body.length, (int)request->body.length, request->body.data);
        } else {
            written += snprintf(out + written, sizeof out - (size_t)written, "\r\n");
        }
    }
    if (written < 0 || (size_t)written >= sizeof out) {
        return 0;
    }
    fd = open_connection(name, port);
    if (fd < 0) {
        return 0;
    }
    while (now_ms() < deadline) {
        struct pollfd wait;
        ssize_t n;
        wait.fd = fd;
        wait.events = sent < (size_t)written ? POLLOUT : POLLIN;
        if (poll(&wait, 1, (int)(deadline - now_ms())) <= 0) {
            break;
        }
        if (sent < (size_t)written) {
            n = send(fd, out + sent, (size_t)written - sent, MSG_NOSIGNAL);
            if (n < 0) {
                break;
            }
            sent += (size_t)n;
        } else {
            n = recv(fd, reply->octets + got, sizeof reply->octets - 1 - got, 0);
            got += n > 0 ? (size_t)n : 0;
            if (n <= 0 || got == sizeof reply->octets - 1) {
                close(fd);
                return n >= 0 && understand(reply, got, host);
            }
        }
    }
    close(fd);
    return 0;
}

/* --- the login --- */

static void tell(const fonap_wispr_output *output) {
    static const char *const names[] = {"nothing", "online already", "a page that speaks no WISPr", "logged in", "rejected",
                                        "failed",  "aborted",        "logged off",                  "status"};
    size_t i;
    unsigned outcome = (unsigned)output->outcome;
    printf("%s", outcome < sizeof names / sizeof *names ? names[outcome] : "unknown");
    if (output->failure.length) {
        printf(": %.*s", (int)output->failure.length, output->failure.data);
    }
    if (output->response_code != 0xffff) {
        printf(", ResponseCode %u", output->response_code);
    }
    putchar('\n');
    for (i = 0; i < output->reply_count; i++) {
        printf("the hotspot says: %.*s\n", (int)output->replies[i].length, output->replies[i].data);
    }
}

int main(int argc, char **argv) {
    static struct reply reply;
    fonap_wispr_client_config config;
    fonap_wispr_client *client = NULL;
    fonap_wispr_output output;
    const char *problem = "";
    int i, fine = 1, logoff = 0, good = 0;

    fonap_wispr_client_config_init(&config, sizeof config);
    for (i = 4; i < argc; i++) {
        if (strcmp(argv[i], "--allow-http") == 0) {
            config.flags |= FONAP_WISPR_CLIENT_ALLOW_HTTP_LOGIN;
        } else if (strcmp(argv[i], "--logoff") == 0) {
            logoff = 1;
        } else if (strcmp(argv[i], "--connect") == 0 && i + 1 < argc && strlen(argv[i + 1]) < 256) {
            connect_to = argv[++i];
        } else {
            fine = 0;
        }
    }
    if (argc < 4 || !fine) {
        fprintf(stderr, "usage: smart_client PROBE-URL USER PASSWORD [--allow-http] [--connect ADDRESS:PORT] [--logoff]\n");
        return 2;
    }
    config.probe_url = FONAP_TEXT(argv[1]);
    config.username = FONAP_TEXT(argv[2]);
    config.password = FONAP_TEXT(argv[3]);
    if (connect_to) {
        config.flags |= FONAP_WISPR_CLIENT_NO_VERIFY; /* the probe would come to the hotspot again */
    }
    if (fonap_wispr_client_new(&config, now_ms(), &client, &problem) != FONAP_RESULT_OK) {
        fprintf(stderr, "smart_client: %s\n", problem);
        return 2;
    }
    fonap_wispr_client_connect(client, now_ms());
    for (;;) {
        fonap_wispr_client_poll(client, &output, sizeof output);
        if (output.kind == FONAP_WISPR_OUT_REQUEST) {
            uint32_t id = output.request;
            size_t shown = 0; /* not the query, which may tell more than a log should */
            while (shown < output.url.length && output.url.data[shown] != '?') {
                shown++;
            }
            printf("%.*s %.*s\n", (int)output.method.length, output.method.data, (int)shown, output.url.data);
            if (fetch(&output, &reply)) {
                fonap_wispr_client_response(client, now_ms(), id, (uint16_t)reply.status,
                                            reply.location[0] ? reply.location : NULL, strlen(reply.location),
                                            (const uint8_t *)reply.body, reply.body_len);
            } else {
                fonap_wispr_client_request_failed(client, now_ms(), id);
            }
        } else if (output.kind == FONAP_WISPR_OUT_HOTSPOT) {
            printf("a hotspot: %.*s\n", (int)output.location_name.length, output.location_name.data);
        } else if (output.kind == FONAP_WISPR_OUT_DONE) {
            tell(&output);
            good = output.outcome == FONAP_WISPR_OUTCOME_ONLINE || output.outcome == FONAP_WISPR_OUTCOME_LOGGED_IN ||
                   output.outcome == FONAP_WISPR_OUTCOME_LOGGED_OFF;
            if (!logoff || output.outcome != FONAP_WISPR_OUTCOME_LOGGED_IN) {
                break;
            }
            fonap_wispr_client_logoff(client, now_ms());
        } else if (output.kind == FONAP_WISPR_OUT_WAIT) {
            uint64_t now = now_ms();
            fflush(stdout);
            if (output.wait_until_ms > now) {
                poll(NULL, 0, (int)(output.wait_until_ms - now));
            }
            fonap_wispr_client_tick(client, now_ms());
        }
    }
    memset(cookies, 0, sizeof cookies);
    fonap_wispr_client_free(client);
    return good ? 0 : 1;
}

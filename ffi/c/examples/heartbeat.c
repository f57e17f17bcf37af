/*
 * A heartbeat daemon on POSIX sockets: one process, one socket, no threads.
 *
 *   heartbeat MAC KEY SERVER-ADDRESS PORT [--once]
 *
 * With --once it ends after the first heartbeat: with status 0 when the answer was valid.
 */
#define _POSIX_C_SOURCE 200809L

#include "fonap.h"
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static uint64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)(now.tv_nsec / 1000000);
}

/* The library has no source of randomness: this is ours. It cannot fail, so it ends the program if the system's does. */
static void fill(void *context, uint8_t *out, size_t length) {
    FILE *urandom = fopen("/dev/urandom", "rb");
    (void)context;
    if (!urandom || fread(out, 1, length, urandom) != length) {
        abort();
    }
    fclose(urandom);
}

static void send_query(int *fd, const fonap_heartbeat_output *output) {
    struct sockaddr_in to;
    if (output->destination.family != 4) {
        return; /* the example speaks IPv4 only */
    }
    memset(&to, 0, sizeof to);
    to.sin_family = AF_INET;
    to.sin_port = htons(output->destination.port);
    memcpy(&to.sin_addr, output->destination.octets, 4);
    if (output->new_socket) {
        if (*fd >= 0) {
            close(*fd);
        }
        *fd = socket(AF_INET, SOCK_DGRAM, 0);
        if (*fd < 0 || connect(*fd, (struct sockaddr *)&to, sizeof to) != 0) {
            perror("socket");
            return;
        }
    }
    if (send(*fd, output->payload.data, output->payload.length, 0) < 0) {
        perror("send");
    }
}

int main(int argc, char **argv) {
    fonap_random random = {fill, NULL};
    fonap_heartbeat_settings settings;
    fonap_heartbeat_server server;
    fonap_heartbeat_output output;
    fonap_heartbeat *heartbeat = NULL;
    const char *problem = "";
    fonap_result result;
    int fd = -1, once = argc == 6 && strcmp(argv[5], "--once") == 0;

    if (argc != 5 && !once) {
        fprintf(stderr, "usage: heartbeat MAC KEY SERVER-ADDRESS PORT [--once]\n");
        return 2;
    }
    fonap_heartbeat_settings_init(&settings, sizeof settings);
    if (fonap_heartbeat_mac_parse(argv[1], strlen(argv[1]), settings.mac) != FONAP_RESULT_OK ||
        fonap_heartbeat_key_parse(argv[2], strlen(argv[2]), settings.key) != FONAP_RESULT_OK) {
        fprintf(stderr, "heartbeat: MAC is 00-18-84-a0-00-29 or the like, KEY 64 hexadecimal digits\n");
        return 2;
    }
    server.host = FONAP_TEXT(argv[3]);
    server.port = (uint16_t)atoi(argv[4]);
    settings.servers = &server;
    settings.server_count = 1;
    settings.version[0] = 1;
    settings.flags = once ? FONAP_HEARTBEAT_TEST_RUN : 0;

    result = fonap_heartbeat_new(&settings, &random, now_ms(), &heartbeat, &problem);
    if (result != FONAP_RESULT_OK) {
        fprintf(stderr, "heartbeat: %s: %s\n", fonap_result_text(result), problem);
        return 2;
    }
    fonap_heartbeat_tick(heartbeat, now_ms());
    for (;;) {
        uint8_t datagram[FONAP_HEARTBEAT_RECEIVE_LEN];
        struct pollfd wait;
        uint64_t now;
        int timeout;
        ssize_t got = -1;

        /* Do all that the machine says. */
        for (;;) {
            fonap_heartbeat_poll(heartbeat, &output, sizeof output);
            if (output.kind == FONAP_HEARTBEAT_OUT_WAIT) {
                break;
            } else if (output.kind == FONAP_HEARTBEAT_OUT_TRANSMIT) {
                send_query(&fd, &output);
            } else if (output.kind == FONAP_HEARTBEAT_OUT_LOOKUP) {
                fonap_heartbeat_lookup_failed(heartbeat, now_ms()); /* the example takes addresses only */
            } else if (output.kind == FONAP_HEARTBEAT_OUT_ONLINE) {
                puts("online");
            } else if (output.kind == FONAP_HEARTBEAT_OUT_OFFLINE) {
                puts("offline");
            } else if (output.kind == FONAP_HEARTBEAT_OUT_ATTEMPT_FAILED) {
                printf("no heartbeat: %s\n", fonap_result_text(output.reason));
            } else if (output.kind == FONAP_HEARTBEAT_OUT_ANSWER) {
                char line[1200];
                size_t length;
                if (fonap_heartbeat_answer_line(heartbeat, line, sizeof line, &length) == FONAP_RESULT_OK) {
                    printf("%.*s\n", (int)length, line);
                }
            } else if (output.kind == FONAP_HEARTBEAT_OUT_TEST_ENDED) {
                int status = output.success ? 0 : 1;
                fonap_heartbeat_free(heartbeat);
                return status;
            }
        }
        fflush(stdout);

        /* Wait for a datagram, or for the time it said. */
        now = now_ms();
        timeout = output.wait_until_ms <= now                ? 0
                  : output.wait_until_ms - now > 60 * 60 * 1000 ? 60 * 60 * 1000
                                                             : (int)(output.wait_until_ms - now);
        wait.fd = fd;
        wait.events = POLLIN;
        if (poll(&wait, 1, timeout) > 0) {
            got = recv(fd, datagram, sizeof datagram, 0);
            if (got < 0) {
                fonap_heartbeat_network_error(heartbeat, now_ms());
                continue;
            }
        }
        if (got >= 0) {
            fonap_heartbeat_datagram(heartbeat, now_ms(), datagram, (size_t)got);
        } else {
            fonap_heartbeat_tick(heartbeat, now_ms());
        }
    }
}

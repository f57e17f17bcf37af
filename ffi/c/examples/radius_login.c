/*
 * A RADIUS login over UDP: radius_login SERVER-ADDRESS PORT SECRET USER PASSWORD [--radconfig]
 *
 * Prints "accept" or "reject"; the status is 0, 1, or 2 when nobody answered. With --radconfig it asks for a hotspot's
 * configuration instead, and prints the lines.
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

static void fill(void *context, uint8_t *out, size_t length) {
    FILE *urandom = fopen("/dev/urandom", "rb");
    (void)context;
    if (!urandom || fread(out, 1, length, urandom) != length) {
        abort();
    }
    fclose(urandom);
}

static void show(const fonap_radius_packet *reply, int radconfig) {
    char text[8192];
    size_t length;
    fonap_text message;
    if (radconfig && fonap_radconfig_received(reply, text, sizeof text, &length) == FONAP_RESULT_OK) {
        printf("%.*s", (int)length, text);
    }
    if (fonap_radius_find_text(reply, FONAP_RADIUS_REPLY_MESSAGE, &message) == FONAP_RESULT_OK) {
        printf("the server says: %.*s\n", (int)message.length, message.data);
    }
}

int main(int argc, char **argv) {
    fonap_random random = {fill, NULL};
    fonap_radius_client_config config;
    fonap_radius_server server;
    fonap_radius_client *client = NULL;
    fonap_radius_writer *request = NULL;
    fonap_radius_output output;
    const char *problem = "";
    struct sockaddr_in to;
    int fd, radconfig = argc == 7 && strcmp(argv[6], "--radconfig") == 0;
    uint64_t id;

    memset(&server, 0, sizeof server);
    memset(&to, 0, sizeof to);
    if ((argc != 6 && !radconfig) || inet_pton(AF_INET, argv[1], server.address.octets) != 1) {
        fprintf(stderr, "usage: radius_login SERVER-ADDRESS PORT SECRET USER PASSWORD [--radconfig]\n");
        return 2;
    }
    server.address.family = 4;
    server.address.port = (uint16_t)atoi(argv[2]);
    server.secret.data = (const uint8_t *)argv[3];
    server.secret.length = strlen(argv[3]);
    fonap_radius_client_config_init(&config, sizeof config);
    config.servers = &server;
    config.server_count = 1;
    if (radconfig) {
        config.schedule = FONAP_RADIUS_SCHEDULE_VENDOR;
        config.vendor_retry = 1;
        config.vendor_sends = 1;
        config.vendor_timeout_ms = 7000;
    }
    if (fonap_radius_client_new(&config, &random, &client, &problem) != FONAP_RESULT_OK) {
        fprintf(stderr, "radius_login: %s\n", problem);
        return 2;
    }
    if (radconfig) {
        fonap_radconfig_login login;
        fonap_radconfig_login_init(&login, sizeof login);
        login.version = FONAP_TEXT("1.2.6");
        login.user = FONAP_TEXT(argv[4]);
        login.password.data = (const uint8_t *)argv[5];
        login.password.length = strlen(argv[5]);
        login.called_station_id = FONAP_TEXT("00-18-84-A0-00-28");
        login.nas_identifier = FONAP_TEXT("00-18-84-A0-00-29");
        fonap_radconfig_request(&login, &request);
    } else {
        fonap_radius_request_new(FONAP_RADIUS_CODE_ACCESS_REQUEST, &request);
        fonap_radius_add_text(request, FONAP_RADIUS_USER_NAME, argv[4], strlen(argv[4]));
        fonap_radius_add_password(request, FONAP_RADIUS_USER_PASSWORD, (const uint8_t *)argv[5], strlen(argv[5]), NULL);
        fonap_radius_add_text(request, FONAP_RADIUS_NAS_IDENTIFIER, "example", 7);
    }
    /* The first error of the additions shows here. */
    if (fonap_radius_client_send(client, now_ms(), request, -1, &id) != FONAP_RESULT_OK) {
        fprintf(stderr, "radius_login: the request cannot be written\n");
        return 2;
    }
    fd = socket(AF_INET, SOCK_DGRAM, 0);
    to.sin_family = AF_INET;
    for (;;) {
        uint8_t datagram[FONAP_RADIUS_MAX_LEN];
        struct pollfd wait;
        uint64_t now;
        fonap_radius_client_poll(client, &output, sizeof output);
        if (output.kind == FONAP_RADIUS_OUT_TRANSMIT) {
            to.sin_port = htons(output.address.port);
            memcpy(&to.sin_addr, output.address.octets, 4);
            if (sendto(fd, output.payload.data, output.payload.length, 0, (struct sockaddr *)&to, sizeof to) < 0) {
                perror("sendto");
            }
        } else if (output.kind == FONAP_RADIUS_OUT_REPLY) {
            int accepted = output.reply.code == FONAP_RADIUS_CODE_ACCESS_ACCEPT;
            puts(accepted ? "accept" : "reject");
            show(&output.reply, radconfig);
            fonap_radius_client_free(client);
            close(fd);
            return accepted ? 0 : 1;
        } else if (output.kind == FONAP_RADIUS_OUT_FAILED) {
            printf("no answer: %s\n", fonap_result_text(output.reason));
            fonap_radius_client_free(client);
            close(fd);
            return 2;
        } else if (output.kind == FONAP_RADIUS_OUT_WAIT) {
            now = now_ms();
            wait.fd = fd;
            wait.events = POLLIN;
            if (poll(&wait, 1, output.wait_until_ms > now ? (int)(output.wait_until_ms - now) : 0) > 0) {
                struct sockaddr_in from;
                socklen_t from_len = sizeof from;
                fonap_address address = {4, {0}, 0};
                ssize_t got = recvfrom(fd, datagram, sizeof datagram, 0, (struct sockaddr *)&from, &from_len);
                if (got >= 0) {
                    memcpy(address.octets, &from.sin_addr, 4);
                    address.port = ntohs(from.sin_port);
                    fonap_radius_client_datagram(client, now_ms(), 0, &address, datagram, (size_t)got);
                }
            } else {
                fonap_radius_client_tick(client, now_ms());
            }
        }
    }
}

/* Whole exchanges in scripted time: heartbeat, RADIUS client and gateway, radconfig, smart client. */

#include "check.h"

static uint8_t counter;
static const fonap_random random_source = {counting, &counter};

static fonap_octets copy(fonap_octets from, uint8_t *room) {
    fonap_octets result;
    memcpy(room, from.data, from.length);
    result.data = room;
    result.length = from.length;
    return result;
}

/* --- heartbeat: a query, its answer, online; then silence, offline --- */

static void heartbeat(void) {
    static const uint8_t key[32] = {1, 2, 3};
    fonap_heartbeat_settings settings;
    fonap_heartbeat_server server;
    fonap_heartbeat_trigger trigger;
    fonap_heartbeat_output output;
    fonap_heartbeat *heartbeat = NULL;
    const char *problem = NULL;
    uint8_t online = 9, accepted = 9, query_datagram[512];
    fonap_octets query = {NULL, 0};
    uint32_t failed;
    int rounds, was_offline = 0, ran = 0;
    uint64_t now = 1000;

    OK(fonap_heartbeat_settings_init(&settings, sizeof settings));
    CHECK(settings.retries == 3 && settings.timeout_ms == 3000 && settings.size == sizeof settings);
    RESULT(fonap_heartbeat_new(&settings, &random_source, now, &heartbeat, &problem), FONAP_RESULT_CONFIG);
    CHECK(strncmp(problem, "servers", 7) == 0);
    server.host = FONAP_TEXT("192.0.2.1");
    server.port = 0;
    trigger.name = FONAP_HEARTBEAT_TRIGGER_OFFLINE;
    trigger.command = FONAP_TEXT("echo down");
    settings.servers = &server;
    settings.server_count = 1;
    settings.triggers = &trigger;
    settings.trigger_count = 1;
    settings.flags = FONAP_HEARTBEAT_START_DELAY;
    memcpy(settings.key, key, 32);
    settings.retries = 2;
    OK(fonap_heartbeat_new(&settings, &random_source, now, &heartbeat, &problem));
    CHECK(strcmp(fonap_heartbeat_state_name(heartbeat), "waiting") == 0);

    OK(fonap_heartbeat_tick(heartbeat, now));
    for (;;) {
        OK(fonap_heartbeat_poll(heartbeat, &output, sizeof output));
        if (output.kind == FONAP_HEARTBEAT_OUT_WAIT) {
            break;
        }
        if (output.kind == FONAP_HEARTBEAT_OUT_QUERY) {
            char line[200];
            size_t length;
            OK(fonap_heartbeat_query_line(output.query, line, sizeof line, &length));
            CHECK(length > 10 && memcmp(line, "QUERY [", 7) == 0);
        }
        if (output.kind == FONAP_HEARTBEAT_OUT_TRANSMIT) {
            CHECK(output.destination.family == 4 && output.destination.port == 53 && output.new_socket);
            CHECK(output.payload.length <= sizeof query_datagram);
            query = copy(output.payload, query_datagram);
        }
    }
    CHECK(query.length == 92 && output.wait_until_ms == now + 3000);

    { /* The server's side. */
        uint8_t wire[FONAP_HEARTBEAT_QUERY_LEN], response[FONAP_HEARTBEAT_MAX_RESPONSE_LEN];
        char label[63], text[FONAP_HEARTBEAT_NOP_TEXT_LEN];
        size_t length;
        uint16_t id;
        fonap_heartbeat_query opened;
        OK(fonap_heartbeat_request_read(query.data, query.length, &id, label, sizeof label, &length));
        OK(fonap_heartbeat_query_from_label(label, length, wire));
        OK(fonap_heartbeat_query_open(wire, key, &opened));
        CHECK(opened.query_type == FONAP_HEARTBEAT_QUERY_START);
        OK(fonap_heartbeat_nop_text(opened.trid, 1300000000, key, text));
        OK(fonap_heartbeat_response_write(query.data, query.length, 0, text, sizeof text, response, sizeof response, &length));
        OK(fonap_heartbeat_accepts(heartbeat, response, length, &accepted));
        CHECK(accepted == 1);
        now += 20;
        OK(fonap_heartbeat_datagram(heartbeat, now, response, length));
    }
    do {
        OK(fonap_heartbeat_poll(heartbeat, &output, sizeof output));
        if (output.kind == FONAP_HEARTBEAT_OUT_ANSWER) {
            char line[600];
            size_t length;
            CHECK(output.answer->kind == FONAP_HEARTBEAT_ANSWER_NOP && output.answer->time == 1300000000);
            BUFFER(fonap_heartbeat_answer_line(heartbeat, (char *)out, capacity, length));
            OK(fonap_heartbeat_answer_line(heartbeat, line, sizeof line, &length));
            CHECK(memcmp(line, "ANSWER [", 8) == 0);
        }
    } while (output.kind != FONAP_HEARTBEAT_OUT_WAIT);
    OK(fonap_heartbeat_is_online(heartbeat, &online));
    CHECK(online == 1 && output.wait_until_ms == now + 60000);

    for (rounds = 0; rounds < 20 && !was_offline; rounds++) {
        now = output.wait_until_ms;
        OK(fonap_heartbeat_tick(heartbeat, now));
        do {
            OK(fonap_heartbeat_poll(heartbeat, &output, sizeof output));
            was_offline |= output.kind == FONAP_HEARTBEAT_OUT_OFFLINE;
            if (output.kind == FONAP_HEARTBEAT_OUT_RUN) {
                CHECK(output.trigger == FONAP_HEARTBEAT_TRIGGER_OFFLINE && output.command.length == 9);
                ran = 1;
            }
        } while (output.kind != FONAP_HEARTBEAT_OUT_WAIT);
    }
    OK(fonap_heartbeat_counters(heartbeat, &failed, NULL));
    CHECK(was_offline && ran && failed == 2);
    OK(fonap_heartbeat_trigger_ended(heartbeat, now, 1));
    settings.period_online_s = 0;
    RESULT(fonap_heartbeat_reload(heartbeat, &settings, &problem), FONAP_RESULT_CONFIG);
    CHECK(strncmp(problem, "period_online_s", 15) == 0);
    OK(fonap_heartbeat_stop(heartbeat, now));
    fonap_heartbeat_free(heartbeat);
}

/* --- gateway and RADIUS client: a login from the first page to accounting --- */

static fonap_radius_client *radius_client(void) {
    fonap_radius_client_config config;
    fonap_radius_server server;
    fonap_radius_client *client = NULL;
    const char *problem = NULL;
    memset(&server, 0, sizeof server);
    server.address.family = 4;
    server.address.octets[0] = 127;
    server.address.octets[3] = 1;
    server.address.port = 1812;
    server.secret.data = (const uint8_t *)"testing123";
    server.secret.length = 10;
    OK(fonap_radius_client_config_init(&config, sizeof config));
    RESULT(fonap_radius_client_new(&config, &random_source, &client, &problem), FONAP_RESULT_CONFIG);
    CHECK(strncmp(problem, "servers", 7) == 0);
    config.servers = &server;
    config.server_count = 1;
    OK(fonap_radius_client_new(&config, &random_source, &client, &problem));
    return client;
}

/* What a server makes of a datagram: an answer of that code. */
static size_t answer(fonap_octets datagram, uint8_t code, uint8_t *out) {
    fonap_radius_packet request;
    fonap_radius_writer writer;
    fonap_radius_secret *secret = NULL;
    fonap_text name;
    size_t length = 0;
    OK(fonap_radius_secret_new((const uint8_t *)"testing123", 10, &secret));
    OK(fonap_radius_parse(datagram.data, datagram.length, &request, sizeof request, NULL));
    OK(fonap_radius_verify_request(&request, secret, 0, NULL));
    OK(fonap_radius_find_text(&request, FONAP_RADIUS_USER_NAME, &name));
    CHECK(name.length == 3 && memcmp(name.data, "joe", 3) == 0);
    OK(fonap_radius_writer_begin_reply(&writer, out, FONAP_RADIUS_MAX_LEN, code, &request));
    if (code == FONAP_RADIUS_CODE_ACCESS_ACCEPT) {
        OK(fonap_radius_add_integer(&writer, FONAP_RADIUS_SESSION_TIMEOUT, 3600));
        OK(fonap_radius_add_integer(&writer, FONAP_RADIUS_WISPR_BANDWIDTH_MAX_DOWN, 1000000));
    }
    OK(fonap_radius_writer_finish(&writer, secret, &length));
    RESULT(fonap_radius_add_integer(&writer, FONAP_RADIUS_SESSION_TIMEOUT, 1), FONAP_RESULT_STATE);
    fonap_radius_secret_free(secret);
    return length;
}

/* A session ends with this cause, and its Stop is sent. */
static void ended(fonap_gateway *gateway, uint32_t cause) {
    fonap_gateway_output output;
    int closed = 0, stopped = 0;
    do {
        OK(fonap_gateway_poll(gateway, &output, sizeof output));
        if (output.kind == FONAP_GATEWAY_OUT_SESSION_CLOSED) {
            closed = output.terminate_cause == cause;
        } else if (output.kind == FONAP_GATEWAY_OUT_ACCOUNT) {
            stopped = output.accounting == 2;
            fonap_radius_request_free(output.request);
        }
    } while (output.kind != FONAP_GATEWAY_OUT_WAIT);
    CHECK(closed && stopped);
}

/* Polls whatever is due, and forgets it. */
static void drain(fonap_gateway *gateway) {
    fonap_gateway_output output;
    do {
        OK(fonap_gateway_poll(gateway, &output, sizeof output));
        if (output.kind == FONAP_GATEWAY_OUT_ACCOUNT) {
            fonap_radius_request_free(output.request);
        }
    } while (output.kind != FONAP_GATEWAY_OUT_WAIT);
}

static void gateway(void) {
    fonap_gateway_parameters unlimited;
    static const uint8_t ip[4] = {10, 1, 0, 2}, mac[6] = {6, 6, 6, 6, 6, 6}, ours[4] = {10, 1, 0, 1}, secret[] = "garrafon";
    static const char first[] = "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n";
    fonap_gateway_config config;
    fonap_gateway_output output;
    fonap_gateway_client client;
    fonap_gateway *gateway = NULL;
    fonap_radius_client *radius = radius_client();
    fonap_radius_output radius_output;
    const char *problem = NULL, *challenge;
    uint8_t challenge_octets[16], datagram[FONAP_RADIUS_MAX_LEN], reply[FONAP_RADIUS_MAX_LEN];
    char page[8000], sent[64], login[400];
    size_t length, i;
    uint64_t id = 0, login_id = 0;
    fonap_address server = {4, {127, 0, 0, 1}, 1812};
    int opened = 0, accounted = 0, answered = 0;

    OK(fonap_gateway_config_init(&config, sizeof config));
    RESULT(fonap_gateway_new(&config, &random_source, 0, 1795226283, &gateway, &problem), FONAP_RESULT_CONFIG);
    CHECK(strncmp(problem, "uamserver", 9) == 0);
    config.uamserver = FONAP_TEXT("https://portal.example/");
    config.uamsecret.data = secret;
    config.uamsecret.length = 8;
    memcpy(config.uamlisten, ours, 4);
    OK(fonap_gateway_new(&config, &random_source, 0, 1795226283, &gateway, &problem));
    OK(fonap_gateway_lease(gateway, 1000, 1795226284, ip, mac, 0));
    OK(fonap_gateway_poll(gateway, &output, sizeof output));
    CHECK(output.kind == FONAP_GATEWAY_OUT_CLIENT_ADDED && memcmp(output.client.mac, mac, 6) == 0);

    RESULT(fonap_gateway_request(gateway, 2000, 1795226285, 7, ip, 0, (const uint8_t *)"GET", 3), FONAP_RESULT_TRUNCATED);
    OK(fonap_gateway_request(gateway, 2000, 1795226285, 7, ip, 0, (const uint8_t *)first, sizeof first - 1));
    OK(fonap_gateway_poll(gateway, &output, sizeof output));
    CHECK(output.kind == FONAP_GATEWAY_OUT_RESPOND && output.id == 7 && output.response.length < sizeof page);
    memcpy(page, output.response.data, output.response.length);
    page[output.response.length] = 0;
    CHECK(strstr(page, "302 Moved") && strstr(page, "res=notyet"));
    challenge = strstr(page, "challenge=");
    CHECK(challenge != NULL);
    for (i = 0; i < 16; i++) {
        unsigned octet;
        CHECK(sscanf(challenge + 10 + 2 * i, "%2x", &octet) == 1);
        challenge_octets[i] = (uint8_t)octet;
    }
    OK(fonap_uam_obfuscate(challenge_octets, secret, 8, (const uint8_t *)"pass", 4, sent, sizeof sent, &length));
    CHECK(length == 8);
    snprintf(login, sizeof login, "GET /logon?username=joe&password=%.8s HTTP/1.1\r\n\r\n", sent);
    OK(fonap_gateway_request(gateway, 3000, 1795226286, 8, ip, 0, (const uint8_t *)login, strlen(login)));
    OK(fonap_gateway_poll(gateway, &output, sizeof output));
    CHECK(output.kind == FONAP_GATEWAY_OUT_AUTHENTICATE && output.password.length == 4);
    CHECK(memcmp(output.password.data, "pass", 4) == 0 && output.request != NULL);
    login_id = output.id;

    OK(fonap_radius_client_send(radius, 3000, output.request, -1, &id));
    OK(fonap_radius_client_poll(radius, &radius_output, sizeof radius_output));
    CHECK(radius_output.kind == FONAP_RADIUS_OUT_TRANSMIT && radius_output.address.port == 1812);
    length = answer(copy(radius_output.payload, datagram), FONAP_RADIUS_CODE_ACCESS_ACCEPT, reply);
    reply[length - 1] ^= 1;
    OK(fonap_radius_client_datagram(radius, 3010, 0, &server, reply, length));
    do {
        OK(fonap_radius_client_poll(radius, &radius_output, sizeof radius_output));
    } while (radius_output.kind == FONAP_RADIUS_OUT_TRANSMIT);
    CHECK(radius_output.kind == FONAP_RADIUS_OUT_DROPPED);
    reply[length - 1] ^= 1;
    OK(fonap_radius_client_datagram(radius, 3020, 0, &server, reply, length));
    do {
        OK(fonap_radius_client_poll(radius, &radius_output, sizeof radius_output));
    } while (radius_output.kind == FONAP_RADIUS_OUT_TRANSMIT || radius_output.kind == FONAP_RADIUS_OUT_WAIT);
    CHECK(radius_output.kind == FONAP_RADIUS_OUT_REPLY && radius_output.request == id && radius_output.reply.code == 2);

    OK(fonap_gateway_login_reply(gateway, 3020, 1795226286, login_id, &radius_output.reply));
    do {
        OK(fonap_gateway_poll(gateway, &output, sizeof output));
        if (output.kind == FONAP_GATEWAY_OUT_SESSION_OPENED) {
            opened = 1;
            CHECK(output.client.state == FONAP_GATEWAY_STATE_PASS && output.client.parameters.session_timeout == 3600);
            CHECK(output.client.parameters.bandwidth_max_down == 1000000 && output.client.user_name.length == 3);
        } else if (output.kind == FONAP_GATEWAY_OUT_RESPOND) {
            answered = output.id == 8;
        } else if (output.kind == FONAP_GATEWAY_OUT_ACCOUNT) {
            accounted = output.accounting == 1;
            fonap_radius_request_free(output.request);
        }
    } while (output.kind != FONAP_GATEWAY_OUT_WAIT);
    CHECK(opened && answered && accounted);

    OK(fonap_gateway_find(gateway, ip, &client, sizeof client));
    CHECK(client.has_session && client.session_time == 0);
    {
        fonap_gateway_usage usage = {1000, 10, 5000, 20};
        OK(fonap_gateway_traffic(gateway, 6000, 1795226289, client.session_id, &usage));
        OK(fonap_gateway_client_at(gateway, 0, &client, sizeof client));
        CHECK(client.input_octets == 5000 && client.output_octets == 1000 && client.session_time == 2);
        RESULT(fonap_gateway_client_at(gateway, 1, &client, sizeof client), FONAP_RESULT_NOT_FOUND);
    }
    OK(fonap_gateway_command(gateway, 7000, 1795226290, FONAP_GATEWAY_COMMAND_LOGOUT, ip));
    ended(gateway, 6);
    {
        fonap_gateway_parameters parameters;
        OK(fonap_gateway_parameters_init(&parameters));
        parameters.session_timeout = 60;
        OK(fonap_gateway_authorize(gateway, 8000, 1795226291, ip, NULL, 0, &parameters, 0));
        OK(fonap_gateway_find(gateway, ip, &client, sizeof client));
        CHECK(client.has_session && client.parameters.session_timeout == 60);
    }
    /* A session that the data plane refuses at once has never been; one that used up its octets ends. */
    OK(fonap_gateway_command(gateway, 8000, 1795226291, FONAP_GATEWAY_COMMAND_LOGOUT, ip));
    drain(gateway);
    OK(fonap_gateway_parameters_init(&unlimited));
    OK(fonap_gateway_authorize(gateway, 8100, 1795226291, ip, NULL, 0, &unlimited, 1));
    OK(fonap_gateway_poll(gateway, &output, sizeof output));
    CHECK(output.kind == FONAP_GATEWAY_OUT_SESSION_OPENED);
    OK(fonap_gateway_command(gateway, 8100, 1795226291, FONAP_GATEWAY_COMMAND_NOT_LET_THROUGH, ip));
    OK(fonap_gateway_poll(gateway, &output, sizeof output));
    CHECK(output.kind == FONAP_GATEWAY_OUT_WAIT);
    RESULT(
        fonap_gateway_command(gateway, 8100, 1795226291, FONAP_GATEWAY_COMMAND_NOT_LET_THROUGH, ip),
        FONAP_RESULT_NOT_FOUND
    );
    OK(fonap_gateway_authorize(gateway, 8200, 1795226291, ip, NULL, 0, &unlimited, 1));
    drain(gateway);
    OK(fonap_gateway_command(gateway, 8300, 1795226291, FONAP_GATEWAY_COMMAND_EXHAUSTED, ip));
    ended(gateway, 5);
    /* The network is gone: the session ends, the client stays. */
    OK(fonap_gateway_authorize(gateway, 8400, 1795226291, ip, NULL, 0, &unlimited, 1));
    drain(gateway);
    OK(fonap_gateway_carrier_lost(gateway, 8500, 1795226291, ip));
    ended(gateway, 2);
    OK(fonap_gateway_find(gateway, ip, &client, sizeof client));
    CHECK(!client.has_session);
    OK(fonap_gateway_shutdown(gateway, 9000, 1795226292));
    fonap_gateway_free(gateway);
    fonap_radius_client_free(radius);
}

static void radius_gives_up(void) {
    fonap_radius_client *client = radius_client();
    fonap_radius_writer *request = NULL;
    fonap_radius_output output;
    uint64_t id = 0, now = 0;
    int sent = 0;
    OK(fonap_radius_request_new(FONAP_RADIUS_CODE_ACCESS_REQUEST, &request));
    OK(fonap_radius_add_text(request, FONAP_RADIUS_USER_NAME, "joe", 3));
    OK(fonap_radius_add_password(request, FONAP_RADIUS_USER_PASSWORD, (const uint8_t *)"pass", 4, NULL));
    OK(fonap_radius_client_send(client, now, request, -1, &id));
    do {
        OK(fonap_radius_client_poll(client, &output, sizeof output));
        sent += output.kind == FONAP_RADIUS_OUT_TRANSMIT;
        if (output.kind == FONAP_RADIUS_OUT_WAIT) {
            now = output.wait_until_ms;
            CHECK(now < 60000);
            OK(fonap_radius_client_tick(client, now));
        }
    } while (output.kind != FONAP_RADIUS_OUT_FAILED);
    CHECK(sent >= 3 && output.request == id && output.reason == FONAP_RESULT_TIMEOUT);
    RESULT(fonap_radius_client_cancel(client, id), FONAP_RESULT_NOT_FOUND);
    OK(fonap_radius_request_new(FONAP_RADIUS_CODE_ACCOUNTING_REQUEST, &request));
    RESULT(fonap_radius_client_send(client, now, request, 5, &id), FONAP_RESULT_NOT_FOUND);
    fonap_radius_client_free(client);
}

/* --- remote configuration: asked for, installed, started, saved --- */

static void radconfig(void) {
    fonap_radconfig_configuration factory;
    fonap_radconfig_output output;
    fonap_radconfig *machine = NULL;
    int steps[7] = {0}, running = 0;
    factory.text = FONAP_TEXT("lease 600\n");
    factory.domain_file = FONAP_TEXT("");
    OK(fonap_radconfig_new(NULL, NULL, &factory, "uamlisten 10.1.0.1\n", 19, FONAP_RADCONFIG_EXACT, &random_source, 0,
                           &machine));
    for (;;) {
        OK(fonap_radconfig_poll(machine, &output, sizeof output));
        if (output.kind == FONAP_RADCONFIG_OUT_WAIT) {
            break;
        }
        CHECK(output.kind <= FONAP_RADCONFIG_OUT_SAVE);
        steps[output.kind]++;
        if (output.kind == FONAP_RADCONFIG_OUT_REQUEST) {
            static const char lines[] = "uamlisten 1.2.3.4\nlease 900\nnewdomain *.fon.com\n";
            OK(fonap_radconfig_set_received(machine, 10, lines, sizeof lines - 1));
        } else if (output.kind == FONAP_RADCONFIG_OUT_ASK_RUNNING) {
            OK(fonap_radconfig_set_running(machine, 20, (uint8_t)running));
        } else if (output.kind == FONAP_RADCONFIG_OUT_RUN) {
            running = 1;
        } else if (output.kind == FONAP_RADCONFIG_OUT_SAVE) {
            static const char wanted[] = "uamlisten 10.1.0.1\nlease 900\n", domain[] = "^(.*\\.)?fon.com$\n";
            CHECK(output.configuration.text.length == sizeof wanted - 1);
            CHECK(memcmp(output.configuration.text.data, wanted, sizeof wanted - 1) == 0);
            CHECK(output.configuration.domain_file.length == sizeof domain - 1);
            CHECK(memcmp(output.configuration.domain_file.data, domain, sizeof domain - 1) == 0);
        }
    }
    CHECK(steps[FONAP_RADCONFIG_OUT_REQUEST] == 1 && steps[FONAP_RADCONFIG_OUT_INSTALL] == 1);
    CHECK(steps[FONAP_RADCONFIG_OUT_RUN] == 1 && steps[FONAP_RADCONFIG_OUT_SAVE] == 1);
    CHECK(output.wait_until_ms > 20 && output.wait_until_ms <= 20 + 86400000u);
    fonap_radconfig_free(machine);
}

/* --- smart client: probe, redirect, login, logoff --- */

static void smart_client(void) {
    static const char page[] = "<html><!-- <WISPAccessGatewayParam><Redirect><ResponseCode>0</ResponseCode>"
                               "<LoginURL>https://portal.example/login?a=1&b=2</LoginURL></Redirect>"
                               "</WISPAccessGatewayParam> -->";
    static const char success[] = "<!-- <WISPAccessGatewayParam><AuthenticationReply><ResponseCode>50</ResponseCode>"
                                  "<ReplyMessage>Hello</ReplyMessage><LogoffURL>http://10.1.0.1/logoff</LogoffURL>"
                                  "</AuthenticationReply></WISPAccessGatewayParam> -->";
    fonap_wispr_client_config config;
    fonap_wispr_client *client = NULL;
    fonap_wispr_output output;
    const char *problem = NULL;
    int requests = 0, logged_in = 0;
    OK(fonap_wispr_client_config_init(&config, sizeof config));
    RESULT(fonap_wispr_client_new(&config, 0, &client, &problem), FONAP_RESULT_CONFIG);
    CHECK(strncmp(problem, "probe_url", 9) == 0);
    config.probe_url = FONAP_TEXT("http://probe.example/");
    config.username = FONAP_TEXT("user@fon.com#fon");
    config.password = FONAP_TEXT("password");
    config.flags = FONAP_WISPR_CLIENT_NO_VERIFY;
    OK(fonap_wispr_client_new(&config, 0, &client, &problem));
    OK(fonap_wispr_client_connect(client, 0));
    for (;;) {
        OK(fonap_wispr_client_poll(client, &output, sizeof output));
        if (output.kind == FONAP_WISPR_OUT_REQUEST) {
            uint32_t id = output.request;
            CHECK(output.url.length > 10);
            if (++requests == 1) {
                static const char location[] = "https://portal.example/";
                OK(fonap_wispr_client_response(client, 1, id, 302, location, sizeof location - 1, NULL, 0));
            } else if (requests == 2) {
                OK(fonap_wispr_client_response(client, 2, id, 200, NULL, 0, (const uint8_t *)page, sizeof page - 1));
            } else if (!logged_in) {
                CHECK(output.credentials && output.authenticate && output.body.length > 0);
                OK(fonap_wispr_client_response(client, 3, id, 200, NULL, 0, (const uint8_t *)success, sizeof success - 1));
            } else {
                OK(fonap_wispr_client_request_failed(client, 4, id));
            }
        } else if (output.kind == FONAP_WISPR_OUT_DONE) {
            if (logged_in) {
                break;
            }
            CHECK(output.outcome == FONAP_WISPR_OUTCOME_LOGGED_IN && output.reply_count == 1);
            CHECK(output.replies[0].length == 5 && memcmp(output.replies[0].data, "Hello", 5) == 0);
            CHECK(output.logoff_url.length == 22);
            logged_in = 1;
            OK(fonap_wispr_client_logoff(client, 4));
        } else {
            CHECK(output.kind != FONAP_WISPR_OUT_WAIT);
        }
    }
    CHECK(output.outcome == FONAP_WISPR_OUTCOME_FAILED || output.outcome == FONAP_WISPR_OUTCOME_LOGGED_OFF);
    fonap_wispr_client_free(client);
}

int main(void) {
    CHECK(fonap_abi_version() == FONAP_ABI_VERSION);
    heartbeat();
    gateway();
    radius_gives_up();
    radconfig();
    smart_client();
    puts("machines: passed");
    return 0;
}

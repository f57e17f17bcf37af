/* Recorded cases of WISPr. */
#include "reading.h"

static const struct {
    const char *name;
    uint32_t field;
} wispr_fields[] = {
    {"message_type", FONAP_WISPR_FIELD_MESSAGE_TYPE},
    {"response_code", FONAP_WISPR_FIELD_RESPONSE_CODE},
    {"fon_response_code", FONAP_WISPR_FIELD_FON_RESPONSE_CODE},
    {"version_high", FONAP_WISPR_FIELD_VERSION_HIGH},
    {"version_low", FONAP_WISPR_FIELD_VERSION_LOW},
    {"access_procedure", FONAP_WISPR_FIELD_ACCESS_PROCEDURE},
    {"access_location", FONAP_WISPR_FIELD_ACCESS_LOCATION},
    {"location_name", FONAP_WISPR_FIELD_LOCATION_NAME},
    {"login_url", FONAP_WISPR_FIELD_LOGIN_URL},
    {"abort_login_url", FONAP_WISPR_FIELD_ABORT_LOGIN_URL},
    {"next_url", FONAP_WISPR_FIELD_NEXT_URL},
    {"delay", FONAP_WISPR_FIELD_DELAY},
    {"login_results_url", FONAP_WISPR_FIELD_LOGIN_RESULTS_URL},
    {"logoff_url", FONAP_WISPR_FIELD_LOGOFF_URL},
    {"status_url", FONAP_WISPR_FIELD_STATUS_URL},
    {"max_session_time", FONAP_WISPR_FIELD_MAX_SESSION_TIME},
    {"redirection_url", FONAP_WISPR_FIELD_REDIRECTION_URL},
    {"status", FONAP_WISPR_FIELD_STATUS},
};

static int wispr_messages(const fonap_wispr_document *document) {
    size_t index, field, count = find("tolerant.messages") ? (size_t)number("tolerant.messages") : 0;
    uint16_t kind;
    for (index = 0; index < count; index++) {
        if (!ok("message", fonap_wispr_document_kind(document, index, &kind))) {
            return 0;
        }
        for (field = 0; field < sizeof wispr_fields / sizeof *wispr_fields; field++) {
            fonap_wispr_field value;
            char path[80];
            fonap_result result =
                fonap_wispr_document_field(document, index, wispr_fields[field].field, 0, &value, sizeof value);
            snprintf(path, sizeof path, "tolerant.messages.%u.%s", (unsigned)index, wispr_fields[field].name);
            if (!result_is(path, result, has(path) ? FONAP_RESULT_OK : FONAP_RESULT_NOT_FOUND)) {
                return 0;
            }
            if (has(path) && want(path)->kind == IS_NUMBER ? value.number != number(path)
                                                           : has(path) && !same_text(path, value.text.data, value.text.length, path)) {
                return want(path)->kind == IS_NUMBER ? wrong(path) : 0;
            }
        }
    }
    return result_is("behind the last", fonap_wispr_document_kind(document, count, &kind), FONAP_RESULT_NOT_FOUND);
}

static int wispr_document(void) {
    fonap_wispr_document *document = NULL;
    fonap_octets page = octets("content_hex");
    size_t index = 0;
    fonap_result usable;
    int fine = ok("read", fonap_wispr_document_new(page.data, page.length, &document));
    if (!fine) {
        return 0;
    }
    usable = fonap_wispr_document_usable(document, &index);
    fine = accepted(usable, is_true("tolerant.ok")) && wispr_messages(document) &&
           (!has("tolerant.use") || index == number("tolerant.use") || wrong("use"));
    fonap_wispr_document_free(document);
    return fine;
}

/* --- flows.json: the smart client against a recorded network --- */

struct flow {
    fonap_wispr_client *client;
    uint64_t now, wait;
    int has_request, done;
    unsigned eap;
    /* What the last request and the outcome were: the client's texts are gone with the next call. */
    uint32_t id;
    char method[8], url[2048], body[4096];
    size_t body_len;
    fonap_wispr_outcome outcome;
    uint16_t response_code, fon_response_code;
    uint64_t max_session_time;
    char failure[64], logoff_url[2048], status_url[2048], redirection_url[2048], replies[4][256];
    size_t reply_count;
    uint8_t eap_final[256], verified, active;
    uint16_t status;
    size_t eap_final_len;
};

static int keep(char *out, size_t capacity, fonap_text from) {
    if (from.length >= capacity) {
        return wrong("a text too long for this test");
    }
    memcpy(out, from.data ? from.data : "", from.length);
    out[from.length] = 0;
    return 1;
}

/* Takes all that the client says, up to its wait. */
static int take_outputs(struct flow *flow) {
    fonap_wispr_output output;
    for (;;) {
        size_t i;
        if (!ok("poll", fonap_wispr_client_poll(flow->client, &output, sizeof output))) {
            return 0;
        }
        switch (output.kind) {
        case FONAP_WISPR_OUT_WAIT:
            flow->wait = output.wait_until_ms;
            return 1;
        case FONAP_WISPR_OUT_REQUEST:
            flow->has_request = 1;
            flow->id = output.request;
            flow->body_len = output.body.length;
            if (!keep(flow->method, sizeof flow->method, output.method) || !keep(flow->url, sizeof flow->url, output.url) ||
                !keep(flow->body, sizeof flow->body, output.body)) {
                return 0;
            }
            break;
        case FONAP_WISPR_OUT_EAP_IN: {
            char in[48], out[48];
            fonap_octets reply;
            snprintf(in, sizeof in, "options.eap.%u.in", flow->eap);
            snprintf(out, sizeof out, "options.eap.%u.out", flow->eap++);
            if (!find(in)) {
                return wrong("no further EAP packet expected");
            }
            if (!same_octets("EAP packet", output.eap.data, output.eap.length, in)) {
                return 0;
            }
            reply = octets(out);
            if (!ok("eap", fonap_wispr_client_eap(flow->client, flow->now, reply.data, reply.length))) {
                return 0;
            }
            break;
        }
        case FONAP_WISPR_OUT_DONE:
            flow->done = 1;
            flow->outcome = output.outcome;
            flow->response_code = output.response_code;
            flow->fon_response_code = output.fon_response_code;
            flow->max_session_time = output.max_session_time;
            flow->verified = output.verified;
            flow->active = output.active;
            flow->status = output.status;
            flow->reply_count = output.reply_count;
            if (output.eap.length > sizeof flow->eap_final || output.reply_count > 4) {
                return wrong("more than this test has room for");
            }
            memcpy(flow->eap_final, output.eap.data ? output.eap.data : (const uint8_t *)"", output.eap.length);
            flow->eap_final_len = output.eap.length;
            for (i = 0; i < output.reply_count; i++) {
                if (!keep(flow->replies[i], sizeof *flow->replies, output.replies[i])) {
                    return 0;
                }
            }
            if (!keep(flow->failure, sizeof flow->failure, output.failure) ||
                !keep(flow->logoff_url, sizeof flow->logoff_url, output.logoff_url) ||
                !keep(flow->status_url, sizeof flow->status_url, output.status_url) ||
                !keep(flow->redirection_url, sizeof flow->redirection_url, output.redirection_url)) {
                return 0;
            }
            break;
        case FONAP_WISPR_OUT_CHANGED:
        case FONAP_WISPR_OUT_MESSAGE:
        case FONAP_WISPR_OUT_HOTSPOT:
            break;
        default:
            return wrong("an output of unknown meaning");
        }
    }
}

static int act(struct flow *flow, const char *path) {
    fonap_result result;
    flow->done = 0;
    if (is(path, "connect")) {
        result = fonap_wispr_client_connect(flow->client, flow->now);
    } else if (is(path, "logoff")) {
        result = fonap_wispr_client_logoff(flow->client, flow->now);
    } else if (is(path, "status")) {
        result = fonap_wispr_client_status(flow->client, flow->now, 0);
    } else {
        return wrong("an action of unknown meaning");
    }
    return ok("action", result) && take_outputs(flow);
}

/* The form of a request, name by name: it has those that are recorded and no others. */
static int same_form(const struct flow *flow, const char *path) {
    const struct member *member;
    char name[64];
    size_t wanted = 0, have = flow->body_len ? 1 : 0, i, length;
    uint8_t value[2048];
    for (i = 0; i < flow->body_len; i++) {
        have += flow->body[i] == '&';
    }
    for (member = current->members; member->path; member++) {
        /* Pairs are recorded as lists of name and value, or as an object. */
        if (strncmp(member->path, path, strlen(path)) != 0 || member->path[strlen(path)] != '.') {
            continue;
        }
        if (member->kind == IS_LIST) {
            char first[160], second[160];
            static char plain[4096];
            snprintf(first, sizeof first, "%s.0", member->path);
            snprintf(second, sizeof second, "%s.1", member->path);
            keep(name, sizeof name, text(first));
            for (i = 0; i <= flow->body_len; i++) {
                plain[i] = flow->body[i] == '+' ? ' ' : flow->body[i];
            }
            wanted++;
            if (!ok(name, fonap_uam_parameter(plain, flow->body_len, name, strlen(name), value, sizeof value, &length)) ||
                !same_text(name, value, length, second)) {
                return 0;
            }
        }
    }
    return wanted == have || wrong("another number of fields in the form");
}

static int step(struct flow *flow, unsigned number_of) {
    char path[96], url[96], answer[96], location[96], body[96], form[96];
    uint64_t wait = flow->wait == UINT64_MAX ? UINT64_MAX : flow->wait - flow->now;
    snprintf(path, sizeof path, "steps.%u.timer", number_of);
    if (find(path)) {
        if (wait != number(path) * 1000) {
            return wrong("timer");
        }
        flow->now += number(path) * 1000;
        return ok("tick", fonap_wispr_client_tick(flow->client, flow->now)) && take_outputs(flow);
    }
    snprintf(path, sizeof path, "steps.%u.timer_set", number_of);
    if (find(path)) {
        return wait == number(path) * 1000 || wrong("timer_set");
    }
    snprintf(path, sizeof path, "steps.%u.request.method", number_of);
    snprintf(url, sizeof url, "steps.%u.request.url", number_of);
    snprintf(form, sizeof form, "steps.%u.request.form", number_of);
    if (!find(path) || !flow->has_request) {
        return wrong(find(path) ? "no request" : "a step of unknown meaning");
    }
    flow->has_request = 0;
    if (!same_text("method", flow->method, strlen(flow->method), path) || !same_text("url", flow->url, strlen(flow->url), url) ||
        (find(form) != NULL) != (strcmp(flow->method, "POST") == 0) || (find(form) && !same_form(flow, form))) {
        return reason[0] ? 0 : wrong("form");
    }
    snprintf(path, sizeof path, "steps.%u.response.error", number_of);
    if (find(path)) {
        return ok("failed", fonap_wispr_client_request_failed(flow->client, flow->now, flow->id)) && take_outputs(flow);
    }
    snprintf(answer, sizeof answer, "steps.%u.response.status", number_of);
    snprintf(location, sizeof location, "steps.%u.response.location", number_of);
    snprintf(body, sizeof body, "steps.%u.response.body", number_of);
    snprintf(path, sizeof path, "steps.%u.response.url", number_of);
    if (find(path)) {
        return wrong("a final URL: clients of this interface do not follow redirects");
    } else {
        fonap_text to = {NULL, 0}, page = {NULL, 0};
        to = find(location) ? text(location) : to;
        page = find(body) ? text(body) : page;
        return ok("response",
                  fonap_wispr_client_response(flow->client, flow->now, flow->id, (uint16_t)number(answer), to.data, to.length,
                                              (const uint8_t *)page.data, page.length)) &&
               take_outputs(flow);
    }
}

static int flow_config(fonap_wispr_client_config *config, fonap_text *hosts, size_t host_room) {
    const struct member *member;
    fonap_wispr_client_config_init(config, sizeof *config);
    config->flags = 0;
    for (member = current->members; member->path; member++) {
        static const struct {
            const char *name;
            uint32_t flag;
            int when;
        } flags[] = {{"options.allow_v2", FONAP_WISPR_CLIENT_NO_V2, 0},
                     {"options.require_https_login", FONAP_WISPR_CLIENT_ALLOW_HTTP_LOGIN, 0},
                     {"options.verify_after_login", FONAP_WISPR_CLIENT_NO_VERIFY, 0},
                     {"options.eap", FONAP_WISPR_CLIENT_EAP, 1}};
        const char *name = member->path;
        size_t i;
        if (strncmp(name, "options.", 8) != 0) {
            continue;
        }
        for (i = 0; i < sizeof flags / sizeof *flags && strcmp(flags[i].name, name) != 0; i++) {
        }
        if (i < sizeof flags / sizeof *flags) {
            int on = member->kind == IS_TRUE || member->kind == IS_LIST;
            config->flags |= on == flags[i].when ? flags[i].flag : 0;
        } else if (strcmp(name, "options.probe_url") == 0) {
            config->probe_url = text(name);
        } else if (strcmp(name, "options.probe_expect") == 0) {
            config->probe_body = member->kind == IS_TEXT ? text(name) : config->probe_body;
        } else if (strcmp(name, "options.username") == 0) {
            config->username = text(name);
        } else if (strcmp(name, "options.password") == 0) {
            config->password = text(name);
        } else if (strcmp(name, "options.user_agent") == 0) {
            config->user_agent = text(name);
        } else if (strcmp(name, "options.max_redirects") == 0) {
            config->max_redirects = (uint32_t)number(name);
        } else if (strcmp(name, "options.max_proxy") == 0) {
            config->max_proxy = (uint32_t)number(name);
        } else if (strcmp(name, "options.max_eap_rounds") == 0) {
            config->max_eap_rounds = (uint32_t)number(name);
        } else if (strcmp(name, "options.max_polls") == 0) {
            config->max_polls = (uint32_t)number(name);
        } else if (strcmp(name, "options.poll_delay") == 0) {
            config->poll_delay_ms = (uint32_t)number(name) * 1000;
        } else if (strcmp(name, "options.http_timeout") == 0) {
            config->http_timeout_ms = (uint32_t)number(name) * 1000;
        } else if (strcmp(name, "options.login_deadline") == 0) {
            config->login_deadline_ms = (uint32_t)number(name) * 1000;
        } else if (strncmp(name, "options.login_host_suffixes", 27) == 0) {
            if (member->kind == IS_TEXT && config->login_host_count < host_room) {
                hosts[config->login_host_count++] = text(name);
                config->login_hosts = hosts;
            }
        } else if (strncmp(name, "options.eap.", 12) != 0) {
            return wrong("an option of unknown meaning");
        }
    }
    return 1;
}

static int same_outcome(const struct flow *flow) {
    static const char *const names[] = {"", "online", "captive_no_wispr", "logged_in", "rejected", "failed", "aborted", "logged_off", "status"};
    const struct member *member;
    const char *name = flow->outcome < sizeof names / sizeof *names ? names[flow->outcome] : "";
    for (member = current->members; member->path; member++) {
        const char *key = member->path + 8;
        int fine;
        if (strncmp(member->path, "outcome.", 8) != 0) {
            continue;
        } else if (strcmp(key, "result") == 0) {
            fine = same_text("result", name, strlen(name), member->path);
        } else if (strcmp(key, "error") == 0) {
            fine = same_text("error", flow->failure, strlen(flow->failure), member->path);
        } else if (strcmp(key, "logoff_url") == 0) {
            fine = same_text("logoff_url", flow->logoff_url, strlen(flow->logoff_url), member->path);
        } else if (strcmp(key, "status_url") == 0) {
            fine = same_text("status_url", flow->status_url, strlen(flow->status_url), member->path);
        } else if (strcmp(key, "redirection_url") == 0) {
            fine = same_text("redirection_url", flow->redirection_url, strlen(flow->redirection_url), member->path);
        } else if (strcmp(key, "max_session_time") == 0) {
            fine = flow->max_session_time == member->number || wrong("max_session_time");
        } else if (strcmp(key, "response_code") == 0) {
            fine = flow->response_code == member->number || wrong("response_code");
        } else if (strcmp(key, "fon_response_code") == 0) {
            fine = flow->fon_response_code == member->number || wrong("fon_response_code");
        } else if (strcmp(key, "verified") == 0) {
            fine = flow->verified == (member->kind == IS_TRUE) || wrong("verified");
        } else if (strcmp(key, "active") == 0) {
            fine = flow->active == (member->kind == IS_TRUE) || wrong("active");
        } else if (strcmp(key, "status") == 0) {
            fine = flow->status == member->number || wrong("status");
        } else if (strcmp(key, "eap_final") == 0) {
            fine = same_octets("eap_final", flow->eap_final, flow->eap_final_len, member->path);
        } else if (strcmp(key, "reply_messages") == 0) {
            fine = flow->reply_count == member->number || wrong("reply_messages");
        } else if (strncmp(key, "reply_messages.", 15) == 0) {
            size_t index = (size_t)strtoul(key + 15, NULL, 10);
            fine = index < flow->reply_count &&
                   same_text("reply", flow->replies[index], strlen(flow->replies[index]), member->path);
        } else {
            fine = wrong("an outcome of unknown meaning");
        }
        if (!fine) {
            return 0;
        }
    }
    return 1;
}

static int play(struct flow *flow) {
    unsigned action = 0, at, i;
    uint64_t actions = number("script"), abort_after = UINT64_MAX;
    char path[48];
    /* The abort comes in the midst of another action. */
    for (i = 0; i < actions; i++) {
        fonap_text word;
        snprintf(path, sizeof path, "script.%u", i);
        word = text(path);
        if (word.length > 17 && memcmp(word.data, "abort_after_step:", 17) == 0) {
            if (i + 1 != actions) {
                return wrong("an action after an abort");
            }
            abort_after = strtoul(word.data + 17, NULL, 10);
            actions = i;
        }
    }
    if (!act(flow, "script.0")) {
        return 0;
    }
    action = 1;
    for (at = 0; at < number("steps"); at++) {
        if (flow->done && !flow->has_request && flow->wait == UINT64_MAX) {
            snprintf(path, sizeof path, "script.%u", action++);
            if (action > actions || !act(flow, path)) {
                return action > actions ? wrong("over too early") : 0;
            }
        }
        if (!step(flow, at)) {
            char what[200];
            snprintf(what, sizeof what, "step %u: %.150s", at, reason);
            return wrong(what);
        }
        if (at + 1 == abort_after) {
            flow->done = 0;
            if (!ok("abort", fonap_wispr_client_abort(flow->client, flow->now)) || !take_outputs(flow)) {
                return 0;
            }
        }
    }
    for (; action < actions; action++) {
        snprintf(path, sizeof path, "script.%u", action);
        if (!act(flow, path)) {
            return 0;
        }
    }
    if (flow->has_request || !flow->done) {
        return wrong(flow->done ? "one request too many" : "no outcome");
    }
    return same_outcome(flow);
}

static int wispr_flow(void) {
    static struct flow flow;
    fonap_wispr_client_config config;
    fonap_text hosts[8];
    int fine;
    memset(&flow, 0, sizeof flow);
    if (!flow_config(&config, hosts, 8) || !ok("client", fonap_wispr_client_new(&config, 0, &flow.client, NULL))) {
        return 0;
    }
    fine = play(&flow);
    fonap_wispr_client_free(flow.client);
    return fine;
}

const struct handler wispr_handlers[] = {
    {"wispr/flows.json", wispr_flow, " options script steps outcome peer "},
    {"wispr/index.json", wispr_document,
     " content_hex file source strict tolerant "},
    {NULL, NULL, NULL},
};

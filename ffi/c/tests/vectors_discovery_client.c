/* Recorded cases of the crate discovery: what its client does, step by step. */
#include "reading.h"

struct trace {
    fonap_discovery_client *client;
    /* The number of the latest request of each kind: discovery, letswifi, token, eapconfig. */
    uint32_t requests[4];
    unsigned step;
};

static const char *const request_kinds[] = {"discovery", "letswifi", "token", "eapconfig"};

static const char *below(const struct trace *trace, const char *name) {
    static char paths[8][96];
    static int turn;
    char *path = paths[turn = (turn + 1) % 8];
    snprintf(path, sizeof *paths, "steps.%u.event.%s", trace->step, name);
    return path;
}

static int64_t time_of(const struct trace *trace) {
    return has(below(trace, "now")) ? (int64_t)number(below(trace, "now")) : 0;
}

static int answer_request(struct trace *trace, int failed) {
    fonap_discovery_header headers[32];
    const struct member *member;
    fonap_text body;
    const char *prefix = below(trace, "headers");
    size_t count = 0, kind, length = strlen(prefix);
    for (kind = 0; kind < 4 && !is(below(trace, "id"), request_kinds[kind]); kind++) {
    }
    if (kind == 4 || trace->requests[kind] == 0) {
        return wrong("an answer to no request");
    }
    if (failed) {
        return ok("failed", fonap_discovery_client_http_failed(trace->client, trace->requests[kind]));
    }
    for (member = current->members; member->path; member++) {
        if (strncmp(member->path, prefix, length) == 0 && member->path[length] == '.' && count < 32) {
            headers[count].name = FONAP_TEXT(member->path + length + 1);
            headers[count].value.data = member->text;
            headers[count++].value.length = member->length;
        }
    }
    body = text(below(trace, "body"));
    return ok("http", fonap_discovery_client_http(trace->client, time_of(trace), trace->requests[kind],
                                                  (uint16_t)number(below(trace, "status")), headers, count,
                                                  (const uint8_t *)body.data, body.length));
}

static int tell_event(struct trace *trace) {
    fonap_discovery_client *client = trace->client;
    const char *type = below(trace, "type");
    if (is(type, "start")) {
        return ok("start", fonap_discovery_client_start(client));
    } else if (is(type, "cancel")) {
        return ok("cancel", fonap_discovery_client_cancel(client));
    } else if (is(type, "http") || is(type, "http_failed")) {
        return answer_request(trace, is(type, "http_failed"));
    } else if (is(type, "cache")) {
        fonap_discovery_cached cached;
        fonap_text body = text_or_null(below(trace, "body"));
        memset(&cached, 0, sizeof cached);
        cached.body.data = (const uint8_t *)body.data;
        cached.body.length = body.length;
        cached.etag = text_or_null(below(trace, "etag"));
        cached.last_modified = text_or_null(below(trace, "last_modified"));
        cached.has_fetched_at = (uint8_t)has(below(trace, "fetched_at"));
        cached.fetched_at = cached.has_fetched_at ? (int64_t)number(below(trace, "fetched_at")) : 0;
        cached.has_max_age = (uint8_t)has(below(trace, "max_age"));
        cached.max_age = cached.has_max_age ? (uint32_t)number(below(trace, "max_age")) : 0;
        cached.has_max_seq = (uint8_t)has(below(trace, "max_seq"));
        cached.max_seq = cached.has_max_seq ? number(below(trace, "max_seq")) : 0;
        return ok("cache", fonap_discovery_client_cache(client, time_of(trace), &cached));
    } else if (is(type, "select_institution") || is(type, "select_profile")) {
        fonap_text id = text(below(trace, "id"));
        return ok("select", is(type, "select_profile") ? fonap_discovery_client_select_profile(client, id.data, id.length)
                                                       : fonap_discovery_client_select_institution(client, id.data, id.length));
    } else if (is(type, "token")) {
        fonap_text token = text_or_null(below(trace, "token.access_token"));
        int64_t until = token.data ? (int64_t)number(below(trace, "token.usable_until")) : 0;
        int64_t since = has(below(trace, "token.obtained_at")) ? (int64_t)number(below(trace, "token.obtained_at")) : INT64_MIN;
        return ok("token", fonap_discovery_client_token(client, time_of(trace), token.data, token.length, until, since));
    } else if (is(type, "listening")) {
        fonap_text verifier = text(below(trace, "verifier")), state = text(below(trace, "state"));
        return ok("listening", fonap_discovery_client_listening_again(client, (uint16_t)number(below(trace, "port")), verifier.data,
                                                                      verifier.length, state.data, state.length));
    } else if (is(type, "callback")) {
        fonap_text method = text(below(trace, "method")), target = text(below(trace, "target"));
        return ok("callback", fonap_discovery_client_callback(client, time_of(trace), number(below(trace, "connection")), method.data,
                                                              method.length, target.data, target.length));
    }
    return wrong("an event of unknown meaning");
}

/* Compares members of an action with what came; each of the names is one that the action has to have, if it is there. */
static int action_text(const char *path, const char *name, fonap_text have) {
    char member[128];
    snprintf(member, sizeof member, "%s.%s", path, name);
    return has(member) ? same_text(member, have.data, have.length, member)
                       : have.length == 0 || (find(member) == NULL && is(path, "?")) || wrong(member);
}

static int action_number(const char *path, const char *name, int there, uint64_t have) {
    char member[128];
    snprintf(member, sizeof member, "%s.%s", path, name);
    if (has(member) != there) {
        return wrong(member);
    }
    return !there || number(member) == have || wrong(member);
}

static int action_true(const char *path, const char *name, uint8_t have) {
    char member[128];
    snprintf(member, sizeof member, "%s.%s", path, name);
    return is_true(member) == have || wrong(member);
}

static int same_cache(const char *path, const fonap_discovery_output *output) {
    return action_number(path, "seq", output->has_seq, output->seq) &&
           action_number(path, "max_seq", output->has_max_seq, output->max_seq) && action_text(path, "etag", output->etag) &&
           action_text(path, "last_modified", output->last_modified) &&
           action_number(path, "fetched_at", 1, (uint64_t)output->fetched_at) && action_number(path, "max_age", 1, output->max_age);
}

static int same_request(struct trace *trace, const char *path, const fonap_discovery_output *output) {
    char member[128];
    size_t i, kind;
    fonap_text body;
    body.data = (const char *)output->body.data;
    body.length = output->body.length;
    for (kind = 0; kind < 4; kind++) {
        if (strlen(request_kinds[kind]) == output->request_kind.length &&
            memcmp(request_kinds[kind], output->request_kind.data, output->request_kind.length) == 0) {
            trace->requests[kind] = output->request;
        }
    }
    for (i = 0; i < output->header_count; i++) {
        snprintf(member, sizeof member, "%s.headers.%.*s", path, (int)output->headers[i].name.length, output->headers[i].name.data);
        if (!find(member) || !same_text(member, output->headers[i].value.data, output->headers[i].value.length, member)) {
            return find(member) ? 0 : wrong(member);
        }
    }
    return action_text(path, "id", output->request_kind) && action_text(path, "method", output->method) &&
           action_text(path, "url", output->url) && action_text(path, "body", body) &&
           action_number(path, "max_bytes", 1, output->max_octets);
}

static int same_profiles(const char *path, const fonap_discovery_output *output) {
    size_t i;
    char member[128];
    snprintf(member, sizeof member, "%s.profiles", path);
    if (output->profile_count != number(member) || !action_text(path, "institution", output->institution)) {
        return reason[0] ? 0 : wrong(member);
    }
    for (i = 0; i < output->profile_count; i++) {
        snprintf(member, sizeof member, "%s.profiles.%u", path, (unsigned)i);
        if (!action_text(member, "id", output->profiles[i].id) || !action_text(member, "name", output->profiles[i].name) ||
            !action_true(member, "default", output->profiles[i].is_default) ||
            !action_true(member, "available", output->profiles[i].available)) {
            return 0;
        }
    }
    return 1;
}

static int same_action(struct trace *trace, const char *path, const fonap_discovery_output *output) {
    static const struct {
        fonap_discovery_out kind;
        const char *name;
    } names[] = {{FONAP_DISCOVERY_OUT_LOAD_CACHE, "load_cache"},
                 {FONAP_DISCOVERY_OUT_STORE_CACHE, "store_cache"},
                 {FONAP_DISCOVERY_OUT_TOUCH_CACHE, "touch_cache"},
                 {FONAP_DISCOVERY_OUT_HTTP, "http"},
                 {FONAP_DISCOVERY_OUT_SHOW_INSTITUTIONS, "show_institutions"},
                 {FONAP_DISCOVERY_OUT_SHOW_PROFILES, "show_profiles"},
                 {FONAP_DISCOVERY_OUT_LOAD_TOKEN, "load_token"},
                 {FONAP_DISCOVERY_OUT_STORE_TOKEN, "store_token"},
                 {FONAP_DISCOVERY_OUT_DELETE_TOKEN, "delete_token"},
                 {FONAP_DISCOVERY_OUT_LISTEN, "listen"},
                 {FONAP_DISCOVERY_OUT_CLOSE_LISTENER, "close_listener"},
                 {FONAP_DISCOVERY_OUT_OPEN_BROWSER, "open_browser"},
                 {FONAP_DISCOVERY_OUT_RESPOND, "respond"},
                 {FONAP_DISCOVERY_OUT_RAISE_WINDOW, "raise_window"},
                 {FONAP_DISCOVERY_OUT_NOTICE, "notice"},
                 {FONAP_DISCOVERY_OUT_ERROR, "error"},
                 {FONAP_DISCOVERY_OUT_DONE, "done"},
                 {FONAP_DISCOVERY_OUT_CANCELLED, "cancelled"}};
    static const char *const sources[] = {"", "network", "cache", "embedded"};
    char type[128], member[128];
    size_t i;
    for (i = 0; i < sizeof names / sizeof *names && names[i].kind != output->kind; i++) {
    }
    snprintf(type, sizeof type, "%s.type", path);
    if (i == sizeof names / sizeof *names || !find(type) || !is(type, names[i].name)) {
        snprintf(reason, sizeof reason, "%.60s: another action: %s", path, i < sizeof names / sizeof *names ? names[i].name : "?");
        return 0;
    }
    switch (output->kind) {
    case FONAP_DISCOVERY_OUT_STORE_CACHE:
        return same_cache(path, output);
    case FONAP_DISCOVERY_OUT_TOUCH_CACHE: /* which members it repeats is left open */
        snprintf(member, sizeof member, "%s.fetched_at", path);
        return !has(member) || number(member) == (uint64_t)output->fetched_at || wrong(member);
    case FONAP_DISCOVERY_OUT_HTTP:
        return same_request(trace, path, output);
    case FONAP_DISCOVERY_OUT_SHOW_INSTITUTIONS:
        return action_number(path, "count", 1, output->count) && action_number(path, "seq", output->has_seq, output->seq) &&
               action_text(path, "source", FONAP_TEXT(sources[output->source & 3])) && action_true(path, "stale", output->stale);
    case FONAP_DISCOVERY_OUT_SHOW_PROFILES:
        return same_profiles(path, output);
    case FONAP_DISCOVERY_OUT_LOAD_TOKEN:
    case FONAP_DISCOVERY_OUT_DELETE_TOKEN:
        return action_text(path, "key", output->key);
    case FONAP_DISCOVERY_OUT_STORE_TOKEN:
        return action_text(path, "key", output->key) && action_text(path, "access_token", output->access_token) &&
               action_text(path, "refresh_token", output->refresh_token) &&
               action_number(path, "usable_until", 1, (uint64_t)output->usable_until);
    case FONAP_DISCOVERY_OUT_LISTEN:
        return (output->address.family == 4 && output->address.octets[0] == 127 && output->address.octets[3] == 1) || wrong("address");
    case FONAP_DISCOVERY_OUT_OPEN_BROWSER:
        return action_text(path, "url", output->url);
    case FONAP_DISCOVERY_OUT_RESPOND:
        return action_number(path, "connection", 1, output->connection) && action_number(path, "status", 1, output->status) &&
               (output->page.length > 20 || wrong("page"));
    case FONAP_DISCOVERY_OUT_NOTICE:
        return action_text(path, "kind", output->problem);
    case FONAP_DISCOVERY_OUT_ERROR:
        return action_text(path, "kind", output->problem) && action_true(path, "retryable", output->retryable);
    case FONAP_DISCOVERY_OUT_DONE:
        snprintf(member, sizeof member, "%s.result", path);
        return is(member, "redirect") ? output->body.length == 0 || wrong("body")
                                      : is(member, "eap_config") ? action_number(path, "length", 1, output->body.length)
                                                                 : wrong("a result of unknown meaning");
    default:
        return 1;
    }
}

static int play(struct trace *trace) {
    for (trace->step = 0; trace->step < number("steps"); trace->step++) {
        char path[64];
        unsigned count = 0;
        fonap_discovery_output output;
        if (!tell_event(trace)) {
            return 0;
        }
        for (;;) {
            if (!ok("poll", fonap_discovery_client_poll(trace->client, &output, sizeof output))) {
                return 0;
            }
            if (output.kind == FONAP_DISCOVERY_OUT_WAIT) {
                break;
            }
            snprintf(path, sizeof path, "steps.%u.actions.%u", trace->step, count++);
            if (!same_action(trace, path, &output)) {
                return 0;
            }
        }
        snprintf(path, sizeof path, "steps.%u.actions", trace->step);
        if (count != number(path)) {
            return wrong(path);
        }
    }
    return 1;
}

static int discovery_trace(void) {
    struct trace trace;
    fonap_discovery_config config;
    char languages[64] = "";
    unsigned i;
    int fine;
    fonap_text embedded = text_or_null("config.embedded");
    memset(&trace, 0, sizeof trace);
    for (i = 0; i < number("config.languages"); i++) {
        char path[48];
        fonap_text tag;
        snprintf(path, sizeof path, "config.languages.%u", i);
        tag = text(path);
        snprintf(languages + strlen(languages), sizeof languages - strlen(languages), "%s%.*s", i ? "," : "", (int)tag.length,
                 tag.data);
    }
    fonap_discovery_config_init(&config, sizeof config);
    config.discovery_url = text("config.discovery_url");
    config.client_id = text("config.client_id");
    config.redirect_path = text("config.redirect_path");
    config.languages = FONAP_TEXT(languages);
    config.embedded.data = (const uint8_t *)embedded.data;
    config.embedded.length = embedded.length;
    if (!ok("client", fonap_discovery_client_new(&config, &trace.client, NULL))) {
        return 0;
    }
    fine = play(&trace);
    fonap_discovery_client_free(trace.client);
    return fine;
}

const struct handler discovery_client_handlers[] = {
    {"discovery/traces.json", discovery_trace, " config steps peer "},
    {NULL, NULL, NULL},
};

/* Recorded cases of the modules that need std: discovery, eapconfig, passpoint. */
#include "reading.h"

/* A text that the tables hold beside the cases. */
static fonap_text resource(const char *name) {
    const struct recorded *kept = current;
    const struct file *file;
    fonap_text found = {NULL, 0};
    for (file = vector_files; file->name; file++) {
        if (strcmp(file->name, "keys") == 0) {
            current = file->cases;
            found = text(name);
        }
    }
    current = kept;
    return found;
}

/* --- discovery: lists --- */

static fonap_discovery *list_of(fonap_text from) {
    fonap_discovery *list = NULL;
    return ok("list", fonap_discovery_new((const uint8_t *)from.data, from.length, NULL, 0, &list, NULL)) ? list : NULL;
}

/* Whether a line is one of some lines. */
static int has_line(const char *lines, size_t length, const char *path) {
    fonap_text wanted = text(path);
    size_t at = 0;
    while (at < length) {
        size_t end = at;
        while (end < length && lines[end] != '\n') {
            end++;
        }
        if (end - at == wanted.length && memcmp(lines + at, wanted.data, wanted.length) == 0) {
            return 1;
        }
        at = end + 1;
    }
    return wrong(path);
}

/* A profile's flow, as it stands below `path`: its name, its URL, why not, and what its institution should know. */
static int same_flow(const fonap_discovery *list, size_t institution, size_t profile, const char *path) {
    static const char *const names[] = {"error", "direct", "oauth", "letswifi", "redirect"};
    static char name[4096], url[4096], problems[4096];
    char member[200];
    size_t length, lines = 0, first = 0, i;
    uint32_t flow = 9;
    fonap_result result;
    if (!ok("name", fonap_discovery_profile_name(list, institution, profile, &flow, name, sizeof name, &length)) ||
        !ok("problems", fonap_discovery_profile_problems(list, institution, profile, problems, sizeof problems, &length))) {
        return 0;
    }
    snprintf(member, sizeof member, "%s.flow", path);
    if (flow > 4 || !same_text("flow", names[flow], strlen(names[flow]), member)) {
        return 0;
    }
    for (i = 0; i < length; i++) {
        lines += problems[i] == '\n';
    }
    while (first < length && problems[first] != '\n') {
        first++;
    }
    snprintf(member, sizeof member, "%s.reason", path);
    if (has(member) ? !same_text("reason", problems, first, member) : first != 0) {
        return has(member) ? 0 : wrong("a reason");
    }
    snprintf(member, sizeof member, "%s.warnings", path);
    if (lines - 1 != number(member)) {
        return wrong("another number of warnings");
    }
    for (i = 0; i < number(member); i++) {
        char one[220];
        snprintf(one, sizeof one, "%s.%u", member, (unsigned)i);
        if (!has_line(problems + first + 1, length - first - 1, one)) {
            return 0;
        }
    }
    snprintf(member, sizeof member, "%s.url", path);
    result = fonap_discovery_profile_url(list, institution, profile, url, sizeof url, &length);
    if (flow == FONAP_DISCOVERY_OAUTH) {
        return ok("url", result); /* that of the authorization, which is not recorded here */
    }
    return has(member) ? ok("url", result) && same_text("url", url, length, member)
                       : result_is("url", result, FONAP_RESULT_UNSUPPORTED);
}

static int flow_table(void) {
    fonap_discovery *list = list_of(text("document"));
    int fine = list && same_flow(list, 0, 0, "expect");
    fonap_discovery_free(list);
    return fine;
}

static int institutions(const fonap_discovery *list) {
    size_t count, i, p;
    uint64_t seq;
    static char id[4096];
    if (!ok("count", fonap_discovery_count(list, &count, &seq)) || count != number("expect.institutions")) {
        return wrong("institutions");
    }
    if (seq != (has("expect.seq") ? number("expect.seq") : 0)) {
        return wrong("seq");
    }
    for (i = 0; i < count; i++) {
        fonap_discovery_institution institution;
        char path[64], member[128];
        size_t length;
        snprintf(path, sizeof path, "expect.institutions.%u", (unsigned)i);
        if (!ok("institution", fonap_discovery_institution_at(list, i, &institution, sizeof institution))) {
            return 0;
        }
        snprintf(member, sizeof member, "%s.id", path);
        if (!same_text("id", institution.id.data, institution.id.length, member)) {
            return 0;
        }
        snprintf(member, sizeof member, "%s.country", path);
        if (!same_text("country", institution.country.data, institution.country.length, member)) {
            return 0;
        }
        snprintf(member, sizeof member, "%s.named", path);
        if (institution.named != is_true(member)) {
            return wrong(member);
        }
        snprintf(member, sizeof member, "%s.geo", path);
        if (institution.site_count != number(member)) {
            return wrong(member);
        }
        snprintf(member, sizeof member, "%s.default_profile", path);
        if (institution.has_default != has(member) || (has(member) && institution.default_profile != number(member))) {
            return wrong(member);
        }
        snprintf(member, sizeof member, "%s.profiles", path);
        if (institution.profile_count != number(member)) {
            return wrong(member);
        }
        for (p = 0; p < institution.profile_count; p++) {
            snprintf(member, sizeof member, "%s.profiles.%u.id", path, (unsigned)p);
            if (!ok("profile", fonap_discovery_profile_id(list, i, p, id, sizeof id, &length)) ||
                !same_text("profile", id, length, member)) {
                return 0;
            }
            snprintf(member, sizeof member, "%s.profiles.%u.flow", path, (unsigned)p);
            if (!same_flow(list, i, p, member)) {
                return 0;
            }
        }
    }
    return 1;
}

static int documents(void) {
    fonap_discovery *list = NULL;
    fonap_text from = text("text"), problem = {NULL, 0};
    fonap_result result = fonap_discovery_new((const uint8_t *)from.data, from.length, NULL, 0, &list, &problem);
    int fine;
    if (has("expect.error")) {
        return accepted(result, 0) && same_text("error", problem.data, problem.length, "expect.error");
    }
    fine = ok("list", result) && institutions(list);
    fonap_discovery_free(list);
    return fine;
}

static int url_cases(void) {
    static const struct {
        uint32_t kind;
        const char *name;
    } kinds[] = {{FONAP_DISCOVERY_URL_REDIRECT, "redirect"}, {FONAP_DISCOVERY_URL_ENDPOINT, "endpoint"}};
    static char out[ROOM];
    fonap_text from = text("input");
    size_t i, length;
    for (i = 0; i < 2; i++) {
        char error[32], url[32], rewritten[32];
        uint8_t is_rewritten = 9;
        fonap_text problem = {NULL, 0};
        fonap_result result = fonap_discovery_url_verify(from.data, from.length, kinds[i].kind, &is_rewritten, out, sizeof out,
                                                         &length, &problem);
        snprintf(error, sizeof error, "%s.error", kinds[i].name);
        snprintf(url, sizeof url, "%s.url", kinds[i].name);
        snprintf(rewritten, sizeof rewritten, "%s.rewritten", kinds[i].name);
        if (find(error) ? !accepted(result, 0) || !same_text("error", problem.data, problem.length, error)
                        : !ok("url", result) || !same_text("url", out, length, url)) {
            return 0;
        }
        if (!find(error) && is_rewritten != is_true(rewritten)) {
            return wrong(rewritten);
        }
    }
    return 1;
}

/* Places of a list, against the ids that are recorded. */
static int same_places(const fonap_discovery *list, const size_t *places, size_t count, const char *path) {
    size_t i;
    for (i = 0; i < count; i++) {
        fonap_discovery_institution institution;
        char member[64];
        snprintf(member, sizeof member, "%s.%u.id", path, (unsigned)i);
        if (!ok("institution", fonap_discovery_institution_at(list, places[i], &institution, sizeof institution)) ||
            !same_text("hit", institution.id.data, institution.id.length, member)) {
            return 0;
        }
    }
    return 1;
}

static int search(void) {
    static fonap_discovery *list;
    size_t places[256], count, wanted = (size_t)number("expect"), first;
    fonap_text query = text("query");
    int fine;
    list = list_of(resource("search_corpus"));
    fine = list && wanted <= 256 && ok("hits", fonap_discovery_hits(list, query.data, query.length, places, wanted, &count)) &&
           (count == number("count") || wrong("count")) && same_places(list, places, wanted, "expect") &&
           (wanted == 0 || (ok("best", fonap_discovery_search(list, query.data, query.length, 0, &first)) &&
                            (first == places[0] || wrong("another best one"))));
    fonap_discovery_free(list);
    return fine;
}

/* Millionths of a degree: the tables have numbers with a fraction like that. */
static int32_t degrees(const char *path) { return (int32_t)(int64_t)number(path); }

static int nearest(void) {
    fonap_discovery *list = list_of(resource("nearest_corpus"));
    static size_t places[4096];
    static uint32_t metres[4096];
    size_t count = 0, i, limit = (size_t)number("limit");
    uint32_t max = has("max_km") ? (uint32_t)(number("max_km@") / 1000) : 0;
    int fine = list && limit <= 4096 &&
               ok("nearest", fonap_discovery_nearest(list, degrees("here.lat@"), degrees("here.lon@"), max, places, metres, limit,
                                                     &count)) &&
               (count == number("expect") || wrong("count")) && same_places(list, places, count, "expect");
    for (i = 0; fine && i < count; i++) {
        char path[48];
        snprintf(path, sizeof path, "expect.%u.km", (unsigned)i);
        if (!has(path)) {
            fine = metres[i] == UINT32_MAX || wrong("a distance without a site");
        } else {
            int64_t difference;
            snprintf(path, sizeof path, "expect.%u.km@", (unsigned)i);
            difference = (int64_t)metres[i] - (int64_t)(number(path) / 1000);
            fine = (difference > -12 && difference < 12) || wrong(path);
        }
    }
    fonap_discovery_free(list);
    return fine;
}

/* List after list of a channel, as a client without any other state would take them. */
static int rollback(void) {
    uint64_t high = 0, active = 0;
    int has_high = 0, has_active = 0;
    size_t active_count = 0, i;
    fonap_text active_body = {NULL, 0};
    for (i = 0; i < number("documents"); i++) {
        static const char *const names[] = {"accepted", "unchanged", "same_seq_different_content", "rollback"};
        char path[48];
        const char *outcome = NULL;
        static char bad[64];
        fonap_text body, problem = {NULL, 0};
        fonap_discovery *list = NULL;
        uint64_t seq = 0, new_high;
        size_t count = 0;
        uint32_t verdict;
        snprintf(path, sizeof path, "documents.%u", (unsigned)i);
        body = text(path);
        if (fonap_discovery_new((const uint8_t *)body.data, body.length, NULL, 0, &list, &problem) != FONAP_RESULT_OK) {
            snprintf(bad, sizeof bad, "bad_document:%.*s", (int)problem.length, problem.data);
            outcome = bad;
        } else {
            fonap_discovery_count(list, &count, &seq);
            if (seq == 0) {
                outcome = "bad_document:missing_seq";
            }
        }
        fonap_discovery_free(list);
        if (!outcome) {
            int same_body = has_active && body.length == active_body.length && memcmp(body.data, active_body.data, body.length) == 0;
            if (!ok("judge", fonap_discovery_judge(has_high ? &high : NULL, has_active ? &active : NULL, seq, (uint8_t)same_body,
                                                   7000000000, &verdict, &new_high)) ||
                verdict > 3) {
                return 0;
            }
            outcome = names[verdict];
            if (verdict == FONAP_DISCOVERY_ACCEPT) {
                high = new_high;
                active = seq;
                has_high = has_active = 1;
                active_body = body;
                active_count = count;
            }
        }
        snprintf(path, sizeof path, "expect.%u.outcome", (unsigned)i);
        if (!same_text("outcome", outcome, strlen(outcome), path)) {
            return 0;
        }
        snprintf(path, sizeof path, "expect.%u.active_seq", (unsigned)i);
        if (has(path) != has_active || (has_active && number(path) != active)) {
            return wrong(path);
        }
        snprintf(path, sizeof path, "expect.%u.institutions", (unsigned)i);
        if (has_active && number(path) != active_count) {
            return wrong(path);
        }
    }
    return 1;
}

/* --- discovery: the client --- */

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

static fonap_text text_or_null(const char *path) {
    fonap_text none = {NULL, 0};
    return has(path) ? text(path) : none;
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

/* --- eapconfig --- */

static int usernames(void) {
    static char out[4096];
    size_t length, i;
    fonap_text input = text("input"), suffix = text_or_null("suffix"), problem = {NULL, 0};
    fonap_result result = fonap_eapconfig_check_username(input.data, input.length, suffix.data, suffix.length,
                                                         (uint8_t)is_true("hint"), out, sizeof out, &length, &problem);
    if (is_true("expect.ok")) {
        return ok("name", result) && same_text("name", out, length, "expect.username");
    }
    if (!result_is("name", result, FONAP_RESULT_ARGUMENT)) {
        return 0;
    }
    for (i = 0; i < number("expect.problems"); i++) {
        char path[48];
        snprintf(path, sizeof path, "expect.problems.%u", (unsigned)i);
        if (same_text("problem", problem.data, problem.length, path)) {
            return 1;
        }
    }
    return 0;
}

static int date_times(void) {
    fonap_text input = text("input");
    int64_t seconds = 0;
    fonap_result result = fonap_eapconfig_date_time(input.data, input.length, &seconds);
    return has("expect") ? ok("time", result) && (seconds == (int64_t)number("expect") || wrong("seconds"))
                         : result_is("time", result, FONAP_RESULT_MALFORMED);
}

/* The settings of wpa_supplicant, name by name. */
static int settings(const fonap_eapconfig *config, const fonap_eapconfig_choice *choice) {
    static const char prefix[] = "expected.expect.supplicant.wpa_supplicant.";
    static char out[ROOM];
    fonap_text nobody = {NULL, 0};
    const struct member *member;
    size_t length;
    for (member = current->members; member->path; member++) {
        if (strncmp(member->path, prefix, sizeof prefix - 1) == 0 && member->kind == IS_TEXT) {
            const char *name = member->path + sizeof prefix - 1;
            if (!ok(name, fonap_eapconfig_wpa_setting(config, choice->provider, choice->method, nobody, name, strlen(name), out,
                                                      sizeof out, &length)) ||
                !same_text(name, out, length, member->path)) {
                return 0;
            }
        }
    }
    return 1;
}

static int needs_of(const fonap_eapconfig_choice *choice) {
    static const struct {
        const char *name;
        uint32_t flag;
    } names[] = {{"certificate", FONAP_EAPCONFIG_NEEDS_CERTIFICATE},
                 {"client_certificate", FONAP_EAPCONFIG_NEEDS_CERTIFICATE},
                 {"passphrase", FONAP_EAPCONFIG_NEEDS_PASSPHRASE},
                 {"username", FONAP_EAPCONFIG_NEEDS_USERNAME},
                 {"password", FONAP_EAPCONFIG_NEEDS_PASSWORD}};
    char path[160];
    uint32_t wanted = 0;
    size_t i, n;
    snprintf(path, sizeof path, "expected.expect.providers.%u.methods.%u.needs", (unsigned)choice->provider, (unsigned)choice->method);
    for (i = 0; i < number(path); i++) {
        char one[180];
        snprintf(one, sizeof one, "%s.%u", path, (unsigned)i);
        for (n = 0; n < sizeof names / sizeof *names && !is(one, names[n].name); n++) {
        }
        if (n == sizeof names / sizeof *names) {
            return wrong(one);
        }
        wanted |= names[n].flag;
    }
    return choice->needs == wanted || wrong(path);
}

static int eap_document(void) {
    fonap_eapconfig *config = NULL;
    fonap_eapconfig_choice choice;
    fonap_octets document = octets("content_hex");
    fonap_text problem = {NULL, 0}, why = {NULL, 0};
    int64_t now = (int64_t)number("expected.now");
    size_t providers = 0;
    fonap_result read = fonap_eapconfig_new(document.data, document.length, &config, &problem), chosen;
    int fine;
    if (!find("expected.expect.providers")) {
        return accepted(read, 0) && same_text("reason", problem.data, problem.length, "expected.expect.reason");
    }
    if (!ok("document", read)) {
        return 0;
    }
    chosen = fonap_eapconfig_choose(config, now, &choice);
    fine = ok("count", fonap_eapconfig_count(config, &providers, 0, NULL)) &&
           (providers == number("expected.expect.providers") || wrong("providers"));
    if (fine && is("verdict", "usable")) {
        char path[128];
        fine = ok("choice", chosen) && (choice.provider == number("expected.expect.provider") || wrong("provider")) &&
               (choice.method == number("expected.expect.method") || wrong("method"));
        snprintf(path, sizeof path, "expected.expect.providers.%u.methods.%u.eap", fine ? (unsigned)choice.provider : 0,
                 fine ? (unsigned)choice.method : 0);
        fine = fine && (choice.eap_type == (int32_t)number(path) || wrong(path)) && needs_of(&choice) && settings(config, &choice) &&
               result_is("reason", fonap_eapconfig_reason(config, now, &why), FONAP_RESULT_NOT_FOUND);
    } else if (fine) {
        fine = result_is("choice", chosen, FONAP_RESULT_NOT_FOUND) && ok("reason", fonap_eapconfig_reason(config, now, &why)) &&
               same_text("reason", why.data, why.length, "reason");
    }
    fonap_eapconfig_free(config);
    return fine;
}

/* --- passpoint --- */

static uint8_t counter;

static int passpoint_decode(void) {
    fonap_passpoint_profile *profile = NULL;
    fonap_octets file = octets("content_hex");
    fonap_text rule = {NULL, 0};
    uint32_t format = is("kind", "android")  ? FONAP_PASSPOINT_ANDROID
                      : is("kind", "apple") ? FONAP_PASSPOINT_APPLE
                      : is("kind", "onc")   ? FONAP_PASSPOINT_ONC
                      : is("kind", "wpa")   ? FONAP_PASSPOINT_WPA
                                            : 0;
    uint32_t flags = FONAP_PASSPOINT_STRICT, sdk = 0;
    unsigned i;
    fonap_result result;
    for (i = 0; i < number("checker_args"); i++) {
        char path[32];
        snprintf(path, sizeof path, "checker_args.%u", i);
        if (is(path, "--lenient")) {
            flags = 0;
        } else if (is(path, "--sdk")) {
            snprintf(path, sizeof path, "checker_args.%u", ++i);
            sdk = (uint32_t)strtoul(text(path).data, NULL, 10);
        } else {
            return wrong("an argument of unknown meaning");
        }
    }
    result = fonap_passpoint_profile_decode(format, flags, sdk, file.data, file.length, &profile, &rule);
    fonap_passpoint_profile_free(profile);
    if (is("result", "ok")) {
        /* What can be read need not be a profile that can be used. */
        return result == FONAP_RESULT_CONFIG || ok("decode", result);
    }
    return result_is("decode", result, FONAP_RESULT_MALFORMED) && same_text("rule", rule.data, rule.length, "code");
}

/* What is wrong with a model, or what its report says; and which formats can carry it, losses accepted. */
static int passpoint_encode(void) {
    static const struct {
        uint32_t format;
        const char *name;
    } formats[] = {{FONAP_PASSPOINT_ANDROID, "android"}, {FONAP_PASSPOINT_APPLE, "apple"}, {FONAP_PASSPOINT_WINDOWS, "windows"},
                   {FONAP_PASSPOINT_ONC, "onc"}};
    static char findings[8192];
    static uint8_t out[200000];
    fonap_random random;
    fonap_passpoint_profile *profile = NULL;
    fonap_text model = text("model_json");
    size_t length = 0, i;
    int fine = 1;
    fonap_result result = fonap_passpoint_profile_new((const uint8_t *)model.data, model.length, &profile, findings,
                                                      sizeof findings, &length);
    random.fill = counting;
    random.context = &counter;
    if (result == FONAP_RESULT_CONFIG) {
        for (i = 0; i < number("expected.model.report"); i++) {
            char severity[64], code[64];
            snprintf(severity, sizeof severity, "expected.model.report.%u.severity", (unsigned)i);
            snprintf(code, sizeof code, "expected.model.report.%u.code", (unsigned)i);
            if (is(severity, "error") && !has_line(findings, length, code)) {
                return 0;
            }
        }
        return !find("expected.apple.facts") || wrong("a profile that should have been fine");
    }
    if (!ok("model", result)) {
        return 0;
    }
    for (i = 0; fine && i < sizeof formats / sizeof *formats; i++) {
        char facts[64];
        snprintf(facts, sizeof facts, "expected.%s.facts", formats[i].name);
        result = fonap_passpoint_profile_encode(profile, formats[i].format, &random, 1, out, sizeof out, &length);
        fine = result_is(formats[i].name, result, has(facts) ? FONAP_RESULT_OK : FONAP_RESULT_UNSUPPORTED);
    }
    fonap_passpoint_profile_free(profile);
    return fine;
}

const struct handler document_handlers[] = {
    {"discovery/documents.json", documents, " text expect peer "},
    {"discovery/flow_table.json", flow_table, " profile document expect peer "},
    {"discovery/url_cases.json", url_cases, " input redirect endpoint peer "},
    {"discovery/search.json", search, " query seed_rule seed_rule_count count expect peer "},
    {"discovery/nearest.json", nearest, " here limit max_km max_km@ limit@ expect peer "},
    {"discovery/rollback.json", rollback, " documents expect peer "},
    {"discovery/traces.json", discovery_trace, " config steps peer "},
    {"eapconfig/usernames.json", usernames, " input suffix hint expect "},
    {"eapconfig/date_times.json", date_times, " input expect "},
    {"eapconfig/index.json", eap_document, " file verdict reason xsd_valid linux_app content_hex expected "},
    {"passpoint/decode/index.json", passpoint_decode,
     " file kind origin checker_args result code facts parts decoded signature content_hex "},
    {"passpoint/encode", passpoint_encode, " model_json expected "},
    {NULL, NULL, NULL},
};

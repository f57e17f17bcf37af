/* Recorded cases of the crate discovery: lists of institutions. */
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

static fonap_discovery *list_of(fonap_text from) {
    fonap_discovery *list = NULL;
    return ok("list", fonap_discovery_new((const uint8_t *)from.data, from.length, NULL, 0, &list, NULL)) ? list : NULL;
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

const struct handler discovery_handlers[] = {
    {"discovery/documents.json", documents, " text expect peer "},
    {"discovery/flow_table.json", flow_table, " profile document expect peer "},
    {"discovery/url_cases.json", url_cases, " input redirect endpoint peer "},
    {"discovery/search.json", search, " query seed_rule seed_rule_count count expect peer "},
    {"discovery/nearest.json", nearest, " here limit max_km max_km@ limit@ expect peer "},
    {"discovery/rollback.json", rollback, " documents expect peer "},
    {NULL, NULL, NULL},
};

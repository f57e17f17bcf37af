#include "reading.h"

const struct recorded *current;
char reason[300];

/* --- reading members --- */

const struct member *find(const char *path) {
    const struct member *member;
    size_t length = strlen(path);
    for (member = current->members; member->path; member++) {
        if (member->path_length == length && memcmp(member->path, path, length) == 0) {
            return member;
        }
    }
    return NULL;
}

int has(const char *path) {
    const struct member *member = find(path);
    return member && member->kind != IS_NULL;
}

const struct member *want(const char *path) {
    const struct member *member = find(path);
    if (!member) {
        fprintf(stderr, "%s: no member %s\n", current->id, path);
        exit(2);
    }
    return member;
}

fonap_text text(const char *path) {
    fonap_text result;
    const struct member *member = want(path);
    result.data = member->text;
    result.length = member->length;
    return result;
}

int is(const char *path, const char *value) {
    fonap_text have = text(path);
    return have.length == strlen(value) && memcmp(have.data, value, have.length) == 0;
}

int is_true(const char *path) { return want(path)->kind == IS_TRUE; }

uint64_t number(const char *path) { return want(path)->number; }

static int digit(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Octets of hexadecimal text, in one of a few static buffers in turn. */
fonap_octets octets(const char *path) {
    static uint8_t buffers[6][ROOM];
    static int turn;
    uint8_t *out = buffers[turn = (turn + 1) % 6];
    fonap_text hex = text(path);
    fonap_octets result;
    size_t i;
    if (hex.length % 2 || hex.length / 2 > ROOM) {
        fprintf(stderr, "%s: %s is no hexadecimal text\n", current->id, path);
        exit(2);
    }
    for (i = 0; i < hex.length / 2; i++) {
        out[i] = (uint8_t)(digit(hex.data[2 * i]) << 4 | digit(hex.data[2 * i + 1]));
    }
    result.data = out;
    result.length = hex.length / 2;
    return result;
}

/* --- saying what is wrong --- */

int wrong(const char *what) {
    snprintf(reason, sizeof reason, "%s", what);
    return 0;
}

int result_is(const char *what, fonap_result have, fonap_result wanted) {
    if (have == wanted) {
        return 1;
    }
    snprintf(reason, sizeof reason, "%s: %s, want %s", what, fonap_result_text(have), fonap_result_text(wanted));
    return 0;
}

int ok(const char *what, fonap_result have) { return result_is(what, have, FONAP_RESULT_OK); }

int same(const char *what, const void *have, size_t have_len, const void *wanted, size_t wanted_len) {
    if (have_len == wanted_len && (have_len == 0 || memcmp(have, wanted, have_len) == 0)) {
        return 1;
    }
    snprintf(reason, sizeof reason, "%s differs (%u octets, want %u)", what, (unsigned)have_len, (unsigned)wanted_len);
    return 0;
}

int same_octets(const char *what, const void *have, size_t have_len, const char *path) {
    fonap_octets wanted = octets(path);
    return same(what, have, have_len, wanted.data, wanted.length);
}

int same_text(const char *what, const void *have, size_t have_len, const char *path) {
    fonap_text wanted = text(path);
    return same(what, have, have_len, wanted.data, wanted.length);
}

int accepted(fonap_result result, int wanted) {
    if ((result == FONAP_RESULT_OK) == wanted) {
        return 1;
    }
    snprintf(reason, sizeof reason, "got %s, want it %s", fonap_result_text(result), wanted ? "accepted" : "refused");
    return 0;
}

int only(const char *members) {
    const struct member *member;
    const char *last = NULL;
    size_t last_length = 0;
    for (member = current->members; member->path; member++) {
        char name[64];
        size_t length = strcspn(member->path, ".");
        if (last && length == last_length && memcmp(last, member->path, length) == 0) {
            continue; /* below the same one */
        }
        last = member->path;
        last_length = length;
        snprintf(name, sizeof name, " %.*s ", (int)(length < 60 ? length : 60), member->path);
        if (!strstr(members, name) && strcmp(name, " id ") != 0 && strcmp(name, " note ") != 0) {
            snprintf(reason, sizeof reason, "a member of unknown meaning: %.60s", member->path);
            return 0;
        }
    }
    return 1;
}

fonap_text text_or_null(const char *path) {
    fonap_text none = {NULL, 0};
    return has(path) ? text(path) : none;
}

int has_line(const char *lines, size_t length, const char *path) {
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

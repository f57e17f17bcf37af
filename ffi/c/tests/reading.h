/* What the drivers of recorded cases share: reading members, and saying what is wrong. */
#ifndef READING_H
#define READING_H

#include "check.h"
#include "vectors.h"

#define ROOM 20000

/* The case that runs, and why it failed. */
extern const struct recorded *current;
extern char reason[300];

const struct member *find(const char *path);
int has(const char *path);
const struct member *want(const char *path);
fonap_text text(const char *path);
int is(const char *path, const char *value);
int is_true(const char *path);
uint64_t number(const char *path);
fonap_octets octets(const char *path);
int wrong(const char *what);
int result_is(const char *what, fonap_result have, fonap_result wanted);
int ok(const char *what, fonap_result have);
int same(const char *what, const void *have, size_t have_len, const void *wanted, size_t wanted_len);
int same_octets(const char *what, const void *have, size_t have_len, const char *path);
int same_text(const char *what, const void *have, size_t have_len, const char *path);
int accepted(fonap_result result, int wanted);
/* A text, or NULL where it is null or absent. */
fonap_text text_or_null(const char *path);
/* Whether the text of a member is one of some lines. */
int has_line(const char *lines, size_t length, const char *path);

/* What runs a case: whether it passed. A case with a member that is not in the list is of an unknown form, and fails. */
struct handler {
    const char *file;
    int (*run)(void);
    const char *members; /* with a blank at each end; `id` and `note` are always known */
};

int only(const char *members);

/* Those of each module, ended by a NULL file; the second line has modules that need std. */
extern const struct handler heartbeat_handlers[], radius_handlers[], uam_handlers[], wispr_handlers[],
    discovery_handlers[], discovery_client_handlers[], document_handlers[];
/* The key that some answers are signed with. */
extern fonap_heartbeat_rsa_key *rsa_a;

#endif

/* Recorded cases as tables: each member of a case under its path, "decoded.trid" or "responses_hex.0". */
#ifndef VECTORS_H
#define VECTORS_H

#include <stddef.h>
#include <stdint.h>

enum kind { IS_NULL, IS_FALSE, IS_TRUE, IS_NUMBER, IS_TEXT, IS_LIST };

struct member {
    const char *path;
    size_t path_length;
    enum kind kind;
    uint64_t number; /* of a number; how many entries a list has */
    const char *text;
    size_t length;
};

struct recorded {
    const char *id;
    const struct member *members; /* ends with a NULL path */
};

struct file {
    const char *name; /* "heartbeat/mac.json" */
    const struct recorded *cases;
    size_t count;
};

extern const struct file vector_files[]; /* ends with a NULL name */

#endif

/* What the test programs share. */
#ifndef CHECK_H
#define CHECK_H

#include "fonap.h"
#include <stdio.h>
#include <stdlib.h>

#define CHECK(condition)                                                        \
    do {                                                                        \
        if (!(condition)) {                                                     \
            printf("%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition); \
            exit(1);                                                            \
        }                                                                       \
    } while (0)

#define RESULT(call, wanted)                                                                               \
    do {                                                                                                   \
        fonap_result have_ = (call);                                                                       \
        if (have_ != (wanted)) {                                                                           \
            printf("%s:%d: %s: %s, want %s\n", __FILE__, __LINE__, #call, fonap_result_text(have_), #wanted); \
            exit(1);                                                                                       \
        }                                                                                                  \
    } while (0)

#define OK(call) RESULT(call, FONAP_RESULT_OK)
#define NULLED(call) RESULT(call, FONAP_RESULT_NULL)

/* Predictable octets, for tests only. */
static void counting(void *context, uint8_t *out, size_t length) {
    uint8_t *next = context;
    while (length--) {
        *out++ = (*next)++;
    }
}

#endif

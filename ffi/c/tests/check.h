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

/* Asks for the size, offers too little (which must stay as it is), then enough. */
#define BUFFER(call)                                                       \
    do {                                                                   \
        static uint8_t out_[100000];                                         \
        size_t needed_ = 99999, length_ = 99999, i_;                       \
        uint8_t *out = NULL;                                               \
        size_t capacity = 0, *length = &needed_;                           \
        fonap_result size_ = (call);                                       \
        CHECK(size_ == FONAP_RESULT_BUFFER_TOO_SMALL || needed_ == 0);      \
        CHECK(needed_ < sizeof out_);                                      \
        memset(out_, 0xa5, sizeof out_);                                   \
        out = out_;                                                        \
        capacity = needed_ ? needed_ - 1 : 0;                              \
        length = &length_;                                                 \
        if (needed_) {                                                     \
            RESULT(call, FONAP_RESULT_BUFFER_TOO_SMALL);                   \
            CHECK(length_ == needed_);                                     \
            for (i_ = 0; i_ < sizeof out_; i_++) {                         \
                CHECK(out_[i_] == 0xa5);                                   \
            }                                                              \
        }                                                                  \
        capacity = needed_;                                                \
        OK(call);                                                          \
        CHECK(length_ == needed_ && out_[needed_] == 0xa5);                \
        length = NULL;                                                     \
        capacity = sizeof out_;                                            \
        NULLED(call);                                                      \
    } while (0)

/* Tries a structure that the library fills in other sizes, as programs have that were built with another header: what lies
 * behind stays as it was, and all of it if the size cannot be one. `call` gives it as `place` and its size as `size`. */
#define SIZED(type, call)                                                                    \
    do {                                                                                     \
        static union {                                                                       \
            type value;                                                                      \
            uint8_t octets[sizeof(type) + 64];                                               \
        } room_;                                                                             \
        static const size_t sizes_[] = {0, 1, 4, sizeof(type) / 2, sizeof(type), sizeof(type) + 40}; \
        size_t i_, j_;                                                                       \
        {                                                                                    \
            type *place = &room_.value;                                                      \
            size_t size = (size_t)-1;                                                        \
            memset(room_.octets, 0xa5, sizeof room_.octets);                                 \
            RESULT(call, FONAP_RESULT_ARGUMENT);                                             \
            for (j_ = 0; j_ < sizeof room_.octets; j_++) {                                   \
                CHECK(room_.octets[j_] == 0xa5);                                             \
            }                                                                                \
        }                                                                                    \
        for (i_ = 0; i_ < sizeof sizes_ / sizeof *sizes_; i_++) {                            \
            type *place = &room_.value;                                                      \
            size_t size = sizes_[i_];                                                        \
            memset(room_.octets, 0xa5, sizeof room_.octets);                                 \
            OK(call);                                                                        \
            for (j_ = sizes_[i_]; j_ < sizeof room_.octets; j_++) {                          \
                CHECK(room_.octets[j_] == 0xa5);                                             \
            }                                                                                \
        }                                                                                    \
    } while (0)

/* Predictable octets, for tests only. */
static inline void counting(void *context, uint8_t *out, size_t length) {
    uint8_t *next = context;
    while (length--) {
        *out++ = (*next)++;
    }
}

#endif

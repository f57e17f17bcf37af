/* A provider's portal: a form for name and password, and pages that say how it went. */
#ifndef CAPTIVE_PORTAL_PAGES_H
#define CAPTIVE_PORTAL_PAGES_H

#include <stddef.h>
#include <stdint.h>

/* Most octets of a request. */
#define PORTAL_REQUEST_MAX 8192

/* What the portal and the gateway know of each other. */
struct portal {
    const char *gateway; /* host and port of the gateway, which are the portal's own too: "10.1.0.1:3990" */
    const uint8_t *secret; /* the uamsecret */
    size_t secret_len;
};

struct portal_answer {
    const char *status;
    char headers[2100]; /* lines, each ended */
    char body[20480];
};

/* Answers a request, which ends with a zero behind its octets, if it is one to the portal: made by the gateway, or by a
   smart client. 0 if it is not. */
int portal_answers(const struct portal *portal, const char *request, size_t request_len, size_t head_len,
                   struct portal_answer *answer);

#endif

/* The pages of captive_portal.c: what a provider's web server does. */
#include "captive_portal_pages.h"
#include "fonap.h"
#include <stdio.h>

/* A parameter of a query or a form, as text; empty when it is not there. In a form `+` is a blank. */
static const char *parameter(const char *query, size_t query_len, const char *name, int form, char *out, size_t capacity) {
    static char copy[PORTAL_REQUEST_MAX + 1];
    size_t length = 0, i;
    if (query_len > PORTAL_REQUEST_MAX) {
        query_len = 0;
    }
    for (i = 0; i < query_len; i++) {
        copy[i] = form && query[i] == '+' ? ' ' : query[i];
    }
    if (fonap_uam_parameter(copy, query_len, name, strlen(name), (uint8_t *)out, capacity - 1, &length) != FONAP_RESULT_OK) {
        length = 0;
    }
    out[length] = 0;
    return out;
}

/* Adds &name=value to a URL. 0 when it does not fit. */
static int add_parameter(char *url, size_t capacity, const char *name, const char *value) {
    size_t length = strlen(url), added;
    int written = snprintf(url + length, capacity - length, "%c%s=", strchr(url, '?') ? '&' : '?', name);
    if (written < 0 || (size_t)written >= capacity - length) {
        return 0;
    }
    length += (size_t)written;
    if (fonap_uam_url_encode((const uint8_t *)value, strlen(value), url + length, capacity - length - 1, &added) !=
        FONAP_RESULT_OK) {
        return 0;
    }
    url[length + added] = 0;
    return 1;
}

/* The form came back: hide the password as the gateway wants it, and send the browser there. */
static void portal_login(const struct portal *portal, const char *query, size_t query_len, const char *form, size_t form_len,
                         struct portal_answer *answer) {
    char user[256], password[256], hex[64], sent[600], version[16], location[2048];
    uint8_t challenge[16];
    size_t length;
    int i, fine = 1;
    parameter(form, form_len, "UserName", 1, user, sizeof user);
    parameter(form, form_len, "Password", 1, password, sizeof password);
    parameter(form, form_len, "WISPrVersion", 1, version, sizeof version);
    parameter(query, query_len, "challenge", 0, hex, sizeof hex);
    for (i = 0; i < 16 && fine; i++) {
        unsigned octet;
        fine = sscanf(hex + 2 * i, "%2x", &octet) == 1;
        challenge[i] = (uint8_t)octet;
    }
    fine = fine && user[0] && strlen(password) <= 128 &&
           fonap_uam_obfuscate(challenge, portal->secret, portal->secret_len, (const uint8_t *)password, strlen(password), sent,
                               sizeof sent - 1, &length) == FONAP_RESULT_OK;
    memset(password, 0, sizeof password);
    if (fine) {
        sent[length] = 0;
        snprintf(location, sizeof location, "http://%s/logon", portal->gateway);
        fine = add_parameter(location, sizeof location, "username", user) &&
               add_parameter(location, sizeof location, "password", sent) &&
               (!version[0] || add_parameter(location, sizeof location, "WISPrVersion", version));
    }
    if (!fine) {
        answer->status = "400 Bad Request";
        snprintf(answer->headers, sizeof answer->headers, "Content-Type: text/plain\r\n");
        snprintf(answer->body, sizeof answer->body, "A name and a password are needed.\n");
        return;
    }
    answer->status = "302 Found";
    snprintf(answer->headers, sizeof answer->headers, "Location: %s\r\n", location);
    answer->body[0] = 0;
}

/* The message that tells smart clients how it went: empty where the page is none of an outcome. */
static const char *wispr_message(const struct portal *portal, const char *res, const char *reply, char *out, size_t capacity) {
    fonap_wispr_field fields[4];
    size_t count = 2, length = 0;
    char logoff[64];
    uint16_t kind = FONAP_WISPR_AUTHENTICATION_REPLY;
    memset(fields, 0, sizeof fields);
    fields[0].field = FONAP_WISPR_FIELD_MESSAGE_TYPE;
    fields[0].number = kind;
    fields[1].field = FONAP_WISPR_FIELD_RESPONSE_CODE;
    if (strcmp(res, "success") == 0 || strcmp(res, "already") == 0) {
        fields[1].number = 50;
        snprintf(logoff, sizeof logoff, "http://%s/logoff", portal->gateway);
        fields[count].field = FONAP_WISPR_FIELD_LOGOFF_URL;
        fields[count++].text = FONAP_TEXT(logoff);
    } else if (strcmp(res, "failed") == 0) {
        fields[1].number = 100;
        if (reply[0]) {
            fields[count].field = FONAP_WISPR_FIELD_REPLY_MESSAGE;
            fields[count++].text = FONAP_TEXT(reply);
        }
    } else if (strcmp(res, "logoff") == 0) {
        kind = FONAP_WISPR_LOGOFF_REPLY;
        fields[0].number = kind;
        fields[1].number = 150;
    } else {
        count = 0;
    }
    if (count == 0 || fonap_wispr_write(kind, fields, count, 0, out, capacity - 1, &length) != FONAP_RESULT_OK) {
        length = 0;
    }
    out[length] = 0;
    return out;
}

static void portal_page(const struct portal *portal, const char *query, size_t query_len, struct portal_answer *answer) {
    char res[32], reply[256], message[4096];
    parameter(query, query_len, "res", 0, res, sizeof res);
    parameter(query, query_len, "reply", 0, reply, sizeof reply);
    wispr_message(portal, res, reply, message, sizeof message);
    if (strcmp(res, "success") == 0 || strcmp(res, "already") == 0) {
        snprintf(answer->body, sizeof answer->body, "<!DOCTYPE html><title>Online</title><h1>You are online</h1>"
                                    "<p><a href=\"http://%s/logoff\">Sign off</a></p>%s\n", portal->gateway, message);
    } else if (strcmp(res, "logoff") == 0) {
        snprintf(answer->body, sizeof answer->body, "<!DOCTYPE html><title>Signed off</title><h1>You are signed off</h1>%s\n", message);
    } else {
        /* Without an action the form goes back to this page's own URL, with the challenge in it. */
        snprintf(answer->body, sizeof answer->body, "<!DOCTYPE html><title>Sign in</title><h1>Sign in</h1>%s"
                                    "<form method=\"post\"><label>Name <input name=\"UserName\"></label>"
                                    "<label>Password <input name=\"Password\" type=\"password\"></label>"
                                    "<button>Sign in</button></form>%s\n",
                 strcmp(res, "failed") == 0 ? "<p role=\"alert\">That did not work.</p>" : "", message);
    }
    answer->status = "200 OK";
    snprintf(answer->headers, sizeof answer->headers, "Content-Type: text/html; charset=utf-8\r\n");
}

int portal_answers(const struct portal *portal, const char *request, size_t request_len, size_t head_len,
                   struct portal_answer *answer) {
    char url[PORTAL_REQUEST_MAX + 128], res[32];
    const char *target = strchr(request, ' '), *end, *query;
    size_t bare;
    if (!target || strncmp(target + 1, "/portal/?", 9) != 0) {
        return 0;
    }
    target++;
    end = target + strcspn(target, " \r\n");
    query = target + 9;
    snprintf(url, sizeof url, "http://%s%.*s", portal->gateway, (int)(end - target), target);
    parameter(query, (size_t)(end - query), "res", 0, res, sizeof res);
    if (fonap_uam_verify(url, strlen(url), portal->secret, portal->secret_len, &bare) != FONAP_RESULT_OK &&
        strcmp(res, "wispr") != 0) {
        return 0;
    }
    if (strncmp(request, "POST ", 5) == 0) {
        portal_login(portal, query, (size_t)(end - query), request + head_len, request_len - head_len, answer);
    } else {
        portal_page(portal, query, (size_t)(end - query), answer);
    }
    return 1;
}

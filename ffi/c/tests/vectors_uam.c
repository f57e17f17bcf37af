/* Recorded cases of the gateway. */
#include "reading.h"

static int uam_recover(void) {
    fonap_octets challenge = octets("challenge");
    fonap_text secret = text("uamsecret"), received = text("received");
    uint8_t plain[128];
    size_t length;
    fonap_result result = fonap_uam_recover(challenge.data, (const uint8_t *)secret.data, secret.length, received.data,
                                            received.length, plain, sizeof plain, &length);
    return accepted(result, has("recovered_hex")) &&
           (result != FONAP_RESULT_OK || same_octets("recovered", plain, length, "recovered_hex"));
}

static int uam_pap(void) {
    fonap_octets challenge = octets("challenge");
    fonap_text secret = text("uamsecret"), password, sent;
    uint8_t key[16], plain[128];
    char out[512];
    size_t length;
    if (has("received")) {
        return uam_recover();
    }
    password = text("password");
    sent = text("sent");
    return ok("key", fonap_uam_key(challenge.data, (const uint8_t *)secret.data, secret.length, key)) &&
           same_octets("key", key, 16, "key") &&
           ok("obfuscate", fonap_uam_obfuscate(challenge.data, (const uint8_t *)secret.data, secret.length,
                                               (const uint8_t *)password.data, password.length, out, sizeof out, &length)) &&
           same_text("sent", out, length, "sent") &&
           ok("recover", fonap_uam_recover(challenge.data, (const uint8_t *)secret.data, secret.length, sent.data,
                                           sent.length, plain, sizeof plain, &length)) &&
           same("password", plain, length, password.data, length);
}

static int uam_chap(void) {
    fonap_octets challenge;
    fonap_text secret, password;
    uint8_t response[16], fits = 0, number8 = (uint8_t)number("ident");
    if (has("ident_text")) {
        fonap_text digits = text("ident_text");
        return ok("ident", fonap_uam_ident(digits.data, digits.length, &fits)) && (fits == number8 || wrong("ident"));
    }
    challenge = octets("challenge");
    secret = text("uamsecret");
    password = text("password");
    return ok("response", fonap_uam_chap_response(challenge.data, (const uint8_t *)secret.data, secret.length, number8,
                                                  (const uint8_t *)password.data, password.length, response)) &&
           same_octets("response", response, 16, "response") &&
           ok("verify", fonap_uam_verify_chap(challenge.data, (const uint8_t *)secret.data, secret.length, number8,
                                              (const uint8_t *)password.data, password.length, response, &fits)) &&
           (fits == 1 || wrong("fits"));
}

static int uam_md(void) {
    fonap_text url = text("url"), secret = text("uamsecret"), signed_url = text("signed");
    char out[4096];
    size_t length;
    return ok("sign", fonap_uam_sign(url.data, url.length, (const uint8_t *)secret.data, secret.length, out, sizeof out,
                                     &length)) &&
           same_text("signed", out, length, "signed") &&
           (secret.length == 0 ||
            (ok("verify", fonap_uam_verify(signed_url.data, signed_url.length, (const uint8_t *)secret.data, secret.length,
                                           &length)) &&
             (length == url.length || wrong("bare length"))));
}

static int uam_urlencode(void) {
    fonap_text plain = text("plain");
    char out[4096];
    size_t length;
    return ok("encode", fonap_uam_url_encode((const uint8_t *)plain.data, plain.length, out, sizeof out, &length)) &&
           same_text("encoded", out, length, "encoded");
}

static int uam_homepage(void) {
    fonap_text page = text("uamhomepage"), redirect = text("redirect");
    char out[ROOM];
    size_t length;
    return ok("homepage", fonap_uam_homepage(page.data, page.length, redirect.data, redirect.length, out, sizeof out,
                                             &length)) &&
           same_text("location", out, length, "location");
}

static int uam_query(void) {
    fonap_text query = text("query"), name = text("name");
    uint8_t out[4096];
    size_t length;
    fonap_result result = fonap_uam_parameter(query.data, query.length, name.data, name.length, out, sizeof out, &length);
    if (!has("value_hex")) {
        return result_is("parameter", result, FONAP_RESULT_NOT_FOUND);
    }
    return ok("parameter", result) && same_octets("value", out, length, "value_hex");
}

static int uam_newdomain(void) {
    fonap_text input = text("input");
    char out[ROOM], wanted[ROOM];
    size_t length, wanted_len = 0, i;
    if (has("mode") && !is("mode", "exact")) {
        return wrong("an unknown mode");
    }
    for (i = 0; i < number("patterns"); i++) {
        char path[32];
        fonap_text pattern;
        snprintf(path, sizeof path, "patterns.%u", (unsigned)i);
        pattern = text(path);
        memcpy(wanted + wanted_len, pattern.data, pattern.length);
        wanted_len += pattern.length;
        wanted[wanted_len++] = '\n';
    }
    return ok("domain file", fonap_radconfig_domain_file(input.data, input.length, FONAP_RADCONFIG_EXACT, out, sizeof out,
                                                         &length)) &&
           same("patterns", out, length, wanted, wanted_len) &&
           ok("remaining", fonap_radconfig_remaining(input.data, input.length, FONAP_RADCONFIG_EXACT, out, sizeof out,
                                                     &length)) &&
           same_text("remaining", out, length, "remaining");
}

static int uam_terminate_time(void) {
    fonap_text in = text("text");
    int64_t seconds;
    fonap_result result = fonap_radius_terminate_time(in.data, in.length, 0, &seconds);
    if (!has("epoch")) {
        return accepted(result, 0);
    }
    return ok("time", result) && ((uint64_t)seconds == number("epoch") || wrong("seconds"));
}

/* --- redirects, whole answers and JSON --- */

static fonap_text text_if(const char *path) {
    fonap_text none = {NULL, 0};
    return find(path) ? text(path) : none;
}

static fonap_octets as_octets(fonap_text from) {
    fonap_octets out;
    out.data = (const uint8_t *)from.data;
    out.length = from.length;
    return out;
}

/* Members below an object that are not in the list fail the case. */
static int only_below(const char *object, const char *members) {
    const struct member *member;
    size_t length = strlen(object);
    for (member = current->members; member->path; member++) {
        if (strncmp(member->path, object, length) == 0 && member->path[length] == '.') {
            char name[64];
            const char *rest = member->path + length + 1;
            snprintf(name, sizeof name, " %.*s ", (int)strcspn(rest, "."), rest);
            if (!strstr(members, name)) {
                snprintf(reason, sizeof reason, "a member of unknown meaning: %.100s", member->path);
                return 0;
            }
        }
    }
    return 1;
}

static int address(const char *path, uint8_t ip[4]) {
    unsigned a, b, c, d;
    char copy[32];
    fonap_text from = text(path);
    snprintf(copy, sizeof copy, "%.*s", (int)from.length, from.data);
    if (sscanf(copy, "%u.%u.%u.%u", &a, &b, &c, &d) != 4) {
        return wrong(path);
    }
    ip[0] = (uint8_t)a;
    ip[1] = (uint8_t)b;
    ip[2] = (uint8_t)c;
    ip[3] = (uint8_t)d;
    return 1;
}

static int is_set(const char *path) { return find(path) && (want(path)->kind == IS_TRUE || number(path) == 1); }

static int uam_config(fonap_gateway_config *config) {
    fonap_text called = text("config.called"), vlan = text_if("config.vlan");
    fonap_gateway_config_init(config, sizeof *config);
    config->uamserver = text("config.uamserver");
    config->uamport = (uint16_t)number("config.uamport");
    config->radiusnasid = text_if("config.nasid");
    config->uamsecret = as_octets(text_if("config.uamsecret"));
    config->ssid = text_if("config.ssid");
    config->vlan = find("config.vlan") ? (uint16_t)(vlan.length ? strtoul(vlan.data, NULL, 10) : number("config.vlan")) : 0;
    config->ssl = text_if("config.ssl");
    config->radiuslocationid = text_if("config.locationid");
    config->radiuslocationname = text_if("config.locationname");
    config->wisprlogin = text_if("config.wisprlogin");
    config->uamhomepage = text_if("config.uamhomepage");
    config->flags = FONAP_GATEWAY_COMPAT_VENDOR | (is_set("config.nowispr1") ? FONAP_GATEWAY_NO_WISPR1 : 0) |
                    (is_set("config.nowispr2") ? FONAP_GATEWAY_NO_WISPR2 : 0) |
                    (is_set("config.swapoctets") ? FONAP_GATEWAY_SWAPOCTETS : 0);
    return only_below("config", " uamserver uamip uamport called nasid uamsecret ssid vlan ssl locationid locationname wisprlogin "
                                "uamhomepage nowispr1 nowispr2 swapoctets ") &&
           address("config.uamip", config->uamlisten) &&
           ok("called", fonap_heartbeat_mac_parse(called.data, called.length, config->nasmac));
}

static int uam_state(fonap_uam_answer *answer, fonap_gateway_client *session) {
    static uint8_t mac[6];
    static uint8_t eap[256];
    size_t eap_len;
    fonap_uam_answer_init(answer, sizeof *answer);
    if (!only_below("state", " mac ip sessionid res challenge status uid timeleft reply redirurl userurl lang loc vlan eapmsg eap "
                             "sessiontimeout authenticated base session callback ") ||
        !only_below("state.status", " starttime sessiontime sessiontimeout stoptime ") ||
        !only_below("state.session", " user start timeout idle time idletime in out maxin maxout maxtotal ") ||
        !address("state.ip", answer->ip)) {
        return 0;
    }
    if (find("state.mac")) {
        fonap_text from = text("state.mac");
        if (!ok("mac", fonap_heartbeat_mac_parse(from.data, from.length, mac))) {
            return 0;
        }
        answer->mac = mac;
    }
    if (find("state.sessionid")) {
        answer->session_id = (const uint8_t *)text("state.sessionid").data;
    }
    if (find("state.challenge")) {
        if (text("state.challenge").length) {
            answer->challenge = octets("state.challenge").data;
        } else {
            answer->flags |= FONAP_UAM_ANSWER_EMPTY_CHALLENGE;
        }
    }
    answer->base = text_if("state.base");
    answer->uid = as_octets(text_if("state.uid"));
    answer->reply = as_octets(text_if("state.reply"));
    answer->loc = as_octets(text_if("state.loc"));
    answer->lang = as_octets(text_if("state.lang"));
    answer->redirurl = as_octets(text_if("state.redirurl"));
    answer->userurl = as_octets(text_if("state.userurl"));
    answer->callback = as_octets(text_if("state.callback"));
    answer->vlan = find("state.vlan") ? (uint16_t)number("state.vlan") : 0;
    answer->time_left = find("state.timeleft") ? number("state.timeleft") : 0;
    answer->session_timeout = find("state.sessiontimeout") ? number("state.sessiontimeout") : 0;
    if (find("state.eapmsg")) {
        fonap_text from = text("state.eapmsg");
        if (!ok("eapmsg", fonap_heartbeat_base64_decode(from.data, from.length, eap, sizeof eap, &eap_len))) {
            return 0;
        }
        answer->eap_msg.data = eap;
        answer->eap_msg.length = eap_len;
    }
    answer->flags |= (find("state.eap") && is_true("state.eap") ? FONAP_UAM_ANSWER_EAP : 0) |
                     (find("state.authenticated") && is_true("state.authenticated") ? FONAP_UAM_ANSWER_LOGGED_IN : 0);
    if (find("state.status")) {
        answer->flags |= FONAP_UAM_ANSWER_TIMES | (find("state.status.starttime") ? FONAP_UAM_ANSWER_START : 0) |
                         (find("state.status.stoptime") ? FONAP_UAM_ANSWER_STOP : 0);
        answer->start = find("state.status.starttime") ? (int64_t)number("state.status.starttime") : 0;
        answer->stop = find("state.status.stoptime") ? (int64_t)number("state.status.stoptime") : 0;
        answer->session_time = find("state.status.sessiontime") ? number("state.status.sessiontime") : 0;
        if (find("state.status.sessiontimeout")) {
            answer->session_timeout = number("state.status.sessiontimeout");
        }
    }
    if (find("state.session")) {
        memset(session, 0, sizeof *session);
        fonap_gateway_parameters_init(&session->parameters);
        session->user_name = as_octets(text("state.session.user"));
        session->start = (int64_t)number("state.session.start");
        session->parameters.session_timeout = number("state.session.timeout");
        session->parameters.idle_timeout = (uint32_t)number("state.session.idle");
        session->session_time = number("state.session.time");
        session->idle_time = number("state.session.idletime");
        session->input_octets = number("state.session.in");
        session->output_octets = number("state.session.out");
        session->parameters.max_input_octets = find("state.session.maxin") ? number("state.session.maxin") : 0;
        session->parameters.max_output_octets = find("state.session.maxout") ? number("state.session.maxout") : 0;
        session->parameters.max_total_octets = find("state.session.maxtotal") ? number("state.session.maxtotal") : 0;
        answer->session = session;
    }
    return 1;
}

static int uam_redirect(void) {
    fonap_gateway_config config;
    fonap_uam_answer answer;
    fonap_gateway_client session;
    fonap_text res = text("state.res");
    char out[8192];
    size_t length;
    return uam_config(&config) && uam_state(&answer, &session) &&
           ok("location", fonap_uam_location(&config, &answer, res.data, res.length, out, sizeof out, &length)) &&
           same_text("location", out, length, "location");
}

static int uam_situation(fonap_uam_answer *answer) {
    static const struct {
        const char *kind;
        uint32_t situation;
    } kinds[] = {{"notyet", FONAP_UAM_NOTYET},       {"prelogin", FONAP_UAM_NOTYET},
                 {"splash", FONAP_UAM_SPLASH},       {"success", FONAP_UAM_SUCCESS},
                 {"reject", FONAP_UAM_REJECT},       {"noroute", FONAP_UAM_NOROUTE},
                 {"timeout", FONAP_UAM_TIMEOUT},     {"mtu", FONAP_UAM_MTU},
                 {"protocol", FONAP_UAM_PROTOCOL},   {"other", FONAP_UAM_OTHER},
                 {"error", FONAP_UAM_REQUEST_ERROR}, {"request_error", FONAP_UAM_REQUEST_ERROR},
                 {"already", FONAP_UAM_ALREADY},     {"challenge", FONAP_UAM_CHALLENGE},
                 {"logoff", FONAP_UAM_LOGOFF},       {"abort", FONAP_UAM_ABORT},
                 {"abort_late", FONAP_UAM_ABORT_LATE}, {"status", FONAP_UAM_STATUS},
                 {"status-on", FONAP_UAM_STATUS},    {"status-off", FONAP_UAM_STATUS}};
    size_t i;
    for (i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (is("kind", kinds[i].kind)) {
            answer->situation = kinds[i].situation;
            return 1;
        }
    }
    return wrong("a kind of unknown meaning");
}

static int uam_response(void) {
    fonap_gateway_config config;
    fonap_uam_answer answer;
    fonap_gateway_client session;
    uint8_t out[ROOM];
    size_t length;
    if (!uam_config(&config) || !uam_state(&answer, &session) || !uam_situation(&answer)) {
        return 0;
    }
    answer.flags |= find("wispr2") && is_true("wispr2") ? FONAP_UAM_ANSWER_WISPR2 : 0;
    return ok("response", fonap_uam_response(&config, &answer, out, sizeof out, &length)) &&
           same_text("response", out, length, "response");
}

static int uam_json(void) {
    fonap_gateway_config config;
    fonap_uam_answer answer;
    fonap_gateway_client session;
    fonap_text body = text("body");
    uint8_t out[ROOM];
    size_t length;
    if (!uam_config(&config) || !uam_state(&answer, &session) || !uam_situation(&answer)) {
        return 0;
    }
    answer.flags |= is("kind", "status-on") || is("kind", "success") || is("kind", "already") ? FONAP_UAM_ANSWER_LOGGED_IN : 0;
    return ok("json", fonap_uam_json(&config, &answer, out, sizeof out, &length)) &&
           same_text("response", out, length, "response") &&
           same("body", out + length - body.length, body.length, body.data, body.length);
}

const struct handler uam_handlers[] = {
    {"uam/redirect.json", uam_redirect, " config state location "},
    {"uam/response.json", uam_response, " config state kind wispr2 response "},
    {"uam/json.json", uam_json, " config state kind body response "},
    {"uam/pap.json", uam_pap,
     " challenge key password received recovered_hex sent sent_padded16 uamsecret "},
    {"uam/chap.json", uam_chap,
     " challenge chap_challenge_attr chap_password_attr ident ident_text password response uamsecret "},
    {"uam/md.json", uam_md,
     " md signed uamsecret url "},
    {"uam/urlencode.json", uam_urlencode,
     " encoded plain "},
    {"uam/homepage.json", uam_homepage,
     " location redirect uamhomepage "},
    {"uam/query.json", uam_query,
     " name query value value_hex "},
    {"uam/newdomain.json", uam_newdomain,
     " input patterns remaining "},
    {"uam/terminate_time.json", uam_terminate_time,
     " epoch text vendor_epoch "},
    {NULL, NULL, NULL},
};

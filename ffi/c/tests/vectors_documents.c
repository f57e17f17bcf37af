/* Recorded cases of the crates eapconfig and passpoint. */
#include "reading.h"

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
    {"eapconfig/usernames.json", usernames, " input suffix hint expect "},
    {"eapconfig/date_times.json", date_times, " input expect "},
    {"eapconfig/index.json", eap_document, " file verdict reason xsd_valid linux_app content_hex expected "},
    {"passpoint/decode/index.json", passpoint_decode,
     " file kind origin checker_args result code facts parts decoded signature content_hex "},
    {"passpoint/encode", passpoint_encode, " model_json expected "},
    {NULL, NULL, NULL},
};

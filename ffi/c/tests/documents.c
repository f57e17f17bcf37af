/* The modules that need std: discovery, eapconfig, passpoint. */

#include "check.h"

static uint8_t counter;
static const fonap_random random_source = {counting, &counter};

static void discovery(void) {
    static const char list[] =
        "{\"version\":1,\"seq\":2023020908,\"instances\":[{\"id\":\"cat_7\",\"cat_idp\":7,\"country\":\"FR\","
        "\"name\":\"Universite de Sur\",\"profiles\":[{\"id\":\"cat_70\",\"name\":\"Staff\",\"oauth\":false,"
        "\"eapconfig_endpoint\":\"https://cat.example.org/70\"},"
        "{\"id\":\"cat_71\",\"name\":\"Students\",\"redirect\":\"javascript:alert(1)\"}]}]}";
    fonap_discovery *discovery = NULL;
    size_t length, count, place = 9, i;
    uint64_t seq;
    uint32_t flow, metres[4], verdict;
    char out[200];
    size_t places[4];
    uint8_t rewritten;
    uint64_t high = 7, new_high;
    fonap_text problem;
    fonap_discovery_institution institution;
    for (i = 0; i < sizeof list - 1; i++) {
        RESULT(fonap_discovery_new((const uint8_t *)list, i, "en", 2, &discovery, &problem), FONAP_RESULT_MALFORMED);
        CHECK(problem.length > 0);
    }
    NULLED(fonap_discovery_new(NULL, 3, "en", 2, &discovery, NULL));
    NULLED(fonap_discovery_new((const uint8_t *)list, sizeof list - 1, NULL, 2, &discovery, NULL));
    NULLED(fonap_discovery_new((const uint8_t *)list, sizeof list - 1, "en", 2, NULL, NULL));
    OK(fonap_discovery_new((const uint8_t *)list, sizeof list - 1, "en", 2, &discovery, NULL));
    OK(fonap_discovery_count(discovery, &count, &seq));
    CHECK(count == 1 && seq == 2023020908);
    NULLED(fonap_discovery_count(NULL, &count, &seq));
    OK(fonap_discovery_search(discovery, "sur univ", 8, 0, &place));
    CHECK(place == 0);
    RESULT(fonap_discovery_search(discovery, "sur univ", 8, 1, &place), FONAP_RESULT_NOT_FOUND);
    NULLED(fonap_discovery_search(discovery, NULL, 8, 0, &place));
    OK(fonap_discovery_institution_name(discovery, 0, out, sizeof out, &length));
    CHECK(length == 17 && memcmp(out, "Universite de Sur", 17) == 0);
    RESULT(fonap_discovery_institution_name(discovery, 0, out, 16, &length), FONAP_RESULT_BUFFER_TOO_SMALL);
    RESULT(fonap_discovery_institution_name(discovery, 1, out, sizeof out, &length), FONAP_RESULT_NOT_FOUND);
    OK(fonap_discovery_profile_name(discovery, 0, 0, &flow, out, sizeof out, &length));
    CHECK(flow == FONAP_DISCOVERY_DIRECT && length == 5);
    OK(fonap_discovery_profile_url(discovery, 0, 0, out, sizeof out, &length));
    CHECK(length == 26 && memcmp(out, "https://cat.example.org/70", 26) == 0);
    OK(fonap_discovery_profile_name(discovery, 0, 1, &flow, out, sizeof out, &length));
    CHECK(flow == FONAP_DISCOVERY_UNAVAILABLE);
    RESULT(fonap_discovery_profile_url(discovery, 0, 1, out, sizeof out, &length), FONAP_RESULT_UNSUPPORTED);
    RESULT(fonap_discovery_profile_url(discovery, 0, 2, out, sizeof out, &length), FONAP_RESULT_NOT_FOUND);
    NULLED(fonap_discovery_profile_url(NULL, 0, 2, out, sizeof out, &length));
    NULLED(fonap_discovery_institution_name(NULL, 0, out, sizeof out, &length));
    NULLED(fonap_discovery_profile_name(NULL, 0, 0, &flow, out, sizeof out, &length));
    BUFFER(fonap_discovery_institution_name(discovery, 0, (char *)out, capacity, length));
    BUFFER(fonap_discovery_profile_name(discovery, 0, 0, NULL, (char *)out, capacity, length));
    flow = 99;
    RESULT(fonap_discovery_profile_name(discovery, 0, 0, &flow, NULL, 0, &length), FONAP_RESULT_BUFFER_TOO_SMALL);
    CHECK(flow == 99);
    BUFFER(fonap_discovery_profile_url(discovery, 0, 0, (char *)out, capacity, length));
    BUFFER(fonap_discovery_profile_id(discovery, 0, 1, (char *)out, capacity, length));
    BUFFER(fonap_discovery_profile_problems(discovery, 0, 1, (char *)out, capacity, length));
    NULLED(fonap_discovery_profile_id(NULL, 0, 0, out, sizeof out, &length));
    NULLED(fonap_discovery_profile_problems(NULL, 0, 0, out, sizeof out, &length));
    RESULT(fonap_discovery_profile_id(discovery, 0, 2, out, sizeof out, &length), FONAP_RESULT_NOT_FOUND);
    SIZED(fonap_discovery_institution, fonap_discovery_institution_at(discovery, 0, place, size));
    OK(fonap_discovery_institution_at(discovery, 0, &institution, sizeof institution));
    CHECK(institution.profile_count == 2 && institution.site_count == 0 && institution.named && institution.country.length == 2);
    NULLED(fonap_discovery_institution_at(discovery, 0, NULL, 0));
    NULLED(fonap_discovery_institution_at(NULL, 0, &institution, sizeof institution));
    RESULT(fonap_discovery_institution_at(discovery, 1, &institution, sizeof institution), FONAP_RESULT_NOT_FOUND);
    NULLED(fonap_discovery_hits(discovery, "u", 1, NULL, 4, &count));
    places[0] = 99;
    NULLED(fonap_discovery_hits(discovery, "u", 1, places, 4, NULL));
    CHECK(places[0] == 99);
    OK(fonap_discovery_hits(discovery, "u", 1, NULL, 0, &count));
    CHECK(count == 1);
    OK(fonap_discovery_nearest(discovery, 1, 1, 0, places, metres, 4, &count));
    CHECK(count == 1 && places[0] == 0 && metres[0] == UINT32_MAX);
    OK(fonap_discovery_nearest(discovery, 1, 1, 500, places, NULL, 4, &count));
    CHECK(count == 0);
    RESULT(fonap_discovery_nearest(discovery, 90000001, 1, 0, places, NULL, 4, &count), FONAP_RESULT_ARGUMENT);
    NULLED(fonap_discovery_nearest(discovery, 1, 1, 0, NULL, NULL, 4, &count));
    NULLED(fonap_discovery_nearest(NULL, 1, 1, 0, places, NULL, 4, &count));
    BUFFER(fonap_discovery_url_verify("https://p.example", 17, FONAP_DISCOVERY_URL_ENDPOINT, NULL, (char *)out, capacity, length, NULL));
    NULLED(fonap_discovery_url_verify(NULL, 17, FONAP_DISCOVERY_URL_ENDPOINT, NULL, out, sizeof out, &length, NULL));
    RESULT(fonap_discovery_url_verify("x", 1, 3, &rewritten, out, sizeof out, &length, NULL), FONAP_RESULT_ARGUMENT);
    RESULT(fonap_discovery_url_verify("x", 1, 1, &rewritten, out, sizeof out, &length, &problem), FONAP_RESULT_MALFORMED);
    NULLED(fonap_discovery_judge(&high, &high, 7, 1, 0, NULL, &new_high));
    NULLED(fonap_discovery_judge(&high, &high, 7, 1, 0, &verdict, NULL));
    OK(fonap_discovery_judge(&high, &high, 7, 1, 0, &verdict, &new_high));
    CHECK(verdict == FONAP_DISCOVERY_UNCHANGED && new_high == 7);
    fonap_discovery_free(discovery);
    fonap_discovery_free(NULL);
}

/* The client: NULL everywhere, and one way to the end, by a list that came with the program. */
static void discovery_client(void) {
    static const char list[] =
        "{\"version\":1,\"seq\":2023020908,\"instances\":[{\"id\":\"cat_7\",\"cat_idp\":7,\"country\":\"FR\","
        "\"name\":\"Sur\",\"profiles\":[{\"id\":\"cat_70\",\"name\":\"Staff\",\"oauth\":false,"
        "\"eapconfig_endpoint\":\"https://cat.example.org/70\"}]}]}";
    static const char wanted[] = "<?xml version=\"1.0\"?><EAPIdentityProviderList/>";
    static const uint8_t random_octets[32] = {1};
    fonap_discovery_client *client = NULL;
    fonap_discovery_config config;
    fonap_discovery_cached cached;
    fonap_discovery_output output;
    const char *problem = NULL;
    fonap_text name;
    uint64_t ignored;
    int asked = 0, shown = 0, done = 0;
    memset(&cached, 0, sizeof cached);
    NULLED(fonap_discovery_config_init(NULL, sizeof config));
    RESULT(fonap_discovery_config_init(&config, 3), FONAP_RESULT_ARGUMENT);
    OK(fonap_discovery_config_init(&config, sizeof config));
    RESULT(fonap_discovery_client_new(&config, &client, &problem), FONAP_RESULT_CONFIG);
    CHECK(strncmp(problem, "client_id", 9) == 0);
    config.discovery_url = FONAP_TEXT("https://disco.example/v1.json");
    config.client_id = FONAP_TEXT("app.example");
    config.embedded.data = (const uint8_t *)list;
    config.embedded.length = sizeof list - 1;
    NULLED(fonap_discovery_client_new(NULL, &client, NULL));
    NULLED(fonap_discovery_client_new(&config, NULL, NULL));
    OK(fonap_discovery_client_new(&config, &client, NULL));
    NULLED(fonap_discovery_client_start(NULL));
    NULLED(fonap_discovery_client_cancel(NULL));
    NULLED(fonap_discovery_client_cache(NULL, 0, &cached));
    NULLED(fonap_discovery_client_cache(client, 0, NULL));
    NULLED(fonap_discovery_client_http(NULL, 0, 1, 200, NULL, 0, NULL, 0));
    RESULT(fonap_discovery_client_http(client, 0, 1, 200, NULL, 0, NULL, 0), FONAP_RESULT_NOT_FOUND);
    NULLED(fonap_discovery_client_http_failed(NULL, 1));
    RESULT(fonap_discovery_client_http_failed(client, 1), FONAP_RESULT_NOT_FOUND);
    NULLED(fonap_discovery_client_select_institution(client, NULL, 1));
    NULLED(fonap_discovery_client_select_profile(client, NULL, 1));
    NULLED(fonap_discovery_client_token(NULL, 0, NULL, 0, 0, 0));
    NULLED(fonap_discovery_client_refresh_token(client, 0, NULL, 1));
    NULLED(fonap_discovery_client_listening(client, 1, NULL, random_octets));
    NULLED(fonap_discovery_client_listening(client, 1, random_octets, NULL));
    NULLED(fonap_discovery_client_listening_again(client, 1, NULL, 43, "s", 1));
    RESULT(fonap_discovery_client_listening_again(client, 1, "short", 5, "s", 1), FONAP_RESULT_ARGUMENT);
    NULLED(fonap_discovery_client_callback(client, 0, 1, NULL, 3, "/", 1));
    NULLED(fonap_discovery_client_callback(client, 0, 1, "GET", 3, NULL, 1));
    NULLED(fonap_discovery_client_poll(NULL, &output, sizeof output));
    NULLED(fonap_discovery_client_poll(client, NULL, 0));
    NULLED(fonap_discovery_client_ignored(NULL, &ignored));
    NULLED(fonap_discovery_client_state_name(NULL, &name));
    SIZED(fonap_discovery_output, fonap_discovery_client_poll(client, place, size));
    OK(fonap_discovery_client_state_name(client, &name));
    CHECK(name.length == 4 && memcmp(name.data, "idle", 4) == 0);
    OK(fonap_discovery_client_start(client));
    while (!done) {
        OK(fonap_discovery_client_poll(client, &output, sizeof output));
        CHECK(output.kind != FONAP_DISCOVERY_OUT_WAIT);
        if (output.kind == FONAP_DISCOVERY_OUT_LOAD_CACHE) {
            OK(fonap_discovery_client_cache(client, 1700000000, &cached));
        } else if (output.kind == FONAP_DISCOVERY_OUT_HTTP && asked++ == 0) {
            OK(fonap_discovery_client_http_failed(client, output.request));
        } else if (output.kind == FONAP_DISCOVERY_OUT_HTTP) {
            CHECK(output.url.length == 26 && output.header_count > 0 && output.max_octets > 1000);
            RESULT(fonap_discovery_client_http(client, 1700000002, output.request + 1, 200, NULL, 0, NULL, 0),
                   FONAP_RESULT_NOT_FOUND);
            OK(fonap_discovery_client_http(client, 1700000002, output.request, 200, NULL, 0, (const uint8_t *)wanted,
                                           sizeof wanted - 1));
        } else if (output.kind == FONAP_DISCOVERY_OUT_SHOW_INSTITUTIONS && shown++ == 0) {
            CHECK(output.count == 1 && output.source == FONAP_DISCOVERY_EMBEDDED);
            OK(fonap_discovery_client_select_institution(client, "cat_7", 5));
        } else if (output.kind == FONAP_DISCOVERY_OUT_DONE) {
            CHECK(output.body.length == sizeof wanted - 1);
            done = 1;
        }
    }
    OK(fonap_discovery_client_ignored(client, &ignored));
    fonap_discovery_client_free(client);
    fonap_discovery_client_free(NULL);
}

static void eapconfig(void) {
    static const char document[] =
        "<EAPIdentityProviderList><EAPIdentityProvider ID=\"example.org\" namespace=\"urn:RFC4282:realm\">"
        "<AuthenticationMethods><AuthenticationMethod><EAPMethod><Type>52</Type></EAPMethod><ClientSideCredential>"
        "<InnerIdentitySuffix>example.org</InnerIdentitySuffix><InnerIdentityHint>true</InnerIdentityHint>"
        "</ClientSideCredential></AuthenticationMethod></AuthenticationMethods>"
        "<CredentialApplicability><IEEE80211><SSID>eduroam</SSID></IEEE80211></CredentialApplicability>"
        "</EAPIdentityProvider></EAPIdentityProviderList>";
    fonap_eapconfig *config = NULL;
    fonap_eapconfig_choice choice;
    fonap_text name;
    size_t length, i;
    int64_t seconds;
    char out[200];
    for (i = 0; i < sizeof document - 1; i++) {
        RESULT(fonap_eapconfig_new((const uint8_t *)document, i, &config, &name), FONAP_RESULT_MALFORMED);
        CHECK(name.length > 0);
    }
    NULLED(fonap_eapconfig_new(NULL, 3, &config, NULL));
    NULLED(fonap_eapconfig_new((const uint8_t *)document, sizeof document - 1, NULL, NULL));
    OK(fonap_eapconfig_new((const uint8_t *)document, sizeof document - 1, &config, NULL));
    OK(fonap_eapconfig_choose(config, 1767225600, &choice));
    CHECK(choice.provider == 0 && choice.method == 0 && choice.eap_type == 52);
    CHECK(choice.needs == (FONAP_EAPCONFIG_NEEDS_USERNAME | FONAP_EAPCONFIG_NEEDS_PASSWORD));
    NULLED(fonap_eapconfig_choose(NULL, 0, &choice));
    NULLED(fonap_eapconfig_choose(config, 0, NULL));
    OK(fonap_eapconfig_username(config, 0, 0, "john", 4, out, sizeof out, &length));
    CHECK(length == 16 && memcmp(out, "john@example.org", 16) == 0);
    RESULT(fonap_eapconfig_username(config, 0, 0, "john@other.org", 14, out, sizeof out, &length), FONAP_RESULT_ARGUMENT);
    RESULT(fonap_eapconfig_username(config, 0, 1, "john", 4, out, sizeof out, &length), FONAP_RESULT_NOT_FOUND);
    name = FONAP_TEXT("john@example.org");
    OK(fonap_eapconfig_wpa_setting(config, 0, 0, name, "eap", 3, out, sizeof out, &length));
    CHECK(length == 3 && memcmp(out, "PWD", 3) == 0);
    RESULT(fonap_eapconfig_wpa_setting(config, 0, 0, name, "nothing", 7, out, sizeof out, &length), FONAP_RESULT_NOT_FOUND);
    OK(fonap_eapconfig_trust_bundle(config, 0, 0, NULL, 0, &length));
    CHECK(length == 0);
    NULLED(fonap_eapconfig_trust_bundle(NULL, 0, 0, out, sizeof out, &length));
    BUFFER(fonap_eapconfig_trust_bundle(config, 0, 0, (char *)out, capacity, length));
    BUFFER(fonap_eapconfig_username(config, 0, 0, "john", 4, (char *)out, capacity, length));
    NULLED(fonap_eapconfig_username(config, 0, 0, NULL, 4, out, sizeof out, &length));
    BUFFER(fonap_eapconfig_wpa_setting(config, 0, 0, name, "identity", 8, (char *)out, capacity, length));
    NULLED(fonap_eapconfig_wpa_setting(config, 0, 0, name, NULL, 8, out, sizeof out, &length));
    BUFFER(fonap_eapconfig_check_username("john", 4, "example.org", 11, 1, (char *)out, capacity, length, NULL));
    NULLED(fonap_eapconfig_check_username(NULL, 4, "example.org", 11, 1, out, sizeof out, &length, NULL));
    RESULT(fonap_eapconfig_check_username("", 0, NULL, 0, 1, out, sizeof out, &length, &name), FONAP_RESULT_ARGUMENT);
    CHECK(name.length > 0);
    BUFFER(fonap_eapconfig_display_name(config, 0, "en", 2, (char *)out, capacity, length));
    NULLED(fonap_eapconfig_display_name(config, 0, NULL, 2, out, sizeof out, &length));
    RESULT(fonap_eapconfig_display_name(config, 1, "en", 2, out, sizeof out, &length), FONAP_RESULT_NOT_FOUND);
    NULLED(fonap_eapconfig_count(NULL, &i, 0, &length));
    OK(fonap_eapconfig_count(config, &i, 0, &length));
    CHECK(i == 1 && length == 1);
    RESULT(fonap_eapconfig_count(config, &i, 1, &length), FONAP_RESULT_NOT_FOUND);
    NULLED(fonap_eapconfig_reason(NULL, 0, &name));
    RESULT(fonap_eapconfig_reason(config, 1767225600, &name), FONAP_RESULT_NOT_FOUND);
    NULLED(fonap_eapconfig_date_time(NULL, 3, &seconds));
    NULLED(fonap_eapconfig_date_time("2026-01-01T00:00:00Z", 20, NULL));
    RESULT(fonap_eapconfig_date_time("2026", 4, &seconds), FONAP_RESULT_MALFORMED);
    OK(fonap_eapconfig_date_time("2026-01-01T00:00:00Z", 20, &seconds));
    CHECK(seconds == 1767225600);
    fonap_eapconfig_free(config);
    fonap_eapconfig_free(NULL);
}

static void passpoint(void) {
    fonap_passpoint_profile *profile = NULL;
    static const char model[] =
        "{\"version\":1,\"profile\":{\"id\":\"org.example.wifi\",\"display_name\":\"Example\"},\"credential\":"
        "{\"kind\":\"password\",\"realm\":\"example.com\",\"eap\":\"ttls\",\"inner\":\"mschapv2\","
        "\"username\":\"alice@example.com\",\"password\":\"nicePassword\"},\"server\":{\"use_system_cas\":true,"
        "\"names\":[\"radius.example.com\"]},\"ssids\":[{\"ssid\":\"eduroam\"}]}";
    char findings[500], out[500];
    size_t length = 0;
    uint32_t format;
    fonap_text rule;
    NULLED(fonap_passpoint_profile_new(NULL, 3, &profile, NULL, 0, NULL));
    NULLED(fonap_passpoint_profile_new((const uint8_t *)"{}", 2, NULL, NULL, 0, NULL));
    RESULT(fonap_passpoint_profile_new((const uint8_t *)"{", 1, &profile, NULL, 0, NULL), FONAP_RESULT_MALFORMED);
    RESULT(fonap_passpoint_profile_new((const uint8_t *)"{}", 2, &profile, NULL, 0, NULL), FONAP_RESULT_CONFIG);
    RESULT(fonap_passpoint_profile_new((const uint8_t *)"{}", 2, &profile, findings, sizeof findings, &length),
           FONAP_RESULT_CONFIG);
    CHECK(length > 0 && length <= sizeof findings);
    RESULT(fonap_passpoint_profile_decode(9, 0, 0, (const uint8_t *)"x", 1, &profile, NULL), FONAP_RESULT_ARGUMENT);
    RESULT(fonap_passpoint_profile_decode(FONAP_PASSPOINT_APPLE, 2, 0, (const uint8_t *)"x", 1, &profile, NULL),
           FONAP_RESULT_ARGUMENT);
    RESULT(fonap_passpoint_profile_decode(FONAP_PASSPOINT_APPLE, 0, 0, (const uint8_t *)"x", 1, &profile, &rule),
           FONAP_RESULT_MALFORMED);
    CHECK(rule.length > 6 && memcmp(rule.data, "apple.", 6) == 0);
    NULLED(fonap_passpoint_profile_decode(FONAP_PASSPOINT_APPLE, 0, 0, NULL, 1, &profile, NULL));
    OK(fonap_passpoint_profile_new((const uint8_t *)model, sizeof model - 1, &profile, NULL, 0, NULL));
    BUFFER(fonap_passpoint_profile_json(profile, (char *)out, capacity, length));
    BUFFER(fonap_passpoint_profile_findings(profile, (char *)out, capacity, length));
    NULLED(fonap_passpoint_profile_findings(NULL, out, sizeof out, &length));
    /* Android's format is for profiles with a home only. */
    RESULT(fonap_passpoint_profile_encode(profile, FONAP_PASSPOINT_ANDROID, &random_source, 1, NULL, 0, &length),
           FONAP_RESULT_UNSUPPORTED);
    for (format = FONAP_PASSPOINT_APPLE; format <= FONAP_PASSPOINT_ONC; format++) {
        BUFFER(fonap_passpoint_profile_encode(profile, format, &random_source, 1, out, capacity, length));
    }
    RESULT(fonap_passpoint_profile_encode(profile, 9, &random_source, 1, NULL, 0, &length), FONAP_RESULT_ARGUMENT);
    NULLED(fonap_passpoint_profile_encode(profile, FONAP_PASSPOINT_APPLE, NULL, 1, NULL, 0, &length));
    fonap_passpoint_profile_free(profile);
    NULLED(fonap_passpoint_profile_json(NULL, out, sizeof out, &length));
    NULLED(fonap_passpoint_profile_encode(NULL, FONAP_PASSPOINT_ONC, &random_source, 0, NULL, 0, &length));
    fonap_passpoint_profile_free(NULL);
}

int main(void) {
    discovery();
    discovery_client();
    eapconfig();
    passpoint();
    puts("documents: passed");
    return 0;
}

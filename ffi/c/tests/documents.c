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
    uint32_t flow;
    char out[200];
    for (i = 0; i < sizeof list - 1; i++) {
        RESULT(fonap_discovery_new((const uint8_t *)list, i, "en", 2, &discovery), FONAP_RESULT_MALFORMED);
    }
    NULLED(fonap_discovery_new(NULL, 3, "en", 2, &discovery));
    NULLED(fonap_discovery_new((const uint8_t *)list, sizeof list - 1, NULL, 2, &discovery));
    NULLED(fonap_discovery_new((const uint8_t *)list, sizeof list - 1, "en", 2, NULL));
    OK(fonap_discovery_new((const uint8_t *)list, sizeof list - 1, "en", 2, &discovery));
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
    fonap_discovery_free(discovery);
    fonap_discovery_free(NULL);
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
    char out[200];
    for (i = 0; i < sizeof document - 1; i++) {
        RESULT(fonap_eapconfig_new((const uint8_t *)document, i, &config), FONAP_RESULT_MALFORMED);
    }
    NULLED(fonap_eapconfig_new(NULL, 3, &config));
    OK(fonap_eapconfig_new((const uint8_t *)document, sizeof document - 1, &config));
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
    fonap_eapconfig_free(config);
    fonap_eapconfig_free(NULL);
}

static void passpoint(void) {
    fonap_passpoint_profile *profile = NULL;
    char findings[500], out[500];
    size_t length = 0;
    NULLED(fonap_passpoint_profile_new(NULL, 3, &profile, NULL, 0, NULL));
    NULLED(fonap_passpoint_profile_new((const uint8_t *)"{}", 2, NULL, NULL, 0, NULL));
    RESULT(fonap_passpoint_profile_new((const uint8_t *)"{", 1, &profile, NULL, 0, NULL), FONAP_RESULT_MALFORMED);
    RESULT(fonap_passpoint_profile_new((const uint8_t *)"{}", 2, &profile, NULL, 0, NULL), FONAP_RESULT_CONFIG);
    RESULT(fonap_passpoint_profile_new((const uint8_t *)"{}", 2, &profile, findings, sizeof findings, &length),
           FONAP_RESULT_CONFIG);
    CHECK(length > 0 && length <= sizeof findings);
    RESULT(fonap_passpoint_profile_decode(9, (const uint8_t *)"x", 1, &profile), FONAP_RESULT_ARGUMENT);
    RESULT(fonap_passpoint_profile_decode(FONAP_PASSPOINT_APPLE, (const uint8_t *)"x", 1, &profile), FONAP_RESULT_MALFORMED);
    NULLED(fonap_passpoint_profile_decode(FONAP_PASSPOINT_APPLE, NULL, 1, &profile));
    NULLED(fonap_passpoint_profile_json(NULL, out, sizeof out, &length));
    NULLED(fonap_passpoint_profile_encode(NULL, FONAP_PASSPOINT_ONC, &random_source, 0, NULL, 0, &length));
    fonap_passpoint_profile_free(NULL);
}

int main(void) {
    discovery();
    eapconfig();
    passpoint();
    puts("documents: passed");
    return 0;
}

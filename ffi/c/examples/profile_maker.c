/*
 * A profile maker: profile_maker FORMAT < MODEL.json > FILE, FORMAT being android, apple, windows, onc or wpa.
 */
#include "fonap.h"
#include <stdio.h>
#include <stdlib.h>

static void fill(void *context, uint8_t *out, size_t length) {
    FILE *urandom = fopen("/dev/urandom", "rb");
    (void)context;
    if (!urandom || fread(out, 1, length, urandom) != length) {
        abort();
    }
    fclose(urandom);
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        uint32_t format;
    } formats[] = {{"android", FONAP_PASSPOINT_ANDROID},
                   {"apple", FONAP_PASSPOINT_APPLE},
                   {"windows", FONAP_PASSPOINT_WINDOWS},
                   {"onc", FONAP_PASSPOINT_ONC},
                   {"wpa", FONAP_PASSPOINT_WPA}};
    static uint8_t json[1 << 20], file[4 << 20];
    char findings[2000];
    fonap_random random = {fill, NULL};
    fonap_passpoint_profile *profile = NULL;
    size_t length, found = 0, i;
    fonap_result result;
    for (i = 0; argc == 2 && i < sizeof formats / sizeof *formats && strcmp(formats[i].name, argv[1]); i++) {
    }
    if (argc != 2 || i == sizeof formats / sizeof *formats) {
        fprintf(stderr, "usage: profile_maker android|apple|windows|onc|wpa < MODEL.json > FILE\n");
        return 2;
    }
    length = fread(json, 1, sizeof json, stdin);
    result = fonap_passpoint_profile_new(json, length, &profile, findings, sizeof findings, &found);
    if (result != FONAP_RESULT_OK) {
        fprintf(stderr, "profile_maker: %s\n%.*s", fonap_result_text(result), (int)found, findings);
        return 1;
    }
    result = fonap_passpoint_profile_encode(profile, formats[i].format, &random, 1, file, sizeof file, &length);
    fonap_passpoint_profile_free(profile);
    if (result != FONAP_RESULT_OK) {
        fprintf(stderr, "profile_maker: %s\n", fonap_result_text(result));
        return 1;
    }
    return fwrite(file, 1, length, stdout) == length ? 0 : 1;
}

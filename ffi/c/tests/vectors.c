/* Runs the recorded cases through the C interface. Prints a line for each file, and the cases that fail. */

#include "reading.h"

static const struct handler *const modules[] = {
    heartbeat_handlers, radius_handlers, uam_handlers, wispr_handlers,
#ifndef FIRMWARE
    discovery_handlers, discovery_client_handlers, document_handlers,
#endif
};

static const struct handler *handler_of(const char *file) {
    size_t module;
    const struct handler *handler;
    for (module = 0; module < sizeof modules / sizeof *modules; module++) {
        for (handler = modules[module]; handler->file; handler++) {
            if (strcmp(handler->file, file) == 0) {
                return handler;
            }
        }
    }
    return NULL;
}

static void load_key(const struct file *files) {
    for (; files->name; files++) {
        if (strcmp(files->name, "keys") == 0) {
            fonap_octets file;
            current = files->cases;
            file = octets("rsa_a");
            if (fonap_heartbeat_rsa_key_new(file.data, file.length, &rsa_a) == FONAP_RESULT_OK) {
                return;
            }
        }
    }
    fprintf(stderr, "no RSA key\n");
    exit(2);
}

int main(void) {
    const struct file *file;
    const struct handler *handler;
    unsigned all_failed = 0, all_passed = 0, files = 0, known = 0;
    size_t module;
    load_key(vector_files);
    for (module = 0; module < sizeof modules / sizeof *modules; module++) {
        for (handler = modules[module]; handler->file; handler++) {
            known++;
        }
    }
    for (file = vector_files; file->name; file++) {
        size_t i;
        unsigned passed = 0, failed = 0;
        if (strcmp(file->name, "keys") == 0) {
            continue;
        }
        handler = handler_of(file->name);
        if (!handler) {
#ifdef FIRMWARE
            continue; /* of a module that firmware has not */
#else
            printf("%s: nobody knows what to do with it\n", file->name);
            return 1;
#endif
        }
        for (i = 0; i < file->count; i++) {
            current = &file->cases[i];
            reason[0] = 0;
            if (only(handler->members) && handler->run()) {
                passed++;
            } else {
                failed++;
                printf("%s %s: FAILED: %s\n", file->name, current->id, reason);
            }
        }
        printf("%s: %u passed, %u failed\n", file->name, passed, failed);
        files++;
        all_passed += passed;
        all_failed += failed;
    }
    fonap_heartbeat_rsa_key_free(rsa_a);
    printf("all files: %u, cases passed: %u, failed: %u\n", files, all_passed, all_failed);
    if (files != known) {
        printf("only %u of %u files were there\n", files, known);
        return 1;
    }
    return all_failed != 0;
}

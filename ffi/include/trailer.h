#ifndef FONAP_TEXT
/* A fonap_text of a string that ends with a zero. The string has to stay as long as what the fonap_text is put in. */
#define FONAP_TEXT(string) fonap_text_of(string)
static inline fonap_text fonap_text_of(const char *string) {
    fonap_text text;
    text.data = string;
    text.length = strlen(string);
    return text;
}
#endif

/* An attribute of a vendor: FONAP_RADIUS_VENDOR(14559, 6) is ChilliSpot-Config. */
#ifndef FONAP_RADIUS_VENDOR
#define FONAP_RADIUS_VENDOR(vendor, type) ((uint64_t)(vendor) << 32 | (uint64_t)(type))
/* An extended attribute (RFC 6929): FONAP_RADIUS_EXTENDED(241, 1) is Frag-Status. */
#define FONAP_RADIUS_EXTENDED(type, extended_type) ((uint64_t)(type) << 8 | (uint64_t)(extended_type))
#endif

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

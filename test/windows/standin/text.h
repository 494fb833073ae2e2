// Texts for the log of calls and for file names.
#ifndef STANDIN_TEXT_H
#define STANDIN_TEXT_H
#include "standin.h"

typedef struct {
  char text[TEXT_SIZE];
} Text;

// A text as UTF-8, "-" for NULL; cut where it is too long.
Text utf8(const WCHAR *wide);
// A GUID in lower case without braces.
Text guid_text(const GUID *guid);
// Appends to a text what fits.
void append(char *text, size_t size, const char *format, ...);
// The path of a file in the folder of SIGEL_STANDIN_DIR.
void state_path(WCHAR path[PATH_SIZE], const WCHAR *name);
// The whole file, NUL-terminated; NULL where there is none. For free().
char *read_file(const WCHAR *path, size_t *size);
// A line in calls.log.
void log_call(const char *format, ...);

#endif

#include "control.h"
#include "state.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool find(const char *ini, const char *key, char *out, size_t size) {
  size_t length = strlen(key);
  for (const char *line = ini; line != NULL && *line != 0;) {
    const char *end = strchr(line, '\n');
    size_t width = end == NULL ? strlen(line) : (size_t)(end - line);
    if (width > length && line[length] == '=' && memcmp(line, key, length) == 0) {
      size_t value = width - length - 1;
      if (value > 0 && line[width - 1] == '\r') value--;
      if (value >= size) value = size - 1;
      memcpy(out, line + length + 1, value);
      out[value] = 0;
      return true;
    }
    line = end == NULL ? NULL : end + 1;
  }
  return false;
}

bool control_text(const char *key, const WCHAR *session, char *out, size_t size) {
  WCHAR path[PATH_SIZE];
  state_path(path, L"control.ini");
  char *ini = read_file(path, NULL);
  if (ini == NULL) return false;
  char full[TEXT_SIZE * 2];
  snprintf(full, sizeof full, "%s.%s", key, session == NULL ? "" : utf8(session).text);
  bool found = (session != NULL && find(ini, full, out, size)) || find(ini, key, out, size);
  free(ini);
  return found;
}

int64_t control_number(const char *key, const WCHAR *session, int64_t otherwise) {
  char text[64];
  if (!control_text(key, session, text, sizeof text)) return otherwise;
  return strtoll(text, NULL, 0);
}

static uint32_t hash(const char *text, uint32_t seed) {
  for (; *text != 0; text++) seed = (seed ^ (uint8_t)*text) * 16777619u;
  return seed;
}

bool control_fails(const char *function, const WCHAR *what, ULONG *code) {
  char key[64], value[64];
  snprintf(key, sizeof key, "fail.%s", function);
  bool wanted = control_text(key, what, value, sizeof value);
  uint32_t place = hash(function, 2166136261u) | 1;
  if (!wanted) {
    failures_used(place, 0);
    return false;
  }
  char *rest;
  *code = strtoul(value, &rest, 0);
  if (*rest != ':') return *code != 0;
  uint32_t times = strtoul(rest + 1, NULL, 0);
  // Counted for this very wish: another value starts anew.
  return *code != 0 && failures_used(place, hash(value, 2166136261u) | 1) < times;
}

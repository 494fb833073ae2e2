#include "text.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Text utf8(const WCHAR *wide) {
  Text out = {"-"};
  if (wide == NULL) return out;
  int written = WideCharToMultiByte(CP_UTF8, 0, wide, -1, out.text, sizeof out.text, NULL, NULL);
  if (written == 0) out.text[sizeof out.text - 1] = 0;
  return out;
}

Text guid_text(const GUID *g) {
  Text out = {"-"};
  if (g == NULL) return out;
  const uint8_t *d = g->Data4;
  snprintf(out.text, sizeof out.text, "%08lx-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x", g->Data1, g->Data2,
           g->Data3, d[0], d[1], d[2], d[3], d[4], d[5], d[6], d[7]);
  return out;
}

void append(char *text, size_t size, const char *format, ...) {
  size_t used = strlen(text);
  va_list args;
  va_start(args, format);
  vsnprintf(text + used, size - used, format, args);
  va_end(args);
}

void state_path(WCHAR path[PATH_SIZE], const WCHAR *name) {
  DWORD length = GetEnvironmentVariableW(L"SIGEL_STANDIN_DIR", path, PATH_SIZE);
  if (length == 0 || length >= PATH_SIZE - 2) path[length = 0] = 0;
  else path[length++] = L'\\';
  lstrcpynW(path + length, name, (int)(PATH_SIZE - length));
}

char *read_file(const WCHAR *path, size_t *size) {
  HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                            OPEN_EXISTING, 0, NULL);
  if (file == INVALID_HANDLE_VALUE) return NULL;
  LARGE_INTEGER length = {0};
  char *bytes = NULL;
  if (GetFileSizeEx(file, &length) && length.QuadPart < 0x7fffffff) bytes = malloc((size_t)length.QuadPart + 1);
  DWORD read = 0;
  if (bytes != NULL && !ReadFile(file, bytes, (DWORD)length.QuadPart, &read, NULL)) {
    free(bytes);
    bytes = NULL;
  }
  CloseHandle(file);
  if (bytes == NULL) return NULL;
  bytes[read] = 0;
  if (size != NULL) *size = read;
  return bytes;
}

void log_call(const char *format, ...) {
  char line[4096];
  va_list args;
  va_start(args, format);
  int length = vsnprintf(line, sizeof line - 1, format, args);
  va_end(args);
  if (length < 0) return;
  if (length > (int)sizeof line - 2) length = sizeof line - 2;
  line[length++] = '\n';
  WCHAR path[PATH_SIZE];
  state_path(path, L"calls.log");
  HANDLE file = CreateFileW(path, FILE_APPEND_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_ALWAYS, 0, NULL);
  if (file == INVALID_HANDLE_VALUE) return;
  DWORD written;
  WriteFile(file, line, (DWORD)length, &written, NULL);
  CloseHandle(file);
}

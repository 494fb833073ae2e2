// TdhGetEventInformation, TdhGetEventMapInformation, TdhEnumerateProviders: answers that lie as files.
#include "control.h"
#include "text.h"
#include <tdh.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The protocol of all three: too small a buffer gets the size.
static ULONG answer(const void *bytes, size_t size, void *out, ULONG *out_size) {
  ULONG room = *out_size;
  *out_size = (ULONG)size;
  if (out == NULL || room < size) return ERROR_INSUFFICIENT_BUFFER;
  memcpy(out, bytes, size);
  return ERROR_SUCCESS;
}

static ULONG answer_file(const char *name, void *out, ULONG *out_size) {
  WCHAR wide[TEXT_SIZE], path[PATH_SIZE];
  MultiByteToWideChar(CP_UTF8, 0, name, -1, wide, TEXT_SIZE);
  state_path(path, wide);
  size_t size;
  char *bytes = read_file(path, &size);
  if (bytes == NULL) return ERROR_NOT_FOUND;
  ULONG code = answer(bytes, size, out, out_size);
  free(bytes);
  return code;
}

EXPORT ULONG WINAPI TdhGetEventInformation(PEVENT_RECORD event, ULONG contexts, PTDH_CONTEXT context,
                                              PTRACE_EVENT_INFO out, ULONG *size) {
  (void)contexts, (void)context;
  if (event == NULL || size == NULL) return ERROR_INVALID_PARAMETER;
  const EVENT_HEADER *h = &event->EventHeader;
  ULONG code;
  if (!control_fails("TdhGetEventInformation", NULL, &code)) {
    char name[128];
    bool classic = (h->Flags & EVENT_HEADER_FLAG_CLASSIC_HEADER) != 0;
    snprintf(name, sizeof name, "tdh\\%s-%s%u-%u.bin", guid_text(&h->ProviderId).text, classic ? "op" : "",
             classic ? h->EventDescriptor.Opcode : h->EventDescriptor.Id, h->EventDescriptor.Version);
    code = answer_file(name, out, size);
  }
  log_call("TdhGetEventInformation guid=%s id=%u version=%u opcode=%u room=%s -> %lu", guid_text(&h->ProviderId).text,
           h->EventDescriptor.Id, h->EventDescriptor.Version, h->EventDescriptor.Opcode, out == NULL ? "no" : "yes",
           code);
  return code;
}

EXPORT ULONG WINAPI TdhGetEventMapInformation(PEVENT_RECORD event, LPWSTR map, PEVENT_MAP_INFO out, ULONG *size) {
  if (event == NULL || map == NULL || size == NULL) return ERROR_INVALID_PARAMETER;
  ULONG code;
  if (!control_fails("TdhGetEventMapInformation", NULL, &code)) {
    char name[TEXT_SIZE + 64];
    snprintf(name, sizeof name, "tdh\\%s-%.400s.map", guid_text(&event->EventHeader.ProviderId).text, utf8(map).text);
    code = strpbrk(name + 4, "\\/") != NULL ? ERROR_NOT_FOUND : answer_file(name, out, size);
  }
  log_call("TdhGetEventMapInformation guid=%s map=%s room=%s -> %lu", guid_text(&event->EventHeader.ProviderId).text,
           utf8(map).text, out == NULL ? "no" : "yes", code);
  return code;
}

// 8 hex digits, 4, 4, 2 x 2 and 6 x 2 with dashes; what follows the tab is the name.
static bool parse_provider(char *line, GUID *guid, WCHAR name[TEXT_SIZE]) {
  unsigned d[11];
  int used = 0;
  if (sscanf(line, "%8x-%4x-%4x-%2x%2x-%2x%2x%2x%2x%2x%2x\t%n", &d[0], &d[1], &d[2], &d[3], &d[4], &d[5], &d[6], &d[7],
             &d[8], &d[9], &d[10], &used) < 11 || used == 0)
    return false;
  *guid = (GUID){d[0], (USHORT)d[1], (USHORT)d[2], {0}};
  for (int i = 0; i < 8; i++) guid->Data4[i] = (UCHAR)d[3 + i];
  return MultiByteToWideChar(CP_UTF8, 0, line + used, -1, name, TEXT_SIZE) > 0;
}

// PROVIDER_ENUMERATION_INFO: u32 count, u32 reserved, entries of 24 bytes, then the names they point to.
static char *build_list(char *tsv, size_t *size) {
  ULONG count = 0;
  for (const char *p = tsv; *p != 0; p++) count += *p == '\n';
  size_t room = 8 + (count + 1) * (sizeof(TRACE_PROVIDER_INFO) + TEXT_SIZE * sizeof(WCHAR));
  PROVIDER_ENUMERATION_INFO *list = calloc(1, room);
  if (list == NULL) return NULL;
  TRACE_PROVIDER_INFO *entry = (TRACE_PROVIDER_INFO *)((char *)list + 8);
  ULONG at = 8 + (count + 1) * sizeof *entry;
  WCHAR name[TEXT_SIZE];
  for (char *line = strtok(tsv, "\r\n"); line != NULL; line = strtok(NULL, "\r\n")) {
    if (!parse_provider(line, &entry->ProviderGuid, name)) continue;
    entry->ProviderNameOffset = at;
    size_t bytes = (wcslen(name) + 1) * sizeof(WCHAR);
    memcpy((char *)list + at, name, bytes);
    at += (ULONG)bytes;
    entry++;
    list->NumberOfProviders++;
  }
  *size = at;
  return (char *)list;
}

static ULONG list_providers(PROVIDER_ENUMERATION_INFO *out, ULONG *size) {
  ULONG code;
  if (control_fails("TdhEnumerateProviders", NULL, &code)) return code;
  WCHAR path[PATH_SIZE];
  state_path(path, L"providers.tsv");
  char *tsv = read_file(path, NULL);
  if (tsv == NULL) tsv = calloc(1, 1);
  size_t length = 0;
  char *list = tsv == NULL ? NULL : build_list(tsv, &length);
  code = list == NULL ? ERROR_OUTOFMEMORY : answer(list, length, out, size);
  free(list);
  free(tsv);
  return code;
}

EXPORT ULONG WINAPI TdhEnumerateProviders(PPROVIDER_ENUMERATION_INFO out, ULONG *size) {
  if (size == NULL) return ERROR_INVALID_PARAMETER;
  ULONG code = list_providers(out, size);
  log_call("TdhEnumerateProviders size=%lu -> %lu", *size, code);
  return code;
}

// EnumerateTraceGuidsEx: who has enabled a provider, and how.
#include "control.h"
#include "state.h"
#include "text.h"
#include <string.h>

// As the kernel shows a provider that nobody has registered.
#define PRE_ENABLED 2

typedef struct {
  TRACE_GUID_INFO info;
  TRACE_PROVIDER_INSTANCE_INFO instance;
  TRACE_ENABLE_INFO enabled[MAX_SESSIONS];
} Answer;

static const Provider *provider_in(const Session *s, const GUID *guid) {
  for (uint32_t i = 0; i < s->providers; i++)
    if (memcmp(&s->provider[i].guid, guid, sizeof *guid) == 0) return &s->provider[i];
  return NULL;
}

static uint32_t fill(Answer *answer, const Session *table, const GUID *guid) {
  uint32_t count = 0;
  for (int i = 0; i < MAX_SESSIONS; i++) {
    const Provider *p = table[i].state == SLOT_RUNNING ? provider_in(&table[i], guid) : NULL;
    if (p == NULL || !p->enabled) continue;
    TRACE_ENABLE_INFO *e = &answer->enabled[count++];
    e->IsEnabled = TRUE;
    e->Level = p->level;
    e->LoggerId = (USHORT)table[i].handle;
    e->EnableProperty = p->properties;
    e->MatchAnyKeyword = p->any;
    e->MatchAllKeyword = p->all;
  }
  answer->info.InstanceCount = 1;
  answer->instance.EnableCount = count;
  answer->instance.Flags = PRE_ENABLED;
  return count;
}

static ULONG enumerate(TRACE_QUERY_INFO_CLASS what, const GUID *guid, ULONG size, void *out, ULONG room, ULONG *taken) {
  ULONG code;
  WCHAR wide[64] = L"";
  if (what != TraceGuidQueryInfo || guid == NULL || size != sizeof *guid || taken == NULL) return ERROR_INVALID_PARAMETER;
  MultiByteToWideChar(CP_UTF8, 0, guid_text(guid).text, -1, wide, 64);
  if (control_fails("EnumerateTraceGuidsEx", wide, &code)) return code;
  Answer answer = {0};
  Session *table = state_begin();
  if (table == NULL) return ERROR_FILE_NOT_FOUND;
  uint32_t count = fill(&answer, table, guid);
  state_end();
  if (count == 0) return ERROR_WMI_GUID_NOT_FOUND;
  *taken = (ULONG)(offsetof(Answer, enabled) + count * sizeof answer.enabled[0]);
  if (*taken > room) return ERROR_INSUFFICIENT_BUFFER;
  memcpy(out, &answer, *taken);
  return ERROR_SUCCESS;
}

EXPORT ULONG WINAPI EnumerateTraceGuidsEx(TRACE_QUERY_INFO_CLASS what, PVOID about, ULONG size, PVOID out, ULONG room,
                                          PULONG taken) {
  return enumerate(what, about, size, out, room, taken);
}

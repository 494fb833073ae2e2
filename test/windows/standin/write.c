// EventRegister, EventWriteString, EventUnregister: events of this process, into the sessions that it consumes itself.
#include "consumers.h"
#include "control.h"
#include "empty_trace.h"
#include "producer.h"
#include "text.h"
#include <string.h>

#define MAX_REGISTERED 8
enum { HEADER = 80, MAX_TEXT = 512, STRING_ONLY_64 = 0x44, EVENT_HEADER_TYPE = 0xc013 };

static GUID registered[MAX_REGISTERED];
static LONG count;

typedef struct {
  const GUID *provider;
  uint8_t level;
  uint64_t keyword;
  const WCHAR *text;
  int sessions;
} Written;

EXPORT ULONG WINAPI EventRegister(LPCGUID provider, PENABLECALLBACK callback, PVOID context, PREGHANDLE handle) {
  (void)callback, (void)context;
  ULONG code;
  if (control_fails("EventRegister", NULL, &code)) return code;
  if (provider == NULL || handle == NULL) return ERROR_INVALID_PARAMETER;
  LONG place = InterlockedIncrement(&count) - 1;
  if (place >= MAX_REGISTERED) return ERROR_NO_SYSTEM_RESOURCES;
  registered[place] = *provider;
  *handle = (REGHANDLE)(place + 1);
  log_call("EventRegister guid=%s -> 0", guid_text(provider).text);
  return ERROR_SUCCESS;
}

EXPORT ULONG WINAPI EventUnregister(REGHANDLE handle) {
  log_call("EventUnregister -> 0");
  return handle == 0 ? ERROR_INVALID_HANDLE : ERROR_SUCCESS;
}

static bool wants(const Session *s, const Written *w) {
  for (uint32_t i = 0; i < s->providers; i++) {
    const Provider *p = &s->provider[i];
    if (memcmp(&p->guid, w->provider, sizeof(GUID)) != 0) continue;
    return p->enabled && w->level <= p->level && (p->any == 0 || (p->any & w->keyword) != 0);
  }
  return false;
}

static uint32_t make_event(uint8_t *e, const Written *w) {
  uint16_t size = (uint16_t)(HEADER + (wcslen(w->text) + 1) * sizeof(WCHAR));
  uint16_t type = EVENT_HEADER_TYPE, flags = STRING_ONLY_64;
  DWORD thread = GetCurrentThreadId(), process = GetCurrentProcessId();
  memset(e, 0, HEADER);
  memcpy(e, &size, 2);
  memcpy(e + 2, &type, 2);
  memcpy(e + 4, &flags, 2);
  memcpy(e + 8, &thread, 4);
  memcpy(e + 12, &process, 4);
  memcpy(e + 24, w->provider, sizeof(GUID));
  e[44] = w->level;
  memcpy(e + 48, &w->keyword, 8);
  memcpy(e + HEADER, w->text, size - HEADER);
  return size;
}

static void write_to(Consumer *c, void *context) {
  Written *w = context;
  if (!wants(c->player.session, w)) return;
  uint8_t event[HEADER + MAX_TEXT];
  player_write(&c->player, event, make_event(event, w));
  w->sessions++;
}

EXPORT ULONG WINAPI EventWriteString(REGHANDLE handle, UCHAR level, ULONGLONG keyword, PCWSTR text) {
  if (handle == 0 || (LONG)handle > count) return ERROR_INVALID_HANDLE;
  if (text == NULL || (wcslen(text) + 1) * sizeof(WCHAR) > MAX_TEXT) return ERROR_INVALID_PARAMETER;
  Written written = {&registered[handle - 1], level, keyword, text, 0};
  each_consumer(write_to, &written);
  log_call("EventWriteString keyword=0x%llx sessions=%d -> 0", keyword, written.sessions);
  return ERROR_SUCCESS;
}

// StartTraceW, ControlTraceW, QueryAllTracesW.
#include "control.h"
#include "loss.h"
#include "properties.h"
#include "text.h"
#include <string.h>

#define STOP_PATIENCE 2000
// Not in mingw's headers.
#define EVENT_TRACE_USE_MS_FLUSH_TIMER 0x10

static bool is_zero(const GUID *guid) {
  static const GUID zero;
  return memcmp(guid, &zero, sizeof zero) == 0;
}

static ULONG check_start(const WCHAR *name, const EVENT_TRACE_PROPERTIES *p) {
  ULONG wrong = check_properties(p, name);
  if (wrong != ERROR_SUCCESS) return wrong;
  if (name == NULL || *name == 0 || p->LoggerNameOffset == 0) return ERROR_INVALID_PARAMETER;
  if ((p->Wnode.Flags & WNODE_FLAG_TRACED_GUID) == 0) return ERROR_INVALID_PARAMETER;
  if (wcslen(name) >= NAME_LENGTH) return ERROR_INVALID_PARAMETER;
  if ((wcslen(name) + 1) * sizeof(WCHAR) > p->Wnode.BufferSize - p->LoggerNameOffset) return ERROR_BAD_LENGTH;
  if ((p->LogFileMode & EVENT_TRACE_REAL_TIME_MODE) == 0 && p->LogFileNameOffset == 0) return ERROR_INVALID_PARAMETER;
  if ((p->LogFileMode & EVENT_TRACE_USE_MS_FLUSH_TIMER) != 0 && control_number("reject_ms_flush", name, 0) != 0)
    return ERROR_INVALID_PARAMETER;
  return ERROR_SUCCESS;
}

static ULONG find_place(Session *table, const WCHAR *name, const GUID *guid, Session **place) {
  int running = 0;
  Session *best = NULL;
  for (int i = 0; i < MAX_SESSIONS; i++) {
    Session *s = &table[i];
    if (s->state == SLOT_RUNNING) {
      running++;
      if (lstrcmpiW(s->name, name) == 0) return ERROR_ALREADY_EXISTS;
      if (!is_zero(guid) && memcmp(&s->guid, guid, sizeof *guid) == 0) return ERROR_ALREADY_EXISTS;
    } else if (best == NULL || (best->state == SLOT_STOPPED && (s->state == SLOT_FREE || s->handle < best->handle))) {
      best = s;
    }
  }
  if (best == NULL || running >= control_number("max_sessions", NULL, MAX_SESSIONS)) return ERROR_NO_SYSTEM_RESOURCES;
  *place = best;
  return ERROR_SUCCESS;
}

static void start_session(Session *table, Session *s, const WCHAR *name, const EVENT_TRACE_PROPERTIES *p) {
  memset(s, 0, sizeof *s);
  s->state = SLOT_RUNNING;
  s->loggerId = (uint32_t)(s - table) + 1;
  s->handle = next_handle(table, s);
  s->guid = p->Wnode.Guid;
  // Windows gives a session without a GUID one of its own.
  if (is_zero(&s->guid)) s->guid = (GUID){(ULONG)s->handle, 0x5e55, 0x4000, {0x80}};
  s->mode = p->LogFileMode;
  s->bufferKiB = p->BufferSize == 0 ? 64 : p->BufferSize;
  s->minimumBuffers = p->MinimumBuffers < 2 ? 2 : p->MinimumBuffers;
  s->maximumBuffers = p->MaximumBuffers < s->minimumBuffers ? s->minimumBuffers + 20 : p->MaximumBuffers;
  s->flushTimer = p->FlushTimer == 0 ? 1 : p->FlushTimer;
  s->enableFlags = p->EnableFlags;
  s->clock = p->Wnode.ClientContext == 0 ? 1 : p->Wnode.ClientContext;
  s->wnodeFlags = p->Wnode.Flags;
  s->ownerPid = GetCurrentProcessId();
  lstrcpynW(s->name, name, NAME_LENGTH);
}

static ULONG start(PTRACEHANDLE handle, const WCHAR *name, EVENT_TRACE_PROPERTIES *p) {
  ULONG code;
  if (control_fails("StartTraceW", name, &code)) return code;
  if (handle == NULL) return ERROR_INVALID_PARAMETER;
  *handle = 0;
  code = check_start(name, p);
  if (code != ERROR_SUCCESS) return code;
  Session *table = state_begin(), *place;
  if (table == NULL) return ERROR_FILE_NOT_FOUND;
  code = find_place(table, name, &p->Wnode.Guid, &place);
  if (code == ERROR_SUCCESS) {
    start_session(table, place, name, p);
    *handle = place->handle;
    fill_properties(p, place);
  }
  state_end();
  return code;
}

EXPORT ULONG WINAPI StartTraceW(PTRACEHANDLE handle, LPCWSTR name, PEVENT_TRACE_PROPERTIES p) {
  ULONG size = p == NULL ? 0 : p->Wnode.BufferSize;
  ULONG flags = p == NULL ? 0 : p->Wnode.Flags;
  ULONG code = start(handle, name, p);
  if (p == NULL || size < sizeof *p) log_call("StartTraceW name=%s properties=%lu -> %lu", utf8(name).text, size, code);
  else
    log_call("StartTraceW name=%s guid=%s flags=0x%lx buffer=%lu buffers=%lu-%lu mode=0x%lx flush=%lu clock=%lu "
             "enable=0x%lx -> %lu",
             utf8(name).text, guid_text(&p->Wnode.Guid).text, flags, p->BufferSize, p->MinimumBuffers,
             p->MaximumBuffers, p->LogFileMode, p->FlushTimer, p->Wnode.ClientContext, p->EnableFlags, code);
  return code;
}

static bool consumer_lives(const Session *s) {
  if (s->consumers <= 0) return false;
  HANDLE process = OpenProcess(SYNCHRONIZE, FALSE, (DWORD)s->consumerPid);
  if (process == NULL) return false;
  bool lives = WaitForSingleObject(process, 0) == WAIT_TIMEOUT;
  CloseHandle(process);
  return lives;
}

// Without the lock: whoever consumes the session has to hand over its last buffers to be counted.
static void wait_for_flush(const Session *s, uint64_t handle) {
  for (int waited = 0; waited < STOP_PATIENCE && s->handle == handle && s->flushed == 0; waited += 2) {
    if (!consumer_lives(s)) return;
    Sleep(2);
  }
}

static ULONG stop_session(Session *s, EVENT_TRACE_PROPERTIES *p) {
  uint64_t handle = s->handle;
  if (s->stopping != 0) return ERROR_WMI_INSTANCE_NOT_FOUND;
  s->stopping = 1;
  state_end();
  wait_for_flush(s, handle);
  state_begin();
  ULONG code = fill_properties(p, s);
  s->state = SLOT_STOPPED;
  return code;
}

static ULONG update_session(Session *s, EVENT_TRACE_PROPERTIES *p) {
  if (p->FlushTimer != 0) s->flushTimer = p->FlushTimer;
  if (p->MaximumBuffers != 0) s->maximumBuffers = p->MaximumBuffers;
  s->enableFlags = p->EnableFlags;
  return fill_properties(p, s);
}

static ULONG control(TRACEHANDLE handle, const WCHAR *name, EVENT_TRACE_PROPERTIES *p, ULONG what) {
  ULONG code;
  if (control_fails("ControlTraceW", name, &code)) return code;
  code = check_properties(p, name);
  if (code != ERROR_SUCCESS) return code;
  Session *table = state_begin();
  if (table == NULL) return ERROR_FILE_NOT_FOUND;
  Session *s = find_session(table, name, handle);
  if (s == NULL) code = ERROR_WMI_INSTANCE_NOT_FOUND;
  else if (what == EVENT_TRACE_CONTROL_STOP) code = stop_session(s, p);
  else if (what == EVENT_TRACE_CONTROL_UPDATE) code = update_session(s, p);
  else if (what == EVENT_TRACE_CONTROL_QUERY || what == EVENT_TRACE_CONTROL_FLUSH) {
    lose_events(s);
    code = fill_properties(p, s);
  } else code = ERROR_INVALID_PARAMETER;
  state_end();
  return code;
}

EXPORT ULONG WINAPI ControlTraceW(TRACEHANDLE handle, LPCWSTR name, PEVENT_TRACE_PROPERTIES p, ULONG what) {
  static const char *const names[] = {"query", "stop", "update", "flush"};
  ULONG code = control(handle, name, p, what);
  log_call("ControlTraceW %s name=%s handle=0x%llx -> %lu", what < 4 ? names[what] : "?", utf8(name).text, handle,
           code);
  return code;
}

static ULONG query_all(PEVENT_TRACE_PROPERTIES *out, ULONG count, ULONG *found) {
  ULONG code;
  if (control_fails("QueryAllTracesW", NULL, &code)) return code;
  if (out == NULL || found == NULL || count == 0 || count > 256) return ERROR_INVALID_PARAMETER;
  for (ULONG i = 0; i < count; i++) {
    code = check_properties(out[i], NULL);
    if (code != ERROR_SUCCESS) return code;
  }
  Session *table = state_begin();
  if (table == NULL) return ERROR_FILE_NOT_FOUND;
  ULONG running = 0;
  for (int i = 0; i < MAX_SESSIONS; i++) {
    if (table[i].state != SLOT_RUNNING) continue;
    if (running < count) fill_properties(out[running], &table[i]);
    running++;
  }
  state_end();
  *found = running;
  return running > count ? ERROR_MORE_DATA : ERROR_SUCCESS;
}

EXPORT ULONG WINAPI QueryAllTracesW(PEVENT_TRACE_PROPERTIES *out, ULONG count, PULONG found) {
  ULONG code = query_all(out, count, found);
  log_call("QueryAllTracesW count=%lu found=%lu -> %lu", count, found == NULL ? 0 : *found, code);
  return code;
}

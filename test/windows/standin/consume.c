// OpenTraceW, OpenTraceFromRealTimeLogger, ProcessTrace, CloseTrace.
#include "consumers.h"
#include "control.h"
#include "text.h"
#include <string.h>

EXPORT TRACEHANDLE WINAPI OpenTraceW(PEVENT_TRACE_LOGFILEW file) {
  Consumer *c = NULL;
  const ULONG wanted = PROCESS_TRACE_MODE_REAL_TIME | PROCESS_TRACE_MODE_EVENT_RECORD;
  if (file == NULL || file->LoggerName == NULL || (file->ProcessTraceMode & wanted) != wanted)
    SetLastError(ERROR_INVALID_PARAMETER);
  else c = consumer_open(file->LoggerName, false, "OpenTraceW");
  DWORD error = c == NULL ? GetLastError() : ERROR_SUCCESS;
  log_call("OpenTraceW session=%s mode=0x%lx -> %lu", file == NULL ? "-" : utf8(file->LoggerName).text,
           file == NULL ? 0 : file->ProcessTraceMode, error);
  SetLastError(error);
  if (c == NULL) return INVALID_PROCESSTRACE_HANDLE;
  file->LogfileHeader = c->player.trace.facts;
  file->BuffersRead = 0;
  file->EventsLost = 0;
  file->IsKernelTrace = FALSE;
  c->modes = file->ProcessTraceMode;
  c->logFile = *file;
  return c->handle;
}

#ifndef STANDIN_SERVER_2019
EXPORT TRACEHANDLE WINAPI OpenTraceFromRealTimeLogger(PCWSTR session, const EtwOpenTraceOptions *options,
                                                      TRACE_LOGFILE_HEADER *header) {
  Consumer *c = NULL;
  if (session == NULL || options == NULL) SetLastError(ERROR_INVALID_PARAMETER);
  else c = consumer_open(session, true, "OpenTraceFromRealTimeLogger");
  DWORD error = c == NULL ? GetLastError() : ERROR_SUCCESS;
  log_call("OpenTraceFromRealTimeLogger session=%s -> %lu", utf8(session).text, error);
  SetLastError(error);
  if (c == NULL) return INVALID_PROCESSTRACE_HANDLE;
  if (header != NULL) *header = c->player.trace.facts;
  c->options = *options;
  // The options' only mode, RAW_TIMESTAMP, has its own number there.
  c->modes = (options->processTraceModes & 1) != 0 ? PROCESS_TRACE_MODE_RAW_TIMESTAMP : 0;
  return c->handle;
}
#endif

static ULONG play(Consumer *c) {
  Player *p = &c->player;
  ULONG code;
  if (control_fails("ProcessTrace", p->session->name, &code)) return code;
  if (!player_owns(p) || p->session->state != SLOT_RUNNING) return ERROR_WMI_INSTANCE_NOT_FOUND;
  player_start(p);
  for (Item *item; (item = player_take(p)) != NULL;) {
    bool more = deliver(c, item);
    // What a consumer refuses was delivered all the same; but for a broken stream, which it is to open anew.
    player_done(p, more || !p->noHeader);
    if (!more) break;
  }
  player_stop(p);
  return ERROR_SUCCESS;
}

EXPORT ULONG WINAPI ProcessTrace(PTRACEHANDLE handles, ULONG count, LPFILETIME start, LPFILETIME end) {
  (void)start, (void)end;
  // A real-time session is processed alone.
  if (handles == NULL || count != 1) return ERROR_INVALID_PARAMETER;
  Consumer *c = consumer_begin(handles[0]);
  if (c == NULL) return ERROR_INVALID_HANDLE;
  Text name = utf8(c->player.session->name);
  log_call("ProcessTrace session=%s begins", name.text);
  ULONG code = play(c);
  log_call("ProcessTrace session=%s buffers=%lu -> %lu", name.text, c->buffersRead, code);
  consumer_end(c);
  return code;
}

EXPORT ULONG WINAPI CloseTrace(TRACEHANDLE handle) {
  ULONG code = consumer_close(handle);
  log_call("CloseTrace -> %lu", code);
  return code;
}

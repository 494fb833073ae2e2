#include "properties.h"
#include "control.h"
#include <string.h>

ULONG check_properties(const EVENT_TRACE_PROPERTIES *p, const WCHAR *session) {
  if (p == NULL) return ERROR_INVALID_PARAMETER;
  ULONG size = p->Wnode.BufferSize;
  if (size < sizeof *p) return ERROR_BAD_LENGTH;
  if ((p->Wnode.Flags & WNODE_FLAG_VERSIONED_PROPERTIES) != 0) {
    const EVENT_TRACE_PROPERTIES_V2 *v2 = (const void *)p;
    if (control_number("reject_v2", session, 0) != 0) return ERROR_INVALID_PARAMETER;
    if (size < sizeof *v2) return ERROR_BAD_LENGTH;
    if ((v2->V2Control & 0xff) != 2) return ERROR_INVALID_PARAMETER;
  }
  if (p->LoggerNameOffset != 0 && (p->LoggerNameOffset < sizeof *p || p->LoggerNameOffset >= size))
    return ERROR_INVALID_PARAMETER;
  if (p->LogFileNameOffset != 0 && (p->LogFileNameOffset < sizeof *p || p->LogFileNameOffset >= size))
    return ERROR_INVALID_PARAMETER;
  return ERROR_SUCCESS;
}

// Where the text at `offset` has to end: at the other text, or at the end.
static bool put_text(EVENT_TRACE_PROPERTIES *p, ULONG offset, ULONG other, const WCHAR *text) {
  if (offset == 0) return true;
  ULONG end = other > offset ? other : p->Wnode.BufferSize;
  size_t bytes = (wcslen(text) + 1) * sizeof(WCHAR);
  if (bytes > end - offset) return false;
  memcpy((char *)p + offset, text, bytes);
  return true;
}

ULONG fill_properties(EVENT_TRACE_PROPERTIES *p, const Session *s) {
  p->Wnode.HistoricalContext = s->handle;
  p->Wnode.Guid = s->guid;
  p->Wnode.ClientContext = s->clock;
  p->Wnode.Flags |= WNODE_FLAG_TRACED_GUID;
  p->BufferSize = s->bufferKiB;
  p->MinimumBuffers = s->minimumBuffers;
  p->MaximumBuffers = s->maximumBuffers;
  p->MaximumFileSize = 0;
  p->LogFileMode = s->mode;
  p->FlushTimer = s->flushTimer;
  p->EnableFlags = s->enableFlags;
  p->NumberOfBuffers = s->minimumBuffers;
  p->FreeBuffers = s->minimumBuffers > 1 ? s->minimumBuffers - 1 : 0;
  p->EventsLost = s->eventsLost;
  p->BuffersWritten = s->buffersWritten;
  p->LogBuffersLost = s->logBuffersLost;
  p->RealTimeBuffersLost = s->realTimeBuffersLost;
  p->LoggerThreadId = (HANDLE)(uintptr_t)(1000 + s->loggerId);
  bool fits = put_text(p, p->LoggerNameOffset, p->LogFileNameOffset, s->name);
  fits = put_text(p, p->LogFileNameOffset, p->LoggerNameOffset, s->logFile) && fits;
  return fits ? ERROR_SUCCESS : ERROR_MORE_DATA;
}

// A recorded trace, or the empty one of a session that nothing writes to.
#ifndef STANDIN_TRACE_FILE_H
#define STANDIN_TRACE_FILE_H
#include "raw_event.h"
#include "state.h"

typedef struct {
  const uint8_t *bytes;
  uint32_t size, filled, events;
  int64_t time;
} TraceBuffer;

typedef struct {
  uint8_t *data;
  TraceBuffer header;
  // In the order of their flush times.
  TraceBuffer *buffers;
  uint32_t count, largest;
  // As 64-bit Windows has it.
  TRACE_LOGFILE_HEADER facts;
  // The session clock at facts.StartTime.
  int64_t zero;
  // Session clock between the first and the last flush.
  int64_t span;
} TraceFile;

// The trace of a session by control.ini; false where the file is none that can be replayed.
bool open_trace_file(const Session *session, TraceFile *trace);
// Reads it again; true where there were more buffers, which come behind those that it had.
bool grow_trace_file(const Session *session, TraceFile *trace);
void close_trace_file(TraceFile *trace);
// A time of the session clock as FILETIME.
int64_t to_filetime(const TraceFile *trace, int64_t time);

#endif

#include "trace_file.h"
#include "control.h"
#include "empty_trace.h"
#include "log_header.h"
#include "loss.h"
#include "text.h"
#include <stdlib.h>
#include <string.h>

static int by_time(const void *left, const void *right) {
  const TraceBuffer *a = left, *b = right;
  if (a->time != b->time) return a->time < b->time ? -1 : 1;
  return a->bytes < b->bytes ? -1 : a->bytes > b->bytes;
}

static TraceBuffer buffer_at(const uint8_t *at) {
  TraceBuffer b = {.bytes = at, .size = u32_at(at), .filled = u32_at(at + 0x30), .time = i64_at(at + 0x10)};
  if (b.filled > b.size) b.filled = b.size;
  b.events = b.filled < BUFFER_HEADER ? 0 : count_events(at, b.filled);
  return b;
}

static bool split(TraceFile *trace, const uint8_t *data, size_t size) {
  uint32_t room = 0;
  for (size_t at = 0; at + BUFFER_HEADER <= size;) {
    TraceBuffer b = buffer_at(data + at);
    if (b.size < BUFFER_HEADER || b.size > size - at) break;
    if ((u16_at(b.bytes + 0x34) & FLAG_COMPRESSED) != 0) return false;
    if (b.size > trace->largest) trace->largest = b.size;
    if (at == 0) trace->header = b;
    else {
      if (trace->count == room) {
        room = room == 0 ? 64 : room * 2;
        TraceBuffer *grown = realloc(trace->buffers, room * sizeof *grown);
        if (grown == NULL) return false;
        trace->buffers = grown;
      }
      trace->buffers[trace->count++] = b;
    }
    at += b.size;
  }
  return trace->header.bytes != NULL;
}

bool open_trace_file(const Session *session, TraceFile *trace) {
  char text[TEXT_SIZE];
  memset(trace, 0, sizeof *trace);
  size_t size = 0;
  if (control_text("trace", session->name, text, sizeof text) && text[0] != 0) {
    WCHAR path[PATH_SIZE];
    MultiByteToWideChar(CP_UTF8, 0, text, -1, path, PATH_SIZE);
    trace->data = (uint8_t *)read_file(path, &size);
  } else {
    trace->data = empty_trace(session, &size);
  }
  if (trace->data == NULL || !split(trace, trace->data, size) || !read_log_header(trace)) {
    close_trace_file(trace);
    return false;
  }
  if (trace->count == 0) return true;
  qsort(trace->buffers, trace->count, sizeof *trace->buffers, by_time);
  trace->span = trace->buffers[trace->count - 1].time - trace->zero + 1;
  return true;
}

bool grow_trace_file(const Session *session, TraceFile *trace) {
  TraceFile longer;
  if (!open_trace_file(session, &longer)) return false;
  bool grown = longer.count > trace->count && longer.largest <= trace->largest;
  if (grown) {
    // Others read the facts of the log header meanwhile, which stay.
    TraceFile old = *trace;
    trace->data = longer.data;
    trace->header = longer.header;
    trace->buffers = longer.buffers;
    trace->count = longer.count;
    longer.data = old.data;
    longer.buffers = old.buffers;
  }
  close_trace_file(&longer);
  return grown;
}

void close_trace_file(TraceFile *trace) {
  free(trace->buffers);
  free(trace->data);
  memset(trace, 0, sizeof *trace);
}

int64_t to_filetime(const TraceFile *trace, int64_t time) {
  int64_t start = trace->facts.StartTime.QuadPart;
  int64_t frequency = trace->facts.PerfFreq.QuadPart;
  int64_t passed = time - trace->zero;
  switch (trace->facts.ReservedFlags) {
    case 2:
      return time;
    case 3:
      return start + passed * 10 / (trace->facts.CpuSpeedInMHz == 0 ? 1 : trace->facts.CpuSpeedInMHz);
    default:
      if (frequency <= 0) return time;
      // In two parts, since the product of days overflows.
      return start + passed / frequency * 10000000 + passed % frequency * 10000000 / frequency;
  }
}

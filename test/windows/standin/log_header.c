#include "log_header.h"
#include <string.h>

enum { EVENT_HEADER_SIZE = 32, SIZE32 = 0x110, SIZE64 = 0x118, NAMES = 0x38 };

// The 32-bit one has pointers of 4 bytes at 0x38 and 0x3C, so what follows stands 8 bytes before, and the
// time zone (172 bytes, padded to 176) ends without padding at 0xF0.
static void widen(const uint8_t *from, TRACE_LOGFILE_HEADER *out) {
  uint8_t *to = (uint8_t *)out;
  memcpy(to, from, NAMES);
  memcpy(to + 0x48, from + 0x40, 172);
  memcpy(to + 0xf8, from + 0xf0, SIZE32 - 0xf0);
}

bool read_log_header(TraceFile *trace) {
  RawEvent event;
  uint32_t offset = BUFFER_HEADER;
  if (!next_event(trace->header.bytes, trace->header.filled, &offset, &event)) return false;
  bool wide = event.type == SYSTEM64;
  if (event.type != SYSTEM32 && !wide) return false;
  if (event.size < EVENT_HEADER_SIZE + (wide ? SIZE64 : SIZE32)) return false;
  const uint8_t *payload = event.at + EVENT_HEADER_SIZE;
  if (wide) memcpy(&trace->facts, payload, sizeof trace->facts);
  else widen(payload, &trace->facts);
  // The pointers mean nothing outside the process that wrote them.
  trace->facts.LoggerName = NULL;
  trace->facts.LogFileName = NULL;
  trace->zero = i64_at(event.at + 16);
  return true;
}

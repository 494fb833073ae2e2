#include "raw_event.h"
#include <string.h>

uint16_t u16_at(const void *at) {
  uint16_t value;
  memcpy(&value, at, sizeof value);
  return value;
}

uint32_t u32_at(const void *at) {
  uint32_t value;
  memcpy(&value, at, sizeof value);
  return value;
}

int64_t i64_at(const void *at) {
  int64_t value;
  memcpy(&value, at, sizeof value);
  return value;
}

// The marker's top bits tell a typed header (type in byte 2) from a WPP message; the kernel's headers have
// their size at 4, the others at 0.
static bool read_event(const uint8_t *at, uint32_t room, RawEvent *event) {
  uint32_t marker = u32_at(at);
  if (marker == 0 || marker == 0xffffffffu) return false;
  event->at = at;
  if (at[3] == 0x90) event->type = MESSAGE;
  else if (at[3] == 0xc0) event->type = at[2];
  else return false;
  bool kernel = event->type <= COMPACT64 || event->type == PERFINFO32 || event->type == PERFINFO64;
  event->size = u16_at(at + (kernel ? 4 : 0));
  return event->size >= 8 && event->size <= room;
}

bool next_event(const uint8_t *buffer, uint32_t filled, uint32_t *offset, RawEvent *event) {
  if (*offset + 8 > filled || !read_event(buffer + *offset, filled - *offset, event)) return false;
  *offset += (event->size + 7u) & ~7u;
  return true;
}

uint32_t count_events(const uint8_t *buffer, uint32_t filled) {
  RawEvent event;
  uint32_t count = 0;
  for (uint32_t offset = BUFFER_HEADER; next_event(buffer, filled, &offset, &event);) count++;
  return count;
}

// WPP option flags: 1 sequence (4 bytes), 2 GUID (16) or 4 component (4), 8 time (8).
static uint32_t message_time(const RawEvent *event) {
  uint16_t flags = u16_at(event->at + 6);
  if ((flags & 8) == 0) return 0;
  return 8 + ((flags & 1) != 0 ? 4 : 0) + ((flags & 2) != 0 ? 16 : (flags & 4) != 0 ? 4 : 0);
}

uint32_t time_offset(const RawEvent *event) {
  uint32_t at = 16;
  if (event->type == PERFINFO32 || event->type == PERFINFO64) at = 8;
  else if (event->type == MESSAGE) at = message_time(event);
  return at + 8 <= event->size ? at : 0;
}

static void add_time(uint8_t *at, int64_t by) {
  int64_t value = i64_at(at) + by;
  memcpy(at, &value, sizeof value);
}

void shift_times(uint8_t *buffer, uint32_t filled, int64_t by) {
  RawEvent event;
  add_time(buffer + 16, by);
  for (uint32_t offset = BUFFER_HEADER; next_event(buffer, filled, &offset, &event);) {
    uint32_t at = time_offset(&event);
    if (at != 0) add_time(buffer + (event.at - buffer) + at, by);
  }
}

// Events as they lie in buffers.
#ifndef STANDIN_RAW_EVENT_H
#define STANDIN_RAW_EVENT_H
#include "standin.h"

enum {
  BUFFER_HEADER = 72,
  SYSTEM32 = 1, SYSTEM64 = 2, COMPACT32 = 3, COMPACT64 = 4,
  FULL32 = 10, INSTANCE32 = 11, MESSAGE = 15, PERFINFO32 = 16, PERFINFO64 = 17,
  EVENT32 = 18, EVENT64 = 19, FULL64 = 20, INSTANCE64 = 21,
};

typedef struct {
  const uint8_t *at;
  uint32_t size;
  uint8_t type;
} RawEvent;

uint16_t u16_at(const void *at);
uint32_t u32_at(const void *at);
int64_t i64_at(const void *at);

// The event at *offset of a buffer; moves *offset behind it. False at the end.
bool next_event(const uint8_t *buffer, uint32_t filled, uint32_t *offset, RawEvent *event);
uint32_t count_events(const uint8_t *buffer, uint32_t filled);
// Where an event's time stands in it; 0 where it has none.
uint32_t time_offset(const RawEvent *event);
// Moves all times of a buffer, its own as well.
void shift_times(uint8_t *buffer, uint32_t filled, int64_t by);

#endif

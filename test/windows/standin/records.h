// Events as EVENT_RECORDs.
#ifndef STANDIN_RECORDS_H
#define STANDIN_RECORDS_H
#include "trace_file.h"

#define MAX_ITEMS 64

typedef struct {
  EVENT_RECORD record;
  EVENT_HEADER_EXTENDED_DATA_ITEM items[MAX_ITEMS];
  // Of the buffer.
  ETW_BUFFER_CONTEXT context;
  bool wide_index;
  // Of the last event, for messages that have none.
  int64_t time;
} RecordBuilder;

// Begins a buffer.
void begin_records(RecordBuilder *builder, const uint8_t *buffer);
// Builds the record of an event; false for those that the consumer API does not show. Times are raw.
bool build_record(RecordBuilder *builder, const RawEvent *event);
// The event that tells of a loss before a buffer.
void build_loss_record(RecordBuilder *builder, uint8_t opcode, int64_t time);

#endif

// Calls back: with whole buffers, and with the records of one.
#include "consumers.h"
#include "loss.h"
#include "records.h"
#include <string.h>

static void show(const Consumer *c, PEVENT_RECORD_CALLBACK callback, RecordBuilder *b) {
  if ((c->modes & PROCESS_TRACE_MODE_RAW_TIMESTAMP) == 0) {
    LARGE_INTEGER *time = &b->record.EventHeader.TimeStamp;
    time->QuadPart = to_filetime(&c->player.trace, time->QuadPart);
  }
  callback(&b->record);
}

// Windows makes these of the buffer's flags; they stand in no buffer.
static void show_losses(const Consumer *c, PEVENT_RECORD_CALLBACK callback, RecordBuilder *b, const Item *item) {
  static const struct {
    uint16_t flag;
    uint8_t opcode;
  } losses[] = {{FLAG_EVENTS_LOST, 32}, {FLAG_BUFFER_LOST, 33}};
  RawEvent first;
  uint32_t offset = BUFFER_HEADER;
  int64_t time = i64_at(item->bytes + 16);
  if (next_event(item->bytes, item->filled, &offset, &first) && time_offset(&first) != 0)
    time = i64_at(first.at + time_offset(&first));
  for (int i = 0; i < 2; i++) {
    if ((u16_at(item->bytes + 0x34) & losses[i].flag) == 0) continue;
    build_loss_record(b, losses[i].opcode, time);
    show(c, callback, b);
  }
}

static void show_records(const Consumer *c, PEVENT_RECORD_CALLBACK callback, void *context, const Item *item) {
  RecordBuilder builder;
  memset(&builder.record, 0, sizeof builder.record);
  builder.record.UserContext = context;
  builder.time = i64_at(item->bytes + 16);
  begin_records(&builder, item->bytes);
  show_losses(c, callback, &builder, item);
  RawEvent event;
  for (uint32_t offset = BUFFER_HEADER; next_event(item->bytes, item->filled, &offset, &event);)
    if (build_record(&builder, &event)) show(c, callback, &builder);
}

static bool deliver_raw(Consumer *c, const Item *item) {
  const EtwOpenTraceOptions *o = &c->options;
  if (o->eventCallback != NULL && !item->broken) show_records(c, o->eventCallback, o->eventCallbackContext, item);
  EtwBufferInfo info = {c->handle, &c->player.trace.facts, ++c->buffersRead};
  if (o->bufferCallback == NULL) return true;
  return o->bufferCallback((const EtwBufferHeader *)item->bytes, item->size, &info, o->bufferCallbackContext);
}

static bool deliver_records(Consumer *c, const Item *item) {
  EVENT_TRACE_LOGFILEW *file = &c->logFile;
  if (file->EventRecordCallback != NULL) show_records(c, file->EventRecordCallback, file->Context, item);
  file->BuffersRead = ++c->buffersRead;
  file->BufferSize = item->size;
  file->Filled = item->filled;
  file->CurrentTime = to_filetime(&c->player.trace, i64_at(item->bytes + 16));
  return file->BufferCallback == NULL || file->BufferCallback(file) != FALSE;
}

bool deliver(Consumer *c, const Item *item) {
  return c->player.raw ? deliver_raw(c, item) : deliver_records(c, item);
}

#include "records.h"
#include "kernel_classes.h"
#include "loss.h"
#include <string.h>

// evntcons.h: EVENT_HEADER.Flags; 0x200 is newer than mingw's headers.
enum { IS_32 = 0x20, IS_64 = 0x40, CLASSIC = 0x100, PROCESSOR_INDEX = 0x200, TRACE_MESSAGE = 0x08, NOBODY = -1 };

static const GUID LOST_EVENT = {0x6a399ae0, 0x4bc6, 0x4de9, {0x87, 0x0b, 0x36, 0x57, 0xf8, 0x94, 0x7e, 0x7e}};

void begin_records(RecordBuilder *b, const uint8_t *buffer) {
  memcpy(&b->context, buffer + 0x28, sizeof b->context);
  b->wide_index = (u16_at(buffer + 0x34) & FLAG_PROC_INDEX) != 0;
}

static EVENT_HEADER *fresh(RecordBuilder *b, uint32_t size, USHORT flags) {
  EVENT_RECORD *r = &b->record;
  void *context = r->UserContext;
  memset(r, 0, sizeof *r);
  r->UserContext = context;
  r->BufferContext = b->context;
  r->ExtendedData = b->items;
  r->EventHeader.Size = (USHORT)size;
  r->EventHeader.Flags = flags | (b->wide_index ? PROCESSOR_INDEX : 0);
  r->EventHeader.ThreadId = r->EventHeader.ProcessId = (ULONG)NOBODY;
  return &r->EventHeader;
}

static void add_item(RecordBuilder *b, USHORT type, const void *data, size_t size) {
  EVENT_RECORD *r = &b->record;
  if (r->ExtendedDataCount == MAX_ITEMS) return;
  EVENT_HEADER_EXTENDED_DATA_ITEM *item = &b->items[r->ExtendedDataCount++];
  memset(item, 0, sizeof *item);
  item->ExtType = type;
  item->DataSize = (USHORT)size;
  item->DataPtr = (ULONGLONG)(uintptr_t)data;
}

static bool finish(RecordBuilder *b, const RawEvent *event, uint32_t payload) {
  if (payload > event->size) return false;
  b->time = b->record.EventHeader.TimeStamp.QuadPart;
  b->record.UserData = (void *)(event->at + payload);
  b->record.UserDataLength = (USHORT)(event->size - payload);
  return true;
}

static void take_owner(EVENT_HEADER *h, const RawEvent *event) {
  h->ThreadId = u32_at(event->at + 8);
  h->ProcessId = u32_at(event->at + 12);
}

// On disk an item is u16 total size, u16 type, u16 linkage (1: another follows), u16 data size, data.
static uint32_t take_items(RecordBuilder *b, const RawEvent *event, uint32_t at) {
  for (bool more = true; more && at + 8 <= event->size;) {
    const uint8_t *item = event->at + at;
    uint32_t total = (u16_at(item) + 7u) & ~7u, size = u16_at(item + 6);
    if (total < 8 || at + total > event->size || size > total - 8) break;
    add_item(b, u16_at(item + 2), item + 8, size);
    more = (u16_at(item + 4) & 1) != 0;
    // Linkage: the low bit of what mingw calls a bit field.
    if (more) *(USHORT *)((char *)&b->items[b->record.ExtendedDataCount - 1] + 4) = 1;
    at += total;
  }
  return at;
}

static bool modern(RecordBuilder *b, const RawEvent *event) {
  if (event->size < 80) return false;
  EVENT_HEADER *h = fresh(b, event->size, event->type == EVENT32 ? IS_32 : IS_64);
  USHORT added = h->Flags;
  memcpy(h, event->at, sizeof *h);
  h->HeaderType = 0;
  h->Flags |= added;
  uint32_t payload = (h->Flags & EVENT_HEADER_FLAG_EXTENDED_INFO) != 0 ? take_items(b, event, 80) : 80;
  return finish(b, event, payload);
}

static bool kernel(RecordBuilder *b, const RawEvent *event) {
  bool perfinfo = event->type >= PERFINFO32, compact = event->type == COMPACT32 || event->type == COMPACT64;
  bool narrow = event->type == SYSTEM32 || event->type == COMPACT32 || event->type == PERFINFO32;
  uint32_t at = perfinfo ? 16 : compact ? 24 : 32;
  if (event->size < at) return false;
  EVENT_HEADER *h = fresh(b, event->size, CLASSIC | (narrow ? IS_32 : IS_64));
  uint16_t flags = u16_at(event->at);
  if (!perfinfo) take_owner(h, event);
  h->TimeStamp.QuadPart = i64_at(event->at + (perfinfo ? 8 : 16));
  h->ProviderId = kernel_class(event->at[7], event->at[6]);
  h->EventDescriptor.Version = (UCHAR)flags;
  h->EventDescriptor.Opcode = event->at[6];
  if (at == 32) memcpy(&h->KernelTime, event->at + 24, 8);
  uint32_t counters = 8u * ((flags >> 8) & 7), pebs = (flags & 0x8000) != 0 ? 8 : 0;
  if (at + pebs + counters > event->size) return false;
  if (pebs != 0) add_item(b, EVENT_HEADER_EXT_TYPE_PEBS_INDEX, event->at + at, 8);
  if (counters != 0) add_item(b, EVENT_HEADER_EXT_TYPE_PMC_COUNTERS, event->at + at + pebs, counters);
  return finish(b, event, at + pebs + counters);
}

static bool classic(RecordBuilder *b, const RawEvent *event) {
  bool instance = event->type == INSTANCE32 || event->type == INSTANCE64;
  uint32_t payload = instance ? 72 : 48;
  if (event->size < payload) return false;
  bool narrow = event->type == FULL32 || event->type == INSTANCE32;
  EVENT_HEADER *h = fresh(b, event->size, CLASSIC | (narrow ? IS_32 : IS_64));
  take_owner(h, event);
  h->TimeStamp.QuadPart = i64_at(event->at + 16);
  memcpy(&h->ProviderId, event->at + 24, sizeof h->ProviderId);
  h->EventDescriptor.Opcode = event->at[4];
  h->EventDescriptor.Level = event->at[5];
  h->EventDescriptor.Version = event->at[6];
  memcpy(&h->KernelTime, event->at + 40, 8);
  if (instance) add_item(b, EVENT_HEADER_EXT_TYPE_INSTANCE_INFO, event->at + 48, 24);
  return finish(b, event, payload);
}

// WPP: u16 size, 0, 0x90, u16 number, u16 options; then what the options say, in this order.
static bool message(RecordBuilder *b, const RawEvent *event) {
  uint16_t options = u16_at(event->at + 6);
  EVENT_HEADER *h = fresh(b, event->size, TRACE_MESSAGE | ((options & 0x40) != 0 ? IS_32 : IS_64));
  uint32_t at = 8 + ((options & 1) != 0 ? 4 : 0), guid = at;
  at += (options & 2) != 0 ? 16 : (options & 4) != 0 ? 4 : 0;
  uint32_t time = at;
  at += (options & 8) != 0 ? 8 : 0;
  uint32_t owner = at;
  at += (options & 0x20) != 0 ? 8 : 0;
  if (at > event->size) return false;
  h->EventDescriptor.Id = u16_at(event->at + 4);
  if ((options & 2) != 0) memcpy(&h->ProviderId, event->at + guid, sizeof h->ProviderId);
  h->TimeStamp.QuadPart = (options & 8) != 0 ? i64_at(event->at + time) : b->time;
  if ((options & 0x20) != 0) {
    h->ThreadId = u32_at(event->at + owner);
    h->ProcessId = u32_at(event->at + owner + 4);
  }
  return finish(b, event, at);
}

bool build_record(RecordBuilder *b, const RawEvent *event) {
  switch (event->type) {
    case EVENT32: case EVENT64:
      return modern(b, event);
    case SYSTEM32: case SYSTEM64: case COMPACT32: case COMPACT64: case PERFINFO32: case PERFINFO64:
      return kernel(b, event);
    case FULL32: case FULL64: case INSTANCE32: case INSTANCE64:
      return classic(b, event);
    case MESSAGE:
      return message(b, event);
    default:
      return false;
  }
}

void build_loss_record(RecordBuilder *b, uint8_t opcode, int64_t time) {
  EVENT_HEADER *h = fresh(b, 48, CLASSIC | IS_64);
  h->TimeStamp.QuadPart = time;
  h->ProviderId = LOST_EVENT;
  h->EventDescriptor.Opcode = opcode;
}

#include "filters.h"
#include "text.h"

// evntprov.h of the Windows SDK: values and limits as windows-sys 0.61.2 has them.
enum {
  TYPE_PID = 0x80000004u,
  TYPE_EXECUTABLE = 0x80000008u,
  TYPE_EVENT_ID = 0x80000200u,
  MAX_FILTERS = 13,
  MAX_PIDS = 8,
  MAX_IDS = 64,
  MAX_DATA = 1024,
};

// EVENT_FILTER_EVENT_ID: u8 FilterIn, u8 reserved, u16 Count, u16 Events[].
typedef struct {
  uint8_t in, reserved;
  uint16_t count, ids[];
} EventIds;

static ULONG count_of(const ENABLE_TRACE_PARAMETERS *p) {
  if (p == NULL || p->EnableFilterDesc == NULL) return 0;
  return p->Version == 1 ? 1 : p->FilterDescCount;
}

static bool is_sound(const EVENT_FILTER_DESCRIPTOR *filter) {
  if (filter->Ptr == 0 || filter->Size == 0) return false;
  const EventIds *ids = (const EventIds *)(uintptr_t)filter->Ptr;
  switch (filter->Type) {
    case TYPE_PID:
      return filter->Size % 4 == 0 && filter->Size <= MAX_PIDS * 4;
    case TYPE_EVENT_ID:
      return filter->Size >= 4 && ids->count <= MAX_IDS && filter->Size >= 4u + 2u * ids->count;
    case TYPE_EXECUTABLE:
      return filter->Size % 2 == 0 && filter->Size <= MAX_DATA;
    default:
      return true;
  }
}

ULONG check_filters(const ENABLE_TRACE_PARAMETERS *p) {
  if (p->Version == 2 && p->FilterDescCount > 0 && p->EnableFilterDesc == NULL) return ERROR_INVALID_PARAMETER;
  ULONG count = count_of(p);
  if (count > MAX_FILTERS) return ERROR_INVALID_PARAMETER;
  for (ULONG i = 0; i < count; i++) {
    if (!is_sound(&p->EnableFilterDesc[i])) return ERROR_INVALID_PARAMETER;
    // At most one filter of each type.
    for (ULONG k = 0; k < i; k++)
      if (p->EnableFilterDesc[k].Type == p->EnableFilterDesc[i].Type) return ERROR_INVALID_PARAMETER;
  }
  return ERROR_SUCCESS;
}

static void describe(const EVENT_FILTER_DESCRIPTOR *filter, char *out, size_t size) {
  const void *data = (const void *)(uintptr_t)filter->Ptr;
  if (!is_sound(filter)) {
    append(out, size, "unsound_0x%lx:%lu", filter->Type, filter->Size);
  } else if (filter->Type == TYPE_PID) {
    const uint32_t *pids = data;
    for (ULONG i = 0; i < filter->Size / 4; i++) append(out, size, "%s%u", i == 0 ? "pid:" : ",", pids[i]);
  } else if (filter->Type == TYPE_EVENT_ID) {
    const EventIds *ids = data;
    append(out, size, "event_id:%s", ids->in ? "in" : "out");
    for (ULONG i = 0; i < ids->count; i++) append(out, size, "%c%u", i == 0 ? ':' : ',', ids->ids[i]);
  } else if (filter->Type == TYPE_EXECUTABLE) {
    WCHAR text[MAX_DATA / 2 + 1] = {0};
    lstrcpynW(text, data, (int)(filter->Size / 2 + 1));
    append(out, size, "exe:%s", utf8(text).text);
  } else {
    append(out, size, "type_0x%lx:%lu", filter->Type, filter->Size);
  }
}

void describe_filters(const ENABLE_TRACE_PARAMETERS *p, char *out, size_t size) {
  ULONG count = count_of(p);
  if (count == 0) append(out, size, "-");
  for (ULONG i = 0; i < count && i < MAX_FILTERS; i++) {
    if (i > 0) append(out, size, ";");
    describe(&p->EnableFilterDesc[i], out, size);
  }
}

// EnableTraceEx2.
#include "control.h"
#include "filters.h"
#include "state.h"
#include "text.h"
#include <string.h>

static Provider *provider_of(Session *s, const GUID *guid, bool make) {
  for (uint32_t i = 0; i < s->providers; i++)
    if (memcmp(&s->provider[i].guid, guid, sizeof *guid) == 0) return &s->provider[i];
  if (!make || s->providers == MAX_PROVIDERS) return NULL;
  Provider *made = &s->provider[s->providers++];
  memset(made, 0, sizeof *made);
  made->guid = *guid;
  return made;
}

static ULONG apply(Session *s, const GUID *guid, ULONG code, const Provider *wanted) {
  Provider *p = provider_of(s, guid, code == EVENT_CONTROL_CODE_ENABLE_PROVIDER);
  if (code == EVENT_CONTROL_CODE_ENABLE_PROVIDER) {
    if (p == NULL) return ERROR_NO_SYSTEM_RESOURCES;
    uint32_t captures = p->captures;
    *p = *wanted;
    p->captures = captures;
  } else if (p != NULL && code == EVENT_CONTROL_CODE_CAPTURE_STATE) p->captures++;
  else if (p != NULL) p->enabled = 0;
  return ERROR_SUCCESS;
}

static ULONG check(const GUID *guid, ULONG code, const ENABLE_TRACE_PARAMETERS *parameters) {
  if (guid == NULL || code > EVENT_CONTROL_CODE_CAPTURE_STATE) return ERROR_INVALID_PARAMETER;
  if (parameters == NULL) return ERROR_SUCCESS;
  if (parameters->Version != 1 && parameters->Version != 2) return ERROR_INVALID_PARAMETER;
  if ((parameters->EnableProperty & (ULONG)control_number("reject_properties", NULL, 0)) != 0)
    return ERROR_INVALID_PARAMETER;
  return check_filters(parameters);
}

static ULONG enable(TRACEHANDLE handle, const GUID *guid, ULONG code, const Provider *wanted,
                    const ENABLE_TRACE_PARAMETERS *parameters, Text *name) {
  ULONG result;
  WCHAR wide[64] = L"";
  MultiByteToWideChar(CP_UTF8, 0, guid_text(guid).text, -1, wide, 64);
  if (control_fails("EnableTraceEx2", wide, &result)) return result;
  result = check(guid, code, parameters);
  if (result != ERROR_SUCCESS) return result;
  Session *table = state_begin();
  if (table == NULL) return ERROR_FILE_NOT_FOUND;
  Session *s = find_session(table, NULL, handle);
  if (s != NULL) *name = utf8(s->name);
  result = s == NULL ? ERROR_WMI_INSTANCE_NOT_FOUND : apply(s, guid, code, wanted);
  state_end();
  return result;
}

EXPORT ULONG WINAPI EnableTraceEx2(TRACEHANDLE handle, LPCGUID guid, ULONG code, UCHAR level, ULONGLONG any,
                                   ULONGLONG all, ULONG timeout, PENABLE_TRACE_PARAMETERS parameters) {
  Provider wanted = {.any = any, .all = all, .level = level, .enabled = 1};
  if (guid != NULL) wanted.guid = *guid;
  if (parameters != NULL) wanted.properties = parameters->EnableProperty;
  if (parameters != NULL && parameters->Version == 2) wanted.filters = parameters->FilterDescCount;
  Text name = {"-"};
  ULONG result = enable(handle, guid, code, &wanted, parameters, &name);
  char filters[1024] = "";
  describe_filters(parameters, filters, sizeof filters);
  log_call("EnableTraceEx2 session=%s guid=%s code=%lu level=%u any=0x%llx all=0x%llx props=0x%x timeout=%lu "
           "filters=%s -> %lu",
           name.text, guid_text(guid).text, code, level, any, all, wanted.properties, timeout, filters, result);
  return result;
}

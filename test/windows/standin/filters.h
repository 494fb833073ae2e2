// EVENT_FILTER_DESCRIPTORs of EnableTraceEx2.
#ifndef STANDIN_FILTERS_H
#define STANDIN_FILTERS_H
#include "standin.h"

// What Windows refuses: ERROR_INVALID_PARAMETER; else ERROR_SUCCESS.
ULONG check_filters(const ENABLE_TRACE_PARAMETERS *parameters);
// `event_id:in:1,2;pid:4`; `-` for none.
void describe_filters(const ENABLE_TRACE_PARAMETERS *parameters, char *out, size_t size);

#endif

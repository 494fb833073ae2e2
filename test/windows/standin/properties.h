// EVENT_TRACE_PROPERTIES as callers lay them out.
#ifndef STANDIN_PROPERTIES_H
#define STANDIN_PROPERTIES_H
#include "state.h"

// What is wrong with a block for any control call: ERROR_SUCCESS for nothing.
ULONG check_properties(const EVENT_TRACE_PROPERTIES *properties, const WCHAR *session);
// What a session is, with its names where the caller has room for them; ERROR_MORE_DATA where not.
ULONG fill_properties(EVENT_TRACE_PROPERTIES *properties, const Session *session);

#endif

// The trace of a session for which control.ini has none.
#ifndef STANDIN_EMPTY_TRACE_H
#define STANDIN_EMPTY_TRACE_H
#include "state.h"

// One header buffer. For free().
uint8_t *empty_trace(const Session *session, size_t *size);

// The session's clock.
int64_t clock_now(const Session *session);

#endif

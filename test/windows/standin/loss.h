// Losses as the kernel counts them.
#ifndef STANDIN_LOSS_H
#define STANDIN_LOSS_H
#include "state.h"

// WMI_BUFFER_HEADER.BufferFlag.
enum { FLAG_EVENTS_LOST = 0x02, FLAG_BUFFER_LOST = 0x04, FLAG_PROC_INDEX = 0x20, FLAG_COMPRESSED = 0x40 };

// `events_lost=N`: brings the session's count up to N, and marks its next buffer.
void lose_events(Session *session);

#endif

// Handles of consumers in this process.
#ifndef STANDIN_CONSUMERS_H
#define STANDIN_CONSUMERS_H
#include "player.h"

typedef struct {
  TRACEHANDLE handle;
  bool running;
  Player player;
  // Of OpenTraceFromRealTimeLogger.
  EtwOpenTraceOptions options;
  // Of OpenTraceW; a copy, as Windows keeps one.
  EVENT_TRACE_LOGFILEW logFile;
  ULONG modes;
  ULONG buffersRead;
} Consumer;

// 0 with the last error set where it cannot be.
Consumer *consumer_open(const WCHAR *session, bool raw, const char *function);
// For ProcessTrace: the consumer, marked as running; NULL for what is none.
Consumer *consumer_begin(TRACEHANDLE handle);
void consumer_end(Consumer *consumer);
// ERROR_SUCCESS, ERROR_CTX_CLOSE_PENDING where ProcessTrace has yet to return, ERROR_INVALID_HANDLE.
ULONG consumer_close(TRACEHANDLE handle);

// Calls with each consumer that ProcessTrace runs for, in this process.
void each_consumer(void (*call)(Consumer *, void *), void *context);

// Calls back with one buffer; false to stop.
bool deliver(Consumer *consumer, const Item *item);

#endif

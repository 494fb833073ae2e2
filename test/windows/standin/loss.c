#include "loss.h"
#include "control.h"

void lose_events(Session *session) {
  LONG wanted = (LONG)control_number("events_lost", session->name, 0);
  LONG before = InterlockedExchange(&session->lossApplied, wanted);
  if (wanted <= before) return;
  InterlockedExchangeAdd(&session->eventsLost, wanted - before);
  InterlockedOr(&session->pendingFlags, FLAG_EVENTS_LOST);
}

// The side of the kernel: fills a player's buffers.
#ifndef STANDIN_PRODUCER_H
#define STANDIN_PRODUCER_H
#include "player.h"

DWORD WINAPI produce(void *player);

#endif

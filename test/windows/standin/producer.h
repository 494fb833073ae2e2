// The side of the kernel: fills a player's buffers.
#ifndef STANDIN_PRODUCER_H
#define STANDIN_PRODUCER_H
#include "player.h"

DWORD WINAPI produce(void *player);

// Writes an event into the session as if it had been written to it just now.
void player_write(Player *player, const uint8_t *event, uint32_t size);

#endif

/*
 * The limit that a decoder can be measured against: walks the events of an uncompressed .etl file as plainly
 * as C allows. Reads the file once, then walks it ROUNDS times. Prints one line of JSON.
 *
 *   walker FILE ROUNDS walk    reads every event's header fields
 *   walker FILE ROUNDS fields  reads the header fields and every 16-bit unit of the payload
 *
 * Layouts: WMI_BUFFER_HEADER and the event headers, as in src/etw.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static uint16_t u16(const uint8_t *p) { uint16_t v; memcpy(&v, p, 2); return v; }
static uint32_t u32(const uint8_t *p) { uint32_t v; memcpy(&v, p, 4); return v; }
static uint64_t u64(const uint8_t *p) { uint64_t v; memcpy(&v, p, 8); return v; }

static uint64_t events, sum;

static void event(const uint8_t *e, uint32_t size, int type, int fields) {
  uint32_t header = 8;
  events++;
  switch (type) {
  case 1: case 2: header = 32; sum += u32(e + 6) + u32(e + 8) + u32(e + 12) + u64(e + 16); break;
  case 3: case 4: header = 24; sum += u32(e + 6) + u32(e + 8) + u32(e + 12) + u64(e + 16); break;
  case 16: case 17: header = 16; sum += u32(e + 6) + u64(e + 8); break;
  case 10: case 20: header = 48; sum += u32(e + 4) + u64(e + 8) + u64(e + 16) + u64(e + 24) + u64(e + 32); break;
  case 11: case 21: header = 72; sum += u32(e + 4) + u64(e + 8) + u64(e + 16) + u64(e + 24) + u64(e + 32); break;
  case 18: case 19:
    header = 80;
    sum += u64(e + 8) + u64(e + 16) + u64(e + 24) + u64(e + 32) + u64(e + 40) + u64(e + 48);
    if (u16(e + 4) & 1) {
      int more = 1;
      while (more && header + 8 <= size) {
        uint32_t total = (u16(e + header) + 7u) & ~7u;
        more = u16(e + header + 4) & 1;
        if (total < 8) break;
        header += total;
      }
    }
    break;
  }
  if (fields)
    for (uint32_t p = header; p + 2 <= size; p += 2) sum = (sum ^ u16(e + p)) * 31;
}

static void walk(const uint8_t *file, size_t length, int fields) {
  for (size_t at = 0; at + 72 <= length;) {
    const uint8_t *b = file + at;
    uint32_t size = u32(b), end = u32(b + 0x30);
    if (size < 72 || size > length - at) break;
    if (end > size) end = size;
    for (uint32_t p = 72; p + 8 <= end;) {
      uint32_t first = u32(b + p);
      if (first == 0 || first == 0xffffffff) break;
      int type = b[p + 2];
      int kernel = (type >= 1 && type <= 4) || type == 16 || type == 17;
      uint32_t n = u16(b + p + (kernel ? 4 : 0));
      if (n < 8 || n > end - p) break;
      event(b + p, n, type, fields);
      p += (n + 7u) & ~7u;
    }
    at += size;
  }
}

static double cpu(void) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  FILE *f = fopen(argv[1], "rb");
  if (!f) return 1;
  fseek(f, 0, SEEK_END);
  long length = ftell(f);
  rewind(f);
  uint8_t *file = malloc((size_t)length);
  if (!file) return 1;
  double before = cpu();
  int rounds = atoi(argv[2]), fields = strcmp(argv[3], "fields") == 0;
  for (int i = 0; i < rounds; i++) {
    /* Read anew each round, as a decoder must. */
    rewind(f);
    if (fread(file, 1, (size_t)length, f) != (size_t)length) return 1;
    walk(file, (size_t)length, fields);
  }
  printf("{\"units\":%llu,\"cpuSeconds\":%.6f,\"check\":%llu}\n", (unsigned long long)events, cpu() - before,
         (unsigned long long)(sum & 0xffff));
  return 0;
}

// What containers run: lives for some milliseconds, and ends with an exit code.
#include <stdlib.h>
#include <windows.h>

int main(int argc, char **argv) {
  if (argc > 1) Sleep((DWORD)atoi(argv[1]));
  return argc > 2 ? atoi(argv[2]) : 0;
}

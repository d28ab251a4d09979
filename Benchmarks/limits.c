// What one thread of this machine can do: GFLOP/s of fused multiply-adds in registers, of load and multiply-add from the
// first-level cache, and GB/s of copying beyond all caches. The best of several rounds.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef double vector __attribute__((vector_size(64)));
enum { LANES = 8, STREAMS = 12, ROUNDS = 40, CACHED = 2048, LARGE = 1 << 24 };

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec + 1e-9 * now.tv_nsec;
}

static double registers(long repeats) {
  vector sum[STREAMS], factor = {0}, term = {0};
  for (int k = 0; k < STREAMS; k++) sum[k] = factor + k;
  for (int k = 0; k < LANES; k++) factor[k] = 1 - 1e-9, term[k] = 1e-9;
  double begin = seconds();
  for (long i = 0; i < repeats; i++)
    for (int k = 0; k < STREAMS; k++) sum[k] = sum[k] * factor + term;
  double elapsed = seconds() - begin;
  volatile double kept = 0;
  for (int k = 0; k < STREAMS; k++) kept += sum[k][0];
  return 2e-9 * LANES * STREAMS * repeats / elapsed;
}

static double cached(const vector *a, long repeats) {
  vector sum[8] = {0}, factor = {0};
  for (int k = 0; k < LANES; k++) factor[k] = 1e-9;
  double begin = seconds();
  for (long i = 0; i < repeats; i++) {
    for (int j = 0; j < CACHED / LANES; j += 8)
      for (int k = 0; k < 8; k++) sum[k] += a[j + k] * factor;
    __asm__ volatile("" ::: "memory");
  }
  double elapsed = seconds() - begin;
  volatile double kept = 0;
  for (int k = 0; k < 8; k++) kept += sum[k][0];
  return 2e-9 * CACHED * repeats / elapsed;
}

int main(void) {
  vector *a = aligned_alloc(64, sizeof(double) * CACHED);
  double *from = malloc(sizeof(double) * LARGE), *to = malloc(sizeof(double) * LARGE);
  if (!a || !from || !to) return 1;
  memset(a, 0, sizeof(double) * CACHED);
  memset(from, 1, sizeof(double) * LARGE);
  memset(to, 1, sizeof(double) * LARGE);
  double fma = 0, load = 0, copy = 0;
  for (int k = 0; k < ROUNDS; k++) {
    double one = registers(100000), other = cached(a, 2000);
    if (one > fma) fma = one;
    if (other > load) load = other;
    if (k % 8) continue;
    double begin = seconds();
    memcpy(to, from, sizeof(double) * LARGE);
    double rate = 1e-9 * 2 * sizeof(double) * LARGE / (seconds() - begin);
    if (rate > copy) copy = rate;
  }
  printf("{\"fma\": %.3g, \"load\": %.3g, \"copy\": %.3g}\n", fma, load, copy);
  return 0;
}

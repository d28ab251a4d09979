#include "guard.h"
#include <flint/flint.h>
#include <gmp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Thread_local jmp_buf *cflint_escape = NULL;

static atomic_size_t held = 0;
static atomic_size_t budget = 0;

// Every block is preceded by its size, so that what is held can be counted.
enum { HEAD = 16 };

static void give_up(cflint_status status) __attribute__((noreturn));
static void give_up(cflint_status status) {
  if (cflint_escape) longjmp(*cflint_escape, status);
  fputs("flowcheck: FLINT gave up outside of a guarded call\n", stderr);
  abort();
}

static void *taken(void *block, size_t bytes) {
  if (!block) {
    atomic_fetch_sub(&held, bytes);
    give_up(CFLINT_MEMORY);
  }
  *(size_t *)block = bytes;
  return (char *)block + HEAD;
}

static void reserve(size_t bytes) {
  const size_t limit = atomic_load(&budget);
  const size_t before = atomic_fetch_add(&held, bytes);
  if (bytes > SIZE_MAX / 2 || (limit && before + bytes > limit)) {
    atomic_fetch_sub(&held, bytes);
    give_up(CFLINT_MEMORY);
  }
}

static void *take(size_t bytes) {
  reserve(bytes);
  return taken(malloc(bytes + HEAD), bytes);
}

static void *take_zeroed(size_t count, size_t size) {
  if (size && count > SIZE_MAX / 2 / size) give_up(CFLINT_MEMORY);
  reserve(count * size);
  return taken(calloc(1, count * size + HEAD), count * size);
}

static void put_back(void *pointer) {
  if (!pointer) return;
  void *block = (char *)pointer - HEAD;
  atomic_fetch_sub(&held, *(size_t *)block);
  free(block);
}

static void *take_again(void *pointer, size_t bytes) {
  if (!pointer) return take(bytes);
  void *block = (char *)pointer - HEAD;
  const size_t before = *(size_t *)block;
  reserve(bytes);
  void *moved = realloc(block, bytes + HEAD);
  if (!moved) {
    atomic_fetch_sub(&held, bytes);
    give_up(CFLINT_MEMORY);
  }
  atomic_fetch_sub(&held, before);
  *(size_t *)moved = bytes;
  return (char *)moved + HEAD;
}

static void *take_again_sized(void *pointer, size_t before, size_t bytes) {
  (void)before;
  return take_again(pointer, bytes);
}

static void put_back_sized(void *pointer, size_t bytes) {
  (void)bytes;
  put_back(pointer);
}

static void abort_entry(void) __attribute__((noreturn));
static void abort_entry(void) { give_up(CFLINT_ABORTED); }

static void install(void) {
  __flint_set_memory_functions(take, take_zeroed, take_again, put_back);
  mp_set_memory_functions(take, take_again_sized, put_back_sized);
  flint_set_abort(abort_entry);
}

// Whoever comes second waits until all is installed: a block taken before and freed after would be freed at a wrong place.
void cflint_start(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, install);
}

void cflint_set_budget(size_t bytes) { atomic_store(&budget, bytes); }
size_t cflint_memory(void) { return atomic_load(&held); }
const char *cflint_version(void) { return FLINT_VERSION; }

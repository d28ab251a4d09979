#define _GNU_SOURCE
#include "AllocationCounter.h"

#if defined(__linux__)
#include <features.h>
#endif

// A sanitizer stands there itself.
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define HAS_SANITIZER 1
#else
#define HAS_SANITIZER 0
#endif

#if defined(__GLIBC__) && !HAS_SANITIZER
#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static _Thread_local int64_t count;
static _Thread_local int is_counting;

static void note(void *caller) {
  if (!is_counting) return;
  // What the look-up itself asks for is not counted.
  is_counting = 0;
  Dl_info image;
  if (!dladdr(caller, &image) || !image.dli_fname || !strstr(image.dli_fname, "blas")) count++;
  is_counting = 1;
}

// Definitions in the executable stand before those of the library.
#define SEEN __attribute__((visibility("default"), used, noinline))

SEEN void *malloc(size_t size) {
  note(__builtin_return_address(0));
  return __libc_malloc(size);
}

SEEN void *calloc(size_t number, size_t size) {
  note(__builtin_return_address(0));
  return __libc_calloc(number, size);
}

SEEN void *realloc(void *memory, size_t size) {
  note(__builtin_return_address(0));
  return __libc_realloc(memory, size);
}

SEEN void *memalign(size_t alignment, size_t size) {
  note(__builtin_return_address(0));
  return __libc_memalign(alignment, size);
}

SEEN void *aligned_alloc(size_t alignment, size_t size) {
  note(__builtin_return_address(0));
  return __libc_memalign(alignment, size);
}

SEEN int posix_memalign(void **result, size_t alignment, size_t size) {
  note(__builtin_return_address(0));
  void *memory = __libc_memalign(alignment, size);
  if (!memory) return ENOMEM;
  *result = memory;
  return 0;
}

void allocation_counter_start(void) {
  count = 0;
  is_counting = 1;
}

int64_t allocation_counter_stop(void) {
  is_counting = 0;
  return count;
}

int allocation_counter_is_supported(void) { return 1; }

#else

void allocation_counter_start(void) {}
int64_t allocation_counter_stop(void) { return 0; }
int allocation_counter_is_supported(void) { return 0; }

#endif

// Counts what this thread asks the C library's allocator for, by standing in front of it: Linux with glibc only.
#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

#include <stdint.h>

// Counts from zero until the stop, which returns how many requests there were. Those of a BLAS are not ours: they are left out.
void allocation_counter_start(void);
int64_t allocation_counter_stop(void);
// Whether requests are seen at all here.
int allocation_counter_is_supported(void);

#endif

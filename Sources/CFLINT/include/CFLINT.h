// FLINT behind opaque handles. No FLINT structure, macro or pointer appears here.
//
// Every function that computes returns a status. FLINT ends the process on its own errors and when memory is gone; here it comes back
// with CFLINT_ABORTED or CFLINT_MEMORY instead, and the handles that the call wrote to must not be used any more, only dropped.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef enum {
  CFLINT_OK = 0,
  // The memory budget is used up.
  CFLINT_MEMORY = 1,
  // FLINT found an error of its own, such as a division by zero.
  CFLINT_ABORTED = 2
} cflint_status;

// Must be called once before anything else here: installs the allocator and the handler of errors.
void cflint_start(void);

// The most bytes that FLINT may hold at a time, over all threads; 0 for no limit.
void cflint_set_budget(size_t bytes);

// Bytes that FLINT holds now.
size_t cflint_memory(void);

// The version of FLINT that was compiled against, such as "2.9.0".
const char *cflint_version(void);

#include "CFLINTPolynomial.h"
#include "CFLINTModular.h"
#include "CFLINTBalls.h"

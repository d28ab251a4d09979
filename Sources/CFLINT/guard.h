// How an entry comes back when FLINT gives up.
#pragma once
#include <setjmp.h>
#include "CFLINT.h"

// Where the entry that runs on this thread began; NULL outside.
extern _Thread_local jmp_buf *cflint_escape;

// Stands at the beginning and the end of an entry, which has no other return. Nothing between them may call back into Swift: a jump over
// its frames is undefined. Variables that change between them and are read after a jump would have to be volatile: there are none.
#define CFLINT_ENTER                       \
  jmp_buf here;                            \
  jmp_buf *const outer = cflint_escape;    \
  const int fault = setjmp(here);          \
  if (fault) {                             \
    cflint_escape = outer;                 \
    return (cflint_status)fault;           \
  }                                        \
  cflint_escape = &here;

#define CFLINT_LEAVE      \
  cflint_escape = outer;  \
  return CFLINT_OK;

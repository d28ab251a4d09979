#include "CKernels.h"

#include <math.h>
#include <string.h>

// The vectors below only cross calls that are inlined.
#pragma clang diagnostic ignored "-Wpsabi"
#pragma STDC FP_CONTRACT ON

typedef double v8 __attribute__((vector_size(64)));
typedef int64_t l8 __attribute__((vector_size(64)));
typedef double v4u __attribute__((vector_size(32), aligned(8), may_alias));
typedef double v2u __attribute__((vector_size(16), aligned(8), may_alias));
typedef double v8u __attribute__((vector_size(64), aligned(8), may_alias));

typedef struct {
  void (*contract)(const flow_loops *, double, int, double *, const double *, const double *);
  void (*contract_rows)(const flow_loops *, int64_t, const int32_t *, const int32_t *, const int32_t *, double, int,
                        double *, const double *, const double *);
  void (*map)(int, int64_t, const double *, double *, int64_t, const double *);
  void (*softmax)(int64_t, int64_t, const double *, double *);
  void (*softmax_derivative)(int64_t, int64_t, const double *, const double *, double *);
  void (*log_sum_exp)(int64_t, int64_t, const double *, double *);
} flow_program_table;

#define BODY static inline __attribute__((always_inline))

#define NAME(name) name##_generic
#include "contractions.h"
#include "functions.h"
#include "maps.h"
#undef NAME

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define NAME(name) name##_avx2
#include "contractions.h"
#include "functions.h"
#include "maps.h"
#undef NAME
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#define NAME(name) name##_avx512
#include "contractions.h"
#include "functions.h"
#include "maps.h"
#undef NAME
#pragma clang attribute pop

static const flow_program_table *const tables[FLOW_PATH_COUNT] = {
    &program_table_generic, &program_table_avx2, &program_table_avx512};
#else
static const flow_program_table *const tables[FLOW_PATH_COUNT] = {
    &program_table_generic, &program_table_generic, &program_table_generic};
#endif

void flow_contract(int path, const flow_loops *loops, double c, int accumulate, double *z, const double *x,
                   const double *y) {
  tables[path]->contract(loops, c, accumulate, z, x, y);
}

void flow_contract_rows(int path, const flow_loops *loops, int64_t count, const int32_t *oz, const int32_t *ox,
                        const int32_t *oy, double c, int accumulate, double *z, const double *x, const double *y) {
  tables[path]->contract_rows(loops, count, oz, ox, oy, c, accumulate, z, x, y);
}

void flow_map(int path, int function, int64_t n, const double *x, double *z, int64_t degree, const double *coefficients) {
  tables[path]->map(function, n, x, z, degree, coefficients);
}

void flow_softmax(int path, int64_t rows, int64_t n, const double *x, double *z) {
  tables[path]->softmax(rows, n, x, z);
}

void flow_softmax_derivative(int path, int64_t rows, int64_t n, const double *y, const double *v, double *z) {
  tables[path]->softmax_derivative(rows, n, y, v, z);
}

void flow_log_sum_exp(int path, int64_t rows, int64_t n, const double *x, double *z) {
  tables[path]->log_sum_exp(rows, n, x, z);
}

#include "CKernels.h"

#include <string.h>

#pragma STDC FP_CONTRACT ON

typedef double v2 __attribute__((vector_size(16)));
typedef double v4 __attribute__((vector_size(32)));
typedef double v8 __attribute__((vector_size(64)));
// The same eight doubles wherever they lie in memory.
typedef double v8u __attribute__((vector_size(64), aligned(8), may_alias));

typedef struct {
  void (*pack)(const double *, int64_t, int64_t, int64_t, int64_t, double *);
  void (*unpack)(const double *, int64_t, int64_t, int64_t, int64_t, double *);
  void (*sampled_products)(const flow_pattern *, const double *, const double *, int64_t, int64_t, double *);
  void (*weighted_sums)(const flow_pattern *, const double *, const double *, int64_t, int64_t, int, double *);
  void (*group_products)(const flow_group *, const double *, int64_t, double *);
  void (*group_tangents)(const flow_group *, const double *, const double *, int64_t, double *, double *);
  void (*group_pullback)(const flow_group *, const double *, const double *, int64_t, double *, double *);
  void (*group_pullback_tangent)(const flow_group *, const double *, const double *, const double *, const double *,
                                 int64_t, double *, double *);
  void (*combine)(int64_t, int64_t, const double *const *, const double *, int, const double *const *, double *const *);
  void (*correct)(const flow_correction *, int64_t, int64_t, int64_t, double *);
  void (*bundle_dot)(int64_t, int64_t, int64_t, const double *, const double *, double *);
  int (*all_finite)(int64_t, const double *);
} flow_table;

#define NAME(name) name##_generic
#include "vectors.h"
#include "bodies.h"
#undef NAME

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define NAME(name) name##_avx2
#include "vectors.h"
#include "bodies.h"
#undef NAME
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#define NAME(name) name##_avx512
#include "vectors.h"
#include "bodies.h"
#undef NAME
#pragma clang attribute pop

static const flow_table *const tables[FLOW_PATH_COUNT] = {&table_generic, &table_avx2, &table_avx512};

int flow_path_supported(int path) {
  switch (path) {
  case FLOW_PATH_GENERIC:
    return 1;
  case FLOW_PATH_AVX2:
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  case FLOW_PATH_AVX512:
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")
           && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma");
  default:
    return 0;
  }
}
#else
static const flow_table *const tables[FLOW_PATH_COUNT] = {&table_generic, &table_generic, &table_generic};

int flow_path_supported(int path) { return path == FLOW_PATH_GENERIC; }
#endif

int flow_best_path(void) {
  int best = FLOW_PATH_GENERIC;
  for (int path = 0; path < FLOW_PATH_COUNT; path++)
    if (flow_path_supported(path)) best = path;
  return best;
}

void flow_pack(int path, const double *matrix, int64_t rows, int64_t stride, int64_t valid, int64_t width,
               double *block) {
  tables[path]->pack(matrix, rows, stride, valid, width, block);
}

void flow_unpack(int path, const double *block, int64_t rows, int64_t stride, int64_t valid, int64_t width,
                 double *matrix) {
  tables[path]->unpack(block, rows, stride, valid, width, matrix);
}

void flow_sampled_products(int path, const flow_pattern *pattern, const double *left, const double *right,
                           int64_t width, int64_t stride, double *results) {
  tables[path]->sampled_products(pattern, left, right, width, stride, results);
}

void flow_weighted_sums(int path, const flow_pattern *pattern, const double *weights, const double *source,
                        int64_t width, int64_t stride, int accumulate, double *target) {
  tables[path]->weighted_sums(pattern, weights, source, width, stride, accumulate, target);
}

void flow_group_products(int path, const flow_group *group, const double *blocks, int64_t width, double *products) {
  tables[path]->group_products(group, blocks, width, products);
}

void flow_group_tangents(int path, const flow_group *group, const double *blocks, const double *directions,
                         int64_t width, double *products, double *tangents) {
  tables[path]->group_tangents(group, blocks, directions, width, products, tangents);
}

void flow_group_pullback(int path, const flow_group *group, const double *blocks, const double *cotangents,
                         int64_t width, double *scratch, double *gradients) {
  tables[path]->group_pullback(group, blocks, cotangents, width, scratch, gradients);
}

void flow_group_pullback_tangent(int path, const flow_group *group, const double *blocks, const double *directions,
                                 const double *cotangents, const double *cotangent_tangents, int64_t width,
                                 double *scratch, double *gradient_tangents) {
  tables[path]->group_pullback_tangent(
      group, blocks, directions, cotangents, cotangent_tangents, width, scratch, gradient_tangents);
}

void flow_bundle_dot(int path, int64_t count, int64_t length, int64_t stride, const double *a, const double *b,
                     double *results) {
  tables[path]->bundle_dot(count, length, stride, a, b, results);
}

void flow_combine(int path, int64_t n, int64_t terms, const double *const *vectors, const double *weights, int outputs,
                  const double *const *bases, double *const *results) {
  tables[path]->combine(n, terms, vectors, weights, outputs, bases, results);
}

int flow_all_finite(int path, int64_t n, const double *x) { return tables[path]->all_finite(n, x); }

void flow_correct(int path, const flow_correction *correction, int64_t rows, int64_t columns, int64_t offset,
                  double *sums) {
  tables[path]->correct(correction, rows, columns, offset, sums);
}

// Inner loops of the CP evaluators: sampled inner products, sparse sums and products over groups of modes.
//
// Every matrix here is a block of `width` consecutive components: row-major, `width` doubles a row, `width` a multiple
// of 8 between 8 and 64, padded with zeros. All sums run in a fixed order over eight fixed lanes, so that paths differ
// only by whether a product is rounded before it is added (fused multiply–add or not).
#ifndef FLOWCHECK_CKERNELS_H
#define FLOWCHECK_CKERNELS_H

#include <stdint.h>

#include "Programs.h"
#include "Team.h"

// The copies of the kernels; a path is chosen once and passed to every call.
enum { FLOW_PATH_GENERIC = 0, FLOW_PATH_AVX2 = 1, FLOW_PATH_AVX512 = 2, FLOW_PATH_COUNT = 3 };

// 1 if this machine can run the path.
int flow_path_supported(int path);
// The widest path this machine can run.
int flow_best_path(void);

// A sparse 0/1 pattern by rows: row i holds the positions starts[i] ..< starts[i + 1], in column columns[position].
typedef struct {
  int64_t rows;
  const int32_t *starts;
  const int32_t *columns;
} flow_pattern;

// A group of modes: tuple t multiplies the rows indices[t·modes + j] of the blocks that start at offsets[j]·width.
typedef struct {
  int64_t tuples;
  int64_t modes;
  const int32_t *indices;
  const int64_t *offsets;
} flow_group;

// Copies `valid` ≤ width columns of a row-major matrix with `stride` columns into a block, padding with zeros.
void flow_pack(int path, const double *matrix, int64_t rows, int64_t stride, int64_t valid, int64_t width,
               double *block);
// The reverse: copies the first `valid` columns of a block back.
void flow_unpack(int path, const double *block, int64_t rows, int64_t stride, int64_t valid, int64_t width,
                 double *matrix);

// results[p] += ⟨left[row of p], right[columns[p]]⟩ for every position p, over `width` columns of matrices whose rows begin
// `stride` ≥ width numbers apart.
void flow_sampled_products(int path, const flow_pattern *pattern, const double *left, const double *right,
                           int64_t width, int64_t stride, double *results);
// target[i] = (accumulate ? target[i] : 0) + Σ_p weights[p]·source[columns[p]] over the positions p of row i,
// likewise.
void flow_weighted_sums(int path, const flow_pattern *pattern, const double *weights, const double *source,
                        int64_t width, int64_t stride, int accumulate, double *target);
// products[t] = Π_j a_j, where a_j is row indices[t, j] of block j.
void flow_group_products(int path, const flow_group *group, const double *blocks, int64_t width, double *products);
// The same and its derivative along the blocks of `directions`.
void flow_group_tangents(int path, const flow_group *group, const double *blocks, const double *directions,
                         int64_t width, double *products, double *tangents);
// gradients[row of j] += cotangents[t]·Π_{i≠j} a_i for every tuple t and mode j. `scratch` holds 16·modes doubles.
void flow_group_pullback(int path, const flow_group *group, const double *blocks, const double *cotangents,
                         int64_t width, double *scratch, double *gradients);
// The derivative of that along (directions, cotangent_tangents), added to `gradient_tangents`.
void flow_group_pullback_tangent(int path, const flow_group *group, const double *blocks, const double *directions,
                                 const double *cotangents, const double *cotangent_tangents, int64_t width,
                                 double *scratch, double *gradient_tangents);

// Loops over whole state vectors, for integrators. Here nothing is padded or aligned.

// results[o] = bases[o] + Σ_j weights[o·terms + j]·vectors[j], n numbers each, for 1 to 4 outputs; a null base counts as
// zero, and a result may be its own base.
void flow_combine(int path, int64_t n, int64_t terms, const double *const *vectors, const double *weights, int outputs,
                  const double *const *bases, double *const *results);

// results[r] = Σ_i a[i·stride + r]·b[i·stride + r], i < length, for `count` vectors side by side; the same bits on every path.
void flow_bundle_dot(int path, int64_t count, int64_t length, int64_t stride, const double *a, const double *b,
                     double *results);

// Whether none of n numbers is NaN or infinite.
int flow_all_finite(int path, int64_t n, const double *x);

// What flow_correct reads, and the state it writes.
typedef struct {
  const double *derivative, *extrapolation, *prediction, *lower, *higher;
  double *state;
  double corrector;
} flow_correction;

// With d = derivative − extrapolation, over the rows × columns numbers from `offset` on: state = prediction + corrector·d,
// and to the four rows of `sums` (4 × columns) are added, column by column, the squares of d + lower, d, d − higher and
// state.
void flow_correct(int path, const flow_correction *correction, int64_t rows, int64_t columns, int64_t offset,
                  double *sums);
#endif

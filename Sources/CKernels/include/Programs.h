// Inner loops of programs of arrays: sums of products over strided labels, rows met by index tables, functions of every
// entry. Unlike the kernels of the CP evaluators they read arrays as they lie, unaligned and of any length; sums run in a
// fixed order over fixed lanes.
#ifndef FLOWCHECK_PROGRAMS_H
#define FLOWCHECK_PROGRAMS_H

#include <stdint.h>

// What the innermost loop does; z⊕ is z = or z +=.
enum {
  FLOW_TIMES = 0,   // z[i] ⊕ c·x[i]·y[i], unit strides
  FLOW_SCALED = 1,  // z[i] ⊕ c·x[i]·y, unit strides of z and x; a null y counts as 1
  FLOW_DOT = 2,     // z ⊕ c·Σ x[i]·y[i], unit strides
  FLOW_TOTAL = 3,   // z ⊕ c·Σ x[i]·y, unit stride of x; a null y counts as 1
  FLOW_STRIDED = 4  // z[i·iz] ⊕ c·x[i·ix]·y[i·iy], any strides; null operands count as 1
};

// Loops from the outside in: `depth` outer ones, one in the middle, one inside. Strides in numbers, 0 where an array does
// not depend on the loop.
typedef struct {
  int64_t kind, depth;
  const int64_t *extents, *z, *x, *y;
  int64_t middle, mz, mx, my;
  int64_t inner, iz, ix, iy;
} flow_loops;

// z ⊕ c·x·y over all loops. Without `accumulate` every entry of z must be written by one pass of the two inner loops.
void flow_contract(int path, const flow_loops *loops, double c, int accumulate, double *z, const double *x,
                   const double *y);
// The same for every k < count, with the arrays starting at z + oz[k], x + ox[k] and y + oy[k].
void flow_contract_rows(int path, const flow_loops *loops, int64_t count, const int32_t *oz, const int32_t *ox,
                        const int32_t *oy, double c, int accumulate, double *z, const double *x, const double *y);

enum {
  FLOW_EXP, FLOW_LOG, FLOW_TANH, FLOW_SIGMOID, FLOW_RECIPROCAL, FLOW_SQUARE_ROOT, FLOW_ERF, FLOW_GAUSSIAN, FLOW_RELU,
  FLOW_STEP, FLOW_ABSOLUTE, FLOW_SIGN, FLOW_POLYNOMIAL
};

// z[i] = f(x[i]), NaN at NaN; exp, log, tanh, sigmoid and erf within 2 units in the last place. A polynomial has `degree` + 1
// coefficients from the constant one on; otherwise they are not read.
void flow_map(int path, int function, int64_t n, const double *x, double *z, int64_t degree, const double *coefficients);
// Rows of n: z = exp(x)/Σ exp(x); z = y∘(v − ⟨y, v⟩); z = ln Σ exp(x), one number a row.
void flow_softmax(int path, int64_t rows, int64_t n, const double *x, double *z);
void flow_softmax_derivative(int path, int64_t rows, int64_t n, const double *y, const double *v, double *z);
void flow_log_sum_exp(int path, int64_t rows, int64_t n, const double *x, double *z);
#endif

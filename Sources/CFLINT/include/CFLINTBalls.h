// Real balls: midpoints with radii that hold the exact values, behind an opaque handle of many.
#pragma once
#include "CFLINT.h"

typedef struct cflint_balls cflint_balls;

// So many balls, all 0, computed with so many bits.
cflint_status cflint_balls_create(cflint_balls **balls, int64_t count, int64_t precision);
void cflint_balls_drop(cflint_balls *balls);

// Ball z becomes a double, which is exact.
cflint_status cflint_balls_set(cflint_balls *balls, int64_t z, double value);

// z += numerator/denominator x y; -1 for a factor that is missing.
cflint_status cflint_balls_add(
  cflint_balls *balls, int64_t z, int64_t numerator, int64_t denominator, int64_t x, int64_t y);

typedef enum {
  CFLINT_RECIPROCAL = 1,
  CFLINT_EXPONENTIAL = 2,
  CFLINT_ROOT = 3,
  CFLINT_LOGARITHM = 4,
  CFLINT_ERF = 5,
  // 2/sqrt(pi) exp(-x^2).
  CFLINT_GAUSSIAN = 6
} cflint_function;

// z = f(x).
cflint_status cflint_balls_map(cflint_balls *balls, cflint_function function, int64_t z, int64_t x);

// A double near the midpoint, and whether the ball is finite.
cflint_status cflint_balls_look(const cflint_balls *balls, int64_t x, double *midpoint, int *is_finite);

// Keeps the ball as number `entry` of another handle.
cflint_status cflint_balls_copy(cflint_balls *target, int64_t entry, const cflint_balls *balls, int64_t x);

// Whether the determinant of the matrix of size x size balls at these places, row-major, is not 0: 1 is proof, 0 says nothing. Where it is,
// a double near it.
cflint_status cflint_balls_determinant(
  const cflint_balls *balls, const int64_t *places, int64_t size, int *is_not_zero, double *near);

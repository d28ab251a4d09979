// Linear algebra and truncated power series modulo a prime below 2^62, behind opaque handles.
#pragma once
#include "CFLINT.h"

// A dense matrix modulo a prime.
typedef struct cflint_modular cflint_modular;

// Whether a number is a prime.
int cflint_is_prime(uint64_t number);

// rows x columns entries, row-major and below the prime, are copied.
cflint_status cflint_modular_create(
  cflint_modular **matrix, int64_t rows, int64_t columns, const uint64_t *entries, uint64_t prime);
void cflint_modular_drop(cflint_modular *matrix);

// The rank, and so many rows that are independent, in ascending order; the matrix is left as it is.
cflint_status cflint_modular_independent_rows(const cflint_modular *matrix, int64_t *rank, int64_t *independent);

// Brings the matrix into reduced row echelon form; pivots[i] is the pivot column of row i.
cflint_status cflint_modular_reduce(cflint_modular *matrix, int64_t *rank, int64_t *pivots);

// The entries, row-major.
cflint_status cflint_modular_copy(const cflint_modular *matrix, uint64_t *entries);

// One loop of z += c x y: how often, and how far every array moves.
typedef struct {
  int64_t extent, z, x, y;
} cflint_loop;

// z += c (sum over loops and rows of x y), every array a truncated power series: coefficient k of an array of `count` numbers that
// begins at `start` lies at start * length + k * count of the memory.
typedef struct {
  int64_t z, x, y;
  int64_t z_count, x_count, y_count;
  uint64_t coefficient;
  // Positions in the tables of loops and of row starts; no rows means one that starts at 0.
  int64_t loop, row;
  int32_t loops, factors;
  int64_t rows;
  // 0 for z += c x y. Entry by entry: 1 for z = 1 / x, which fails where x is 0; 2 for z' = x' z and 4 for z' = x' / x, which begin with
  // y (4 fails where x is 0); 3 for z^2 = x, which begins with y where that is not 0,
  // and fails where x is 0 or no square.
  int32_t operation;
  // Bit 0: x has no coefficients but the first; bit 1: y.
  int32_t constant;
} cflint_step;

// Carries out steps on series of `terms` coefficients, not more than the prime, in memory laid out for `length`. Returns 1 where a step
// fails, else 0.
int cflint_series_run(
  const cflint_step *steps, int64_t count, const cflint_loop *loops, const int64_t *rows, uint64_t *memory, int64_t length,
  int64_t terms, uint64_t prime);

// Row r, column m of `entries` becomes q[r] <grad m, field r>(point r) - s[r] m(point r), where monomial m is the product of `degree`
// variables, -1 for none.
void cflint_monomial_rows(
  const int32_t *monomials, int64_t count, int64_t degree, const uint64_t *points, const uint64_t *fields, const uint64_t *q,
  const uint64_t *s, int64_t rows, int64_t variables, uint64_t *entries, uint64_t prime);

// a b modulo a prime below 2^62.
uint64_t cflint_multiply(uint64_t a, uint64_t b, uint64_t prime);

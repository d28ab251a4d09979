#include <flint/flint.h>
#if __has_include(<flint/nmod.h>)
// FLINT 3 has the scalar functions here, FLINT 2 beside its vectors.
#include <flint/nmod.h>
#endif
#include <flint/nmod_mat.h>
#include <flint/nmod_vec.h>
#include <flint/ulong_extras.h>
#include <stdlib.h>
#include <string.h>
#include "CFLINTModular.h"
#include "guard.h"

struct cflint_modular {
  nmod_mat_t matrix;
};

int cflint_is_prime(uint64_t number) { return n_is_prime(number); }

// Rows are read one by one through their pointers: an elimination may exchange the pointers instead of the rows.
cflint_status cflint_modular_create(
  cflint_modular **result, int64_t rows, int64_t columns, const uint64_t *entries, uint64_t prime) {
  *result = NULL;
  CFLINT_ENTER
  cflint_modular *made = flint_malloc(sizeof(cflint_modular));
  nmod_mat_init(made->matrix, rows, columns, prime);
  for (int64_t r = 0; r < rows; r++) {
    for (int64_t c = 0; c < columns; c++) nmod_mat_entry(made->matrix, r, c) = entries[r * columns + c];
  }
  *result = made;
  CFLINT_LEAVE
}

void cflint_modular_drop(cflint_modular *matrix) {
  if (!matrix) return;
  nmod_mat_clear(matrix->matrix);
  flint_free(matrix);
}

static int ascending(const void *a, const void *b) {
  const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

cflint_status cflint_modular_independent_rows(const cflint_modular *matrix, int64_t *rank, int64_t *independent) {
  *rank = 0;
  CFLINT_ENTER
  nmod_mat_t work;
  nmod_mat_init_set(work, matrix->matrix);
  const slong rows = nmod_mat_nrows(work);
  slong *order = flint_malloc(sizeof(slong) * (rows ? rows : 1));
  for (slong r = 0; r < rows; r++) order[r] = r;
  const slong found = nmod_mat_lu(order, work, 0);
  for (slong r = 0; r < found; r++) independent[r] = order[r];
  qsort(independent, found, sizeof(int64_t), ascending);
  *rank = found;
  flint_free(order);
  nmod_mat_clear(work);
  CFLINT_LEAVE
}

cflint_status cflint_modular_reduce(cflint_modular *matrix, int64_t *rank, int64_t *pivots) {
  *rank = 0;
  CFLINT_ENTER
  const slong found = nmod_mat_rref(matrix->matrix);
  const slong columns = nmod_mat_ncols(matrix->matrix);
  slong column = 0;
  for (slong r = 0; r < found; r++) {
    while (column < columns && nmod_mat_entry(matrix->matrix, r, column) == 0) column++;
    pivots[r] = column;
  }
  *rank = found;
  CFLINT_LEAVE
}

cflint_status cflint_modular_copy(const cflint_modular *matrix, uint64_t *entries) {
  CFLINT_ENTER
  const slong rows = nmod_mat_nrows(matrix->matrix), columns = nmod_mat_ncols(matrix->matrix);
  for (slong r = 0; r < rows; r++) {
    for (slong c = 0; c < columns; c++) entries[r * columns + c] = nmod_mat_entry(matrix->matrix, r, c);
  }
  CFLINT_LEAVE
}

static inline uint64_t times(uint64_t a, uint64_t b, nmod_t mod) { return nmod_mul(a, b, mod); }

uint64_t cflint_multiply(uint64_t a, uint64_t b, uint64_t prime) {
  const uint64_t mersenne = (UINT64_C(1) << 61) - 1;
  const unsigned __int128 product = (unsigned __int128)a * b;
  if (prime != mersenne) return product % prime;
  // 2^61 is 1.
  const uint64_t sum = ((uint64_t)product & mersenne) + (uint64_t)(product >> 61);
  return sum >= mersenne ? sum - mersenne : sum;
}

// A sum of products modulo n, its upper word kept below n: reduced once at the end.
typedef struct {
  uint64_t high, low;
} sum128;

static inline void gather(sum128 *sum, uint64_t a, uint64_t b, uint64_t n) {
  const unsigned __int128 product = (unsigned __int128)a * b;
  const unsigned __int128 total = ((unsigned __int128)sum->high << 64 | sum->low) + product;
  uint64_t high = total >> 64;
  // The upper word of a product of two numbers below n <= 2^62 is below n / 4.
  high -= high >= n ? n : 0;
  sum->high = high;
  sum->low = (uint64_t)total;
}

static inline uint64_t reduced(sum128 sum, nmod_t mod) {
  uint64_t result;
  NMOD_RED2(result, sum.high, sum.low, mod);
  return result;
}

// One plane of z, x and y, from the given starts.
static void contract(
  const cflint_step *step, const cflint_loop *loops, uint64_t *z, const uint64_t *x, const uint64_t *y, nmod_t mod) {
  enum { DEEPEST = 64 };
  const int depth = step->loops;
  // The last loop is the inner one.
  const cflint_loop once = {1, 0, 0, 0};
  const cflint_loop inner = depth > 0 ? loops[depth - 1] : once;
  int64_t at[DEEPEST] = {0};
  const uint64_t c = step->coefficient, n = mod.n;
  while (1) {
    if (inner.z == 0) {
      sum128 sum = {0, 0};
      if (step->factors == 2) {
        for (int64_t i = 0; i < inner.extent; i++) gather(&sum, x[i * inner.x], y[i * inner.y], n);
      } else if (step->factors == 1) {
        for (int64_t i = 0; i < inner.extent; i++) gather(&sum, x[i * inner.x], 1, n);
      } else {
        gather(&sum, (uint64_t)inner.extent % n, 1, n);
      }
      uint64_t value = reduced(sum, mod);
      if (c != 1) value = times(value, c, mod);
      *z = n_addmod(*z, value, n);
    } else {
      for (int64_t i = 0; i < inner.extent; i++) {
        uint64_t value = step->factors ? x[i * inner.x] : c;
        if (step->factors == 2) value = times(value, y[i * inner.y], mod);
        if (step->factors && c != 1) value = times(value, c, mod);
        z[i * inner.z] = n_addmod(z[i * inner.z], value, n);
      }
    }
    int d = depth - 2;
    while (d >= 0) {
      z += loops[d].z;
      x += loops[d].x;
      y += loops[d].y;
      if (++at[d] < loops[d].extent) break;
      z -= loops[d].z * loops[d].extent;
      x -= loops[d].x * loops[d].extent;
      y -= loops[d].y * loops[d].extent;
      at[d--] = 0;
    }
    if (d < 0) return;
  }
}

// z = 1 / x as series: z_k = -(1/x_0) sum over j > 0 of x_j z_(k-j).
static int invert(const cflint_step *step, uint64_t *memory, int64_t length, int64_t terms, nmod_t mod) {
  uint64_t *z = memory + step->z * length;
  const uint64_t *x = memory + step->x * length;
  for (int64_t i = 0; i < step->z_count; i++) {
    if (x[i] == 0) return 1;
    const uint64_t first = n_invmod(x[i], mod.n);
    z[i] = first;
    for (int64_t k = 1; k < terms; k++) {
      sum128 sum = {0, 0};
      for (int64_t j = 1; j <= k; j++) gather(&sum, x[j * step->x_count + i], z[(k - j) * step->z_count + i], mod.n);
      z[k * step->z_count + i] = times(nmod_neg(reduced(sum, mod), mod), first, mod);
    }
  }
  return 0;
}

// z = y_0 exp(x - x_0) as series: k z_k = sum over j > 0 of j x_j z_(k-j).
static void exponentiate(const cflint_step *step, uint64_t *memory, int64_t length, int64_t terms, nmod_t mod) {
  uint64_t *z = memory + step->z * length;
  const uint64_t *x = memory + step->x * length, *y = memory + step->y * length;
  for (int64_t i = 0; i < step->z_count; i++) {
    z[i] = y[i];
    for (int64_t k = 1; k < terms; k++) {
      sum128 sum = {0, 0};
      for (int64_t j = 1; j <= k; j++) {
        gather(&sum, times(j, x[j * step->x_count + i], mod), z[(k - j) * step->z_count + i], mod.n);
      }
      z[k * step->z_count + i] = times(reduced(sum, mod), n_invmod(k, mod.n), mod);
    }
  }
}

// z = sqrt(x) as series that begins with y_0 if that is not 0: 2 z_0 z_k = x_k - sum over 0 < j < k of z_j z_(k-j).
static int extract_root(const cflint_step *step, uint64_t *memory, int64_t length, int64_t terms, nmod_t mod) {
  uint64_t *z = memory + step->z * length;
  const uint64_t *x = memory + step->x * length, *y = memory + step->y * length;
  for (int64_t i = 0; i < step->z_count; i++) {
    if (x[i] == 0) return 1;
    const uint64_t first = y[i] ? y[i] : n_sqrtmod(x[i], mod.n);
    if (first == 0 || times(first, first, mod) != x[i]) return 1;
    const uint64_t scale = n_invmod(n_addmod(first, first, mod.n), mod.n);
    z[i] = first;
    for (int64_t k = 1; k < terms; k++) {
      sum128 sum = {0, 0};
      for (int64_t j = 1; j < k; j++) gather(&sum, z[j * step->z_count + i], z[(k - j) * step->z_count + i], mod.n);
      z[k * step->z_count + i] = times(n_submod(x[k * step->x_count + i], reduced(sum, mod), mod.n), scale, mod);
    }
  }
  return 0;
}

// z = y_0 + log(x / x_0) as series: k x_0 z_k = k x_k - sum over 0 < j < k of j z_j x_(k-j).
static int take_logarithm(const cflint_step *step, uint64_t *memory, int64_t length, int64_t terms, nmod_t mod) {
  uint64_t *z = memory + step->z * length;
  const uint64_t *x = memory + step->x * length, *y = memory + step->y * length;
  for (int64_t i = 0; i < step->z_count; i++) {
    if (x[i] == 0) return 1;
    z[i] = y[i];
    for (int64_t k = 1; k < terms; k++) {
      sum128 sum = {0, 0};
      for (int64_t j = 1; j < k; j++) {
        gather(&sum, times(j, z[j * step->z_count + i], mod), x[(k - j) * step->x_count + i], mod.n);
      }
      const uint64_t rest = n_submod(times(k, x[k * step->x_count + i], mod), reduced(sum, mod), mod.n);
      z[k * step->z_count + i] = times(rest, n_invmod(times(k, x[i], mod), mod.n), mod);
    }
  }
  return 0;
}

int cflint_series_run(
  const cflint_step *steps, int64_t count, const cflint_loop *loops, const int64_t *rows, uint64_t *memory, int64_t length,
  int64_t terms, uint64_t prime) {
  nmod_t mod;
  nmod_init(&mod, prime);
  static const int64_t origin[3] = {0, 0, 0};
  for (int64_t s = 0; s < count; s++) {
    const cflint_step *step = steps + s;
    switch (step->operation) {
      case 1:
        if (invert(step, memory, length, terms, mod)) return 1;
        continue;
      case 2:
        exponentiate(step, memory, length, terms, mod);
        continue;
      case 3:
        if (extract_root(step, memory, length, terms, mod)) return 1;
        continue;
      case 4:
        if (take_logarithm(step, memory, length, terms, mod)) return 1;
        continue;
      default: break;
    }
    const int64_t *row = step->rows >= 0 ? rows + 3 * step->row : origin;
    const int64_t many = step->rows >= 0 ? step->rows : 1;
    for (int64_t k = 0; k < (step->factors ? terms : 1); k++) {
      for (int64_t i = 0; i <= k; i++) {
        // x contributes coefficient i, y coefficient k - i.
        if ((step->constant & 1) && i > 0) break;
        if (step->factors == 1 && i < k) continue;
        if (step->factors == 2 && (step->constant & 2) && i < k) continue;
        for (int64_t r = 0; r < many; r++) {
          contract(
            step, loops + step->loop, memory + step->z * length + k * step->z_count + row[3 * r],
            memory + step->x * length + i * step->x_count + row[3 * r + 1],
            memory + step->y * length + (k - i) * step->y_count + row[3 * r + 2], mod);
        }
      }
    }
  }
  return 0;
}

void cflint_monomial_rows(
  const int32_t *monomials, int64_t count, int64_t degree, const uint64_t *points, const uint64_t *fields, const uint64_t *q,
  const uint64_t *s, int64_t rows, int64_t variables, uint64_t *entries, uint64_t prime) {
  nmod_t mod;
  nmod_init(&mod, prime);
  for (int64_t r = 0; r < rows; r++) {
    const uint64_t *point = points + r * variables, *field = fields + r * variables;
    for (int64_t m = 0; m < count; m++) {
      const int32_t *factors = monomials + m * degree;
      // The product so far and its derivative along the field.
      uint64_t value = 1, rate = 0;
      for (int64_t d = 0; d < degree && factors[d] >= 0; d++) {
        const uint64_t x = point[factors[d]];
        rate = n_addmod(times(rate, x, mod), times(value, field[factors[d]], mod), mod.n);
        value = times(value, x, mod);
      }
      const uint64_t left = q[r] == 1 ? rate : times(q[r], rate, mod);
      entries[r * count + m] = s[r] == 0 ? left : n_submod(left, times(s[r], value, mod), mod.n);
    }
  }
}

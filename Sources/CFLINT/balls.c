#include "include/CFLINTBalls.h"
#include "guard.h"
#include <flint/flint.h>
#if __has_include(<flint/arb.h>)
#include <flint/arb.h>
#include <flint/arb_hypgeom.h>
#include <flint/arb_mat.h>
#else
#include <arb.h>
#include <arb_hypgeom.h>
#include <arb_mat.h>
#endif

struct cflint_balls {
  arb_ptr values;
  slong count, precision;
};

cflint_status cflint_balls_create(cflint_balls **result, int64_t count, int64_t precision) {
  CFLINT_ENTER
  cflint_balls *balls = flint_malloc(sizeof *balls);
  balls->values = _arb_vec_init(count);
  balls->count = count;
  balls->precision = precision;
  *result = balls;
  CFLINT_LEAVE
}

void cflint_balls_drop(cflint_balls *balls) {
  _arb_vec_clear(balls->values, balls->count);
  flint_free(balls);
}

cflint_status cflint_balls_set(cflint_balls *balls, int64_t z, double value) {
  CFLINT_ENTER
  arb_set_d(balls->values + z, value);
  CFLINT_LEAVE
}

cflint_status cflint_balls_add(
  cflint_balls *balls, int64_t z, int64_t numerator, int64_t denominator, int64_t x, int64_t y) {
  CFLINT_ENTER
  const slong bits = balls->precision;
  arb_ptr sum = balls->values + z;
  if (numerator == 1 && denominator == 1 && x >= 0 && y >= 0) {
    arb_addmul(sum, balls->values + x, balls->values + y, bits);
  } else {
    arb_t product;
    arb_init(product);
    arb_set_si(product, numerator);
    if (denominator != 1) arb_div_si(product, product, denominator, bits);
    if (x >= 0) arb_mul(product, product, balls->values + x, bits);
    if (y >= 0) arb_mul(product, product, balls->values + y, bits);
    arb_add(sum, sum, product, bits);
    arb_clear(product);
  }
  CFLINT_LEAVE
}

cflint_status cflint_balls_map(cflint_balls *balls, cflint_function function, int64_t z, int64_t x) {
  CFLINT_ENTER
  const slong bits = balls->precision;
  arb_ptr result = balls->values + z, argument = balls->values + x;
  switch (function) {
    case CFLINT_RECIPROCAL: arb_inv(result, argument, bits); break;
    case CFLINT_EXPONENTIAL: arb_exp(result, argument, bits); break;
    case CFLINT_ROOT: arb_sqrt(result, argument, bits); break;
    case CFLINT_LOGARITHM: arb_log(result, argument, bits); break;
    case CFLINT_ERF: arb_hypgeom_erf(result, argument, bits); break;
    case CFLINT_GAUSSIAN: {
      arb_t scale;
      arb_init(scale);
      arb_mul(result, argument, argument, bits);
      arb_neg(result, result);
      arb_exp(result, result, bits);
      arb_const_pi(scale, bits);
      arb_rsqrt(scale, scale, bits);
      arb_mul_2exp_si(scale, scale, 1);
      arb_mul(result, result, scale, bits);
      arb_clear(scale);
      break;
    }
  }
  CFLINT_LEAVE
}

cflint_status cflint_balls_look(const cflint_balls *balls, int64_t x, double *midpoint, int *is_finite) {
  CFLINT_ENTER
  *is_finite = arb_is_finite(balls->values + x);
  *midpoint = arf_get_d(arb_midref(balls->values + x), ARF_RND_NEAR);
  CFLINT_LEAVE
}

cflint_status cflint_balls_copy(cflint_balls *target, int64_t entry, const cflint_balls *balls, int64_t x) {
  CFLINT_ENTER
  arb_set(target->values + entry, balls->values + x);
  CFLINT_LEAVE
}

cflint_status cflint_balls_determinant(
  const cflint_balls *balls, const int64_t *places, int64_t size, int *is_not_zero, double *near) {
  CFLINT_ENTER
  arb_mat_t matrix;
  arb_t determinant;
  arb_mat_init(matrix, size, size);
  arb_init(determinant);
  for (slong i = 0; i < size; i++) {
    for (slong j = 0; j < size; j++) arb_set(arb_mat_entry(matrix, i, j), balls->values + places[i * size + j]);
  }
  arb_mat_det(determinant, matrix, balls->precision);
  *is_not_zero = arb_is_finite(determinant) && !arb_contains_zero(determinant);
  *near = arf_get_d(arb_midref(determinant), ARF_RND_NEAR);
  arb_clear(determinant);
  arb_mat_clear(matrix);
  CFLINT_LEAVE
}

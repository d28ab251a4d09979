#include "include/CFLINTPolynomial.h"
#include "guard.h"
#include <flint/flint.h>
#include <flint/fmpq.h>
#include <flint/fmpq_mpoly.h>
#include <flint/fmpq_mpoly_factor.h>
#include <flint/fmpz_mpoly.h>
#include <stdlib.h>
#include <string.h>

struct cflint_ring {
  fmpq_mpoly_ctx_t context;
  size_t variables;
};

struct cflint_polynomial {
  const cflint_ring *ring;
  fmpq_mpoly_t value;
};

cflint_status cflint_ring_new(size_t variables, cflint_ring **result) {
  CFLINT_ENTER
  cflint_ring *ring = flint_malloc(sizeof *ring);
  fmpq_mpoly_ctx_init(ring->context, (slong)variables, ORD_DEGREVLEX);
  ring->variables = variables;
  *result = ring;
  CFLINT_LEAVE
}

void cflint_ring_free(cflint_ring *ring) {
  fmpq_mpoly_ctx_clear(ring->context);
  flint_free(ring);
}

cflint_status cflint_polynomial_new(const cflint_ring *ring, cflint_polynomial **result) {
  CFLINT_ENTER
  cflint_polynomial *polynomial = flint_malloc(sizeof *polynomial);
  polynomial->ring = ring;
  fmpq_mpoly_init(polynomial->value, ring->context);
  *result = polynomial;
  CFLINT_LEAVE
}

void cflint_polynomial_free(cflint_polynomial *polynomial) {
  fmpq_mpoly_clear(polynomial->value, polynomial->ring->context);
  flint_free(polynomial);
}

cflint_status cflint_polynomial_set(
    cflint_polynomial *z, size_t count, const int64_t *numerators, const int64_t *denominators, const size_t *starts,
    const uint32_t *variables, const uint32_t *exponents) {
  CFLINT_ENTER
  const fmpq_mpoly_ctx_struct *context = z->ring->context;
  ulong *powers = flint_calloc(z->ring->variables + 1, sizeof *powers);
  fmpq_t coefficient;
  fmpz_t denominator;
  fmpq_init(coefficient);
  fmpz_init(denominator);
  fmpq_mpoly_zero(z->value, context);
  for (size_t k = 0; k < count; k++) {
    for (size_t j = starts[k]; j < starts[k + 1]; j++) powers[variables[j]] += exponents[j];
    fmpz_set_si(fmpq_numref(coefficient), numerators[k]);
    fmpz_set_si(denominator, denominators[k]);
    fmpz_set(fmpq_denref(coefficient), denominator);
    fmpq_canonicalise(coefficient);
    fmpq_mpoly_push_term_fmpq_ui(z->value, coefficient, powers, context);
    for (size_t j = starts[k]; j < starts[k + 1]; j++) powers[variables[j]] = 0;
  }
  fmpq_mpoly_sort_terms(z->value, context);
  fmpq_mpoly_combine_like_terms(z->value, context);
  fmpz_clear(denominator);
  fmpq_clear(coefficient);
  flint_free(powers);
  CFLINT_LEAVE
}

cflint_status cflint_polynomial_copy(cflint_polynomial *z, const cflint_polynomial *x) {
  CFLINT_ENTER
  fmpq_mpoly_set(z->value, x->value, z->ring->context);
  CFLINT_LEAVE
}

cflint_status cflint_polynomial_add(cflint_polynomial *z, const cflint_polynomial *x, const cflint_polynomial *y) {
  CFLINT_ENTER
  fmpq_mpoly_add(z->value, x->value, y->value, z->ring->context);
  CFLINT_LEAVE
}

cflint_status cflint_polynomial_subtract(
    cflint_polynomial *z, const cflint_polynomial *x, const cflint_polynomial *y) {
  CFLINT_ENTER
  fmpq_mpoly_sub(z->value, x->value, y->value, z->ring->context);
  CFLINT_LEAVE
}

cflint_status cflint_polynomial_multiply(
    cflint_polynomial *z, const cflint_polynomial *x, const cflint_polynomial *y) {
  CFLINT_ENTER
  fmpq_mpoly_mul(z->value, x->value, y->value, z->ring->context);
  CFLINT_LEAVE
}

static void add_products(
    fmpq_mpoly_t sum, const cflint_polynomial *const *xs, const cflint_polynomial *const *ys, size_t count,
    const fmpq_mpoly_ctx_t context) {
  if (count == 0) {
    fmpq_mpoly_zero(sum, context);
  } else if (count == 1 && ys) {
    fmpq_mpoly_mul(sum, xs[0]->value, ys[0]->value, context);
  } else if (count == 1) {
    fmpq_mpoly_set(sum, xs[0]->value, context);
  } else {
    const size_t half = count / 2;
    fmpq_mpoly_t left, right;
    fmpq_mpoly_init(left, context);
    fmpq_mpoly_init(right, context);
    add_products(left, xs, ys, half, context);
    add_products(right, xs + half, ys ? ys + half : NULL, count - half, context);
    fmpq_mpoly_add(sum, left, right, context);
    fmpq_mpoly_clear(left, context);
    fmpq_mpoly_clear(right, context);
  }
}

cflint_status cflint_polynomial_dot(
    cflint_polynomial *z, const cflint_polynomial *const *xs, const cflint_polynomial *const *ys, size_t count) {
  CFLINT_ENTER
  add_products(z->value, xs, ys, count, z->ring->context);
  CFLINT_LEAVE
}

static void init_fraction(fmpq_t fraction, int64_t numerator, int64_t denominator) {
  fmpq_init(fraction);
  fmpz_set_si(fmpq_numref(fraction), numerator);
  fmpz_set_si(fmpq_denref(fraction), denominator);
  fmpq_canonicalise(fraction);
}

cflint_status cflint_polynomial_fix(
    cflint_polynomial *z, const cflint_polynomial *x, size_t variable, int64_t numerator, int64_t denominator) {
  CFLINT_ENTER
  fmpq_t value;
  init_fraction(value, numerator, denominator);
  if (!fmpq_mpoly_evaluate_one_fmpq(z->value, x->value, (slong)variable, value, z->ring->context)) flint_abort();
  fmpq_clear(value);
  CFLINT_LEAVE
}

int64_t cflint_polynomial_bits(const cflint_polynomial *x) {
  const slong bits = fmpz_mpoly_max_bits(x->value->zpoly);
  return (bits < 0 ? -bits : bits) + (int64_t)fmpz_bits(fmpq_numref(x->value->content)) +
         (int64_t)fmpz_bits(fmpq_denref(x->value->content));
}

cflint_status cflint_polynomial_scale(
    cflint_polynomial *z, const cflint_polynomial *x, int64_t numerator, int64_t denominator) {
  CFLINT_ENTER
  fmpq_t factor;
  init_fraction(factor, numerator, denominator);
  fmpq_mpoly_scalar_mul_fmpq(z->value, x->value, factor, z->ring->context);
  fmpq_clear(factor);
  CFLINT_LEAVE
}

cflint_status cflint_polynomial_derivative(cflint_polynomial *z, const cflint_polynomial *x, size_t variable) {
  CFLINT_ENTER
  fmpq_mpoly_derivative(z->value, x->value, (slong)variable, z->ring->context);
  CFLINT_LEAVE
}

cflint_status cflint_polynomial_coefficient(
    cflint_polynomial *z, const cflint_polynomial *x, size_t variable, uint64_t exponent) {
  CFLINT_ENTER
  const slong variables[1] = {(slong)variable};
  const ulong exponents[1] = {exponent};
  fmpq_mpoly_get_coeff_vars_ui(z->value, x->value, variables, exponents, 1, z->ring->context);
  CFLINT_LEAVE
}

int64_t cflint_polynomial_variable_degree(const cflint_polynomial *x, size_t variable) {
  const fmpq_mpoly_ctx_struct *context = x->ring->context;
  return fmpq_mpoly_degrees_fit_si(x->value, context) ? fmpq_mpoly_degree_si(x->value, (slong)variable, context) : -1;
}

cflint_status cflint_polynomial_divide(
    cflint_polynomial *q, const cflint_polynomial *x, const cflint_polynomial *y, int *divides) {
  CFLINT_ENTER
  *divides = fmpq_mpoly_divides(q->value, x->value, y->value, q->ring->context);
  CFLINT_LEAVE
}

cflint_status cflint_polynomial_reduce(
    cflint_polynomial *const *quotients, cflint_polynomial *remainder, const cflint_polynomial *x,
    cflint_polynomial *const *divisors, size_t count) {
  CFLINT_ENTER
  fmpq_mpoly_struct **parts = flint_malloc((2 * count + 1) * sizeof *parts);
  for (size_t k = 0; k < count; k++) {
    parts[k] = quotients[k]->value;
    parts[count + k] = divisors[k]->value;
  }
  fmpq_mpoly_divrem_ideal(
      parts, remainder->value, x->value, parts + count, (slong)count, remainder->ring->context);
  flint_free(parts);
  CFLINT_LEAVE
}

cflint_status cflint_polynomial_gcd(cflint_polynomial *z, const cflint_polynomial *x, const cflint_polynomial *y) {
  CFLINT_ENTER
  if (!fmpq_mpoly_gcd(z->value, x->value, y->value, z->ring->context)) flint_abort();
  CFLINT_LEAVE
}

cflint_status cflint_polynomial_primitive(cflint_polynomial *z, const cflint_polynomial *x) {
  CFLINT_ENTER
  fmpq_mpoly_set(z->value, x->value, z->ring->context);
  if (!fmpq_mpoly_is_zero(z->value, z->ring->context)) fmpq_one(z->value->content);
  CFLINT_LEAVE
}

cflint_status cflint_polynomial_compose(
    cflint_polynomial *z, const cflint_polynomial *x, const cflint_polynomial *const *values) {
  CFLINT_ENTER
  const size_t count = z->ring->variables;
  fmpq_mpoly_struct **places = flint_malloc((count + 1) * sizeof *places);
  for (size_t k = 0; k < count; k++) places[k] = (fmpq_mpoly_struct *)values[k]->value;
  if (!fmpq_mpoly_compose_fmpq_mpoly(z->value, x->value, places, z->ring->context, z->ring->context)) flint_abort();
  flint_free(places);
  CFLINT_LEAVE
}

struct cflint_factors {
  const cflint_ring *ring;
  fmpq_mpoly_factor_t value;
};

cflint_status cflint_polynomial_factor(const cflint_polynomial *x, cflint_factors **result) {
  CFLINT_ENTER
  cflint_factors *factors = flint_malloc(sizeof *factors);
  factors->ring = x->ring;
  fmpq_mpoly_factor_init(factors->value, x->ring->context);
  if (!fmpq_mpoly_factor(factors->value, x->value, x->ring->context)) flint_abort();
  *result = factors;
  CFLINT_LEAVE
}

size_t cflint_factors_count(const cflint_factors *factors) {
  return (size_t)fmpq_mpoly_factor_length(factors->value, factors->ring->context);
}

cflint_status cflint_factors_base(cflint_polynomial *z, const cflint_factors *factors, size_t factor) {
  CFLINT_ENTER
  fmpq_mpoly_factor_get_base(z->value, factors->value, (slong)factor, z->ring->context);
  CFLINT_LEAVE
}

int64_t cflint_factors_exponent(cflint_factors *factors, size_t factor) {
  return fmpq_mpoly_factor_get_exp_si(factors->value, (slong)factor, factors->ring->context);
}

void cflint_factors_free(cflint_factors *factors) {
  fmpq_mpoly_factor_clear(factors->value, factors->ring->context);
  flint_free(factors);
}

cflint_status cflint_polynomial_variables(const cflint_polynomial *x, int *used) {
  CFLINT_ENTER
  fmpq_mpoly_used_vars(used, x->value, x->ring->context);
  CFLINT_LEAVE
}

int cflint_polynomial_is_zero(const cflint_polynomial *x) {
  return fmpq_mpoly_is_zero(x->value, x->ring->context);
}

size_t cflint_polynomial_length(const cflint_polynomial *x) {
  return (size_t)fmpq_mpoly_length(x->value, x->ring->context);
}

int64_t cflint_polynomial_degree(const cflint_polynomial *x) {
  const fmpq_mpoly_ctx_struct *context = x->ring->context;
  return fmpq_mpoly_total_degree_fits_si(x->value, context) ? fmpq_mpoly_total_degree_si(x->value, context) : -1;
}

cflint_status cflint_polynomial_term(
    const cflint_polynomial *x, size_t term, uint64_t *exponents, char **coefficient) {
  CFLINT_ENTER
  fmpq_t value;
  fmpq_init(value);
  fmpq_mpoly_get_term_coeff_fmpq(value, x->value, (slong)term, x->ring->context);
  fmpq_mpoly_get_term_exp_ui((ulong *)exponents, x->value, (slong)term, x->ring->context);
  *coefficient = fmpq_get_str(NULL, 10, value);
  fmpq_clear(value);
  CFLINT_LEAVE
}

cflint_status cflint_polynomial_evaluate(
    const cflint_polynomial *x, const int64_t *numerators, const int64_t *denominators, char **value) {
  CFLINT_ENTER
  const size_t count = x->ring->variables;
  fmpq *point = flint_malloc((count + 1) * sizeof *point);
  fmpq **places = flint_malloc((count + 1) * sizeof *places);
  for (size_t k = 0; k < count; k++) {
    fmpq_init(point + k);
    fmpz_set_si(fmpq_numref(point + k), numerators[k]);
    fmpz_set_si(fmpq_denref(point + k), denominators[k]);
    fmpq_canonicalise(point + k);
    places[k] = point + k;
  }
  fmpq_t result;
  fmpq_init(result);
  fmpq_mpoly_evaluate_all_fmpq(result, x->value, places, x->ring->context);
  *value = fmpq_get_str(NULL, 10, result);
  fmpq_clear(result);
  for (size_t k = 0; k < count; k++) fmpq_clear(point + k);
  flint_free(places);
  flint_free(point);
  CFLINT_LEAVE
}

void cflint_text_free(char *text) { flint_free(text); }

// Sparse polynomials in many variables with rational coefficients.
#pragma once
#include "CFLINT.h"

// A ring Q[x_0, …, x_(n-1)]. Outlives its polynomials.
typedef struct cflint_ring cflint_ring;
// A polynomial; begins as 0.
typedef struct cflint_polynomial cflint_polynomial;

cflint_status cflint_ring_new(size_t variables, cflint_ring **result);
void cflint_ring_free(cflint_ring *ring);

cflint_status cflint_polynomial_new(const cflint_ring *ring, cflint_polynomial **result);
void cflint_polynomial_free(cflint_polynomial *polynomial);

// Σ numerators[k] / denominators[k] · Π variables[j]^exponents[j] over starts[k] ≤ j < starts[k + 1]. Denominators are not 0.
cflint_status cflint_polynomial_set(
    cflint_polynomial *z, size_t count, const int64_t *numerators, const int64_t *denominators, const size_t *starts,
    const uint32_t *variables, const uint32_t *exponents);
cflint_status cflint_polynomial_copy(cflint_polynomial *z, const cflint_polynomial *x);
cflint_status cflint_polynomial_add(cflint_polynomial *z, const cflint_polynomial *x, const cflint_polynomial *y);
cflint_status cflint_polynomial_subtract(cflint_polynomial *z, const cflint_polynomial *x, const cflint_polynomial *y);
cflint_status cflint_polynomial_multiply(cflint_polynomial *z, const cflint_polynomial *x, const cflint_polynomial *y);
// z = Σ xs[k] · ys[k], or Σ xs[k] where ys is NULL: added in a tree, so that no addend is copied once for every other one.
cflint_status cflint_polynomial_dot(
    cflint_polynomial *z, const cflint_polynomial *const *xs, const cflint_polynomial *const *ys, size_t count);
// z = x with the value numerator / denominator of a variable; the denominator is not 0.
cflint_status cflint_polynomial_fix(
    cflint_polynomial *z, const cflint_polynomial *x, size_t variable, int64_t numerator, int64_t denominator);
// z = x · numerator / denominator; the denominator is not 0.
cflint_status cflint_polynomial_scale(
    cflint_polynomial *z, const cflint_polynomial *x, int64_t numerator, int64_t denominator);
cflint_status cflint_polynomial_derivative(cflint_polynomial *z, const cflint_polynomial *x, size_t variable);
// The polynomial in the other variables that stands before variable^exponent.
cflint_status cflint_polynomial_coefficient(
    cflint_polynomial *z, const cflint_polynomial *x, size_t variable, uint64_t exponent);
// The largest exponent of a variable; −1 of 0, and where it is no 64-bit integer.
int64_t cflint_polynomial_variable_degree(const cflint_polynomial *x, size_t variable);
// Whether y, which is not 0, divides x; then q is the quotient.
cflint_status cflint_polynomial_divide(
    cflint_polynomial *q, const cflint_polynomial *x, const cflint_polynomial *y, int *divides);
// x = Σ quotients[k] · divisors[k] + remainder; the divisors are not 0, and no leading term of one divides a term of the remainder.
cflint_status cflint_polynomial_reduce(
    cflint_polynomial *const *quotients, cflint_polynomial *remainder, const cflint_polynomial *x,
    cflint_polynomial *const *divisors, size_t count);

// The greatest common divisor, monic; 0 of two zeros.
cflint_status cflint_polynomial_gcd(cflint_polynomial *z, const cflint_polynomial *x, const cflint_polynomial *y);
// z = x divided by its content: integers without a common factor, the first one positive; 0 of 0.
cflint_status cflint_polynomial_primitive(cflint_polynomial *z, const cflint_polynomial *x);

// z = x with values[k] in place of variable k.
cflint_status cflint_polynomial_compose(
    cflint_polynomial *z, const cflint_polynomial *x, const cflint_polynomial *const *values);

// The irreducible factors of a polynomial over the rational numbers, a number apart.
typedef struct cflint_factors cflint_factors;
cflint_status cflint_polynomial_factor(const cflint_polynomial *x, cflint_factors **result);
size_t cflint_factors_count(const cflint_factors *factors);
cflint_status cflint_factors_base(cflint_polynomial *z, const cflint_factors *factors, size_t factor);
int64_t cflint_factors_exponent(cflint_factors *factors, size_t factor);
void cflint_factors_free(cflint_factors *factors);

// used[k] = 1 for every variable that occurs, 0 for the others.
cflint_status cflint_polynomial_variables(const cflint_polynomial *x, int *used);
int cflint_polynomial_is_zero(const cflint_polynomial *x);
size_t cflint_polynomial_length(const cflint_polynomial *x);
// The largest sum of exponents of a term; −1 of 0, and where it is no 64-bit integer.
int64_t cflint_polynomial_degree(const cflint_polynomial *x);
// An upper bound of the bits of a coefficient, numerator and denominator together.
int64_t cflint_polynomial_bits(const cflint_polynomial *x);
// Exponents (one a variable) and coefficient, as text, of a term; the text is freed by cflint_text_free.
cflint_status cflint_polynomial_term(const cflint_polynomial *x, size_t term, uint64_t *exponents, char **coefficient);
// The value at a point of fractions, as text.
cflint_status cflint_polynomial_evaluate(
    const cflint_polynomial *x, const int64_t *numerators, const int64_t *denominators, char **value);
void cflint_text_free(char *text);

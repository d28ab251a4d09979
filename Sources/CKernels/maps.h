// Functions of every entry and along rows, included once per path; see Programs.h.

#define APPLY(EXPRESSION)                            \
  {                                                  \
    int64_t i = 0;                                   \
    for (; i + 8 <= n; i += 8) {                     \
      const v8 a = LOAD8(x + i);                     \
      *(v8u *)(z + i) = EXPRESSION;                  \
    }                                                \
    if (i < n) {                                     \
      double rest[8] = {0};                          \
      memcpy(rest, x + i, (size_t)(n - i) * sizeof(double)); \
      const v8 a = LOAD8(rest);                      \
      *(v8u *)rest = EXPRESSION;                     \
      memcpy(z + i, rest, (size_t)(n - i) * sizeof(double)); \
    }                                                \
    break;                                           \
  }

static void NAME(map)(int function, int64_t n, const double *x, double *z, int64_t degree, const double *coefficients) {
  const v8 zero = {0}, one = NAME(splat)(1);
  switch (function) {
  case FLOW_EXP: APPLY(NAME(exp8)(a))
  case FLOW_LOG: APPLY(NAME(log8)(a))
  case FLOW_TANH: APPLY(NAME(tanh8)(a))
  case FLOW_SIGMOID: APPLY(NAME(sigmoid8)(a))
  case FLOW_RECIPROCAL: APPLY(1 / a)
  case FLOW_SQUARE_ROOT:
    for (int64_t i = 0; i < n; i++) z[i] = __builtin_sqrt(x[i]);
    break;
  case FLOW_ERF: APPLY(NAME(erf8)(a))
  case FLOW_GAUSSIAN: APPLY(NAME(gaussian8)(a))
  case FLOW_RELU: APPLY(NAME(select)(a < 0, zero, a))
  case FLOW_STEP: APPLY(NAME(select)(a > 0, one, NAME(select)(a <= 0, zero, a)))
  case FLOW_ABSOLUTE: APPLY(NAME(magnitude)(a))
  case FLOW_SIGN: APPLY(NAME(select)(a > 0, one, NAME(select)(a < 0, -one, a)))
  default:
    for (int64_t i = 0; i < n; i++) {
      double value = coefficients[degree];
      for (int64_t k = degree - 1; k >= 0; k--) value = value * x[i] + coefficients[k];
      z[i] = x[i] == x[i] ? value : x[i];
    }
  }
}

// The largest of a row; NaN loses every comparison, and shows in the exponentials.
BODY double NAME(largest)(int64_t n, const double *x) {
  double most = x[0];
  for (int64_t i = 1; i < n; i++) most = x[i] > most ? x[i] : most;
  return most;
}

// z[i] = exp(x[i] − shift); the sum comes back. z may be null.
BODY double NAME(exponentials)(int64_t n, const double *x, double shift, double *z) {
  v8 sum = {0};
  int64_t i = 0;
  for (; i + 8 <= n; i += 8) {
    const v8 e = NAME(exp8)(LOAD8(x + i) - shift);
    sum += e;
    if (z) *(v8u *)(z + i) = e;
  }
  double total = NAME(sum8)(sum);
  if (i < n) {
    double rest[8] = {0};
    memcpy(rest, x + i, (size_t)(n - i) * sizeof(double));
    *(v8u *)rest = NAME(exp8)(LOAD8(rest) - shift);
    for (int64_t j = i; j < n; j++) total += rest[j - i];
    if (z) memcpy(z + i, rest, (size_t)(n - i) * sizeof(double));
  }
  return total;
}

static void NAME(softmax)(int64_t rows, int64_t n, const double *x, double *z) {
  for (int64_t r = 0; r < rows; r++, x += n, z += n) {
    const double scale = 1 / NAME(exponentials)(n, x, NAME(largest)(n, x), z);
    for (int64_t i = 0; i < n; i++) z[i] *= scale;
  }
}

static void NAME(softmax_derivative)(int64_t rows, int64_t n, const double *y, const double *v, double *z) {
  for (int64_t r = 0; r < rows; r++, y += n, v += n, z += n) {
    const double mean = NAME(dot)(n, y, v);
    for (int64_t i = 0; i < n; i++) z[i] = y[i] * (v[i] - mean);
  }
}

static void NAME(log_sum_exp)(int64_t rows, int64_t n, const double *x, double *z) {
  for (int64_t r = 0; r < rows; r++, x += n) {
    const double most = NAME(largest)(n, x);
    z[r] = most + log(NAME(exponentials)(n, x, most, 0));
  }
}

static const flow_program_table NAME(program_table) = {
    NAME(contract), NAME(contract_rows), NAME(map), NAME(softmax), NAME(softmax_derivative), NAME(log_sum_exp)};

#undef APPLY
#undef LOAD8
#undef TWO52
#undef LN2_HIGH
#undef LN2_LOW

// Loops over whole state vectors, included once per path like bodies.h. Every vector is read once per call.

// outputs[o] = bases[o] + Σ_j weights[o·terms + j]·vectors[j] for up to four outputs, 16 numbers at a time.
static inline __attribute__((always_inline)) void NAME(combine_of)(
    int64_t n, int64_t terms, const double *const *vectors, const double *weights, int outputs,
    const double *const *bases, double *const *results) {
  int64_t i = 0;
  for (; i + 16 <= n; i += 16) {
    v8 low[4], high[4];
#pragma clang loop unroll(full)
    for (int o = 0; o < outputs; o++) {
      low[o] = bases[o] ? *(const v8u *)(bases[o] + i) : (v8){0};
      high[o] = bases[o] ? *(const v8u *)(bases[o] + i + 8) : (v8){0};
    }
    for (int64_t j = 0; j < terms; j++) {
      const v8 a = *(const v8u *)(vectors[j] + i), b = *(const v8u *)(vectors[j] + i + 8);
#pragma clang loop unroll(full)
      for (int o = 0; o < outputs; o++) {
        const double w = weights[o * terms + j];
        const v8 weight = {w, w, w, w, w, w, w, w};
        low[o] += weight * a;
        high[o] += weight * b;
      }
    }
#pragma clang loop unroll(full)
    for (int o = 0; o < outputs; o++) {
      *(v8u *)(results[o] + i) = low[o];
      *(v8u *)(results[o] + i + 8) = high[o];
    }
  }
  for (; i < n; i++) {
    double sums[4];
    for (int o = 0; o < outputs; o++) sums[o] = bases[o] ? bases[o][i] : 0;
    for (int64_t j = 0; j < terms; j++)
      for (int o = 0; o < outputs; o++) sums[o] += weights[o * terms + j] * vectors[j][i];
    for (int o = 0; o < outputs; o++) results[o][i] = sums[o];
  }
}

static void NAME(combine)(int64_t n, int64_t terms, const double *const *vectors, const double *weights, int outputs,
                          const double *const *bases, double *const *results) {
  switch (outputs) {
  case 1: NAME(combine_of)(n, terms, vectors, weights, 1, bases, results); break;
  case 2: NAME(combine_of)(n, terms, vectors, weights, 2, bases, results); break;
  case 3: NAME(combine_of)(n, terms, vectors, weights, 3, bases, results); break;
  default: NAME(combine_of)(n, terms, vectors, weights, 4, bases, results); break;
  }
}

// The corrector of a multistep method with its error estimates: see flow_correct.
static void NAME(correct)(const flow_correction *c, int64_t rows, int64_t columns, int64_t offset, double *sums) {
  double *const low = sums, *const middle = sums + columns, *const high = sums + 2 * columns,
         *const size = sums + 3 * columns;
  for (int64_t i = 0; i < rows; i++) {
    const int64_t start = offset + i * columns;
    int64_t j = 0;
    for (; j + 8 <= columns; j += 8) {
      const int64_t p = start + j;
      const v8 d = *(const v8u *)(c->derivative + p) - *(const v8u *)(c->extrapolation + p);
      const v8 y = *(const v8u *)(c->prediction + p) + c->corrector * d;
      const v8 dl = d + *(const v8u *)(c->lower + p), dh = d - *(const v8u *)(c->higher + p);
      *(v8u *)(c->state + p) = y;
      *(v8u *)(low + j) += dl * dl;
      *(v8u *)(middle + j) += d * d;
      *(v8u *)(high + j) += dh * dh;
      *(v8u *)(size + j) += y * y;
    }
    for (; j < columns; j++) {
      const int64_t p = start + j;
      const double d = c->derivative[p] - c->extrapolation[p], y = c->prediction[p] + c->corrector * d;
      const double dl = d + c->lower[p], dh = d - c->higher[p];
      c->state[p] = y;
      low[j] += dl * dl;
      middle[j] += d * d;
      high[j] += dh * dh;
      size[j] += y * y;
    }
  }
}

// 0 times anything finite is 0, 0 times anything else is NaN, and NaN stays.
static int NAME(all_finite)(int64_t n, const double *x) {
  v8 sums[4] = {{0}, {0}, {0}, {0}};
  int64_t i = 0;
  for (; i + 32 <= n; i += 32)
    for (int k = 0; k < 4; k++) sums[k] += *(const v8u *)(x + i + 8 * k) * 0;
  const v8 lanes = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  double sum = 0;
  for (int k = 0; k < 8; k++) sum += lanes[k];
  for (; i < n; i++) sum += x[i] * 0;
  return sum == 0;
}

// results[r] = Σ_i a[i·stride + r]·b[i·stride + r] for `count` vectors side by side, entry after entry as one after the other would be
// summed: without fused multiply–adds, so that every path gives the same bits.
static void NAME(bundle_dot)(int64_t count, int64_t length, int64_t stride, const double *a, const double *b,
                             double *results) {
#pragma STDC FP_CONTRACT OFF
  int64_t r = 0;
  for (; r + 16 <= count; r += 16) {
    v8 low = {0}, high = {0};
    for (int64_t i = 0; i < length; i++) {
      const double *const x = a + i * stride + r, *const y = b + i * stride + r;
      const v8 p = *(const v8u *)x * *(const v8u *)y, q = *(const v8u *)(x + 8) * *(const v8u *)(y + 8);
      low += p;
      high += q;
    }
    *(v8u *)(results + r) = low;
    *(v8u *)(results + r + 8) = high;
  }
  for (; r < count; r++) {
    double sum = 0;
    for (int64_t i = 0; i < length; i++) {
      const double p = a[i * stride + r] * b[i * stride + r];
      sum += p;
    }
    results[r] = sum;
  }
}

// Sums of products over strided labels, included once per path; see Programs.h.

#define LOAD8(p) ((v8)(*(const v8u *)(p)))

BODY v8 NAME(splat)(double a) { return (v8){a, a, a, a, a, a, a, a}; }

// z[0…31] ⊕ c·(a0, a1, a2, a3).
BODY void NAME(store)(double *z, double c, int accumulate, v8 a0, v8 a1, v8 a2, v8 a3) {
  v8u *t = (v8u *)z;
  if (accumulate) {
    t[0] += c * a0, t[1] += c * a1, t[2] += c * a2, t[3] += c * a3;
  } else {
    t[0] = c * a0, t[1] = c * a1, t[2] = c * a2, t[3] = c * a3;
  }
}

BODY double NAME(sum8)(v8 a) { return ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7])); }

// Σ x[i]·y[i].
BODY double NAME(dot)(int64_t n, const double *x, const double *y) {
  v8 a = {0}, b = {0};
  double tail = 0;
  int64_t i = 0;
  for (; i + 16 <= n; i += 16) {
    a += LOAD8(x + i) * LOAD8(y + i);
    b += LOAD8(x + i + 8) * LOAD8(y + i + 8);
  }
  if (n & 8) {
    a += LOAD8(x + i) * LOAD8(y + i);
    i += 8;
  }
  if (n & 4) {
    const v4u t = *(const v4u *)(x + i) * *(const v4u *)(y + i);
    tail += (t[0] + t[2]) + (t[1] + t[3]);
    i += 4;
  }
  if (n & 2) {
    const v2u t = *(const v2u *)(x + i) * *(const v2u *)(y + i);
    tail += t[0] + t[1];
    i += 2;
  }
  if (n & 1) tail += x[i] * y[i];
  return NAME(sum8)(a + b) + tail;
}

// Σ x[i].
BODY double NAME(total)(int64_t n, const double *x) {
  v8 a = {0};
  double tail = 0;
  int64_t i = 0;
  for (; i + 8 <= n; i += 8) a += LOAD8(x + i);
  for (; i < n; i++) tail += x[i];
  return NAME(sum8)(a) + tail;
}

// One step of width W of z[i] ⊕ c·Σ_j x[i + j·mx]·y[i + j·my], the sum in a register.
#define COLUMN(TYPE)                                                                                        \
  {                                                                                                         \
    TYPE a = *(const TYPE *)(x + i) * *(const TYPE *)(y + i);                                               \
    for (int64_t j = 1; j < middle; j++) a += *(const TYPE *)(x + i + j * mx) * *(const TYPE *)(y + i + j * my); \
    if (accumulate) *(TYPE *)(z + i) += c * a; else *(TYPE *)(z + i) = c * a;                               \
    i += sizeof(TYPE) / sizeof(double);                                                                     \
  }

// z[i] ⊕ c·Σ_j x[i + j·mx]·y[i + j·my].
BODY void NAME(times)(int64_t n, int64_t middle, int64_t mx, int64_t my, double c, int accumulate, double *z,
                      const double *x, const double *y) {
  int64_t i = 0;
  while (i + 32 <= n) {
    v8 a0 = {0}, a1 = a0, a2 = a0, a3 = a0;
    for (int64_t j = 0; j < middle; j++) {
      const double *p = x + i + j * mx, *q = y + i + j * my;
      a0 += LOAD8(p) * LOAD8(q);
      a1 += LOAD8(p + 8) * LOAD8(q + 8);
      a2 += LOAD8(p + 16) * LOAD8(q + 16);
      a3 += LOAD8(p + 24) * LOAD8(q + 24);
    }
    NAME(store)(z + i, c, accumulate, a0, a1, a2, a3);
    i += 32;
  }
  while (i + 8 <= n) COLUMN(v8u)
  if (n & 4) COLUMN(v4u)
  if (n & 2) COLUMN(v2u)
  if (n & 1) COLUMN(double)
}
#undef COLUMN

#define COLUMN(TYPE)                                                                              \
  {                                                                                               \
    TYPE a = *(const TYPE *)(x + i) * (y ? y[0] : 1);                                             \
    for (int64_t j = 1; j < middle; j++) a += *(const TYPE *)(x + i + j * mx) * (y ? y[j * my] : 1); \
    if (accumulate) *(TYPE *)(z + i) += c * a; else *(TYPE *)(z + i) = c * a;                     \
    i += sizeof(TYPE) / sizeof(double);                                                           \
  }

// z[i] ⊕ c·Σ_j x[i + j·mx]·y[j·my].
BODY void NAME(scaled)(int64_t n, int64_t middle, int64_t mx, int64_t my, double c, int accumulate, double *z,
                       const double *x, const double *y) {
  int64_t i = 0;
  while (i + 32 <= n) {
    v8 a0 = {0}, a1 = a0, a2 = a0, a3 = a0;
    for (int64_t j = 0; j < middle; j++) {
      const double *p = x + i + j * mx;
      const v8 s = NAME(splat)(y ? y[j * my] : 1);
      a0 += LOAD8(p) * s;
      a1 += LOAD8(p + 8) * s;
      a2 += LOAD8(p + 16) * s;
      a3 += LOAD8(p + 24) * s;
    }
    NAME(store)(z + i, c, accumulate, a0, a1, a2, a3);
    i += 32;
  }
  while (i + 8 <= n) COLUMN(v8u)
  if (n & 4) COLUMN(v4u)
  if (n & 2) COLUMN(v2u)
  if (n & 1) COLUMN(double)
}
#undef COLUMN

BODY void NAME(put)(double *z, double value, int accumulate) {
  if (accumulate) *z += value; else *z = value;
}

// The two inner loops. A middle loop that z does not depend on is summed before z is touched.
BODY void NAME(two_loops)(const flow_loops *l, int64_t kind, double c, int accumulate, double *z, const double *x,
                          const double *y) {
  const int64_t n = l->inner;
  switch (kind) {
  case FLOW_TIMES:
    if (l->mz == 0) {
      NAME(times)(n, l->middle, l->mx, l->my, c, accumulate, z, x, y);
    } else {
      for (int64_t j = 0; j < l->middle; j++)
        NAME(times)(n, 1, 0, 0, c, accumulate, z + j * l->mz, x + j * l->mx, y + j * l->my);
    }
    break;
  case FLOW_SCALED:
    if (l->mz == 0) {
      NAME(scaled)(n, l->middle, l->mx, l->my, c, accumulate, z, x, y);
    } else {
      for (int64_t j = 0; j < l->middle; j++)
        NAME(scaled)(n, 1, 0, 0, c, accumulate, z + j * l->mz, x + j * l->mx, y ? y + j * l->my : y);
    }
    break;
  case FLOW_DOT:
    if (l->mz == 0) {
      double sum = 0;
      for (int64_t j = 0; j < l->middle; j++) sum += NAME(dot)(n, x + j * l->mx, y + j * l->my);
      NAME(put)(z, c * sum, accumulate);
    } else {
      for (int64_t j = 0; j < l->middle; j++)
        NAME(put)(z + j * l->mz, c * NAME(dot)(n, x + j * l->mx, y + j * l->my), accumulate);
    }
    break;
  case FLOW_TOTAL:
    if (l->mz == 0) {
      double sum = 0;
      for (int64_t j = 0; j < l->middle; j++) sum += NAME(total)(n, x + j * l->mx) * (y ? y[j * l->my] : 1);
      NAME(put)(z, c * sum, accumulate);
    } else {
      for (int64_t j = 0; j < l->middle; j++)
        NAME(put)(z + j * l->mz, c * (NAME(total)(n, x + j * l->mx) * (y ? y[j * l->my] : 1)), accumulate);
    }
    break;
  default:
    if (l->iz == 0) {
      // The inner label is summed.
      double sum = 0;
      for (int64_t j = 0; j < l->middle; j++) {
        if (l->mz != 0) sum = 0;
        for (int64_t i = 0; i < n; i++)
          sum += (x ? x[j * l->mx + i * l->ix] : 1) * (y ? y[j * l->my + i * l->iy] : 1);
        if (l->mz != 0) NAME(put)(z + j * l->mz, c * sum, accumulate);
      }
      if (l->mz == 0) NAME(put)(z, c * sum, accumulate);
    } else if (l->mz == 0) {
      for (int64_t i = 0; i < n; i++) {
        double sum = 0;
        for (int64_t j = 0; j < l->middle; j++)
          sum += (x ? x[j * l->mx + i * l->ix] : 1) * (y ? y[j * l->my + i * l->iy] : 1);
        NAME(put)(z + i * l->iz, c * sum, accumulate);
      }
    } else {
      for (int64_t j = 0; j < l->middle; j++)
        for (int64_t i = 0; i < n; i++)
          NAME(put)
          (z + j * l->mz + i * l->iz,
           c * ((x ? x[j * l->mx + i * l->ix] : 1) * (y ? y[j * l->my + i * l->iy] : 1)), accumulate);
    }
  }
}

// All loops around the inner two, as an odometer.
BODY void NAME(all_loops)(const flow_loops *l, int64_t kind, double c, int accumulate, double *z, const double *x,
                          const double *y) {
  if (l->depth == 0) {
    NAME(two_loops)(l, kind, c, accumulate, z, x, y);
    return;
  }
  int64_t counters[64] = {0};
  for (;;) {
    NAME(two_loops)(l, kind, c, accumulate, z, x, y);
    int64_t d = l->depth - 1;
    for (; d >= 0; d--) {
      z += l->z[d];
      if (x) x += l->x[d];
      if (y) y += l->y[d];
      if (++counters[d] < l->extents[d]) break;
      z -= l->z[d] * l->extents[d];
      if (x) x -= l->x[d] * l->extents[d];
      if (y) y -= l->y[d] * l->extents[d];
      counters[d] = 0;
    }
    if (d < 0) return;
  }
}

static void NAME(contract)(const flow_loops *l, double c, int accumulate, double *z, const double *x, const double *y) {
  switch (l->kind) {
  case FLOW_TIMES: NAME(all_loops)(l, FLOW_TIMES, c, accumulate, z, x, y); break;
  case FLOW_SCALED: NAME(all_loops)(l, FLOW_SCALED, c, accumulate, z, x, y); break;
  case FLOW_DOT: NAME(all_loops)(l, FLOW_DOT, c, accumulate, z, x, y); break;
  case FLOW_TOTAL: NAME(all_loops)(l, FLOW_TOTAL, c, accumulate, z, x, y); break;
  default: NAME(all_loops)(l, FLOW_STRIDED, c, accumulate, z, x, y); break;
  }
}

// z[oz[k] ..] += c·y·x[ox[k] ..] or with a vector y, over runs of equal oz[k], 64 columns at a time in registers.
BODY void NAME(spread)(int vector, int64_t n, int64_t count, const int32_t *oz, const int32_t *ox, const int32_t *oy,
                       double c, double *z, const double *x, const double *y) {
  int64_t i = 0;
  for (; i + 8 <= n; i += i + 64 <= n ? 64 : 8) {
    const int wide = i + 64 <= n;
    for (int64_t k = 0; k < count;) {
      const int32_t row = oz[k];
      v8u *t = (v8u *)(z + row + i);
      v8 a[8];
      if (wide) {
#pragma clang loop unroll(full)
        for (int p = 0; p < 8; p++) a[p] = t[p];
      } else {
        a[0] = t[0];
      }
      for (; k < count && oz[k] == row; k++) {
        const double *source = x + ox[k] + i;
        const double *other = y ? y + oy[k] : y;
        const v8 s = NAME(splat)(vector ? c : c * (y ? *other : 1));
        if (wide) {
#pragma clang loop unroll(full)
          for (int p = 0; p < 8; p++)
            a[p] += vector ? s * (LOAD8(source + 8 * p) * LOAD8(other + i + 8 * p)) : s * LOAD8(source + 8 * p);
        } else {
          a[0] += vector ? s * (LOAD8(source) * LOAD8(other + i)) : s * LOAD8(source);
        }
      }
      if (wide) {
#pragma clang loop unroll(full)
        for (int p = 0; p < 8; p++) t[p] = a[p];
      } else {
        t[0] = a[0];
      }
    }
  }
  if (i < n) {
    for (int64_t k = 0; k < count; k++) {
      const double *source = x + ox[k], *other = y ? y + oy[k] : y;
      const double s = vector ? c : c * (y ? *other : 1);
      for (int64_t j = i; j < n; j++) z[oz[k] + j] += vector ? s * (source[j] * other[j]) : s * source[j];
    }
  }
}

static void NAME(contract_rows)(const flow_loops *l, int64_t count, const int32_t *oz, const int32_t *ox,
                                const int32_t *oy, double c, int accumulate, double *z, const double *x,
                                const double *y) {
  const int simple = l->depth == 0 && l->middle == 1;
  if (simple && l->kind == FLOW_DOT) {
    for (int64_t k = 0; k < count; k++)
      NAME(put)(z + oz[k], c * NAME(dot)(l->inner, x + ox[k], y + oy[k]), accumulate);
  } else if (simple && accumulate && l->kind == FLOW_SCALED) {
    NAME(spread)(0, l->inner, count, oz, ox, oy, c, z, x, y);
  } else if (simple && accumulate && l->kind == FLOW_TIMES) {
    NAME(spread)(1, l->inner, count, oz, ox, oy, c, z, x, y);
  } else {
    for (int64_t k = 0; k < count; k++)
      NAME(contract)(l, c, accumulate, z + oz[k], x ? x + ox[k] : x, y ? y + oy[k] : y);
  }
}

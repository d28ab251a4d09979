// The kernels' one source, included once per path with NAME(x) naming the copy. No include guard on purpose.
// Compiled with the path's instruction set, eight-lane vectors become one, two or four registers.

// Σ of the lanes as ((0+1)+(2+3))+((4+5)+(6+7)).
static inline __attribute__((always_inline)) double NAME(lane_sum)(const v8 *s) {
  v4 a = __builtin_shufflevector(*s, *s, 0, 2, 4, 6) + __builtin_shufflevector(*s, *s, 1, 3, 5, 7);
  v2 b = __builtin_shufflevector(a, a, 0, 2) + __builtin_shufflevector(a, a, 1, 3);
  return b[0] + b[1];
}

// The lane sums of eight vectors, in the same order of additions, added to results[0 ..< 8].
static inline __attribute__((always_inline)) void NAME(lane_sums8)(const v8 s[8], double *results) {
  v8 a[4], b[2];
  for (int i = 0; i < 4; i++)
    a[i] = __builtin_shufflevector(s[2 * i], s[2 * i + 1], 0, 8, 2, 10, 4, 12, 6, 14)
           + __builtin_shufflevector(s[2 * i], s[2 * i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  for (int i = 0; i < 2; i++)
    b[i] = __builtin_shufflevector(a[2 * i], a[2 * i + 1], 0, 1, 8, 9, 4, 5, 12, 13)
           + __builtin_shufflevector(a[2 * i], a[2 * i + 1], 2, 3, 10, 11, 6, 7, 14, 15);
  *(v8u *)results += __builtin_shufflevector(b[0], b[1], 0, 1, 2, 3, 8, 9, 10, 11)
                     + __builtin_shufflevector(b[0], b[1], 4, 5, 6, 7, 12, 13, 14, 15);
}

static inline __attribute__((always_inline)) void NAME(inner)(const v8u *a, const v8u *b, int vectors, v8 *sum) {
  v8 s = a[0] * b[0];
#pragma clang loop unroll(full)
  for (int v = 1; v < vectors; v++) s += a[v] * b[v];
  *sum = s;
}

static inline __attribute__((always_inline)) void NAME(sampled_products_of)(
    const flow_pattern *pattern, const double *left, const double *right, int vectors, int64_t stride,
    double *results) {
  const int32_t *columns = pattern->columns;
  for (int64_t i = 0; i < pattern->rows; i++) {
    v8u a[8];
    for (int v = 0; v < vectors; v++) a[v] = ((const v8u *)(left + i * stride))[v];
    int64_t p = pattern->starts[i], end = pattern->starts[i + 1];
    for (; p + 8 <= end; p += 8) {
      v8 s[8];
#pragma clang loop unroll(full)
      for (int q = 0; q < 8; q++) NAME(inner)(a, (const v8u *)(right + columns[p + q] * stride), vectors, &s[q]);
      NAME(lane_sums8)(s, results + p);
    }
    for (; p < end; p++) {
      v8 s;
      NAME(inner)(a, (const v8u *)(right + columns[p] * stride), vectors, &s);
      results[p] += NAME(lane_sum)(&s);
    }
  }
}

static inline __attribute__((always_inline)) void NAME(weighted_sums_of)(
    const flow_pattern *pattern, const double *weights, const double *source, int vectors, int64_t stride,
    int accumulate, double *target) {
  const int32_t *columns = pattern->columns;
  for (int64_t i = 0; i < pattern->rows; i++) {
    v8u *row = (v8u *)(target + i * stride);
    v8 sum[8];
    for (int v = 0; v < vectors; v++) sum[v] = accumulate ? row[v] : (v8){0};
    for (int64_t p = pattern->starts[i]; p < pattern->starts[i + 1]; p++) {
      const v8u *b = (const v8u *)(source + columns[p] * stride);
      const double w = weights[p];
      const v8 weight = {w, w, w, w, w, w, w, w};
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) sum[v] += weight * b[v];
    }
    for (int v = 0; v < vectors; v++) row[v] = sum[v];
  }
}

// One copy of the loops for each number of vectors, so that the row's vectors stay in registers.
#define EACH_WIDTH(call)         \
  switch (width / 8) {           \
  case 1: { enum { vectors = 1 }; call; break; } \
  case 2: { enum { vectors = 2 }; call; break; } \
  case 3: { enum { vectors = 3 }; call; break; } \
  case 4: { enum { vectors = 4 }; call; break; } \
  case 5: { enum { vectors = 5 }; call; break; } \
  case 6: { enum { vectors = 6 }; call; break; } \
  case 7: { enum { vectors = 7 }; call; break; } \
  default: { enum { vectors = 8 }; call; break; } \
  }

static void NAME(sampled_products)(const flow_pattern *pattern, const double *left, const double *right, int64_t width,
                                   int64_t stride, double *results) {
  EACH_WIDTH(NAME(sampled_products_of)(pattern, left, right, vectors, stride, results))
}

static void NAME(weighted_sums)(const flow_pattern *pattern, const double *weights, const double *source, int64_t width,
                                int64_t stride, int accumulate, double *target) {
  EACH_WIDTH(NAME(weighted_sums_of)(pattern, weights, source, vectors, stride, accumulate, target))
}
#undef EACH_WIDTH

static void NAME(group_products)(const flow_group *group, const double *blocks, int64_t width, double *products) {
  const int64_t modes = group->modes;
  for (int64_t t = 0; t < group->tuples; t++) {
    const int32_t *index = group->indices + t * modes;
    for (int64_t c = 0; c < width; c += 8) {
      v8 product = *(const v8u *)(blocks + (group->offsets[0] + index[0]) * width + c);
      for (int64_t j = 1; j < modes; j++) product *= *(const v8u *)(blocks + (group->offsets[j] + index[j]) * width + c);
      *(v8u *)(products + t * width + c) = product;
    }
  }
}

static void NAME(group_tangents)(const flow_group *group, const double *blocks, const double *directions,
                                 int64_t width, double *products, double *tangents) {
  const int64_t modes = group->modes;
  for (int64_t t = 0; t < group->tuples; t++) {
    const int32_t *index = group->indices + t * modes;
    for (int64_t c = 0; c < width; c += 8) {
      const int64_t first = (group->offsets[0] + index[0]) * width + c;
      v8 product = *(const v8u *)(blocks + first), tangent = *(const v8u *)(directions + first);
      for (int64_t j = 1; j < modes; j++) {
        const int64_t place = (group->offsets[j] + index[j]) * width + c;
        const v8 a = *(const v8u *)(blocks + place);
        tangent = tangent * a + product * *(const v8u *)(directions + place);
        product *= a;
      }
      *(v8u *)(products + t * width + c) = product;
      *(v8u *)(tangents + t * width + c) = tangent;
    }
  }
}

// Leave-one-out products from running products of the left and of the right neighbours: no division, so zeros are safe.
static void NAME(group_pullback)(const flow_group *group, const double *blocks, const double *cotangents, int64_t width,
                                 double *scratch, double *gradients) {
  const int64_t modes = group->modes;
  v8u *before = (v8u *)scratch;
  for (int64_t t = 0; t < group->tuples; t++) {
    const int32_t *index = group->indices + t * modes;
    for (int64_t c = 0; c < width; c += 8) {
      v8 running = *(const v8u *)(cotangents + t * width + c);
      for (int64_t j = 0; j < modes - 1; j++) {
        before[j] = running;
        running *= *(const v8u *)(blocks + (group->offsets[j] + index[j]) * width + c);
      }
      const int64_t last = (group->offsets[modes - 1] + index[modes - 1]) * width + c;
      *(v8u *)(gradients + last) += running;
      v8 after = *(const v8u *)(blocks + last);
      for (int64_t j = modes - 2; j >= 0; j--) {
        const int64_t place = (group->offsets[j] + index[j]) * width + c;
        *(v8u *)(gradients + place) += before[j] * after;
        after *= *(const v8u *)(blocks + place);
      }
    }
  }
}

static void NAME(group_pullback_tangent)(const flow_group *group, const double *blocks, const double *directions,
                                         const double *cotangents, const double *cotangent_tangents, int64_t width,
                                         double *scratch, double *gradient_tangents) {
  const int64_t modes = group->modes;
  v8u *before = (v8u *)scratch, *before_tangent = before + modes;
  for (int64_t t = 0; t < group->tuples; t++) {
    const int32_t *index = group->indices + t * modes;
    for (int64_t c = 0; c < width; c += 8) {
      v8 running = *(const v8u *)(cotangents + t * width + c);
      v8 running_tangent = *(const v8u *)(cotangent_tangents + t * width + c);
      for (int64_t j = 0; j < modes - 1; j++) {
        const int64_t place = (group->offsets[j] + index[j]) * width + c;
        const v8 a = *(const v8u *)(blocks + place);
        before[j] = running;
        before_tangent[j] = running_tangent;
        running_tangent = running_tangent * a + running * *(const v8u *)(directions + place);
        running *= a;
      }
      const int64_t last = (group->offsets[modes - 1] + index[modes - 1]) * width + c;
      *(v8u *)(gradient_tangents + last) += running_tangent;
      v8 after = *(const v8u *)(blocks + last), after_tangent = *(const v8u *)(directions + last);
      for (int64_t j = modes - 2; j >= 0; j--) {
        const int64_t place = (group->offsets[j] + index[j]) * width + c;
        const v8 a = *(const v8u *)(blocks + place);
        *(v8u *)(gradient_tangents + place) += before_tangent[j] * after + before[j] * after_tangent;
        after_tangent = after_tangent * a + after * *(const v8u *)(directions + place);
        after *= a;
      }
    }
  }
}

// Rows of whole vectors are the usual case, and too short for a call each.
static void NAME(pack)(const double *matrix, int64_t rows, int64_t stride, int64_t valid, int64_t width, double *block) {
  for (int64_t i = 0; i < rows; i++) {
    const double *const source = matrix + i * stride;
    double *const target = block + i * width;
    int64_t c = 0;
    for (; c + 8 <= valid; c += 8) *(v8u *)(target + c) = *(const v8u *)(source + c);
    for (; c < valid; c++) target[c] = source[c];
    for (; c < width; c++) target[c] = 0;
  }
}

static void NAME(unpack)(const double *block, int64_t rows, int64_t stride, int64_t valid, int64_t width,
                         double *matrix) {
  for (int64_t i = 0; i < rows; i++) {
    const double *const source = block + i * width;
    double *const target = matrix + i * stride;
    int64_t c = 0;
    for (; c + 8 <= valid; c += 8) *(v8u *)(target + c) = *(const v8u *)(source + c);
    for (; c < valid; c++) target[c] = source[c];
  }
}

static const flow_table NAME(table) = {
    NAME(pack),             NAME(unpack),
    NAME(sampled_products), NAME(weighted_sums),  NAME(group_products),
    NAME(group_tangents),   NAME(group_pullback), NAME(group_pullback_tangent),
    NAME(combine),          NAME(correct),        NAME(bundle_dot),      NAME(all_finite),
};

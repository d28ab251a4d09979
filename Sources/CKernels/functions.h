// Functions of eight numbers at once, included once per path. NaN goes in, NaN comes out: every comparison is false on it,
// and selections then keep the argument.

#define TWO52 0x1.8p52
// ln 2 in two parts, the first short enough that its product with a whole number is exact.
#define LN2_HIGH 6.93147180369123816490e-01
#define LN2_LOW 1.90821492927058770002e-10

BODY v8 NAME(select)(l8 mask, v8 yes, v8 no) { return (v8)((mask & (l8)yes) | (~mask & (l8)no)); }
BODY v8 NAME(magnitude)(v8 x) { return (v8)((l8)x & INT64_MAX); }
BODY v8 NAME(with_sign)(v8 size, v8 sign) { return (v8)((l8)size | ((l8)sign & INT64_MIN)); }
BODY v8 NAME(nearest)(v8 x) { return (x + TWO52) - TWO52; }
// 2ᵏ for whole k between −1022 and 1023.
BODY v8 NAME(power_of_two)(v8 k) { return (v8)((l8)(k + (TWO52 + 1023)) << 52); }

// eʳ − 1 − r for |r| ≤ ln 2 / 2, by its series to the 13th power.
BODY v8 NAME(series)(v8 r) {
  const v8 r2 = r * r, r4 = r2 * r2;
  const v8 a = (0x1p-1 + r * (1.0 / 6)) + r2 * (1.0 / 24 + r * (1.0 / 120));
  const v8 b = (1.0 / 720 + r * (1.0 / 5040)) + r2 * (1.0 / 40320 + r * (1.0 / 362880));
  const v8 d = (1.0 / 3628800 + r * (1.0 / 39916800)) + r2 * (1.0 / 479001600 + r * (1.0 / 6227020800));
  return r2 * (a + r4 * (b + r4 * d));
}

BODY v8 NAME(exp8)(v8 x) {
  x = NAME(select)(x > 750, NAME(splat)(750), x);
  x = NAME(select)(x < -750, NAME(splat)(-750), x);
  const v8 k = NAME(nearest)(x * 1.44269504088896338700e+00);
  // What 1 + r rounds away is kept, here and below: with it the sum is rounded once.
  const v8 r = (x - k * LN2_HIGH) - k * LN2_LOW, sum = 1 + r, e = sum + (NAME(series)(r) + (r - (sum - 1)));
  // In two factors, so that results outside the range of normal numbers are rounded once.
  const v8 half = NAME(nearest)(0.5 * k);
  return e * NAME(power_of_two)(half) * NAME(power_of_two)(k - half);
}

BODY v8 NAME(sigmoid8)(v8 x) {
  const v8 e = NAME(exp8)(-NAME(magnitude)(x)), d = 1 + e, one = NAME(splat)(1);
  const l8 negative = x < 0;
  const v8 q = NAME(select)(negative, e, one) / d;
  // What 1 + e rounds away, times the result and 1/d.
  return q - q * (e - (d - 1)) * NAME(select)(negative, 1 - q, q);
}

// (e²ˣ − 1)/(e²ˣ + 1) from e²ˣ − 1, which keeps its digits near zero.
BODY v8 NAME(tanh8)(v8 x) {
  v8 a = 2 * NAME(magnitude)(x);
  a = NAME(select)(a > 44, NAME(splat)(44), a);
  const v8 k = NAME(nearest)(a * 1.44269504088896338700e+00);
  // The reduced argument in two parts: beside 2ᵏ − 1 of the other sign its rounding would show.
  const v8 high = a - k * LN2_HIGH, low = k * LN2_LOW, r = high - low, rest = (high - r) - low;
  const v8 scale = NAME(power_of_two)(k), linear = scale * r, sum = (scale - 1) + linear;
  const v8 e = sum + (scale * (NAME(series)(r) + rest) + (linear - (sum - (scale - 1))));
  const v8 d = e + 2, two = NAME(splat)(2), q = e / d;
  const l8 large = e > 2;
  // What e + 2 rounds away, times the result and 1/d = (1 − q)/2.
  const v8 lost = NAME(select)(large, two, e) - (d - NAME(select)(large, e, two));
  return NAME(with_sign)(q - q * lost * (0.5 * (1 - q)), x);
}

// As in fdlibm: x = 2ᵏ(1 + f), s = f/(2 + f), ln(1 + f) = f − f²/2 + s(f²/2 + R(s²)).
BODY v8 NAME(log8)(v8 x) {
  const l8 small = x < 0x1p-1022;
  const v8 y = NAME(select)(small, x * 0x1p54, x);
  const l8 bits = (l8)y;
  // The exponent through the mantissa of 2⁵²: no conversion of 64-bit integers is needed.
  const l8 biased = (l8)((bits >> 52) & 0x7ff);
  v8 k = (v8)(biased | 0x4330000000000000) - (0x1p52 + 1023);
  k = NAME(select)(small, k - 54, k);
  v8 m = (v8)((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  const l8 large = m > 1.41421356237309514547;
  m = NAME(select)(large, 0.5 * m, m);
  k = NAME(select)(large, k + 1, k);
  const v8 f = m - 1, s = f / (2 + f), z = s * s, w = z * z;
  const v8 even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
  const v8 odd = z
                 * (6.666666666666735130e-01
                    + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
  const v8 half = 0.5 * f * f;
  v8 result = k * LN2_HIGH
              - ((half - (s * (half + (even + odd)) + k * LN2_LOW)) - f);
  result = NAME(select)(x == 0, NAME(splat)(-__builtin_inf()), result);
  result = NAME(select)(x < 0, NAME(splat)(__builtin_nan("")), result);
  // Infinity and NaN stand for themselves.
  return NAME(select)((l8)(x == __builtin_inf()) | (l8)(x != x), x, result);
}

// (2/√π) e^(−x²), the square in two parts so that its rounding does not grow with it.
BODY v8 NAME(gaussian8)(v8 x) {
  const v8 a = NAME(select)(NAME(magnitude)(x) > 30, NAME(splat)(30), NAME(magnitude)(x));
  const v8 high = (v8)((l8)a & (int64_t)0xffffffff00000000);
  return 1.1283791670955126 * (NAME(exp8)(-high * high) * NAME(exp8)((high - a) * (high + a)));
}

// erf(x)/x − 1 as a polynomial in x² for |x| ≤ 0.84375, and e^(x²) erfc x as one in (x − 3)/(x + 3) from there to 6: both
// interpolate at Chebyshev's points and are within 2e-17, the second beside 1.
static const double NAME(erf_small)[] = {
    0x1.06eba8214db68p-3, -0x1.812746b0379a7p-2, 0x1.ce2f21a03f41cp-4, -0x1.b82ce31156813p-6,
    0x1.565bccd877f16p-8, -0x1.c02da8e51a74cp-11, 0x1.f9a1b946d0901p-14, -0x1.f4b40c5d47a5cp-17,
    0x1.b847241337b55p-20, -0x1.517729425b5acp-23, 0x1.708feb8d6dc51p-27};
static const double NAME(erf_large)[] = {
    0x1.6e9827d229d2dp-3, -0x1.4e102b9cf850bp-2, 0x1.f6ff204105a48p-3, -0x1.336ffbef0991cp-3,
    0x1.258b13b00a911p-4, -0x1.8fa58eb440574p-6, 0x1.17c83917e9474p-8, 0x1.731019e0378dbp-11,
    -0x1.39086c79cef29p-11, 0x1.7ba35661a2efdp-15, 0x1.0cb909ccbb803p-14, -0x1.af66dea50cc08p-17,
    -0x1.0e25c98b5bce6p-17, 0x1.0f437033e2aaep-19, 0x1.753e921240e85p-20, 0x1.93a4731f83f9ep-24};

BODY v8 NAME(erf8)(v8 x) {
  const v8 z = x * x, a = NAME(select)(NAME(magnitude)(x) > 6, NAME(splat)(6), NAME(magnitude)(x));
  v8 p = NAME(splat)(NAME(erf_small)[10]);
#pragma clang loop unroll(full)
  for (int k = 9; k >= 0; k--) p = p * z + NAME(erf_small)[k];
  const v8 t = (a - 3) / (a + 3);
  v8 q = NAME(splat)(NAME(erf_large)[15]);
#pragma clang loop unroll(full)
  for (int k = 14; k >= 0; k--) q = q * t + NAME(erf_large)[k];
  return NAME(select)(a > 0.84375, NAME(with_sign)(1 - NAME(exp8)(-a * a) * q, x), x + x * p);
}

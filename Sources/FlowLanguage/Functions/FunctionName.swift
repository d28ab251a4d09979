/// The functions of the language.
public enum FunctionName: String, Hashable, Sendable, CaseIterable {
  /// Σ of the diagonal.
  case trace = "tr"
  /// The determinant.
  case determinant = "det"
  /// √Σ x².
  case norm
  /// Σ |x|.
  case norm1
  /// Σ x²: the square of ``norm``.
  case norm2
  /// Σ of the singular values.
  case nuclear
  /// The largest singular value.
  case spectral
  /// The k-th largest singular value.
  case singular
  /// exp of the entropy of the singular values divided by their sum.
  case effectiveRank = "effrank"
  /// Σ x y, entry by entry.
  case dot
  /// Σ of all entries.
  case sum
  /// The matrix with that diagonal, or the diagonal of a matrix.
  case diagonal = "diag"
  /// A product of arrays by labels.
  case einsum
  /// The identity matrix.
  case identity = "I"
  /// The derivative along the flow.
  case derivative = "der"
  /// The derivative of the loss in an array.
  case gradient = "grad"
  /// max(x, 0).
  case relu
  /// x for x > 0, otherwise slope · x; the slope is any unless it is given.
  case leaky
  /// The hyperbolic tangent.
  case tanh
  /// 1 / (1 + e⁻ˣ).
  case sigmoid
  /// x · sigmoid(x).
  case silu
  /// x Φ(x) of the normal distribution function Φ.
  case gelu
  /// eˣ.
  case exp
  /// ln x.
  case log
  /// √x.
  case squareRoot = "sqrt"
  /// |x|.
  case absolute = "abs"
  /// A function about which nothing is assumed.
  case generic = "act"
  /// The larger of two, or the largest entry.
  case maximum = "max"
  /// The smaller of two, or the smallest entry.
  case minimum = "min"
  /// eˣ / Σ eˣ along the last axis.
  case softmax
  /// Mean 0 and mean square 1 along the last axis.
  case layerNorm = "layernorm"
  /// Mean square 1 along the last axis.
  case rmsNorm = "rmsnorm"
  /// Independent normal entries of that standard deviation.
  case gaussian
  /// A balanced start of that scale.
  case balanced
}

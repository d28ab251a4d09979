import FlowODE
import GSLBridge
import Models
import Verdicts

/// Watches whether double precision still knows the sign of det W along a run in the weights.
///
/// Near a singular layer the sign hangs on the balancedness of that layer's smallest direction: with x the singular vector of
/// σ_min(W_l), the exact flow keeps xᵀ(W_{l+1}ᵀW_{l+1} − W_l W_lᵀ)x, and once its numerical drift is comparable with σ_min²
/// the factors may change sign through rounding and step errors alone, which then grow as fast as σ_min shrinks. The sign
/// counts as known while that drift is below half of σ_min² and σ_min(W_l) ≥ 10³u‖W_l‖; once lost it stays lost. Balanced flow
/// preserves rank, so a sign that changes on the way from a balanced start is lost too.
struct SignWatch {
  /// The largest drift, relative to σ_min², at which the sign still counts as known.
  static let driftLimit = 0.5

  private let model: MatrixFactorization
  private var initial: [Matrix] = []
  private var isBalanced = false
  private(set) var initialSign = 0
  private(set) var sign = 0
  /// When the sign was seen to change while it was known; nil if never.
  private(set) var crossing: Double?
  /// When the sign ceased to be known; nil if never.
  private(set) var lost: Double?
  /// The smallest σ_min(W_l)/σ_max(W_l) seen while the sign was known.
  private(set) var smallestRatio = Double.infinity
  /// |det W| at the last state, from the layers.
  private(set) var determinantSize = 0.0

  init(_ model: MatrixFactorization) { self.model = model }

  /// Takes note of a state; false from the moment on at which the sign is no longer known.
  mutating func update(_ parameters: UnsafePointer<Double>, time: Double) -> Bool {
    let layers = model.layers(parameters)
    let bonds = zip(layers, layers.dropFirst()).map { $1.transposed * $1 - $0 * $0.transposed }
    if initial.isEmpty {
      initial = bonds
      let start = Array(UnsafeBufferPointer(start: parameters, count: model.layout.count))
      isBalanced = model.relativeImbalance(start) <= SVDFlow.balanceTolerance
    }
    var known = true
    var sign = 1
    var size = 1.0
    for (l, layer) in layers.enumerated() {
      guard let svd = try? SVD(layer), let first = svd.singularValues.first, let last = svd.singularValues.last else {
        known = false
        continue
      }
      sign *= layer.determinantSign
      size *= svd.singularValues.reduce(1, *)
      let ratio = last / first
      if !(ratio >= DeterminantSign.informationLevel) { known = false }
      if known, lost == nil { smallestRatio = min(smallestRatio, ratio) }
      let index = svd.singularValues.count - 1
      if l + 1 < layers.count, drift(bonds[l] - initial[l], svd.u, index) > Self.driftLimit * last * last {
        known = false
      }
      if l > 0, drift(bonds[l - 1] - initial[l - 1], svd.v, index) > Self.driftLimit * last * last { known = false }
    }
    determinantSize = size
    if isBalanced, self.sign != 0, sign != self.sign { known = false }
    if !known, lost == nil { lost = time }
    guard lost == nil else { return false }
    if self.sign == 0 { initialSign = sign }
    if self.sign != 0, sign != self.sign, crossing == nil { crossing = time }
    self.sign = sign
    return true
  }

  /// |xᵀ E x| for column `index` of a frame.
  private func drift(_ change: Matrix, _ frame: Matrix, _ index: Int) -> Double {
    var total = 0.0
    for i in 0..<change.rows {
      for j in 0..<change.columns { total += frame[i, index] * change[i, j] * frame[j, index] }
    }
    return abs(total)
  }

  /// What ended the run's say on the sign, for a verdict and for a warning: the exact flow keeps it, so that the claim is in doubt and not
  /// its hypothesis.
  var doubt: String? {
    lost.map {
      "the sign of det W carries no information in double precision from t = \(tableNumber($0)) on (smallest σ_min/σ_max "
        + "of a layer before: \(tableNumber(smallestRatio))); use integration.coordinates svd, or a smaller integration.until"
    }
  }
}

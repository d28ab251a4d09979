import CMath
import GSLBridge
import Models

/// The end-to-end matrix of one state with its singular value decomposition and loss gradient, formed once for all laws that
/// look at the same state, each part when it is first asked for.
///
/// Not thread-safe: it owns work memory.
public final class EndToEndState {
  /// Laws about single singular values follow all of them up to this many, and the largest so many of larger matrices: deep in
  /// the bulk, neighbours come so close that a solver would spend its steps on which is which.
  public static let followedLimit = 16

  /// The loss and the laws' rates as functions of W.
  public let end: EndToEnd
  /// How many singular values, the largest, laws about single ones follow.
  public let followed: Int
  /// The error of any singular value that rounding of W makes, relative to the largest.
  static let roundingUnit = 16 * Double.ulpOfOne
  private let parameters: Buffer<Double>
  private var isSomewhere = false
  private var known: (matrix: Matrix, gradient: Matrix, svd: SVD?)?
  private var knownCore: Matrix?
  private var knownProjections: [Double]?
  private var knownTerms: [[Double]]?
  private var knownNoise: Double?

  /// A state that is nowhere yet: move it to some θ first.
  public init(_ end: EndToEnd) {
    self.end = end
    parameters = Buffer(count: end.model.layout.count)
    followed = min(end.model.shape.min() ?? 0, Self.followedLimit)
  }

  /// Moves to θ; nothing is formed again if this is where it is.
  public func move(to parameters: UnsafePointer<Double>) {
    let count = end.model.layout.count
    if isSomewhere, isSame(parameters, count) { return }
    self.parameters.pointer.update(from: parameters, count: count)
    isSomewhere = true
    known = nil
    knownCore = nil
    knownProjections = nil
    knownTerms = nil
    knownNoise = nil
  }

  /// Bit by bit.
  private func isSame(_ other: UnsafePointer<Double>, _ count: Int) -> Bool {
    let own = parameters.pointer
    guard count > 0, own[0].bitPattern == other[0].bitPattern else { return count == 0 }
    var difference: UInt64 = 0
    for i in 0..<count { difference |= own[i].bitPattern ^ other[i].bitPattern }
    return difference == 0
  }

  private func formed() -> (matrix: Matrix, gradient: Matrix, svd: SVD?) {
    if let known { return known }
    let matrix = end.matrix(parameters.pointer)
    let made = (matrix, end.gradient(matrix), try? SVD(matrix))
    known = made
    return made
  }

  /// W.
  public var matrix: Matrix { formed().matrix }
  /// ∇L(W).
  public var gradient: Matrix { formed().gradient }
  /// The decomposition of W; nil where it is not finite.
  public var svd: SVD? { formed().svd }
  /// The followed singular values, descending; NaN where W is not finite.
  public var singularValues: [Double] {
    svd.map { Array($0.singularValues.prefix(followed)) } ?? [Double](repeating: .nan, count: followed)
  }

  /// ⟨∇L(W), u_r v_rᵀ⟩ of the followed singular values; NaN where W is not finite.
  public var projections: [Double] {
    if let knownProjections { return knownProjections }
    guard let svd else { return [Double](repeating: .nan, count: followed) }
    let made = EndToEnd.projections(svd, gradient: gradient, count: followed)
    knownProjections = made
    return made
  }

  /// The largest of ⟨δG, u_r v_rᵀ⟩, δG what rounding every entry of W once makes of ∇L(W); 0 where W is not finite.
  public var projectionNoise: Double {
    if let knownNoise { return knownNoise }
    guard let svd else { return 0 }
    var moved = matrix
    var signs: UInt64 = 0x9E37_79B9_7F4A_7C15
    for i in moved.elements.indices {
      signs ^= signs << 13
      signs ^= signs >> 7
      signs ^= signs << 17
      moved.elements[i] *= signs & 1 == 0 ? 1 + .ulpOfOne : 1 - .ulpOfOne
    }
    let change = end.gradient(moved) - gradient
    let made = EndToEnd.projections(svd, gradient: change, count: followed).reduce(0) { max($0, abs($1)) }
    knownNoise = made
    return made
  }

  /// About the error of [WWᵀ]^{p/2} relative to its norm that rounding in the decomposition makes: singular values are known to a
  /// few unit roundoffs of the largest, and a power p < 1 magnifies that where the least is small.
  public func powerRounding(_ p: Double) -> Double {
    let unit = Self.roundingUnit
    guard let values = svd?.singularValues, let first = values.first, let last = values.last, first > 0, p < 1 else {
      return unit
    }
    let ratio = last / first
    return ratio > unit ? p * pow(ratio, p - 1) * unit : pow(unit, p)
  }

  /// Ẇ of the balanced flow; see ``EndToEnd/balancedRate(_:gradient:core:depth:exponentDepth:)``. nil where W is not finite.
  public func balancedRate(exponentDepth: Int) -> Matrix? {
    guard let svd else { return nil }
    let core = knownCore ?? svd.u.transposedTimes(gradient) * svd.v
    knownCore = core
    return EndToEnd.balancedRate(
      svd, gradient: gradient, core: core, depth: end.model.depth, exponentDepth: exponentDepth)
  }

  /// The exact rates of the followed singular values from any start; nil where W is not finite.
  public func exactSingularRates(skipping: Int?) -> [Double]? {
    guard let svd else { return nil }
    let terms =
      knownTerms
      ?? end.layerTerms(parameters.pointer, svd: svd, gradient: gradient, count: followed)
    knownTerms = terms
    var rates = [Double](repeating: 0, count: followed)
    for (l, term) in terms.enumerated() where l != skipping { for r in rates.indices { rates[r] -= term[r] } }
    return rates
  }
}

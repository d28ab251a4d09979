import CMath
import Models

/// The numbers that laws about components are made of, at one state, one row of R numbers each: they are computed row by row, for all
/// laws and components at once.
final class ComponentRows {
  let terms: ComponentTerms
  /// R.
  let count: Int
  /// m of all components; nil where they differ.
  let m: Int?
  /// m of each component.
  let orders: Buffer<Double>
  /// σ and γ; γ is that of the last state with a gradient.
  let norms: Buffer<Double>
  let gammas: Buffer<Double>
  private let means: Buffer<Double>
  private let base: Buffer<Double>
  /// e_0, e_1, … e_{m−1}, row by row; where m differs, e_{m−2} and e_{m−1}.
  private let symmetric: Buffer<Double>
  private var hasMeans = false
  private var hasSymmetric = false

  /// Rows of zeros until the first update.
  init(_ registry: ComponentRegistry) {
    terms = ComponentTerms(registry)
    count = terms.count
    let counts = registry.blockCounts
    m = counts.allSatisfy { $0 == counts.first } ? counts.first : nil
    orders = Buffer(counts.map(Double.init))
    norms = Buffer(count: count)
    gammas = Buffer(count: count)
    means = Buffer(count: count)
    base = Buffer(count: count)
    symmetric = Buffer(count: count * max(2, registry.largestBlockCount))
  }

  /// Moves to θ; without ∇f(θ) γ stays what it was.
  func update(_ parameters: UnsafePointer<Double>, gradient: UnsafePointer<Double>?) {
    terms.update(parameters, gradient: gradient)
    hasMeans = false
    hasSymmetric = false
    let norms = norms.pointer
    if let m {
      for i in 0..<m {
        let squares = terms.squareRow(i)
        if i == 0 {
          for r in 0..<count { norms[r] = squares[r].squareRoot() }
        } else {
          for r in 0..<count { norms[r] *= squares[r].squareRoot() }
        }
      }
    } else {
      for r in 0..<count { norms[r] = terms.component(r).norm }
    }
    if gradient != nil { formGammas(terms.pairingRow) }
  }

  private func formGammas(_ pairings: UnsafePointer<Double>) {
    let (norms, gammas) = (norms.pointer, gammas.pointer)
    for r in 0..<count { gammas[r] = norms[r] > 0 ? pairings[r] / norms[r] : 0 }
  }

  /// Takes γ from other rows if they are at this very state; false if they are not.
  func takeGammas(from other: ComponentRows) -> Bool {
    for i in 0..<terms.registry.largestBlockCount {
      let (own, others) = (terms.squareRow(i), other.terms.squareRow(i))
      for r in 0..<count where own[r].bitPattern != others[r].bitPattern { return false }
    }
    gammas.pointer.update(from: other.gammas.pointer, count: count)
    return true
  }

  /// The smallest squared norm of each component.
  func writeLeast(into least: UnsafeMutablePointer<Double>) {
    guard let m else {
      for r in 0..<count { least[r] = terms.component(r).squaredNorms.min() ?? 0 }
      return
    }
    least.update(from: terms.squareRow(0), count: count)
    for i in 1..<m {
      let squares = terms.squareRow(i)
      for r in 0..<count { least[r] = min(least[r], squares[r]) }
    }
  }

  /// The largest and the smallest squared norm of each component.
  func writeExtremes(most: UnsafeMutablePointer<Double>, least: UnsafeMutablePointer<Double>) {
    guard let m else {
      for r in 0..<count {
        let squares = terms.component(r).squaredNorms
        most[r] = squares.max() ?? 0
        least[r] = squares.min() ?? 0
      }
      return
    }
    most.update(from: terms.squareRow(0), count: count)
    least.update(from: terms.squareRow(0), count: count)
    for i in 1..<m {
      let squares = terms.squareRow(i)
      for r in 0..<count {
        most[r] = max(most[r], squares[r])
        least[r] = min(least[r], squares[r])
      }
    }
  }

  /// e_{m−1} of the squared norms; dσ/dt = γ e_{m−1}.
  var last: UnsafePointer<Double> {
    formSymmetric()
    return UnsafePointer(symmetric.pointer + ((m ?? 2) - 1) * count)
  }

  /// e_{m−2}.
  var lastButOne: UnsafePointer<Double> {
    formSymmetric()
    return UnsafePointer(symmetric.pointer + ((m ?? 2) - 2) * count)
  }

  private func formSymmetric() {
    guard !hasSymmetric else { return }
    hasSymmetric = true
    let e = symmetric.pointer
    guard let m else {
      for r in 0..<count {
        let state = terms.component(r)
        e[r] = state.symmetric(state.m - 2)
        e[count + r] = state.symmetric(state.m - 1)
      }
      return
    }
    e.update(repeating: 1, count: count)
    (e + count).update(repeating: 0, count: count * (m - 1))
    for i in 0..<m {
      let squares = terms.squareRow(i)
      for k in stride(from: min(i + 1, m - 1), to: 0, by: -1) {
        let (row, below) = (e + k * count, e + (k - 1) * count)
        for r in 0..<count { row[r] += squares[r] * below[r] }
      }
    }
  }

  /// σ^{2/m}, the squared norm of each block of a balanced component.
  static func meanSquare(_ norm: Double, _ m: Int) -> Double {
    switch m {
    case 2: norm
    case 3: cbrt(norm * norm)
    case 4: norm.squareRoot()
    default: pow(norm, 2 / Double(m))
    }
  }

  private func formMeans() {
    guard !hasMeans else { return }
    hasMeans = true
    let (norms, means) = (norms.pointer, means.pointer)
    if m == 4 {
      for r in 0..<count { means[r] = norms[r].squareRoot() }
    } else {
      for r in 0..<count { means[r] = Self.meanSquare(norms[r], Int(orders.pointer[r])) }
    }
  }

  /// Writes m γ σ²/(σ^{2/m} + ε) and m γ (σ^{2/m} + ε)^{m−1}, which bound dσ/dt; 0 where σ vanishes.
  func writeBranches(
    _ epsilons: UnsafePointer<Double>, _ first: UnsafeMutablePointer<Double>, _ second: UnsafeMutablePointer<Double>
  ) {
    formMeans()
    let (norms, gammas, means, orders) = (norms.pointer, gammas.pointer, means.pointer, orders.pointer)
    let base = base.pointer
    for r in 0..<count {
      let sum = means[r] + epsilons[r]
      let slope = orders[r] * gammas[r]
      let isDefined = norms[r] > 0 && sum > 0
      base[r] = sum
      first[r] = isDefined ? slope * norms[r] * norms[r] / sum : 0
      second[r] = isDefined ? slope : 0
    }
    if let m {
      for _ in 1..<m { for r in 0..<count { second[r] *= base[r] } }
    } else {
      for r in 0..<count { for _ in 1..<Int(orders[r]) { second[r] *= base[r] } }
    }
  }
}

import CMath
import FlowODE
import Models

/// A diagonal network w = u^L − v^L that starts at u = v = α, α entry by entry, with predictions linear in w.
struct DiagonalSetting {
  /// L, at least 2.
  let depth: Int
  /// α_i.
  let scales: [Double]
  /// What is measured of w.
  let design: LinearDesign

  /// Nil for another model or start, and where the data are too large to be decomposed.
  init?(_ setting: ClaimSetting) {
    guard let depth = setting.model.diagonalDepth, depth >= 2, setting.experiment.motion == nil else { return nil }
    let d = setting.model.layout.count / 2
    let (u, v) = (setting.start[..<d], setting.start[d...])
    guard zip(u, v).allSatisfy({ $0 == $1 && $0 > 0 }),
      let design = LinearDesign(setting.experiment.problem.measurements)
    else { return nil }
    self.depth = depth
    self.design = design
    scales = Array(u)
  }

  /// w.
  func object(_ parameters: UnsafePointer<Double>) -> [Double] {
    let d = scales.count
    return (0..<d).map { Self.power(parameters[$0], depth) - Self.power(parameters[d + $0], depth) }
  }

  /// The largest |w_i|/α_i^L.
  func bend(_ parameters: UnsafePointer<Double>) -> Double {
    let d = scales.count
    return (0..<d).reduce(0) { largest, i in
      let (u, v) = (parameters[i] / scales[i], parameters[d + i] / scales[i])
      return max(largest, abs(Self.power(u, depth) - Self.power(v, depth)))
    }
  }

  private static func power(_ x: Double, _ n: Int) -> Double { pow(x, Double(n)) }

  /// The mirror map of a depth at every entry: asinh(w/(2α²)) at depth 2, otherwise half of (α/v)^(L−2) − (α/u)^(L−2), which is
  /// h_L⁻¹(w/α^L) on the flow.
  func mirror(_ parameters: UnsafePointer<Double>, depth: Int) -> [Double] {
    let d = scales.count
    return (0..<d).map { i in
      let (u, v) = (parameters[i] / scales[i], parameters[d + i] / scales[i])
      guard depth > 2 else {
        let (difference, mean) = (u - v, (u + v) / 2)
        guard (difference * mean).isFinite else {
          // asinh x is ln 2x for large x.
          return (difference < 0 ? -1 : 1) * (log(2 * abs(difference)) + log(mean))
        }
        return asinh(difference * mean)
      }
      return (Self.power(1 / v, depth - 2) - Self.power(1 / u, depth - 2)) / 2
    }
  }

  /// The dual variable of ∇Q is what multiplies it per entry: 1 for equal α.
  func weighted(_ mirror: [Double]) -> [Double] {
    // θ̇ moves the mirror coordinate of entry i by a rate proportional to α_i^(L−2).
    zip(mirror, scales).map { $0 / Self.power($1, depth - 2) * Self.power(largestScale, depth - 2) }
  }

  /// The largest α.
  var largestScale: Double { scales.max() ?? 1 }
}

import Foundation
import Testing
import Theorems

@Suite("Bounds on the hidden entry")
struct HiddenEntryBoundTests {
  /// The infimum of |w00| with det ≥ 0 over residuals of norm δ, by a grid over directions: w00 = (1 + a)(1 + b)/c where
  /// c = w11 has the sign that helps.
  private func infimum(_ delta: Double) -> Double {
    var least = Double.infinity
    let steps = 800
    for i in 0..<steps {
      for j in 0...steps {
        let azimuth = 2 * Double.pi * Double(i) / Double(steps)
        let polar = Double.pi / 2 * Double(j) / Double(steps)
        let (a, b, c) = (delta * cos(polar) * cos(azimuth), delta * cos(polar) * sin(azimuth), delta * sin(polar))
        let product = (1 + a) * (1 + b)
        if c > 0 { least = min(least, max(0, product / c)) }
      }
    }
    return least
  }

  @Test("B(δ) is the infimum found on a grid of residuals, to the grid's 1e-3 and never above it")
  func sharp() {
    for delta in [0.05, 0.3, 0.6, 0.85] {
      let grid = infimum(delta)
      let bound = HiddenEntryBound.sharp(delta)
      #expect(bound <= grid * (1 + 1e-9))
      #expect(abs(bound / grid - 1) < 1e-3)
    }
  }

  @Test("B(δ) is continuous where its branches meet and behaves like 1/δ")
  func branches() {
    let seam = 0.75.squareRoot()
    #expect(abs(HiddenEntryBound.sharp(seam * (1 - 1e-12)) - HiddenEntryBound.sharp(seam * (1 + 1e-12))) < 1e-10)
    #expect(abs(HiddenEntryBound.sharp(1e-6) * 1e-6 - 1) < 1e-11)
    #expect(HiddenEntryBound.sharp(1.5) == 0)
  }

  @Test("No random matrix with det > 0 falls below any bound; 1.05 B(δ) is broken where δ is attained")
  func random() {
    var seed: UInt64 = 7
    func number() -> Double {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(seed >> 11) * 0x1p-52 - 1
    }
    for _ in 0..<20_000 {
      let scale = pow(10, 2 * number() - 2)
      let (a, b, c) = (1 + scale * number(), 1 + scale * number(), scale * number())
      let w = (abs(a * b) + abs(number())) / c * (1 + abs(number()))
      guard c != 0, w * c - a * b > 0 else { continue }
      let delta = ((a - 1) * (a - 1) + (b - 1) * (b - 1) + c * c).squareRoot()
      #expect(abs(w) >= HiddenEntryBound.sharp(delta) * (1 - 1e-14))
      #expect(abs(w) >= HiddenEntryBound.perturbed(delta, z1: 1, z2: 1, epsilon: 0) * (1 - 1e-14))
      let general = HiddenEntryBound.determinant(
        delta, rowNorms: [1, 1], minorRowNorms: [0], determinant: -1, minor: 0)
      #expect(abs(w) >= general * (1 - 1e-14))
    }
    // The minimizer at δ = 0.3: residuals −x on both unit entries and the rest of δ on w11.
    let delta = 0.3
    let x = ((1 + 4 * delta * delta).squareRoot() - 1) / 2
    let corner = (delta * delta - 2 * x * x).squareRoot()
    let attained = (1 - x) * (1 - x) / corner
    #expect(abs(attained / HiddenEntryBound.sharp(delta) - 1) < 1e-12)
    #expect(attained < 1.05 * HiddenEntryBound.sharp(delta))
  }
}

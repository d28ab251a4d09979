import CMath
import Models

/// A loss beside what is known of it independently.
package struct LossExample: Sendable {
  package let loss: any Loss
  /// Outputs per measurement.
  package let outputs: Int
  /// Targets of one measurement that the loss takes.
  package let targets: [[Double]]
  /// ℓ of one measurement by its definition, for predictions of moderate size; nil where none is known.
  package let formula: (@Sendable (_ z: [Double], _ y: [Double]) -> Double)?

  package init(
    _ loss: any Loss, outputs: Int = 1, targets: [[Double]],
    formula: (@Sendable (_ z: [Double], _ y: [Double]) -> Double)? = nil
  ) {
    self.loss = loss
    self.outputs = outputs
    self.targets = targets
    self.formula = formula
  }
}

/// Everything a ``Loss`` promises; a sentence for each promise that is not kept.
package func checkLoss(_ example: LossExample, seed: UInt64 = 1) -> [String] {
  let check = LossCheck(example, seed)
  check.derivatives()
  check.convexity()
  check.declarations()
  if example.outputs == 1 { check.kinks() }
  check.largePredictions()
  check.notANumber()
  return check.faults
}

private final class LossCheck {
  private let example: LossExample
  private let loss: any Loss
  private let probe: LossProbe
  private var random: TestRandom
  private(set) var faults: [String] = []

  init(_ example: LossExample, _ seed: UInt64) {
    self.example = example
    loss = example.loss
    probe = LossProbe(loss, outputs: example.outputs)
    random = TestRandom(seed)
  }

  private func expect(_ isKept: Bool, _ fault: @autoclosure () -> String) {
    if !isKept, faults.count < 20 { faults.append("\(loss.identifier): \(fault())") }
  }

  /// Predictions of one measurement of about the given size, none beside a kink.
  private func predictions(_ y: [Double], size: Double) -> [Double] {
    while true {
      let z = random.numbers(example.outputs).map { size * $0 }
      let isBeside = zip(z, y).contains { z, y in loss.kinks.contains { abs(z - y - $0) < 0.02 } }
      if !isBeside { return z }
    }
  }

  /// The value by its definition, and every derivative by differences of what it is the derivative of.
  func derivatives() {
    for y in example.targets {
      for _ in 0..<20 {
        let z = predictions(y, size: 3)
        let v = random.numbers(example.outputs)
        func moved(_ t: Double) -> [Double] { zip(z, v).map { $0 + t * $1 } }
        let value = probe.sum(z, y)
        if let formula = example.formula {
          expect(
            abs(formula(z, y) - value) <= 1e-13 * max(1, abs(value)), "ℓ(\(z), \(y)) is \(value), not \(formula(z, y))")
        }
        let first = probe.derivatives(z, y)
        let (slope, valueScale) = fineDifference { [probe.sum(moved($0), y)] }
        expect(abs(slope[0] - dot(first, v)) <= 1e-11 * max(1, valueScale), "ℓ′ at \(z), \(y) along \(v)")
        let product = probe.product(z, y, by: v)
        let (bend, slopeScale) = fineDifference { probe.derivatives(moved($0), y) }
        expect(agree(bend, product, within: 1e-11 * max(1, slopeScale)), "ℓ″v at \(z), \(y) along \(v)")
        let diagonal = probe.secondDerivatives(z, y)
        for j in z.indices {
          let column = probe.product(z, y, by: z.indices.map { $0 == j ? 1 : 0 })
          expect(abs(column[j] - diagonal[j]) <= 1e-14 * max(1, abs(diagonal[j])), "the diagonal of ℓ″ at \(z), \(y)")
          let isAlone = column.indices.allSatisfy { $0 == j || column[$0] == 0 }
          expect(isAlone != loss.couplesOutputs || z.count == 1, "couplesOutputs is \(loss.couplesOutputs)")
        }
        // Two measurements at once, scaled, are two measurements.
        let both = probe.derivatives(z + moved(1), y + y, scale: 3)
        let apart = (first + probe.derivatives(moved(1), y)).map { 3 * $0 }
        expect(agree(both, apart, within: 1e-14 * max(1, largest(apart))), "two measurements at once")
        expect(
          abs(probe.sum(z + moved(1), y + y) - value - probe.sum(moved(1), y)) <= 1e-14 * max(1, abs(value)) * 100,
          "the sum over two measurements")
      }
    }
  }

  /// ℓ at midpoints, near and far: convexity that is claimed is seen, and one that is not claimed fails somewhere.
  func convexity() {
    var isConvex = true
    for y in example.targets {
      for size in [0.5, 3, 20] {
        for _ in 0..<100 {
          let (a, b) = (
            random.numbers(example.outputs).map { size * $0 }, random.numbers(example.outputs).map { size * $0 }
          )
          let middle = zip(a, b).map { 0.5 * ($0 + $1) }
          let ends = 0.5 * (probe.sum(a, y) + probe.sum(b, y))
          if !(probe.sum(middle, y) <= ends + 1e-13 * max(1, abs(ends))) { isConvex = false }
        }
      }
    }
    expect(isConvex == loss.isConvex, "isConvex is \(loss.isConvex), and ℓ is \(isConvex ? "" : "not ")convex")
  }

  func declarations() {
    var (isSquare, vanishes) = (true, true)
    for y in example.targets {
      if probe.sum(y, y) != 0 { vanishes = false }
      for size in [1e-3, 1, 20] {
        for _ in 0..<20 {
          let z = zip(y, random.numbers(example.outputs)).map { $0 + size * $1 }
          let value = probe.sum(z, y)
          let square = zip(z, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
          if !(abs(value - square) <= 1e-12 * square) { isSquare = false }
          if z != y, !(value > 0) { vanishes = false }
        }
      }
    }
    expect(isSquare == loss.isSquare, "isSquare is \(loss.isSquare)")
    expect(vanishes == loss.vanishesAtTargets, "vanishesAtTargets is \(loss.vanishesAtTargets)")
    for y in example.targets {
      do throws(Refusal) { try loss.check(targets: y + y, outputs: example.outputs) } catch {
        expect(false, "the targets \(y) are refused: \(error)")
      }
    }
  }

  /// ℓ′ and ℓ″ jump at the kinks declared and nowhere else, and ℓ is linear beyond a linear branch.
  func kinks() {
    let h = 1e-3
    for y in example.targets.map({ $0[0] }) {
      func first(_ r: Double) -> Double { probe.derivatives([y + r], [y])[0] }
      func second(_ r: Double) -> Double { probe.secondDerivatives([y + r], [y])[0] }
      var jumps = false
      for step in -3000..<3000 {
        let r = (Double(step) + 0.5) * h
        let bends = max(abs(second(r)), abs(second(r + h)))
        let slopeJumps = abs(first(r + h) - first(r)) > 2 * h * bends + 1e-2
        let hasJump = slopeJumps || abs(second(r + h) - second(r)) > 0.1 + 0.01 * bends
        let hasKink = loss.kinks.contains { r < $0 && $0 < r + h }
        jumps = jumps || slopeJumps
        expect(hasJump == hasKink, "a kink of \(y) + \(r) is \(hasKink ? "declared and not" : "not declared and") seen")
      }
      expect(jumps == (loss.nonsmoothness != nil), "nonsmoothness does not say whether ℓ′ jumps")
      guard let delta = loss.linearBranch else { continue }
      expect(Set(loss.kinks) == [delta, -delta], "a linear branch ends at its kinks")
      expect(second(0.99 * delta) != 0 && second(-0.99 * delta) != 0, "a linear branch begins at δ")
      for r in [1.01 * delta, 2 * delta, 1e6] {
        expect(first(r) == first(1.5 * delta) && first(-r) == first(-1.5 * delta), "ℓ′ is constant beyond δ")
        expect(second(r) == 0 && second(-r) == 0, "ℓ″ vanishes beyond δ")
      }
    }
    expect(loss.kinks.allSatisfy { abs($0) < 3 }, "the example's kinks are too far out to be looked at")
  }

  /// At large predictions values and slopes are those of a function: what ℓ gains over a step lies between the slopes at its
  /// ends (for convex ℓ), and only a value beyond the largest double is infinite.
  func largePredictions() {
    for y in example.targets {
      for size in [1e2, 1e3, 1e4, 1e6] {
        for sign in [1.0, -1] {
          for j in 0..<example.outputs {
            var z = (0..<example.outputs).map { 0.1 * Double($0) }
            z[j] = sign * size
            var next = z
            next[j] += 1
            let (value, slope) = (probe.sum(z, y), probe.derivatives(z, y))
            if value == .infinity {
              expect(
                loss.isConvex && abs(slope[j]) == .infinity, "ℓ(\(z), \(y)) is infinite where its slope is \(slope[j])")
              continue
            }
            expect(value.isFinite && slope.allSatisfy(\.isFinite), "ℓ(\(z), \(y)) is \(value), its slope \(slope)")
            guard loss.isConvex else { continue }
            let gain = probe.sum(next, y) - value
            let slack = 1e-13 * max(1, abs(value))
            expect(
              gain >= slope[j] - slack && gain <= probe.derivatives(next, y)[j] + slack,
              "ℓ gains \(gain) over a step at \(z), \(y) where its slope is \(slope[j])")
          }
        }
      }
    }
  }

  func notANumber() {
    for y in example.targets {
      for j in 0..<example.outputs {
        var z = predictions(y, size: 3)
        z[j] = .nan
        expect(probe.sum(z, y).isNaN, "a prediction that is NaN leaves no trace in ℓ")
        let slope = probe.derivatives(z, y)
        expect(
          loss.couplesOutputs ? slope.allSatisfy(\.isNaN) : slope[j].isNaN,
          "a prediction that is NaN leaves no trace in ℓ′: \(slope)")
      }
    }
  }
}

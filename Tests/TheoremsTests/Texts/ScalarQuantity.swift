import FlowODE
import Testing
import Theorems
import Verdicts

/// A quantity by closures: its value at θ and θ̇, and its derivative along a velocity.
final class ScalarQuantity: TextQuantity {
  typealias Formula = @Sendable (_ θ: UnsafePointer<Double>, _ velocity: UnsafePointer<Double>) -> Double
  let count = 1
  private let value: Formula
  private let rate: Formula

  init(_ value: @escaping Formula, rate: @escaping Formula) {
    self.value = value
    self.rate = rate
  }

  func write(
    _ parameters: UnsafePointer<Double>, velocity: UnsafePointer<Double>, into values: UnsafeMutablePointer<Double>
  ) { values[0] = value(parameters, velocity) }

  func writeRate(
    _ parameters: UnsafePointer<Double>, velocity: UnsafePointer<Double>, into rates: UnsafeMutablePointer<Double>
  ) { rates[0] = rate(parameters, velocity) }
}

extension TextSource {
  /// A formula and its derivative along a velocity; by central differences where none is given.
  static func formula(
    _ text: String, _ value: @escaping ScalarQuantity.Formula, rate: ScalarQuantity.Formula? = nil
  ) -> TextSource {
    TextSource(text) {
      ScalarQuantity(value) { θ, v in
        if let rate { return rate(θ, v) }
        let h = 1e-5
        var (upper, lower) = ([θ[0] + h * v[0], 0], [θ[0] - h * v[0], 0])
        return (value(&upper, v) - value(&lower, v)) / (2 * h)
      }
    }
  }

  static func number(_ value: Double) -> TextSource { formula("\(value)", { _, _ in value }, rate: { _, _ in 0 }) }

  /// W1 and W2 of two scalar layers.
  static let a = formula("a", { θ, _ in θ[0] }, rate: { _, v in v[0] })
  static let b = formula("b", { θ, _ in θ[1] }, rate: { _, v in v[1] })
}

extension TextClaim {
  static func scalar(_ text: String, blocks: [Int] = [0, 1], given: [TextEquation] = []) -> TextClaim {
    TextClaim(name: "c", text: text, place: "scalar.flow:1", example: "", blocks: blocks, given: given)
  }
}

/// The report of a claim of a text, with its controls.
func examine(
  _ experiment: Experiment, _ claim: StatedClaim, tolerances: [Double] = [1e-6, 1e-8, 1e-10, 1e-12]
) throws -> ClaimReport {
  try Examination(
    refinement: Refinement(experiment: experiment, tolerances: tolerances), stated: [claim], runsControls: true
  ).run().reports[0]
}

/// Checks the word, and where the claim holds that every control that counts is rejected and some does.
func expectTrue(_ report: ClaimReport, controls: Int) {
  #expect(report.verdict == .holds, "\(report.reason)")
  #expect(
    report.controls.filter(\.isRejected).count == controls, "\(report.controls.map { "\($0.name): \($0.reason)" })")
  #expect(report.controls.allSatisfy { $0.isRejected || !$0.isApplicable })
}

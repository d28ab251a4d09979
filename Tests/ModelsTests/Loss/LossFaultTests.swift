import CMath
import Checkers
import Models
import Testing

/// A loss with one fault put into it.
private struct FaultyLoss: Loss {
  enum Fault: CaseIterable {
    case value, slope, bend, diagonal, concave, hidesKink, inventsKink, hidesJump, swallowsNaN, overflows, claimsSquare
    case claimsVanishing, hidesVanishing, hidesCoupling, inventsCoupling, refusesTargets, wrongBranch, scale
  }
  static let identifier = "faulty"
  static let summary = ""

  let base: any Loss
  let fault: Fault?

  init(_ base: any Loss, _ fault: Fault?) {
    self.base = base
    self.fault = fault
  }
  init(_ constants: LossConstants) { self.init(SquaredLoss(), nil) }

  var formula: String { base.formula }
  var nonsmoothness: String? { fault == .hidesJump ? nil : base.nonsmoothness }
  var kinks: [Double] { fault == .hidesKink ? [] : base.kinks + (fault == .inventsKink ? [1.25] : []) }
  var linearBranch: Double? { fault == .wrongBranch ? base.linearBranch.map { 1.2 * $0 } : base.linearBranch }
  var isSquare: Bool { fault == .claimsSquare || base.isSquare }
  var isConvex: Bool { fault == .concave ? !base.isConvex : base.isConvex }
  var vanishesAtTargets: Bool {
    fault == .claimsVanishing || (base.vanishesAtTargets && fault != .hidesVanishing)
  }
  var couplesOutputs: Bool { fault == .inventsCoupling || (base.couplesOutputs && fault != .hidesCoupling) }

  func check(targets: [Double], outputs: Int) throws(Refusal) {
    if fault == .refusesTargets { throw Refusal("no", remedy: "none") }
    try base.check(targets: targets, outputs: outputs)
  }
  func sum(_ fit: Fit) -> Double {
    if fault == .swallowsNaN, (0..<fit.count).contains(where: { fit.predictions[$0].isNaN }) { return 0 }
    if fault == .overflows {
      return (0..<fit.count).reduce(0) { $0 + log(1 + exp(-fit.predictions[$1] * fit.targets[$1])) }
    }
    return base.sum(fit) * (fault == .value ? 1 + 1e-9 : 1)
  }
  func derivatives(_ fit: Fit, scale: Double, into result: UnsafeMutablePointer<Double>) {
    base.derivatives(fit, scale: fault == .scale ? 1 : scale, into: result)
    if fault == .slope { result[fit.count - 1] *= 1 + 1e-8 }
  }
  func secondDerivatives(_ fit: Fit, scale: Double, into result: UnsafeMutablePointer<Double>) {
    base.secondDerivatives(fit, scale: scale, into: result)
    if fault == .diagonal { result[0] *= 1 + 1e-8 }
  }
  func multiplySecondDerivatives(
    _ fit: Fit, scale: Double, by direction: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>
  ) {
    base.multiplySecondDerivatives(fit, scale: scale, by: direction, into: result)
    if fault == .bend { result[0] *= 1 + 1e-7 }
  }
}

@Suite("The check of losses")
struct LossFaultTests {
  private func example(_ identifier: String, _ fault: FaultyLoss.Fault?) throws -> LossExample {
    let example = try #require(LossExample.all.first { $0.loss.identifier == identifier })
    return LossExample(
      FaultyLoss(example.loss, fault), outputs: example.outputs, targets: example.targets, formula: example.formula)
  }

  private func hosts(_ fault: FaultyLoss.Fault) -> [String] {
    switch fault {
    case .hidesKink: ["huber", "l1"]
    case .hidesJump: ["l1"]
    case .wrongBranch: ["huber"]
    case .overflows: ["logistic"]
    case .claimsSquare: ["huber", "logistic"]
    case .claimsVanishing: ["logistic", "cross-entropy"]
    case .hidesVanishing: ["l2"]
    case .hidesCoupling: ["cross-entropy"]
    case .inventsCoupling: []
    case .inventsKink: ["l2", "logistic"]
    default: ["l2", "logistic", "cross-entropy"]
    }
  }

  @Test("passes a loss without a fault", arguments: ["l2", "l1", "huber", "logistic", "exponential", "cross-entropy"])
  func sound(_ identifier: String) throws { #expect(checkLoss(try example(identifier, nil)) == []) }

  @Test("finds every fault", arguments: FaultyLoss.Fault.allCases)
  fileprivate func faults(_ fault: FaultyLoss.Fault) throws {
    for host in hosts(fault) {
      #expect(!checkLoss(try example(host, fault)).isEmpty, "\(fault) in \(host)")
    }
    // Of a loss that is a sum over its outputs.
    if fault == .inventsCoupling {
      let separable = LossExample(
        FaultyLoss(SquaredLoss(), fault), outputs: 2, targets: [[0.3, 1]])
      #expect(!checkLoss(separable).isEmpty)
    }
  }
}

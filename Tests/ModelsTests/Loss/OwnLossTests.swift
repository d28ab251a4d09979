import CMath
import Checkers
import Models
import Testing

/// ℓ(ŷ, y) = w² (√(1 + (r/w)²) − 1): a loss from outside the library, with constants of its own.
struct PseudoHuberLoss: Loss {
  static let identifier = "pseudo-huber"
  static let summary = "w²(√(1 + (r/w)²) − 1)"
  static let constants = [
    LossConstant("width", "width w", fallback: 1, example: 0.5, range: "a positive number") { $0 > 0 },
    LossConstant("power", "half power", fallback: 0.5, example: 0.5, range: "a number in (0, 1)") { $0 > 0 && $0 < 1 },
  ]

  let width: Double
  let power: Double
  init(_ constants: LossConstants) {
    width = constants["width"]
    power = constants["power"]
  }

  var formula: String { "\(width)^2 ((1 + (r/\(width))^2)^\(power) - 1)" }
  var isConvex: Bool { power >= 0.5 }
  var vanishesAtTargets: Bool { true }

  private func each(_ fit: Fit, _ body: (_ k: Int, _ x: Double, _ root: Double) -> Void) {
    for k in 0..<fit.count {
      let x = (fit.predictions[k] - fit.targets[k]) / width
      body(k, x, 1 + x * x)
    }
  }
  func sum(_ fit: Fit) -> Double {
    var total = 0.0
    each(fit) { _, x, _ in total += width * width * expm1(power * log1p(x * x)) }
    return total
  }
  func derivatives(_ fit: Fit, scale: Double, into result: UnsafeMutablePointer<Double>) {
    each(fit) { result[$0] = scale * 2 * power * width * $1 * pow($2, power - 1) }
  }
  func secondDerivatives(_ fit: Fit, scale: Double, into result: UnsafeMutablePointer<Double>) {
    each(fit) { result[$0] = scale * 2 * power * pow($2, power - 2) * (1 + (2 * power - 1) * $1 * $1) }
  }
}

@Suite("Losses from outside", .serialized)
struct OwnLossTests {
  @Test("one type and one row: the loss is known by name, with its constants checked")
  func registration() throws {
    if !LossCatalog.all.contains(where: { $0.identifier == PseudoHuberLoss.identifier }) {
      try LossCatalog.add(PseudoHuberLoss.self)
    }
    #expect(throws: Refusal.self) { try LossCatalog.add(PseudoHuberLoss.self) }
    #expect(throws: Refusal.self) { try LossCatalog.add(SquaredLoss.self) }
    #expect(try LossCatalog.loss("pseudo-huber").formula == "1.0^2 ((1 + (r/1.0)^2)^0.5 - 1)")
    let chosen = try LossCatalog.loss("pseudo-huber", constants: ["width": 0.25])
    #expect(chosen.formula.hasPrefix("0.25^2"))
    for (constants, words) in [
      (["width": 0], ["width w", "0.0", "a positive number", "loss.constants width=0.5"]),
      (["width": .infinity], ["inf"]), (["power": 1], ["half power", "(0, 1)"]),
      (["delta": 1], ["no constant delta", "width, power", "loss.name huber"]), (["depth": 1], ["no constant depth"]),
    ] as [([String: Double], [String])] {
      let refusal = #expect(throws: Refusal.self) { _ = try LossCatalog.loss("pseudo-huber", constants: constants) }
      for word in words {
        #expect(refusal?.description.contains(word) == true, "\(word) in \(String(describing: refusal))")
      }
    }
  }

  @Test("the check of losses takes them, convex or not", arguments: [0.5, 0.3])
  func check(_ power: Double) throws {
    let loss = PseudoHuberLoss(try constants(power))
    let example = LossExample(loss, targets: [[0], [1.5]]) { z, y in
      0.49 * (pow(1 + (z[0] - y[0]) * (z[0] - y[0]) / 0.49, power) - 1)
    }
    #expect(checkLoss(example) == [])
  }

  /// Constants as the catalogue hands them over.
  private func constants(_ power: Double) throws -> LossConstants {
    struct Keep: Loss {
      static let identifier = "keep"
      static let summary = ""
      static var constants: [LossConstant] { PseudoHuberLoss.constants }
      let kept: LossConstants
      init(_ constants: LossConstants) { kept = constants }
      var formula: String { "0" }
      var isConvex: Bool { true }
      func sum(_ fit: Fit) -> Double { 0 }
      func derivatives(_ fit: Fit, scale: Double, into result: UnsafeMutablePointer<Double>) {}
      func secondDerivatives(_ fit: Fit, scale: Double, into result: UnsafeMutablePointer<Double>) {}
    }
    if !LossCatalog.all.contains(where: { $0.identifier == "keep" }) { try LossCatalog.add(Keep.self) }
    let loss = try LossCatalog.loss("keep", constants: ["width": 0.7, "power": power])
    return try #require(loss as? Keep).kept
  }
}

import Models
import Settings
import Testing
import Workbench

/// ℓ(ŷ, y) = (τ − [r > 0]) (−r), r = ŷ − y: a loss from outside, which no setting, flag or schema knows.
private struct QuantileLoss: Loss {
  static let identifier = "quantile"
  static let summary = "τ|r| below the target, (1 − τ)|r| above"
  static let constants = [
    LossConstant("tau", "level τ", fallback: 0.5, example: 0.9, range: "a number in (0, 1)") { $0 > 0 && $0 < 1 }
  ]
  let tau: Double
  init(_ constants: LossConstants) { tau = constants["tau"] }
  var formula: String { "r > 0 ? \(1 - tau) r : -\(tau) r" }
  var nonsmoothness: String? { "quantile is not differentiable at 0" }
  var kinks: [Double] { [0] }
  var isConvex: Bool { true }
  var vanishesAtTargets: Bool { true }
  func sum(_ fit: Fit) -> Double {
    (0..<fit.count).reduce(0) { total, k in
      let r = fit.predictions[k] - fit.targets[k]
      return total + (r > 0 ? (1 - tau) * r : -tau * r)
    }
  }
  func derivatives(_ fit: Fit, scale: Double, into result: UnsafeMutablePointer<Double>) {
    for k in 0..<fit.count {
      let r = fit.predictions[k] - fit.targets[k]
      result[k] = scale * (r > 0 ? 1 - tau : r < 0 ? -tau : 0)
    }
  }
  func secondDerivatives(_ fit: Fit, scale: Double, into result: UnsafeMutablePointer<Double>) {
    for k in 0..<fit.count { result[k] = 0 }
  }
}

@Suite("A loss from outside, from settings to reports", .serialized)
struct OwnLossTests {
  private static let problem = """
    problem = { model = 'matrix', shape = [3, 2], depth = 2, rank = 1 }
    integration = { until = 0.5, save = 5, refine = [1e-6, 1e-8] }
    init.scale = 0.3

    """

  init() throws {
    if !LossCatalog.all.contains(where: { $0.identifier == "quantile" }) { try LossCatalog.add(QuantileLoss.self) }
  }

  private func formula(_ loss: String) throws -> (formula: String, whole: String) {
    let run = Run(.balancedness, settings: try loaded(Self.problem + loss))
    return (try run.report().experiment.loss, try run.configuration())
  }

  @Test("its constants come from settings, are printed, and read again")
  func constants() throws {
    let (formula, whole) = try formula("loss = { name = 'quantile', constants = ['tau=0.75'] }")
    #expect(formula == "r > 0 ? 0.25 r : -0.75 r")
    #expect(try Run(.balancedness, settings: loaded(whole)).configuration() == whole)
    #expect(try Run(.balancedness, settings: loaded(whole)).report().experiment.loss == formula)
  }

  @Test("a constant that is not given is stated with its default")
  func fallbacks() throws {
    let (formula, whole) = try formula("loss.name = 'quantile'")
    #expect(formula == "r > 0 ? 0.5 r : -0.5 r")
    #expect(try loaded(whole)[.lossConstants] == ["tau=0.5"])
    #expect(try !loaded(whole).givenPaths.isEmpty && loaded(whole)[.given]?.contains("loss.constants") == false)
    #expect(try Run(.balancedness, settings: loaded(whole)).configuration() == whole)
  }

  @Test("what is out of range is refused where it stands")
  func refusals() throws {
    for (loss, words) in [
      ("loss = { name = 'quantile', constants = ['tau=1'] }", ["level τ", "1.0", "(0, 1)", "--loss-constants"]),
      ("loss = { name = 'quantile', huber-delta = 1 }", ["no constant delta", "tau"]),
      ("loss = { constants = ['tau=0.5'] }", ["l2", "no constant tau", "--loss quantile"]),
    ] {
      do {
        _ = try formula(loss)
        Issue.record("\(loss) was accepted")
      } catch {
        for word in words { #expect("\(error)".contains(word), "\(word) in \(error)") }
      }
    }
  }
}

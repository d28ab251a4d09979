import FlowODE
import Foundation
import Models
import Testing
import Theorems
import Verdicts

@Suite("Ladders that end when their verdicts are settled")
struct SettlingTests {
  private static let ladder = [1e-6, 1e-8, 1e-10, 1e-12]

  private func examine(
    _ experiment: Experiment, _ claims: [any Claim.Type] = trueClaims, all: Bool, controls: Bool = true,
    threads: Int = 1, tolerances: [Double] = ladder
  ) throws -> (reports: [ClaimReport], ladder: [Rung]) {
    try Examination(
      refinement: Refinement(
        experiment: experiment, tolerances: tolerances, context: RunContext(threads: threads)),
      claims: claims, runsControls: controls, runsAllRungs: all
    ).run()
  }

  @Test("the rungs that are run are those of the whole ladder, the words the same, and the report says how far it went")
  func early() throws {
    let experiment = try ScalarExperiment.make(layers: [0.7, 0.2], until: 40)
    let (early, shorter) = try examine(experiment, all: false)
    let (late, longer) = try examine(experiment, all: true)
    #expect(shorter.count < longer.count && longer.count == 4)
    #expect(early.map(\.verdict) == [.holds, .holds] && late.map(\.verdict) == early.map(\.verdict))
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    for (one, other) in zip(early, late) {
      #expect(try encoder.encode(one.rungs) == encoder.encode(Array(other.rungs.prefix(shorter.count))))
      #expect(one.settled?.after == shorter.count && one.settled?.of == 4 && other.settled == nil)
    }
  }

  @Test("whole ladders and shorter ones say the same of random experiments and of their controls", arguments: 0..<12)
  func random(seed: Int) throws {
    let drawn = try RandomExperiment.draw(UInt64(2000 + seed))
    let tolerances = drawn.tolerances
    let early = try examine(drawn.experiment, all: false, tolerances: tolerances).reports
    let late = try examine(drawn.experiment, all: true, tolerances: tolerances).reports
    #expect(early.map(\.verdict) == late.map(\.verdict), "\(drawn.summary)")
    for (one, other) in zip(early, late) {
      #expect(one.controls.map(\.isRejected) == other.controls.map(\.isRejected), "\(drawn.summary)")
      #expect(other.controls.allSatisfy { $0.until == nil && ($0.rungs ?? tolerances.count) == tolerances.count })
    }
  }

  @Test("a short ladder's report is the same, byte for byte, on one thread and on several", arguments: [0.2, 0.69])
  func threads(layer: Double) throws {
    let experiment = try ScalarExperiment.make(layers: [0.7, layer], until: 40)
    func bytes(_ threads: Int) throws -> Data {
      let (reports, _) = try examine(experiment, all: false, threads: threads)
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      return try encoder.encode(
        Report(command: "run", experiment: ExperimentSummary(experiment, settings: [:]), claims: reports))
    }
    let one = try bytes(1)
    for threads in [2, 3, 4, 8] { #expect(try bytes(threads) == one) }
  }

  @Test(
    "a law that is false by so little that only the tightest rung shows it is not settled before", arguments: 4...11)
  func late(exponent: Int) throws {
    let experiment = try ScalarExperiment.make(layers: [0.7, 0.2], until: 40)
    let claims = Slightly.claims[exponent - 4]
    let early = try examine(experiment, [claims], all: false, controls: false)
    let late = try examine(experiment, [claims], all: true, controls: false)
    #expect(early.reports[0].verdict == late.reports[0].verdict, "\(late.reports[0].reason)")
    // The terms move by about their size, so that a part 10⁻ᵏ of one is a drift of that order.
    if exponent <= 8 { #expect(late.reports[0].verdict == .violated) }
    if exponent == 8 { #expect(early.ladder.count == 4) }
  }

  @Test("a control's flow ends where it is exposed, and is judged by the rule on two rungs there")
  func exposed() throws {
    let experiment = try ScalarExperiment.make(layers: [0.7, 0.2], until: 40, saveCount: 401)
    let report = try examine(experiment, [Balancedness.self], all: false).reports[0]
    let control = try #require(report.controls.first { $0.rungs != nil })
    #expect(control.isRejected && control.verdict == .violated && control.rungs == 2)
    let time = try #require(control.until)
    #expect(time > 0 && time <= 20)
    // The perturbed flow keeps 1.01 w₁² − w₂² (or the like), so that the law drifts by 1 % of one term's change.
    let residual = try #require(control.residual)
    #expect(residual > 1e-3 && residual < 0.01)
    let whole = try examine(experiment, [Balancedness.self], all: true).reports[0]
    let late = try #require(whole.controls.first { $0.rungs != nil })
    #expect(late.rungs == 4 && late.until == nil && late.isRejected && (late.residual ?? 0) >= residual)
  }

  /// With a save time in every step, the state of exposure is that of the flow, whatever the horizon: also where most of the save times
  /// have passed by then.
  @Test("a control that shows late ends where it shows")
  func exposedLate() throws {
    func time(until horizon: Double) throws -> Double? {
      let experiment = try ScalarExperiment.make(layers: [0.7, 0.2], until: horizon, saveCount: 2001)
      let report = try examine(experiment, [Balancedness.self], all: false).reports[0]
      let control = try #require(report.controls.first { $0.rungs != nil })
      #expect(control.isRejected && control.rungs == 2)
      return control.until
    }
    let early = try #require(try time(until: 40))
    let late = try #require(try time(until: 1.4 * early))
    #expect(late > 0.6 * early && late < 1.4 * early)
  }

  @Test("claims whose hypotheses the start does not meet take two rungs, and no flow for their controls")
  func vacuous() throws {
    let experiment = try ScalarExperiment.make(layers: [0.3], until: 3)
    let (reports, ladder) = try examine(experiment, [Balancedness.self], all: false)
    #expect(reports[0].verdict == .vacuous && reports[0].controls.isEmpty && ladder.count == 2)
    // Beside a claim that is not settled the ladder goes on.
    #expect(try examine(experiment, all: false).ladder.count > 2)
  }

  @Test("a loss with kinks has every rung run, as they are located on the tightest")
  func kinks() throws {
    for loss in [try HuberLoss(delta: 0.1), AbsoluteLoss()] as [any Loss] {
      let experiment = try ScalarExperiment.make(layers: [0.7, 0.2], loss: loss, until: 0.2)
      let ladder = try examine(experiment, all: false, controls: false).ladder
      #expect(ladder.count == 4)
    }
  }
}

/// w₂² − w₁², with one term off by a part 10⁻ᵏ: false by as much.
private enum Slightly {
  static let claims: [any Claim.Type] = [
    Off<Four>.self, Off<Five>.self, Off<Six>.self, Off<Seven>.self, Off<Eight>.self, Off<Nine>.self, Off<Ten>.self,
    Off<Eleven>.self,
  ]

  protocol Size { static var size: Double { get } }
  enum Four: Size { static let size = 1e-4 }
  enum Five: Size { static let size = 1e-5 }
  enum Six: Size { static let size = 1e-6 }
  enum Seven: Size { static let size = 1e-7 }
  enum Eight: Size { static let size = 1e-8 }
  enum Nine: Size { static let size = 1e-9 }
  enum Ten: Size { static let size = 1e-10 }
  enum Eleven: Size { static let size = 1e-11 }

  enum Off<Part: Size>: Claim {
    typealias Variant = NoVariant
    static var card: ClaimCard {
      ClaimCard(
        name: "off", summary: "off by a little", formulas: ["(1 + ε) w₂² − w₁² is constant"], sources: [],
        judgedBy: .integral, residual: "its change", example: "")
    }
    static var hypotheses: [HypothesisRule] { [] }
    static var mutants: [MutantRule<Variant>] { [] }
    static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? {
      .integral(Terms(part: Part.size, start: setting.start))
    }
  }

  private final class Terms: IntegralTerms {
    let names = ["off"]
    private let part: Double
    private let start: [Double]

    init(part: Double, start: [Double]) {
      self.part = part
      self.start = start
    }

    func note(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, into fold: inout ResidualFold) {
      let change = (0...1).map { point.parameters[$0] * point.parameters[$0] - start[$0] * start[$0] }
      let size = (0...1).map { max(point.parameters[$0] * point.parameters[$0], start[$0] * start[$0]) }
      fold.note(
        0, residual: abs((1 + part) * change[1] - change[0]), size: max(size[0], size[1]),
        change: max(abs(change[0]), abs(change[1])))
    }
  }
}

import Foundation
import Testing
import Verdicts

/// What stands in a report is written: every stored property has a key of its name.
@Suite("keys of reports")
struct ReportKeysTests {
  /// Every property must have a value here, so that one that is added is noticed before it is forgotten.
  private func check(_ value: some Encodable) throws {
    let object = try #require(try JSONSerialization.jsonObject(with: JSONEncoder().encode(value)) as? [String: Any])
    let properties = Mirror(reflecting: value).children
    for property in properties {
      let name = try #require(property.label)
      let mirror = Mirror(reflecting: property.value)
      #expect(mirror.displayStyle != .optional || !mirror.children.isEmpty, "\(type(of: value)): give \(name) a value")
      #expect(object[name] != nil, "\(type(of: value)): \(name) is not written")
    }
    #expect(object.count == properties.count, "\(type(of: value)): \(object.keys)")
  }

  @Test func rungs() throws {
    var rung = RungReport(rtol: 1e-8)
    (rung.drift, rung.order, rung.power, rung.largestTerm, rung.budget) = (1, 2, 3, 4, 5)
    (rung.slack, rung.slackUncertainty, rung.tightness, rung.tightestTime) = (1, 2, 3, 4)
    (rung.finalOffset, rung.finalRemainder, rung.restTime, rung.finalLoss) = (1, 2, 3, 4)
    rung.pathEvaluations = 5
    (rung.choice, rung.tightestLaw) = ("rk8pd", "norm")
    try check(rung)
  }

  @Test func comparisons() throws {
    var section = ComparisonSection(optimizer: "gd", formula: "θ − η∇f", against: "flow", measure: "end")
    (section.saveUnit, section.referenceError, section.movement) = (1, 2, 3)
    (section.referenceLoss, section.smallestEigenvalueAlongFlow) = (4, 5)
    try check(section)
    var rate = RateReport(learningRate: 0.1)
    (rate.gap, rate.order, rate.parameterGap, rate.drift, rate.driftOrder, rate.stepLaw) = (1, 2, 3, 4, 5, 6)
    (rate.stabilityShare, rate.smallestEigenvalue, rate.bound, rate.looseness) = (1, 2, 3, 4)
    (rate.agreementEndsAtIteration, rate.agreementEndsAtTime, rate.finalLoss) = (1, 2, 3)
    try check(rate)
    try check(EscapeReport(component: 1, finalNorm: 2, flow: 3, descents: [4, nil]))
  }

  @Test func integrations() throws {
    var section = IntegrationSection(rtol: 1e-8, learningRate: 0.1, optimizer: "gd")
    (section.finalOffset, section.finalRemainder, section.restTime, section.finalLoss) = (1, 2, 3, 4)
    section.choice = "rk8pd"
    let error = FinalErrorReport(rtol: 1e-10, method: "rk8pd", state: 1, endToEnd: 2, incompleteness: "stopped")
    section.error = error
    try check(section)
    try check(error)
  }

  @Test func measurements() throws {
    try check(
      MeasuredSection(
        "ranks", rtol: 1e-8, outcome: ("stopped", "go on", false), finalTime: 1, finalLoss: 2, steps: 3, gradients: 4,
        choice: "rk8pd", tables: [], figures: []))
    try check(
      TabulatedSection("errors", outcome: ("stopped", "go on", false), tables: [], figures: [], verdict: .violated))
  }

  @Test func parts() throws {
    let judgement = try #require(VacuousRule.judge([Hypothesis("it holds", isMet: false, detail: "it does not")]))
    var summary = ExperimentSummary(settings: ["init.scale": "1"])
    summary.untilReason = "the loss fell"
    summary.motion = "θ' = −∇f − θ"
    try check(summary)
    try check(ReportWarning(kind: .saddle, text: "it was left", time: 1, value: 2))
    try check(
      ControlReport(
        name: "rate × 1.01", judgement: judgement, residual: 1, isRejected: false, notCounted: "it cannot act",
        rungs: 2,
        until: 3))
    try check(SettledLadder(.vacuous, after: 2, of: 4))
    try check(SlopeInterval(slope: 1, low: 0, high: 2))
    try check(KinkReport.Crossing(time: 1, measurement: 2, level: 3, rises: true))
    try check(KinkReport(located: [], count: 0))
    try check(Hypothesis("it holds", isMet: true, detail: "it does"))
    let panel = Figure("drift", xLabel: "t", yLabel: "drift", curves: [])
    try check(Figure("gap", xLabel: "t", yLabel: "gap", reversesX: true, sharesY: true, curves: [], panels: [panel]))
    try check(Figure.Curve("gap", x: [1], y: [2]))
  }
}

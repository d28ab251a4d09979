import FlowODE
import Models
import Verdicts

extension TextClaim {
  /// A comparison becomes true for the first time at a time, to within a tolerance.
  ///
  /// **Judged by.** The time at which the difference of the sides first passes 0, located as an event, also where it comes back within
  /// one step; ≤ t + d and ≥ t − d. Until it is, the
  /// time itself stands for it, so that a run beyond t + d without it contradicts.
  /// **Refuted by.** The time shifted by 3 d.
  ///
  /// - Parameters:
  ///   - larger: what the text says becomes the larger side, a number.
  ///   - isEquation: whether either side may be the larger one at the start.
  public func reaches(
    _ comparison: TextComparison, isEquation: Bool, at time: Double, within tolerance: Double
  ) -> StatedClaim {
    let laws: @Sendable (Double, ClaimSetting) -> Laws? = { shift, setting in
      TextArrivalTerms(
        self, comparison, isEquation: isEquation, time: time + shift, tolerance: tolerance, isMutant: shift != 0,
        setting
      ).map { .bound($0) }
    }
    let shift = 3 * tolerance
    return stated(
      .bound, residual: "the time of the first passage beside \(tableSetting(time)) ± \(tableSetting(tolerance))",
      law: Relative { laws(0, $0) }
    ) { _ in
      [
        Mutant(
          "the time shifted by 3 × \(tableSetting(tolerance))", .statement(Relative { laws(shift, $0) }))
      ]
    }
  }
}

/// The time of a first passage beside the two that bound it.
private final class TextArrivalTerms: BoundTerms, InteriorWatch {
  let names: [String]
  let events: [Event]
  private let name: String
  private let time: Double
  private let tolerance: Double
  private let isMutant: Bool
  private let sides: TextSides
  private let sign: Double
  private var passage: Double?
  private var last = 0.0
  /// The least excess until the passage is over again, and the sides' size: a passage that is missed, or made, by less than the solver's
  /// error is none to refute by.
  private var leastExcess = Double.infinity
  private var largest = 0.0
  private var isOver = false

  /// Unchecked: the one thread that runs the rung looks for the event.
  private struct Held: @unchecked Sendable {
    let sides: TextSides
    let sign: Double
  }

  init?(
    _ claim: TextClaim, _ comparison: TextComparison, isEquation: Bool, time: Double, tolerance: Double, isMutant: Bool,
    _ setting: ClaimSetting
  ) {
    guard let sides = TextSides(comparison, setting), let watched = TextSides(comparison, setting), sides.width == 1
    else { return nil }
    self.sides = sides
    self.time = time
    self.tolerance = tolerance
    self.isMutant = isMutant
    let start = sides.leastSlack(at: setting.start)
    let sign: Double = isEquation && start > 0 ? 1 : -1
    self.sign = sign
    let held = Held(sides: watched, sign: sign)
    name = "\(claim.name): \(comparison.text)"
    names = [
      "\(comparison.text) by t = \(tableSetting(time + tolerance))", "and not before \(tableSetting(time - tolerance))",
    ]
    events = [
      Event(name) { point in
        held.sides.update(point)
        return held.sign * held.sides.leastSlack
      }
    ]
    if !(sign * start > 0) { passage = 0 }
  }

  func note(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, into fold: inout MarginFold) {
    last = point.time
    if !isOver {
      sides.update(point)
      let excess = sign * sides.leastSlack
      leastExcess = min(leastExcess, excess)
      largest = max(largest, abs(sides.larger(0)), abs(sides.smaller(0)))
      // A step to the zero itself leaves nothing to locate.
      if passage == nil, point.event == name || excess == 0 { passage = point.time }
      isOver = passage.map { excess > 0 && point.time > $0 } ?? false
    }
    fold.note(0, value: passage ?? point.time, bound: time + tolerance, terms: abs(time), time: point.time)
    if let passage { fold.note(1, value: time - tolerance, bound: passage, terms: abs(time), time: point.time) }
  }

  var watch: (any InteriorWatch)? { self }
  var isOpen: Bool { !isOver }
  var count: Int { 1 }
  var times: ClosedRange<Double> { -.infinity ... .infinity }
  var takesVelocity: Bool { sides.takesVelocity }
  func least(_ k: Int) -> Double { leastExcess }
  func size(_ k: Int) -> Double { largest }

  func write(_ point: TrajectoryPoint, into values: UnsafeMutablePointer<Double>) {
    sides.update(point)
    values[0] = sign * sides.leastSlack
  }

  func complete(_ evidence: inout Evidence) {
    if passage == nil || isOver, largest > 0 { evidence.touch = abs(leastExcess) / largest }
    if passage == nil, last <= time + tolerance {
      evidence.doubt =
        "the run ends at t = \(tableNumber(last)) without it; raise integration.until"
    }
    if isMutant { evidence.isFalsified = passage.map { abs($0 - time) > tolerance } ?? (last > time + tolerance) }
    guard let passage else { return }
    var table = Table("first passage", columns: ["t", "claimed", "within"])
    table.rows = [[Cell(passage), Cell(time), Cell(tolerance)]]
    evidence.tables = [table]
  }
}

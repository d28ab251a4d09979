/// Which units of a ``StiffPart`` are treated exactly.
final class UnitSelector {
  /// A unit joins the block when h times its scale exceeds this. Scales are rather too large than too small, several times
  /// on completion problems with many components, so this is well below the limit of stability, at which the step would
  /// lock and nothing would ever join.
  static let joining = 0.5

  /// What is left of ``joining`` where units that do not join hold the step by what couples them to those that do, which grows like the
  /// geometric mean of both scales: a part at a time, down to the least.
  private static let widening = (part: 0.25, least: 1e-6)

  private let part: any StiffPart
  private let scales: UnsafeMutablePointer<Double>
  private var isActive: [Bool]
  /// Largest finite scale among the units that are not active.
  private var largestPassive = 0.0
  private var isFull = false
  private var joining = UnitSelector.joining

  init(part: any StiffPart) {
    self.part = part
    scales = .allocate(capacity: max(1, part.unitCount))
    scales.initialize(repeating: 0, count: max(1, part.unitCount))
    isActive = Array(repeating: false, count: part.unitCount)
  }

  deinit { scales.deallocate() }

  /// Steps at which the passive units stay stable, once no more of them can join.
  var largestStep: Double { isFull && largestPassive > 0 ? 2 * Self.joining / largestPassive : .infinity }

  /// Takes in a new state.
  func update(_ state: UnsafePointer<Double>) {
    part.scales(state, into: scales)
    findPassive()
  }

  private func findPassive() {
    largestPassive = 0
    for unit in 0..<part.unitCount where !isActive[unit] && scales[unit].isFinite {
      largestPassive = max(largestPassive, scales[unit])
    }
  }

  /// Whether a passive unit would join at a step of size h.
  func wantsMore(step h: Double) -> Bool { !isFull && h * largestPassive > joining }

  /// Lets more units join from now on; false where no more can.
  func widen() -> Bool {
    guard !isFull, largestPassive > 0, joining > Self.widening.least else { return false }
    joining *= Self.widening.part
    return true
  }

  /// Chooses the units to treat exactly at steps of size h, the stiffest first where not all fit.
  func choose(step h: Double) -> [Int] {
    // A margin, so that the next slightly longer step does not bring one more unit.
    let threshold = 0.5 * joining
    var chosen = (0..<part.unitCount).filter { h * scales[$0] > threshold }
    let room = part.mostUnits
    isFull = chosen.count > room
    if isFull {
      chosen.sort { scales[$0] > scales[$1] }
      chosen.removeSubrange(room...)
      chosen.sort()
    }
    for unit in 0..<part.unitCount { isActive[unit] = false }
    for unit in chosen { isActive[unit] = true }
    findPassive()
    return chosen
  }

  /// Treats no unit exactly: the step is held to what the passive formula bears.
  func chooseNone() {
    for unit in 0..<part.unitCount { isActive[unit] = false }
    isFull = true
    findPassive()
  }
}

/// Rates along a solution whose integrals a stepper forms from the evaluations that it makes anyway, outside its error control: the
/// steps are the same with and without them.
package protocol StageRates: AnyObject {
  /// How many rates there are.
  var count: Int { get }
  /// Which of them are branches of rates with kinks.
  var kinks: [RateKink] { get }
  /// Writes all rates at a state.
  ///
  /// F has just been evaluated there and nowhere else since, so what that evaluation left behind may be used.
  func write(_ time: Double, _ state: UnsafePointer<Double>, into rates: UnsafeMutablePointer<Double>)
}

extension StageRates {
  /// How many integrals there are: that of every rate over the whole time, and then, kink by kink and branch by branch, those over the
  /// times at which the branch's switch is negative.
  package var integralCount: Int { kinks.reduce(count) { $0 + $1.branches.count * $1.width } }
}

/// Smooth rates, the branches, of which others are put together by the sign of a switch: q = q⁺ where g ≥ 0 and q⁻ where g < 0.
///
/// With ∫q⁺ over the whole time and ∫(q⁻ − q⁺) over the times at which g < 0, every such rate has its integral without a step ever
/// ending at a kink.
public struct RateKink: Sendable, Equatable {
  /// The place of the first switch among the rates; the switches are rates themselves.
  public let switches: Int
  /// How many switches there are, and rates in every branch.
  public let width: Int
  /// The place of each branch's first rate; its k-th rate belongs to the k-th switch.
  public let branches: [Int]

  /// Switches and branches by their places among the rates.
  public init(switches: Int, width: Int, branches: [Int]) {
    self.switches = switches
    self.width = width
    self.branches = branches
  }
}

import FlowODE
import Models

/// A quantity of a text: numbers that follow from θ, and from θ̇ where the text speaks of derivatives along the flow.
///
/// It owns its buffers, and one thread uses it.
public protocol TextQuantity: AnyObject {
  /// How many numbers it has.
  var count: Int { get }
  /// Whether its value depends on θ̇.
  var takesVelocity: Bool { get }
  /// Writes its value at θ.
  ///
  /// - Parameter velocity: θ̇ there, as long as θ.
  func write(
    _ parameters: UnsafePointer<Double>, velocity: UnsafePointer<Double>, into values: UnsafeMutablePointer<Double>)
  /// Writes the derivative of its value along a velocity.
  func writeRate(
    _ parameters: UnsafePointer<Double>, velocity: UnsafePointer<Double>, into rates: UnsafeMutablePointer<Double>)
}

extension TextQuantity {
  public var takesVelocity: Bool { true }
}

/// A quantity as it was written, and how it is made for each run.
public struct TextSource: Sendable {
  /// As it was written.
  public let text: String
  private let make: @Sendable () -> (any TextQuantity)?

  /// - Parameter make: a fresh quantity for the thread that calls; nil where there is none.
  public init(_ text: String, _ make: @escaping @Sendable () -> (any TextQuantity)?) {
    self.text = text
    self.make = make
  }

  func quantity() -> (any TextQuantity)? { make() }

  /// Its value at θ that stands still; nil where it is not one number.
  public func value(at parameters: [Double]) -> Double? {
    guard let values = TextValues([self], parameterCount: parameters.count), values.count == 1 else { return nil }
    return values.atRest(parameters)[0]
  }
}

/// Numbers of some quantities at one state after the other, for whoever records them.
public final class TextQuantities {
  private let values: TextValues
  private let still: Buffer<Double>

  /// - Returns: nil where one of them cannot be made.
  public init?(_ sources: [TextSource], parameterCount: Int) {
    guard let values = TextValues(sources, parameterCount: parameterCount) else { return nil }
    self.values = values
    still = Buffer(count: parameterCount)
  }

  /// The numbers at θ, those of one quantity after those of another.
  ///
  /// - Parameter velocity: θ̇ there; nil where it stands still.
  public func values(_ parameters: UnsafePointer<Double>, velocity: UnsafePointer<Double>?) -> [Double] {
    values.update(parameters, velocity: velocity ?? UnsafePointer(still.pointer))
    return Array(UnsafeBufferPointer(start: values.all, count: values.count))
  }
}

/// Values of some quantities at one state after the other, side by side.
final class TextValues {
  private let quantities: [any TextQuantity]
  private let offsets: [Int]
  private let values: Buffer<Double>
  private let still: Buffer<Double>
  /// How many numbers there are.
  let count: Int
  /// Whether some depend on θ̇.
  let takesVelocity: Bool

  /// - Returns: nil where one of them cannot be made.
  init?(_ sources: [TextSource], parameterCount: Int) {
    let quantities = sources.compactMap { $0.quantity() }
    guard quantities.count == sources.count else { return nil }
    self.quantities = quantities
    takesVelocity = quantities.contains(where: \.takesVelocity)
    var count = 0
    offsets = quantities.map { quantity in
      defer { count += quantity.count }
      return count
    }
    self.count = count
    values = Buffer(count: max(1, count))
    still = Buffer(count: parameterCount)
  }

  /// How many numbers the quantity in a place has.
  func size(_ k: Int) -> Int { quantities[k].count }

  /// The numbers of the quantity in a place, where they were written last.
  subscript(k: Int) -> UnsafeMutablePointer<Double> { values.pointer + offsets[k] }

  /// The numbers of all of them.
  var all: UnsafeMutablePointer<Double> { values.pointer }

  /// Writes all values at a state of a trajectory.
  func update(_ point: TrajectoryPoint) {
    let velocity = takesVelocity ? point.velocity : nil
    update(point.parameters, velocity: velocity ?? UnsafePointer(still.pointer))
  }

  /// Writes all values at θ.
  func update(_ parameters: UnsafePointer<Double>, velocity: UnsafePointer<Double>) {
    for (quantity, offset) in zip(quantities, offsets) {
      quantity.write(parameters, velocity: velocity, into: values.pointer + offset)
    }
  }

  /// Writes all rates along a velocity.
  func updateRates(_ parameters: UnsafePointer<Double>, velocity: UnsafePointer<Double>) {
    for (quantity, offset) in zip(quantities, offsets) {
      quantity.writeRate(parameters, velocity: velocity, into: values.pointer + offset)
    }
  }

  /// The values at θ that stands still, for what is decided before a run.
  func atRest(_ parameters: [Double]) -> [Double] {
    parameters.withUnsafeBufferPointer { parameters in
      if let base = parameters.baseAddress { update(base, velocity: still.pointer) }
    }
    return Array(UnsafeBufferPointer(start: values.pointer, count: count))
  }
}

/// The largest magnitude of so many numbers; NaN if one is no number.
@inline(__always)
func largestMagnitude(_ values: UnsafePointer<Double>, _ count: Int) -> Double {
  var largest = 0.0
  for k in 0..<count where !(abs(values[k]) <= largest) { largest = abs(values[k]) }
  return largest
}

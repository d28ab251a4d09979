import CMath
import Models

/// Learning rates to compare, largest first, with save times at which all of them have whole iterations.
public struct RateLadder: Sendable, Equatable {
  /// Strictly decreasing.
  public let rates: [Double]
  /// The shortest time that is a whole number of every rate's iterations; nil for methods whose time steps vary.
  public let unit: Double?
  /// Iterations of each rate in one ``unit``.
  public let iterationsPerUnit: [Int]

  /// Units of more iterations of the largest rate than this are refused.
  static let largestMultiple = 64

  /// - Throws: ``Refusal`` unless the rates are distinct, positive and commensurable.
  public init(_ rates: [Double], optimizer: any Optimizer, schedule: RateSchedule = .constant) throws(Refusal) {
    for rate in rates where !(rate > 0 && rate.isFinite) {
      throw Refusal("a learning rate is \(rate)", remedy: "give compare.learning-rates positive numbers")
    }
    let sorted = rates.sorted(by: >)
    guard let largest = sorted.first else {
      throw Refusal(
        "no learning rates were given",
        remedy: "give compare.learning-rates, four or more, such as 1e-2,5e-3,2.5e-3,1.25e-3")
    }
    if let k = sorted.indices.dropFirst().first(where: { sorted[$0] == sorted[$0 - 1] }) {
      throw Refusal("the learning rate \(sorted[k]) stands there twice", remedy: "give each one once")
    }
    self.rates = sorted
    guard schedule.isConstant, let step = optimizer.timeStep(learningRate: largest) else {
      unit = nil
      iterationsPerUnit = []
      return
    }
    for multiple in 1...Self.largestMultiple {
      let ratios = sorted.map { Double(multiple) * largest / $0 }
      guard ratios.allSatisfy({ abs($0 - $0.rounded()) <= 1e-12 * $0 && $0 < 1e15 }) else { continue }
      unit = Double(multiple) * step
      iterationsPerUnit = ratios.map { Int($0.rounded()) }
      return
    }
    throw Refusal(
      "the learning rates \(sorted.map { "\($0)" }.joined(separator: ", ")) have no common multiple up to "
        + "\(Self.largestMultiple) times the largest",
      remedy: "use rates that have one, such as 1e-2,5e-3,2.5e-3,1.25e-3")
  }

  /// The experiment's save times, each rounded to a multiple of ``unit``, the horizon rounded down; as they are if there is
  /// no unit.
  ///
  /// - Throws: ``Refusal`` if the horizon is shorter than a unit, or a run would take too many iterations.
  public func grid(_ grid: SaveGrid) throws(Refusal) -> SaveGrid {
    guard let unit, let finest = iterationsPerUnit.last else { return grid }
    let until = grid.times[grid.times.count - 1]
    // A horizon that is a multiple up to rounding counts as that multiple.
    let last = (until / unit * (1 + 8 * Double.ulpOfOne)).rounded(.down)
    guard last >= 1 else {
      throw Refusal(
        "the horizon \(until) is shorter than \(unit), the first time at which all learning rates have whole iterations",
        remedy: "raise integration.until or lower the largest rate")
    }
    guard last * Double(finest) < 1e15 else {
      throw Refusal(
        "\(last * Double(finest)) iterations would be needed",
        remedy: "raise the smallest rate or lower integration.until")
    }
    var multiples = [0.0]
    for time in grid.times.dropFirst() {
      let multiple = min(last, (time / unit).rounded())
      if multiple > multiples[multiples.count - 1] { multiples.append(multiple) }
    }
    if multiples[multiples.count - 1] < last { multiples.append(last) }
    return SaveGrid(times: multiples.map { $0 * unit })
  }

  /// Iterations of rate `index` at save time `time`, a multiple of ``unit``.
  public func iterations(of index: Int, at time: Double) -> Int? {
    guard let unit else { return nil }
    return Int((time / unit).rounded()) * iterationsPerUnit[index]
  }
}

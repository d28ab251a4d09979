import Models

/// How large what no observation sees of an end-to-end object is beside what is observed: the largest unobserved entry over the largest
/// observed one. Fits with a component on entries of which none is observed have it large.
public struct UnobservedRatio: Sendable {
  private let isObserved: [Bool]

  /// Nil for sensing, where every entry is observed, and for objects of more than `limit` entries.
  public init?(_ problem: Problem, limit: Int = SeriesRecorder.endLimit) {
    let shape = problem.model.endShape
    let size = shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).overflow ? .max : $0 * $1 }
    guard case .entries(let indices) = problem.measurements.operators, size <= limit else { return nil }
    var isObserved = [Bool](repeating: false, count: size)
    for k in 0..<problem.measurements.count {
      var position = 0
      for n in shape.indices { position = position * shape[n] + Int(indices[k * shape.count + n]) }
      isObserved[position] = true
    }
    guard isObserved.contains(false) else { return nil }
    self.isObserved = isObserved
  }

  /// The ratio, and the position of the largest unobserved entry.
  ///
  /// - Parameter end: the end-to-end object, row-major.
  public func callAsFunction(_ end: [Double]) -> (ratio: Double, position: Int) {
    var (hidden, seen, position) = (0.0, 0.0, 0)
    for i in end.indices {
      let size = abs(end[i])
      if isObserved[i] {
        if size > seen { seen = size }
      } else if size > hidden {
        (hidden, position) = (size, i)
      }
    }
    return (hidden == 0 ? 0 : hidden / seen, position)
  }
}

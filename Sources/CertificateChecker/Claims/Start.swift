import FlowLanguage

/// The point at which a text starts its parameters, where all of them start at numbers.
package struct Start {
  /// Values by variable.
  package let point: [Int: Fraction]

  /// - Throws: If a start is drawn or missing.
  package init(_ expander: Expander) throws(Rejection) {
    let file = expander.file
    var point: [Int: Fraction] = [:]
    var isMomentum = false
    if case .momentum = file.flow { isMomentum = true }
    for (position, declaration) in file.declarations.enumerated() where declaration.role == .parameter {
      let shape = try Expander.numbers(declaration.shape)
      for isVelocity in isMomentum ? [false, true] : [false] {
        let name = (isVelocity ? "v_" : "") + declaration.name
        guard let start = file.starts.first(where: { $0.parameter == position && $0.isVelocity == isVelocity }) else {
          throw Rejection("'\(shortened(name))' has no start of its own")
        }
        let values = try expander.filled(expander.value(of: start.value), shape).values
        let variables = try expander.variables.array(name, shape, isVelocity ? .velocity : .parameter)
        guard values.count == variables.count else { throw Rejection("a start has another shape than its parameter") }
        for (variable, value) in zip(variables, values) {
          guard let number = value.constant else { throw Rejection("the start of '\(shortened(name))' is no number") }
          point[variable] = number
        }
      }
    }
    self.point = point
  }
}

import FlowLanguage
import Models

/// What a claim says is 0, or does not grow.
extension ArrayReader {
  /// q' of conserved and invariant q, q' + k q of what decays at the rate k, left − right, q' of what does not grow with the squares that
  /// the claim names, and q' − k q of an invariant with a cofactor.
  package func defect(of form: ClaimForm<Term>) throws(EntryFault) -> Values {
    switch form {
    case .conserved(let value, _): return try derivative(read(value))
    case .decays(let value, let rate, _):
      let quantity = try read(value)
      return try derivative(quantity).combined(
        quantity.combined(read(rate)) { q, k throws(EntryFault) in
          try algebra.times(q, k)
        }
      ) { a, b throws(EntryFault) in try algebra.plus(a, b) }
    case .identity(let sides, _): return try difference(sides.left, sides.right)
    case .nonincreasing(let value, let roots):
      var parts: [Value] = []
      if value.kind == .loss {
        guard let rate = try motion?.derivativeOfLoss() else { throw .notPolynomial("the derivative of a loss") }
        parts.append(rate)
      } else {
        parts += try derivative(read(value)).values
        guard parts.count == 1 else { throw .notPolynomial("more than one number") }
      }
      for root in roots {
        for entry in try read(root).values { parts.append(try algebra.times(entry, entry)) }
      }
      return try total(parts)
    case .invariant(let sides, let cofactor, _):
      let value = try difference(sides.left, sides.right)
      let rate = try derivative(value)
      guard let cofactor else { return rate }
      return try rate.combined(
        value.combined(read(cofactor)) { q, k throws(EntryFault) in
          try algebra.times(q, k)
        }
      ) { a, b throws(EntryFault) in try algebra.minus(a, b) }
    case .laws, .always, .reaches, .grows: throw .notPolynomial("a claim of another form")
    }
  }

  /// left − right, entry by entry.
  package func difference(_ left: Term, _ right: Term) throws(EntryFault) -> Values {
    try read(left).combined(read(right)) { a, b throws(EntryFault) in try algebra.minus(a, b) }
  }

  private func derivative(_ entries: Values) throws(EntryFault) -> Values {
    guard let motion else { throw .notPolynomial("a derivative along the flow") }
    return try entries.mapped { value throws(EntryFault) in try motion.derivative(of: value) }
  }
}

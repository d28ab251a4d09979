import FlowLanguage
import Models

extension AtomAlgebra {
  package func apply(
    _ function: FunctionName, _ value: AtomQuotient, for name: FunctionName
  ) throws(EntryFault) -> AtomQuotient {
    switch function {
    case .relu: return try times(gate(value, name), value)
    case .absolute:
      let sign = try minus(scaled(gate(value, name), by: 2), constant(1))
      return try times(sign, value)
    case .exp: return try exponential(value)
    case .sigmoid:
      let power = try exponential(value)
      return try ratio(power, plus(constant(1), power), name)
    case .tanh:
      let power = try exponential(value)
      let square = try times(power, power)
      return try ratio(minus(square, constant(1)), plus(square, constant(1)), name)
    case .gelu: return try times(value, normal(value))
    case .log: return try logarithm(value)
    case .generic: return try generic(value, derivatives: 0)
    default: throw .notPolynomial(name.rawValue)
    }
  }

  /// One slope for every `leaky` of the text that names none.
  package func anySlope() throws(EntryFault) -> AtomQuotient {
    if let number = atoms.firstIndex(where: { $0.kind == .slope }) { return try value(ofAtom: number) }
    let still = AtomQuotient(one)
    return try value(ofAtom: add(Atom(kind: .slope, argument: still, key: still, relation: nil)))
  }

  private func ratio(_ a: AtomQuotient, _ b: AtomQuotient, _ name: FunctionName) throws(EntryFault) -> AtomQuotient {
    guard let inverse = try inverse(b) else { throw .notPolynomial("\(name.rawValue) without a value") }
    return try times(a, inverse)
  }

  /// 1 where the value is positive, 0 where it is negative. Of multiples by positive numbers it is the same, of the opposite 1 − g.
  private func gate(_ argument: AtomQuotient, _ name: FunctionName) throws(EntryFault) -> AtomQuotient {
    if let number = try constantValue(argument) { return try constant(number.numerator > 0 ? 1 : 0) }
    conditions.kinks.insert(name)
    if try vanishes(argument) { return try constant(0) }
    if let (number, factor) = try known(.gate, argument, { _ in true }) {
      let own = try value(ofAtom: number)
      return factor.numerator > 0 ? own : try minus(constant(1), own)
    }
    return try value(ofAtom: add(Atom(kind: .gate, argument: argument, key: argument, relation: (2, one))))
  }

  /// Φ(z): Φ(−z) = 1 − Φ(z), Φ(0) = 1/2.
  private func normal(_ argument: AtomQuotient) throws(EntryFault) -> AtomQuotient {
    if try vanishes(argument) { return try constant(refusing { () throws(Refusal) in try Rational(1, 2) }) }
    if let (number, factor) = try known(.normal, argument, { $0 == 1 || $0 == -1 }) {
      let own = try value(ofAtom: number)
      return factor == 1 ? own : try minus(constant(1), own)
    }
    return try value(ofAtom: add(Atom(kind: .normal, argument: argument, key: argument, relation: nil)))
  }

  /// φ(z), which is even.
  func density(_ argument: AtomQuotient) throws(EntryFault) -> AtomQuotient {
    if let (number, _) = try known(.density, argument, { $0 == 1 || $0 == -1 }) { return try value(ofAtom: number) }
    return try value(ofAtom: add(Atom(kind: .density, argument: argument, key: argument, relation: nil)))
  }

  /// A derivative of `act`: nothing is known but that the same argument gives the same value.
  func generic(_ argument: AtomQuotient, derivatives: Int) throws(EntryFault) -> AtomQuotient {
    let kind = Atom.Kind.generic(derivatives: derivatives)
    if let (number, _) = try known(kind, argument, { $0 == 1 }) { return try value(ofAtom: number) }
    if try vanishes(argument),
      let number = atoms.firstIndex(where: { $0.kind == kind && $0.key.numerator.isZero })
    {
      return try value(ofAtom: number)
    }
    return try value(ofAtom: add(Atom(kind: kind, argument: argument, key: argument, relation: nil)))
  }

  /// log z: log(c z) = log c + log z for a number c > 0, and log of a number by its prime factors.
  private func logarithm(_ argument: AtomQuotient) throws(EntryFault) -> AtomQuotient {
    if let number = try constantValue(argument) {
      guard number.numerator > 0 else { throw .notPolynomial("the logarithm of \(number)") }
      return try minus(logarithm(of: number.numerator), logarithm(of: number.denominator))
    }
    conditions.hasLogarithms = true
    if let (number, factor) = try known(.logarithm, argument, { $0.numerator > 0 }) {
      return try plus(value(ofAtom: number), logarithm(constant(factor)))
    }
    return try value(ofAtom: add(Atom(kind: .logarithm, argument: argument, key: argument, relation: nil)))
  }

  /// Σ k log p over the prime factors that are small, and the logarithm of what is left.
  private func logarithm(of number: Int) throws(EntryFault) -> AtomQuotient {
    var (rest, parts) = (number, [AtomQuotient]())
    for divisor in 2...1000 {
      while rest.isMultiple(of: divisor) {
        rest /= divisor
        parts.append(try logarithm(ofPrime: divisor))
      }
    }
    if rest > 1 { parts.append(try logarithm(ofPrime: rest)) }
    return try sum(parts)
  }

  private func logarithm(ofPrime number: Int) throws(EntryFault) -> AtomQuotient {
    let key = try constant(Rational(number))
    if let (known, _) = try known(.logarithm, key, { $0 == 1 }) { return try value(ofAtom: known) }
    return try value(ofAtom: add(Atom(kind: .logarithm, argument: key, key: key, relation: nil)))
  }
}

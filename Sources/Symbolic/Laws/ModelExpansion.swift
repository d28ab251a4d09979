import Models

/// The gradients of a model's outputs, expanded: what a law that no symmetry shows is proved with.
///
/// Free data and gates are variables behind the parameters, so that an identity holds for all of their values.
package final class ModelExpansion {
  /// Terms of ∂φₖ/∂θᵢ for every i, over all k: coefficient, monomial and k.
  private let partials: [[(coefficient: Rational, monomial: Monomial, output: Int32)]]
  /// The most products of terms in one proof.
  package static let largestProof = 4_000_000

  /// - Throws: ``Refusal`` if the polynomials have too many terms, a fraction outgrows 64 bits, or the model is no polynomial.
  package init(_ model: LawModel, budget: Int = 4_000_000) throws(Refusal) {
    let count = model.parameterCount
    var builder = TapeBuilder(model.program, freeData: model.freeData)
    _ = try builder.write([model.output])
    let output = try builder.array(model.output)
    let tape = builder.tape
    var memory = [ExactPolynomial](repeating: ExactPolynomial(), count: tape.size)
    for k in 0..<count { try memory[k].add(1, Monomial(variables: [Int32(k)])) }
    for (leaf, array) in tape.leaves {
      for k in 0..<array.count {
        if case .data(let number) = leaf, !model.freeData.contains(number) {
          guard let value = Rational(exactly: model.program.data[number][k]) else {
            throw Refusal(
              "the constant \(model.program.data[number][k]) of \(model.summary) is no fraction of 64-bit integers",
              remedy: "use constants with fewer digits")
          }
          try memory[array.start + k].add(value, .one)
        } else {
          try memory[array.start + k].add(1, Monomial(variables: [Int32(array.start + k)]))
        }
      }
    }
    var arithmetic = ExactArithmetic(budget: budget)
    try tape.run(&arithmetic, &memory)
    var partials = [[(coefficient: Rational, monomial: Monomial, output: Int32)]](repeating: [], count: count)
    for k in model.observed ?? Array(0..<output.count) {
      for (monomial, coefficient) in memory[output.start + k].terms {
        for (variable, power, rest) in monomial.derivatives where variable < count {
          partials[variable].append((try Rational(power) * coefficient, rest, Int32(k)))
        }
      }
    }
    self.partials = partials
    isMirrored = model.flow == .mirror
  }

  /// Whether fields are θ∘∇φ instead of ∇φ.
  private let isMirrored: Bool

  private struct Key: Hashable {
    let monomial: Monomial
    let output: Int32
  }

  /// Whether Q ⟨∇P, ∇φₖ⟩ − P ⟨∇Q, ∇φₖ⟩ is the zero polynomial for every output k, with Q = 1 of a polynomial P: proof or refutation.
  ///
  /// - Throws: ``Refusal`` if there are too many products, or a fraction outgrows 64 bits.
  package func conserves(_ quantity: ConservedQuantity) throws(Refusal) -> Bool {
    var parts = [try gradient(quantity.numerator, times: quantity.denominator, 1)]
    if let denominator = quantity.denominator { parts.append(try gradient(denominator, times: quantity.numerator, -1)) }
    return try vanishes(parts)
  }

  /// Whether ⟨Aθ, ∇φₖ⟩ is the zero polynomial for every output k, where A has the entries c at (j, i) and −c at (i, j).
  ///
  /// - Throws: ``Refusal`` as ``conserves(_:)`` does.
  package func isInvariant(underRotation entries: [(c: Rational, i: Int, j: Int)]) throws(Refusal) -> Bool {
    var left: [Int: ExactPolynomial] = [:]
    for (c, i, j) in entries {
      try left[j, default: ExactPolynomial()].add(c, Monomial([i]))
      try left[i, default: ExactPolynomial()].add(-c, Monomial([j]))
    }
    return try vanishes([left])
  }

  private func vanishes(_ parts: [[Int: ExactPolynomial]]) throws(Refusal) -> Bool {
    var sums: [Key: Rational] = [:]
    var budget = Self.largestProof
    func add(_ left: [Int: ExactPolynomial]) throws(Refusal) {
      for (variable, polynomial) in left {
        budget -= polynomial.terms.count * partials[variable].count
        guard budget >= 0 else { throw ExactArithmetic.tooLarge }
        for (monomial, coefficient) in polynomial.terms {
          for partial in partials[variable] {
            let key = Key(monomial: monomial * partial.monomial, output: partial.output)
            let sum = try (sums[key] ?? 0) + coefficient * partial.coefficient
            sums[key] = sum == 0 ? nil : sum
          }
        }
      }
    }
    for part in parts { try add(part) }
    return sums.isEmpty
  }

  /// sign · factor · ∇P.
  private func gradient(
    _ polynomial: LawPolynomial, times factor: LawPolynomial?, _ sign: Rational
  ) throws(Refusal) -> [Int: ExactPolynomial] {
    var gradient: [Int: ExactPolynomial] = [:]
    for term in polynomial.terms {
      for (variable, power, rest) in Monomial(term.variables).derivatives {
        let coefficient = try sign * term.coefficient * Rational(power)
        for other in factor?.terms ?? [LawPolynomial.Term(1, [])] {
          try gradient[variable, default: ExactPolynomial()].add(
            coefficient * other.coefficient,
            (isMirrored ? Monomial([variable]) * rest : rest) * Monomial(other.variables))
        }
      }
    }
    return gradient
  }
}

extension Rational {
  /// The exact fraction that a double is; nil where a part does not fit 64 bits.
  package init?(exactly value: Double) {
    if let integer = Int(exactly: value) {
      guard integer != .min else { return nil }
      self.init(integer)
      return
    }
    guard value.isFinite, abs(value) < 1e15 else { return nil }
    var (scaled, denominator) = (value, 1)
    while scaled != scaled.rounded() {
      guard denominator < 1 << 61, abs(scaled) < 0x1p60 else { return nil }
      scaled *= 2
      denominator *= 2
    }
    guard let numerator = Int(exactly: scaled), let fraction = try? Rational(numerator, denominator) else { return nil }
    self = fraction
  }
}

import Models

/// The gradients of a model's outputs, expanded: what a law that no symmetry shows is proved with.
///
/// Free data and gates are variables behind the parameters, and atoms of exponentials, roots, logarithms and quotients behind those
/// (``ExactAtoms``), so that an identity holds for all of their values.
package final class ModelExpansion {
  /// Terms of ∂φₖ/∂θᵢ for every i, over all k: coefficient, monomial and k.
  private let partials: [[(coefficient: Rational, monomial: Monomial, output: Int32)]]
  /// The most products of terms in one proof.
  package static let largestProof = 4_000_000

  /// Of a model with functions: its atoms and outputs.
  private let outputs: [ExactPolynomial]
  private let arithmetic: ExactAtoms?

  /// - Throws: ``Refusal`` if the polynomials have too many terms, a fraction outgrows 64 bits, or exact algebra does not know the model.
  package convenience init(_ model: LawModel, budget: Int = 4_000_000) throws(Refusal) {
    guard let patterns = model.patterns?.patterns else {
      try self.init(model, pattern: nil, others: [], budget: budget)
      return
    }
    var others: [ModelExpansion] = []
    for pattern in patterns.dropFirst() {
      others.append(try ModelExpansion(model, pattern: pattern, others: [], budget: budget))
    }
    try self.init(model, pattern: patterns.first, others: others, budget: budget)
  }

  /// Those of the other patterns of activation, if laws are asked for on some.
  private let others: [ModelExpansion]

  private init(_ model: LawModel, pattern: [Int: [UInt8]]?, others: [ModelExpansion], budget: Int) throws(Refusal) {
    self.others = others
    let count = model.parameterCount
    let plan = try AtomPlan(model)
    var exact = try ExactTape(model, plan, opensGates: false, pattern: pattern, budget: budget)
    try exact.run()
    isMirrored = model.flow == .mirror
    let all = exact.outputs
    let observed = (model.observed ?? Array(0..<all.count)).map { ($0, all[all.startIndex + $0]) }
    var partials = [[(coefficient: Rational, monomial: Monomial, output: Int32)]](repeating: [], count: count)
    if plan.tape.hasFunctions {
      outputs = observed.map(\.1)
      arithmetic = exact.arithmetic
    } else {
      (outputs, arithmetic) = ([], nil)
      for (k, output) in observed {
        for (monomial, coefficient) in output.terms {
          for (variable, power, rest) in monomial.derivatives where variable < count {
            partials[variable].append((try Rational(power) * coefficient, rest, Int32(k)))
          }
        }
      }
    }
    self.partials = partials
  }

  /// Whether fields are θ∘∇φ instead of ∇φ.
  private let isMirrored: Bool

  private struct Key: Hashable {
    let monomial: Monomial
    let output: Int32
  }

  /// Whether Q ⟨∇P, ∇φₖ⟩ − P ⟨∇Q, ∇φₖ⟩ is zero for every output k, with Q = 1 of a polynomial P. Of a model without functions this
  /// is proof or refutation; with atoms, that only yes is proved.
  ///
  /// - Throws: ``Refusal`` if there are too many products, or a fraction outgrows 64 bits.
  package func conserves(_ quantity: ConservedQuantity) throws(Refusal) -> Bool {
    var parts = [try gradient(quantity.numerator, times: quantity.denominator, 1)]
    if let denominator = quantity.denominator { parts.append(try gradient(denominator, times: quantity.numerator, -1)) }
    guard try vanishes(parts) else { return false }
    for other in others where try !other.conserves(quantity) { return false }
    return true
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
    guard try vanishes([left]) else { return false }
    for other in others where try !other.isInvariant(underRotation: entries) { return false }
    return true
  }

  private func vanishes(_ parts: [[Int: ExactPolynomial]]) throws(Refusal) -> Bool {
    if let arithmetic { return try vanishes(parts, arithmetic) }
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

  /// Whether the derivation of the parameters that is the sum of these takes every output to 0, by the relations of the atoms.
  private func vanishes(_ parts: [[Int: ExactPolynomial]], _ atoms: ExactAtoms) throws(Refusal) -> Bool {
    var atoms = atoms
    atoms.begin(budget: Self.largestProof)
    var parameters: [Int: ExactPolynomial] = [:]
    for part in parts {
      for (variable, change) in part { try atoms.add(1, change, nil, to: &parameters[variable, default: .init()]) }
    }
    let derivation = try atoms.derivation(parameters)
    for output in outputs where !(try atoms.isZero(atoms.derivative(output, derivation))) { return false }
    return true
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

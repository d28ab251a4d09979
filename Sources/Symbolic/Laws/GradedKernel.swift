import CFLINT
import Models

/// Candidates for polynomial and rational laws: kernels of linear systems modulo a prime, one for each class of monomials, from
/// values of random fields at random points. What is found is not proved.
package struct GradedKernel {
  package let sampler: FieldSampler
  package let grading: SignGrading
  package let seed: UInt64

  package init(sampler: FieldSampler, grading: SignGrading, seed: UInt64) {
    (self.sampler, self.grading, self.seed) = (sampler, grading, seed)
  }

  /// Equations beyond the number of unknowns, so that too few points show.
  package static let spare = 6
  /// The most monomials of one class and of all.
  package static let largestClass = 4_000
  package static let largestCount = 6_000_000

  /// How many monomials of a degree there are in so many variables, or the largest integer.
  package static func monomialCount(_ variables: Int, degree: Int) -> Int {
    var count = 1
    for k in 0..<degree {
      let (product, overflow) = count.multipliedReportingOverflow(by: variables + k)
      if overflow { return .max }
      count = product / (k + 1)
    }
    return count
  }

  /// How many monomials a search of a degree takes; one more than allowed stands for all above.
  package func total(_ degree: Int, in variables: Int) -> Int {
    let lowest = grading.isHomogeneous ? degree : min(degree, 1)
    return (lowest...degree).reduce(0) { total, degree in
      min(total + min(Self.monomialCount(variables, degree: degree), Self.largestCount + 1), Self.largestCount + 1)
    }
  }

  /// Numerators P of that degree in these variables with P/Q constant along every field, up to the random test; Q = 1 if nil. Where the
  /// outputs are not homogeneous, so that parts of one degree need not be laws, terms of degree 1 and above are mixed.
  ///
  /// - Throws: ``Refusal`` if there are too many monomials or memory is used up.
  /// - Parameter take: is handed the candidates one by one, and says whether to go on.
  package func candidates(
    degree: Int, in variables: [Int], over denominator: LawPolynomial? = nil,
    take: (LawPolynomial) throws(Refusal) -> Bool
  ) throws(Refusal) {
    let lowest = grading.isHomogeneous ? degree : min(degree, 1)
    let total = total(degree, in: variables.count)
    guard total <= Self.largestCount else {
      throw Refusal(
        "there are more than \(Self.largestCount) monomials of degree \(degree) in \(variables.count) parameters",
        remedy: "search for laws of a lower degree")
    }
    var classes = MonomialClasses(width: max(degree, 1))
    let isGraded = denominator.map(isOfOneClass) ?? true
    for degree in lowest...degree { classes.add(degree, variables, isGraded ? grading.marks : nil) }
    guard let largest = classes.all.map(\.count).max() else { return }
    guard largest / classes.width <= Self.largestClass else {
      throw Refusal(
        "one class has \(largest / classes.width) monomials of degree \(degree), more than \(Self.largestClass)",
        remedy: "search for laws of a lower degree")
    }
    let samples = try samples(largest / classes.width + Self.spare, denominator)
    for monomials in classes.all where try !kernel(monomials, classes.width, samples, take) { return }
  }

  /// Whether all terms are of one class, so that the numerators split into classes.
  private func isOfOneClass(_ polynomial: LawPolynomial) -> Bool {
    Set(polynomial.terms.map { grading.signature($0.variables) }).count <= 1
  }

  private struct Samples {
    var points: [UInt64] = []
    var fields: [UInt64] = []
    /// Q and ⟨∇Q, V⟩ at every point.
    var q: [UInt64] = []
    var s: [UInt64] = []
    var count: Int { q.count }
  }

  private func samples(_ count: Int, _ denominator: LawPolynomial?) throws(Refusal) -> Samples {
    var samples = Samples()
    var generator = SplitMix(seed: seed, stream: 0x6b65)
    let field = sampler.field
    var misses = 0
    while samples.count < count {
      let point = sampler.point(&generator)
      guard let vector = sampler.gradient(at: point, &generator) else {
        misses += 1
        guard misses <= count + 10 else {
          throw Refusal("every random point of \(sampler.model.summary) divides by 0", remedy: "use a larger prime")
        }
        continue
      }
      samples.points += point
      samples.fields += vector
      if let denominator {
        samples.q.append(try denominator.value(at: point, field))
        var rate: UInt64 = 0
        for (a, b) in zip(try denominator.gradient(at: point, field), vector) {
          rate = field.add(rate, field.multiply(a, b))
        }
        samples.s.append(rate)
      } else {
        samples.q.append(1)
        samples.s.append(0)
      }
    }
    return samples
  }

  private func kernel(
    _ monomials: [Int32], _ width: Int, _ samples: Samples, _ take: (LawPolynomial) throws(Refusal) -> Bool
  ) throws(Refusal) -> Bool {
    let count = monomials.count / width
    let rows = min(count + Self.spare, samples.count)
    let field = sampler.field
    var entries = [UInt64](repeating: 0, count: rows * count)
    func fill(_ rows: Int) {
      var none: Int32 = -1
      withUnsafePointer(to: &none) { none in
        monomials.withUnsafeBufferPointer { monomials in
          cflint_monomial_rows(
            monomials.baseAddress ?? none, Int64(count), Int64(width), samples.points, samples.fields, samples.q,
            samples.s,
            Int64(rows), Int64(sampler.count), &entries, field.prime)
        }
      }
    }
    if count == 1 {
      // Most classes of many parameters have one monomial, which moves.
      fill(1)
      if entries[0] != 0 { return true }
    }
    fill(rows)
    let matrix = try ModularMatrix(rows: rows, columns: count, entries: entries, field: field)
    for vector in try matrix.nullSpace() {
      if let polynomial = try rational(vector, monomials, width), try !take(polynomial) { return false }
    }
    return true
  }

  /// The polynomial with integer coefficients without a common divisor whose classes a vector is, up to a factor; nil if there is none
  /// with small parts.
  private func rational(_ vector: [UInt64], _ monomials: [Int32], _ width: Int) throws(Refusal) -> LawPolynomial? {
    var parts: [(numerator: Int, denominator: Int, position: Int)] = []
    var common = 1
    for (position, residue) in vector.enumerated() where residue != 0 {
      guard let (n, d) = sampler.field.fraction(residue) else { return nil }
      parts.append((n, d, position))
      let (product, overflow) = common.multipliedReportingOverflow(by: d / Self.divisor(common, d))
      guard !overflow else { return nil }
      common = product
    }
    var terms: [LawPolynomial.Term] = []
    for (n, d, position) in parts {
      let (value, overflow) = n.multipliedReportingOverflow(by: common / d)
      guard !overflow else { return nil }
      let variables = monomials[position * width..<(position + 1) * width].filter { $0 >= 0 }.map { Int($0) }
      terms.append(LawPolynomial.Term(Rational(value), variables))
    }
    return try LawPolynomial(terms)
  }

  private static func divisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (abs(a), abs(b))
    while b != 0 { (a, b) = (b, a % b) }
    return max(a, 1)
  }
}

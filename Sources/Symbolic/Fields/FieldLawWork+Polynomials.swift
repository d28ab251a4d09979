import Models

extension FieldLawWork {
  /// Candidates of one degree that may fail before the degree is left.
  private static let patience = 12
  /// The most products of known laws that are formed.
  private static let mostProducts = 6_000

  /// Polynomial laws of growing degree.
  ///
  /// The laws up to a degree that are known span, with their products, a space whose dimension is at least a rank modulo the prime; all laws up
  /// to it span one of at most the dimension of the kernel modulo the prime. Where both agree, there are no others.
  ///
  /// - Throws: ``Refusal`` if memory is used up.
  package func searchPolynomials() throws(Refusal) {
    let limit = degree == nil ? FieldLawSearch.mostMonomials.chosen : FieldLawSearch.mostMonomials.asked
    for degree in 1...(degree ?? FieldLawSearch.largestChosen) where !isComplete {
      guard let count = Monomials.count(variables: stateCount, upTo: degree), count - 1 <= limit else { break }
      let monomials = Monomials.all(variables: stateCount, from: 1, upTo: degree)
      guard let basis = try? FieldKernel(special).basis(monomials) else { break }
      let isExhaustive = try takeAll(basis, monomials, degree)
      polynomials = .init(degree: degree, isExhaustive: isExhaustive)
    }
  }

  /// Proves vectors of the kernel that are no polynomials in the laws so far; whether that is all of the kernel.
  private func takeAll(
    _ basis: [FieldKernel.Vector], _ monomials: [Exponents], _ degree: Int
  ) throws(Refusal) -> Bool {
    guard !basis.isEmpty else { return true }
    // A polynomial of the kernel is told from others by its values at as many points as the kernel has dimensions, and some more.
    let points = (0..<basis.count + 8).map { _ in (0..<stateCount).map { _ in random.below(field.prime) } }
    guard let products = products(at: points, upTo: degree) else { return false }
    let candidates = basis.sorted { a, b in
      let (first, second) = (Self.degree(a, monomials), Self.degree(b, monomials))
      return first == second ? a.count < b.count : first < second
    }
    var rows = products
    for vector in candidates {
      let terms = ModularTerms(vector.map { .init(coefficient: $0.value, exponents: monomials[$0.column]) })
      rows.append(points.map { terms.value(at: $0, field) })
    }
    let matrix = try ModularMatrix(
      rows: rows.count, columns: points.count, entries: rows.flatMap(\.self), field: field)
    let independent = try matrix.independentRows()
    var (missing, failures) = (basis.count - independent.count { $0 < products.count }, 0)
    for row in independent where row >= products.count && failures < Self.patience && !isComplete {
      let support = candidates[row - products.count].map { monomials[$0.column] }
      let law = try lifted { () throws(Refusal) in try lift.polynomial(on: support) }
      guard let law, try take(law, evenDependent: true) else {
        failures += 1
        continue
      }
      missing -= 1
    }
    unproved += failures
    return missing == 0
  }

  private static func degree(_ vector: FieldKernel.Vector, _ monomials: [Exponents]) -> Int {
    vector.last.map { monomials[$0.column].reduce(0) { $0 + Int($1) } } ?? 0
  }

  /// Values of the products of known polynomial laws up to a degree; nil if there are too many.
  private func products(at points: [[UInt64]], upTo degree: Int) -> [[UInt64]]? {
    let laws = found.filter { $0.denominator == nil && $0.quantity.logarithms.isEmpty }
    var all: [[UInt64]] = []
    let values = laws.map { law in points.map { law.image.numerator.value(at: $0, field) } }
    func extend(_ product: [UInt64], _ rest: Int, _ first: Int) -> Bool {
      for k in first..<laws.count where laws[k].degree <= rest {
        let next = zip(product, values[k]).map { field.multiply($0, $1) }
        all.append(next)
        guard all.count <= Self.mostProducts, extend(next, rest - laws[k].degree, k) else { return false }
      }
      return true
    }
    guard extend([UInt64](repeating: 1, count: points.count), degree, 0) else { return nil }
    return all
  }
}

import FlowLanguage

/// Checks a list of laws: that each is conserved, how many are independent, and how many exist at most.
package struct LawCheck {
  let certificate: LawCertificate
  let expander: Expander
  let budget: Budget
  private let claims: [CheckedClaim]
  private let file: CheckedFile
  /// The claim that the list answers.
  private let question: (degree: Int?, count: Int)?
  private let questionText: String?

  /// Most laws of a list.
  package static let lawLimit = 100_000
  /// Most numbers of a matrix.
  package static let matrixLimit = 100_000_000

  package init(_ certificate: LawCertificate) throws(Rejection) {
    guard certificate.schema == LawCertificate.schema else { throw Rejection("the schema is not known") }
    guard certificate.laws.count <= Self.lawLimit else {
      throw Rejection("the list has more than \(Self.lawLimit) laws")
    }
    guard (certificate.claim == nil) == (certificate.verdict == nil) else {
      throw Rejection("a claim has no verdict, or a verdict no claim")
    }
    self.certificate = certificate
    let texts = certificate.laws.filter { $0.form == .claim }.map(\.text)
    let text = try ClaimText(
      source: certificate.source, name: certificate.name, sizes: certificate.sizes,
      claims: texts + (certificate.claim.map { [$0] } ?? []))
    file = text.file
    budget = Budget(work: 4 * Budget.workLimit)
    expander = Expander(text.file, Variables(), budget)
    claims = Array(text.claims.prefix(texts.count))
    questionText = certificate.claim == nil ? nil : text.claims.last?.text
    if certificate.claim != nil {
      guard case .laws(let degree, let count)? = text.claims.last?.form, let count else {
        throw Rejection("the claim says no number of laws")
      }
      question = (degree, count)
    } else {
      question = nil
    }
  }

  /// What is proved, as a sentence.
  package func statement() throws(Rejection) -> String {
    try expander.registerAll()
    let motion = try expander.motion()
    let coordinates = motion.parameters + motion.momenta
    let laws = try checkedLaws(motion)
    try checkIndependence(laws, coordinates)
    var sentence = "\(certificate.count) independent conservation law\(certificate.count == 1 ? "" : "s") proved"
    if let bound = certificate.bound {
      try check(bound, motion, coordinates)
      guard certificate.count <= bound.bound else { throw Rejection("more laws than exist at most") }
      guard certificate.complete == (certificate.count == bound.bound) else {
        throw Rejection("a list of \(certificate.count) of at most \(bound.bound) laws is said to be \(completeness)")
      }
      sentence +=
        certificate.complete ? ", and no others exist: the list is complete" : ", at most \(bound.bound) exist"
    } else if certificate.complete {
      throw Rejection("the list is said to be complete and nothing bounds the number of laws")
    }
    if let question, let questionText {
      try answer(question, laws)
      sentence = "\(certificate.verdict ?? ""): \(questionText) (\(sentence))"
    }
    return sentence
  }

  private var completeness: String { certificate.complete ? "complete" : "incomplete" }

  // MARK: Laws

  /// A law: a quotient of polynomials, and the rate of its factor e^(rt).
  struct CheckedLaw {
    let value: Quotient
    let rate: Quotient
  }

  func checkedLaws(_ motion: Motion) throws(Rejection) -> [CheckedLaw] {
    var found: [CheckedLaw] = []
    var next = 0
    for (number, law) in certificate.laws.enumerated() {
      do throws(Rejection) {
        switch law.form {
        case .polynomial:
          let value = Quotient(try PolynomialText.parse(law.text, expander.variables, budget))
          guard try motion.derivative(of: value).isZero else { throw Rejection("it is not conserved") }
          found.append(CheckedLaw(value: value, rate: .zero))
        case .claim:
          found += try checked(claims[next])
          next += 1
        }
      } catch { throw Rejection("law \(number + 1), '\(shortened(law.text))': \(error.reason)") }
    }
    let free = Set(try drawn())
    for law in found {
      for variable in law.value.variables.union(law.rate.variables) {
        let role = expander.variables.roles[variable]
        guard role == .parameter || role == .velocity || role == .constant, !free.contains(variable) else {
          throw Rejection("a law depends on '\(expander.variables.names[variable])'")
        }
      }
    }
    return found
  }

  private func checked(_ claim: CheckedClaim) throws(Rejection) -> [CheckedLaw] {
    let reading = try ClaimReading(claim, expander)
    guard reading.given.isEmpty, case .constant(let values, let rate) = reading.form else {
      throw Rejection("a law is written conserved Q or decays Q rate r, and assumes nothing")
    }
    guard rate.variables.allSatisfy({ expander.variables.roles[$0] == .constant }) else {
      throw Rejection("the rate of a law moves")
    }
    guard certificate.clock || rate.isZero else {
      throw Rejection("a law that depends on time, and the list has no clock")
    }
    if !isTrueForAllSizes(claim) {
      for defect in try reading.defects() where !defect.isZero { throw Rejection("it is not conserved") }
    }
    return values.map { CheckedLaw(value: $0, rate: rate) }
  }

  /// Whether words of matrices prove it, which takes less than expansion and no size.
  private func isTrueForAllSizes(_ claim: CheckedClaim) -> Bool {
    let assumed = Certificate(
      program: "", name: certificate.name, source: certificate.source, sizes: certificate.sizes, claim: claim.text,
      verdict: "holds", scope: .all, evidence: ProofEvidence(.identity))
    return (try? AllSizesCheck(file, claim, assumed, Budget()).check()) != nil
  }

  // MARK: Ranks

  private func point(_ stated: [String: Int], _ field: PrimeField) throws(Rejection) -> [Int: UInt64] {
    var point: [Int: UInt64] = [:]
    for (name, value) in stated {
      guard let variable = expander.variables.number(of: name),
        [.parameter, .velocity, .constant].contains(expander.variables.roles[variable])
      else { throw Rejection("the point names '\(shortened(name))', which is no part of the state and no constant") }
      point[variable] = field.residue(value)
    }
    return point
  }

  private func checkIndependence(_ laws: [CheckedLaw], _ coordinates: [Int]) throws(Rejection) {
    guard let stated = certificate.independence else {
      guard certificate.count == 0 else { throw Rejection("nothing shows that laws are independent") }
      return
    }
    let field = try PrimeField(stated.prime)
    let rank = try gradientRank(laws, coordinates, point(stated.point, field), field)
    guard rank == stated.rank else {
      throw Rejection("the gradients have the rank \(rank), not \(stated.rank)")
    }
    guard certificate.count == rank else {
      throw Rejection("\(rank) laws are independent at the point, not \(certificate.count)")
    }
  }

  /// The rank of the gradients at a point.
  func gradientRank(
    _ laws: [CheckedLaw], _ coordinates: [Int], _ point: [Int: UInt64], _ field: PrimeField
  ) throws(Rejection) -> Int {
    let length = coordinates.count + (certificate.clock ? 1 : 0)
    guard laws.count * length <= Self.matrixLimit else { throw Rejection("the matrix of gradients is too large") }
    var places: [Int: Int] = [:]
    for (place, variable) in coordinates.enumerated() { places[variable] = place }
    var rank = ModularRank(field, length: length)
    for law in laws {
      let (above, below) = (law.value.numerator, law.value.denominator)
      let (n, d) = (try value(above, point, field), try value(below, point, field))
      guard d != 0 else { throw Rejection("a denominator is 0 at the point") }
      let rises = try gradient(above, places, length, point, field)
      let falls = try gradient(below, places, length, point, field)
      var row = (0..<length).map { field.subtract(field.multiply(d, rises[$0]), field.multiply(n, falls[$0])) }
      if certificate.clock {
        guard let rate = law.rate.polynomial else { throw Rejection("the rate of a law has a denominator") }
        // d² (r n/d), as the other entries.
        row[length - 1] = field.multiply(field.multiply(n, d), try value(rate, point, field))
      }
      rank.add(row)
    }
    return rank.rank
  }

  private func value(_ polynomial: Polynomial, _ point: [Int: UInt64], _ field: PrimeField) throws(Rejection) -> UInt64
  {
    var sum: UInt64 = 0
    for (monomial, coefficient) in polynomial.terms {
      try budget.spend()
      sum = field.add(sum, field.multiply(try field.residue(coefficient), value(monomial, point, field)))
    }
    return sum
  }

  private func value(_ monomial: Monomial, _ point: [Int: UInt64], _ field: PrimeField) -> UInt64 {
    var product: UInt64 = 1
    for power in monomial.powers {
      let value = point[Monomial.variable(power)] ?? 0
      product = field.multiply(product, field.power(value, UInt64(Monomial.exponent(power))))
    }
    return product
  }

  private func gradient(
    _ polynomial: Polynomial, _ places: [Int: Int], _ length: Int, _ point: [Int: UInt64], _ field: PrimeField
  ) throws(Rejection) -> [UInt64] {
    var row = [UInt64](repeating: 0, count: length)
    for (monomial, coefficient) in polynomial.terms {
      for (k, power) in monomial.powers.enumerated() {
        guard let place = places[Monomial.variable(power)] else { continue }
        try budget.spend()
        let factor = field.multiply(try field.residue(coefficient), field.residue(Monomial.exponent(power)))
        row[place] = field.add(row[place], field.multiply(factor, value(monomial.lowered(at: k), point, field)))
      }
    }
    return row
  }

  private func check(_ stated: LawCertificate.Bound, _ motion: Motion, _ coordinates: [Int]) throws(Rejection) {
    let field = try PrimeField(stated.prime)
    let values = try point(stated.point, field)
    let length = coordinates.count + (certificate.clock ? 1 : 0)
    guard stated.columns.count * max(length, 1) <= Self.matrixLimit else {
      throw Rejection("the matrix of columns is too large")
    }
    let family = try family(motion, coordinates, values, field)
    let start = coordinates.map { values[$0] ?? 0 } + (certificate.clock ? [0] : [])
    var rank = ModularRank(field, length: length)
    for column in stated.columns {
      guard (0...LawCertificate.depthLimit).contains(column.depth), column.field >= 0, (column.along ?? 0) >= 0,
        (column.along == nil) == (column.depth == 0)
      else { throw Rejection("a column has no seeds, or a depth that is not 0 to \(LawCertificate.depthLimit)") }
      rank.add(try family.column(field: column.field, along: column.along, depth: column.depth, at: start))
    }
    guard rank.rank == stated.rank else {
      throw Rejection("the columns have the rank \(rank.rank), not \(stated.rank)")
    }
    guard stated.bound == length - rank.rank else {
      throw Rejection("at most \(length - rank.rank) laws exist, not \(stated.bound)")
    }
  }

  /// The fields that columns are made of.
  func family(
    _ motion: Motion, _ coordinates: [Int], _ values: [Int: UInt64], _ field: PrimeField,
    work: Int = FieldFamily.workLimit
  ) throws(Rejection) -> FieldFamily {
    let unread = try expander.unreadVariables()
    for velocity in motion.velocities.values where !unread.isDisjoint(with: velocity.variables) {
      // For almost all values of them the bound would be right, which says nothing of the file's.
      throw Rejection("the flow depends on entries that stand in a file, which is not read")
    }
    return try FieldFamily(
      field, velocities: motion.velocities, coordinates: coordinates, clock: certificate.clock,
      cotangents: motion.cotangentVariables(), inputs: drawn(), constants: values, work: work)
  }

  /// The entries of inputs, and of data where they may be any.
  private func drawn() throws(Rejection) -> [Int] {
    var found: [Int] = []
    for (position, declaration) in file.declarations.enumerated()
    where declaration.file == nil
      && (declaration.role == .input || certificate.forAllData && declaration.role == .data && declaration.value == nil)
    {
      for value in try expander.value(of: position).values { found += value.variables }
    }
    return found
  }

  // MARK: The claim

  private func answer(_ question: (degree: Int?, count: Int), _ laws: [CheckedLaw]) throws(Rejection) {
    let isWithinDegree = laws.allSatisfy { law in
      guard let degree = question.degree else { return true }
      guard law.rate.isZero, let polynomial = law.value.polynomial else { return false }
      return polynomial.degree(in: { expander.variables.roles[$0] != .constant }) <= degree
    }
    switch certificate.verdict {
    case "holds":
      guard certificate.complete, certificate.count == question.count else {
        throw Rejection("the claim says \(question.count) laws, which the list does not prove")
      }
      guard isWithinDegree else { throw Rejection("a law of the list has a higher degree than the claim") }
    case "violated":
      if let bound = certificate.bound, question.count > bound.bound { return }
      guard isWithinDegree, question.count < certificate.count else {
        throw Rejection("the list does not refute that there are \(question.count) laws")
      }
    default: throw Rejection("the verdict is neither holds nor violated")
    }
  }
}

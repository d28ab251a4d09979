extension LawCheck {
  /// The certificate with what its count and its bound rest on: a random point at which gradients of its laws are compared, and fields and
  /// brackets whose rank leaves room for no more laws.
  ///
  /// Nothing of it is believed: whoever reads the certificate computes both ranks again.
  ///
  /// - Parameters:
  ///   - seed: of the point.
  ///   - work: Most products mod p for the columns.
  /// - Throws: If a law is none, or the fields are not polynomials in the state, or take too much work.
  package func completed(seed: UInt64, work: Int) throws(Rejection) -> LawCertificate {
    try expander.registerAll()
    let motion = try expander.motion()
    let coordinates = motion.parameters + motion.momenta
    let laws = try checkedLaws(motion)
    let field = try PrimeField(Self.proposedPrime)
    var generator = SplitMix64(Int(seed >> 1))
    var (stated, point) = ([String: Int](), [Int: UInt64]())
    for (variable, role) in expander.variables.roles.enumerated()
    where role == .parameter || role == .velocity || role == .constant {
      let value = 1 + Int(generator.next() % 1_000_000)
      stated[expander.variables.names[variable]] = value
      point[variable] = field.residue(value)
    }
    var result = certificate
    result.count = try gradientRank(laws, coordinates, point, field)
    result.independence =
      result.count == 0 ? nil : .init(prime: Self.proposedPrime, point: stated, rank: result.count)
    let length = coordinates.count + (certificate.clock ? 1 : 0)
    let family = try family(motion, coordinates, point, field, work: work)
    let start = coordinates.map { point[$0] ?? 0 } + (certificate.clock ? [0] : [])
    let columns = try columns(family, length - result.count, at: start)
    result.bound = .init(
      prime: Self.proposedPrime, point: stated, columns: columns, rank: columns.count, bound: length - columns.count)
    result.complete = result.count == length - columns.count
    return result
  }

  /// 2⁶¹ − 1.
  private static let proposedPrime = 2_305_843_009_213_693_951
  /// Columns in a row that bring nothing new before brackets go one deeper.
  private static let patience = 6
  /// The deepest brackets that are proposed: beyond them a gap is called one.
  private static let proposedDepth = 6

  /// Columns that are independent at a point, at most as many as there can be.
  private func columns(
    _ family: FieldFamily, _ target: Int, at point: [UInt64]
  ) throws(Rejection) -> [LawCertificate.Column] {
    var rank = ModularRank(family.field, length: point.count)
    var columns: [LawCertificate.Column] = []
    for depth in 0...Self.proposedDepth where columns.count < target {
      var (failures, number) = (0, 1)
      while columns.count < target, failures < Self.patience {
        let along = depth == 0 ? nil : 1_000_000 + number % 7
        let column = LawCertificate.Column(field: number + 1000 * depth, along: along, depth: depth)
        if rank.add(try family.column(field: column.field, along: along, depth: depth, at: point)) {
          columns.append(column)
          failures = 0
        } else {
          failures += 1
        }
        number += 1
      }
    }
    return columns
  }
}

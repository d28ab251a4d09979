import Models

/// The polynomials P with X·∇P = K P modulo a prime, among those that some monomials span.
///
/// Their dimension modulo the prime is at least that over the rational numbers: the map has integer coefficients (after denominators that the
/// prime does not divide), and a minor that is not 0 modulo the prime is not 0, so that its rank modulo the prime is at most the true
/// one. The same holds for constants: at values of them the rank is at most that for general ones. So what is not found is not there.
package struct FieldKernel {
  package let image: FieldImage
  /// K; of no terms for laws.
  package let cofactor: ModularTerms

  /// The most coefficients of X·∇m over all monomials m.
  private static let mostEntries = 4_000_000
  /// The most entries of a dense matrix.
  private static let largestMatrix = 16_000_000

  package init(_ image: FieldImage, cofactor: ModularTerms = ModularTerms([])) {
    (self.image, self.cofactor) = (image, cofactor)
  }

  /// A vector of the kernel: its entries that are not 0, by monomial, ascending; the last one is 1.
  package typealias Vector = [(column: Int, value: UInt64)]

  /// A basis: its vectors have different last monomials, and none has an entry at the last monomial of another one.
  ///
  /// - Parameter further: columns behind those of the monomials, as they are: what is in the kernel is P + Σ λᵢ times them.
  /// - Throws: ``Refusal`` if the matrix is too large.
  package func basis(_ monomials: [Exponents], and further: [ModularTerms] = []) throws(Refusal) -> [Vector] {
    var columns = try columns(monomials, further)
    let rowCount = columns.rows
    let active = Self.reduced(&columns.entries, rows: rowCount)
    var vectors: [Vector] = []
    for block in Self.blocks(columns.entries, active, rows: rowCount) {
      vectors += try Self.kernel(of: block, columns.entries, image.field)
    }
    return vectors.sorted { ($0.last?.column ?? 0) < ($1.last?.column ?? 0) }
  }

  private typealias Entries = [[(row: Int, value: UInt64)]]

  /// X·∇m − K m of every monomial m: rows are the monomials that occur.
  private func columns(
    _ monomials: [Exponents], _ further: [ModularTerms]
  ) throws(Refusal) -> (entries: Entries, rows: Int) {
    let field = image.field
    var rows: [Exponents: Int] = [:]
    var entries: Entries = []
    var total = 0
    func add(_ terms: ModularTerms) throws(Refusal) {
      total += terms.terms.count
      guard total <= Self.mostEntries else { throw Self.tooLarge }
      var column: [(row: Int, value: UInt64)] = []
      for term in terms.terms {
        let row = rows[term.exponents] ?? rows.count
        rows[term.exponents] = row
        column.append((row, term.coefficient))
      }
      entries.append(column)
    }
    for monomial in monomials {
      var parts: [ModularTerms.Term] = []
      for k in 0..<image.count where monomial[k] > 0 {
        let factor = field.residue(Int(monomial[k]))
        var rest = monomial
        rest[k] -= 1
        for term in image.rates[k].terms {
          parts.append(
            .init(
              coefficient: field.multiply(factor, term.coefficient),
              exponents: zip(rest, term.exponents).map { $0 &+ $1 }))
        }
      }
      for term in cofactor.terms {
        parts.append(
          .init(
            coefficient: field.negative(term.coefficient), exponents: zip(monomial, term.exponents).map { $0 &+ $1 }))
      }
      try add(ModularTerms(summing: parts, field))
    }
    for terms in further { try add(terms) }
    return (entries, rows.count)
  }

  private static var tooLarge: Refusal {
    Refusal(
      "the polynomials of that degree have too many coefficients", remedy: "ask for a smaller degree with --degrees",
      settings: [])
  }

  /// Columns that may be used: where a row has a single entry, that column cannot.
  private static func reduced(_ entries: inout Entries, rows: Int) -> [Bool] {
    var active = [Bool](repeating: true, count: entries.count)
    var members = [[Int]](repeating: [], count: rows)
    for (column, entry) in entries.enumerated() { for part in entry { members[part.row].append(column) } }
    var counts = members.map(\.count)
    var single = (0..<rows).filter { counts[$0] == 1 }
    while let row = single.popLast() {
      guard counts[row] == 1, let column = members[row].first(where: { active[$0] }) else { continue }
      active[column] = false
      for part in entries[column] {
        counts[part.row] -= 1
        if counts[part.row] == 1 { single.append(part.row) }
      }
    }
    return active
  }

  /// Columns that share rows, each block ascending.
  private static func blocks(_ entries: Entries, _ active: [Bool], rows: Int) -> [[Int]] {
    var parents = Array(0..<entries.count)
    func root(_ column: Int) -> Int {
      var column = column
      while parents[column] != column {
        parents[column] = parents[parents[column]]
        column = parents[column]
      }
      return column
    }
    var owners = [Int?](repeating: nil, count: rows)
    for column in entries.indices where active[column] {
      for part in entries[column] {
        if let owner = owners[part.row] { parents[root(column)] = root(owner) } else { owners[part.row] = column }
      }
    }
    var blocks: [Int: [Int]] = [:]
    for column in entries.indices where active[column] { blocks[root(column), default: []].append(column) }
    return blocks.sorted { $0.key < $1.key }.map(\.value)
  }

  private static func kernel(
    of block: [Int], _ entries: Entries, _ field: PrimeField
  ) throws(Refusal) -> [Vector] {
    var rows: [Int: Int] = [:]
    for column in block {
      for part in entries[column] where rows[part.row] == nil { rows[part.row] = rows.count }
    }
    let (size, overflow) = rows.count.multipliedReportingOverflow(by: block.count)
    guard !overflow, size <= largestMatrix else { throw tooLarge }
    var matrix = [UInt64](repeating: 0, count: size)
    for (place, column) in block.enumerated() {
      for part in entries[column] { if let row = rows[part.row] { matrix[row * block.count + place] = part.value } }
    }
    let space =
      rows.isEmpty
      ? block.indices.map { k in block.indices.map { $0 == k ? 1 : 0 } }
      : try ModularMatrix(rows: rows.count, columns: block.count, entries: matrix, field: field).nullSpace()
    return space.map { vector in
      vector.enumerated().filter { $0.element != 0 }.map { (block[$0.offset], $0.element) }
    }
  }
}

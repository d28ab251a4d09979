/// One conserved number: a polynomial Σ coefficient · θᵢ θⱼ, or Σ coefficient · θᵢ for a shift.
public struct LawRow: Sendable {
  /// coefficient · θ[first] · θ[second], or coefficient · θ[first].
  public struct Monomial: Sendable {
    /// The number in front.
    public let coefficient: Rational
    /// Position in θ.
    public let first: Int
    /// Position in θ, nil in a linear term.
    public let second: Int?
  }

  /// The summands.
  public let monomials: [Monomial]

  /// Its value at θ.
  public func value(_ parameters: [Double]) -> Double {
    monomials.reduce(0) { sum, m in
      sum + m.coefficient.value * parameters[m.first] * (m.second.map { parameters[$0] } ?? 1)
    }
  }

  /// Its rate Σ ∂Q/∂θᵢ · velocityᵢ along a velocity, and the largest term of that sum.
  public func rate(_ parameters: [Double], velocity: [Double]) -> (rate: Double, largestTerm: Double) {
    var (rate, largest) = (0.0, 0.0)
    func add(_ term: Double) {
      rate += term
      largest = max(largest, abs(term))
    }
    for m in monomials {
      let c = m.coefficient.value
      if let second = m.second {
        add(c * parameters[second] * velocity[m.first])
        add(c * parameters[m.first] * velocity[second])
      } else {
        add(c * velocity[m.first])
      }
    }
    return (rate, largest)
  }
}

extension Law {
  /// The conserved numbers: the upper triangle of a Gram matrix, one norm an index, for every index of the batch.
  public func rows(in program: Program) -> [LawRow] {
    let slices = LawSlices(program)
    var rows: [LawRow] = []
    func row(_ summands: [(Term, [Int], [Int])]) {
      rows.append(
        LawRow(
          monomials: summands.flatMap { term, left, right in
            zip(left, right).map { LawRow.Monomial(coefficient: term.coefficient, first: $0, second: $1) }
          }))
    }
    if kind == .shift {
      for term in terms {
        let shape = program[program.blocks[term.block].node].shape
        let others = shape.indices.filter { !term.axes.contains($0) }
        for flat in 0..<others.reduce(1, { $0 * shape[$1] }) {
          let index = MultiIndex.at(flat, shape: others.map { shape[$0] })
          let positions = slices.positions(term.block, fixing: Array(zip(others, index)))
          rows.append(
            LawRow(
              monomials: positions.map {
                LawRow.Monomial(coefficient: term.coefficient, first: $0, second: nil)
              }))
        }
      }
      return rows
    }
    for number in 0..<batchCount {
      switch kind {
      case .block, .shift: row(terms.map { ($0, slices[self, $0, number, 0], slices[self, $0, number, 0]) })
      case .norm:
        for k in 0..<extent {
          row(terms.map { ($0, slices[self, $0, number, k], slices[self, $0, number, k]) })
        }
      case .gram:
        for k in 0..<extent {
          for l in k..<extent {
            row(terms.map { ($0, slices[self, $0, number, k], slices[self, $0, number, l]) })
          }
        }
      }
    }
    return rows
  }

  /// Number of index tuples of the batch.
  var batchCount: Int { batch.reduce(1, *) }
}

/// Positions in θ of the slices of a program's blocks.
struct LawSlices {
  private let views: BlockViews

  init(_ program: Program) { views = BlockViews(program) }

  /// Slice k of a term at an index tuple of the batch, the remaining axes in row-major order.
  subscript(law: Law, term: Law.Term, batch: Int, k: Int) -> [Int] {
    @inline(never) get {
      let tuple = MultiIndex.at(batch, shape: law.batch)
      return positions(term.block, fixing: term.axes.map { ($0, k) } + Array(zip(term.batch, tuple)))
    }
  }

  /// Positions of the entries of a block with some indices fixed, row-major.
  func positions(_ block: Int, fixing indices: [(Int, Int)]) -> [Int] {
    views.slice(block, fixing: indices.map { (axis: $0.0, index: $0.1) }).positions
  }
}

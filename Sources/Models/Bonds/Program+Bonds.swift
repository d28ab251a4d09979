import GSLBridge

extension Program {
  /// Gram matrices above this extent are left to their diagonals, the squared norms of the slices: a law that follows.
  private static let largestGram = 4096

  /// Laws with the places of their terms in θ, in the order of the laws; the indices of an axis or a batch count up.
  func bonds(_ laws: [Law]) -> [Bond] {
    let views = BlockViews(self)
    var bonds: [Bond] = []
    for (number, law) in laws.enumerated() {
      switch law.kind {
      case .gram where law.extent <= Self.largestGram: bonds += gramBonds(law, views)
      case .gram: bonds += normBonds([law], views)
      case .norm:
        let group = laws.filter(law.isBeside)
        if laws.firstIndex(where: law.isBeside) == number { bonds += normBonds(group, views) }
      case .block: bonds += normBonds([law], views)
      case .shift: bonds.append(shiftBond(law, views))
      }
    }
    return bonds
  }

  /// A term's batch axes at a number of the batch.
  private func fixed(_ law: Law, _ term: Law.Term, _ number: Int) -> [(axis: Int, index: Int)] {
    Array(zip(term.batch, MultiIndex.at(number, shape: law.batch))).map { (axis: $0.0, index: $0.1) }
  }

  /// Matrices that multiply from the left first, as MᵀM − N Nᵀ is written.
  private func gramBonds(_ law: Law, _ views: BlockViews) -> [Bond] {
    let unsorted = law.terms
    let terms = Ordering.positions(unsorted.count) { a, b in
      let (a, b) = (unsorted[a], unsorted[b])
      return a.axes[0] != b.axes[0] ? a.axes[0] > b.axes[0] : a.block < b.block
    }.map { unsorted[$0] }
    let coefficients = terms.map(\.coefficient.value)
    return (0..<law.batchCount).map { number in
      let placed = terms.map { term in
        let indices = fixed(law, term, number)
        return Bond.Term(
          name: views.gramName(term.block, along: term.axes[0], fixing: indices),
          quantity: .gram(views.rows(term.block, along: term.axes[0], fixing: indices)))
      }
      let isDifference = terms.count == 2 && coefficients.map(abs) == [1, 1] && coefficients.reduce(0, +) == 0
      return isDifference ? Bond(differencesOf: placed) : Bond(placed, laws: [coefficients])
    }
  }

  /// The norm laws of one thread, index by index.
  private func normBonds(_ laws: [Law], _ views: BlockViews) -> [Bond] {
    guard let first = laws.first else { return [] }
    let group = LawGroup(laws)
    let terms = group.terms
    let order = Ordering.positions(terms.count) {
      (terms[$0].block, terms[$0].axes) < (terms[$1].block, terms[$1].axes)
    }
    let rows = group.coefficients.map { row in order.map { row[$0] } }
    // Laws are independent: as many as terms but one, each with sum 0, span all differences.
    let isDifferences = laws.count == terms.count - 1 && rows.allSatisfy { $0.reduce(0, +) == 0 }
    let differences = Bond.differences(isDifferences ? terms.count : 0)
    return (0..<first.batchCount).flatMap { number in
      (0..<first.extent).map { index in
        let placed = order.map { position in
          let term = terms[position]
          let slice = views.slice(
            term.block, fixing: term.axes.map { (axis: $0, index: index) } + fixed(first, term, number))
          return Bond.Term(name: "‖\(slice.name)‖²", quantity: .squaredNorm(slice))
        }
        return isDifferences ? Bond(placed, differences: differences) : Bond(placed, laws: rows)
      }
    }
  }

  /// Sums over some axes of a block, for every index of the others.
  private func shiftBond(_ law: Law, _ views: BlockViews) -> Bond {
    let terms = law.terms.map { term in
      let shape = self[blocks[term.block].node].shape
      let others = shape.indices.filter { !term.axes.contains($0) }
      let count = others.reduce(1) { $0 * shape[$1] }
      let totals = (0..<count).map { number in
        let index = MultiIndex.at(number, shape: others.map { shape[$0] })
        return views.slice(term.block, fixing: zip(others, index).map { (axis: $0, index: $1) })
      }
      return Bond.Term(name: "sums of \(blocks[term.block].name)", quantity: .totals(totals))
    }
    return Bond(terms, laws: [law.terms.map(\.coefficient.value)])
  }
}

private func < (a: (Int, [Int]), b: (Int, [Int])) -> Bool {
  a.0 != b.0 ? a.0 < b.0 : a.1.lexicographicallyPrecedes(b.1)
}

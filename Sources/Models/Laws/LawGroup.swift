/// Laws over the same slices, side by side: what is bound, and balanced, together.
struct LawGroup {
  /// The laws.
  let laws: [Law]
  /// Every slice that occurs, once, as the first term that has it.
  private(set) var terms: [Law.Term] = []
  /// The coefficients of every law on ``terms``, 0 where it has none.
  private(set) var coefficients: [[Double]] = []

  init(_ laws: [Law]) {
    self.laws = laws
    for law in laws {
      for term in law.terms where position(of: term) == nil { terms.append(term) }
    }
    for law in laws {
      var row = [Double](repeating: 0, count: terms.count)
      for term in law.terms { if let k = position(of: term) { row[k] += term.coefficient.value } }
      coefficients.append(row)
    }
  }

  private func position(of term: Law.Term) -> Int? {
    terms.firstIndex { $0.block == term.block && $0.axes == term.axes && $0.batch == term.batch }
  }
}

extension Law {
  /// Whether another law is of the same kind on the same threads, so that both belong to one ``LawGroup``.
  func isBeside(_ other: Law) -> Bool { kind == other.kind && threads == other.threads }
}

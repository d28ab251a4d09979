import FlowLanguage

extension CheckedFile {
  /// The positions of what a formula names.
  package func named(in term: Term, _ budget: Budget) throws(Rejection) -> [Int] {
    var (found, open): ([Int], [Term]) = ([], [term])
    while let next = open.popLast() {
      try budget.spend()
      if case .declared(let position) = next.kind { found.append(position) }
      open += next.kind.parts
    }
    return found
  }

  /// What has a formula and is named by these or by their formulas, and is none of `known`, in the order of the text: what is read in
  /// this order needs no depth, however many definitions stand in each other.
  package func needed(
    for positions: [Int], _ budget: Budget, isKnown: (Int) -> Bool = { _ in false }
  ) throws(Rejection) -> [Int] {
    var (found, open): (Set<Int>, [Int]) = ([], positions)
    while let next = open.popLast() {
      guard !isKnown(next), let value = declarations[next].value, found.insert(next).inserted else { continue }
      open += try named(in: value, budget)
    }
    return found.sorted()
  }
}

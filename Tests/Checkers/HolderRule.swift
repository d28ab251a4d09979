import Models

/// The rule that counts who holds a label: on two blocks a Gram law, on three and more norm laws. False for powers, sums of terms
/// and tied blocks; a negative control for the checks of laws.
package func lawsByCountingHolders(_ program: Program, of root: Program.ID) -> [Law] {
  guard case .sum(let products) = program[root].kind else { return [] }
  var laws: [Law] = []
  for product in products {
    let labels = Set(product.uses.flatMap(\.labels)).subtracting(product.out)
    for label in labels.sorted() {
      var holders: [(block: Int, axis: Int, extent: Int)] = []
      for use in product.uses {
        guard let axis = use.labels.firstIndex(of: label),
          let block = program.blocks.firstIndex(where: { $0.node == use.node }),
          !holders.contains(where: { $0.block == block })
        else { continue }
        holders.append((block, axis, program[use.node].shape[axis]))
      }
      guard let first = holders.first else { continue }
      for other in holders.dropFirst() {
        laws.append(
          Law(
            kind: holders.count == 2 ? .gram : .norm,
            terms: [
              Law.Term(block: first.block, axes: [first.axis], coefficient: 1),
              Law.Term(block: other.block, axes: [other.axis], coefficient: -1),
            ], extent: first.extent, batch: [], in: program))
      }
    }
  }
  return laws
}

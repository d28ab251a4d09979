/// A rooted tree, by its branches: order conditions of Runge-Kutta methods are one for each (Hairer, Nørsett, Wanner, *Solving
/// Ordinary Differential Equations I*, section II.2).
struct RootedTree: Hashable {
  let branches: [RootedTree]

  /// ρ, the number of nodes.
  var order: Int { branches.reduce(1) { $0 + $1.order } }

  /// γ = ρ Π γ(branch).
  var density: Double { branches.reduce(Double(order)) { $0 * $1.density } }

  /// A canonical word, by which branches are sorted.
  var word: String { "(" + branches.map(\.word).joined() + ")" }

  /// Φᵢ for every stage: Π over the branches of Σⱼ aᵢⱼ Φⱼ(branch).
  func weights(_ tableau: [[Double]]) -> [Double] {
    var product = [Double](repeating: 1, count: tableau.count)
    for branch in branches {
      let inner = branch.weights(tableau)
      for i in tableau.indices {
        product[i] *= zip(tableau[i], inner).reduce(0) { $0 + $1.0 * $1.1 }
      }
    }
    return product
  }

  /// All trees of an order: a leaf grafted onto every node of those of the order before.
  static func all(ofOrder order: Int) -> [RootedTree] {
    if order == 1 { return [RootedTree(branches: [])] }
    return Array(Set(all(ofOrder: order - 1).flatMap(\.grafted))).sorted { $0.word < $1.word }
  }

  private var grafted: [RootedTree] {
    var trees = [RootedTree.sorted(branches + [RootedTree(branches: [])])]
    for (place, branch) in branches.enumerated() {
      for grown in branch.grafted {
        var all = branches
        all[place] = grown
        trees.append(.sorted(all))
      }
    }
    return trees
  }

  private static func sorted(_ branches: [RootedTree]) -> RootedTree {
    RootedTree(branches: branches.sorted { $0.word < $1.word })
  }
}

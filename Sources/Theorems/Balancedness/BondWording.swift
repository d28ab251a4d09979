import Models

/// How the conservation laws of a model are worded.
enum BondWording {
  /// Products of matrices and sums of components have formulas of their own; the laws of any other model are listed.
  case layers, components, labels

  init(_ model: Model) {
    if model.chain != nil {
      self = .layers
    } else if model.components != nil, model.bonds.allSatisfy({ $0.isDifferences && !$0.isGram }) {
      self = .components
    } else {
      self = .labels
    }
  }

  /// At most this many laws are written out.
  private static let listed = 6

  /// `2 laws that labels show: U1ᵀU1 − … is conserved; …`.
  static func list(_ model: Model) -> String {
    let laws = model.laws.map(\.statement)
    guard !laws.isEmpty else { return "the laws that labels show; they show none of this model" }
    let rest = laws.count > listed ? "; …" : ""
    return "\(laws.count) law\(laws.count == 1 ? "" : "s") that labels show: "
      + laws.prefix(listed).joined(separator: "; ") + rest
  }
}

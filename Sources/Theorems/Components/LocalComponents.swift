import FlowODE
import Models

/// The local components of a model that is no sum of them, such as a hierarchical factorization, by the node to which they belong:
/// component r of an inner node ν is made of column r of each child's weights and row r of its own, and σ^(ν,r) is the product of their
/// norms (Razin, Maman, Cohen 2022, section 4).
struct LocalComponents {
  /// A node with its components' numbers in the registry.
  struct Node {
    /// The names of the blocks that its components are made of, such as `A1_A2_B1`.
    let name: String
    let components: [Int]
  }

  let registry: ComponentRegistry
  /// Every node that has two components or more.
  let nodes: [Node]

  init(_ registry: ComponentRegistry, of model: Model) {
    self.registry = registry
    var found: [(blocks: [Int], components: [Int])] = []
    for (r, component) in registry.components.enumerated() {
      let blocks = component.map { view in model.layout.blocks.firstIndex { $0.range.contains(view.offset) } ?? -1 }
      if let known = found.firstIndex(where: { $0.blocks == blocks }) {
        found[known].components.append(r)
      } else {
        found.append((blocks, [r]))
      }
    }
    nodes = found.filter { $0.components.count > 1 }.map { blocks, components in
      let names = blocks.map { model.layout.blocks.indices.contains($0) ? model.layout.blocks[$0].name : "" }
      return Node(name: names.joined(separator: "_"), components: components)
    }
  }
}

/// The largest local components of every node along a run, in columns `local_A1_A2_B1_1`, …: a node's name and a place in order of
/// size at that time. One thread uses it.
public final class LocalComponentSeries: SeriesSource {
  /// Components of a node beyond these are not kept.
  static let shown = 6
  /// Models with more nodes have too many columns to look at.
  static let nodeLimit = 16

  private let local: LocalComponents
  public let names: [String]

  /// Nil where the model has no local components, or too many nodes.
  public init?(_ experiment: Experiment) {
    let model = experiment.problem.model
    guard let registry = model.components, !registry.isSumOfProducts else { return nil }
    local = LocalComponents(registry, of: model)
    guard !local.nodes.isEmpty, local.nodes.count <= Self.nodeLimit else { return nil }
    names = local.nodes.flatMap { node in
      (1...min(Self.shown, node.components.count)).map { "local_\(node.name)_\($0)" }
    }
  }

  public func values(at point: TrajectoryPoint) -> [Double] {
    let norms = local.registry.norms(point.parameters)
    return local.nodes.flatMap { node in node.components.map { norms[$0] }.sorted(by: >).prefix(Self.shown) }
  }
}

/// The layers of a convolutional arithmetic circuit, as its passes go through them: leaves and inner nodes, children first.
struct CircuitPlan {
  /// A node of the tree.
  struct Node {
    /// What a node's channels come from.
    enum Source {
      /// The input of a mode, through the extent × channels matrix at an offset: a 1 × 1 convolution.
      case input(mode: Int, extent: Int, matrix: Int)
      /// The entrywise product of what the children give: product pooling.
      case pool([Int])
    }

    let source: Source
    let channels: Int
    /// Where the channels stand among all nodes' numbers.
    let place: Int
    /// The 1 × 1 convolution after the pooling, a channels × outputs matrix; nil for leaves and the root.
    let convolution: (matrix: Int, outputs: Int)?
    /// Where what the node gives stands: its channels, or those after the convolution.
    let given: Int
  }

  /// All nodes, the root last.
  private(set) var nodes: [Node] = []
  /// Where the weights of the root's channels stand; nil sums them.
  let head: Int?
  /// Numbers that all nodes have together.
  private(set) var size = 0

  /// The circuit of a tree with these widths, its weights where the layout has the blocks A1, …, B1, … and o.
  init(_ tree: ModeTree, shape: [Int], widths: [Int], layout: ParameterLayout) {
    func offset(_ name: String) -> Int? { layout.blocks.first { $0.name == name }?.offset }
    head = offset("o")
    _ = add(tree.root, under: nil, shape, widths, offset)
  }

  /// Adds a node and those below it.
  ///
  /// - Returns: its number.
  private mutating func add(
    _ node: ModeTree.Node, under parent: Int?, _ shape: [Int], _ widths: [Int], _ offset: (String) -> Int?
  ) -> Int {
    let outputs = parent.map { widths[$0] } ?? 1
    switch node {
    case .leaf(let n):
      let source = Node.Source.input(mode: n, extent: shape[n], matrix: offset("A\(n + 1)") ?? 0)
      nodes.append(Node(source: source, channels: outputs, place: size, convolution: nil, given: size))
      size += outputs
    case .inner(let number, let children):
      let places = children.map { add($0, under: number, shape, widths, offset) }
      let channels = widths[number]
      let matrix = offset("B\(number + 1)")
      nodes.append(
        Node(
          source: .pool(places), channels: channels, place: size,
          convolution: matrix.map { (matrix: $0, outputs: outputs) }, given: matrix == nil ? size : size + channels))
      size += channels + (matrix == nil ? 0 : outputs)
    }
    return nodes.count - 1
  }
}

/// What a model is, as data: a list of arrays, each computed from earlier ones. Everything else about a model follows from it:
/// gradient, Hessian–vector product, conserved quantities, balanced starts, exact and rigorous arithmetic.
///
/// Nodes have shapes; labels belong to a product, not to a node, so that a block may stand in several places: U Uᵀ is
/// `"ik,jk->ij"` of U and U. Adding a node that is known returns the known one. Node i uses nodes below i only.
public struct Program: Sendable {
  /// A node: its position in ``nodes``.
  public struct ID: Hashable, Comparable, Sendable {
    /// Position in ``Program/nodes``.
    public let index: Int

    init(_ index: Int) { self.index = index }

    public static func < (a: ID, b: ID) -> Bool { a.index < b.index }
  }

  /// An index of a product, 0, 1, … in the order of first appearance; means nothing outside its product.
  public typealias Label = Int

  /// A node read with these labels, one an axis; a label that stands twice reads a diagonal.
  public struct Use: Hashable, Sendable {
    /// What is read.
    public var node: ID
    /// One label an axis.
    public var labels: [Label]

    /// A node read with these labels.
    public init(_ node: ID, _ labels: [Label]) {
      self.node = node
      self.labels = labels
    }
  }

  /// out ↦ coefficient · Σ Π uses, summed over every label that is not in `out`.
  ///
  /// A label only `out` has is a broadcast; a label that stands twice in `out` writes a diagonal of zeros elsewhere.
  public struct Product: Hashable, Sendable {
    /// The number in front.
    public var coefficient: Rational
    /// The factors; none gives a constant.
    public var uses: [Use]
    /// Labels of the result, one an axis of the node.
    public var out: [Label]

    /// coefficient · Σ Π uses with these labels on the result.
    public init(_ coefficient: Rational = 1, _ uses: [Use], out: [Label]) {
      self.coefficient = coefficient
      self.uses = uses
      self.out = out
    }
  }

  /// How a node comes about.
  public enum Kind: Hashable, Sendable {
    /// Parameters: block number in ``Program/blocks``.
    case block(Int)
    /// A direction in parameter space, restricted to that block.
    case direction(Int)
    /// Numbers given at every run that are no parameters: 0 the weights of the measurements, 1 their tangent.
    case weights(Int)
    /// Constant numbers: position in ``Program/data``.
    case data(Int)
    /// A constant 0/1 array with a single 1 in every row: position in ``Program/selections``.
    case selection(Int)
    /// Σ of products, each with labels of its own.
    case sum([Product])
    /// A function of every entry.
    case map(Function, ID)
    /// exp(xᵢ) / Σⱼ exp(xⱼ) along the last axis.
    case softmax(ID)
    /// The Jacobian of softmax where its value is `at`, applied to `of`: y∘(v − ⟨y, v⟩), a symmetric matrix along the last axis.
    case softmaxDerivative(at: ID, of: ID)
    /// ln Σᵢ exp(xᵢ) over the last axis, which goes.
    case logSumExp(ID)
  }

  /// An array: how it comes about, and its shape. A number has the empty shape.
  public struct Node: Hashable, Sendable {
    /// How it comes about.
    public let kind: Kind
    /// Extents, the last axis running fastest.
    public let shape: [Int]

    /// Number of entries, or the largest integer where there are more: not every array of a program is formed.
    public var count: Int {
      shape.reduce(1) { product, extent in
        let (value, overflow) = product.multipliedReportingOverflow(by: extent)
        return overflow ? .max : value
      }
    }
  }

  /// A block of parameters.
  public struct Block: Equatable, Sendable {
    /// Its name, such as `W1`.
    public let name: String
    /// The node that reads it.
    public let node: ID
  }

  /// The 0/1 array that is one where row k meets the index tuple `indices[k]`: measured entries, windows, embeddings.
  ///
  /// As a node it has the shape `rows` + `targets`.
  public struct Selection: Equatable, Sendable {
    /// Shape of the rows.
    public let rows: [Int]
    /// Shape the index tuples point into.
    public let targets: [Int]
    /// One tuple of `targets.count` indices a row, row-major.
    public let indices: [Int32]

    /// Number of rows.
    public var count: Int { rows.reduce(1, *) }
  }

  /// All arrays; a node uses only earlier ones.
  public private(set) var nodes: [Node] = []
  /// The parameter blocks, in the order of θ.
  public private(set) var blocks: [Block] = []
  /// Constant arrays, row-major.
  public private(set) var data: [[Double]] = []
  /// Constant 0/1 arrays.
  public private(set) var selections: [Selection] = []
  /// Which nodes hold the same numbers in every run.
  private(set) var isConstant: [Bool] = []
  private var known: [Node: ID] = [:]
  private var chosenOutput: ID?

  /// What the program is there for: the node that was named, otherwise the last one; nil of an empty program.
  public var output: ID? { chosenOutput ?? (nodes.isEmpty ? nil : ID(nodes.count - 1)) }

  /// Shape of the output.
  public var outputShape: [Int] { output.map { self[$0].shape } ?? [] }

  /// Names the node that the program is there for.
  ///
  /// - Throws: ``Refusal`` if there is no such node.
  public mutating func setOutput(_ id: ID) throws(Refusal) {
    try check(id)
    chosenOutput = id
  }

  /// An empty program.
  public init() {}

  /// The node with that number.
  public subscript(_ id: ID) -> Node { @inline(never) get { nodes[id.index] } }

  /// The node, found or added; its parts have been checked.
  mutating func add(_ kind: Kind, shape: [Int]) -> ID {
    let node = Node(kind: kind, shape: shape)
    if let id = known[node] { return id }
    let id = ID(nodes.count)
    nodes.append(node)
    switch kind {
    case .data, .selection: isConstant.append(true)
    case .block, .direction, .weights: isConstant.append(false)
    default: isConstant.append(inputs(of: id).allSatisfy { isConstant[$0.index] })
    }
    known[node] = id
    return id
  }

  mutating func appendBlock(_ name: String, shape: [Int]) -> ID {
    let id = add(.block(blocks.count), shape: shape)
    blocks.append(Block(name: name, node: id))
    return id
  }

  mutating func appendData(_ values: [Double], shape: [Int]) -> ID {
    data.append(values)
    return add(.data(data.count - 1), shape: shape)
  }

  mutating func appendSelection(_ selection: Selection) -> ID {
    selections.append(selection)
    return add(.selection(selections.count - 1), shape: selection.rows + selection.targets)
  }
}

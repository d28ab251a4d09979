/// How a hierarchical factorization groups the modes 1, …, N of a tensor: nested lists such as ((1,2),(3,4)), whose innermost entries
/// are the modes.
public struct ModeTree: Sendable, Equatable {
  /// A node: a mode, or an inner node with children.
  public indirect enum Node: Sendable, Equatable {
    /// A mode, counted from 0.
    case leaf(Int)
    /// An inner node, numbered from 0 in the order in which their lists end.
    case inner(Int, [Node])

    /// Its modes, counted from 0, from left to right.
    public var modes: [Int] {
      switch self {
      case .leaf(let mode): [mode]
      case .inner(_, let children): children.flatMap(\.modes)
      }
    }
  }

  /// The root, which is an inner node.
  public let root: Node
  /// Number of modes N.
  public let order: Int
  /// Number of inner nodes, the root among them, which comes last.
  public let innerCount: Int

  /// The text of the tree of depth one: `(1,2,3)`.
  public static func shallow(order: Int) -> String {
    "(" + (1...max(1, order)).map(String.init).joined(separator: ",") + ")"
  }

  /// Reads a tree of the modes 1, …, N, each once.
  ///
  /// - Throws: ``Refusal`` naming what is wrong and where, if it is no such tree.
  public init(_ text: String, order: Int) throws(Refusal) {
    var reader = TreeReader(text)
    root = try reader.read()
    innerCount = reader.innerCount
    self.order = order
    let modes = root.modes
    if let wrong = modes.first(where: { !(0..<order).contains($0) }) {
      throw Refusal(
        "problem.tree \(text) has a mode \(wrong + 1), but the shape has \(order) of them",
        remedy: "use every mode from 1 to \(order) once")
    }
    for mode in 0..<order {
      let count = modes.count { $0 == mode }
      guard count == 1 else {
        throw Refusal(
          "problem.tree \(text) has the mode \(mode + 1) \(count == 0 ? "nowhere" : "\(count) times")",
          remedy: "use every mode from 1 to \(order) once")
      }
    }
  }

  /// The matricization of every node but those with all modes or with the modes of another one. Its rank is bounded by the local
  /// components of its parent, by what the nodes below let through, and by what the rest of the tree does.
  func matricizations(shape: [Int], widths: [Int]) -> [Matricization] {
    var found: [Matricization] = []
    func inside(_ node: Node, under parent: Int) -> Int {
      switch node {
      case .leaf(let mode): min(shape[mode], widths[parent])
      case .inner(let number, let children):
        min(widths[parent], widths[number], Matricization.product(children.map { inside($0, under: number) }))
      }
    }
    func visit(_ node: Node, outside: Int) {
      guard case .inner(let number, let children) = node else { return }
      let ranks = children.map { inside($0, under: number) }
      for (k, child) in children.enumerated() {
        let others = ranks.indices.filter { $0 != k }.map { ranks[$0] }
        let rest = min(widths[number], Matricization.product(others + [outside]))
        let bound = min(ranks[k], rest)
        if let same = found.firstIndex(where: { $0.rows == child.modes }) {
          found[same] = Matricization(rows: child.modes, bound: min(bound, found[same].bound ?? .max))
        } else if child.modes.count < order {
          found.append(Matricization(rows: child.modes, bound: bound))
        }
        visit(child, outside: rest)
      }
    }
    visit(root, outside: 1)
    return found
  }

  /// The inner nodes in the order of their numbers.
  public var innerNodes: [Node] {
    var nodes: [Node] = []
    func visit(_ node: Node) {
      guard case .inner(_, let children) = node else { return }
      children.forEach(visit)
      nodes.append(node)
    }
    visit(root)
    return nodes
  }
}

/// Reads nested lists of modes, without a recursion deeper than what it accepts.
private struct TreeReader {
  private static let deepest = 64

  private let text: String
  private let symbols: [Character]
  private var place = 0
  private(set) var innerCount = 0

  init(_ text: String) {
    self.text = text
    symbols = Array(text)
  }

  mutating func read() throws(Refusal) -> ModeTree.Node {
    skipBlanks()
    guard place < symbols.count, symbols[place] == "(" else { throw wrong("a tree begins with “(”") }
    let node = try node(depth: 0)
    guard place == symbols.count else { throw wrong("something follows the tree") }
    return node
  }

  private mutating func node(depth: Int) throws(Refusal) -> ModeTree.Node {
    guard depth < Self.deepest else { throw wrong("it is nested more than \(Self.deepest) deep") }
    guard place < symbols.count else { throw wrong("it ends too early") }
    guard symbols[place] == "(" else { return .leaf(try mode()) }
    place += 1
    skipBlanks()
    var children = [try node(depth: depth + 1)]
    while place < symbols.count, symbols[place] == "," {
      place += 1
      skipBlanks()
      children.append(try node(depth: depth + 1))
    }
    guard place < symbols.count, symbols[place] == ")" else { throw wrong("a “,” or “)” is missing") }
    place += 1
    skipBlanks()
    innerCount += 1
    return .inner(innerCount - 1, children)
  }

  private mutating func mode() throws(Refusal) -> Int {
    var digits = ""
    while place < symbols.count, symbols[place].isASCII, symbols[place].isNumber {
      digits.append(symbols[place])
      place += 1
    }
    guard let mode = Int(digits), mode >= 1 else { throw wrong("a mode is missing") }
    skipBlanks()
    return mode - 1
  }

  private mutating func skipBlanks() {
    while place < symbols.count, symbols[place] == " " { place += 1 }
  }

  private func wrong(_ what: String) -> Refusal {
    Refusal(
      "problem.tree \(text): \(what) at character \(place + 1)",
      remedy: "write nested lists of the modes, counted from 1, such as ((1,2),(3,4))")
  }
}

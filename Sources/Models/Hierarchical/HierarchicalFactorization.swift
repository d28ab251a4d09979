/// Hierarchical tensor factorization over a tree of modes: X_n = An for a leaf, and for an inner node ν with children c
/// X_ν[…, r] = Σ_s Bν[s, r] Π_c X_c[…, s]; at the root W = Σ_s o[s] Π_c X_c[…, s] with the head `linear`, and without o with `sum`.
///
/// An is d_n × R_p and Bν is R_ν × R_p, p the parent. Local component (ν, r) is row r of Bν and column r of every child: its squared
/// norms differ by constants, and balanced it grows with the exponent 2 − 2/L, where L is the number of children plus one. A tree of
/// depth one is CP with the head `sum`, and CP with weights with `linear`. The ranks of W's matricizations along the tree are at
/// most the R_ν.
///
/// Source: Razin, Maman, Cohen, ICML 2022 (arXiv 2201.11729).
public struct HierarchicalFactorization: ModelFamily {
  static let tree = ModelSetting(
    "tree", .text, value: "lists", help: "Tree of the modes, counted from 1, as nested lists such as ((1,2),(3,4)).")
  static let head = ModelSetting(
    "head", .text, value: "name", help: "Root of a tree: linear (default), with weights of its own, or sum.")

  public static let card = ModelCard(
    name: "hierarchical",
    summary: "hierarchical tensor factorization over a tree of modes (problem.tree, problem.width)",
    settings: [tree, .width, head],
    target: .hierarchical,
    example: "flowcheck balancedness --model hierarchical --shape 3,3,3,3 --tree \"((1,2),(3,4))\" --width 3 --rank 2 "
      + "--observed 0.7 --target-norm 3 --init-scale 0.5 --until 20 --control")

  /// The tree.
  public let modes: ModeTree
  /// R_ν of every inner node.
  let widths: [Int]
  public let program: Program
  public let summary: String
  public let matricizations: [Matricization]

  public init(_ options: ModelOptions) throws(Refusal) {
    let shape = try options.checkedShape(orders: 1...28)
    guard let text = options.text(Self.tree.name) else {
      throw Refusal("this model needs problem.tree", remedy: "give problem.tree nested lists such as ((1,2),(3,4))")
    }
    modes = try ModeTree(text, order: shape.count)
    let widths = try options.required(ModelSetting.width.name, count: modes.innerCount)
    self.widths = widths
    matricizations = modes.matricizations(shape: shape, widths: widths)
    let head = options.text(Self.head.name) ?? "linear"
    guard head == "linear" || head == "sum" else {
      throw Refusal("problem.head is \(head)", remedy: "use linear or sum")
    }
    var program = Program()
    var factors: [Program.Use] = []
    // The label of an inner node's local components comes after those of the modes.
    func add(_ node: ModeTree.Node, under parent: Int?) throws(Refusal) {
      switch node {
      case .leaf(let n):
        guard let parent else { return }
        factors.append(
          Program.Use(try program.block("A\(n + 1)", [shape[n], widths[parent]]), [n, shape.count + parent]))
      case .inner(let number, let children):
        for child in children { try add(child, under: number) }
        let own = shape.count + number
        if let parent {
          let block = try program.block("B\(number + 1)", [widths[number], widths[parent]])
          factors.append(Program.Use(block, [own, shape.count + parent]))
        } else if head == "linear" {
          factors.append(Program.Use(try program.block("o", [widths[number]]), [own]))
        }
      }
    }
    try add(modes.root, under: nil)
    try program.setOutput(program.sum([Program.Product(1, factors, out: Array(shape.indices))], shape: shape))
    self.program = program
    summary =
      "hierarchical factorization \(Shapes.times(shape)), tree \(text), "
      + "width\(widths.count == 1 ? "" : "s") \(Shapes.list(widths)), \(head) head"
  }
}

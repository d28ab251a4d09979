import CMath
import Checkers
import Models
import Testing

/// Hierarchical factorizations and circuits beside their definitions and special cases.
@Suite struct HierarchicalFamilyTests {
  private static func model(
    _ shape: [Int], _ tree: String?, _ widths: [Int], head: String? = nil, of family: String = "hierarchical"
  ) throws -> Model {
    var options = ModelOptions(shape: shape, widths: widths)
    options.values["tree"] = tree.map { .text($0) }
    options.values["head"] = head.map { .text($0) }
    return try ModelCatalog.model(family, options)
  }

  private static func block(_ model: Model, _ name: String, _ parameters: [Double]) throws -> [Double] {
    Array(parameters[try #require(model.layout.blocks.first { $0.name == name }).range])
  }

  /// W by the recursion over nested lists, entry by entry, with the blocks in the order in which the lists end.
  private struct ByDefinition {
    indirect enum Tree {
      case mode(Int)
      case list([Tree])
    }
    let model: Model
    let parameters: [Double]
    var next = 0

    /// The vector that a node gives at an entry, and what its block is called.
    mutating func value(_ tree: Tree, _ entry: [Int], isRoot: Bool = false) throws -> [Double] {
      switch tree {
      case .mode(let n):
        let matrix = try HierarchicalFamilyTests.block(model, "A\(n + 1)", parameters)
        let width = matrix.count / model.endShape[n]
        return Array(matrix[(entry[n] * width)..<((entry[n] + 1) * width)])
      case .list(let children):
        var product: [Double] = []
        for child in children {
          let own = try value(child, entry)
          product = product.isEmpty ? own : zip(product, own).map { $0 * $1 }
        }
        next += 1
        if isRoot {
          let hasWeights = model.layout.blocks.contains { $0.name == "o" }
          let weights = hasWeights ? try HierarchicalFamilyTests.block(model, "o", parameters) : product.map { _ in 1 }
          return [product.indices.reduce(0) { $0 + product[$1] * weights[$1] }]
        }
        let matrix = try HierarchicalFamilyTests.block(model, "B\(next)", parameters)
        let width = matrix.count / product.count
        return (0..<width).map { r in product.indices.reduce(0) { $0 + product[$1] * matrix[$1 * width + r] } }
      }
    }

    static func object(_ model: Model, _ parameters: [Double], _ tree: Tree) throws -> [Double] {
      try (0..<model.endShape.reduce(1, *)).map { flat in
        var reader = ByDefinition(model: model, parameters: parameters)
        return try reader.value(tree, multiIndex(flat, shape: model.endShape), isRoot: true)[0]
      }
    }
  }

  private typealias Tree = ByDefinition.Tree
  /// Made anew each time: what an indirect enumeration holds for ever looks lost to a leak checker.
  private static var trees: [(text: String, shape: [Int], widths: [Int], tree: Tree)] {
    [
      (
        "((1,2),(3,4))", [3, 2, 2, 3], [2, 3, 2], .list([.list([.mode(0), .mode(1)]), .list([.mode(2), .mode(3)])])
      ),
      (
        "((1,3),(2,4))", [2, 3, 2, 3], [3, 1, 2], .list([.list([.mode(0), .mode(2)]), .list([.mode(1), .mode(3)])])
      ),
      (
        "(((1,2),3),4)", [2, 3, 2, 2], [2, 3, 4], .list([.list([.list([.mode(0), .mode(1)]), .mode(2)]), .mode(3)])
      ),
      ("((2,1),(3))", [3, 2, 4], [2, 2, 3], .list([.list([.mode(1), .mode(0)]), .list([.mode(2)])])),
      (
        "((1,2,3),(4,5))", [2, 2, 2, 2, 2], [2],
        .list([.list([.mode(0), .mode(1), .mode(2)]), .list([.mode(3), .mode(4)])])
      ),
    ]
  }

  /// Error unit: absolute; sums of up to 24 products of numbers below 1.
  @Test(arguments: 0..<5, ["linear", "sum"]) func treesAreTheirDefinition(number: Int, head: String) throws {
    var random = TestRandom(221)
    let (text, shape, widths, tree) = Self.trees[number]
    let model = try Self.model(shape, text, widths, head: head)
    let parameters = random.numbers(model.layout.count)
    let expected = try ByDefinition.object(model, parameters, tree)
    #expect(agree(object(of: model, parameters), expected, within: 1e-13))
    guard head == "linear" else { return }
    // The circuit goes through the same layers by another way, and with the children in another order it is another one.
    let circuit = try Self.model(shape, text, widths, of: "circuit")
    #expect(circuit.layout == model.layout)
    let all = try measure(.allEntries, shape: shape, random: &random)
    let predicted = Checked(evaluator: try circuit.evaluator(for: all)).predict(parameters)
    #expect(agree(predicted, applyDirectly(all, to: expected), within: 1e-13))
    let other = try Self.model([shape[1], shape[0]] + shape[2...], text, widths, of: "circuit")
    guard shape[0] == shape[1], text.hasPrefix("((1,3)") else { return }
    let swapped = Checked(evaluator: try other.evaluator(for: all)).predict(parameters)
    #expect(!agree(predicted, swapped, within: 1e-6))
  }

  /// Passes go over blocks of points: one point more than a block, and several blocks of which the last is not full.
  @Test(arguments: [65, 150]) func circuitsGoOverAllPoints(count: Int) throws {
    var random = TestRandom(224)
    let shape = [4, 3, 4, 5]
    for (text, widths) in [("((1,3),(2,4))", [3, 5, 2]), ("(1,2,3,4)", [3])] {
      let circuit = try Self.model(shape, text, widths, of: "circuit")
      let operators: [Measurements.Operators] = [
        .entries(indices: random.entries(count, shape: shape)), .rankOne(shape.map { random.numbers(count * $0) }),
      ]
      for operators in operators {
        let measurements = try Measurements(shape: shape, operators: operators, values: random.numbers(count))
        #expect(try FamilyChecks.kernel(circuit, on: measurements, "\(count) points", random: &random) == [])
      }
    }
  }

  /// (((1,2),3),4) is the tensor train with the cores A1, A_k[j,a] B[a,b] and A4 o. Error unit: absolute.
  @Test func caterpillarsAreTensorTrains() throws {
    var random = TestRandom(222)
    let shape = [2, 3, 4, 2]
    let model = try Self.model(shape, "(((1,2),3),4)", [2, 3, 2])
    let parameters = random.numbers(model.layout.count)
    func block(_ name: String) throws -> [Double] { try Self.block(model, name, parameters) }
    let (a1, a2, a3, a4) = (try block("A1"), try block("A2"), try block("A3"), try block("A4"))
    let (b1, b2, o) = (try block("B1"), try block("B2"), try block("o"))
    let train = (0..<48).map { flat -> Double in
      let i = multiIndex(flat, shape: shape)
      let first = (0..<2).map { a1[i[0] * 2 + $0] }
      let second = (0..<3).map { b in (0..<2).reduce(0.0) { $0 + first[$1] * a2[i[1] * 2 + $1] * b1[$1 * 3 + b] } }
      let third = (0..<2).map { c in (0..<3).reduce(0.0) { $0 + second[$1] * a3[i[2] * 3 + $1] * b2[$1 * 2 + c] } }
      return (0..<2).reduce(0.0) { $0 + third[$1] * a4[i[3] * 2 + $1] * o[$1] }
    }
    #expect(agree(object(of: model, parameters), train, within: 1e-14))
  }

  /// A tree of depth one is CP; with weights at its root every component has one vector more, and so another exponent.
  @Test func treesOfDepthOneAreCP() throws {
    var random = TestRandom(223)
    let shape = [3, 2, 4]
    let cp = try ModelCatalog.model("cp", ModelOptions(shape: shape, components: 3))
    let sum = try Self.model(shape, "(1,2,3)", [3], head: "sum")
    let parameters = random.numbers(cp.layout.count)
    #expect(sum.layout == cp.layout && sum.laws.map(\.statement) == cp.laws.map(\.statement))
    #expect(agree(object(of: sum, parameters), object(of: cp, parameters), within: 1e-14))
    let weighted = try Self.model(shape, "(1,2,3)", [3])
    #expect(cp.components?.components.map(\.count) == [3, 3, 3])
    #expect(weighted.components?.components.map(\.count) == [4, 4, 4])
    let ones = parameters + [1, 1, 1]
    #expect(agree(object(of: weighted, ones), object(of: cp, parameters), within: 1e-14))
  }

  /// All and only the diagonal laws: twelve of the binary tree of four modes with widths two, and a component has as many vectors as
  /// its node has children, and one.
  @Test func lawsAreDiagonal() throws {
    let model = try Self.model([2, 2, 2, 2], "((1,2),(3,4))", [2])
    #expect(model.laws.reduce(0) { $0 + $1.rows(in: model.program).count } == 12)
    #expect(model.components?.components.map(\.count) == Array(repeating: 3, count: 6))
    let ternary = try Self.model([2, 2, 2, 2, 2], "((1,2,3),(4,5))", [2])
    #expect((ternary.components?.components ?? []).map(\.count).sorted() == [3, 3, 3, 3, 4, 4])
  }

  @Test(arguments: [
    ("", "a tree begins with “(” at character 1"), ("1", "a tree begins with “(” at character 1"),
    ("((1,2),(3,4)", "a “,” or “)” is missing at character 13"), ("((1,2),,(3,4))", "a mode is missing at character 8"),
    ("((1,2),(3,4)) 5", "something follows the tree at character 15"), ("((1,2),(3,3),4)", "the mode 3 2 times"),
    ("((1,2),3)", "the mode 4 nowhere"), ("((1,2),(3,5),4)", "a mode 5, but the shape has 4 of them"),
    ("(0,1,2,3,4)", "a mode is missing at character 3"), ("(1,2,3,99999999999999999999)", "a mode is missing"),
    ("(١,2,3,4)", "a mode is missing at character 2"), ("()", "a mode is missing at character 2"),
  ])
  func malformedTreesAreRefused(text: String, words: String) throws {
    let refusal = #expect(throws: Refusal.self) { try Self.model([2, 2, 2, 2], text, [2]) }
    #expect(refusal?.description.contains(words) == true, "\(String(describing: refusal))")
  }

  @Test func deepNestingIsRefused() throws {
    let deep = String(repeating: "(", count: 100_000) + "1"
    #expect(throws: Refusal.self) { try Self.model([2], deep, [2]) }
    #expect(throws: Refusal.self) { try Self.model([2, 2], "(1,2)", [2, 2]) }
    #expect(throws: Refusal.self) { try Self.model([2, 2], "(1,2)", [2], head: "mean") }
    #expect(throws: Refusal.self) { try Self.model([2, 2], nil, [2]) }
    #expect(throws: Refusal.self) { try Self.model([2, 2], "(1,2)", [.max]) }
  }
}

import Models

/// A model as a `.flow` text for any loss: its parameters, inputs for what is arbitrary in it, and its nodes one after the other, products
/// of whole matrices where they are such.
///
/// The text is what certificates carry and the second checker reads. That it says what the program computes is tested, not assumed: both
/// are evaluated at random points.
public struct ModelText: Equatable, Sendable {
  /// The lines up to the model, without claims.
  public let lines: [String]

  /// The whole text with claims as its last lines, `label: claim` each.
  public func text(_ claims: [(label: String, claim: String)]) -> String {
    (lines + claims.map { "claim \($0.label): \($0.claim)" }).joined(separator: "\n") + "\n"
  }

  /// The text of a model; nil where the language has no words for a part of it: switches of masks and windows, or long constant arrays.
  public init?(_ model: LawModel) {
    guard model.observed == nil, !model.statesLoss, model.flow == .gradient else { return nil }
    var writer = ModelTextWriter(model)
    guard let lines = writer.written() else { return nil }
    self.lines = lines
  }
}

/// Writes a program's nodes as lines.
struct ModelTextWriter {
  private let program: Program
  private let model: LawModel
  private var names: [Int: String] = [:]

  /// Most entries of a constant array that is written out.
  private static let mostConstants = 64
  private static let letters = Array("ijklmnopqrstuvwxyz").map(String.init)

  init(_ model: LawModel) {
    (self.model, program) = (model, model.program)
  }

  mutating func written() -> [String]? {
    let needed = program.ancestors(of: [model.output])
    var parameters: [String] = []
    for block in program.blocks {
      let shape = program[block.node].shape
      parameters.append(Self.declared(block.name, shape))
      names[block.node.index] = block.name
    }
    var (inputs, steps) = ([String](), [String]())
    for index in program.nodes.indices where needed[index] {
      let node = program.nodes[index]
      switch node.kind {
      case .block: break
      case .data(let number):
        if model.freeData.contains(number) {
          let name = "x\(inputs.count + 1)"
          inputs.append(Self.declared(name, node.shape))
          names[index] = name
        } else {
          guard let line = constant(program.data[number], node.shape, "c\(index)") else { return nil }
          steps.append(line)
          names[index] = "c\(index)"
        }
      default:
        let isModel = index == model.output.index
        let name = isModel ? "f" : "node\(index)"
        guard let line = line(node, isModel ? "model" : "let", name) else { return nil }
        steps.append(line)
        names[index] = name
      }
    }
    if case .block? = Optional(program[model.output].kind) { return nil }
    return (inputs.isEmpty ? [] : ["input \(inputs.joined(separator: ", "))"])
      + ["param \(parameters.joined(separator: ", "))"] + steps
  }

  private static func declared(_ name: String, _ shape: [Int]) -> String {
    shape.isEmpty ? name : "\(name)[\(shape.map(String.init).joined(separator: ","))]"
  }

  private func constant(_ values: [Double], _ shape: [Int], _ name: String) -> String? {
    guard values.count <= Self.mostConstants, shape.count <= 2 else { return nil }
    let numbers = values.compactMap { Rational(exactly: $0)?.description }
    guard numbers.count == values.count else { return nil }
    if shape.isEmpty { return "data \(name) = \(numbers[0])" }
    let width = shape.count == 2 ? shape[1] : shape[0]
    let rows = stride(from: 0, to: numbers.count, by: max(width, 1)).map {
      numbers[$0..<$0 + width].joined(separator: ", ")
    }
    return "data \(Self.declared(name, shape)) = [\(rows.joined(separator: "; "))]"
  }

  private func line(_ node: Program.Node, _ word: String, _ name: String) -> String? {
    switch node.kind {
    case .sum(let products):
      if products.count == 1, let words = matrixProduct(products[0]) { return "\(word) \(name) = \(words)" }
      if let sum = entrywiseSum(products, node.shape) { return "\(word) \(name) = \(sum)" }
      let axes = Array(Self.letters.prefix(node.shape.count))
      guard axes.count == node.shape.count else { return nil }
      var terms = ""
      for product in products {
        guard let term = indexed(product, axes) else { return nil }
        terms += Self.joined(terms, product.coefficient, term)
      }
      return "\(word) \(Self.indexed(name, axes)) = \(terms.isEmpty ? "0" : terms)"
    case .map(let function, let input):
      guard let argument = names[input.index] else { return nil }
      switch function {
      case .exp, .log, .tanh, .sigmoid, .squareRoot, .relu, .absolute:
        return "\(word) \(name) = \(function.name)(\(argument))"
      default: return nil
      }
    case .softmax(let input):
      guard node.shape.count == 1, let argument = names[input.index] else { return nil }
      return "\(word) \(name) = softmax(\(argument))"
    default: return nil
    }
  }

  private static func indexed(_ name: String, _ labels: [String]) -> String {
    labels.isEmpty ? name : "\(name)[\(labels.joined(separator: ","))]"
  }

  /// A term behind others, with its number and sign.
  private static func joined(_ before: String, _ coefficient: Rational, _ term: String) -> String {
    let isNegative = coefficient.numerator < 0
    let size = isNegative ? -coefficient : coefficient
    let sign = before.isEmpty ? (isNegative ? "-" : "") : (isNegative ? " - " : " + ")
    let number = size.denominator == 1 ? size.description : "(\(size))"
    return sign + (size == 1 ? term : "\(number)*\(term)")
  }

  /// Sums of whole arrays, each in its own axes.
  private func entrywiseSum(_ products: [Program.Product], _ shape: [Int]) -> String? {
    var sum = ""
    for product in products {
      guard product.uses.count == 1, product.uses[0].labels == product.out,
        let name = names[product.uses[0].node.index],
        Set(product.out).count == product.out.count
      else { return nil }
      sum += Self.joined(sum, product.coefficient, name)
    }
    return sum.isEmpty ? nil : sum
  }

  /// `sum(k: A[i,k]*B[k,j])`.
  private func indexed(_ product: Program.Product, _ axes: [String]) -> String? {
    guard Set(product.out).count == product.out.count else { return nil }
    var letters = Dictionary(uniqueKeysWithValues: zip(product.out, axes))
    var summed: [String] = []
    var factors: [String] = []
    for use in product.uses {
      guard let name = names[use.node.index] else { return nil }
      var labels: [String] = []
      for label in use.labels {
        if letters[label] == nil {
          guard axes.count + summed.count < Self.letters.count else { return nil }
          let letter = Self.letters[axes.count + summed.count]
          letters[label] = letter
          summed.append(letter)
        }
        labels.append(letters[label] ?? "")
      }
      factors.append(Self.indexed(name, labels))
    }
    // Every axis must be one of a factor: otherwise its extent is not said.
    let used = Set(product.uses.flatMap(\.labels))
    guard product.out.allSatisfy(used.contains) else { return nil }
    let term = factors.isEmpty ? "1" : factors.joined(separator: "*")
    return summed.isEmpty ? term : "sum(\(summed.joined(separator: ", ")): \(term))"
  }

  /// Factors that make a path from the first axis of the result to the last, as matrices: `W2*W1`, `U*V'`, `W*x`.
  private func matrixProduct(_ product: Program.Product) -> String? {
    guard product.coefficient == 1, product.uses.count >= 2, (1...2).contains(product.out.count) else { return nil }
    var left = product.uses
    var label = product.out[0]
    var words: [String] = []
    while !left.isEmpty {
      guard left.count(where: { $0.labels.contains(label) }) == 1,
        let place = left.firstIndex(where: { $0.labels.contains(label) })
      else { return nil }
      let use = left.remove(at: place)
      guard let name = names[use.node.index] else { return nil }
      if use.labels.count == 1 {
        guard left.isEmpty, product.out.count == 1, !words.isEmpty else { return nil }
        return (words + [name]).joined(separator: "*")
      }
      guard use.labels.count == 2, use.labels[0] != use.labels[1] else { return nil }
      words.append(use.labels[0] == label ? name : name + "'")
      label = use.labels[0] == label ? use.labels[1] : use.labels[0]
    }
    guard product.out.count == 2, label == product.out[1], product.out[0] != label else { return nil }
    return words.joined(separator: "*")
  }
}

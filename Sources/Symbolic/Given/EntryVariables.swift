import FlowLanguage
import Models

/// The variables of a text at given sizes: every entry of what has no value, named as polynomial texts name it.
package struct EntryVariables {
  /// The first variable of each declaration: parameters, inputs, data and constants without a value.
  package private(set) var declared: [Int: Int] = [:]
  /// The first variable of a parameter's velocity under momentum.
  package private(set) var velocities: [Int: Int] = [:]
  /// The first of the derivatives of the loss in the entries of the model, where that is any.
  package private(set) var cotangents: Int?
  package private(set) var names: [String] = []

  package init(_ file: CheckedFile) throws(Refusal) {
    let hasVelocities = if case .momentum = file.flow { true } else { false }
    for (position, declaration) in file.declarations.enumerated() {
      switch declaration.role {
      case .parameter, .input, .constant: declared[position] = try add(declaration.name, declaration.shape)
      case .data where declaration.value == nil: declared[position] = try add(declaration.name, declaration.shape)
      case .data, .model, .definition: break
      }
      if declaration.role == .parameter, hasVelocities {
        velocities[position] = try add("v_\(declaration.name)", declaration.shape)
      }
    }
    if file.loss == nil, let model = file.model, !Self.isField(file.flow) {
      let declaration = file.declarations[model]
      let outer = declaration.indices.map { file.indices[$0].size }
      cotangents = try add("grad(\(declaration.name))", declaration.indices.isEmpty ? declaration.shape : Shape(outer))
    }
  }

  package static func isField(_ flow: FlowForm<Term>) -> Bool { if case .field = flow { true } else { false } }

  private mutating func add(_ name: String, _ shape: Shape) throws(Refusal) -> Int {
    let extents = shape.sizes.map { $0.number ?? 1 }
    var count = 1
    for extent in extents {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow, product <= PolynomialRing.mostVariables else {
        throw Refusal(
          "'\(name)' has more than \(PolynomialRing.mostVariables) entries", remedy: "use smaller sizes", settings: [])
      }
      count = product
    }
    let first = names.count
    for position in 0..<count {
      var (rest, places) = (position, [Int]())
      for extent in extents.reversed() {
        places.append(rest % extent + 1)
        rest /= extent
      }
      names.append(extents.isEmpty ? name : "\(name)[\(places.reversed().map(String.init).joined(separator: ","))]")
    }
    return first
  }
}

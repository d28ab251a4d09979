import Models

/// Laws that the labels of a program show, proved by symmetry, as texts and as polynomials.
package struct StructuralLaws {
  /// A family of laws under one text.
  package let families: [(text: String, quantities: [ConservedQuantity])]

  /// The laws of a model's observed entries.
  ///
  /// - Throws: ``Refusal`` if a fraction outgrows 64 bits.
  package init(_ model: LawModel) throws(Refusal) {
    var program = model.program
    var root = model.output
    if let observed = model.observed {
      let shape = program[root].shape
      if !shape.isEmpty {
        let indices = observed.flatMap { MultiIndex.at($0, shape: shape).map { Int32(clamping: $0) } }
        let selection = try program.selection(rows: [observed.count], of: shape, indices: indices)
        let labels = Array(1..<shape.count + 1)
        root = try program.sum(
          [Program.Product(1, [Program.Use(root, labels), Program.Use(selection, [0] + labels)], out: [0])],
          shape: [observed.count])
      }
    }
    var families: [(String, [ConservedQuantity])] = []
    for law in try program.laws(of: [root]) {
      var quantities: [ConservedQuantity] = []
      for row in law.rows(in: program) {
        let terms = row.monomials.map {
          LawPolynomial.Term($0.coefficient, [$0.first] + ($0.second.map { [$0] } ?? []))
        }
        quantities.append(ConservedQuantity(try LawPolynomial(terms)))
      }
      families.append((Self.text(law, program), quantities))
    }
    self.families = families
  }

  /// The law in the syntax of `.flow` files: `W2'*W2 - W1*W1'`, `norm2(W1[k,:]) - norm2(W2[:,k])`, `norm2(u) - norm2(v)`.
  package static func text(_ law: Law, _ program: Program) -> String {
    var sum = ""
    for term in law.terms {
      let isNegative = term.coefficient.numerator < 0
      let size = isNegative ? -term.coefficient : term.coefficient
      sum += sum.isEmpty ? (isNegative ? "-" : "") : (isNegative ? " - " : " + ")
      sum += (size == 1 ? "" : "\(size)*") + quantity(law.kind, term, program)
    }
    return sum
  }

  private static func quantity(_ kind: Law.Kind, _ term: Law.Term, _ program: Program) -> String {
    let block = program.blocks[term.block]
    let order = program[block.node].shape.count
    func indexed(_ letter: String, rest: String = ":") -> String {
      var marks = [String](repeating: rest, count: order)
      for axis in term.batch { marks[axis] = "b" }
      for axis in term.axes { marks[axis] = letter }
      return order == 0 ? block.name : "\(block.name)[\(marks.joined(separator: ","))]"
    }
    switch kind {
    case .block: return "norm2(\(block.name))"
    case .norm: return order == 1 && term.batch.isEmpty ? "\(block.name)[k]^2" : "norm2(\(indexed("k")))"
    case .gram:
      if term.batch.isEmpty, order == 2, term.axes.count == 1 {
        return term.axes == [1] ? "\(block.name)'*\(block.name)" : "\(block.name)*\(block.name)'"
      }
      if term.batch.isEmpty, order == 1 { return "\(block.name)*\(block.name)'" }
      return "dot(\(indexed("k")), \(indexed("l")))"
    case .shift: return term.axes.isEmpty ? block.name : "sum(s: \(indexed("s", rest: "j")))"
    }
  }
}

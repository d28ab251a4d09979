import Models

/// A program whose laws are known: by the literature or by an exact count of the symmetries of its instance.
package struct LawExample: Sendable, CustomStringConvertible {
  package let name: String
  package let program: Program
  package let root: Program.ID
  /// Number of independent laws.
  package let count: Int

  package var description: String { name }

  package init(_ name: String, _ count: Int, _ build: (inout Program) throws -> Program.ID) rethrows {
    var program = Program()
    self.name = name
    self.count = count
    root = try build(&program)
    self.program = program
  }

  package init(_ name: String, _ count: Int, _ model: ProgramModel) {
    (self.name, self.count, program, root) = (name, count, model.program, model.node)
  }
}

extension Program {
  /// Fixed small integers as data.
  package mutating func integers(_ shape: [Int], _ seed: UInt64) throws -> ID {
    var random = TestRandom(seed)
    return try data((0..<shape.reduce(1, *)).map { _ in Double(random.index(-4...4)) }, shape)
  }

  /// z less the sum over its first axis times a factor: less its mean, if the factor is one over the extent.
  package mutating func centred(_ z: ID, _ factor: Rational) throws -> ID {
    let mean = try einsum("hn->n", [z], times: factor)
    return try sum([product("hn->hn", [z]), Product(-1, [Use(mean, [1])], out: [0, 1])], shape: self[z].shape)
  }

  /// W x, plus a bias where there is one.
  package mutating func affine(_ name: String, _ shape: [Int], _ x: ID, bias: Bool = false) throws -> ID {
    let weights = try block(name, shape)
    let count = self[x].shape[1]
    guard bias else { return try einsum("ij,jn->in", [weights, x]) }
    let b = try block("b" + name, [shape[0]])
    return try sum(
      [product("ij,jn->in", [weights, x]), Product(1, [Use(b, [0])], out: [0, 1])], shape: [shape[0], count])
  }
}

/// A quantity that gradient flow of a program conserves for *every* differentiable loss of its roots, by a symmetry that the
/// labels show (Noether; the cases of two factors: Arora, Cohen, Hazan 2018, Theorem 1; Du, Hu, Lee 2018, Theorem 2.1).
///
/// A lower bound: where labels see no symmetry, there may still be one.
public final class Law: Sendable {
  /// What is conserved.
  public enum Kind: String, Sendable, CaseIterable {
    /// Σ c · Gram matrix over an axis: Gₖₗ = ⟨slice k, slice l⟩.
    case gram
    /// Σ c · ‖slice k‖² for every index k of an axis.
    case norm
    /// Σ c · ‖block‖².
    case block
    /// The sum over some axes of one block, for every index of the others: what a softmax, or an array less its mean, cannot
    /// see.
    case shift
  }

  /// A term c · (quantity of one block).
  public struct Term: Equatable, Sendable {
    /// Position in ``Program/blocks``.
    public let block: Int
    /// The axis whose slices are multiplied or measured; none for a whole block; the summed axes for a shift.
    public let axes: [Int]
    /// c.
    public let coefficient: Rational
    /// The axes along which the law holds index by index, in the order of ``Law/batch``.
    public let batch: [Int]

    package init(block: Int, axes: [Int], coefficient: Rational, batch: [Int] = []) {
      self.block = block
      self.axes = axes
      self.coefficient = coefficient
      self.batch = batch
    }
  }

  /// Whether coefficients of both signs occur.
  public var isTwoSided: Bool {
    terms.contains { $0.coefficient.numerator > 0 } && terms.contains { $0.coefficient.numerator < 0 }
  }

  /// What is conserved.
  public let kind: Kind
  /// The terms; a shift has one.
  public let terms: [Term]
  /// Number of indices along the axis of the terms; 1 for whole blocks and shifts.
  public let extent: Int
  /// Numbers of indices of the batch axes.
  public let batch: [Int]
  /// The thread of its axes and those of its batch, none for whole blocks and shifts: laws of the same threads belong together.
  let threads: [Int]
  /// The law in words, with the names of the blocks.
  public let statement: String

  package init(kind: Kind, terms: [Term], extent: Int, batch: [Int], threads: [Int] = [], in program: Program) {
    self.kind = kind
    self.terms = terms
    self.extent = extent
    self.batch = batch
    self.threads = threads
    statement = Self.words(kind, terms, program)
  }

  private static func words(_ kind: Kind, _ terms: [Term], _ program: Program) -> String {
    var sum = ""
    for term in terms {
      let c = term.coefficient
      let size = c.numerator < 0 ? -c : c
      sum += sum.isEmpty ? (c.numerator < 0 ? "−" : "") : (c.numerator < 0 ? " − " : " + ")
      sum += (size == 1 ? "" : size.description + "·") + name(kind, term, program)
    }
    switch kind {
    case .gram, .block: return sum + " is conserved" + (terms.contains { !$0.batch.isEmpty } ? " for every b" : "")
    case .norm: return sum + " is conserved for every k" + (terms.contains { !$0.batch.isEmpty } ? " and b" : "")
    case .shift: return sum + " is conserved"
    }
  }

  /// A term without its coefficient: `W2ᵀW2`, `‖W1[k,:]‖²`, `‖W‖²`, `Σᵢ b[i]`.
  private static func name(_ kind: Kind, _ term: Term, _ program: Program) -> String {
    let block = program.blocks[term.block]
    let order = program[block.node].shape.count
    func indexed(_ marks: [String]) -> String {
      block.name + (order == 0 ? "" : "[\(marks.joined(separator: ","))]")
    }
    var marks = [String](repeating: ":", count: order)
    for axis in term.batch { marks[axis] = "b" }
    switch kind {
    case .block: return "‖\(block.name)‖²"
    case .norm:
      for axis in term.axes { marks[axis] = "k" }
      return "‖\(indexed(marks))‖²"
    case .gram:
      if term.batch.isEmpty, order == 2 {
        return term.axes == [1] ? "\(block.name)ᵀ\(block.name)" : "\(block.name)\(block.name)ᵀ"
      }
      if term.batch.isEmpty, order == 1 { return "\(block.name)\(block.name)ᵀ" }
      for axis in term.axes { marks[axis] = "k" }
      let left = indexed(marks)
      for axis in term.axes { marks[axis] = "l" }
      return "⟨\(left),\(indexed(marks))⟩ₖₗ"
    case .shift:
      if term.axes.isEmpty { return "every entry of \(block.name)" }
      for axis in term.axes { marks[axis] = "s" }
      return "Σₛ \(indexed(marks))"
    }
  }
}

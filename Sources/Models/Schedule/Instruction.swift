/// The arrays instructions read and write: where a ``Place`` begins to count.
package enum Base: Int, CaseIterable, Sendable {
  /// Intermediate results.
  case arena
  /// Constant numbers.
  case data
  /// θ.
  case parameters
  /// A direction in parameter space.
  case direction
  /// Weights of the measurements, and their tangent.
  case weights, weightsTangent
  /// Results: predictions, their derivative along the direction, and a vector like θ.
  case predictions, derivatives, result
}

/// A position in one of the arrays.
package struct Place: Equatable, Sendable {
  package var base: Base
  package var offset: Int

  /// A position in one of the arrays.
  package init(base: Base, offset: Int) { (self.base, self.offset) = (base, offset) }
}

/// z ⊕ c·Σ x·y over strided loops, and over the rows of a selection if there is one.
package struct Contraction: Sendable {
  /// Where the arrays start for each row of a selection, in the order of execution; empty for an absent factor.
  package struct Rows: Sendable {
    package var z: [Int32]
    package var factors: [[Int32]]

    /// Starts in the result and in every factor.
    package init(z: [Int32], factors: [[Int32]]) { (self.z, self.factors) = (z, factors) }
  }

  package var coefficient: Rational
  package var result: Place
  /// At most two arrays; none is the number 1.
  package var factors: [Place]
  /// All loops; those that do not move z are summed.
  package var loops: [Loop]
  package var rows: Rows?
  /// z += instead of z =.
  package var accumulates: Bool
  /// How floating-point arithmetic carries it out; exact arithmetic need not read it.
  package var form: ContractionForm

  /// z ⊕ c·Σ x·y.
  package init(
    coefficient: Rational, result: Place, factors: [Place], loops: [Loop], rows: Rows?, accumulates: Bool,
    form: ContractionForm
  ) {
    (self.coefficient, self.result, self.factors, self.loops) = (coefficient, result, factors, loops)
    (self.rows, self.accumulates, self.form) = (rows, accumulates, form)
  }
}

/// One step of a schedule: whole arrays in, a whole array out.
package enum Instruction: Sendable {
  case contraction(Contraction)
  /// z = 0 for so many numbers.
  case clear(Place, count: Int)
  case map(Function, from: Place, to: Place, count: Int)
  case softmax(from: Place, to: Place, rows: Int, count: Int)
  case softmaxDerivative(at: Place, of: Place, to: Place, rows: Int, count: Int)
  case logSumExp(from: Place, to: Place, rows: Int, count: Int)
}

/// An arithmetic: carries out the instructions of the schedule it was made for, one at a time, on memory of its own.
///
/// Whole instructions cross the boundary between modules, never single numbers.
package protocol Backend: AnyObject {
  /// Carries out instruction `number`.
  func execute(_ number: Int)
}

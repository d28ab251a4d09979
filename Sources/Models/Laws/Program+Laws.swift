extension Program {
  /// The conservation laws of gradient flow of every differentiable loss of some nodes, as far as labels show them: Gram and
  /// norm laws of every thread, whole-block scalings, and shifts that a softmax cannot see.
  ///
  /// Counting who holds a label is not enough: powers, tied blocks and several terms enter the systems that are solved here.
  ///
  /// - Throws: ``Refusal`` if a node is unknown or a fraction outgrows 64 bits.
  public func laws(of roots: [ID]) throws(Refusal) -> [Law] {
    for root in roots { try check(root) }
    let threads = LabelThreads(self, roots: roots)
    var laws: [Law] = []
    var traces = RationalSpan()
    for thread in threads.threads.indices where !threads.parameters(thread).isEmpty {
      for law in try threads.laws(thread) {
        laws.append(law)
        try traces.extend(threads.exponents(of: law))
      }
    }
    // Index i of one axis at index b of another is index b of the other at index i of the first. Larger batches first.
    var kept = laws.filter { $0.kind == .gram }
    let norms = laws.filter { $0.kind == .norm }
    for size in (0...(norms.map(\.batch.count).max() ?? 0)).reversed() {
      for law in norms where law.batch.count == size && !kept.contains(where: { law.isContained(in: $0) }) {
        kept.append(law)
      }
    }
    for solution in try threads.blockScalings(beyond: traces.rank) where try traces.extend(solution) {
      let terms = solution.enumerated().filter { $0.element != 0 }.map {
        Law.Term(block: $0.offset, axes: [], coefficient: $0.element, batch: [])
      }
      kept.append(Law(kind: .block, terms: terms, extent: 1, batch: [], in: self))
    }
    return kept + shiftLaws(of: roots)
  }
}

extension Law {
  /// Whether another Gram or norm law has the norms of this one among its numbers or their sums, up to the sign.
  fileprivate func isContained(in other: Law) -> Bool {
    guard other.kind == .gram || other.kind == .norm, terms.count == other.terms.count else { return false }
    return [false, true].contains { negated in
      terms.allSatisfy { term in
        other.terms.contains {
          $0.block == term.block && $0.coefficient == (negated ? -term.coefficient : term.coefficient)
            && (term.axes + term.batch).allSatisfy(($0.axes + $0.batch).contains)
        }
      }
    }
  }
}

extension LabelThreads {
  /// Gram laws and norm laws of a thread, each with the largest batch it holds over; traces of known laws are left out.
  func laws(_ thread: Int) throws(Refusal) -> [Law] {
    let axes = parameters(thread)
    var gram = RationalSpan()
    var norm = RationalSpan()
    var laws: [Law] = []
    // Larger batches first: what holds index by index holds for the sum.
    for batch in try batches(thread) {
      for solution in try ScalingSystem.solutions(self, thread, batch: batch, whole: true)
      where try gram.extend(solution) {
        laws.append(law(.gram, solution, thread, batch))
      }
    }
    let grams = laws
    for batch in try batches(thread) {
      // A Gram law over the same batch or a larger one contains the norm law, its diagonal.
      var known = norm
      for law in grams where batch.allSatisfy(law.threads.dropFirst().contains) {
        try known.extend(vector(law, axes, thread))
      }
      for solution in try ScalingSystem.solutions(self, thread, batch: batch, whole: false)
      where try known.extend(solution) {
        try norm.extend(solution)
        laws.append(law(.norm, solution, thread, batch))
      }
    }
    return laws
  }

  /// Sets of threads over which some exponents solve index by index, larger sets first, the empty one last.
  private func batches(_ thread: Int) throws(Refusal) -> [[Int]] {
    let blocks = parameters(thread).map { threads[thread][$0].node }
    var single: [Int] = []
    for other in threads.indices where other != thread && extent(other) > 1 {
      guard blocks.contains(where: { axes(of: $0, on: other).count == 1 }) else { continue }
      if try !ScalingSystem.solutions(self, thread, batch: [other], whole: false).isEmpty { single.append(other) }
    }
    // All sets of few threads; of many, only each on its own.
    guard single.count <= 5 else { return single.map { [$0] } + [[]] }
    let sets = (0..<(1 << single.count)).map { bits in
      single.indices.filter { bits >> $0 & 1 == 1 }.map { single[$0] }
    }
    return (0...single.count).reversed().flatMap { size in sets.filter { $0.count == size } }
  }

  private func law(_ kind: Law.Kind, _ solution: [Rational], _ thread: Int, _ batch: [Int]) -> Law {
    var terms: [Law.Term] = []
    for (position, coefficient) in zip(parameters(thread), solution) where coefficient != 0 {
      let axis = threads[thread][position]
      guard case .block(let number) = program.nodes[axis.node].kind else { continue }
      let accompanying = batch.flatMap { axes(of: axis.node, on: $0) }
      terms.append(Law.Term(block: number, axes: [axis.axis], coefficient: coefficient, batch: accompanying))
    }
    return Law(
      kind: kind, terms: terms, extent: extent(thread), batch: batch.map { extent($0) }, threads: [thread] + batch,
      in: program)
  }

  /// The exponents of a law on the parameter axes of its thread.
  private func vector(_ law: Law, _ positions: [Int], _ thread: Int) -> [Rational] {
    positions.map { position in
      let axis = threads[thread][position]
      let term = law.terms.first { program.blocks[$0.block].node.index == axis.node && $0.axes == [axis.axis] }
      return term?.coefficient ?? 0
    }
  }

  /// The exponents of a law's trace by blocks, as far as they are not 0.
  func exponents(of law: Law) throws(Refusal) -> [Int: Rational] {
    var exponents: [Int: Rational] = [:]
    for term in law.terms { exponents[term.block] = try (exponents[term.block] ?? 0) + term.coefficient }
    return exponents
  }
}

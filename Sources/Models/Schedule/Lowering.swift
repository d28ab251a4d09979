/// Chooses how z ⊕ c·Σ x·y over some loops is carried out, by estimates in nanoseconds and never by a clock: two plans of one
/// program are the same, and so are the bytes of their results.
package struct Lowering {
  /// How it is carried out.
  package private(set) var form: ContractionForm
  /// Estimated nanoseconds.
  package private(set) var cost: Double

  /// The cheapest way; the loops are merged already. `factors` counts the arrays that are read.
  package init(_ loops: [Loop], factors: Int, takesMatrices: Bool = true) {
    (form, cost) = Self.nest(loops, factors: factors)
    guard factors == 2, takesMatrices else { return }
    let total = loops.reduce(1.0) { $0 * Double($1.extent) }
    // Every matrix product costs a call, and two multiplications in 0.1 ns.
    if cost > 60 + total / 20 { useMatrices(loops, total: total) }
  }

  private mutating func useMatrices(_ loops: [Loop], total: Double) {
    let left = loops.filter { $0.z != 0 && $0.x != 0 && $0.y == 0 }
    let right = loops.filter { $0.z != 0 && $0.x == 0 && $0.y != 0 }
    let sums = loops.filter { $0.z == 0 && $0.x != 0 && $0.y != 0 }
    for k in sums {
      for m in left {
        for n in right { offer(Self.matrix(m, n, k), loops, [m, n, k], total) }
        offer(Self.vector(m, k, isSwapped: false), loops, [m, k], total)
      }
      for n in right { offer(Self.vector(n.swapped, k.swapped, isSwapped: true), loops, [n, k], total) }
    }
  }

  @inline(never)
  private mutating func offer(_ form: ContractionForm?, _ loops: [Loop], _ used: [Loop], _ total: Double) {
    guard let form else { return }
    var rest = loops
    for loop in used { if let position = rest.firstIndex(of: loop) { rest.remove(at: position) } }
    rest = Loop.farthestFirst(rest)
    let calls = rest.reduce(1.0) { $0 * Double($1.extent) }
    let each = total / calls
    switch form {
    case .matrix(var product):
      let (m, n, k) = (Double(product.m), Double(product.n), Double(product.k))
      let estimate = calls * (150 + each / 20 + (m * k + k * n) / 4 + m * n / 8)
      guard estimate < cost else { return }
      product.outer = rest
      (self.form, cost) = (.matrix(product), estimate)
    case .vector(var product):
      let estimate = calls * (60 + each / 4)
      guard estimate < cost else { return }
      product.outer = rest
      (self.form, cost) = (.vector(product), estimate)
    case .nest: break
    }
  }

  /// z[m, n] = Σ_k x[m, k] y[k, n], or nil where a stride is neither 1 nor a row's.
  private static func matrix(_ m: Loop, _ n: Loop, _ k: Loop) -> ContractionForm? {
    if n.z == 1, m.z >= n.extent, let a = stored(m.extent, k.extent, m.x, k.x),
      let b = stored(k.extent, n.extent, k.y, n.y)
    {
      return .matrix(
        MatrixProduct(
          m: m.extent, n: n.extent, k: k.extent, lda: a.stride, ldb: b.stride, ldc: m.z, transposesA: a.transposed,
          transposesB: b.transposed, isSwapped: false, outer: []))
    }
    if m.z == 1, n.z >= m.extent, let a = stored(n.extent, k.extent, n.y, k.y),
      let b = stored(k.extent, m.extent, k.x, m.x)
    {
      return .matrix(
        MatrixProduct(
          m: n.extent, n: m.extent, k: k.extent, lda: a.stride, ldb: b.stride, ldc: n.z, transposesA: a.transposed,
          transposesB: b.transposed, isSwapped: true, outer: []))
    }
    return nil
  }

  /// z[m] = Σ_k x[m, k] y[k].
  private static func vector(_ m: Loop, _ k: Loop, isSwapped: Bool) -> ContractionForm? {
    guard let a = stored(m.extent, k.extent, m.x, k.x), fits(k.y), fits(m.z) else { return nil }
    return .vector(
      MatrixVectorProduct(
        rows: a.transposed ? k.extent : m.extent, columns: a.transposed ? m.extent : k.extent, lda: a.stride,
        transposes: a.transposed, incx: k.y, incy: m.z, isSwapped: isSwapped, outer: []))
  }

  /// A rows × columns matrix with these strides as BLAS stores it.
  private static func stored(
    _ rows: Int, _ columns: Int, _ down: Int, _ across: Int
  ) -> (stride: Int, transposed: Bool)? {
    guard fits(rows), fits(columns), fits(down), fits(across) else { return nil }
    if across == 1, down >= columns { return (down, false) }
    if down == 1, across >= rows { return (across, true) }
    return nil
  }

  /// BLAS counts in 32 bits.
  private static func fits(_ number: Int) -> Bool { number > 0 && number <= Int(Int32.max) }

  /// The best nest of loops, by what the innermost one does.
  private static func nest(_ loops: [Loop], factors: Int) -> (ContractionForm, Double) {
    var best: (nest: Nest, cost: Double)?
    for position in loops.isEmpty ? [-1] : Array(loops.indices) {
      var rest = loops
      let inner = position < 0 ? Loop.once : rest.remove(at: position)
      let (kind, isSwapped) = kind(of: inner, factors: factors)
      let middle = rest.indices.max { a, b in
        ((rest[a].z == 0 ? 1 : 0), rest[a].extent) < ((rest[b].z == 0 ? 1 : 0), rest[b].extent)
      }
      let second = middle.map { rest.remove(at: $0) } ?? Loop.once
      rest = Loop.farthestFirst(rest)
      let outside = rest.reduce(1.0) { $0 * Double($1.extent) }
      let n = Double(inner.extent)
      let once: Double =
        switch kind {
        case .times, .scaled: (second.z == 0 ? 0.5 : 1) + n * (second.z == 0 ? 0.15 : 0.25) + (n < 8 ? 1 : 0)
        case .dot, .total: 2 + n * 0.15
        case .strided: 1 + n * 0.8
        }
      let cost = outside * (4 + Double(second.extent) * once)
      if best.map({ cost < $0.cost }) ?? true {
        let swap = { (loop: Loop) in isSwapped ? loop.swapped : loop }
        best = (
          Nest(kind: kind, outer: rest.map(swap), middle: swap(second), inner: swap(inner), isSwapped: isSwapped), cost
        )
      }
    }
    guard let best else {
      return (.nest(Nest(kind: .strided, outer: [], middle: .once, inner: .once, isSwapped: false)), 5)
    }
    return (.nest(best.nest), best.cost)
  }

  private static func kind(of loop: Loop, factors: Int) -> (Nest.Kind, isSwapped: Bool) {
    guard factors > 0 else { return (.strided, false) }
    switch (loop.z, loop.x, loop.y) {
    case (1, 1, 1): return (.times, false)
    case (1, 1, 0): return (.scaled, false)
    case (1, 0, 1): return (.scaled, true)
    case (0, 1, 1): return (.dot, false)
    case (0, 1, 0): return (.total, false)
    case (0, 0, 1): return (.total, true)
    default: return (.strided, false)
    }
  }

  /// Whether one pass of the kernel completes the entries of z it touches, so that they can be set instead of added to.
  package var completesEntries: Bool { form.outer.allSatisfy { $0.z != 0 } }
}

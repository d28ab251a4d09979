/// Hessian blocks of a CP factorization with observed entries over a few components.
///
/// An entry depends on N numbers of each component, so its row of the Jacobian has N numbers per component: the block is
/// summed entry by entry, by outer products.
final class CPComponentBlocks: ComponentBlocks {
  let componentCount: Int
  let rowCount: Int
  private let order: Int
  private let dimensions: [Int]
  /// First row of each mode in the stacked factors.
  private let offsets: [Int]
  private let indices: [Int32]
  private let count: Int
  /// Entries a row of the end-to-end tensor has, relative to all it could have, at most.
  private let density: Double
  private let norms: Buffer<Double>
  /// The vectors of each mode.
  private let bundles: [VectorBundle]

  init(dimensions: [Int], components: Int, indices: [Int32]) {
    self.dimensions = dimensions
    self.indices = indices
    componentCount = components
    order = dimensions.count
    count = indices.count / dimensions.count
    var offsets: [Int] = []
    var rows = 0
    for dimension in dimensions {
      offsets.append(rows)
      rows += dimension
    }
    self.offsets = offsets
    rowCount = rows
    bundles = zip(offsets, dimensions).map {
      VectorBundle(offset: $0 * components, length: $1, stride: components, count: components)
    }
    var fibres = [Int](repeating: 0, count: rows)
    for k in 0..<count {
      for n in 0..<dimensions.count { fibres[offsets[n] + Int(indices[k * dimensions.count + n])] += 1 }
    }
    let size = dimensions.reduce(1.0) { $0 * Double($1) }
    var density = 0.0
    for (n, dimension) in dimensions.enumerated() {
      let most = fibres[offsets[n]..<(offsets[n] + dimension)].max() ?? 0
      density = max(density, Double(most) * Double(dimension) / size)
    }
    self.density = density
    norms = Buffer(count: dimensions.count * components)
  }

  /// Part of the weights' Frobenius norm that is taken for the norm of their contraction with all but two of a component's
  /// vectors: the vectors of components that have not grown are aligned with nothing.
  private static let alignment = 0.25

  /// c ℓ″ · density · Σₙ Π_{m≠n} ‖a_m‖² for the first-order part and ‖c ℓ′‖ · Π without the two shortest ‖a_m‖ for the
  /// second-order part, taking the observed entries to be spread evenly.
  func scales(
    _ parameters: UnsafePointer<Double>, curvature: Double, weightNorm: Double,
    into scales: UnsafeMutablePointer<Double>
  ) {
    let width = componentCount
    for (n, bundle) in bundles.enumerated() { bundle.dot(parameters, parameters, into: norms.pointer + n * width) }
    for r in 0..<width {
      // Products of all squared norms but one, summed; and of all but the two smallest.
      var (all, oneLess) = (1.0, 0.0)
      var (smallest, next) = (Double.infinity, Double.infinity)
      for n in 0..<order {
        let square = norms.pointer[n * width + r]
        oneLess = oneLess * square + all
        all *= square
        if square < smallest { (smallest, next) = (square, smallest) } else if square < next { next = square }
      }
      var rest = 1.0
      var skipped = (smallest: false, next: false)
      for n in 0..<order {
        let square = norms.pointer[n * width + r]
        if square == smallest, !skipped.smallest {
          skipped.smallest = true
        } else if square == next, !skipped.next {
          skipped.next = true
        } else {
          rest *= square
        }
      }
      scales[r] = curvature * density * oneLess + Self.alignment * weightNorm * rest.squareRoot()
    }
  }

  func block(
    _ parameters: UnsafePointer<Double>, components: [Int], first: UnsafePointer<Double>,
    second: UnsafePointer<Double>, into block: UnsafeMutablePointer<Double>
  ) {
    let width = components.count
    let m = rowCount * width
    block.initialize(repeating: 0, count: m * m)
    let values = Buffer<Double>(count: m)
    for row in 0..<rowCount {
      for (place, r) in components.enumerated() {
        values.pointer[row * width + place] = parameters[row * componentCount + r]
      }
    }
    // others[n]: products over all modes but n; pairs: over all modes but two.
    let others = Buffer<Double>(count: order * width)
    let pair = Buffer<Double>(count: width)
    let rows = Buffer<Int>(count: order)
    for k in 0..<count {
      for n in 0..<order { rows.pointer[n] = (offsets[n] + Int(indices[k * order + n])) * width }
      for n in 0..<order { product(values, rows, without: n, n, width, into: others.pointer + n * width) }
      for n in 0..<order {
        let left = others.pointer + n * width
        for l in n..<order {
          let right = others.pointer + l * width
          for a in 0..<width {
            let weight = second[k] * left[a]
            let target = block + (rows.pointer[n] + a) * m + rows.pointer[l]
            for b in 0..<width { target[b] += weight * right[b] }
          }
          if l > n {
            product(values, rows, without: n, l, width, into: pair.pointer)
            for a in 0..<width {
              block[(rows.pointer[n] + a) * m + rows.pointer[l] + a] += first[k] * pair.pointer[a]
            }
          }
        }
      }
    }
    for i in 0..<m {
      for j in 0..<i { block[i * m + j] = block[j * m + i] }
    }
  }

  private func product(
    _ values: Buffer<Double>, _ rows: Buffer<Int>, without n: Int, _ l: Int, _ width: Int,
    into result: UnsafeMutablePointer<Double>
  ) {
    for a in 0..<width { result[a] = 1 }
    for mode in 0..<order where mode != n && mode != l {
      let row = values.pointer + rows.pointer[mode]
      for a in 0..<width { result[a] *= row[a] }
    }
  }
}

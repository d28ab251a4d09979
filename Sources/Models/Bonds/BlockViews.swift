/// Views of the slices of a program's blocks in θ.
struct BlockViews {
  private let shapes: [[Int]]
  private let offsets: [Int]
  private let names: [String]

  init(_ program: Program) {
    shapes = program.blocks.map { program[$0.node].shape }
    offsets = program.layout.blocks.map(\.offset)
    names = program.blocks.map(\.name)
  }

  /// A loop over some axes: how many, how far apart.
  private struct Level {
    var count: Int
    var stride: Int
  }

  /// Numbers from one index to the next along each axis of a block.
  private func strides(_ block: Int) -> [Int] {
    var strides = [Int](repeating: 1, count: shapes[block].count)
    for axis in shapes[block].indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * shapes[block][axis + 1]
    }
    return strides
  }

  /// The axes that are left, neighbours merged where they chain, the fastest last.
  private func levels(_ block: Int, without axes: [Int]) -> [Level] {
    let strides = strides(block)
    var levels: [Level] = []
    for (axis, extent) in shapes[block].enumerated() where !axes.contains(axis) && extent > 1 {
      if let last = levels.last, last.stride == strides[axis] * extent {
        levels[levels.count - 1] = Level(count: last.count * extent, stride: strides[axis])
      } else {
        levels.append(Level(count: extent, stride: strides[axis]))
      }
    }
    return levels
  }

  private func offset(_ block: Int, fixing indices: [(axis: Int, index: Int)]) -> Int {
    let strides = strides(block)
    return indices.reduce(offsets[block]) { $0 + $1.index * strides[$1.axis] }
  }

  private func offsets(from start: Int, _ levels: some Sequence<Level>) -> [Int] {
    levels.reduce([start]) { starts, level in
      starts.flatMap { start in (0..<level.count).map { start + $0 * level.stride } }
    }
  }

  /// `A1[:,0]`, `G[0,:,:]`: a block with some of its indices.
  func name(_ block: Int, fixing indices: [(axis: Int, index: Int)]) -> String {
    guard !indices.isEmpty else { return names[block] }
    let marks = shapes[block].indices.map { axis in indices.first { $0.axis == axis }.map { "\($0.index)" } ?? ":" }
    return "\(names[block])[\(marks.joined(separator: ","))]"
  }

  /// The entries of a block with some indices fixed.
  func slice(_ block: Int, fixing indices: [(axis: Int, index: Int)]) -> VectorView {
    let levels = levels(block, without: indices.map(\.axis))
    let inner = levels.last ?? Level(count: 1, stride: 1)
    return VectorView(
      name: name(block, fixing: indices),
      starts: offsets(from: offset(block, fixing: indices), levels.dropLast()), runLength: inner.count,
      stride: inner.stride)
  }

  /// The slices along an axis as rows, with some other indices fixed: as many matrices as BLAS needs.
  func rows(_ block: Int, along axis: Int, fixing indices: [(axis: Int, index: Int)]) -> [MatrixView] {
    var levels = levels(block, without: indices.map(\.axis) + [axis])
    // The longest loop that leaves unit stride on one side becomes the columns.
    let rowStride = strides(block)[axis]
    let column = levels.indices.filter { rowStride == 1 || levels[$0].stride == 1 }.max {
      levels[$0].count < levels[$1].count
    }
    let columns = column.map { levels.remove(at: $0) } ?? levels.popLast() ?? Level(count: 1, stride: 1)
    return offsets(from: offset(block, fixing: indices), levels).map {
      MatrixView(
        offset: $0, rows: shapes[block][axis], columns: columns.count, rowStride: rowStride,
        columnStride: columns.stride)
    }
  }

  /// `W2ᵀW2`, `W1 W1ᵀ`, `Gram(G, axis 1)`: the Gram matrix of the slices along an axis.
  func gramName(_ block: Int, along axis: Int, fixing indices: [(axis: Int, index: Int)]) -> String {
    let name = name(block, fixing: indices)
    guard indices.isEmpty, shapes[block].count <= 2 else {
      return "Gram of \(name) along axis \(axis + 1)"
    }
    return axis == 1 ? "\(name)ᵀ\(name)" : "\(name) \(name)ᵀ"
  }
}

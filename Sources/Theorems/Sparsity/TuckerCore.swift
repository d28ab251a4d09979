import GSLBridge
import Models

/// The core G of a Tucker family, and what is known of its slices.
struct TuckerCore {
  /// The core's entries in θ.
  let block: ParameterBlock
  /// Factors between the core and W per mode.
  let depth: Int
  /// Whether every slice has a chain of its own, so that nothing rotates the slices into each other from depth 2 on.
  let isColumnwise: Bool

  /// Nil for another model.
  init?(_ model: Model) {
    let families = [Tucker.card.name, DeepTuckerMatrices.card.name, DeepTuckerColumns.card.name]
    guard families.contains(model.identifier), let block = model.layout.blocks.first(where: { $0.name == "G" }) else {
      return nil
    }
    self.block = block
    depth = (model.layout.blocks.count - 1) / max(1, block.shape.count)
    isColumnwise = model.identifier == DeepTuckerColumns.card.name
  }

  /// Whether the core's own basis means anything: with one matrix or more shared by a mode's slices, the flow is equivariant under its
  /// rotations, and so are usual starts.
  var hasOwnBasis: Bool { isColumnwise && depth >= 2 }

  /// The slices' norms of every mode in the core's own basis, descending.
  func sliceNorms(_ parameters: [Double]) -> [[Double]] {
    block.shape.indices.map { mode in
      let stride = block.shape[(mode + 1)...].reduce(1, *)
      var squares = [Double](repeating: 0, count: block.shape[mode])
      for i in 0..<block.count {
        let x = parameters[block.offset + i]
        squares[i / stride % block.shape[mode]] += x * x
      }
      return Ordering.ascending(squares.map { $0.squareRoot() }).reversed()
    }
  }

  /// The same in the basis of the higher-order singular value decomposition: singular values of the core's unfoldings.
  ///
  /// - Throws: ``GSLError`` if the core is not finite.
  func spectra(_ parameters: [Double]) throws(GSLError) -> [[Double]] {
    let core = Array(parameters[block.range])
    var spectra: [[Double]] = []
    for mode in block.shape.indices {
      spectra.append(try Matricization(rows: [mode]).singularValues(core, shape: block.shape))
    }
    return spectra
  }

  /// The multilinear rank of a tensor that is known everywhere, to 1e-8 of its largest singular value; nil if it is not finite.
  static func multilinearRank(_ tensor: [Double], shape: [Int]) -> [Int]? {
    var ranks: [Int] = []
    for mode in shape.indices {
      guard let values = try? Matricization(rows: [mode]).singularValues(tensor, shape: shape),
        let largest = values.first,
        largest > 0
      else { return nil }
      ranks.append(values.count { $0 > 1e-8 * largest })
    }
    return ranks
  }

  /// `2,2,2`.
  static func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ",") }

  /// The largest, over modes, of the first norm that the target has no use for beside the largest one.
  ///
  /// - Parameter offset: 0 for that norm, −1 for the last that the target needs.
  static func excess(_ norms: [[Double]], ranks: [Int], offset: Int = 0) -> Double {
    var worst = 0.0
    for (values, rank) in zip(norms, ranks) {
      let place = rank + offset
      guard place > 0, place < values.count, let largest = values.first, largest > 0 else { continue }
      worst = max(worst, values[place] / largest)
    }
    return worst
  }
}

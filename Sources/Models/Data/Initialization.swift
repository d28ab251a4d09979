import ArrayFiles
import CMath
import GSLBridge

/// Which sign the determinant of a drawn end-to-end matrix is to have.
public enum DeterminantChoice: String, CaseIterable, Sendable {
  case positive
  case negative
  case any

  func fits(_ matrix: Matrix) -> Bool {
    switch self {
    case .positive: matrix.determinantSign > 0
    case .negative: matrix.determinantSign < 0
    case .any: true
    }
  }
}

/// How θ(0) is drawn. The scale α means what each case says.
public enum Initialization: String, CaseIterable, Sendable {
  /// Every entry of every block N(0, α²).
  case gaussian
  /// A balanced start. Matrix: an end-to-end matrix A with N(0, α²) entries is drawn, A = USVᵀ, and W_L = US^{1/L}, …,
  /// W_1 = S^{1/L}Vᵀ, padded with zeros, so W_{l+1}ᵀW_{l+1} = W_l W_lᵀ. CP: a gaussian draw whose vectors are rescaled,
  /// component by component, to the geometric mean of their norms.
  case balanced
  /// Every layer of a matrix factorization α·I.
  case identity

  /// Draws θ(0). Block b comes from the random stream `start/b`, so a block's draw does not depend on the others' sizes.
  ///
  /// - Throws: ``ExperimentError`` if the scale is unusable or the kind does not fit the model.
  ///
  /// - Parameter determinant: which sign det W(0) is to have; balanced starts of square matrices are redrawn until it fits.
  public func parameters(
    for model: any Model, scale: Double, seed: UInt64, determinant: DeterminantChoice = .any
  ) throws(ExperimentError) -> [Double] {
    guard scale > 0, scale.isFinite else {
      throw ExperimentError("the initialization scale is \(scale)", remedy: "give --init-scale a positive number")
    }
    if determinant != .any {
      guard self == .balanced, let matrix = model as? MatrixFactorization, matrix.shape[0] == matrix.shape[1] else {
        throw ExperimentError(
          "a determinant's sign can be asked of balanced starts of square matrices, not of a \(rawValue) start of a "
            + model.summary, remedy: "use --init balanced, or --det any")
      }
    }
    switch self {
    case .gaussian:
      return Self.gaussian(model.layout, scale: scale, seed: seed)
    case .identity:
      guard model is MatrixFactorization else {
        throw ExperimentError(
          "an identity start needs a matrix factorization, not \(model.identifier)",
          remedy: "use --init gaussian or --init balanced")
      }
      var parameters = [Double](repeating: 0, count: model.layout.count)
      for block in model.layout.blocks {
        for i in 0..<min(block.rows, block.columns) { parameters[block.offset + i * block.columns + i] = scale }
      }
      return parameters
    case .balanced:
      if let matrix = model as? MatrixFactorization {
        return try Self.balanced(matrix, scale: scale, seed: seed, determinant: determinant)
      }
      return try Self.balanced(model, scale: scale, seed: seed)
    }
  }

  private static func gaussian(_ layout: ParameterLayout, scale: Double, seed: UInt64) -> [Double] {
    var parameters: [Double] = []
    parameters.reserveCapacity(layout.count)
    for block in layout.blocks {
      var stream = RandomStream(seed: seed, name: "start/\(block.name)")
      for _ in 0..<block.count { parameters.append(scale * stream.gaussian()) }
    }
    return parameters
  }

  private static func balanced(
    _ model: MatrixFactorization, scale: Double, seed: UInt64, determinant: DeterminantChoice
  ) throws(ExperimentError) -> [Double] {
    let rows = model.endShape[0]
    let columns = model.endShape[1]
    var stream = RandomStream(seed: seed, name: "start/end")
    func draw() -> Matrix {
      Matrix(rows: rows, columns: columns, elements: (0..<(rows * columns)).map { _ in scale * stream.gaussian() })
    }
    var drawn = draw()
    // Half of all draws fit, unless the entries vanish.
    var draws = 1
    while !determinant.fits(drawn) {
      guard draws < 1000 else {
        throw ExperimentError(
          "none of 1000 draws at scale \(scale) had a \(determinant.rawValue) determinant",
          remedy: "use a larger --init-scale")
      }
      drawn = draw()
      draws += 1
    }
    return try model.balancedParameters(endToEnd: drawn)
  }

  private static func balanced(
    _ model: any Model, scale: Double, seed: UInt64
  ) throws(ExperimentError) -> [Double] {
    var parameters = gaussian(model.layout, scale: scale, seed: seed)
    for bond in model.bonds {
      guard case .multilinear(let vectors) = bond else {
        throw ExperimentError(
          "no balanced start is known for \(model.identifier)", remedy: "use --init gaussian")
      }
      let norms = vectors.map { $0.squaredNorm(in: parameters).squareRoot() }
      let logMean = norms.reduce(0) { $0 + log($1) } / Double(norms.count)
      for (vector, norm) in zip(vectors, norms) where norm > 0 && logMean.isFinite {
        let factor = exp(logMean) / norm
        for i in 0..<vector.count { parameters[vector.offset + i * vector.stride] *= factor }
      }
    }
    return parameters
  }

  /// Reads θ(0) from an NPZ file that holds one array per parameter block under the block's name.
  ///
  /// - Throws: ``FileError`` if the file is unreadable or holds a number that is not finite, ``ExperimentError`` if a block is missing or has another shape.
  public static func parameters(for model: any Model, file path: String) throws -> [Double] {
    let arrays = try NumpyFile.readNPZ(path)
    var parameters = [Double](repeating: 0, count: model.layout.count)
    for block in model.layout.blocks {
      guard let array = arrays.first(where: { $0.name == block.name })?.array else {
        let names = arrays.map(\.name).joined(separator: ", ")
        throw ExperimentError(
          "\(path): there is no array '\(block.name)' (found: \(names))",
          remedy: "a start file holds one array per block: \(model.layout.blocks.map(\.name).joined(separator: ", "))")
      }
      guard array.shape == [block.rows, block.columns] else {
        throw ExperimentError(
          "\(path): array '\(block.name)' has shape \(array.shape), the model needs [\(block.rows), \(block.columns)]",
          remedy: "check --shape, --depth, --width and --components, and leave out a trajectory's time axis")
      }
      if let k = array.values.firstIndex(where: { !$0.isFinite }) {
        throw FileError(
          .malformed, path: path, problem: "entry \(k) of array '\(block.name)' is \(array.values[k])",
          remedy: "make every entry finite")
      }
      parameters.replaceSubrange(block.range, with: array.values)
    }
    return parameters
  }
}

extension VectorView {
  /// ‖w‖².
  func squaredNorm(in parameters: [Double]) -> Double {
    var total = 0.0
    for i in 0..<count {
      let entry = parameters[offset + i * stride]
      total += entry * entry
    }
    return total
  }
}

extension MatrixFactorization {
  /// The balanced factorization of an end-to-end matrix A = USVᵀ: W_L = US^{1/L}, W_l = S^{1/L}, W_1 = S^{1/L}Vᵀ, padded
  /// with zeros to the widths.
  ///
  /// - Throws: ``ExperimentError`` if a hidden width is below the smaller dimension of A, or the SVD fails.
  public func balancedParameters(endToEnd matrix: Matrix) throws(ExperimentError) -> [Double] {
    let rank = min(matrix.rows, matrix.columns)
    if let width = hiddenWidths.first(where: { $0 < rank }) {
      throw ExperimentError(
        "a balanced start needs hidden widths of at least \(rank), and one is \(width)",
        remedy: "use --width \(rank) or more, or --init gaussian")
    }
    let depth = hiddenWidths.count + 1
    if depth == 1 { return matrix.elements }
    let decomposition: SVD
    do {
      decomposition = try SVD(matrix)
    } catch {
      throw ExperimentError("the start's singular value decomposition failed: \(error)", remedy: "use another --seed")
    }
    let roots = decomposition.singularValues.map { pow($0, 1 / Double(depth)) }
    var parameters = [Double](repeating: 0, count: layout.count)
    for (l, block) in layout.blocks.enumerated() {
      for k in 0..<rank {
        if l == 0 {
          for j in 0..<block.columns {
            parameters[block.offset + k * block.columns + j] = roots[k] * decomposition.v[j, k]
          }
        } else if l == depth - 1 {
          for i in 0..<block.rows {
            parameters[block.offset + i * block.columns + k] = roots[k] * decomposition.u[i, k]
          }
        } else {
          parameters[block.offset + k * block.columns + k] = roots[k]
        }
      }
    }
    return parameters
  }
}

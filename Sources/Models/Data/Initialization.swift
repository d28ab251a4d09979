import ArrayFiles
import CMath
import GSLBridge

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
  /// - Throws: ``Refusal`` if the scale is unusable or the kind does not fit the model.
  ///
  /// - Parameter determinant: which sign det W(0) is to have; balanced starts of square matrices are redrawn until it fits.
  public func parameters(
    for model: any Model, scale: Double, seed: UInt64, determinant: DeterminantChoice = .any
  ) throws(Refusal) -> [Double] {
    guard scale > 0, scale.isFinite else {
      throw Refusal("the initialization scale is \(scale)", remedy: "give init.scale a positive number")
    }
    if determinant != .any {
      guard self == .balanced, let matrix = model as? MatrixFactorization, matrix.shape[0] == matrix.shape[1] else {
        throw Refusal(
          "a determinant's sign can be asked of balanced starts of square matrices, not of a \(rawValue) start of a "
            + model.summary, remedy: "use init.name balanced, or init.det any")
      }
    }
    switch self {
    case .gaussian:
      return Self.gaussian(model.layout, scale: scale, seed: seed)
    case .identity:
      guard model is MatrixFactorization else {
        throw Refusal(
          "an identity start needs a matrix factorization, not \(model.identifier)",
          remedy: "use init.name gaussian or init.name balanced")
      }
      var parameters = [Double](repeating: 0, count: model.layout.count)
      for block in model.layout.blocks {
        for i in 0..<min(block.rows, block.columns) { parameters[block.offset + i * block.columns + i] = scale }
      }
      return parameters
    case .balanced:
      if let matrix = model as? MatrixFactorization {
        return try matrix.balancedParameters(scale: scale, seed: seed, determinant: determinant)
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
    _ model: any Model, scale: Double, seed: UInt64
  ) throws(Refusal) -> [Double] {
    var parameters = gaussian(model.layout, scale: scale, seed: seed)
    for bond in model.bonds {
      guard case .multilinear(let vectors) = bond else {
        throw Refusal(
          "no balanced start is known for \(model.identifier)", remedy: "use init.name gaussian")
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
  /// - Throws: ``FileError`` if the file is unreadable or holds a number that is not finite, ``Refusal`` if a block is missing or has another shape.
  public static func parameters(for model: any Model, file path: String) throws -> [Double] {
    let arrays = try NumpyFile.readNPZ(path)
    var parameters = [Double](repeating: 0, count: model.layout.count)
    for block in model.layout.blocks {
      guard let array = arrays.first(where: { $0.name == block.name })?.array else {
        let names = arrays.map(\.name).joined(separator: ", ")
        throw Refusal(
          "\(path): there is no array '\(block.name)' (found: \(names))",
          remedy: "a start file holds one array per block: \(model.layout.blocks.map(\.name).joined(separator: ", "))")
      }
      guard array.shape == [block.rows, block.columns] else {
        throw Refusal(
          "\(path): array '\(block.name)' has shape \(array.shape), the model needs [\(block.rows), \(block.columns)]",
          remedy:
            "check problem.shape, problem.depth, problem.width and problem.components, and leave out a trajectory's time axis"
        )
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

import ArrayFiles
import CMath
import GSLBridge

/// How θ(0) is drawn, by name. The scale α means what each start says.
public struct Initialization: RawRepresentable, Hashable, CaseIterable, Sendable {
  public let rawValue: String

  /// The start of that name; nil if neither all models nor a family has one.
  public init?(rawValue: String) {
    guard let known = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = known
  }

  private init(name: String) { rawValue = name }

  /// Every entry of every block N(0, α²).
  public static let gaussian = Initialization(name: "gaussian")
  /// A balanced start: a gaussian draw brought to least norm by the rescalings that leave W as it is, so that every law that
  /// ties sizes to each other is 0. CP: the vectors of a component get the geometric mean of their norms. Matrix: an end-to-end
  /// matrix A with N(0, α²) entries is drawn, A = USVᵀ, and W_L = US^{1/L}, …, W_1 = S^{1/L}Vᵀ, padded with zeros, so
  /// W_{l+1}ᵀW_{l+1} = W_l W_lᵀ.
  public static let balanced = Initialization(name: "balanced")
  /// Every layer of a matrix factorization α·I.
  public static let identity = Initialization(name: "identity")

  /// The starts of all models, then those of the families.
  public static var allCases: [Initialization] {
    var starts: [Initialization] = [.gaussian, .balanced]
    for name in ModelCatalog.families.flatMap({ $0.card.starts.map(\.name) })
    where !starts.contains(where: { $0.rawValue == name }) {
      starts.append(Initialization(name: name))
    }
    return starts
  }

  /// Whether the seed matters, for this model.
  public func isDrawn(for model: Model) -> Bool {
    model.starts.first { $0.name == rawValue }?.isDrawn ?? true
  }

  /// Draws θ(0). Block b comes from the random stream `start/b`, so a block's draw does not depend on the others' sizes.
  ///
  /// - Throws: ``Refusal`` if the scale is unusable or the kind does not fit the model.
  ///
  /// - Parameter determinant: which sign det W(0) is to have; balanced starts of square matrices are redrawn until it fits.
  public func parameters(
    for model: Model, scale: Double, seed: UInt64, determinant: DeterminantChoice = .any
  ) throws(Refusal) -> [Double] {
    guard scale > 0, scale.isFinite else {
      throw Refusal("the initialization scale is \(scale)", remedy: "give init.scale a positive number")
    }
    if determinant != .any {
      guard self == .balanced, let chain = model.chain, chain.shape[0] == chain.shape[1] else {
        throw Refusal(
          "a determinant's sign can be asked of balanced starts of square matrices, not of a \(rawValue) start of a "
            + model.summary, remedy: "use init.name balanced, or init.det any")
      }
    }
    if let own = model.starts.first(where: { $0.name == rawValue }) {
      return try own.make(
        StartRequest(layout: model.layout, chain: model.chain, scale: scale, seed: seed, determinant: determinant))
    }
    switch self {
    case .gaussian: return Self.gaussian(model.layout, scale: scale, seed: seed)
    case .balanced: return try Self.balanced(model, scale: scale, seed: seed)
    default:
      let owners = ModelCatalog.families.map { $0.card }.filter { $0.starts.contains { $0.name == rawValue } }.map(
        \.name)
      throw Refusal(
        "there is no \(rawValue) start of \(model.identifier): it belongs to problem.model \(owners.joined(separator: " and "))",
        remedy: "use init.name gaussian or init.name balanced")
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

  private static func balanced(_ model: Model, scale: Double, seed: UInt64) throws(Refusal) -> [Double] {
    guard model.bonds.contains(where: { $0.laws.contains(where: \.isTwoSided) }), let output = model.program.output
    else {
      throw Refusal(
        "no balanced start is known for \(model.identifier): no law that labels show ties its blocks to each other",
        remedy: "use init.name gaussian")
    }
    let drawn = gaussian(model.layout, scale: scale, seed: seed)
    if let balanced = balancedByMeans(model.bonds, drawn) { return balanced }
    return try model.program.balancedStart(of: [output], from: drawn, under: model.laws)
  }

  /// Geometric means of the norms, bond by bond, where all bonds are vectors that trade norm and no two share an entry, so that
  /// none undoes what another did; otherwise nil.
  private static func balancedByMeans(_ bonds: [Bond], _ drawn: [Double]) -> [Double]? {
    var parameters = drawn
    var isTaken = [Bool](repeating: false, count: drawn.count)
    for bond in bonds {
      guard bond.isDifferences else { return nil }
      var vectors: [VectorView] = []
      for term in bond.terms {
        guard case .squaredNorm(let vector) = term.quantity else { return nil }
        for position in vector.positions {
          guard !isTaken[position] else { return nil }
          isTaken[position] = true
        }
        vectors.append(vector)
      }
      let norms = vectors.map { $0.squaredNorm(parameters).squareRoot() }
      let logMean = norms.reduce(0) { $0 + log($1) } / Double(norms.count)
      for (vector, norm) in zip(vectors, norms) where norm > 0 && logMean.isFinite {
        vector.scale(&parameters, by: exp(logMean) / norm)
      }
    }
    return parameters
  }

  /// Reads θ(0) from an NPZ file that holds one array per parameter block under the block's name.
  ///
  /// - Throws: ``FileError`` if the file is unreadable or holds a number that is not finite, ``Refusal`` if a block is missing or has another shape.
  public static func parameters(for model: Model, file path: String) throws -> [Double] {
    let archive = try NumpyFile.readArchive(path)
    var parameters = [Double](repeating: 0, count: model.layout.count)
    for block in model.layout.blocks {
      guard let array = try archive.array(block.name) else {
        let names = archive.names.joined(separator: ", ")
        throw Refusal(
          "\(path): there is no array '\(block.name)' (found: \(names))",
          remedy: "a start file holds one array per block: \(model.layout.blocks.map(\.name).joined(separator: ", "))")
      }
      guard array.shape == block.shape else {
        let settings = ["shape"] + ModelCatalog.settings.map(\.name)
        throw Refusal(
          "\(path): array '\(block.name)' has shape \(array.shape), the model needs \(block.shape)",
          remedy:
            "check \(settings.map { "problem.\($0)" }.joined(separator: ", ")), and leave out a trajectory's time axis")
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

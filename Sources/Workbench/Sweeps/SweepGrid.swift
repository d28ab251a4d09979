import Settings

/// The grid of a sweep: one axis for each setting with several values, seeds last, so that the points of one cell of the grid,
/// which differ in their seeds alone, follow each other.
package struct SweepGrid: Codable, Equatable, Sendable {
  /// The most points a grid may have.
  static let limit = 1_000_000

  /// A setting and its values, as text.
  package struct Axis: Codable, Equatable, Sendable {
    package let setting: String
    package let values: [String]
    /// Whether it numbers repetitions of one experiment.
    package let isSeed: Bool

    /// Whether its values are numbers.
    var isNumeric: Bool { values.allSatisfy { Double($0) != nil } }

    enum CodingKeys: String, CodingKey {
      case setting, values
      case isSeed = "is_seed"
    }
  }

  package let axes: [Axis]

  private static let seeds: Set<String> = [
    SettingKey<Int>.seed.path, SettingKey<Int>.dataSeed.path, SettingKey<Int>.batchSeed.path,
  ]

  /// - Throws: ``SettingsError`` if there are too many points.
  init(_ settings: Settings) throws(SettingsError) {
    let all = settings.alternatives.map { setting, values in
      Axis(setting: setting.path, values: values.map(\.exactText), isSeed: Self.seeds.contains(setting.path))
    }
    axes = all.filter { !$0.isSeed } + all.filter(\.isSeed)
    var count = 1
    for axis in axes {
      let (product, isTooLarge) = count.multipliedReportingOverflow(by: axis.values.count)
      guard !isTooLarge, product <= Self.limit else {
        throw SettingsError(
          place: settings.place(axis.setting), problem: "the grid has more than \(Self.limit) points",
          remedy: "give fewer values")
      }
      count = product
    }
  }

  /// Number of points.
  package var count: Int { axes.reduce(1) { $0 * $1.values.count } }

  /// The axes that tell cells apart.
  package var cellAxes: [Axis] { axes.filter { !$0.isSeed } }

  /// Which value of each axis a point has.
  func positions(_ point: Int) -> [Int] {
    var positions = [Int](repeating: 0, count: axes.count)
    var rest = point
    for k in axes.indices.reversed() {
      positions[k] = rest % axes[k].values.count
      rest /= axes[k].values.count
    }
    return positions
  }

  /// The values of a point, one an axis.
  package func values(_ point: Int) -> [String] { zip(axes, positions(point)).map { $0.values[$1] } }

  /// The number of the cell a point is in: points of a cell follow each other.
  package func cell(_ point: Int) -> Int {
    point / axes.filter(\.isSeed).reduce(1) { $0 * $1.values.count }
  }

  /// The point in words: `init.scale 0.1, init.seed 3`.
  package func words(_ point: Int) -> String {
    zip(axes, values(point)).map { "\($0.setting) \($1)" }.joined(separator: ", ")
  }

  /// A point's directory: its number from 1, with as many digits as the last one's.
  package func name(_ point: Int) -> String {
    let digits = "\(point + 1)"
    return String(repeating: "0", count: max(0, "\(count)".count - digits.count)) + digits
  }
}

import CMath
import Models
import Settings

/// Time in units in which starts of different scales leave zero together: t·αⁿ⁻², where every factor of a product of n is of size α.
///
/// A factor grows at a rate of the order of the product of the n − 1 others, so that it takes α/αⁿ⁻¹ to leave its start. The scale of a
/// balanced start of a matrix is that of the product: each of its layers has the n-th root of it.
enum ScaledTime {
  static let axis = TimeAxis(label: "t·αⁿ⁻²") { run in
    let factor = factor(of: run) ?? .nan
    return TimeFigures.times(run).map { $0 * factor }
  }

  /// Whether a run has such units.
  static func isKnown(of run: SavedRun) -> Bool { factor(of: run) != nil }

  /// αⁿ⁻² for n the depth or order; nil where a run has no scale, or is of a model that is no product of n factors for each component.
  static func factor(of run: SavedRun) -> Double? {
    let settings = run.resolved
    guard let scale = settings[SettingKey<Double>.initScale.path].flatMap(Double.init), scale > 0,
      settings[SettingKey<String>.startFile.path] == nil, let kind = settings[SettingKey<String>.model.path]
    else { return nil }
    let start = settings[SettingKey<Initialization>.initialization.path]
    switch kind {
    case "matrix":
      guard let depth = settings[ModelSettings.path("depth")].flatMap(Double.init) else { return nil }
      return pow(scale, start == Initialization.balanced.rawValue ? (depth - 2) / depth : depth - 2)
    case "cp":
      guard let shape = settings[SettingKey<[Int]>.shape.path] else { return nil }
      return pow(scale, Double(shape.split { !$0.isNumber }.count - 2))
    default: return nil
    }
  }
}

import Foundation
import Settings
import Testing
import Verdicts
import Workbench

/// Parts of θ that are small beside the others: absolute tolerances that suit these say nothing of those.
@Suite("Small parts of a state")
struct SmallPartTests {
  /// y = ε cos t and z = −ε sin t beside x = 1: their true size is ε at all times. With an absolute tolerance above it they are integrated
  /// to no digit; with one far below they are.
  private static let oscillation = """
    param x = 1, y = 1e-6, z = 0
    flow x' = 0, y' = z, z' = -y
    claim whole: conserved x^2 + y^2 + z^2

    """

  @Test("that the absolute tolerance leaves open are named, and where it does not, nothing is said")
  func oscillation() throws {
    func warnings(_ tolerance: String) throws -> [ReportWarning] {
      let report = try TextRun.report(
        Self.oscillation,
        [
          (SettingKey.until.path, "50"), (SettingKey.atol.path, tolerance), (SettingKey.refine.path, "1e-6,1e-8"),
          (SettingKey.save.path, "5"),
        ])
      return report.warnings.filter { $0.kind == .part }
    }
    let found = try warnings("1e-9")
    #expect(found.count == 1 && (found[0].text.hasPrefix("y ") || found[0].text.hasPrefix("z ")), "\(found)")
    #expect(try warnings("1e-16").isEmpty)
  }

  /// Robertson's reaction at t = 1e11: y = 8.333360770334713e-14 beside z = 0.99999997916650 (Test Set for IVP Solvers, problem ROBER);
  /// the absolute tolerance made of the start's size, 0.58, is 5.8e-7 and 5.8e-9.
  @Test("of Robertson's reaction are named where the absolute tolerance is made of the others")
  func robertson() throws {
    let text = """
      param x = 1, y = 0, z = 0
      flow x' = -0.04*x + 1e4*y*z, y' = 0.04*x - 1e4*y*z - 3e7*y^2, z' = 3e7*y^2
      claim product: always z >= 0 on [0, 1e11]

      """
    let report = try TextRun.report(
      text,
      [
        (SettingKey.until.path, "1e11"), (SettingKey.method.path, "msbdf"), (SettingKey.refine.path, "1e-4,1e-6"),
      ])
    let warning = try #require(report.warnings.first { $0.kind == .part })
    #expect(warning.text.hasPrefix("y ") && (warning.value ?? 0) > 1e-4, "\(warning)")
  }
}

import FlowODE
import Foundation
import Settings
import Testing
import Workbench

/// The initial value problems among `models`, integrated, beside end states that no program of this package computed.
@Suite("End states of initial value problems")
struct FlowEndStateTests {
  /// A problem integrated at rtol 1e-9.
  private static func run(
    _ file: String, until: String, method: String, atol: String? = nil, maxSteps: Int? = nil
  ) throws -> Trajectory {
    var settings = Settings(schema: ExperimentSchema.schema)
    let path = FlowModelTests.folder + "/" + file
    for (key, text) in [
      (SettingKey.model.path, path), (SettingKey.until.path, until), (SettingKey.method.path, method),
      (SettingKey.atol.path, atol ?? "auto"), (SettingKey.save.path, "2"),
    ] {
      try settings.set(path: key, text: text, place: key)
    }
    if let maxSteps { try settings.set(path: SettingKey.maxSteps.path, text: "\(maxSteps)", place: "--max-steps") }
    var builder = ExperimentBuilder(settings: settings)
    let experiment = try builder.experiment()
    let plan = experiment.plan(relativeTolerance: 1e-9, grid: try experiment.grid(tightest: 1e-9))
    return try Integrator(model: experiment.problem.model, field: experiment.flow(), plan: plan)
      .run(from: experiment.start, observers: [])
  }

  @Test("there are thirteen, each by two methods or more that are not all msbdf")
  func all() {
    #expect(EndState.all.count == 13)
    for problem in EndState.all {
      #expect(Set(problem.methods).subtracting(["msbdf"]).count >= 1 && problem.methods.count >= 2, "\(problem.file)")
      #expect(FlowModelTests.files.contains(problem.file) && !problem.parameters.isEmpty)
      #expect(problem.parameters.allSatisfy { $0.values.allSatisfy(\.isFinite) }, "\(problem.file)")
    }
  }

  @Test("are met at rtol 1e-9", arguments: EndState.all)
  func met(problem: EndState) throws {
    for method in problem.methods {
      let trajectory = try Self.run(
        problem.file, until: problem.until, method: method, atol: problem.absoluteTolerance)
      #expect(trajectory.outcome == .reachedEnd, "\(method)")
      let error = problem.error(of: trajectory.parameters)
      #expect(error <= problem.limit, "\(method): \(error)")
    }
  }

  @Test(
    "explicit methods on Robertson's problem stop with advice, long before their budget",
    arguments: ["auto", "dop853", "dopri5", "rk8pd", "rkf45", "rkck", "rk4", "msadams"])
  func stiff(method: String) throws {
    let trajectory = try Self.run("robertson.flow", until: "1e11", method: method, maxSteps: 200_000)
    #expect(trajectory.counts.accepted < 30_000)
    guard case .failed(let sentence, let remedy, let time) = trajectory.outcome else {
      Issue.record("\(trajectory.outcome)")
      return
    }
    #expect(sentence.contains("stiff") && remedy.contains("integration.method bsimp"), "\(sentence); \(remedy)")
    #expect(time.total > 0 && time.total < 1000)
  }

  @Test("what is only long is not called stiff", arguments: ["dopri5", "rk8pd", "msadams"])
  func long(method: String) throws {
    let trajectory = try Self.run("kepler.flow", until: "1e9", method: method, maxSteps: 2000)
    guard case .stepLimit = trajectory.outcome else {
      Issue.record("\(trajectory.outcome)")
      return
    }
  }
}

import FlowODE
import Foundation
import Models
import Synchronization
import Testing
import Theorems
import Verdicts

@Suite("One value in, one value out")
struct ReproducibilityTests {
  /// The report's JSON with sorted keys, controls included.
  private func json(_ drawn: RandomExperiment.Drawn, threads: Int) throws -> (bytes: Data, ladder: [Rung]) {
    let refinement = try Refinement(
      experiment: drawn.experiment, tolerances: drawn.tolerances, context: RunContext(threads: threads))
    let (reports, ladder) = try Examination(refinement: refinement, claims: trueClaims, runsControls: true).run()
    let report = Report(
      command: "run", experiment: try ExperimentSummary(drawn.experiment, settings: ["a": "b"]), claims: reports)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return (try encoder.encode(report), ladder)
  }

  @Test(
    "the same evidence, bit for bit, whatever the number of threads", arguments: [1000, 1001, 1002, 1003, 1004, 1005])
  func threads(seed: UInt64) throws {
    let drawn = try RandomExperiment.draw(seed)
    let (bytes, ladder) = try json(drawn, threads: 1)
    for threads in [1, 2, 4] {
      let (other, rungs) = try json(drawn, threads: threads)
      #expect(other == bytes, "\(drawn.summary)")
      #expect(rungs.map(\.evidence) == ladder.map(\.evidence))
      #expect(rungs.map(\.trajectory) == ladder.map(\.trajectory))
    }
  }

  @Test("residuals are kept at the first step after each save time, in order, and the last at the end")
  func savedTimes() throws {
    for seed in [1, 7, 12, 23] as [UInt64] {
      let drawn = try RandomExperiment.draw(seed)
      let grid = try drawn.experiment.grid(tightest: drawn.tolerances[drawn.tolerances.count - 1])
      let refinement = try Refinement(experiment: drawn.experiment, tolerances: drawn.tolerances)
      for rung in try refinement.run(claims: trueClaims, grid: grid) {
        let times = try #require(rung.evidence(of: Balancedness.self)).path.map(\.time)
        #expect(times.first == 0 && times.count <= grid.times.count)
        for (time, save) in zip(times, grid.times) { #expect(time >= save || time == times.last) }
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
        #expect(times.last == rung.trajectory.time)
      }
    }
  }

  @Test("ladders that are none, and too many threads, are refused")
  func refused() throws {
    let experiment = try RandomExperiment.draw(1).experiment
    for tolerances in [
      [], [1e-6], [1e-8, 1e-6], [1e-6, 1e-6], [1e-6, .nan], [1e-6, 0], [1e-6, -1], [2, 1e-6], [1e-6, 1e-17],
    ] {
      #expect(throws: Refusal.self) { try Refinement(experiment: experiment, tolerances: tolerances) }
    }
    for threads in [0, -1, 1025, .max] {
      #expect(throws: Refusal.self) {
        try Refinement(experiment: experiment, tolerances: [1e-6, 1e-8], context: RunContext(threads: threads))
      }
    }
  }

  @Test("an interruption is passed on with its time, and what a recorder throws as it is", arguments: [1, 2, 4])
  func interruption(threads: Int) throws {
    struct Trouble: Error {}
    let experiment = try RandomExperiment.draw(3).experiment
    let asked = Atomic<Int>(0)
    let refinement = try Refinement(
      experiment: experiment, tolerances: [1e-6, 1e-8, 1e-10],
      context: RunContext(
        threads: threads, isCancelled: { asked.wrappingAdd(1, ordering: .relaxed).newValue > 40 }))
    let grid = try experiment.grid(tightest: 1e-10)
    #expect(throws: InterruptedRun.self) { try refinement.run(claims: trueClaims, grid: grid) }
    let plain = try Refinement(
      experiment: experiment, tolerances: [1e-6, 1e-8], context: RunContext(threads: threads))
    #expect(throws: Trouble.self) { try plain.run(claims: trueClaims, grid: grid, recorders: { throw Trouble() }) }
  }

  @Test("progress runs from 0 to 1 on every rung")
  func progress() throws {
    let seen = Mutex<[Int: [Double]]>([:])
    let experiment = try RandomExperiment.draw(3).experiment
    let refinement = try Refinement(
      experiment: experiment, tolerances: [1e-6, 1e-8],
      context: RunContext(
        threads: 2, progress: { rung, fraction in seen.withLock { $0[rung, default: []].append(fraction) } }))
    _ = try refinement.run(claims: trueClaims, grid: experiment.grid(tightest: 1e-8))
    for rung in 0...1 {
      let fractions = seen.withLock { $0[rung] ?? [] }
      #expect(fractions.first == 0 && fractions.allSatisfy { (0...1).contains($0) })
      #expect(zip(fractions, fractions.dropFirst()).allSatisfy { $0 < $1 })
    }
  }
}

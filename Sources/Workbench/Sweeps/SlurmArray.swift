import ArrayFiles
import FlowODE
import Models
import Presentation
import Theorems
import Verdicts

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A sweep as an array of Slurm jobs, a part of the points each: the script, and its submission.
///
/// Slurm only says who is at work; what is finished, the sweep's directory says. So the script names the parts that have points left,
/// and the same command submits what is left after whatever happened.
package struct SlurmArray {
  /// Parts that a sweep is divided into unless it says otherwise.
  private static let usualParts = 100

  private let plan: SweepPlan
  private let request: SweepRequest
  private let count: Int

  /// - Parameter parts: how many; nil for one a point, and at most a hundred.
  /// - Throws: ``Refusal`` if the sweep keeps no points, or is itself a part.
  package init(_ plan: SweepPlan, _ request: SweepRequest, parts: Int?) throws {
    guard request.directory != nil else {
      throw Refusal("--slurm without --output", remedy: "name a directory that all nodes see")
    }
    guard request.shard == nil else {
      throw Refusal("--slurm and --shard both divide the sweep", remedy: "drop --shard; --parts says into how many")
    }
    self.plan = plan
    self.request = request
    count = min(parts ?? Self.usualParts, plan.grid.count)
  }

  private var directory: String { request.directory ?? "." }
  private var script: String { "\(directory)/sweep.slurm" }
  private var logs: String { "\(directory)/slurm" }
  private var submitted: String { "\(logs)/job" }

  /// Writes the script for the parts that are not finished.
  ///
  /// - Parameter words: the command line of one part up to `--shard`, as words.
  /// - Returns: what to do with it, in lines.
  package func write(_ words: [String], isSubmitted: Bool) throws -> [String] {
    if isSubmitted { try refuseActive() }
    let store = try store()
    let open = (1...count).filter { index in
      let part = Shard(index: index, count: count)
      return (0..<plan.grid.count).contains { part.holds($0) && !store.isFinished($0) }
    }
    guard !open.isEmpty else {
      return [
        "all \(counted(plan.grid.count, "point")) are finished: flowcheck summarize \(ShellText.quoted(directory))"
      ]
    }
    try Folder.make(logs)
    try AtomicFile.write(text(words, parts: open), to: script)
    guard isSubmitted else {
      return [
        "\(script): \(counted(open.count, "part")) of \(counted(plan.grid.count, "point"))",
        "submit it with: sbatch \(ShellText.quoted(script))",
      ]
    }
    let job = try submit(largest: open[open.count - 1])
    return [
      "submitted as job \(job): \(counted(open.count, "part")) of \(counted(plan.grid.count, "point"))",
      "afterwards: flowcheck summarize \(ShellText.quoted(directory))",
    ]
  }

  /// The directory, which says what is finished and which sweep it is. Parts that are at work stay there undisturbed.
  private func store() throws -> SweepStore {
    let origin = try plan.origin()
    if !request.force, let store = try? SweepStore(reading: directory), store.origin == origin { return store }
    let store = try SweepStore(directory, origin, shard: nil, isAnew: request.force)
    store.end()
    return store
  }

  /// - Throws: ``Refusal`` if an array that was submitted before has not ended.
  private func refuseActive() throws {
    guard let earlier = try? String(decoding: FileBytes.read(submitted), as: UTF8.self).filter(\.isNumber),
      !earlier.isEmpty,
      let states = try? output(of: "squeue", ["-h", "-r", "-t", "PD,R,CG,S,CF", "-j", earlier, "-o", "%T"]),
      !states.isEmpty
    else { return }
    throw Refusal(
      "job \(earlier) is still at work on this sweep",
      remedy: "wait until it has ended, or end it with: scancel \(earlier)")
  }

  // MARK: The script

  /// No text of a user's stands in a line that Slurm reads: only in words that the shell reads, quoted.
  private func text(_ words: [String], parts: [Int]) -> String {
    """
    #!/bin/sh
    # Written by flowcheck: a sweep as a job array. Parts that were interrupted are gone on with where they were.
    #SBATCH --job-name=flowcheck-sweep
    #SBATCH --array=\(IntegerRanges(parts).text(between: "-"))
    #SBATCH --cpus-per-task=\(request.jobs)
    #SBATCH --requeue
    #SBATCH --open-mode=append
    #SBATCH --output=/dev/null
    #SBATCH --signal=B:USR1@90
    part=$SLURM_ARRAY_TASK_ID
    cd \(ShellText.quoted(Self.workingDirectory)) || exit 74
    exec >>\(ShellText.quoted(logs))/part-"$part".txt 2>&1
    child=
    requeue=
    # USR1 comes before the time limit: what is finished is kept, and the part is put back into the queue.
    trap 'requeue=1; kill -TERM "$child" 2>/dev/null' USR1
    trap 'kill -TERM "$child" 2>/dev/null' TERM INT
    \(ShellText.line(words)) --shard "$part/\(count)" &
    child=$!
    wait "$child"
    status=$?
    while [ "$status" -gt 128 ] && kill -0 "$child" 2>/dev/null; do
      wait "$child"
      status=$?
    done
    if [ -n "$requeue" ] && [ "$status" -eq 75 ]; then scontrol requeue "$SLURM_JOB_ID"; fi
    exit "$status"

    """
  }

  private static var workingDirectory: String {
    guard let path = getcwd(nil, 0) else { return "." }
    defer { free(path) }
    return String(cString: path)
  }

  // MARK: Submission

  private func submit(largest: Int) throws -> String {
    let configuration = try output(of: "scontrol", ["show", "config"])
    let size = configuration.split(separator: "\n").first { $0.hasPrefix("MaxArraySize") }
      .flatMap { $0.split(separator: "=").last }.flatMap { Int($0.filter(\.isNumber)) }
    if let size, largest >= size {
      throw Refusal(
        "--parts: the cluster takes job arrays up to number \(size - 1), and part \(largest) was asked for",
        remedy: "use --parts \(size - 1) or fewer")
    }
    // With a name of the cluster behind it where there are several.
    let job = String(try output(of: "sbatch", ["--parsable", script]).prefix { $0.isNumber })
    guard !job.isEmpty else {
      throw SlurmFailure(program: "sbatch", problem: "it gave no number of a job", remedy: "submit \(script) by hand")
    }
    try AtomicFile.write(job + "\n", to: submitted)
    return job
  }

  /// What one of Slurm's programs prints, without blanks around it.
  private func output(of program: String, _ arguments: [String]) throws -> String {
    let log = "\(logs)/.output"
    defer { unlink(log) }
    let outcome = runProgram(program, arguments: arguments, log: log, timeout: 60)
    let text = (try? FileBytes.read(log)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let words = text.split(whereSeparator: \.isNewline).map { $0.filter { !$0.isNewline } }.joined(separator: "\n")
    switch outcome {
    case .exited(0): return words
    case .notStarted:
      throw SlurmFailure(
        program: program, problem: "it cannot be started here", remedy: "submit \(script) where Slurm is, with sbatch")
    case .interrupted: throw Interrupted()
    case .timedOut:
      throw SlurmFailure(program: program, problem: "it gave no answer for 60 s", remedy: "ask who runs the cluster")
    case .exited, .signaled:
      throw SlurmFailure(
        program: program, problem: words.isEmpty ? "it failed and said nothing" : String(words.prefix(300)),
        remedy: "submit \(script) by hand once that is mended")
    }
  }
}

/// A program of Slurm's that did not do what it was asked.
package struct SlurmFailure: Error, CustomStringConvertible {
  let program: String
  let problem: String
  let remedy: String

  package var description: String { "\(program): \(problem); \(remedy)" }
}

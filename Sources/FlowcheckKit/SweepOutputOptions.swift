import ArgumentParser
import Workbench

/// Flags of what is shown and kept of several points, and of how the command ends.
struct PointOutputOptions: ParsableArguments {
  @OptionGroup var format: FormatOptions
  @Option(help: ArgumentHelp("Keep finished points in this directory.", valueName: "dir"))
  var output: String?
  @Flag(help: "Begin anew in a directory that holds points, of this or another sweep: they are removed.")
  var force = false
  @Flag(name: .shortAndLong, help: "Print progress to stderr even if it is no terminal.")
  var verbose = false
  @Flag(help: "Exit with status 0 even if something is not as expected.")
  var exitZero = false

  func validate() throws {
    guard output != "" else { throw ValidationError("--output was given an empty name; name a directory") }
  }
}

/// Flags of what a sweep shows and writes.
struct SweepOutputOptions: ParsableArguments {
  @OptionGroup var kept: PointOutputOptions
  @OptionGroup var cases: JUnitOptions
  @Flag(
    help: "Keep series.csv, trajectory.npz and problem.npz of every point too, which take the most time and space.")
  var states = false
}

/// The flag of verdicts for a build server.
struct JUnitOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Write the verdicts as a JUnit XML file, a case for every point and claim.", valueName: "file"))
  var junit: String?

  func validate() throws {
    guard let junit else { return }
    do { try FilePlace.check(junit, flag: "--junit") } catch { throw ValidationError("\(error)") }
  }
}

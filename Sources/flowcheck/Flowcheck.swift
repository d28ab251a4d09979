import ArgumentParser
import FlowODE
import GSLBridge
import Models
import Presentation
import Workbench

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@main
struct Flowcheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flowcheck",
    abstract: "Checks claims about gradient flow of factorized models.",
    discussion: """
      A check integrates gradient flow θ̇ = −∇f(θ) at several tolerances and ends in
      a verdict:
        holds         the departure from the claim is the solver's and vanishes with
                      its tolerance
        violated      the departure stays when the solver is refined
        inconclusive  the run cannot tell; it says what was short and which flag
                      would settle it
        vacuous       a hypothesis of the claim is not met

      Exit status:
        0   everything examined holds
        1   something is violated
        2   nothing is violated, but something is inconclusive or vacuous
        64  a flag, setting or value that cannot be used
        70  a defect of flowcheck
        74  a file or output that cannot be read or written, or malformed data
        75  interrupted
      --exit-zero turns 1 and 2 into 0.

      Example:
        flowcheck balancedness --model matrix --shape 10,10 --depth 3 --rank 3 \\
          --target-norm 10 --observed 0.6 --normalization half-sum \\
          --init-scale 0.05 --until 40
      """,
    version: Version.text,
    subcommands: [
      Integrate.self, BalancednessCommand.self, GrowthCommand.self, RankOneCommand.self, IncrementalCommand.self,
      SingularValuesCommand.self, NormsCommand.self, Compare.self, SelftestCommand.self, RunCommand.self, List.self,
      Explain.self,
    ])

  static func main() {
    Console.prepare()
    BLASProvider.setThreads(1)
    Interruption.shared.listen()
    do {
      if let position = Console.firstMalformedArgument {
        throw Refusal("argument \(position) is not UTF-8", remedy: "rename the file or retype the argument")
      }
      var command = try parseAsRoot()
      try command.run()
    } catch let code as ExitCode {
      _exit(code.rawValue)
    } catch {
      if let (status, message) = ExitStatus.of(error) { end(status, message) }
      switch exitCode(for: error) {
      case .success: end(printing: fullMessage(for: error))
      case .validationFailure:
        let usage = Usage(commands: configuration.subcommands.map { $0._commandName } + ["help"])
        end(.usage, usage.sentence(for: fullMessage(for: error), arguments: Array(CommandLine.arguments.dropFirst())))
      default: end(.internal, "\(error); this is a defect of flowcheck, please report the command that led to it")
      }
    }
  }

  private static func end(_ status: ExitStatus, _ message: String) -> Never {
    Console.complain("error: \(Console.presentable(message))")
    _exit(status.rawValue)
  }

  /// Ends after printing a help text or the version.
  private static func end(printing text: String) -> Never {
    do {
      try Console.print(text)
    } catch {
      end(.inputOutput, "\(error)")
    }
    _exit(0)
  }
}

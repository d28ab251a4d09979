import ArgumentParser
import GSLBridge
import Presentation

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
      A check integrates gradient flow at several tolerances and ends in a verdict:
        holds         the departure from the claim is the solver's and vanishes with its tolerance
        violated      the departure stays when the solver is refined
        inconclusive  the run cannot tell; it says what was short and which flag would settle it
        vacuous       a hypothesis of the claim is not met

      Exit status: 0 everything examined holds; 1 something is violated; 2 nothing violated but something inconclusive or
      vacuous; 64 usage or configuration; 70 internal; 74 input or output; 75 interrupted. --exit-zero turns 1 and 2 into 0.

      Example:
        flowcheck balancedness --model matrix --shape 10,10 --depth 3 --rank 3 --target-norm 10 \\
          --observed 0.6 --normalization half-sum --init-scale 0.05 --until 40
      """,
    version: "0.1.0",
    subcommands: [
      Integrate.self, BalancednessCommand.self, SingularValuesCommand.self, Compare.self, Run.self, List.self, Explain.self,
    ])

  static func main() {
    // A reader that goes away (head, less) ends the program with an error status, not with a signal.
    signal(SIGPIPE, SIG_IGN)
    BLASProvider.setThreads(1)
    Interruption.shared.listen()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      guard let (status, message) = ExitStatus.of(error) else { exit(withError: error) }
      Console.complain("error: \(message)")
      _exit(status.rawValue)
    }
  }
}

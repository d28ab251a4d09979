import ArgumentParser
import Settings
import Workbench

/// `flowcheck prove`.
struct ProveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prove",
    abstract: "Proves or refutes the claims of a .flow file by exact algebra, for all data and starts.",
    discussion: """
      No trajectory is followed. A claim is first read as one about matrices of all
      sizes, where the file leaves sizes open (dim n, m); then, at given sizes, as
      one about polynomials in parameters, data and the derivatives of the loss.
      'loss any' (or no loss) means every differentiable loss, and inputs mean any
      data. What is neither is inconclusive here; 'flowcheck run' judges it along a
      trajectory.

      All of them means all: what holds from the file's start alone, such as on a
      simplex, is refuted here unless the claim says so (given x + y + z = 1).

      A built-in model is named by --model instead of a file: the laws that its
      labels show are claimed for any loss (balancedness1, ...), and that they are
      all (complete); --claim asks for more in the language of .flow files.

        holds, proved     with a certificate that a second checker has accepted
        violated, proved  with an exact point at which the claim fails
        inconclusive      with what is missing

      --certificates writes a file a claim that 'flowcheck verify' checks again.
      --coq writes what was decided as a Coq file over Resources/coq (for all sizes:
      one claim, over MathComp), whose theorem speaks of every solution of the flow;
      scripts/coq-check compiles it. --lean writes Lean 4 with Mathlib, which is not
      compiled anywhere here.

      Exit status 0 where all claims are proved, 1 where one is refuted, 2 where
      one is not decided.

      Examples:
        flowcheck prove models/matrix-factorization.flow
        flowcheck prove models/own-field.flow --claims parabola --certificates proofs
        flowcheck prove models/deep-matrix.flow --json
        flowcheck prove --model matrix --shape 4,5 --depth 3 --width 4,4
        flowcheck prove --model cp --shape 3,4,2 --components 2 --claims balancedness
        flowcheck prove models/tensor.flow --claim 'conserved A[1,1]^2 - B[1,1]^2'
      """)

  @Argument(
    help: ArgumentHelp("A .flow file with claims; otherwise --model names a built-in model.", valueName: "file.flow"))
  var file: String?
  @Option(.model) var model: String?
  @Option(name: .customLong(ModelFlags.option), parsing: .unconditionalSingleValue, help: .hidden)
  var modelSettings: [String] = []
  @Option(.shape) var shape: String?
  @Option(help: ArgumentHelp("Labels or numbers of the claims that are asked about (default: all).", valueName: "a,b"))
  var claims: String?
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "One more claim, as a .flow file writes it without the word claim (repeatable).", valueName: "claim"))
  var claim: [String] = []
  @Option(help: ArgumentHelp("Numbers for sizes that the file leaves open, such as n=4,m=3.", valueName: "sizes"))
  var size: String?
  @Option(help: ArgumentHelp("Write a certificate of every decided claim into this directory.", valueName: "dir"))
  var certificates: String?
  @Flag(help: "Replace other certificates of the same names there.")
  var force = false
  @Option(help: ArgumentHelp("Write the decided claims as a Coq file.", valueName: "file.v"))
  var coq: String?
  @Option(help: ArgumentHelp("Write a decided claim about all sizes as a Lean file.", valueName: "file.lean"))
  var lean: String?
  @OptionGroup(title: "Algebra") var algebra: AlgebraOptions
  @OptionGroup(title: "Output") var format: FormatOptions
  @Flag(name: .shortAndLong, help: "Print progress to stderr even if it is no terminal.")
  var verbose = false
  @Flag(help: "Exit with status 0 even if a claim is refuted or not decided.")
  var exitZero = false

  func validate() throws {
    if let file, model != nil || shape != nil {
      throw ValidationError("\(file) and --model both name a model; drop one of them")
    }
    guard model == nil || size == nil else { throw ValidationError("--size goes with a .flow file") }
  }

  func run() throws {
    let flags = ModelFlags.flags(modelSettings) + [FlagText(.model, model), FlagText(.shape, shape)]
    var request = ProofRequest(try ConfigurationOptions.settings(of: flags))
    (request.path, request.further) = (file, claim)
    request.sizes = size.map { $0.split(separator: ",").map(String.init) } ?? []
    request.claims = claims.map { $0.split(separator: ",").map(String.init) }
    (request.certificates, request.force) = (certificates, force)
    (request.coq, request.lean) = (coq, lean)
    (request.memory, request.seed, request.verbose) = (algebra.bytes, algebra.seed, verbose)
    try format.end(with: ProofRun(request).run(), exitZero: exitZero)
  }
}

/// Flags of what exact algebra may use.
struct AlgebraOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The most memory the algebra may take, in megabytes.", valueName: "megabytes"))
  var memory = 4096
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Seed of random points and primes; it stands in the result.", valueName: "n"))
  var seed: UInt64 = 1

  var bytes: Int { memory << 20 }

  func validate() throws {
    guard (16...1 << 22).contains(memory) else {
      throw ValidationError("\(memory) megabytes; use --memory between 16 and 4194304")
    }
  }
}

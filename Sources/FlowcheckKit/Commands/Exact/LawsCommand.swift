import ArgumentParser
import Settings
import Workbench

/// `flowcheck laws`.
struct LawsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "laws",
    abstract: "Lists what a flow of a model or a file conserves, and tells whether that is all.",
    discussion: """
      Laws that hold for every loss and all data: those that a symmetry shows, for
      all sizes, and polynomials and quotients of polynomials that are found and then
      expanded exactly. Against them stands a bound that no law can pass: parameters
      less the rank of the Lie algebra of the gradients, modulo a prime, which bad
      luck may weaken and never make false. Where both meet, the list is complete.
      Exponentials, softmax, sigmoid, tanh, roots and logarithms are formal atoms, with
      relations between them that are proved; gelu and other analytic functions are
      bounded by a determinant in a ball of numbers that excludes 0.

      A .flow file may state momentum, weight decay or a mirror flow. Of relu networks
      laws are those of the path lifting; the scope says so. Where fewer patterns occur
      there are more, which --patterns 1000 finds.

      Of a file with a field of polynomials, flow x' = ..., first integrals are found:
      polynomials, quotients of them, and sums with logarithms; and the Darboux
      polynomials p, with p' = cofactor * p, whose signs the field keeps. What has no
      number, such as data a, is a constant: laws hold for all of its values. Lines that
      begin with 'proved:' say what does not exist up to a degree; --degrees chooses it.

      Exit status 0 where the list is complete, 2 where laws may be missing.

      Examples:
        flowcheck laws --model matrix --shape 4,5 --depth 3 --width 4,4
        flowcheck laws --model relu --shape 2,9 --width 7
        flowcheck laws --model matrix --shape 2,2 --depth 2 --mask 0,0
        flowcheck laws models/multi-head-attention.flow
        flowcheck laws models/euler-top.flow
        flowcheck laws models/tensor.flow --certificate tensor-laws.json
        flowcheck laws models/lotka-volterra.flow --degrees 3
      """)

  @Argument(help: ArgumentHelp("A .flow file; otherwise --model names a built-in model.", valueName: "file.flow"))
  var file: String?
  @Option(.model) var model: String?
  @Option(name: .customLong(ModelFlags.option), parsing: .unconditionalSingleValue, help: .hidden)
  var modelSettings: [String] = []
  @Option(.shape) var shape: String?
  @Option(.mask) var mask: String?
  @Option(help: ArgumentHelp("Numbers for sizes that the file leaves open, such as n=4,m=3.", valueName: "sizes"))
  var size: String?
  @Flag(help: "For every loss of the model, even where the file states one.")
  var anyLoss = false
  @Option(
    help: ArgumentHelp(
      "Degrees of polynomials that are searched where symmetries show too little (default: by the number of parameters).",
      valueName: "d,…"))
  var degrees: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Of relu networks, laws on the patterns of activation that are seen at so many random inputs of a random start (--seed), instead of the path lifting.",
      valueName: "inputs"))
  var patterns: Int?
  @Option(
    help: ArgumentHelp(
      "Write the list as a certificate that 'flowcheck verify' checks again (small models).", valueName: "file.json"))
  var certificate: String?
  @Flag(help: "Replace that file if it is there.")
  var force = false
  @OptionGroup(title: "Algebra") var algebra: AlgebraOptions
  @OptionGroup(title: "Output") var format: FormatOptions
  @Flag(help: "Exit with status 0 even if laws may be missing.")
  var exitZero = false

  func validate() throws {
    if let file, !file.hasSuffix(".flow") { throw ValidationError("Unexpected argument '\(file)'") }
    if let file, model != nil {
      throw ValidationError("\(file) and --model both name a model; drop one of them")
    }
    guard degrees == nil || searched != nil else {
      throw ValidationError("the degrees '\(degrees ?? "")'; use --degrees with numbers from 1 to 12, such as 2,4")
    }
  }

  private var searched: [Int]? {
    guard let degrees else { return nil }
    let numbers = degrees.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    let known = numbers.compactMap(\.self)
    return known.count == numbers.count && known.allSatisfy { (1...12).contains($0) } ? known : nil
  }

  func run() throws {
    let flags =
      ModelFlags.flags(modelSettings) + [FlagText(.model, model), FlagText(.shape, shape), FlagText(.mask, mask)]
    var request = LawsRequest(try ConfigurationOptions.settings(of: flags))
    request.path = file
    request.sizes = size.map { $0.split(separator: ",").map(String.init) } ?? []
    request.patterns = patterns
    (request.certificate, request.force) = (certificate, force)
    (request.anyLoss, request.degrees) = (anyLoss, searched)
    (request.memory, request.seed) = (algebra.bytes, algebra.seed)
    try format.end(with: LawsRun.report(request), exitZero: exitZero)
  }
}

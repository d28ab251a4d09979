import Testing

/// Problems made to have a false word said of a true claim, or *holds* of a false one: each with the words that are right.
@Suite("Problems made to deceive")
struct AdversarialTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let line: String
    /// The right words of each claim that is looked at.
    let words: [String: Set<String>]
    let files: [String: String]

    init(_ name: String, _ line: String, _ words: [String: Set<String>], files: [String: String] = [:]) {
      self.name = name
      self.line = line
      self.words = words
      self.files = files
    }

    var testDescription: String { name }
  }

  private static let diagonal = "i0,i1,value\n0,0,1.0\n1,1,1.0\n"
  private static let tiny = "i0,i1,value\n0,1,1e-5\n1,0,1e-5\n1,1,1e-6\n"
  private static let norms = "norms --depth 2 --shape 2,2 --data data.csv --seed 1 "
  private static let matrix = "--model matrix --shape 2,2 --depth 2 "

  static let cases: [Case] = [
    // An excess of −100 % is no completion's, and a loss below 1e-8 no fit where the data are 1e-5.
    Case(
      "units of a threshold on the loss",
      "norms --depth 2 --shape 2,2 --normalization half-sum --data data.csv --det positive --until 10 --scales 1e-7,1e-8,1e-9",
      ["nuclear-norm": ["inconclusive"]], files: ["data.csv": tiny]),
    Case(
      "an end that is not yet one", norms + "--det any --until 1e4 --scales 1e-1,3e-2,1e-2 --stop-loss 9e-9",
      ["nuclear-norm": ["inconclusive"]], files: ["data.csv": diagonal]),
    // The excess is 0.05 α².
    Case(
      "scales that are no ladder", norms + "--det any --until 1e4 --scales 0.3,0.29,0.28",
      ["nuclear-norm": ["inconclusive"]], files: ["data.csv": diagonal]),
    // Orders rise to 1 slowly, as η/(1 − μ)² and not η is small.
    Case(
      "momentum at rates where it still swings",
      "compare --model matrix --shape 3,3 --depth 2 --rank 1 --target-norm 2 --normalization half-sum --init-scale 0.3 --until 2 "
        + "--optimizer momentum --learning-rates 0.02,0.01,0.005,0.0025",
      ["order": ["inconclusive"], "drift": ["inconclusive"], "stability": ["holds"]]),
    // The first step is η/‖g‖ and not η.
    Case(
      "an adaptive method's first step",
      "compare --model cp --shape 3,3,3,1 --components 3 --rank 1 --target-norm 0.5 --normalization half-sum --seed 23 --data-seed 23 "
        + "--init-scale 1 --optimizer group-rmsprop --learning-rates 0.02,0.005,0.00125,0.0003125 --until 0.5",
      ["stability": ["holds"], "order": ["holds", "inconclusive"]]),
    // σ_2 falls to rounding beside the saddle, where another one takes its place and grows.
    Case(
      "a singular value that was rounding for a while",
      "singular-values --model matrix --shape 2,2 --depth 2 --rank 2 --target-norm 0.7158148057743652 --init balanced "
        + "--init-scale 0.218 --seed 389 --data-seed 471 --normalization sum --until 65.5496437953374",
      ["singular-value-exponent": ["holds", "inconclusive"], "singular-values": ["holds"]]),
    // A component that shrinks like e^{−t} meets the rounding of its balance.
    Case(
      "a balanced component that shrinks",
      "growth --shape 1,1 --components 1 --rank 1 --init balanced --init-scale 0.7 --seed 6 --normalization half-sum --until 20",
      [
        "growth-law": ["holds", "vacuous"], "growth-exponent": ["holds", "vacuous"],
        "component-bounds": ["holds", "inconclusive"],
      ]),
    // γ at the start is negative, that at W = 0 is not.
    Case(
      "a gradient taken elsewhere",
      "run --claims constant-gradient-bounds --model cp --shape 3,3,3 --components 2 --rank 1 --target-norm 1 --loss huber "
        + "--huber-delta 0.001 --init balanced --init-scale 1.5 --seed 2 --normalization half-sum --until 3000",
      ["constant-gradient-bounds": ["vacuous"]]),
    // σ₂ of the product is rounding.
    Case(
      "a singular value in the rounding of the largest",
      "singular-values " + matrix
        + "--rank 2 --target-norm 2 --init balanced --init-scale 0.5 --seed 3 --normalization half-sum --until 10",
      ["singular-value-exponent": ["holds", "inconclusive"], "singular-values": ["holds"]]),
    Case(
      "an integral of noise",
      "singular-values " + matrix
        + "--rank 2 --target-norm 2 --init balanced --init-scale 0.5 --seed 3 --normalization half-sum --until 40",
      ["singular-value-exponent": ["holds", "inconclusive"], "singular-values": ["holds"]]),
    Case(
      "starts that are hardly numbers", "growth --shape 2,2,2 --components 2 --rank 1 --init-scale 1e-100 --until 3",
      ["component-rate": ["inconclusive"], "unbalanced-growth": ["inconclusive"]]),
    // A null singular value has no vectors of its own.
    Case(
      "a width below the shape",
      "singular-values --model matrix --depth 2 --rank 1 --init-scale 0.5 --seed 29 --data-seed 29 --shape 2,2 --width 1 --target-norm 4 "
        + "--until 50 --normalization mean",
      ["imbalance-bound": ["holds"], "singular-value-rates": ["holds"]]),
    Case(
      "controls that a horizon leaves no room for",
      "compare --model matrix --shape 3,3 --depth 2 --rank 1 --target-norm 2 --normalization half-sum --init-scale 0.3 --until 2 "
        + "--optimizer momentum --learning-rates 0.00125,0.000625,0.0003125,0.00015625 --control",
      ["stability": ["holds"]]),
    Case(
      "a horizon at which nothing has risen", "incremental --shape 3,3,3 --components 3 --rank 1 --until 1",
      ["incremental": ["inconclusive"]]),
    Case(
      "layers that are not square",
      "run --claims commuting-measurements --model matrix --shape 3,1 --depth 2 --rank 1 --until 1",
      ["commuting-measurements": ["vacuous"]]),
    Case(
      "a scale at which a mode has all but risen",
      "incremental --model matrix --shape 2,2 --depth 2 --rank 2 --target-norm 4.497731211899376 --until 57900 --seed 61 --data-seed 5 "
        + "--scales 0.0953,0.04765,0.023825,0.0119125,0.00595625", ["incremental-modes": ["holds", "inconclusive"]]),
    Case(
      "a method's memory",
      "compare --model cp --shape 3,3,3,1 --components 3 --rank 1 --target-norm 1.6753115007466133 --normalization sum --seed 358 "
        + "--init-scale 1.5825623255297121 --optimizer group-rmsprop --learning-rates 0.004,0.002,0.001,0.0005 "
        + "--until 0.24565528055766117", ["order": ["holds", "inconclusive"]]),
    Case(
      "descents that overflow",
      "compare --model cp --shape 3,2,2 --components 2 --rank 1 --target-norm 3.47 --data-seed 7241 --seed 9431 --init-scale 100 "
        + "--learning-rates 0.02,0.01,0.005,0.0025 --until 0.5",
      ["step-law": ["holds", "inconclusive"], "stability": ["violated"]]),
    Case(
      "a law for large t before it is large", "norms --depth 6 --init-scale 0.0738 --seed 406 --until 126 --save-log",
      ["hidden-entry-growth": ["inconclusive"]]),
  ]

  @Test("get the right word", arguments: cases)
  func words(_ item: Case) throws {
    let folder = try Folder()
    for (name, text) in item.files { try folder.write(text, to: name) }
    let arguments = item.line.split(separator: " ").map(String.init) + ["--json"]
    let ending = try Tool.run(arguments, in: folder)
    #expect([0, 1, 2].contains(ending.status), "\(ending.status): \(ending.message)")
    let claims = try #require(try ending.json()["claims"] as? [[String: Any]])
    for (name, words) in item.words {
      let claim = try #require(claims.first { $0["claim"] as? String == name }, "\(name)")
      let (word, reason) = (claim["verdict"] as? String ?? "", claim["reason"] as? String ?? "")
      #expect(words.contains(word), "\(name) \(word): \(reason)")
    }
  }

  /// Past the kink steps shrink without end: what lies there must not be integrated to again and again.
  @Test("a kink that attracts is located in about as many gradients at every tolerance")
  func attractingKink() throws {
    let ending = try Tool.run(
      ("run --claims end-to-end --model matrix --shape 2,2 --depth 1 --rank 1 --init gaussian --init-scale 0.1 --seed 1572 "
        + "--data-seed 7061 --normalization sum --until 0.132 --method bsimp --save 20 --loss l1 --refine 1e-8,1e-10 --json")
        .split(separator: " ").map(String.init))
    let claims = try #require(try ending.json()["claims"] as? [[String: Any]])
    let rungs = try #require(claims.first?["rungs"] as? [[String: Any]])
    #expect(rungs.count == 2)
    for rung in rungs { #expect(try #require(rung["gradients"] as? Int) < 200_000) }
  }

  @Test("a flow of its own is not run for a control where the claim's own run is not complete")
  func unfinished() throws {
    let ending = try Tool.run(
      "balancedness --model matrix --shape 3,3 --depth 2 --rank 1 --max-steps 20 --until 100 --refine 1e-8,1e-10 --control"
        .split(separator: " ").map(String.init))
    #expect(ending.status == 2)
    #expect(ending.output.contains("W2's rate × 1.01: no rung of the claim's own run is complete, so not counted"))
  }

  @Test("controls that say nothing give their reason, and the time that a ladder needs is named")
  func reasons() throws {
    let stability = try Tool.run(
      "compare --model cp --shape 2,2,2 --components 1 --rank 1 --target-norm 0.5 --init balanced --init-scale 0.3 --learning-rates "
        .appending("0.05,0.025,0.0125,0.00625 --until 2 --control").split(separator: " ").map(String.init))
    #expect(stability.output.contains("takes 59, and the horizon is 2, so not counted"), "\(stability.output)")
    let short = try Tool.run(["incremental", "--shape", "3,3,3", "--components", "3", "--rank", "1", "--until", "1"])
    #expect(short.status == 2)
    let needed = try #require(short.output.firstMatch(of: /one does by t = ([\d.e+]+)/)?.1)
    let long = try Tool.run([
      "incremental", "--shape", "3,3,3", "--components", "3", "--rank", "1", "--until",
      "\((Double(needed) ?? 0) * 1e3)", "--json",
    ])
    let claims = try #require(try long.json()["claims"] as? [[String: Any]])
    #expect((claims[0]["reason"] as? String)?.contains("no component norm grows") == false, "\(claims)")
  }
}

import FlowLanguage
import Foundation
import Models
import Symbolic
import Testing
import Verdicts

/// The claims of the models that come with the library and are not about polynomials.
@Suite("atoms: models")
struct AtomsModelsTests {
  /// By model and claim: the kind of evidence, "no …" where the claim is violated, "?" where nothing is shown.
  ///
  /// What the files expect of trajectories agrees, but for the claim of replicator.flow that is true on the simplex alone.
  static let decisions: [(String, [String: String])] = [
    ("two-layer-relu", ["neuron": "identity", "mixed": "no witness"]),
    ("two-layer-leaky", ["neuron": "identity", "mixed": "no witness"]),
    ("convolution-relu", ["first": "identity", "second": "identity", "mixed": "no witness"]),
    // No point refutes these two with rational values: their derivatives are 0 wherever tanh and silu have one.
    ("two-layer-tanh", ["neuron": "?"]),
    ("gated-unit", ["gate": "identity", "both": "?"]),
    ("lora", ["frozen": "no witness", "size": "?"]),
    ("attention", ["across": "no witness"]),
    ("multi-head-attention", ["heads": "no witness", "outer": "no witness"]),
    ("norm-layer", ["length": "identity", "row": "no witness", "gain": "no witness"]),
    ("norm-layer-epsilon", ["length": "no witness"]),
    (
      "kepler",
      [
        "energy": "identity", "momentum": "identity", "axis": "identity", "virial": "identity",
        "distance": "no witness",
        "speed": "no witness",
      ]
    ),
    ("pleiades", ["turn": "identity", "momentum": "identity", "energy": "identity", "kinetic": "no witness"]),
    ("arenstorf", ["jacobi": "identity", "energy": "no witness"]),
    ("lotka-volterra", ["orbit": "identity", "prey": "cofactor", "sum": "no witness"]),
    ("mirror", ["gap": "identity", "squares": "no witness", "stays": "cofactor"]),
    ("replicator", ["lyapunov": "no witness", "growth": "identity"]),
  ]

  @Test("claims of a model", arguments: decisions)
  func decided(model: String, expected: [String: String]) throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "models")
    let text = try String(contentsOf: folder.appending(path: "\(model).flow"), encoding: .utf8)
    let file = try GivenSizesTests.file(text)
    for (label, kind) in expected.sorted(by: { $0.key < $1.key }) {
      let claim = try #require(file.claims.first { $0.label == label })
      let proof = try #require(try GivenSizesProver(file).prove(claim, called: label))
      let own = proof.evidence?.kind.rawValue ?? "?"
      #expect((proof.verdict == .violated ? "no \(own)" : own) == kind, "\(label): \(proof.reason)")
    }
  }
}

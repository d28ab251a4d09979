import FlowODE
import Models
import Settings
import Theorems
import Verdicts
import Workbench

/// What 'flowcheck list' names besides claims, models and methods: one line each, for `list` and `explain`.
enum ExplainedNames {
  /// Starts by name, with what they are.
  static var starts: [(String, String)] {
    [
      ("gaussian", "every entry N(0, α²), α = --init-scale"),
      ("balanced", "least norm under the rescalings that keep W: equal norms in every component (cp)"),
    ]
      + ModelCatalog.families.flatMap { family in
        family.card.starts.map { ($0.name, "\($0.summary) (\(family.card.name))") }
      }
  }

  /// A loss's constants, as they follow its summary.
  static func constants(of loss: any Loss.Type) -> String {
    loss.constants.map { constant in
      let place = constant.setting ?? "loss.constants \(constant.name)"
      return "; \(constant.meaning) (\(place)\(constant.fallback.map { ", default \($0)" } ?? ""))"
    }.joined()
  }

  /// What a name stands for, a line per thing that has it; a setting is meant by its key, or its flag with or without dashes.
  static func pages(_ name: String) -> [String] {
    func lines(_ kind: String, _ rows: [(String, String)]) -> [String] {
      rows.filter { $0.0 == name }.map { "\($0.0)  \(kind): \($0.1)" }
    }
    let settings = ExperimentSchema.settings.filter { $0.path == name || !$0.flag.isEmpty && flag(name) == $0.flag }
    return lines("loss", LossCatalog.all.map { ($0.identifier, $0.summary + constants(of: $0)) })
      + lines("optimizer of compare", OptimizerCatalog.rows.map { ($0.identifier, $0.summary) })
      + lines("measure of compare", ComparisonMeasure.allCases.map { ($0.rawValue, $0.summary) })
      + lines("start", starts)
      + lines("what is measured (--measure-with)", MeasurementKind.allCases.map { ($0.rawValue, meaning(of: $0)) })
      + lines("verdict", Verdict.allCases.map { ($0.rawValue, meaning(of: $0)) })
      + settings.map { "\($0.path)  setting\($0.flag.isEmpty ? "" : ", \(flagged($0))"): \($0.help)" }
  }

  /// Every name that `explain` takes but for flags.
  static var all: [String] {
    ClaimCatalog.all.map { $0.card.name } + ModelCatalog.families.map { $0.card.name } + ["auto"]
      + IntegrationMethod.all.map(\.name) + LossCatalog.all.map { $0.identifier }
      + OptimizerCatalog.rows.map(\.identifier)
      + ComparisonMeasure.allCases.map(\.rawValue) + starts.map(\.0) + MeasurementKind.allCases.map(\.rawValue)
      + Verdict.allCases.map(\.rawValue) + ExperimentSchema.settings.map(\.path)
  }

  private static func flag(_ name: String) -> String { name.hasPrefix("-") ? name : "--\(name)" }

  private static func flagged(_ setting: Setting) -> String {
    setting.valueName.isEmpty ? setting.flag : "\(setting.flag) <\(setting.valueName)>"
  }

  private static func meaning(of kind: MeasurementKind) -> String {
    switch kind {
    case .entries: "some entries of the target (--observed)"
    case .gaussian: "inner products with dense tensors, entries N(0, 1/Πd) (--samples)"
    case .rankOne: "inner products with rank-one tensors x¹ ⊗ … ⊗ xᴺ, entries N(0, 1)·(Πd)^(−1/(2N)) (--samples)"
    case .commuting: "inner products of T Tᵀ with symmetric matrices that commute (--samples)"
    case .inputs: "the outputs at vectors with entries N(0, 1), which are to be those of the target, T x (--samples)"
    }
  }

  private static func meaning(of verdict: Verdict) -> String {
    switch verdict {
    case .holds: "the departure from the claim is the solver's and vanishes with its tolerance (exit status 0)"
    case .violated: "the departure stays when the solver is refined (exit status 1)"
    case .inconclusive: "the run cannot tell; the reason says what was short and what would settle it (exit status 2)"
    case .vacuous: "a hypothesis of the claim is not met, so the run says nothing about it (exit status 2)"
    }
  }
}

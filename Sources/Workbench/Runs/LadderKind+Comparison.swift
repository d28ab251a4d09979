import FlowODE
import Models
import Settings
import Theorems
import Verdicts

extension LadderKind {
  /// Claims about descents beside their flow. A largest gap over few times would miss where it is largest, differently at each
  /// rate, so there are many save times.
  static let comparison = LadderKind(
    ClaimCatalog.comparisons,
    defaults: CommandDefaults().setting(.save, to: 1000, isStated: true).setting(.refine, to: [1e-10, 1e-12]),
    takes: { shared + ($0 == "bound" ? [SettingKey.closeness.path] : []) },
    plan: { builder, asked, names in
      let experiment = try builder.settled(asked) { try HorizonSearch(asked).run(isCancelled: $0) }
      let plan = try plan(&builder)
      let comparison = try Comparison(experiment: experiment, plan: plan, closeness: builder.settings[.closeness])
      // What cannot be compared is refused before anything is opened.
      _ = try comparison.grid()
      return PlannedLadder(
        LadderExamination(
          comparison, claims: try ClaimCatalog.claims(of: comparison, named: names),
          runsControls: builder.read(.control)),
        experiment: experiment, parts: plan.against == .flow ? ["flow"] : plan.ladder.rates.map(tableSetting),
        figures: .named([("gap", ""), ("gap-time", "-time"), ("gap-scaled", "-scaled"), ("descents", "-descents")]),
        file: ("compare", "descents.csv", { $0.descents }),
        section: { .comparison(ComparisonSection(notes: $0.notes, comparison, $1)) })
    })

  /// The paths of settings that every claim about descents takes.
  private static let shared =
    [SettingKey.learningRates.path, SettingKey.against.path, SettingKey.measure.path] + PlannedDescent.paths

  private static func plan(_ builder: inout ExperimentBuilder) throws -> ComparisonPlan {
    let (optimizer, schedule) = try builder.descentMethod()
    let tolerances = builder.read(.refine)
    guard tolerances.count == 2 else {
      throw Refusal(
        "\(tolerances.count) tolerances were given, and a comparison takes two",
        remedy: "give integration.refine the reference's tolerances, such as 1e-10,1e-12")
    }
    return try ComparisonPlan(
      optimizer: optimizer,
      ladder: try RateLadder(builder.settings[.learningRates] ?? [], optimizer: optimizer, schedule: schedule),
      schedule: schedule, against: builder.read(.against), measure: builder.read(.measure),
      tolerances: (coarse: tolerances[0], fine: tolerances[1]))
  }
}

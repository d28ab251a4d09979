import ArgumentParser
import FlowODE
import Models
import Presentation
import Settings
import Theorems
import Verdicts
import Workbench

/// `flowcheck explain`.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Explains what 'flowcheck list' names: of a claim its statement, hypotheses, source, how it is judged.")

  @Argument(help: "A claim, model, method, loss, optimizer, start, setting (key or flag) or verdict.")
  var name: String
  @Flag(help: "A claim's page as Markdown.")
  var markdown = false

  func run() throws {
    if let claim = ClaimCatalog.claim(name) {
      let page = claim.page
      let rule = claim.kind == .trajectory ? Self.rule(claim.card.judgedBy) : nil
      try Console.print(Wording.flags(in: markdown ? page.markdown : Self.text(page, rule: rule)))
    } else if let family = ModelCatalog.families.first(where: { $0.card.name == name }) {
      try Console.print(Wording.flags(in: Self.text(family.card)))
    } else if let method = (IntegrationMethod.all + [.auto]).first(where: { $0.name == name }) {
      try Console.print(Self.text(method))
    } else {
      let pages = ExplainedNames.pages(name)
      guard pages.isEmpty else { return try Console.print(Wording.flags(in: pages.joined(separator: "\n\n"))) }
      let likely = likelyName(for: name, among: ExplainedNames.all).map { "did you mean '\($0)'? " } ?? ""
      throw Refusal("there is nothing called '\(name)'", remedy: likely + "'flowcheck list' shows all names")
    }
  }

  private static var equalityRule: String {
    """
    judging rule: with r the residual and τ the tolerance in effect of the tightest rung, compared with the last rung whose τ is
    at least \(tableNumber(JudgingRule.leastRefinement)) times as large; u = 2⁻⁵²; r counts as roundoff up to its own evaluation's rounding,
      vacuous       a hypothesis is not met
      inconclusive  a rung is incomplete
      violated      the residuals from the compared rung on agree within \(tableNumber(100 * JudgingRule.agreement)) % and \
    r > \(tableNumber(JudgingRule.toleranceFactor))·τ and r > max(\(tableNumber(JudgingRule.violationUnits)), \(tableNumber(JudgingRule.violationUnitsPerStep))·steps)·u
                    (unless the save grid set both rungs' steps and r ≤ \(tableNumber(JudgingRule.gridFactor))·steps·τ of the \
    coarser one)
      inconclusive  a \(tableNumber(100 * JudgingRule.probedRateError)) % error in the rate of the block that moves most could not have shown: \
    \(tableNumber(JudgingRule.probedRateError))·p ≤ \(tableNumber(JudgingRule.powerMargin))·max(r, roundoff), p the largest \
    relative change of a term
                    (r counts the compared rung's as well, shrunk at order 1/2)
      holds         r ≤ roundoff = \(tableNumber(JudgingRule.roundoffUnits))·u·√max(1, steps/1000), or r falls with order ≥ \
    \(tableNumber(JudgingRule.leastOrder)) and r ≤ \(tableNumber(JudgingRule.toleranceFactor))·τ
      inconclusive  otherwise, naming the number that was short
    """
  }

  private static var inequalityRule: String {
    """
    judging rule: slack = bound − value, from the tightest rung and the last one \(tableNumber(JudgingRule.leastRefinement)) times \
    looser; u_slack = 3·|change of the slack between them| + roundoff,
      vacuous       a hypothesis is not met
      inconclusive  a rung is incomplete
      violated      slack < −\(tableNumber(MarginRule.slackFactor))·u_slack on both rungs, of the same law at the same save time, \
    and by more than \(tableNumber(JudgingRule.toleranceFactor))·τ of the bound (more where the save times set all steps)
      holds         slack + u_slack ≥ 0 at every save time, accepted step and event, resolved to \
    \(tableNumber(MarginRule.slackResolution)) of the bound where it is attained; and a mutated statement that is false on this run is rejected
      inconclusive  otherwise, naming the number that was short
    """
  }

  /// When a ladder ends before its last rung.
  private static var settlingRule: String {
    """
    the ladder ends when every claim and every control folded on it is settled (--all-rungs, --output and losses with kinks run it out):
      vacuous       the start does not meet a hypothesis
      violated      on two rungs that agree and r > \(tableNumber(SettlingRule.plainTolerances))·τ and \
    \(tableNumber(SettlingRule.plainUnits)) times the level below which nothing is called a violation
                    (no fitted exponents), or said twice, on \(SettlingRule.leastRungs) rungs that agree
      holds         r at roundoff on two rungs; or said twice, on \(SettlingRule.leastRungs) rungs, and what they leave room for would
                    not be called a violation: r with that of the rung before, shrunk at order 1/2, or u_slack below a slack
      inconclusive  never: the ladder goes on
    controls that perturb the flow run on the coarsest rung until it shows r > \(tableNumber(JudgingRule.toleranceFactor))·τ, beside one ten times
    as loose, and on further rungs only until they are rejected
    """
  }

  /// - Parameter rule: the judging rule, where a claim about trajectories is judged by one of all of its kind.
  private static func text(_ page: ClaimPage, rule: String?) -> String {
    var lines = ["\(page.card.name)  \(page.card.summary)"]
    for (name, texts) in page.fields {
      for (k, text) in texts.enumerated() { lines.append(PlainText.field(k == 0 ? name : "", text)) }
    }
    lines.append(
      PlainText.field(
        "loss",
        "f = c · Σ ℓ, c = 1 (sum), 1/m (mean over m measurements, the default), 1/2 (half-sum); all rates and times scale with c"
      ))
    return (lines + (rule.map { ["", $0] } ?? [])).joined(separator: "\n")
  }

  /// The rule of a kind that has one for all its claims; the others' cards say how an interval or a limit is judged.
  private static func rule(_ kind: JudgedBy) -> String? {
    switch kind {
    case .conservation, .integral: equalityRule + "\n" + settlingRule
    case .bound: inequalityRule + "\n" + settlingRule
    case .agreement, .exponent, .order, .limit, .proof, .enclosure: nil
    }
  }

  private static func text(_ card: ModelCard) -> String {
    var lines = ["\(card.name)  \(card.summary)"]
    lines += card.settings.map { PlainText.field("--\($0.name)", $0.help) }
    lines += card.starts.map { PlainText.field("--init", "\($0.name): \($0.summary)") }
    lines.append(
      PlainText.field("laws", "derived from the labels of its program; 'balancedness' lists and checks them"))
    return (lines + [PlainText.field("example", card.example)]).joined(separator: "\n")
  }

  private static func text(_ method: IntegrationMethod) -> String {
    let isImplicit = if case .implicit = method { true } else { false }
    return [
      "\(method.name)  \(method.advice)",
      PlainText.field(
        "order",
        method.measuredOrder.map { "\($0), measured against closed forms" } ?? "variable; the error falls with rtol"),
      PlainText.field(
        "Jacobian",
        isImplicit ? "dense, at most \(Objective.denseHessianLimit) parameters" : "not needed"),
    ].joined(separator: "\n")
  }
}

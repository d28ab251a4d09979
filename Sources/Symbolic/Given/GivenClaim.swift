import CertificateChecker
import FlowLanguage
import Models
import Verdicts

/// A claim at given sizes, whatever its formulas are read as.
package struct GivenClaim {
  /// The claim.
  package let claim: CheckedClaim
  /// Its label, or its text.
  package let name: String
  /// The text it is of.
  package let file: CheckedFile
  /// Of the points at which counterexamples are looked for.
  package let seed: UInt64

  /// Whether it is about values and derivatives at a point.
  package var isOfPoints: Bool {
    switch claim.form {
    case .laws, .always, .reaches, .grows: false
    case .conserved, .decays, .identity, .nonincreasing, .invariant: true
    }
  }

  /// Whether there are no data points, or one of them tells what all of them do.
  package var isReadable: Bool { !file.declarations.contains { $0.role == .input } || isLinearInVelocity }

  /// Whether one data point tells what all of them do. A velocity and the loss are means over the points, so that a claim must not speak
  /// of them beyond the one derivative that it is about, nor of the value of a data point; what does not move may be of any point.
  private var isLinearInVelocity: Bool {
    let (values, isStill): ([Term], Bool)
    func sides(_ equations: [Equation<Term>]) -> [Term] { equations.flatMap { [$0.left, $0.right] } }
    switch claim.form {
    case .conserved(let value, let given): (values, isStill) = ([value] + sides(given), false)
    case .decays(let value, let rate, let given): (values, isStill) = ([value, rate] + sides(given), false)
    case .identity(let both, let given): (values, isStill) = (sides([both]) + sides(given), true)
    case .nonincreasing(let value, let roots):
      // That the loss does not grow follows for any data and any number of points.
      if value.kind == .loss, roots.isEmpty, case .gradient(nil) = file.flow { return true }
      (values, isStill) = ([value] + roots, false)
    case .invariant(let both, let cofactor, let given):
      (values, isStill) = ([both.left, both.right] + (cofactor.map { [$0] } ?? []) + sides(given), false)
    case .laws, .always, .reaches, .grows: return false
    }
    return values.allSatisfy { !speaksOfMotion($0) && (isStill || !$0.isBatched && !readsPoint($0)) }
  }

  /// Whether a formula holds a velocity, a derivative of the loss or the loss, also by the name of a definition.
  private func speaksOfMotion(_ term: Term) -> Bool {
    switch term.kind {
    case .derivative, .gradient, .loss: true
    case .declared(let position): file.declarations[position].value.map(speaksOfMotion) ?? false
    default: term.kind.parts.contains(where: speaksOfMotion)
    }
  }

  /// Whether a formula holds a data point.
  private func readsPoint(_ term: Term) -> Bool {
    switch term.kind {
    case .declared(let position):
      file.declarations[position].role == .input
        || file.declarations[position].value.map(readsPoint) ?? false
    default: term.kind.parts.contains(where: readsPoint)
    }
  }

  // MARK: Results

  /// That it holds, with what shows it and one sentence.
  package func holds(_ evidence: ProofEvidence, _ reason: String) -> ClaimProof {
    ClaimProof(
      claim: name, statement: claim.text, verdict: .holds, scope: .given, evidence: evidence, reason: reason)
  }

  /// That it is violated, with a point and one sentence.
  package func violated(_ evidence: ProofEvidence, _ reason: String) -> ClaimProof {
    ClaimProof(
      claim: name, statement: claim.text, verdict: .violated, scope: .given, evidence: evidence, reason: reason)
  }

  /// That nothing is shown, with one sentence.
  package func inconclusive(_ reason: String) -> ClaimProof {
    ClaimProof(
      claim: name, statement: claim.text, verdict: .inconclusive, scope: nil, evidence: nil, reason: reason)
  }

  /// The places of an entry, from 1.
  package static func places(_ position: Int, _ shape: [Int]) -> [Int] {
    var (rest, places) = (position, [Int]())
    for extent in shape.reversed() {
      places.append(rest % extent + 1)
      rest /= extent
    }
    return places.reversed()
  }

  /// The places of an entry in words; empty of a number.
  package static func words(_ entry: [Int]) -> String {
    entry.isEmpty ? "" : " in entry (\(entry.map(String.init).joined(separator: ", ")))"
  }
}

extension Relation {
  /// Whether it is true of a number with this sign and 0.
  package func isTrue(ofSign sign: Int) -> Bool {
    switch self {
    case .less: sign < 0
    case .lessOrEqual: sign <= 0
    case .greater: sign > 0
    case .greaterOrEqual: sign >= 0
    case .equal: sign == 0
    }
  }
}

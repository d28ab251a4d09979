import Settings
import Verdicts

/// Which verdict a sweep expects of each claim.
package struct Expectations: Equatable, Sendable {
  /// What is expected where nothing is said.
  static let usual = Verdict.holds.rawValue

  private let common: Verdict
  private let own: [String: Verdict]

  /// - Throws: ``SettingsError`` for a word that is no verdict, or that contradicts another.
  init(_ words: [String], place: String) throws(SettingsError) {
    var common: Verdict?
    var own: [String: Verdict] = [:]
    for text in words {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        .map { String($0.filter { $0 != " " }) }
      guard let word = parts.last, let verdict = Verdict(rawValue: word) else {
        let known = Verdict.allCases.map(\.rawValue)
        throw SettingsError(
          place: place, problem: "sweep.expect: '\(parts.last ?? "")' is no verdict",
          remedy: "write \(known.joined(separator: ", ")), or claim=verdict")
      }
      let isNew = parts.count == 1 ? common == nil : own[parts[0]] == nil
      guard isNew else {
        throw SettingsError(
          place: place,
          problem: "sweep.expect says twice what \(parts.count == 1 ? "is expected of all claims" : parts[0])",
          remedy: "name each claim once")
      }
      if parts.count == 1 { common = verdict } else { own[parts[0]] = verdict }
    }
    self.common = common ?? .holds
    self.own = own
  }

  /// What is expected of a claim.
  package subscript(claim: String) -> Verdict { own[claim] ?? common }

  /// The claims that are named.
  var claims: [String] { own.keys.sorted() }
}

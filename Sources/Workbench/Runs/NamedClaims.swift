import Models
import Settings
import Theorems

/// The claims that `run` is asked about.
struct NamedClaims {
  let names: [String]
  /// Those of trajectories.
  let trajectories: [StatedClaim]
  /// The ladders of the others, with the names that stand for each.
  let ladders: [(kind: LadderKind, names: [String])]

  /// - Throws: ``Refusal`` if none is named, one that does not exist or stands there twice, or a setting is given that none of
  ///   them takes.
  ///
  /// - Parameters:
  ///   - isNeeded: whether there are no other claims, so that some must be named.
  ///   - takesScales: whether other claims take a ladder of scales.
  init(_ settings: Settings, isNeeded: Bool = true, takesScales: Bool = false) throws(Refusal) {
    let known = ClaimCatalog.all.map { $0.card.name }.joined(separator: ", ")
    let names = settings[.claims] ?? []
    guard !isNeeded || !names.isEmpty else {
      throw Refusal("no claims were named", remedy: "give --claims, or claims under [run], from: \(known)")
    }
    let place = settings.place(.claims)
    for (k, name) in names.enumerated() {
      guard ClaimCatalog.claim(name) != nil else {
        let names = ClaimCatalog.all.map { $0.card.name }
        throw Refusal(
          "\(place): there is no claim '\(name)'",
          remedy: "\(likelyName(for: name, among: names).map { "did you mean '\($0)'? " } ?? "")choose from: \(known)")
      }
      guard names.firstIndex(of: name) == k else {
        throw Refusal("\(place): the claim '\(name)' stands there twice", remedy: "name it once")
      }
    }
    self.names = names
    trajectories = names.compactMap { name in
      ClaimCatalog.claims.first { $0.card.name == name }.map { StatedClaim($0) }
    }
    ladders = LadderKind.all.compactMap { kind in
      let own = names.filter(kind.claims.contains)
      return own.isEmpty ? nil : (kind, own)
    }
    try refuseForeign(settings, but: takesScales ? [SettingKey.scales.path] : [])
  }

  /// What the ladders' own commands mean by settings that are not given.
  var defaults: CommandDefaults { .merging(ladders.map(\.kind.defaults)) }

  /// A setting that only other claims take has no meaning here.
  private func refuseForeign(_ settings: Settings, but taken: [String]) throws(Refusal) {
    for path in settings.givenPaths where !taken.contains(path) {
      let takers = LadderKind.all.flatMap { kind in kind.claims.filter { kind.takes($0).contains(path) } }
      guard !takers.isEmpty, !takers.contains(where: names.contains) else { continue }
      throw Refusal(
        "\(settings.place(path)) belongs to \(takers.joined(separator: ", ")), and none of the claims named takes it",
        remedy: "drop it, or name \(takers.count == 1 ? "that claim" : "one of those claims") in run.claims",
        settings: [path])
    }
    for (path, remedy) in [
      (SettingKey.comparisonClaims.path, "name them in run.claims"),
      (SettingKey.compareCoordinates.path, "name coordinates in run.claims instead"),
    ] where settings.isSet(path) {
      throw Refusal("\(settings.place(path)) belongs to another command", remedy: remedy, settings: [path])
    }
  }
}

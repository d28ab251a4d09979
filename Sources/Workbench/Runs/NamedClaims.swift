import Models
import Settings
import Theorems

/// The claims that `run` is asked about.
enum NamedClaims {
  /// - Throws: ``Refusal`` if none is named, or one that does not exist, stands there twice or needs a ladder of runs.
  static func claims(_ settings: Settings) throws(Refusal) -> [any Claim.Type] {
    let known = ClaimCatalog.pages.map(\.card.name).joined(separator: ", ")
    guard let names = settings[.claims], !names.isEmpty else {
      throw Refusal("no claims were named", remedy: "give --claims, or claims under [run], from: \(known)")
    }
    let place = settings.place(.claims)
    var chosen: [any Claim.Type] = []
    for name in names {
      guard ClaimCatalog.page(name) != nil else {
        throw Refusal("\(place): there is no claim '\(name)'", remedy: "choose from: \(known)")
      }
      guard !chosen.contains(where: { $0.card.name == name }) else {
        throw Refusal("\(place): the claim '\(name)' stands there twice", remedy: "name it once")
      }
      guard let claim = ClaimCatalog.claim(name) else {
        throw Refusal("\(place): '\(name)' needs a ladder of scales", remedy: "use flowcheck \(name)")
      }
      chosen.append(claim)
    }
    return chosen
  }
}

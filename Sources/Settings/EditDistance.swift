/// The Levenshtein distance of two texts: the least number of characters to insert, delete or replace that turns one
/// into the other. Only the first 64 characters of each are looked at, so that no input makes it slow.
func editDistance(_ first: String, _ second: String) -> Int {
  let columns = Array(second.prefix(64))
  var row = Array(0...columns.count)
  for (i, character) in first.prefix(64).enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, other) in columns.enumerated() {
      let replaced = diagonal + (character == other ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
    }
  }
  return row[columns.count]
}

/// The candidate at the smallest edit distance from `name` (the first of several), or nil when there is none: what a
/// message proposes after "did you mean".
public func nearestName(to name: String, among candidates: [String]) -> String? {
  candidates.map { (name: $0, distance: editDistance(name, $0)) }.min { $0.distance < $1.distance }?.name
}

/// The candidate that `name` was most likely meant to be: one that it begins, or that is at most a third of its letters away; nil
/// when there is none, or the name is known.
public func likelyName(for name: String, among candidates: [String]) -> String? {
  let nearest = nearestName(to: name, among: candidates)
  if let nearest, editDistance(name, nearest) <= max(1, name.count / 3) { return nearest }
  return name.count < 3 ? nil : candidates.first { $0.hasPrefix(name) }
}

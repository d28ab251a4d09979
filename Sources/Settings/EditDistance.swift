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

/// Finds the name that was most likely meant: what a message proposes after "did you mean".
///
/// A file of many errors and many names would cost their product; the speller stops proposing when it has compared as much as
/// its budget allows, the same in every run.
struct Speller {
  /// Pairs of characters left to compare.
  private var budget = 1_000_000

  /// Whether it will propose nothing any more.
  var isSpent: Bool { budget <= 0 }

  /// The candidate nearest to `name`, the first of several: at most a third of its letters away, at least one; a name of one
  /// letter is near only to the same letter in the other case. Nil where none is.
  mutating func likely(_ name: String, among candidates: some Sequence<String>) -> String? {
    let letters = Array(name.unicodeScalars.prefix(33))
    guard letters.count <= 32 else { return nil }
    var best: (name: String, distance: Int)?
    for candidate in candidates where candidate != name {
      budget -= 8
      guard budget > 0 else { return nil }
      let limit = letters.count < 2 ? 0 : max(1, letters.count / 3)
      if name.lowercased() == candidate.lowercased() { return candidate }
      let others = Array(candidate.unicodeScalars.prefix(33))
      guard abs(others.count - letters.count) <= limit, limit > 0, others.count > 1 else { continue }
      budget -= letters.count * others.count
      let distance = Self.distance(letters, others)
      if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.name
  }

  /// The hint that goes with it.
  mutating func hint(_ name: String, among candidates: some Sequence<String>) -> String? {
    likely(name, among: candidates).map { "did you mean '\(printable($0))'?" }
  }

  /// Least number of characters to insert, delete, replace or swap with their neighbour that turns one into the other.
  static func distance(_ first: [Unicode.Scalar], _ second: [Unicode.Scalar]) -> Int {
    var (above, row) = ([Int](), Array(0...second.count))
    for (i, letter) in first.enumerated() {
      var next = [i + 1]
      for (j, other) in second.enumerated() {
        var least = min(row[j] + (letter == other ? 0 : 1), row[j + 1] + 1, next[j] + 1)
        if i > 0, j > 0, letter == second[j - 1], first[i - 1] == other { least = min(least, above[j - 1] + 1) }
        next.append(least)
      }
      (above, row) = (row, next)
    }
    return row[second.count]
  }
}

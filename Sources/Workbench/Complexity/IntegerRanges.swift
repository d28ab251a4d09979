import Settings

/// Whole numbers as `--ranks` takes them: `1..15`, `1,2,4`, `0,3..5`; ascending, each once.
package struct IntegerRanges: Equatable {
  /// The most numbers a list may have.
  static let limit = 10_000

  package let numbers: [Int]

  package init(_ numbers: some Sequence<Int>) { self.numbers = Array(Set(numbers)).sorted() }

  /// Reads a setting's text.
  ///
  /// - Parameter allowed: what a number may be.
  /// - Throws: ``SettingsError`` for what is no number or range, or one outside `allowed`.
  package init(_ text: String, allowed: ClosedRange<Int>, place: String) throws(SettingsError) {
    var numbers: Set<Int> = []
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = item.trimmingPrefix { $0 == " " }.split(separator: "..", omittingEmptySubsequences: false)
        .map { Int($0.filter { $0 != " " }) }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last else {
        throw SettingsError(
          place: place, problem: "'\(item)' is neither a whole number nor a range of them",
          remedy: "write numbers and ascending ranges, such as 1,2,4..8")
      }
      guard allowed.contains(first), allowed.contains(last) else {
        throw SettingsError(
          place: place, problem: "\(allowed.contains(first) ? last : first) is out of range",
          remedy: "give numbers from \(allowed.lowerBound) to \(allowed.upperBound)")
      }
      guard last - first < Self.limit, numbers.count + (last - first) < Self.limit else {
        throw SettingsError(
          place: place, problem: "'\(text.prefix(60))' is more than \(Self.limit) numbers", remedy: "give fewer")
      }
      numbers.formUnion(first...last)
    }
    self.init(numbers)
  }

  /// The shortest text that means the same: three and more in a row are a range.
  package var text: String { text(between: "..") }

  /// The same text with another sign between the ends of a range.
  func text(between sign: String) -> String {
    var parts: [String] = []
    var k = 0
    while k < numbers.count {
      var end = k
      while end + 1 < numbers.count, numbers[end + 1] == numbers[end] + 1 { end += 1 }
      if end - k >= 2 {
        parts.append("\(numbers[k])\(sign)\(numbers[end])")
      } else {
        parts += numbers[k...end].map(String.init)
      }
      k = end + 1
    }
    return parts.joined(separator: ",")
  }
}

import CMath

/// Whether what a command printed is what a notebook has recorded: words alike, numbers to one unit of the last printed place, and none
/// twice the other.
///
/// Runs of blanks count as one, as columns are as wide as their numbers. Numbers of which neither exceeds 1e-12 are alike, and so is the
/// word `roundoff` with any such number: they are made of rounding errors.
package enum RecordedText {
  /// Below this a number is made of rounding errors.
  static let roundoff = 1e-12

  /// The position of the first line that differs; nil if none does.
  static func difference(_ recorded: [String], _ printed: [String]) -> Int? {
    for k in 0..<max(recorded.count, printed.count) {
      guard k < recorded.count, k < printed.count, isAlike(recorded[k], printed[k]) else { return k }
    }
    return nil
  }

  /// Whether two lines are alike.
  package static func isAlike(_ recorded: String, _ printed: String) -> Bool {
    if recorded == printed { return true }
    let (a, b) = (pieces(recorded), pieces(printed))
    return a.count == b.count && zip(a, b).allSatisfy(isAlike)
  }

  private enum Piece: Equatable {
    case text(String)
    /// With the size of one unit in its last printed place.
    case number(Double, unit: Double)
  }

  private static func isAlike(_ a: Piece, _ b: Piece) -> Bool {
    switch (a, b) {
    case (.number(let x, let first), .number(let y, let second)):
      // A little more than a unit, since printed places are no doubles.
      max(abs(x), abs(y)) <= roundoff
        || abs(x - y) <= 1.000001 * max(first, second)
          && (x * y == 0 || (x / y).magnitude <= 2 && (y / x).magnitude <= 2)
    case (.text(let word), .number(let x, _)), (.number(let x, _), .text(let word)):
      word.filter { $0 != " " && $0 != "*" } == "roundoff" && abs(x) <= roundoff
    case (.text(let x), .text(let y)): x == y
    }
  }

  /// Numbers, and what is between them with its blanks run together.
  private static func pieces(_ line: String) -> [Piece] {
    let bytes = Array(line.utf8)
    var pieces: [Piece] = []
    var text: [UInt8] = []
    var k = 0
    func isDigit(_ position: Int) -> Bool { position < bytes.count && (0x30...0x39).contains(bytes[position]) }
    func isWord(_ byte: UInt8) -> Bool {
      (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte) || byte == UInt8(ascii: "_") || byte >= 0x80
    }
    func close() {
      let words = String(decoding: text, as: UTF8.self).split(separator: " ", omittingEmptySubsequences: true)
      if !words.isEmpty { pieces.append(contentsOf: split(words.map(String.init))) }
      text = []
    }
    while k < bytes.count {
      let previous = k > 0 ? bytes[k - 1] : UInt8(ascii: " ")
      let isSigned =
        bytes[k] == UInt8(ascii: "-") && isDigit(k + 1) && !isWord(previous)
        && !isDigit(k - 1 < 0 ? bytes.count : k - 1)
      // Digits within a name, as in W1 or w00, are no number.
      guard isDigit(k) && !isWord(previous) || isSigned else {
        text.append(bytes[k])
        k += 1
        while isDigit(k), isDigit(k - 1) {
          text.append(bytes[k])
          k += 1
        }
        continue
      }
      let start = k
      if isSigned { k += 1 }
      while isDigit(k) { k += 1 }
      var places = 0
      if k < bytes.count, bytes[k] == UInt8(ascii: "."), isDigit(k + 1) {
        k += 1
        while isDigit(k) {
          k += 1
          places += 1
        }
      }
      var exponent = 0
      if k < bytes.count, bytes[k] | 0x20 == UInt8(ascii: "e") {
        var end = k + 1
        if end < bytes.count, bytes[end] == UInt8(ascii: "-") || bytes[end] == UInt8(ascii: "+") { end += 1 }
        if isDigit(end) {
          let first = end
          while isDigit(end) { end += 1 }
          exponent =
            (Int(String(decoding: bytes[first..<end], as: UTF8.self)) ?? 0)
            * (bytes[k + 1] == UInt8(ascii: "-") ? -1 : 1)
          k = end
        }
      }
      guard let value = Double(String(decoding: bytes[start..<k], as: UTF8.self)) else {
        text += bytes[start..<k]
        continue
      }
      close()
      pieces.append(.number(value, unit: CMath.pow(10, Double(exponent - places))))
    }
    close()
    return pieces
  }

  /// The word `roundoff` stands for a number, so it is a piece of its own.
  private static func split(_ words: [String]) -> [Piece] {
    var pieces: [Piece] = []
    var run: [String] = []
    for word in words {
      guard word == "roundoff" || word == "roundoff*" else {
        run.append(word)
        continue
      }
      if !run.isEmpty { pieces.append(.text(run.joined(separator: " "))) }
      run = []
      pieces.append(.text("roundoff"))
    }
    if !run.isEmpty { pieces.append(.text(run.joined(separator: " "))) }
    return pieces
  }
}

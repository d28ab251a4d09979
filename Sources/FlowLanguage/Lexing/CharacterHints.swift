/// What to write instead of signs that mean something elsewhere.
enum CharacterHints {
  private static let product = "use * for matrix product, .* for entrywise, ' for transpose"
  private static let transpose = "use ' for transpose"

  /// Characters that are refused with a remedy, some of which Unicode counts as letters.
  static let table: [Unicode.Scalar: String] = [
    "@": product, "\u{D7}": product, "\u{B7}": product, "\u{22C5}": product, "\u{2217}": product,
    "\u{2212}": "use -", "\u{2013}": "use -", "\u{2264}": "use <=", "\u{2265}": "use >=", "\u{2192}": "use ->",
    "\u{1D40}": transpose, "\u{22A4}": transpose, "\u{2032}": transpose, "\u{2019}": transpose, "\u{2018}": transpose,
    "`": transpose, "\u{B2}": "use ^2", "\u{B3}": "use ^3", "\u{201C}": "use \"", "\u{201D}": "use \"",
    "{": "use ( ) or [ ]", "}": "use ( ) or [ ]", "|": "use abs, norm or norm2", "%": "a remark begins with #",
    ".": "write 0.5 for a number, .* ./ .^ for entries", "\u{2211}": "write sum(i: x[i])", "\u{221A}": "use sqrt",
    "\u{2202}": "write grad(X) or der(x)", "\u{2207}": "write grad(X) or der(x)",
  ]

  /// Pairs that are refused with a remedy.
  static let pairs = [
    "**": "use ^ for a power", "==": "use =", "//": "a remark begins with #", "+=": "use =", "=>": "use >= or ->",
    "=<": "use <=",
  ]

  /// The character as messages quote it: itself, or its number where it cannot be seen.
  static func name(_ scalar: Unicode.Scalar) -> String {
    if shown(scalar) == scalar { return "'\(scalar)'" }
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}

/// Plain text as LaTeX sets it with no package loaded.
public enum LaTeX {
  /// The text on one line: LaTeX's special characters escaped, the letters and signs of formulas in math mode. A sign that LaTeX
  /// could not set becomes a question mark; accented letters stay as they are.
  public static func escaped(_ text: String) -> String {
    var result = ""
    var isMath = false
    var script: Script?
    func piece(_ text: String, math: Bool, script next: Script? = nil) -> String {
      var piece = ""
      if script != nil, next != script { piece += "}" }
      if math != isMath { piece += "$" }
      if let next, next != script { piece += next == .upper ? "^{" : "_{" }
      (isMath, script) = (math, next)
      return piece + text
    }
    for character in text {
      switch token(character) {
      case .text(let plain): result += piece(plain, math: false)
      case .math(let formula): result += piece(formula, math: true)
      case .script(let formula, let place): result += piece(formula, math: true, script: place)
      }
    }
    return result + piece("", math: false)
  }

  private enum Script { case upper, lower }

  private enum Token {
    case text(String)
    case math(String)
    case script(String, Script)
  }

  private static func token(_ character: Character) -> Token {
    let scalars = Array(character.unicodeScalars)
    guard let first = scalars.first else { return .text("") }
    if scalars.count == 2, let accent = accents[scalars[1]] {
      let base = formulas[first] ?? (first.properties.isAlphabetic ? String(first) : "?")
      return .math("\(accent){\(base)}")
    }
    if let plain = special[first] { return .text(plain) }
    if let formula = formulas[first] { return .math("\(formula) ") }
    if let upper = superscripts[first] { return .script(upper, .upper) }
    if let lower = subscripts[first] { return .script(lower, .lower) }
    switch first.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .spaceSeparator: return .text(" ")
    default: return .text(first.isASCII || first.properties.isAlphabetic ? String(character) : "?")
    }
  }

  private static let special: [Unicode.Scalar: String] = [
    "#": "\\#", "$": "\\$", "%": "\\%", "&": "\\&", "_": "\\_", "{": "\\{", "}": "\\}", "\\": "\\textbackslash{}",
    "~": "\\textasciitilde{}", "^": "\\textasciicircum{}", "<": "\\textless{}", ">": "\\textgreater{}",
    "|": "\\textbar{}", "“": "``", "”": "''", "–": "--", "…": "\\ldots{}",
  ]

  private static let formulas: [Unicode.Scalar: String] = [
    "α": "\\alpha", "β": "\\beta", "γ": "\\gamma", "δ": "\\delta", "ε": "\\varepsilon", "ζ": "\\zeta", "η": "\\eta",
    "θ": "\\theta", "κ": "\\kappa", "λ": "\\lambda", "μ": "\\mu", "ν": "\\nu", "ξ": "\\xi", "π": "\\pi", "ρ": "\\rho",
    "σ": "\\sigma", "τ": "\\tau", "φ": "\\varphi", "χ": "\\chi", "ψ": "\\psi", "ω": "\\omega", "Γ": "\\Gamma",
    "Δ": "\\Delta", "Θ": "\\Theta", "Λ": "\\Lambda", "Π": "\\Pi", "Σ": "\\Sigma", "Φ": "\\Phi", "Ω": "\\Omega",
    "ℓ": "\\ell", "−": "-", "×": "\\times", "·": "\\cdot", "±": "\\pm", "≤": "\\le", "≥": "\\ge", "≠": "\\ne",
    "≈": "\\approx", "∈": "\\in", "∞": "\\infty", "∫": "\\int", "∇": "\\nabla", "∂": "\\partial", "√": "\\surd",
    "⊗": "\\otimes", "⊥": "\\perp", "‖": "\\|", "⟨": "\\langle", "⟩": "\\rangle", "→": "\\to", "←": "\\gets",
    "⋯": "\\cdots", "½": "\\frac12", "¼": "\\frac14", "′": "{}'", "″": "{}''", "ŷ": "\\hat{y}", "ŵ": "\\hat{w}",
    "Ŵ": "\\hat{W}", "Ẇ": "\\dot{W}",
  ]

  private static let superscripts: [Unicode.Scalar: String] = [
    "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9", "⁺": "+",
    "⁻": "-", "⁽": "(", "⁾": ")", "ⁿ": "n", "ᵀ": "\\top", "ᵗ": "t", "ᵐ": "m", "ᵏ": "k", "ᵖ": "p", "ʳ": "r", "ˢ": "s",
    "ᴺ": "N", "ᴸ": "L",
  ]

  private static let subscripts: [Unicode.Scalar: String] = [
    "₀": "0", "₁": "1", "₂": "2", "₃": "3", "₄": "4", "₅": "5", "₆": "6", "₇": "7", "₈": "8", "₉": "9", "₊": "+",
    "₋": "-", "ₙ": "n", "ₘ": "m", "ₖ": "k", "ₛ": "s", "ᵣ": "r", "ᵢ": "i", "ⱼ": "j",
  ]

  private static let accents: [Unicode.Scalar: String] = [
    "\u{302}": "\\hat", "\u{307}": "\\dot", "\u{308}": "\\ddot", "\u{303}": "\\tilde", "\u{304}": "\\bar",
  ]
}

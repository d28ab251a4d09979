import Testing
import Theorems
import Workbench

/// Formulas of sentences as MathML.
@Suite("Formulas in MathML")
struct MathMLTests {
  private func markup(_ text: String) -> String { MathML.sentence(text).map { $0.rendered() }.joined() }

  @Test(
    "powers and indices stand on what they belong to, brackets are one thing, words stay words",
    arguments: [
      ("x²", "<math><msup><mi>x</mi><mrow><mn>2</mn></mrow></msup></math>"),
      (
        "σ_r^(2−2/N)",
        "<math><msubsup><mi>σ</mi><mi>r</mi><mrow><mn>2</mn><mo stretchy=\"false\">−</mo><mn>2</mn>"
          + "<mo stretchy=\"false\">/</mo><mi>N</mi></mrow></msubsup></math>"
      ),
      (
        "W(l)ᵀ",
        "<math><mi>W</mi><msup><mrow><mo stretchy=\"false\">(</mo><mi>l</mi><mo stretchy=\"false\">)</mo></mrow>"
          + "<mrow><mo>⊤</mo></mrow></msup></math>"
      ),
      ("is constant along gradient flow", "is constant along gradient flow"), ("a bound", "a bound"),
      (
        "<b> & c",
        "<math><mo stretchy=\"false\">&lt;</mo><mi>b</mi><mo stretchy=\"false\">&gt;</mo><mo stretchy=\"false\">&amp;</mo><mi>c</mi></math>"
      ),
    ])
  func set(text: String, expected: String) {
    #expect(markup(text) == expected, "\(markup(text))")
  }

  @Test("of no claim's summary is a letter or a digit lost")
  func whole() {
    for claim in ClaimCatalog.all {
      let text = claim.card.summary
      var isTag = false
      var shown = ""
      for character in markup(text) {
        if character == "<" { isTag = true }
        if !isTag { shown.append(character) }
        if character == ">" { isTag = false }
      }
      // Raised signs have become plain ones, so that there may be more of them.
      var rest = shown[...]
      for sign in text where sign.isASCII && (sign.isLetter || sign.isNumber) {
        guard let place = rest.firstIndex(of: sign) else {
          Issue.record("\(sign) of: \(text)")
          break
        }
        rest = rest[rest.index(after: place)...]
      }
    }
  }
}

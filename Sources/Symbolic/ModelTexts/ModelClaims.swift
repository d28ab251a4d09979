import Models

/// Claims about a built-in model in the language of its text.
public struct ModelClaims {
  /// The laws that its labels show, a claim each.
  public let laws: [(label: String, claim: String)]

  /// - Throws: ``Refusal`` if a fraction outgrows 64 bits.
  public init(_ model: LawModel) throws(Refusal) {
    var laws: [(label: String, claim: String)] = []
    for family in try StructuralLaws(model).families {
      guard family.text.contains("[") else {
        laws.append(("balancedness\(laws.count + 1)", "conserved \(family.text)"))
        continue
      }
      for (number, quantity) in family.quantities.enumerated() {
        let text = Self.text(family.text, number + 1) ?? quantity.text(model.parameterNames)
        laws.append(("balancedness\(laws.count + 1)", "conserved \(text)"))
      }
    }
    self.laws = laws
  }

  /// The text of one law of a family that runs over k alone.
  private static func text(_ family: String, _ number: Int) -> String? {
    var (result, isInside, mark) = ("", false, "")
    for character in family {
      guard isInside else {
        result.append(character)
        isInside = character == "["
        continue
      }
      if character == "," || character == "]" {
        guard mark == ":" || mark == "k" else { return nil }
        result += (mark == "k" ? "\(number)" : mark) + String(character)
        mark = ""
        isInside = character == ","
      } else {
        mark.append(character)
      }
    }
    return result
  }
}

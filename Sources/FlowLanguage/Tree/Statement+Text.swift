extension FlowFile {
  /// The statements as canonical text, one a line, without remarks: reading it again gives equal statements.
  public var canonicalText: String { statements.map { $0.description + "\n" }.joined() }
}

extension Statement: CustomStringConvertible {
  /// The statement as canonical text.
  public var description: String {
    switch kind {
    case .version(let version): "flow \(version)"
    case .sizes(let entries):
      "dim " + list(entries) { $0.name.text + ($0.value.map { " = \($0)" } ?? "") }
    case .arrays(let role, let entries): "\(role.rawValue) " + list(entries, \.description)
    case .definition(let entry):
      "\(entry.isModel ? "model" : "let") \(entry.name.text)\(brackets(entry.indices.map(\.text))) = \(entry.body)"
    case .observe(let entries):
      "observe " + list(entries) { ($0.name.map { "\($0.text) = " } ?? "") + $0.value.description }
    case .anyLoss: "loss any"
    case .programLoss(let words): "loss program \"\(words)\""
    case .loss(let expression): "loss \(expression)"
    case .flow(let form): "flow \(form)"
    case .starts(let entries):
      "init " + list(entries) { ($0.name.map { $0.text + " " } ?? "") + "= \($0.value)" }
    case .claim(let entry):
      "claim " + (entry.label.map { $0.text + ": " } ?? "") + (entry.isScaleLimit ? "as scale -> 0: " : "")
        + entry.form.description
    }
  }
}

private func list<Item>(_ items: [Item], _ text: (Item) -> String) -> String {
  items.map(text).joined(separator: ", ")
}

private func brackets(_ items: [String]) -> String { items.isEmpty ? "" : "[\(items.joined(separator: ", "))]" }

extension ArrayEntry: CustomStringConvertible {
  /// The declaration as canonical text.
  public var description: String {
    let extents = extents.map { extent in
      switch extent {
      case .number(let value): "\(value)"
      case .name(let name): name.text
      }
    }
    let contents =
      switch contents {
      case .open: ""
      case .formula(let expression): " = \(expression)"
      case .file(let file): " from \"\(file.text)\""
      }
    return name.text + brackets(extents) + contents
  }
}

extension FlowForm: CustomStringConvertible where Value: CustomStringConvertible {
  /// The flow as canonical text.
  public var description: String {
    switch self {
    case .gradient(let decay): "gradient" + (decay.map { " decay \($0)" } ?? "")
    case .momentum(let friction): "momentum(\(friction))"
    case .mirror: "mirror"
    case .field(let rates): list(rates) { "\($0.name.text)' = \($0.value)" }
    }
  }
}

extension ClaimForm: CustomStringConvertible where Value: CustomStringConvertible {
  /// The claim as canonical text.
  public var description: String {
    func given(_ equations: [Equation<Value>]) -> String {
      equations.map { " given \($0.left) = \($0.right)" }.joined()
    }
    func sides(_ comparison: Comparison<Value>) -> String {
      "\(comparison.left) \(comparison.relation.rawValue) \(comparison.right)"
    }
    switch self {
    case .conserved(let value, let equations): return "conserved \(value)" + given(equations)
    case .decays(let value, let rate, let equations): return "decays \(value) rate \(rate)" + given(equations)
    case .identity(let equation, let equations):
      return "identity \(equation.left) = \(equation.right)" + given(equations)
    case .nonincreasing(let value, let roots):
      return "nonincreasing \(value)" + (roots.isEmpty ? "" : " by " + list(roots) { "\($0)" })
    case .invariant(let comparison, let cofactor, let equations):
      return "invariant \(sides(comparison))" + (cofactor.map { " cofactor \($0)" } ?? "") + given(equations)
    case .laws(let degree, let count):
      return "laws" + (degree.map { " degree \($0)" } ?? "") + (count.map { " count \($0)" } ?? "")
    case .always(let comparison, let from, let to):
      return "always \(sides(comparison)) on [\(from.text), \(to.text)]"
    case .reaches(let comparison, let time, let tolerance):
      return "reaches \(sides(comparison)) at \(time.text) within \(tolerance.text)"
    case .grows(let value, let base, let exponent): return "grows \(value) like \(base) exponent \(exponent)"
    }
  }
}

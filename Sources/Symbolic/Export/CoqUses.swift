import FlowLanguage

/// What formulas speak of, through definitions.
package struct CoqUses {
  /// Declarations, those that definitions use among them.
  package private(set) var declarations: Set<Int> = []
  /// Whether the loss, a derivative of it, a derivative along the flow, or a velocity stands in them.
  package private(set) var loss = false
  package private(set) var gradient = false
  package private(set) var derivative = false
  package private(set) var velocity = false

  package init(_ terms: [Term], in file: CheckedFile) {
    var open = terms
    while let term = open.popLast() {
      switch term.kind {
      case .declared(let position):
        if declarations.insert(position).inserted, let value = file.declarations[position].value { open.append(value) }
      case .loss:
        loss = true
        if let term = file.loss { open.append(term) }
      case .gradient: gradient = true
      case .derivative: derivative = true
      case .velocity: velocity = true
      default: break
      }
      open += term.kind.parts
    }
  }

  /// Data and constants without a value, and whether there are inputs.
  package func data(in file: CheckedFile) -> [Declaration] {
    declarations.sorted().map { file.declarations[$0] }.filter {
      ($0.role == .data || $0.role == .constant) && $0.value == nil
    }
  }

  package func hasInputs(in file: CheckedFile) -> Bool {
    declarations.contains { file.declarations[$0].role == .input }
  }
}

extension CheckedFile {
  /// The file with any loss of the model in place of its own, where its own is a smooth function that reads parameters through the model
  /// alone: what holds for the flow of every differentiable loss of the model holds for the file's. Nil where it is not, or there is none.
  public var ofAnyLoss: CheckedFile? {
    guard let loss, let model, program == nil, isSmoothFunction(loss, of: model),
      loss.isBatched == declarations[model].isBatched
    else { return nil }
    return withoutLoss
  }

  private func isSmoothFunction(_ term: Term, of model: Int) -> Bool {
    switch term.kind {
    case .declared(let position):
      if position == model { return true }
      if declarations[position].role == .parameter { return false }
      return declarations[position].value.map { isSmoothFunction($0, of: model) } ?? true
    case .power(let base, _, let exponent):
      guard case .number(let number) = exponent.kind, number.denominator == 1 else { return false }
      return isSmoothFunction(base, of: model)
    case .velocity, .derivative, .gradient, .loss: return false
    case .call(let function, _):
      switch function {
      case .norm2, .dot, .sum, .trace, .determinant, .diagonal, .exp, .tanh, .sigmoid, .silu, .gelu, .softmax:
        return term.kind.parts.allSatisfy { isSmoothFunction($0, of: model) }
      default: return false
      }
    default: return term.kind.parts.allSatisfy { isSmoothFunction($0, of: model) }
    }
  }
}

extension CheckedFile {
  /// The file with any loss of the model in place of its own, where its own reads parameters through the model alone: what holds for the
  /// flow of every differentiable loss of the model holds for the file's. Nil where it reads them otherwise, or states no loss.
  public var ofAnyLoss: CheckedFile? {
    guard let loss, let model, program == nil, !readsParameters(loss, besides: model),
      loss.isBatched == declarations[model].isBatched
    else { return nil }
    return withoutLoss
  }

  private func readsParameters(_ term: Term, besides model: Int) -> Bool {
    switch term.kind {
    case .declared(let position):
      guard position != model else { return false }
      if declarations[position].role == .parameter { return true }
      return declarations[position].value.map { readsParameters($0, besides: model) } ?? false
    case .velocity, .derivative, .gradient, .loss: return true
    default: return term.kind.parts.contains { readsParameters($0, besides: model) }
    }
  }
}

/// What moves the parameters: formulas in the tree, typed terms in a checked file.
public enum FlowForm<Value: Equatable & Sendable>: Equatable, Sendable {
  /// θ' = −∇loss − decay θ.
  case gradient(decay: Value?)
  /// θ' = v, v' = −friction v − ∇loss; `v_W` is the velocity of W.
  case momentum(friction: Value)
  /// Entropic mirror flow: θ' = −θ ∇loss, entry by entry.
  case mirror
  /// An own field: the derivative of every parameter.
  case field([Rate<Value>])
}

/// x' = value.
public struct Rate<Value: Equatable & Sendable>: Equatable, Sendable {
  /// What moves.
  public let name: Name
  /// Its derivative.
  public let value: Value
}

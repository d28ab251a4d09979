/// The words of the language. None of them may be a name, nor may a function's.
enum Words {
  /// What a statement begins with.
  static let statements = [
    "dim", "param", "input", "data", "model", "let", "observe", "loss", "flow", "init", "claim",
  ]
  /// Statements that give names to things.
  static let declaring: Set = ["dim", "param", "input", "data", "model", "let"]
  /// Kinds of claims.
  static let claims = [
    "conserved", "decays", "identity", "nonincreasing", "invariant", "laws", "always", "reaches", "grows",
  ]
  /// Kinds of flows; they may be names, as they stand where none can.
  static let flows = ["gradient", "momentum", "mirror"]
  /// What stands between the parts of a statement.
  static let clauses = [
    "given", "rate", "by", "cofactor", "degree", "count", "on", "at", "within", "like", "exponent", "from", "decay",
    "any",
    "as",
  ]
  /// All that may not be a name.
  static let reserved = Set(statements + claims + clauses + FunctionRow.all.map(\.name.rawValue))
}

/// How formulas of matrices are written: in MathComp, or in Lean with Mathlib.
package enum MatrixDialect {
  case mathComp, mathlib

  package func text(_ term: MatrixExpression) -> String {
    switch (term, self) {
    case (.letter(let name), _): name
    case (.zero, _): "0"
    case (.identity, .mathComp): "1%:M"
    case (.identity(let size), .mathlib): "(1 : Matrix (Fin \(size)) (Fin \(size)) R)"
    case (.product(let a, let b), .mathComp): "(\(text(a)) *m \(text(b)))"
    case (.product(let a, let b), .mathlib): "(\(text(a)) * \(text(b)))"
    case (.sum(let a, .negative(let b)), _): "(\(text(a)) - \(text(b)))"
    case (.sum(let a, let b), _): "(\(text(a)) + \(text(b)))"
    case (.negative(let a), _): "(- \(text(a)))"
    case (.transpose(let a), .mathComp): "\(text(a))^T"
    case (.transpose(let a), .mathlib): "(\(text(a)))ᵀ"
    case (.scaled(let s, let a), .mathComp): "(\(text(s)) *: \(text(a)))"
    case (.scaled(let s, let a), .mathlib): "(\(text(s)) • \(text(a)))"
    }
  }

  package func text(_ number: NumberExpression) -> String {
    switch (number, self) {
    case (.integer(let value), .mathComp): value < 0 ? "(- \(-value)%:R)" : value == 0 ? "0" : "\(value)%:R"
    case (.integer(let value), .mathlib): "(\(value) : R)"
    case (.letter(let name), _): name
    case (.product(let a, let b), _): "(\(text(a)) * \(text(b)))"
    case (.sum(let a, let b), _): "(\(text(a)) + \(text(b)))"
    case (.negative(let a), _): "(- \(text(a)))"
    case (.trace(let a), .mathComp): "(\\tr \(text(a)))"
    case (.trace(let a), .mathlib): "(Matrix.trace \(text(a)))"
    }
  }

  package func text(_ word: [TraceWord.Letter]) -> String {
    word.map { $0.isTransposed ? "\($0.name)^T" : $0.name }.joined(separator: " *m ")
  }
}

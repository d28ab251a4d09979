import FlowLanguage
import Models

extension CoqTerms {
  package mutating func call(
    _ function: FunctionName, _ arguments: [Term], _ places: [String], _ term: Term
  ) throws(Refusal) -> Piece {
    let first = arguments[0]
    switch function {
    case .trace:
      let name = freshSum()
      return Self.sum([(name, try number(first.shape.sizes[0], first))], try entry(first, [name, name]))
    case .norm2, .sum, .dot:
      var heads: [(String, Int)] = []
      for size in first.shape.sizes { heads.append((freshSum(), try number(size, first))) }
      let own = heads.map(\.0)
      let value = try entry(first, own)
      switch function {
      case .norm2: return Self.sum(heads, .application("pow \(value.argument) 2"))
      case .dot: return Self.sum(heads, Self.times(value, try entry(arguments[1], own)))
      default: return Self.sum(heads, value)
      }
    case .diagonal:
      if first.shape.sizes.count == 2 { return try entry(first, [places[0], places[0]]) }
      return Self.times(.application("delta \(places[0]) \(places[1])"), try entry(first, [places[0]]))
    case .determinant:
      let (i, j) = (freshSum(), freshSum())
      let size = try number(first.shape.sizes[0], first)
      return .application("det \(size) (fun \(i) \(j) => \(try entry(first, [i, j]).text))")
    default:
      throw refusal(term, "\(function.rawValue) is no polynomial", "export takes claims about polynomials only")
    }
  }

  package func gradient(_ position: Int, _ places: [String], _ term: Term) throws(Refusal) -> Piece {
    let declaration = file.declarations[position]
    if declaration.role == .parameter {
      return .application("pd \(Self.variable(declaration, places)) Loss")
    }
    guard file.loss == nil, position == file.model else {
      throw refusal(
        term,
        "the derivative of the loss in '\(CarriedSource.harmless(declaration.name))' is no expression of the export",
        "ask for it in a parameter, or leave the loss open and ask for it in the model")
    }
    return .call(ExportName.identifier("g", declaration.name), places)
  }

  package mutating func derivative(_ operand: Term, _ places: [String], _ term: Term) throws(Refusal) -> Piece {
    guard let lie, !CoqUses([operand], in: file).gradient else {
      throw refusal(term, "a derivative along the flow of the loss's derivative", "take it of parameters and models")
    }
    return .application("\(lie) \(try entry(operand, places).argument)")
  }
}

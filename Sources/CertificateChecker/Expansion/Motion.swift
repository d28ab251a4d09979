import FlowLanguage

/// How the variables of a text move, as it states it.
///
/// * gradient: θ' = −∂L/∂θ, or where the loss is any −Σ_k grad(f)[k] ∂f_k/∂θ with free symbols grad(f)[k]; with `decay` −λθ besides;
/// * momentum: θ' = v, v' = −τ v − ∂L/∂θ;  * mirror: θ' = −θ ∂L/∂θ, entry by entry;  * a field of the text's own.
///
/// With inputs these are the velocities for one data point; the flow's is their mean over data points (with other grad(f) at each).
package final class Motion {
  private unowned let expander: Expander
  private let budget: Budget
  /// Velocities of what moves, by variable.
  package private(set) var velocities: [Int: Quotient] = [:]
  /// The variables of the parameters, in the order of the text.
  package let parameters: [Int]
  /// The velocities of the parameters in the same order, under momentum; otherwise empty.
  package let momenta: [Int]
  /// Whether velocities depend on a data point.
  package private(set) var dependsOnInputs = false
  /// Whether the loss is any.
  package let isAnyLoss: Bool
  private var ruleOfFlow: ChainRule?

  package init(_ expander: Expander) throws(Rejection) {
    self.expander = expander
    budget = expander.budget
    let file = expander.file
    isAnyLoss = file.loss == nil || expander.takesAnyLoss
    var (parameters, momenta) = ([Int](), [Int]())
    for declaration in file.declarations where declaration.role == .parameter {
      let shape = try Expander.numbers(declaration.shape)
      parameters += try expander.variables.array(declaration.name, shape, .parameter)
      if case .momentum = file.flow {
        momenta += try expander.variables.array("v_\(declaration.name)", shape, .velocity)
      }
    }
    (self.parameters, self.momenta) = (parameters, momenta)
    try addVelocities(file)
    for (variable, velocity) in velocities {
      guard expander.variables.roles[variable] == .parameter || expander.variables.roles[variable] == .velocity else {
        throw Rejection("something moves that is no parameter")
      }
      if expander.dependsOnInputs(velocity) { dependsOnInputs = true }
    }
    if file.declarations.contains(where: { $0.isBatched && ($0.role == .model) }) || file.loss?.isBatched == true {
      dependsOnInputs = true
    }
  }

  private func addVelocities(_ file: CheckedFile) throws(Rejection) {
    if case .field(let rates) = file.flow { return try addField(rates, file) }
    let gradient = try gradientOfLoss()
    switch file.flow {
    case .gradient(let decay):
      let rate = try decay.map { (term) throws(Rejection) in try expander.value(of: term).values[0] }
      for parameter in parameters {
        var velocity = gradient[parameter]?.negative ?? .zero
        if let rate {
          try velocity.add(rate.times(Quotient(Polynomial(variable: parameter)), budget).negative, budget)
        }
        velocities[parameter] = velocity
      }
    case .momentum(let friction):
      let rate = try expander.value(of: friction).values[0]
      for (parameter, momentum) in zip(parameters, momenta) {
        velocities[parameter] = Quotient(Polynomial(variable: momentum))
        var force = gradient[parameter]?.negative ?? .zero
        try force.add(rate.times(Quotient(Polynomial(variable: momentum)), budget).negative, budget)
        velocities[momentum] = force
      }
    case .mirror:
      for parameter in parameters {
        let slope = gradient[parameter] ?? .zero
        velocities[parameter] = try slope.times(Quotient(Polynomial(variable: parameter)), budget).negative
      }
    case .field: break
    }
  }

  private func addField(_ rates: [Rate<Term>], _ file: CheckedFile) throws(Rejection) {
    for declaration in file.declarations where declaration.role == .parameter {
      guard let rate = rates.first(where: { $0.name.text == declaration.name }) else {
        throw Rejection("the flow does not say how '\(shortened(declaration.name))' moves")
      }
      guard !rate.value.isBatched else {
        throw Rejection("the velocity of '\(shortened(declaration.name))' depends on a data point")
      }
      let shape = try Expander.numbers(declaration.shape)
      let values = try expander.filled(expander.value(of: rate.value), shape).values
      let moved = try expander.variables.array(declaration.name, shape, .parameter)
      for (variable, value) in zip(moved, values) { velocities[variable] = value }
    }
  }

  // MARK: Gradients

  /// The symbols grad(f)[k].
  private func cotangents() throws(Rejection) -> (model: Int, symbols: Entries) {
    let file = expander.file
    guard file.program == nil else { throw Rejection("the loss is a program's") }
    guard let model = file.model else { throw Rejection("the text has neither a model nor a loss: nothing moves") }
    let declaration = file.declarations[model]
    return (
      model, try expander.symbols("grad(\(declaration.name))", Expander.numbers(declaration.shape), .cotangent)
    )
  }

  /// The symbols grad(f)[k] in their order; none where a loss or a field is stated.
  package func cotangentVariables() throws(Rejection) -> [Int] {
    if case .field = expander.file.flow { return [] }
    guard isAnyLoss else { return [] }
    let (model, _) = try cotangents()
    let declaration = expander.file.declarations[model]
    return try expander.variables.array(
      "grad(\(declaration.name))", Expander.numbers(declaration.shape), .cotangent)
  }

  private func gradientOfLoss() throws(Rejection) -> [Int: Quotient] {
    let wanted = Set(parameters)
    if expander.file.program != nil { throw Rejection("the loss is a program's") }
    if !isAnyLoss, let loss = expander.file.loss {
      return try gradients(of: expander.value(of: loss).values[0], wanted)
    }
    let (model, symbols) = try cotangents()
    return try weighted(symbols, expander.value(of: model), wanted)
  }

  /// Σ_k symbols[k] ∂f_k/∂x for every x that is asked for.
  private func weighted(_ symbols: Entries, _ model: Entries, _ wanted: Set<Int>) throws(Rejection) -> [Int: Quotient] {
    var total: [Int: Quotient] = [:]
    let rule = expander.atoms.map { ChainRule($0, wanted: wanted) }
    for (symbol, value) in zip(symbols.values, model.values) {
      for (variable, slope) in try gradients(of: value, wanted, rule) {
        try total[variable, default: .zero].add(slope.times(symbol, budget), budget)
      }
    }
    return total
  }

  /// ∂q/∂x for every x that is asked for.
  private func gradients(
    of value: Quotient, _ wanted: Set<Int>, _ rule: ChainRule? = nil
  ) throws(Rejection) -> [Int: Quotient] {
    if let rule = rule ?? expander.atoms.map({ ChainRule($0, wanted: wanted) }) {
      return try rule.derivatives(of: value.numerator).mapValues { Quotient($0) }
    }
    let above = try value.numerator.gradient(wanted.contains, budget)
    if value.polynomial != nil { return above.mapValues { Quotient($0) } }
    let below = try value.denominator.gradient(wanted.contains, budget)
    var result: [Int: Quotient] = [:]
    for variable in Set(above.keys).union(below.keys) {
      var slope = try (above[variable] ?? .zero).times(value.denominator, budget)
      try slope.add((below[variable] ?? .zero).times(value.numerator, budget), times: Fraction(-1), budget)
      result[variable] = try Quotient(slope).over(Quotient(value.denominator.power(2, budget)), budget)
    }
    return result
  }

  /// The derivative of the loss in a parameter, the model, or a definition; where the loss is any, in the model a free symbol.
  package func gradient(in position: Int) throws(Rejection) -> Entries {
    let file = expander.file
    guard !expander.takesAnyLoss || file.loss == nil else { throw Rejection("a derivative of a loss taken for any") }
    let declaration = file.declarations[position]
    if isAnyLoss, position == file.model { return try cotangents().symbols }
    let shape = try Expander.numbers(declaration.shape)
    // What the loss is derived in is a variable of its own; afterwards its value takes its place.
    let isParameter = declaration.role == .parameter
    let symbols =
      isParameter
      ? try expander.value(of: position) : try expander.symbols("#\(declaration.name)", shape, .auxiliary)
    let inner =
      isParameter
      ? expander
      : Expander(file, expander.variables, budget, overrides: [position: symbols], atoms: expander.atoms)
    let numbers = symbols.values.map { $0.variables.first ?? -1 }
    let slopes: [Int: Quotient]
    if let loss = file.loss {
      slopes = try gradients(of: inner.value(of: loss).values[0], Set(numbers))
    } else {
      let (model, cotangents) = try cotangents()
      slopes = try weighted(cotangents, inner.value(of: model), Set(numbers))
    }
    var replacement: [Int: Quotient] = [:]
    if !isParameter {
      for (number, value) in zip(numbers, try expander.value(of: position).values) { replacement[number] = value }
    }
    var values: [Quotient] = []
    for number in numbers {
      let slope = slopes[number] ?? .zero
      values.append(isParameter ? slope : try substituted(replacement, in: slope))
    }
    return Entries(shape, values)
  }

  private func substituted(_ values: [Int: Quotient], in slope: Quotient) throws(Rejection) -> Quotient {
    guard let atoms = expander.atoms else { return try slope.substituting(values, budget) }
    return Quotient(try Substitution(atoms, values.mapValues(\.numerator)).value(of: slope.numerator))
  }

  // MARK: Derivatives

  /// q' along the flow.
  package func derivative(of value: Quotient) throws(Rejection) -> Quotient {
    let above = try derivative(of: value.numerator)
    if value.polynomial != nil { return above }
    let below = try derivative(of: value.denominator)
    let (top, bottom) = (Quotient(value.numerator), Quotient(value.denominator))
    let numerator = try above.times(bottom, budget).minus(below.times(top, budget), budget)
    return try numerator.over(bottom.times(bottom, budget), budget)
  }

  /// Σ ∂P/∂x · x'.
  package func derivative(of polynomial: Polynomial) throws(Rejection) -> Quotient {
    if expander.atoms != nil { return Quotient(try rule().derivatives(of: polynomial)[0] ?? .zero) }
    for variable in polynomial.variables { try Self.checkMoves(expander.variables.roles[variable]) }
    var total = Quotient.zero
    for (variable, slope) in try polynomial.gradient({ self.velocities[$0] != nil }, budget) {
      guard let velocity = velocities[variable] else { continue }
      try total.add(velocity.times(Quotient(slope), budget), budget)
    }
    return total
  }

  private static func checkMoves(_ role: Variables.Role) throws(Rejection) {
    switch role {
    case .cotangent: throw Rejection("how grad moves is not known for any loss")
    case .auxiliary: throw Rejection("a derivative of something that stands for a definition")
    default: break
    }
  }

  /// The derivatives of atoms along the flow.
  private func rule() throws(Rejection) -> ChainRule {
    if let ruleOfFlow { return ruleOfFlow }
    guard let atoms = expander.atoms else { throw Rejection("a function is no polynomial") }
    let (velocities, variables) = (velocities, expander.variables)
    let rule = ChainRule(atoms) { variable throws(Rejection) in
      try Self.checkMoves(variables.roles[variable])
      return velocities[variable].map { [0: $0.numerator] } ?? [:]
    }
    ruleOfFlow = rule
    return rule
  }
}

import Models

/// Integers modulo the prime 2⁶¹ − 1.
package struct Modular: Equatable {
  package static let prime: UInt64 = 1 << 61 - 1
  package var value: UInt64

  package init(_ integer: Int) {
    let rest = integer % Int(Self.prime)
    value = UInt64(rest < 0 ? rest + Int(Self.prime) : rest)
  }

  private init(reduced: UInt64) { value = reduced }

  package static func + (a: Modular, b: Modular) -> Modular {
    let sum = a.value + b.value
    return Modular(reduced: sum >= prime ? sum - prime : sum)
  }

  package static func * (a: Modular, b: Modular) -> Modular {
    Modular(reduced: prime.dividingFullWidth(a.value.multipliedFullWidth(by: b.value)).remainder)
  }

  /// a^(p − 2), the inverse.
  package var inverse: Modular {
    var (result, power, exponent) = (Modular(1), self, Self.prime - 2)
    while exponent > 0 {
      if exponent & 1 == 1 { result = result * power }
      power = power * power
      exponent >>= 1
    }
    return result
  }

  package init(_ fraction: Rational) {
    self = Modular(fraction.numerator) * Modular(fraction.denominator).inverse
  }
}

/// Carries a schedule out modulo 2⁶¹ − 1, by loops that know nothing of BLAS; polynomials are the only functions.
package final class ModularBackend: Backend {
  private let schedule: Schedule
  private var memory: [[Modular]]

  /// Numbers of every array; those of the schedule are filled in.
  package init(_ schedule: Schedule, _ arrays: [Base: [Int]]) {
    self.schedule = schedule
    memory = Base.allCases.map { (arrays[$0] ?? []).map { Modular($0) } }
    // What is read before it is written shows.
    memory[Base.arena.rawValue] = (0..<schedule.arenaCount).map { Modular(987_654_321 + $0) }
    memory[Base.data.rawValue] = schedule.data.map { Modular(Int($0)) }
  }

  package subscript(_ base: Base) -> [Modular] { memory[base.rawValue] }

  package func execute(_ number: Int) {
    switch schedule.instructions[number] {
    case .clear(let place, let count):
      for k in 0..<count { memory[place.base.rawValue][place.offset + k] = Modular(0) }
    case .map(.polynomial(let coefficients), let from, let to, let count):
      for k in 0..<count {
        let x = memory[from.base.rawValue][from.offset + k]
        memory[to.base.rawValue][to.offset + k] = coefficients.reversed().reduce(Modular(0)) { $0 * x + Modular($1) }
      }
    case .contraction(let contraction): execute(contraction)
    default: fatalError("no exact form")
    }
  }

  private func execute(_ contraction: Contraction) {
    let passes = contraction.accumulates ? [true] : [false, true]
    let coefficient = Modular(contraction.coefficient)
    let base = contraction.result.base.rawValue
    for adds in passes {
      for row in 0..<(contraction.rows?.z.count ?? 1) {
        var starts = [contraction.result.offset] + contraction.factors.map(\.offset)
        if let rows = contraction.rows {
          starts[0] += Int(rows.z[row])
          for (factor, table) in rows.factors.enumerated() { starts[factor + 1] += Int(table[row]) }
        }
        visit(contraction.loops, 0, starts) { place in
          guard adds else {
            memory[base][place[0]] = Modular(0)
            return
          }
          var term = coefficient
          for (factor, at) in zip(contraction.factors, place.dropFirst()) {
            term = term * memory[factor.base.rawValue][at]
          }
          memory[base][place[0]] = memory[base][place[0]] + term
        }
      }
    }
  }

  private func visit(_ loops: [Loop], _ depth: Int, _ at: [Int], _ body: ([Int]) -> Void) {
    guard depth < loops.count else { return body(at) }
    let loop = loops[depth]
    for k in 0..<loop.extent {
      let moved = zip(at, [loop.z, loop.x, loop.y]).map { $0 + k * $1 }
      visit(loops, depth + 1, moved, body)
    }
  }
}

import FlowLanguage
import Models
import Symbolic
import Testing

/// Random formulas as words and as integers: two formulas have one normal form exactly where they have one value.
@Suite("words of matrices")
struct AllSizesWordTests {
  /// A formula of square matrices A, B, C of one size, a vector and a number.
  indirect enum Formula {
    case letter(Int)
    case identity
    case transpose(Formula)
    case product(Formula, Formula)
    case sum(Formula, Formula)
    case multiple(Int, Formula)
    /// tr(first) times the second.
    case traced(Formula, Formula)
    /// u v' by the vectors at these positions.
    case outer(Int, Int)
    /// (u' F v) times the second.
    case form(Int, Formula, Int, Formula)
    /// s times it, s a commuting number.
    case scaled(Formula)
  }

  /// The letters, made once for an alphabet.
  struct Letters {
    var alphabet = Alphabet()
    let matrices: [Letter]
    let vectors: [Letter]
    let scalar: Int

    init() {
      let (n, one) = (Size.open("n"), Size.number(1))
      var alphabet = Alphabet()
      matrices = (0..<3).map {
        alphabet.letter(LetterSymbol(name: "M\($0)", role: .fixed, rows: n, columns: n, axes: 2))
      }
      vectors = (0..<2).map {
        alphabet.letter(LetterSymbol(name: "u\($0)", role: .fixed, rows: n, columns: one, axes: 1))
      }
      scalar = alphabet.scalar("s", .fixed)
      self.alphabet = alphabet
    }

    mutating func words(_ formula: Formula) throws(WordsFault) -> WordSum {
      switch formula {
      case .letter(let k): return WordSum(matrices[k], in: alphabet)
      case .identity: return WordSum(identity: .open("n"))
      case .transpose(let f): return try words(f).transposed
      case .product(let f, let g): return try words(f).times(words(g), in: alphabet)
      case .sum(let f, let g): return try words(f).plus(words(g))
      case .multiple(let k, let f): return try words(f).scaled(by: Rational(k))
      case .traced(let f, let g): return try words(f).trace(in: &alphabet).times(words(g), in: alphabet)
      case .outer(let i, let j):
        return try WordSum(vectors[i], in: alphabet).times(WordSum(vectors[j], in: alphabet).transposed, in: alphabet)
      case .form(let i, let f, let j, let g):
        return try WordSum(vectors[i], in: alphabet).transposed.times(words(f), in: alphabet)
          .times(WordSum(vectors[j], in: alphabet), in: alphabet).times(words(g), in: alphabet)
      case .scaled(let f): return try words(f).times(WordSum(scalar: scalar), in: alphabet)
      }
    }
  }

  struct Values {
    let size: Int
    let matrices: [IntegerMatrix]
    let vectors: [IntegerMatrix]
    let scalar: Int

    init(_ size: Int, _ random: inout SplitMix) {
      self.size = size
      func draw(_ columns: Int, _ random: inout SplitMix) -> IntegerMatrix {
        let entries = (0..<size * columns).map { _ in random.next(within: 3) }
        return IntegerMatrix(size, columns) { entries[$0 * columns + $1] }
      }
      matrices = (0..<3).map { _ in draw(size, &random) }
      vectors = (0..<2).map { _ in draw(1, &random) }
      scalar = random.next(within: 3)
    }

    func value(_ formula: Formula) -> IntegerMatrix {
      switch formula {
      case .letter(let k): matrices[k]
      case .identity: .identity(size)
      case .transpose(let f): value(f).t
      case .product(let f, let g): value(f) * value(g)
      case .sum(let f, let g): value(f) + value(g)
      case .multiple(let k, let f): k * value(f)
      case .traced(let f, let g): value(f).trace * value(g)
      case .outer(let i, let j): vectors[i] * vectors[j].t
      case .form(let i, let f, let j, let g): (vectors[i].t * value(f) * vectors[j]).entries[0] * value(g)
      case .scaled(let f): scalar * value(f)
      }
    }
  }

  static func random(_ depth: Int, _ source: inout SplitMix) -> Formula {
    func choice(_ count: Int) -> Int { Int(source.next() % UInt64(count)) }
    func part() -> Formula { random(depth - 1, &source) }
    guard depth > 0 else {
      let k = choice(6)
      return k < 3 ? .letter(k) : k == 3 ? .identity : .outer(choice(2), choice(2))
    }
    switch choice(8) {
    case 0: return .transpose(part())
    case 1, 2: return .product(part(), part())
    case 3, 4: return .sum(part(), part())
    case 5: return .traced(part(), part())
    case 6: return .form(choice(2), part(), choice(2), part())
    default: return choice(2) == 0 ? .multiple([-2, -1, 2, 3][choice(4)], part()) : .scaled(part())
    }
  }

  /// The same by other means: associativity, distribution, transposes of products and rotations of traces, at random.
  static func rewritten(_ formula: Formula, _ source: inout SplitMix) -> Formula {
    func inner(_ f: Formula) -> Formula { rewritten(f, &source) }
    let isOther = source.next() % 2 == 0
    switch formula {
    case .letter, .identity, .outer: return isOther ? .transpose(.transpose(formula)) : formula
    case .transpose(.product(let f, let g)): return .product(.transpose(inner(g)), .transpose(inner(f)))
    case .transpose(.outer(let i, let j)): return .outer(j, i)
    case .transpose(.traced(let f, let g)): return .traced(.transpose(inner(f)), .transpose(inner(g)))
    case .transpose(let f): return .transpose(inner(f))
    case .product(let f, .product(let g, let h)): return .product(.product(inner(f), inner(g)), inner(h))
    case .product(.sum(let f, let g), let h): return .sum(.product(inner(g), inner(h)), .product(inner(f), inner(h)))
    case .product(.outer(let i, let j), .outer(let k, let l)): return .form(j, .identity, k, .outer(i, l))
    case .product(.outer(let i, let j), .product(let f, .outer(let k, let l))):
      return .form(k, .transpose(inner(f)), j, .outer(i, l))
    case .product(let f, let g): return .product(inner(f), inner(g))
    case .sum(let f, let g): return isOther ? .sum(inner(g), inner(f)) : .sum(inner(f), inner(g))
    case .multiple(let k, let f): return .sum(.multiple(k - 1, inner(f)), inner(f))
    case .scaled(let f): return .product(.scaled(.identity), inner(f))
    case .traced(.product(let f, let g), let h): return .traced(.product(inner(g), inner(f)), inner(h))
    case .traced(.outer(let i, let j), let h): return .form(i, .identity, j, inner(h))
    case .traced(let f, let h): return .product(inner(h), .traced(.transpose(inner(f)), .identity))
    case .form(let i, let f, let j, let g):
      return isOther
        ? .form(j, .transpose(inner(f)), i, inner(g)) : .traced(.product(inner(f), .outer(j, i)), inner(g))
    }
  }

  @Test("equal formulas have equal words", arguments: 0..<400)
  func equal(seed: Int) throws {
    var random = SplitMix(seed: UInt64(seed))
    let formula = Self.random(1 + seed % 4, &random)
    let other = Self.rewritten(Self.rewritten(formula, &random), &random)
    var letters = Letters()
    let (first, second) = (try letters.words(formula), try letters.words(other))
    #expect(first.terms == second.terms, "\(formula) against \(other)")
    // That they are equal is no accident of the rewriting: their values are.
    let values = Values(3, &random)
    #expect(values.value(formula) == values.value(other))
  }

  @Test("formulas with different words have different values", arguments: 0..<400)
  func different(seed: Int) throws {
    var random = SplitMix(seed: 1000 + UInt64(seed))
    let depth = 1 + seed % 3
    let formula = Self.random(depth, &random)
    // Every other time a neighbour: the formula with something small added.
    let other: Formula =
      seed % 2 == 0
      ? Self.random(depth, &random)
      : .sum(Self.rewritten(formula, &random), .multiple(seed % 4 - 1, Self.random(1, &random)))
    var letters = Letters()
    let difference = try letters.words(formula).plus(letters.words(other), times: -1)
    // At several sizes: a multiple of the identity and a trace of it agree at some.
    let isZero = [3, 4, 5].allSatisfy { size in
      (0..<4).allSatisfy { _ in
        let values = Values(size, &random)
        return values.value(formula) == values.value(other)
      }
    }
    #expect(difference.isZero == isZero, "\(formula) against \(other)")
  }

  @Test("the value of words is that of the formula", arguments: 0..<200)
  func value(seed: Int) throws {
    var random = SplitMix(seed: 5000 + UInt64(seed))
    let formula = Self.random(1 + seed % 4, &random)
    var letters = Letters()
    let words = try letters.words(formula)
    let values = Values(1 + seed % 4, &random)
    let point = MatrixPoint(
      corner: values.size, sizes: ["n": values.size], matrices: (values.matrices + values.vectors).map(\.entries),
      scalars: letters.alphabet.scalars.map { $0.isSize ? values.size : values.scalar })
    var sums = WordValues(words, letters.alphabet)
    let found = sums.value(at: point)
    let value = try #require(found)
    let expected = values.value(formula)
    #expect(value.entries == expected.entries.map { Rational($0) }, "\(formula)")
  }

  @Test("the form of a trace does not depend on where it begins", arguments: 0..<100)
  func rotations(seed: Int) throws {
    var random = SplitMix(seed: 9000 + UInt64(seed))
    let letters = Letters()
    let count = 1 + seed % 9
    let word: Word = (0..<count).map { _ in
      let letter = letters.matrices[Int(random.next() % 2)]
      return random.next() % 2 == 0 ? letter : letter.transposed
    }
    let form = letters.alphabet.traces(of: word)
    for k in 0..<count {
      let rotated = Word(word[k...] + word[..<k])
      #expect(letters.alphabet.traces(of: rotated) == form)
      #expect(letters.alphabet.traces(of: rotated.transposed) == form)
    }
    // The least of all, by trying them.
    let all = (0..<count).flatMap { k in
      let rotated = Word(word[k...] + word[..<k])
      return [rotated, rotated.transposed]
    }
    #expect(form == [all.min { $0.isBefore($1) }])
  }
}

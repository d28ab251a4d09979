import Testing
import Verdicts

@Suite("The fold of equalities")
struct ResidualFoldTests {
  @Test("the worst residual keeps its law and time, and sizes are relative to the largest term of all laws")
  func shared() {
    var fold = ResidualFold(laws: ["a", "b"])
    for (time, a, b) in [(0.0, 0.0, 0.0), (1, 0.3, 0.1), (2, 0.2, 0.4), (3, 0.1, 0.4)] {
      fold.begin(time: time)
      fold.note(0, residual: a, size: 2, change: 0.5)
      fold.note(1, residual: b, size: 4, change: time)
      if time > 1 { fold.save() }
    }
    let evidence = fold.evidence()
    // b is at its worst at t = 2 for the first time.
    #expect(evidence.worstLaw == "b" && evidence.worstTime == 2)
    #expect(evidence.residual == 0.1 && evidence.largestTerm == 4 && evidence.power == 0.75)
    #expect(evidence.path == [DriftPoint(time: 2, residual: 0.1), DriftPoint(time: 3, residual: 0.1)])
    #expect(evidence.budget == nil && evidence.rounding == 0)
  }

  @Test("with scales of their own a small law can be the worst")
  func own() {
    var fold = ResidualFold(laws: ["large", "small", "absent"], relativeTo: .own)
    fold.begin(time: 1)
    fold.note(0, residual: 1, size: 100, change: 3)
    fold.note(1, residual: 0.5, size: 1, change: 0.25)
    let evidence = fold.evidence()
    #expect(evidence.worstLaw == "small" && evidence.residual == 0.5 && evidence.power == 0.25)
    #expect(evidence.largestTerm == 100)
  }

  @Test("a residual that is not a number stays, with its law and time", arguments: [ResidualFold.Scale.shared, .own])
  func notANumber(scale: ResidualFold.Scale) {
    var fold = ResidualFold(laws: ["a", "b"], relativeTo: scale)
    for (time, a, b) in [(1.0, 1.0, 0.0), (2, 5, .nan), (3, .nan, 7), (4, 9, 9)] {
      fold.begin(time: time)
      fold.note(0, residual: a, size: 1, change: 0)
      fold.note(1, residual: b, size: 1, change: 0)
      fold.save()
    }
    let evidence = fold.evidence()
    #expect(evidence.residual.isNaN && evidence.worstLaw == "b" && evidence.worstTime == 2)
    #expect(evidence.path.map(\.residual.isNaN) == [false, true, true, false])
  }

  @Test("a value's change beside an integral: the start is the first value seen")
  func integral() {
    var fold = ResidualFold(laws: ["x"])
    for (time, value, integral) in [(0.0, 2.0, 0.0), (1, 5, 2.5), (2, 4, 2)] {
      fold.begin(time: time)
      fold.note(0, value: value, integral: integral)
    }
    // 5 − 2 misses 2.5 by 0.5, beside 5; the value moved by 3.
    let evidence = fold.evidence()
    #expect(evidence.residual == 0.1 && evidence.power == 0.6 && evidence.worstTime == 1)
    // An integral that moves further than the value counts where it is said to.
    var other = ResidualFold(laws: ["x"])
    other.begin(time: 0)
    other.note(0, value: 4, integral: 0, integralMoves: true)
    other.note(0, value: 5, integral: 3, integralMoves: true)
    #expect(other.evidence().power == 0.6)
  }

  @Test("signed sums: x² + y² on a circle is conserved, x² − y² changes by what it must")
  func sums() {
    let laws = [TermSum("x² + y²", [(0, 1), (1, 1)]), TermSum("x² − y²", [(0, 1), (1, -1)])]
    var sums = TermSums(laws, sizes: [1, 1])
    var fold = ResidualFold(laws: laws.map(\.name))
    for (time, x, y) in [(0.0, 1.0, 0.0), (1, 0, 1)] {
      fold.begin(time: time)
      sums.note([x * x, y * y], into: &fold)
    }
    let evidence = fold.evidence()
    #expect(evidence.worstLaw == "x² − y²" && evidence.residual == 2 && evidence.power == 1)
    // Frobenius norm of matrices: (3, 4) has norm 5, and a sum of changes (3, 0) and (0, −4) with a minus sign too.
    #expect(TermSums([TermSum("m", [(0, 1), (1, -1)])], sizes: [2, 2]).largest([3, 0, 0, -4]) == 5)
  }

  /// Three numbers at four states: what any two of them say follows by subtraction.
  @Test("differences of numbers, noted all at once, keep the worst with its law and time, the largest term and change")
  func differences() {
    let pairs = [(1, 0), (2, 0), (2, 1)]
    let laws = pairs.map { TermSum("\($0.0) − \($0.1)", [($0.0, 1), ($0.1, -1)]) }
    var sums = TermSums(laws, sizes: [1, 1, 1])
    var fold = ResidualFold(laws: laws.map(\.name))
    let states: [[Double]] = [[0, 0, 1], [1, 0.5, 1.5], [4, -0.25, 2], [3, 0.75, 2.5]]
    for (time, terms) in states.enumerated() {
      fold.begin(time: Double(time))
      sums.note(terms, into: &fold)
      fold.save()
    }
    let evidence = fold.evidence()
    // Largest of |Δy − Δx|: 4.25 at t = 2, beside the largest term 4, of which x itself moved the most.
    #expect(evidence.worstLaw == "1 − 0" && evidence.worstTime == 2 && evidence.residual == 1.0625)
    #expect(evidence.largestTerm == 4 && evidence.power == 1)
    let path: [Double] = [0, 0.125, 1.0625, 0.5625]
    #expect(evidence.path.map(\.residual) == path)
    sums.note([.nan, 0, 0], into: &fold)
    #expect(fold.evidence().residual.isNaN)
  }

  @Test("a budget adds slope times error over the steps, with the larger slope of a step's two ends")
  func budget() throws {
    var fold = ResidualFold(laws: ["a"])
    for (slope, error) in [(2.0, 0.0), (1, 0.5), (4, 0.25)] {
      fold.begin(time: 0)
      fold.note(0, residual: 0, size: 10, change: 1)
      fold.allow(sensitivity: slope, error: error)
    }
    #expect(try #require(fold.evidence(budgetRounding: 0.5).budget) == 0.2 + 0.5)
    fold.note(rounding: 1e-12)
    fold.note(rounding: 1e-13)
    #expect(fold.evidence().rounding == 1e-12)
  }

  @Test("nothing missed, nothing named")
  func quiet() {
    var fold = ResidualFold(laws: ["a", "b"])
    fold.begin(time: 1)
    fold.note(0, residual: 0, size: 0, change: 0)
    #expect(fold.evidence().worstLaw == "none" && fold.evidence().residual == 0)
    #expect(fold.evidence(unmoved: "a").worstLaw == "a")
  }
}

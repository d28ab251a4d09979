import ArrayFiles
import Checkers
import FlowODE
import Models
import Testing

@Suite("Problems: targets, observations, sensing and the user's own data")
struct ProblemTests {
  private let cp = ModelOptions(shape: [4, 5, 3], components: 2)

  private func generated(
    _ observed: ObservedPart? = nil, rank: Int = 2, norm: Double = 1, seed: UInt64 = 1, shape: [Int] = [4, 5, 3]
  ) throws -> Problem {
    try Problem(
      model: "cp", options: .init(shape: shape, components: 2), source: .generated(rank: rank, norm: norm),
      observed: observed, dataSeed: seed)
  }

  /// Flat positions of the observed entries, in the order of the measurements.
  private func positions(_ problem: Problem) -> [Int] {
    guard case .entries(let indices) = problem.measurements.operators else { return [] }
    let shape = problem.measurements.shape
    return (0..<problem.measurements.count).map { k in
      shape.indices.reduce(0) { $0 * shape[$1] + Int(indices[k * shape.count + $1]) }
    }
  }

  @Test("the target has the prescribed norm, and its flattenings the prescribed rank", arguments: [1, 2, 3])
  func target(rank: Int) throws {
    for norm in [1e-3, 1, 10] {
      let truth = try #require(try generated(rank: rank, norm: norm).truth)
      #expect(abs(dot(truth, truth).squareRoot() - norm) <= 1e-14 * norm)
      // Gaussian elimination with complete pivoting of the 5 × 12 flattening by the second mode.
      var rows = (0..<5).map { j in (0..<4).flatMap { i in (0..<3).map { k in truth[(i * 5 + j) * 3 + k] / norm } } }
      var pivots: [Double] = []
      for step in 0..<5 {
        let (row, column) = (step..<5).flatMap { i in (0..<12).map { (i, $0) } }.max {
          abs(rows[$0.0][$0.1]) < abs(rows[$1.0][$1.1])
        }!
        rows.swapAt(step, row)
        let pivot = rows[step][column]
        pivots.append(abs(pivot))
        if pivot == 0 { continue }
        for i in step + 1..<5 {
          let factor = rows[i][column] / pivot
          for j in 0..<12 { rows[i][j] -= factor * rows[step][j] }
        }
      }
      #expect(pivots[rank - 1] > 1e-3 && pivots[rank] < 1e-14)
    }
  }

  @Test("observations are nested as their number grows, without replacement, and the rest is held out")
  func nested() throws {
    let all = positions(try generated())
    #expect(all.sorted() == Array(0..<60))
    for count in [1, 7, 30, 59] {
      let problem = try generated(.count(count))
      #expect(positions(problem) == Array(all.prefix(count)))
      #expect((positions(problem) + problem.heldOut).sorted() == Array(0..<60))
      #expect(problem.heldOut == problem.heldOut.sorted())
      let truth = try #require(problem.truth)
      #expect(problem.measurements.values == positions(problem).map { truth[$0] })
    }
    #expect(try generated().heldOut.isEmpty)
    #expect(positions(try generated(.fraction(0.5))) == Array(all.prefix(30)))
    #expect(try generated(.fraction(1e-9)).measurements.count == 1)
    #expect(try generated(.fraction(1)).measurements.count == 60)
    #expect(positions(try generated(.count(30), seed: 2)) != Array(all.prefix(30)))
    let (one, two) = (try generated(.count(9)), try generated(.count(9), seed: 2))
    #expect(one.truth != two.truth)
    #expect(try generated(.count(9)).measurements == one.measurements)
  }

  @Test("a target too large to hold is still observed exactly")
  func large() throws {
    let problem = try generated(.count(50), rank: 3, shape: [300, 300, 300])
    #expect(problem.truth == nil && problem.heldOut.isEmpty && problem.measurements.count == 50)
    #expect(
      problem.dataSummary == "completion: 50 of 27000000 entries of a rank-3 target of Frobenius norm 1.0 observed")
    // The same factors as of a smaller problem with the same first modes: norms differ only by the last mode.
    #expect(problem.measurements.values.allSatisfy { $0 != 0 && abs($0) < 1 })
  }

  @Test(
    "sensing measures ⟨A, T⟩ with operators of expected squared norm 1",
    arguments: [MeasurementKind.gaussian, .rankOne])
  func sensing(_ kind: MeasurementKind) throws {
    let samples = 2000
    func problem(_ samples: Int) throws -> Problem {
      try Problem(
        model: "cp", options: cp, source: .generated(rank: 2, norm: 3), kind: kind, samples: samples, dataSeed: 4)
    }
    let drawn = try problem(samples)
    let truth = try #require(drawn.truth)
    // The reference sums up to 60 products; unit: 60 u times the sum of their absolute values.
    let (values, sizes) = (
      applyDirectly(drawn.measurements, to: truth), applyDirectly(drawn.measurements, to: truth, absolute: true)
    )
    for k in 0..<samples { #expect(abs(drawn.measurements.values[k] - values[k]) <= 60 * 0x1p-52 * sizes[k]) }
    var total = 0.0
    switch drawn.measurements.operators {
    case .dense(let tensors): total = tensors.reduce(0) { $0 + $1 * $1 }
    case .rankOne(let factors):
      for k in 0..<samples {
        var product = 1.0
        for (factor, d) in zip(factors, cp.shape) {
          product *= factor[k * d..<(k + 1) * d].reduce(0) { $0 + $1 * $1 }
        }
        total += product
      }
    case .entries, .inputs: break
    }
    let squares = total / Double(samples)
    // ‖A‖² has variance 2/60 (dense) or (1+2/4)(1+2/5)(1+2/3) − 1 = 2.5 (rank-one); four standard errors of its mean.
    #expect(abs(squares - 1) <= 4 * ((kind == .gaussian ? 2 / 60.0 : 2.5) / Double(samples)).squareRoot())
    #expect(drawn.heldOut.isEmpty && drawn.dataSummary.contains("2000"))
    // Samples are nested, too.
    #expect(try problem(5).measurements.values == Array(drawn.measurements.values.prefix(5)))
  }

  @Test("a CSV of entries")
  func csv() throws {
    let folder = try ScratchFolder()
    let path = try folder.write("e.csv", "i0,i1,value\n0,1,2.5\n1,2,-1\n1,0,7\n")
    let options = ModelOptions(shape: [2, 3], depth: 2)
    func problem(_ observed: ObservedPart?) throws -> Problem {
      try Problem(model: "matrix", options: options, source: .file(path), observed: observed, dataSeed: 1)
    }
    let all = try problem(nil)
    #expect(Set(positions(all)) == [1, 5, 3] && all.measurements.count == 3)
    let truth = try #require(all.truth)
    #expect(truth[1] == 2.5 && truth[5] == -1 && truth[3] == 7 && truth[0].isNaN && all.heldOut.isEmpty)
    let two = try problem(.count(2))
    #expect(positions(two) == Array(positions(all).prefix(2)))
    #expect(two.heldOut == Array(positions(all).suffix(1)))
    #expect(two.dataSummary == "completion: 2 of 6 entries of e.csv observed")
  }

  @Test("a dense array, where NaN means unknown")
  func dense() throws {
    let folder = try ScratchFolder()
    let array = DenseArray(shape: [2, 3], values: [1, .nan, 3, 4, 5, .nan])
    try NumpyFile.writeNPY(array, to: folder.path + "/d.npy")
    try NumpyFile.writeNPZ([("data", array), ("other", array)], to: folder.path + "/d.npz")
    try NumpyFile.writeNPZ([("only", array)], to: folder.path + "/one.npz")
    for name in ["d.npy", "d.npz", "one.npz"] {
      for shape in [[], [2, 3]] {
        let problem = try Problem(
          model: "matrix", options: .init(shape: shape, depth: 2), source: .file(folder.path + "/" + name),
          observed: .fraction(0.5), dataSeed: 1)
        #expect(problem.measurements.count == 2 && problem.model.endShape == [2, 3])
        #expect((positions(problem) + problem.heldOut).sorted() == [0, 2, 3, 4])
        #expect(problem.measurements.values == positions(problem).map { array.values[$0] })
      }
    }
    // Sensing needs every entry.
    #expect(throws: Refusal.self) {
      try Problem(
        model: "matrix", options: .init(shape: [], depth: 2), source: .file(folder.path + "/d.npy"),
        kind: .gaussian, samples: 3, dataSeed: 1)
    }
  }

  @Test("reconstruction errors of the recorded series, by their definition")
  func series() throws {
    let problem = try generated(.count(40))
    let truth = try #require(problem.truth)
    let probe = try Probe(problem.model, problem.measurements)
    let (recorder, diary) = (SeriesRecorder(problem: problem), Diary())
    let start = try Initialization.gaussian.parameters(for: problem.model, scale: 0.3, seed: 1)
    _ = try probe.flow(from: start, until: 3, saves: 5, observers: [recorder, diary])
    #expect(recorder.times == diary.saves.map(\.time))
    let named = Dictionary(uniqueKeysWithValues: recorder.series.map { ($0.name, $0.values) })
    #expect(
      recorder.series.map(\.name) == [
        "loss", "gradient_norm", "unbalancedness", "reconstruction_error", "held_out_error", "unobserved_ratio",
        "component_norm_1", "component_norm_2",
      ])
    for (k, page) in diary.saves.enumerated() {
      let end = problem.model.endToEnd(page.theta)
      func error(_ at: [Int]) -> Double {
        let (difference, size) = (at.map { end[$0] - truth[$0] }, at.map { truth[$0] })
        return (dot(difference, difference) / dot(size, size)).squareRoot()
      }
      #expect(abs((named["reconstruction_error"]?[k] ?? .nan) - error(Array(0..<60))) <= 1e-14)
      #expect(abs((named["held_out_error"]?[k] ?? .nan) - error(problem.heldOut)) <= 1e-14)
      let (seen, hidden) = (positions(problem), problem.heldOut)
      func largest(_ at: [Int]) -> Double { at.map { abs(end[$0]) }.max() ?? 0 }
      #expect(named["unobserved_ratio"]?[k] == largest(hidden) / largest(seen))
      #expect(named["loss"]?[k] == page.loss)
      let gradient = probe.gradient(page.theta)
      // Between steps the gradient is that of the continuation, good to about the tolerance.
      let isEnd = k == 0 || k == diary.saves.count - 1
      #expect(
        abs((named["gradient_norm"]?[k] ?? .nan) - dot(gradient, gradient).squareRoot()) <= (isEnd ? 1e-15 : 1e-8))
      let norms = problem.model.componentNorms(page.theta)
      #expect(named["component_norm_1"]?[k] == norms.max() && named["component_norm_2"]?[k] == norms.min())
    }
  }

  @Test("components are followed by their numbers, through times at which one outgrows another")
  func followed() throws {
    let problem = try generated(.count(40))
    let probe = try Probe(problem.model, problem.measurements)
    let (recorder, diary) = (SeriesRecorder(problem: problem), Diary())
    var start = try Initialization.gaussian.parameters(for: problem.model, scale: 0.3, seed: 1)
    // The norms of the columns of the factors, 4×2, 5×2 and 3×2, one after the other.
    func norms(_ theta: [Double]) -> [Double] {
      (0..<2).map { r in
        [(0, 4), (8, 5), (18, 3)].reduce(1) { product, block in
          let column = (0..<block.1).map { theta[block.0 + 2 * $0 + r] }
          return product * dot(column, column).squareRoot()
        }
      }
    }
    _ = try probe.flow(from: start, until: 30, saves: 40, observers: [recorder, diary])
    let ends = norms(try #require(diary.saves.last).theta)
    // The component that ends larger starts smaller.
    let leader = ends[0] > ends[1] ? 0 : 1
    let factor = 0.9 * norms(start)[1 - leader] / norms(start)[leader]
    for i in 0..<4 { start[2 * i + leader] *= min(1, factor) }
    let (again, pages) = (SeriesRecorder(problem: problem, follows: true), Diary())
    _ = try probe.flow(from: start, until: 30, saves: 40, observers: [again, pages])
    try #require(again.followed.count == 2)
    let order = pages.saves.map { norms($0.theta)[0] > norms($0.theta)[1] }
    #expect(Set(order).count == 2, "the norms change places")
    for (k, page) in pages.saves.enumerated() {
      for (r, norm) in norms(page.theta).enumerated() { #expect(abs(again.followed[r][k] / norm - 1) <= 1e-14) }
    }
    // Singular values have no numbers but their order.
    let matrix = try Problem(
      model: "matrix", options: .init(shape: [3, 3], depth: 2), source: .generated(rank: 1, norm: 1), observed: nil,
      dataSeed: 1)
    #expect(SeriesRecorder(problem: matrix, follows: true).followed.isEmpty)
    #expect(SeriesRecorder(problem: problem).followed.isEmpty)
  }
}

import FlowLanguage
import Models
import Testing

/// Index arithmetic and block matrices, beside what they stand for.
@Suite("Windows and blocks")
struct WindowReadingTests {
  private func observed(_ text: String, _ parameters: [Double]) throws -> [[Double]] {
    let file = try checked(text)
    let flow = try FlowProgram(file)
    return try file.observations.map { try flow.evaluator(of: $0.value).values(parameters) }
  }

  @Test("a convolution runs as far as its window fits")
  func convolution() throws {
    let text = """
      param w[3]; data x[6] = [1, 2, 4, 8, 16, 32]
      model y[i] = sum(t: w[t]*x[i+t-1])
      loss 1/2*norm2(y)
      observe y, grad(w)
      """
    #expect(try checked(text).declarations[2].shape.description == "a vector of 4")
    let (w, x): ([Double], [Double]) = ([1, -2, 0.5], [1, 2, 4, 8, 16, 32])
    let y = (0..<4).map { i in (0..<3).reduce(0.0) { $0 + w[$1] * x[i + $1] } }
    let gradient = (0..<3).map { t in (0..<4).reduce(0.0) { $0 + y[$1] * x[$1 + t] } }
    #expect(try observed(text, w) == [y, gradient])
  }

  @Test("strides, mirrored and doubled indices, sizes as constants")
  func arithmetic() throws {
    let text = """
      dim n = 5
      param x[n]
      let even[i] = x[2*i]
      let odd[i] = x[i*2 - 1]
      let mirrored[i] = x[n + 1 - i]
      let twice[i] = x[i + i - 1]
      let last = x[n - 1]
      let shifted[i,j] = x[i - (j - 2)]*even[j]
      model y = x
      observe even, odd, mirrored, twice, last, shifted
      """
    // x[i + 1] even[1], x[i] even[2] for i = 1 … 4.
    let shifted: [Double] = [4, 4, 6, 8, 8, 12, 10, 16]
    let expected: [[Double]] = [[2, 4], [1, 3, 5], [5, 4, 3, 2, 1], [1, 3, 5], [4], shifted]
    #expect(try observed(text, [1, 2, 3, 4, 5]) == expected)
  }

  @Test("a two-dimensional convolution of data points with strides")
  func plane() throws {
    let text = """
      input x[5,5]
      param w[2,3]
      model y[i,j] = sum(s, t: w[s,t]*x[2*i+s-2,j+t-1])
      loss 1/2*norm2(y)
      """
    let file = try checked(text)
    #expect(file.declarations[2].shape.description == "2 × 3")
    let points = (0..<50).map { Double(($0 * 37) % 11) - 5 }
    let flow = try FlowProgram(file, points: DataPoints(count: 2, values: ["x": points]))
    let w: [Double] = [1, 2, -1, 0.5, 3, -2]
    var expected: [Double] = []
    for p in 0..<2 {
      for i in 0..<2 {
        for j in 0..<3 {
          var sum = 0.0
          for s in 0..<2 { for t in 0..<3 { sum += w[3 * s + t] * points[25 * p + 5 * (2 * i + s) + j + t] } }
          expected.append(sum)
        }
      }
    }
    #expect(try values(flow.program, #require(flow.output), w) == expected)
  }

  @Test("blocks stand beside and below each other; a vector is a column, a row a row")
  func blocks() throws {
    let text = """
      param A[2,2], x[2], s
      model W = A
      observe [A, x; x', s], [x; s], [x', s], [A; A], [A, A], [x, x], [x'; x'], [[A]], [x; -x; s]
      """
    let file = try checked(text)
    #expect(
      file.observations.map(\.value.shape.description) == [
        "3 × 3", "a vector of 3", "a row of 3", "4 × 2", "2 × 4", "2 × 2", "2 × 2", "2 × 2", "a vector of 5",
      ])
    let expected: [[Double]] = [
      [1, 2, 5, 3, 4, 6, 5, 6, 7], [5, 6, 7], [5, 6, 7], [1, 2, 3, 4, 1, 2, 3, 4], [1, 2, 1, 2, 3, 4, 3, 4],
      [5, 5, 6, 6], [5, 6, 5, 6], [1, 2, 3, 4], [5, 6, -5, -6, 7],
    ]
    #expect(try observed(text, [1, 2, 3, 4, 5, 6, 7]) == expected)
  }

  @Test("a table that would not fit is refused with its place")
  func limit() throws {
    let file = try checked(
      "dim n = 2000000, m = 1000000\nparam x[n], z[m]\nmodel y[i] = sum(j: x[i+j-1]*z[j])\nloss norm2(y)\n")
    #expect(throws: Refusal.self) { try FlowProgram(file) }
  }
}

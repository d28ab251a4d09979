import FlowLanguage
import Models
import Testing

/// Starts, data, sizes; and what is refused.
@Suite("Numbers of files")
struct NumberReadingTests {
  @Test("starts")
  func starts() throws {
    let text = """
      dim n = 2
      data d[n] = [3, 4]
      param A[n,n] = 0.1*I(n), b[n], c[n] = gaussian(0.5/n), e = 7, g[n]
      loss norm2(A) + norm2(b) + norm2(c) + e^2 + norm2(g)
      flow gradient decay 0.01
      init b = 2*d - 1*d
      """
    let flow = try FlowProgram(try checked(text))
    #expect(flow.starts == [.values([0.1, 0, 0, 0.1]), .values([3, 4]), .gaussian(0.25), .values([7]), .open])
    #expect(flow.kind == .decay(0.01) && flow.start == nil && flow.velocityStarts == [])
    let all = try FlowProgram(try checked(text + "\ninit = balanced(1/sqrt(4))"))
    #expect(all.starts[4] == .balanced(0.5) && all.starts[0] == .values([0.1, 0, 0, 0.1]))
    // Points mean nothing where nothing depends on them.
    #expect(try FlowProgram(try checked(text), points: DataPoints(count: 5, values: [:])).pointCount == 1)
    let filled = try FlowProgram(try checked("param A[2,2] = 3; flow A' = 0"))
    #expect(filled.start == [3, 3, 3, 3])
  }

  @Test("constants of a flow")
  func constants() throws {
    let file = try checked(
      "param x; loss x^2; flow gradient decay lambda; observe der(x), x; claim decays x rate lambda")
    #expect(file.neededArrays.map(\.name) == ["lambda"])
    let open = try FlowProgram(file)
    #expect(open.kind == .decay(nil))
    #expect(try open.evaluator(of: file.observations[1].value).values([2]) == [2])
    #expect(throws: Refusal.self) { try open.evaluator(of: file.observations[0].value) }
    let flow = try FlowProgram(file, data: ["lambda": [0.5]])
    #expect(flow.kind == .decay(0.5))
    #expect(try flow.evaluator(of: file.observations[0].value).values([2]) == [-5])
  }

  /// What is refused, where, and what is said of it.
  static let refused: [(text: String, data: [String: [Double]], points: DataPoints?, place: String, part: String)] = [
    (
      "dim n, m\nparam U[n,m]; model X = U", [:], nil, "2:7",
      "the sizes n, m have no value; give them one: --size n=3,m=3"
    ),
    ("param u[2]; data y[2]; loss norm2(u - y)", [:], nil, "1:18", "the data 'y' has no value; give its a vector"),
    (
      "param u[2]; data y[2]; loss norm2(u - y)", ["y": [1]], nil, "1:18",
      "'y' is a vector of 2 and was given 1 numbers"
    ),
    ("param u[2]; data y[2]; loss norm2(u - y)", ["y": [1, .nan]], nil, "1:18", "number 2 of 'y' is nan"),
    ("param u[2]; data y[2]; loss norm2(u - y)", ["y": [1, 2], "z": []], nil, "1:1", "there is no data 'z'"),
    (
      "param u[2]; data y[2] = 1; loss norm2(u - y)", ["y": [1, 2]], nil, "1:1", "there is no data 'y' without a value"
    ),
    ("param W[2,2]; input x[2]; model f = W*x", [:], nil, "1:21", "the input 'x' has no data points"),
    ("param W[2,2]; input x[2]; model f = W*x", [:], DataPoints(count: 0, values: ["x": []]), "1:21", "0 data points"),
    (
      "param W[2,2]; input x[2]; model f = W*x", [:], DataPoints(count: -1, values: ["x": []]), "1:21", "-1 data points"
    ),
    ("param W[2,2]; input x[2]; model f = W*x", [:], DataPoints(count: 1, values: [:]), "1:21", "the input 'x' has no"),
    (
      "param W[2,2]; input x[2]; model f = W*x", [:], DataPoints(count: .max, values: ["x": [1]]), "1:21",
      "exceeds the memory limit"
    ),
    ("param u[2]; model f = u", [:], DataPoints(count: 2, values: ["x": [1, 2]]), "1:1", "there is no input 'x'"),
    ("param u[2]; model f = act(u)", [:], nil, "1:23", "act is a function of which nothing is assumed"),
    ("param u[2]; model f = leaky(u)", [:], nil, "1:23", "the slope of leaky is any"),
    ("param u[2]; loss max(u)", [:], nil, "1:18", "max of all entries stands only in claims and observe"),
    ("param A[5,5]; loss det(A)", [:], nil, "1:20", "a 5 × 5 matrix is not expanded"),
    ("param A[2147483647,2147483647]; loss norm2(A)", [:], nil, "1:7", "exceeds the memory limit"),
    ("param x[100000]; model X = x*x'", [:], nil, "1:28", "exceeds the memory limit"),
    ("param x[100000]; loss norm2(tanh(x*x'))", [:], nil, "1:29", "exceeds the memory limit"),
    (
      "param x[100000]; loss norm2(tanh(I(100000)*x)) + sum(exp(I(100000)))", [:], nil, "1:", "exceeds the memory limit"
    ),
    ("param s; loss s*9e18*9e18", [:], nil, "1:", "64 bits"),
    ("param s; loss s^(1/9e18)*(s - 9223372036854775807*s)*2", [:], nil, "1:", ""),
    ("param s; loss s*10^30", [:], nil, "1:", "64 bits"),
    ("param s = log(0); loss s", [:], nil, "1:11", "entry 1 of a start is -inf"),
    ("param s = 1/0; loss s", [:], nil, "1:11", "entry 1 of a start is inf"),
    ("param s[2]; data d = 0; loss norm2(s); init s = gaussian(d)", [:], nil, "1:58", "the scale of a start is 0"),
    (
      "param s; input x; flow s' = x*s", [:], DataPoints(count: 1, values: ["x": [1]]), "1:29",
      "depends on a data point"
    ),
  ]

  @Test("refusals name place, value and remedy", arguments: 0..<refused.count)
  func refusals(_ number: Int) throws {
    let row = Self.refused[number]
    let file = try checked(row.text)
    do {
      let flow = try FlowProgram(file, data: row.data, points: row.points)
      if !row.part.isEmpty { Issue.record("not refused: \(row.text)") }
      _ = flow
    } catch {
      #expect("\(error)".hasPrefix("f.flow:\(row.place)"), "\(error)")
      #expect("\(error)".contains(row.part) && !error.remedy.isEmpty && error.settings.isEmpty, "\(error)")
    }
  }

  @Test("terms that have no value are refused at their place")
  func terms() throws {
    let rows: [(String, String, String)] = [
      ("param x; model f = x^2; observe der(grad(f))", "1:37", "how grad moves is not known for any loss"),
      ("param x; flow x' = x; observe grad(x)", "1:31", "there is neither a loss nor a model"),
      ("param x; model f = x; observe der(loss)", "1:35", "how the loss moves is not known for any loss"),
      ("param x; flow x' = x; observe loss", "1:31", "the loss is any"),
      ("param W[2,2]; loss norm2(W); observe der(der(nuclear(W)))", "1:42", "a second derivative of nuclear"),
      ("param x; loss x^2; let z = act(x); observe z", "1:28", "act is a function"),
    ]
    for (text, place, part) in rows {
      let file = try checked(text)
      let flow = try FlowProgram(file)
      do {
        _ = try flow.evaluator(of: file.observations[0].value)
        Issue.record("not refused: \(text)")
      } catch {
        #expect("\(error)".hasPrefix("f.flow:\(place): \(part)"), "\(error)")
      }
    }
  }

  @Test("long chains of definitions and long products")
  func lengths() throws {
    var lines = ["param x[2,2]", "let f0 = x"]
    for number in 1..<3000 { lines.append("let f\(number) = f\(number - 1) + 0*x") }
    lines.append("loss norm2(f2999)")
    lines.append("observe f2999")
    let file = try checked(lines.joined(separator: "\n"))
    let flow = try FlowProgram(file)
    #expect(try flow.evaluator(of: file.observations[0].value).values([1, 2, 3, 4]) == [1, 2, 3, 4])
    let product = Array(repeating: "x", count: 200).joined(separator: "*")
    let long = try FlowProgram(try checked("param x[2,2]; model f = \(product)"))
    let output = try #require(long.output)
    #expect(try values(long.program, output, [1, 1, 0, 1]) == [1, 200, 0, 1])
    let powers = try FlowProgram(try checked("param x[2,2], s; model f = x^1000*s^1000"))
    #expect(try values(powers.program, #require(powers.output), [1, 1, 0, 1, 1]) == [1, 1000, 0, 1])
  }
}

import FlowLanguage
import Foundation
import Testing

@Suite("Messages of the language")
struct MessageTests {
  private func said(_ text: String) -> [String] {
    FlowFile.parse(text, name: "f").check().diagnostics.map { String($0.description.dropFirst(2)) }
  }

  /// Messages as the language was designed with them.
  @Test(
    "messages",
    arguments: [
      (
        "dim n\nparam U[n,2], V[n,2]\nmodle X = U*V'",
        "3:1: expected a statement (dim, param, ...), found 'modle' (did you mean 'model'?)"
      ),
      (
        "param U[3,2], V[4,2]\nmodel X = U*V",
        "2:12: matrix product of shapes (3, 2) and (4, 2): inner sizes 2 and 4 differ"
      ),
      ("dim n, m\nparam U[n,m], V[n,m]\nmodel X = U*V", "3:12: matrix product: inner sizes m and n differ"),
      ("param U[2,2]\nmodel X = U\nclaim conserved U'*U + U'*U*U + (W)", "3:34: unknown name 'W'"),
      ("param U[2,2]\nmodel X = U\nclaim conservd U'*U", "3:7: unknown claim 'conservd' (did you mean 'conserved'?)"),
      (
        "param U[2,2], V[2,2]\nmodel X = U@V",
        "2:12: unexpected character '@' (use * for matrix product, .* for entrywise, ' for transpose)"
      ),
      ("param U[2,2]\nmodel X = U*", "2:13: line ended early: an expression was expected"),
      ("param A[2,2]\nlet x =A[1,3]", "2:12: index 2 is 3, allowed 1..2"),
      ("param A[2]\nparam A[3]", "2:7: 'A' is already declared on line 1"),
      ("param A[n,2]", "1:9: unknown size 'n' (declare it: dim n = 3 (or: dim n for all sizes))"),
      ("param A[3], B[4]\nmodel XX = sum(i: A[i]*B[i])", "2:26: index i runs to 3 and to 4"),
      ("param A[3]\nmodel f = A\nflow momentun(tau)", "3:6: unknown flow 'momentun' (did you mean 'momentum'?)"),
      (
        "param U[2,2], V[2,2]\nmodel X = U*V'\nclaim decays  det(U*V') rat 2",
        "3:25: unexpected 'rat' after the claim (did you mean 'rate'?)"
      ),
      ("dim n\nparam A[n,n]\nclaim conserved det(A)", "3:21: det of n × n (give the sizes numbers: dim n = 3)"),
      (
        "dim n, m\nparam A[2,n], B[m,3]\nmodel X = A + B",
        "3:13: sum of 2 × n against m × 3: sizes 2 and m differ"
      ),
    ])
  func designed(_ pair: (text: String, message: String)) { #expect(said(pair.text) == [pair.message]) }

  /// The cases of malformed.txt: line 2 of a file, and what is said of it.
  private static let cases: [(line: String, messages: [String])] = {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("malformed.txt").path
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    var cases: [(line: String, messages: [String])] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(6) where !line.isEmpty {
      if line.hasPrefix("> ") {
        cases[cases.count - 1].messages.append(String(line.dropFirst(2)))
      } else {
        cases.append((line.replacingOccurrences(of: "\\u{1}", with: "\u{1}"), []))
      }
    }
    return cases
  }()

  @Test("malformed files")
  func malformed() {
    #expect(Self.cases.count > 200)
    for (line, messages) in Self.cases {
      #expect(said("param A[2,3], B[3,2], u[3], s\n" + line) == messages, "\(line)")
    }
  }

  @Test("every erroneous line is reported, and errors that follow from others are not")
  func everyLine() {
    let text = """
      dim n = 2
      param A[n,n], B[n,
      let C = A*B
      modle D = A
      let E = D*D
      let F = A*q
      let G = F + E + C + B
      flow momentum(
      observe v_A, v_Q
      let H = G[
      loss norm2(H) + p
      """
    #expect(
      said(text) == [
        "2:19: line ended early: a size (a number or a name) was expected",
        "4:1: expected a statement (dim, param, ...), found 'modle' (did you mean 'model'?)",
        "6:11: unknown name 'q'",
        "8:15: line ended early: a name or a number was expected",
        "9:14: unknown name 'v_Q'",
        "10:11: line ended early: an expression was expected",
        "11:17: unknown name 'p'",
      ])
  }

  @Test("it must be said what moves the parameters, unless the line that says it is wrong")
  func motion() {
    let nothing =
      "neither model nor loss nor field: nothing moves the parameters (write model X = ..., loss ... or flow x' = ...)"
    #expect(said("param u\nclaim conserved u") == ["2:1: \(nothing)"])
    #expect(said("param u\nloss any; flow mirror\nclaim laws\nclaim conserved u") == ["3:1: \(nothing)"])
    #expect(said("param u") == [] && said("param u\nloss u^2\nclaim laws") == [])
    #expect(said("param u\nflow u' = 1\nclaim laws") == [])
    #expect(said("param u\nloss any\nclaim conserved u") == [])
    #expect(said("param u\nloss program \"a b\"\nclaim conserved u") == [])
    #expect(said("param u\nloss program \"a\" 3").count == 1 && said("param u\nloss \"a\"").count == 1)
    #expect(said("param program\nloss program^2\nclaim conserved program") == [])
    for line in ["loss norm2(", "model X = (", "flow u' = (", "losss u"] {
      #expect(said("param u\n\(line)\nclaim conserved u").count == 1, "\(line)")
    }
  }

  @Test("names are declared before they are used")
  func order() {
    #expect(
      said("param A[n]\nlet b = c + A\ndim n\nlet c = A") == [
        "1:9: unknown size 'n' (it is declared on line 3: declare it before it is used)",
        "2:9: unknown name 'c' (it is declared on line 4: declare it before it is used)",
      ])
  }

  @Test("what only claims may use stays out of the model, through let too")
  func claimsOnly() {
    #expect(
      said("param A[2,2]\nlet s = singular(A, 1)\nlet t = 2*s\nmodel X = t*A\nclaim conserved t") == [
        "4:11: 't' uses singular, which stands only in claims and observe"
      ])
  }

  @Test("a constant is what neither moves nor is a data point, through let too")
  func constants() {
    #expect(
      said("data l; let a = 2*l; let b = a/3\nparam u; model X = u; flow gradient decay b\ninit u = b") == [])
    #expect(
      said("data l; param s; let a = l*s\nmodel X = s; flow gradient decay a") == [
        "2:34: a rate of decay is a constant number, 'a' is none"
      ])
    #expect(
      said("input x; param s; let a = x*2\nmodel X = s; flow momentum(a)") == [
        "2:28: a friction is a constant number, 'a' is none"
      ])
    #expect(said("param s; let a = 2*s\ninit s = a") == ["2:10: a start may use numbers, sizes and data"])
  }

  @Test("a velocity's name is taken")
  func velocities() {
    #expect(
      said("param W[2], v_W[2]\nmodel X = W\nflow momentum(tau)") == [
        "1:13: 'v_W' is the velocity of 'W' (choose another name)"
      ])
    #expect(said("param W[2], v_W[2]\nmodel X = W + v_W") == [])
    #expect(
      said("param W[2]\nmodel X = W\nflow momentum(\nobserve v_W, v_U") == [
        "3:15: line ended early: a name or a number was expected", "4:14: unknown name 'v_U'",
      ])
    #expect(said("param W[2]\nmodel X = W\nflow momentum(tau)\ninit v_W = 0.1, W = 1\nobserve v_W") == [])
  }

  @Test("an index of an open size is at least 1")
  func openSizes() {
    #expect(said("dim n\nparam A[n,n]\nobserve A[0,1]") == ["3:11: index 1 is 0, allowed 1..n"])
    #expect(said("dim n, m\nparam A[n,n]\nobserve A[7,m]") == ["3:13: index 2 is m, allowed 1..n"])
    #expect(said("dim n\nparam A[3,n]\nobserve A[n,n]") == ["3:11: index 1 is n, allowed 1..3"])
    #expect(said("dim n\nparam A[n,n]\nobserve A[7,n]") == [])
  }
}

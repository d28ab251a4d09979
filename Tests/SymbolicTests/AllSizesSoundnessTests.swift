import FlowLanguage
import Models
import Symbolic
import Testing
import Verdicts

/// What is not to be proved, however close to it the words come; and what has no end.
@Suite("soundness for all sizes")
struct AllSizesSoundnessTests {
  static func verdicts(_ text: String) throws -> [String] { try AllSizesTests.verdicts(text) }

  /// Each is true of one data point, or of a loss that nothing moves by, and false as it stands.
  static let traps: [(String, [String])] = [
    // The loss is the mean over points: the plane of grad(w) and its derivative is x x' g at one point alone.
    (
      """
      dim n
      input x[n]
      param w[n]
      loss 1/2*(w'*x)^2
      let g = grad(w)
      claim conserved der(g)*g' - g*der(g)'
      claim identity der(g)*g' - g*der(g)' = 0
      claim identity der(grad(w))*grad(w)' = grad(w)*der(grad(w))'
      claim identity loss = 1/2*(w'*x)^2
      claim identity der(w) = -(w'*x)*x
      claim identity grad(w)*norm2(w) = (w'*x)*x*norm2(w)
      """, ["-", "-", "-", "-", "-", "-"]
    ),
    // What is true for every loss of any points stays so.
    (
      """
      dim n, h, o
      input x[n], y[o]
      param W[h,n], V[o,h]
      loss 1/2*norm2(V*relu(W*x) - y)
      claim identity der(W) = -grad(W)
      claim identity der(loss) = -norm2(grad(W)) - norm2(grad(V))
      claim identity der(loss) = -norm2(grad(W))
      claim identity der(norm2(W)) = -2*dot(W, grad(W))
      claim nonincreasing loss by grad(W), grad(V)
      claim nonincreasing loss by grad(W)
      claim nonincreasing loss
      """, ["yes", "yes", "-", "yes", "yes", "-", "yes"]
    ),
    // `by` is a part of the claim.
    (
      """
      dim n
      param W[n,n]
      model X = W
      claim nonincreasing loss by grad(W)
      claim nonincreasing loss by 2*grad(W)
      claim nonincreasing loss by W
      """, ["yes", "-", "-"]
    ),
    // A loss that the text does not state moves the parameters somehow.
    (
      """
      dim n
      param W[n,n]
      loss program "a program"
      claim conserved W
      claim conserved W'*W - W*W'
      claim identity der(W) = -grad(W)
      claim nonincreasing loss
      """, ["-", "-", "yes", "yes"]
    ),
    (
      "dim n\nparam W[n,n], V[n,n]\nmodel X = V*W\nloss program \"p\"\nclaim conserved V'*V - W*W'\n", ["-"]
    ),
    // Entry by entry.
    (
      """
      dim n
      param u[n], v[n]
      data A[n,n]
      model X = u*v'
      flow mirror
      claim conserved u
      claim conserved norm2(u) - norm2(v)
      claim identity u'*v = v'*u
      claim conserved A*A'
      """, ["-", "-", "yes", "yes"]
    ),
    // Nothing is known of how the derivative of any loss itself moves.
    (
      "dim n\nparam U[n,n], V[n,n]\nmodel X = U*V'\nclaim conserved grad(U)\nclaim conserved der(U)*der(U)'\n",
      ["-", "-"]
    ),
    // Decay spoils the descent of the loss, and friction does not.
    (
      "dim n\nparam W[n,n]\nmodel X = W\nflow gradient decay lambda\nclaim nonincreasing loss\nclaim identity der(loss) = -norm2(grad(W)) - lambda*dot(W, grad(W))\n",
      ["-", "yes"]
    ),
    (
      """
      dim a, b, c
      param W1[b,a], W2[c,b]
      model W = W2*W1
      flow momentum(tau)
      claim identity der(loss + 1/2*norm2(v_W1) + 1/2*norm2(v_W2)) = -tau*(norm2(v_W1) + norm2(v_W2))
      claim conserved loss + 1/2*norm2(v_W1) + 1/2*norm2(v_W2)
      claim nonincreasing loss
      """, ["yes", "-", "-"]
    ),
    // Given data are not any data: what is false for some need not be false for them.
    ("dim n\nparam w[n]\ndata c[n] = 0\nloss 1/2*norm2(c)*norm2(w)\nclaim conserved w\n", ["-"]),
    ("dim n\nparam w[n]\ndata c[n]\nloss 1/2*norm2(c)*norm2(w)\nclaim conserved w\n", ["no 1"]),
    ("param w[3]\ninput x[3] from \"x.csv\"\nloss 1/2*(w'*x)^2\nclaim conserved norm2(w)\n", ["-"]),
    // An array of three axes beside a bond: its own claims are no words.
    (
      "dim n\nparam K[2,2,2], U[n,n], V[n,n]\nmodel X = U*V\nclaim conserved U'*U - V*V'\nclaim conserved norm2(K)\nclaim nonincreasing loss by grad(U), grad(V)\n",
      ["yes", "-", "-"]
    ),
    // A bond inside of what is no word; a factor that also stands elsewhere has none.
    (
      """
      dim n, h, o
      input x[n]
      param W[h,n], A[h,h], B[h,h]
      let z = A*B*relu(W*x)
      model f = softmax(z) .* tanh(z)
      claim conserved A'*A - B*B'
      claim conserved A*A' - B'*B
      """, ["yes", "-"]
    ),
    (
      """
      dim n, h
      input x[n]
      param W[h,n], A[h,h], B[h,h]
      model f = A*B*relu(W*x) + B*x[1]*tanh(W*x)
      claim conserved A'*A - B*B'
      """, ["-"]
    ),
    // Models by their entries: what stands in them as words moves by them, and what does not is not at rest.
    (
      """
      dim n, r
      param A[n,r], B[n,r], C[n,r]
      model T[i,j,k] = sum(s: A[i,s]*B[j,s]*C[k,s])
      claim conserved A
      claim conserved A'*A - B'*B
      claim conserved norm2(A) - norm2(B)
      """, ["-", "-", "-"]
    ),
    (
      """
      dim n, r
      input x[n]
      param A[n,r], B[r,n]
      model f[i] = sum(j: (A*B)[i,j]*x[j]^2)
      claim conserved A'*A - B*B'
      claim conserved A'*A
      """, ["yes", "-"]
    ),
    (
      """
      dim n, r
      param A[n,r], B[r,n], K[n,n,n]
      let T[i,j,k] = (A*B)[i,j]*K[i,j,k]
      model Y = T .* T
      claim conserved A'*A - B*B'
      claim conserved A
      """, ["yes", "-"]
    ),
    // A field of one's own at a data point: what it is of several is not said here.
    ("dim n\ninput x[n]\nparam w[n]\nflow w' = (x'*w)*x - x*(w'*x)\nclaim conserved w\n", ["-"]),
    // Squares that have no text, or are those of one point: true, but nothing that could be checked again.
    (
      "dim n\ndata c[n]\nparam w[n]\nloss tanh(norm2(c))^2*norm2(w)\nclaim nonincreasing norm2(w)\nclaim conserved w*w' - (w*w')'\n",
      ["-", "yes"]
    ),
    (
      "dim n\ninput x[n]\nparam w[n]\nloss (x'*w)^2\nclaim nonincreasing norm2(w)\nclaim nonincreasing -norm2(w)\n",
      ["?", "no 1"]
    ),
    ("dim n\ndata x[n]\nparam w[n]\nloss (x'*w)^2\nclaim nonincreasing norm2(w)\n", ["yes"]),
    // Growth is no descent.
    (
      "dim n\nparam W[n,n], V[n,n]\nflow W' = W, V' = V\nclaim nonincreasing norm2(W'*W - V*V')\nclaim nonincreasing -norm2(W)\nclaim decays W rate -1\n",
      ["no 1", "yes", "yes"]
    ),
    // Equal as numbers, not as matrices.
    (
      "dim n\nparam A[n,n], B[n,n]\nflow A' = 0, B' = 0\nclaim identity A*B = B*A\nclaim identity (A*B)' = B'*A'\nclaim identity tr(A*B*A*B') = tr(A*B'*A*B)\nclaim identity tr(A*B*A*B) = tr(A*B*A*B')\nclaim identity tr(A*B) = tr(B'*A')\n",
      ["no 2", "yes", "yes", "no 2", "yes"]
    ),
  ]

  @Test("traps", arguments: traps)
  func trap(text: String, expected: [String]) throws {
    #expect(try Self.verdicts(text) == expected, "\(text)")
  }

  @Test("given equations prove, and do not refute")
  func given() throws {
    let text = """
      dim n
      param A[n,n], B[n,n], C[n,n]
      flow A' = A*(B*B' - C'*C), B' = 0, C' = 0
      claim identity A*B*A = A given A*B = I(n)
      claim identity tr(B*A*A) = tr(A) given A*B - I(n) = 0
      claim identity A*A*B*B = I(n) given 2*A*B = 2*I(n)
      claim identity B*A = I(n) given A*B = I(n)
      claim conserved A given B*B' = C'*C
      claim conserved A given B*B' - C'*C = 0
      claim conserved A
      claim identity A*B*C = 0 given A*B = 0
      claim identity A*B = B*A given A = A*A
      """
    #expect(try Self.verdicts(text) == ["yes", "yes", "yes", "?", "yes", "yes", "no 1", "yes", "?"])
  }

  @Test("sums of squares prove that something does not increase")
  func squares() throws {
    let text = """
      dim n
      param W[n,n]
      data A[n,n], s
      flow W' = -s^2*A*A'*W
      claim nonincreasing norm2(W)
      claim nonincreasing norm2(W) by s*A'*W, s*A'*W
      claim nonincreasing norm2(W) by s*A'*W
      claim nonincreasing -norm2(W)
      claim nonincreasing tr(W)
      claim nonincreasing tr(A'*A)
      """
    #expect(try Self.verdicts(text) == ["yes", "yes", "no 1", "no 1", "no 1", "yes"])
    let check = FlowFile.parse(text, name: "t.flow").check()
    let file = try #require(check.file)
    let proof = try #require(try AllSizesProver(file).prove(file.claims[0], called: "c"))
    // (|W|²)' = −2 s² tr(W' A A' W).
    #expect(proof.evidence?.squares == [.init(coefficient: "2", root: "s*A'*W")])
  }

  /// Texts of a few lines that ask for any amount of work.
  static let endless: [(String, [String])] = [
    // 2⁶⁰ readings of one name.
    (
      "dim n\nparam A[n,n]\nflow A' = 0\nlet a0 = A\n"
        + (1...60).map { "let a\($0) = a\($0 - 1) - a\($0 - 1) + a\($0 - 1)\n" }.joined() + "claim conserved a60\n",
      ["yes"]
    ),
    (
      "dim n\nparam A[n,n]\nmodel X = A\nlet a0 = A\n"
        + (1...60).map { "let a\($0) = a\($0 - 1) - a\($0 - 1) + a\($0 - 1)\n" }.joined() + "claim conserved a60\n",
      ["no 1"]
    ),
    // A coefficient of 2¹⁰⁰.
    (
      "dim n\nparam A[n,n]\nflow A' = 0\nlet a0 = A\n"
        + (1...100).map { "let a\($0) = a\($0 - 1) + a\($0 - 1)\n" }.joined() + "claim identity a100 = 0\n", ["?"]
    ),
    // 2⁴⁰ products, 2⁴⁰ letters, 2⁴⁰ as a power of a power.
    ("dim n\nparam A[n,n], B[n,n]\nflow A' = 0, B' = 0\nclaim identity (A + B)^40 = (B + A)^40\n", ["?"]),
    ("dim n\nparam A[n,n]\nflow A' = 0\nclaim identity ((((A^60)^60)^60)^60)^60 = A\n", ["?"]),
    ("dim n\nparam A[n,n]\nmodel X = A^1000\nclaim conserved A\n", ["?"]),
    ("param A[2,2]\nmodel X = A^1000\nclaim conserved A\n", ["-"]),
    ("dim n\nparam A[n,n]\nmodel X = A^1000\nclaim identity der(loss) = -norm2(grad(A))\n", ["yes"]),
    // As deep as definitions go, of words and of none.
    (
      "dim n\nparam A[n,n]\nmodel X = A\nlet a0 = A\n"
        + (1...3000).map { "let a\($0) = -a\($0 - 1)\n" }.joined() + "claim conserved a3000\n", ["?"]
    ),
    (
      "dim n\ninput x[n]\nparam A[n,n], B[n,n]\nlet a0 = A*B*x\n"
        + (1...3000).map { "let a\($0) = tanh(a\($0 - 1))\n" }.joined()
        + "model X = a3000\nclaim conserved A'*A - B*B'\n", ["yes"]
    ),
    (
      "dim n\nparam K[n,n,n]\nlet a0 = K\n"
        + (1...90).map { "let a\($0) = a\($0 - 1) + a\($0 - 1) .* a\($0 - 1)\n" }.joined()
        + "model X = a90\nclaim conserved norm2(K)\n", ["-"]
    ),
    // Sizes beyond any memory.
    (
      "param U[1000000,1000000], V[1000000,1000000]\nmodel X = U*V'\nclaim conserved U'*U - V'*V\nclaim conserved U'*U\nclaim conserved tr(I(1000000))*U\n",
      ["yes", "no ", "-"]
    ),
    // Many sizes, many layers.
    (
      "dim \((0...40).map { "n\($0)" }.joined(separator: ", "))\nparam "
        + (1...40).map { "W\($0)[n\($0),n\($0 - 1)]" }.joined(separator: ", ") + "\nmodel X = "
        + (1...40).reversed().map { "W\($0)" }.joined(separator: "*")
        + "\nclaim conserved W21'*W21 - W20*W20'\nclaim conserved norm2(W7) + norm2(W9)\n", ["yes", "no 1"]
    ),
    ("dim n\nparam A[n,n]\nmodel X = A\nclaim identity tr(A^64) = tr(A')^64\n", ["no 2"]),
  ]

  @Test("no text takes long", arguments: endless)
  func ends(text: String, expected: [String]) throws {
    let clock = ContinuousClock()
    var verdicts: [String] = []
    let time = try clock.measure { verdicts = try Self.verdicts(text) }
    #expect(verdicts == expected, "\(text.suffix(200))")
    #expect(time < .seconds(60))
  }

  @Test("letters that stand for formulas are not at will")
  func notFree() throws {
    for (text, isFree) in [
      ("dim n\ninput x[n]\nparam W[n,n]\nmodel f = relu(W*x)\n", false),
      ("dim n\ninput x[n]\nparam W[n,n]\nmodel f = W*x\n", true),
      ("dim n\nparam W[n,n]\ndata Y[n,n]\nloss 1/2*norm2(W - Y)\n", true),
      ("dim n\nparam W[n,n]\ndata Y[n,n]\nloss exp(norm2(W - Y))\n", false),
      ("dim n\nparam W[n,n]\nmodel f[i] = W[i,i]\n", false),
    ] {
      let file = try #require(FlowFile.parse(text, name: "t.flow").check().file)
      for isOfWords in [true, false] {
        var reader = WordReader(file)
        let motion = try WordMotion(&reader, isOfWords: isOfWords)
        #expect(motion.isFree == (isFree && isOfWords), "\(text)")
      }
    }
    var alphabet = Alphabet()
    #expect(WordSum(scalar: alphabet.scalar("loss", .loss)).readsLoss(alphabet))
    #expect(!WordSum(scalar: alphabet.scalar("lambda", .constant)).readsLoss(alphabet))
  }

  @Test("a division by zero is refused with its place")
  func division() throws {
    let text = "dim n\nparam A[n,n]\nflow A' = 0\nclaim conserved A/(tr(A) - tr(A'))\n"
    let file = try #require(FlowFile.parse(text, name: "t.flow").check().file)
    #expect(throws: Refusal.self) { try AllSizesProver(file).prove(file.claims[0], called: "c") }
  }

  @Test("the same seed finds the same counterexample")
  func repeated() throws {
    let check = FlowFile.parse(AllSizesWitnessTests.chainHead(3) + "\nclaim conserved W1*W1'*W1*W1'\n", name: "t")
      .check()
    let file = try #require(check.file)
    let witnesses = try (0..<5).map { _ in
      try AllSizesProver(file, seed: 9).prove(file.claims[0], called: "c")?.evidence?.witness
    }
    #expect(witnesses.allSatisfy { $0 != nil && $0 == witnesses[0] })
  }
}

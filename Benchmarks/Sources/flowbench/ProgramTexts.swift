import FlowLanguage
import Models

/// A benchmark's program as a `.flow` text.
enum ProgramTexts {
  /// The text by its name, and whether it reads the tokens x of a batch.
  static func text(_ name: String) -> String? {
    switch name {
    case "tc3 text": "param A[10,100], B[10,100], C[10,100]\nmodel T[i,j,k] = sum(r: A[i,r]*B[j,r]*C[k,r])\n"
    case "dmf100 text": "param W1[100,100], W2[100,100], W3[100,100]\nmodel W = W3*W2*W1\n"
    case "attention text":
      "data x[8,32,64]\nparam Q[8,8,64], K[8,8,64], V[8,8,64], O[64,8,8]\n" + attention("", "x") + "model f = a\n"
    case "transformer text": transformer(blocks: 4)
    default: nil
    }
  }

  /// Eight heads of width 8 over 32 tokens of width 64 in 8 sequences, as `a`.
  private static func attention(_ n: String, _ x: String) -> String {
    """
    let q\(n) = einsum("hed,bsd->bhse", Q\(n), \(x))
    let k\(n) = einsum("hed,btd->bhte", K\(n), \(x))
    let v\(n) = einsum("hed,btd->bhte", V\(n), \(x))
    let s\(n) = softmax(1/3*einsum("bhse,bhte->bhst", q\(n), k\(n)))
    let a\(n) = einsum("dhe,bhse->bsd", O\(n), einsum("bhst,bhte->bhse", s\(n), v\(n)))

    """
  }

  /// Blocks of attention and of a tanh network of width 256, each behind a layer norm with a gain, and beside what they read.
  private static func transformer(blocks: Int) -> String {
    var text = "data x0[8,32,64]\n"
    for n in 1...blocks {
      text += "param g\(n)[64], Q\(n)[8,8,64], K\(n)[8,8,64], V\(n)[8,8,64], O\(n)[64,8,8]\n"
      text += "param h\(n)[64], F\(n)[256,64], G\(n)[64,256]\n"
      text += "let n\(n) = einsum(\"bsd,d->bsd\", layernorm(x\(n - 1), 0.00001), g\(n))\n" + attention("\(n)", "n\(n)")
      text += "let y\(n) = x\(n - 1) + a\(n)\n"
      text += "let m\(n) = einsum(\"bsd,d->bsd\", layernorm(y\(n), 0.00001), h\(n))\n"
      text += "let t\(n) = tanh(einsum(\"fd,bsd->bsf\", F\(n), m\(n)))\n"
      text += "let x\(n) = y\(n) + einsum(\"df,bsf->bsd\", G\(n), t\(n))\n"
    }
    return text + "model f = x\(blocks)\n"
  }

  /// What a text says.
  static func program(_ text: String, data: [Double]) throws -> Program {
    let check = FlowFile.parse(text, name: "benchmark").check()
    guard let file = check.file else {
      throw Refusal(check.diagnostics.map(\.text).joined(separator: "\n"), remedy: "")
    }
    let name = file.declarations.first { $0.role == .data }?.name
    return try FlowProgram(file, data: name.map { [$0: data] } ?? [:]).program
  }
}

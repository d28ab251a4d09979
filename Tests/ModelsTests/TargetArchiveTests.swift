import ArrayFiles
import Checkers
import Foundation
import Models
import Testing

/// What stands beside `data` in an NPZ file is used, named or refused.
@Suite("Arrays beside the data")
struct TargetArchiveTests {
  // Made by numpy.savez_compressed(data=[[1, 2], [3, 4]], labels=['a', 'b']) and scipy.sparse.save_npz.
  static let labelled = base64(
    """
    UEsDBC0AAAAIAAAAIQAhNYtp//////////8IABQAZGF0YS5ucHkBABAAoAAAAAAAAABVAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqGu
    o6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6CkaaOgq1CmQDLgYw+GAPoRkcIBQHlBZwAABQSwMELQAAAAgAAAAhAKcv4Oz/////////
    /woAFABsYWJlbHMubnB5AQAQAIgAAAAAAAAASwAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuE2qorqOgnpZfVFKUmBefX5SSChJ3S8wpTgWK
    F2ckFqQC+RpGOpo6CrUKFACuRAYGhiQgBgBQSwECLQMtAAAACAAAACEAITWLaVUAAACgAAAACAAAAAAAAAAAAAAAgAEAAAAAZGF0YS5ucHlQSwEC
    LQMtAAAACAAAACEApy/g7EsAAACIAAAACgAAAAAAAAAAAAAAgAGPAAAAbGFiZWxzLm5weVBLBQYAAAAAAgACAG4AAAAWAQAAAAA=
    """)
  static let csr = base64(
    """
    UEsDBC0AAAAIAAAAIQAPRIc1//////////8LABQAaW5kaWNlcy5ucHkBABAAjAAAAAAAAABMAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6T
    aaKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GsY6mjoKtQoUAC4GIGACYkYgBgBQSwMELQAAAAgAAAAhAISMjp///////////woAFABp
    bmRwdHIubnB5AQAQAIwAAAAAAAAATAAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuk2mirqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC
    +RrGOpo6CrUKFAAuBiBgAmJmIAYAUEsDBC0AAAAIAAAAIQCjw3SX//////////8KABQAZm9ybWF0Lm5weQEAEACDAAAAAAAAAEUAAAAAAAAAm+wX
    6hsQychQxlCtnpJanFykbqWgXhNsrK6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkamjoKtQoUAa7k4iIAUEsDBC0AAAAIAAAAIQBgSH4M
    //////////8JABQAc2hhcGUubnB5AQAQAJAAAAAAAAAASgAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuk2mhrqOgnpZfVFKUmBefX5SSChJ3
    S8wpTgWKF2ckFqQC+RpGOpo6CrUKFAAuJgYIYIbSAFBLAwQtAAAACAAAACEAKsEdRP//////////CAAUAGRhdGEubnB5AQAQAJgAAAAAAAAAUAAA
    AAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuk2ahrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RrGOpo6CrUKFAAuBjD4YA+hGRwgFIcD
    AFBLAQItAy0AAAAIAAAAIQAPRIc1TAAAAIwAAAALAAAAAAAAAAAAAACAAQAAAABpbmRpY2VzLm5weVBLAQItAy0AAAAIAAAAIQCEjI6fTAAAAIwA
    AAAKAAAAAAAAAAAAAACAAYkAAABpbmRwdHIubnB5UEsBAi0DLQAAAAgAAAAhAKPDdJdFAAAAgwAAAAoAAAAAAAAAAAAAAIABEQEAAGZvcm1hdC5u
    cHlQSwECLQMtAAAACAAAACEAYEh+DEoAAACQAAAACQAAAAAAAAAAAAAAgAGSAQAAc2hhcGUubnB5UEsBAi0DLQAAAAgAAAAhACrBHURQAAAAmAAA
    AAgAAAAAAAAAAAAAAIABFwIAAGRhdGEubnB5UEsFBgAAAAAFAAUAFgEAAKECAAAAAA==
    """)
  static let coo = base64(
    """
    UEsDBC0AAAAIAAAAIQByQ6J3//////////8HABQAcm93Lm5weQEAEACMAAAAAAAAAEkAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgbpNpoq6j
    oJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaxjqaOgq1ChQALgYoYARiAFBLAwQtAAAACAAAACEAD0SHNf//////////BwAUAGNvbC5ucHkB
    ABAAjAAAAAAAAABMAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TaaKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GsY6mjoKtQoU
    AC4GIGACYkYgBgBQSwMELQAAAAgAAAAhACfyBRL//////////woAFABmb3JtYXQubnB5AQAQAIMAAAAAAAAARQAAAAAAAACb7BfqGxDJyFDGUK2e
    klqcXKRupaBeE2ysrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RqaOgq1ChQBruT8fABQSwMELQAAAAgAAAAhAGBIfgz//////////wkA
    FABzaGFwZS5ucHkBABAAkAAAAAAAAABKAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TaaGuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQW
    pAL5GkY6mjoKtQoUAC4mBghghtIAUEsDBC0AAAAIAAAAIQAqwR1E//////////8IABQAZGF0YS5ucHkBABAAmAAAAAAAAABQAAAAAAAAAJvsF+ob
    EMnIUMZQrZ6SWpxcpG6loG6TZqGuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GsY6mjoKtQoUAC4GMPhgD6EZHCAUhwMAUEsBAi0DLQAA
    AAgAAAAhAHJDondJAAAAjAAAAAcAAAAAAAAAAAAAAIABAAAAAHJvdy5ucHlQSwECLQMtAAAACAAAACEAD0SHNUwAAACMAAAABwAAAAAAAAAAAAAA
    gAGCAAAAY29sLm5weVBLAQItAy0AAAAIAAAAIQAn8gUSRQAAAIMAAAAKAAAAAAAAAAAAAACAAQcBAABmb3JtYXQubnB5UEsBAi0DLQAAAAgAAAAh
    AGBIfgxKAAAAkAAAAAkAAAAAAAAAAAAAAIABiAEAAHNoYXBlLm5weVBLAQItAy0AAAAIAAAAIQAqwR1EUAAAAJgAAAAIAAAAAAAAAAAAAACAAQ0C
    AABkYXRhLm5weVBLBQYAAAAABQAFAA8BAACXAgAAAAA=
    """)

  private static func base64(_ text: String) -> Data { Data(base64Encoded: text, options: .ignoreUnknownCharacters)! }

  private func problem(_ path: String) throws -> Problem {
    try Problem(
      model: "matrix", options: ModelOptions(shape: [], depth: 2), source: .file(path), dataSeed: 1)
  }

  private func problem(_ arrays: [(name: String, array: DenseArray)]) throws -> Problem {
    let folder = try ScratchFolder()
    try NumpyFile.writeNPZ(arrays, to: folder.path + "/a.npz")
    return try problem(folder.path + "/a.npz")
  }

  private func problem(_ bytes: Data) throws -> Problem {
    let folder = try ScratchFolder()
    try bytes.write(to: URL(fileURLWithPath: folder.path + "/a.npz"))
    return try problem(folder.path + "/a.npz")
  }

  private static let data = DenseArray(shape: [2, 3], values: [1, 2, .infinity, 4, .nan, 6])

  @Test("the mask chooses what is observed, and what stands outside it is not looked at")
  func mask() throws {
    let mask = DenseArray(shape: [2, 3], values: [1, 0, 0, 1, 1, 1])
    let problem = try problem([("data", Self.data), ("mask", mask)])
    #expect(problem.measurements.values.sorted() == [1, 4, 6])
    let truth = try #require(problem.truth)
    #expect(truth.map(\.isNaN) == [false, true, true, false, true, false])
    #expect(problem.notes == ["a.npz: mask is 1 at 4 of 6 entries; the others are unobserved"])
  }

  @Test(
    "a mask that is none is refused by name",
    arguments: [
      (DenseArray(shape: [3, 2], values: [1, 0, 0, 1, 1, 1]), "[3, 2]"),
      (DenseArray(shape: [2, 3], values: [1, 0, 0, 2, 1, 1]), "[1, 0] of 'mask' is 2.0"),
      (DenseArray(shape: [2, 3], values: [0, 0, 0, 0, 0, 0]), "'mask' is 0 everywhere"),
    ])
  func noMask(mask: DenseArray, words: String) {
    let error = #expect(throws: Refusal.self) { _ = try problem([("data", Self.data), ("mask", mask)]) }
    #expect(error?.problem.contains(words) == true, "\(String(describing: error))")
  }

  @Test("an array that is not used is named, of numbers or of text, and does not make the data unreadable")
  func companions() throws {
    let other = DenseArray(shape: [2], values: [1, 2])
    let plain = DenseArray(shape: [1, 2], values: [1, 2])
    #expect(try problem([("data", plain), ("rows", other)]).notes == ["a.npz: not used: rows"])
    #expect(try problem([("data", plain)]).notes == [])
    let labelled = try problem(Self.labelled)
    #expect(labelled.truth == [1, 2, 3, 4] && labelled.notes == ["a.npz: not used: labels"])
    // The same in another model, and with other measurements of the same kind.
    #expect(labelled.replacing(model: labelled.model).notes == labelled.notes)
  }

  @Test("sparse matrices of scipy are refused with the cure", arguments: [(csr, "CSR"), (coo, "COO")])
  func sparse(file: Data, form: String) {
    let error = #expect(throws: Refusal.self) { _ = try problem(file) }
    #expect(error?.problem.contains(form) == true && error?.remedy.contains("tocoo()") == true)
  }
}

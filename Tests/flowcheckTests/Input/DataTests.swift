import ArrayFiles
import Foundation
import Testing

/// The user's own data: the same numbers in any format give the same report.
@Suite("Data formats")
struct DataTests {
  /// 3 × 4, one entry unknown; all values are small whole numbers, which every element type holds.
  private static let values: [Double] = [1, 2, 3, 0, 4, 1, 0, 2, 5, 1, .nan, 3]

  private static func npy(_ dtype: String, fortran: Bool = false, _ bytes: [UInt8]) -> [UInt8] {
    let text = "{'descr': '\(dtype)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': (3, 4), }"
    let padded = text + String(repeating: " ", count: 128 - 10 - text.count - 1) + "\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(padded.utf8) + bytes
  }

  private static func bytes<T: FixedWidthInteger>(_ numbers: [T]) -> [UInt8] {
    numbers.flatMap { number in withUnsafeBytes(of: number) { Array($0) } }
  }

  /// What a check says of the data, without the names of files and settings.
  private func finding(_ arguments: [String], in folder: Folder) throws -> NSDictionary {
    let command = ["balancedness", "--model", "matrix", "--depth", "2", "--init-scale", "0.5", "--json"] + Tool.horizon
    let ending = try Tool.run(command + arguments, in: folder)
    #expect(ending.status == 0, "\(arguments): \(ending)")
    var report = try ending.json()
    var experiment = try #require(report["experiment"] as? [String: Any])
    for key in ["settings", "data", "notes"] { experiment[key] = nil }
    report["experiment"] = experiment
    return report as NSDictionary
  }

  @Test func formatsAgree() throws {
    let folder = try Folder()
    let values = Self.values
    var csv = "i0,i1,value\n"
    for k in values.indices where !values[k].isNaN { csv += "\(k / 4),\(k % 4),\(values[k])\n" }
    try folder.write(csv, to: "a.csv")
    try NumpyFile.writeNPY(DenseArray(shape: [3, 4], values: values), to: folder.path + "/a.npy")
    let other = DenseArray(shape: [2], values: [1, 2])
    try NumpyFile.writeNPZ(
      [("data", DenseArray(shape: [3, 4], values: values)), ("other", other)], to: folder.path + "/a.npz")
    let transposed = (0..<4).flatMap { j in (0..<3).map { i in values[4 * i + j] } }
    try folder.write(Self.npy("<f8", fortran: true, Self.bytes(transposed.map(\.bitPattern))), to: "fortran.npy")
    try folder.write(Self.npy(">f8", Self.bytes(values.map(\.bitPattern.bigEndian))), to: "big.npy")
    try folder.write(Self.npy("<f4", Self.bytes(values.map { Float($0).bitPattern })), to: "single.npy")

    let expected = try finding(["--data", "a.npy"], in: folder)
    for arguments in [
      ["--data", "a.csv", "--shape", "3,4"], ["--data", "a.npz"], ["--data", "fortran.npy"], ["--data", "big.npy"],
      ["--data", "single.npy"], ["--data", "a.npy", "--shape", "3,4"],
    ] {
      #expect(try finding(arguments, in: folder) == expected, "\(arguments)")
    }
    let experiment = try #require(expected["experiment"] as? [String: Any])
    #expect(experiment["measurements"] as? Int == 11)
  }

  /// Integers hold no NaN, so everything is observed.
  @Test func integerElements() throws {
    let folder = try Folder()
    let values = Self.values.map { $0.isNaN ? 2 : $0 }
    try NumpyFile.writeNPY(DenseArray(shape: [3, 4], values: values), to: folder.path + "/a.npy")
    try folder.write(Self.npy("|u1", Self.bytes(values.map { UInt8($0) })), to: "u1.npy")
    try folder.write(Self.npy("<i2", Self.bytes(values.map { Int16($0) })), to: "i2.npy")
    try folder.write(Self.npy(">i8", Self.bytes(values.map { Int64($0).bigEndian })), to: "i8.npy")
    let expected = try finding(["--data", "a.npy"], in: folder)
    for name in ["u1.npy", "i2.npy", "i8.npy"] {
      #expect(try finding(["--data", name], in: folder) == expected, "\(name)")
    }
  }

  /// A part of dense data is drawn with --data-seed; the rest is held out and judged by.
  @Test func heldOutPart() throws {
    let folder = try Folder()
    try NumpyFile.writeNPY(DenseArray(shape: [3, 4], values: Self.values), to: folder.path + "/a.npy")
    let command = ["integrate", "--model", "cp", "--components", "2", "--data", "a.npy", "--json"] + Tool.horizon
    var losses: [Double] = []
    for seed in ["1", "1", "2"] {
      let report = try Tool.run(command + ["--observed", "0.5", "--data-seed", seed], in: folder).json()
      let experiment = try #require(report["experiment"] as? [String: Any])
      #expect(experiment["measurements"] as? Int == 6)
      losses.append(try #require(report["final_loss"] as? Double))
      let final = try #require(report["final"] as? [String: Double])
      #expect(final.keys.contains { $0.hasSuffix("_error") })
    }
    #expect(losses[0] == losses[1] && losses[0] != losses[2])
  }

  /// The smallest problems there are.
  @Test(arguments: [
    ["--model", "matrix", "--shape", "1,1", "--depth", "2", "--rank", "1"],
    ["--model", "matrix", "--shape", "1,5", "--depth", "4", "--rank", "1"],
    ["--model", "cp", "--shape", "3,2", "--components", "1", "--rank", "1"],
    ["--model", "cp", "--shape", "1,1,1", "--components", "1", "--rank", "1"],
    ["--model", "cp", "--shape", "3,1,2,2", "--components", "5", "--rank", "2", "--observed", "1"],
    ["--model", "matrix", "--shape", "2,2", "--depth", "2", "--width", "7", "--rank", "2", "--observed", "4"],
  ])
  func smallest(problem: [String]) throws {
    let ending = try Tool.run(["balancedness", "--init-scale", "0.8", "--until", "4", "--control"] + problem)
    #expect(ending.status == 0, "\(ending)")
  }

  /// Numbers at the ends of the range of doubles give a verdict or a refusal, never a crash.
  @Test(arguments: ["1e-320", "5e-324", "1e-160", "1e150", "1e60", "1e-5"])
  func oddScales(scale: String) throws {
    for problem in [Tool.matrix, Tool.tensor] {
      for extra in [[], ["--loss", "l1"], ["--init", "balanced"], ["--save-log"], ["--until", "1e-300"]] {
        let ending = try Tool.run(
          ["balancedness"] + problem + Tool.horizon + ["--init-scale", scale, "--max-steps", "2000"] + extra)
        #expect([0, 2, 64].contains(ending.status) && !ending.wasSignalled, "\(extra): \(ending)")
      }
    }
  }
}

import ArrayFiles
import Testing

/// Files that are cut, lie about themselves or are something else: one error each, never a crash.
@Suite struct NumpyMalformedTests {
  private static let cases: [(file: [UInt8], place: String?, words: [String])] = [
    ([], nil, ["empty"]),
    (Array("hello, world".utf8), "header", ["magic"]),
    (Array("PK\u{3}\u{4}aaaaaaaaaaaaa".utf8), "header", ["ZIP"]),
    ([0x93] + Array("NUMPY".utf8), "header", ["ends inside"]),
    (NPY.file("{}", version: 9), "header", ["version 9.0"]),
    (NPY.file("{}", version: 3).prefix(11) + [], "header", ["ends inside"]),
    ([0x93] + Array("NUMPY".utf8) + [1, 0, 255, 255] + [123], "header", ["ends inside"]),
    ([0x93] + Array("NUMPY".utf8) + [2, 0, 255, 255, 255, 255] + [123], "header", ["ends inside"]),
    (NPY.file(""), "header", ["expected '{'"]),
    (NPY.file("{'descr': '<f8', 'fortran_order': False}"), "header", ["'shape' is missing"]),
    (NPY.file("{'descr': '<f8', 'shape': (1,)}"), "header", ["'fortran_order' is missing"]),
    (NPY.file("{'shape': (1,), 'fortran_order': False}"), "header", ["'descr' is missing"]),
    (NPY.file("{'descr': '<f8', 'descr': '<f8'}"), "header", ["occurs twice"]),
    (NPY.file("{'extra': 1}"), "header", ["'extra' is unknown"]),
    (NPY.file("{'descr': '<f8"), "header", ["not closed"]),
    (NPY.file("{'descr': '\\x3cf8'}"), "header", ["escape"]),
    (NPY.file("{'descr': __import__('os')}"), "header", ["quoted string"]),
    (NPY.header("'<f8'", "1", "()"), "header", ["neither True nor False"]),
    (NPY.header("'<f8'", "False", "3"), "header", ["expected '('"]),
    (NPY.header("'<f8'", "False", "(3)"), "header", ["not a tuple"]),
    (NPY.header("'<f8'", "False", "(3 4)"), "header", ["comma"]),
    (NPY.header("'<f8'", "False", "(-3,)"), "header", ["'-3,), }'"]),
    (NPY.header("'<f8'", "False", "(3.0,)"), "header", ["'shape'"]),
    (NPY.header("'<f8'", "False", "(99999999999999999999,)"), "header", ["9223372036854775807"]),
    (NPY.header("'<f8'", "False", "(4294967296, 4294967296)"), "header", ["does not fit into memory"]),
    (NPY.header("'<f8'", "False", "(2305843009213693952,)"), "header", ["does not fit into memory"]),
    (NPY.header("'<f8'", "False", "(" + String(repeating: "1, ", count: 65) + ")"), "header", ["more than 64"]),
    (NPY.file("{'descr': '<f8', 'fortran_order': False, 'shape': ()} + 1"), "header", ["after the closing brace"]),
    (NPY.header("'<f8'", "False", "(1000000,)") + [0, 0], nil, ["needs 8000000 bytes", "only 2"]),
    (NPY.header("'|u1'", "False", "(2,)") + [0, 0, 0], nil, ["1 bytes follow"]),
    (NPY.header("'<q9'", "False", "(2,)"), "header", ["unknown type", "'<q9'"]),
    (NPY.header("''", "False", "(2,)"), "header", ["unknown type"]),
  ]

  @Test(arguments: cases.indices)
  func malformed(_ k: Int) {
    let (file, place, words) = Self.cases[k]
    let error = fileError { () throws(FileError) in _ = try NumpyFile.parseNPY(file, name: "in.npy") }
    expectMalformed(error, place: place, words + ["in.npy"])
  }

  @Test func everyPrefixOfAFileIsRefused() {
    let file = base64(numpyArrays[0].file)
    for count in 0..<file.count {
      #expect(fileError { () throws(FileError) in _ = try NumpyFile.parseNPY(Array(file[..<count])) } != nil)
    }
  }

  @Test func memoryLimit() {
    let file = NPY.header("'|u1'", "False", "(1000,)") + [UInt8](repeating: 1, count: 1000)
    #expect(fileError { () throws(FileError) in _ = try NumpyFile.parseNPY(file, memoryLimit: 8000) } == nil)
    let error = fileError { () throws(FileError) in _ = try NumpyFile.parseNPY(file, memoryLimit: 7999) }
    expectMalformed(error, ["memory limit of 7999"])
  }
}

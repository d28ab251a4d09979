import ArrayFiles
import Checkers
import Foundation
import Models
import Testing

/// Labelled images in the formats that hold them, each written here by hand.
@Suite("files of labelled images")
struct ImageFileTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let path = folder.path + "/" + name
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }

  private static func idx(_ shape: [Int], _ values: [UInt8]) -> [UInt8] {
    [0, 0, 8, UInt8(shape.count)] + shape.flatMap { [0, 0, UInt8($0 >> 8), UInt8($0 & 255)] } + values
  }

  private func read(_ path: String, labels: String? = nil) throws -> ImageFiles {
    try ImageFiles(path, labels: labels, labelSetting: "complexity.labels")
  }

  private func problem(_ path: String, labels: String? = nil) -> String {
    do {
      _ = try read(path, labels: labels)
      return "none"
    } catch { return "\(error)" }
  }

  /// Two images of 2 × 3 pixels by Python's gzip.compress, as in the tests of the IDX reader.
  private static let compressed: [UInt8] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 99, 96, 224, 96, 102, 96, 96, 96, 130, 98,
    102, 17, 13, 155, 128, 148, 138, 158, 5, 91, 78, 220, 249, 0, 0, 161, 151, 181, 81, 28,
    0, 0, 0,
  ]

  @Test func idx() throws {
    let grays: [UInt8] = (1...12).map { 20 * $0 }
    let labels = try write("labels", Self.idx([2], [7, 3]))
    for path in [try write("plain", Self.idx([2, 2, 3], grays)), try write("a.gz", Self.compressed)] {
      let files = try read(path, labels: labels)
      #expect(files.images.grays == .bytes(grays) && files.images.shape == [2, 3] && files.images.labels == [7, 3])
      #expect(files.white == 255 && files.test == nil)
      // 128 and more is 1, the first that is more than half of 255.
      let levels = try files.images.quantized(levels: 2, white: 255)
      #expect(levels.pixels == grays.map { $0 >= 128 ? 1 : 0 } && levels.order == 6)
    }
  }

  @Test func npz() throws {
    let images = DenseArray(shape: [2, 1, 2], values: [0, 0.5, 1, 0.25])
    let labels = DenseArray(shape: [2], values: [0, 9])
    for names in [["images", "labels", "test_images", "test_labels"], ["x_train", "y_train", "x_test", "y_test"]] {
      let path = folder.path + "/a.npz"
      let two = DenseArray(shape: [1, 2], values: [1, 0])
      try NumpyFile.writeNPZ(
        [
          (names[0], images), (names[1], labels), (names[2], two), (names[3], DenseArray(shape: [1, 1], values: [9])),
          ("more", labels),
        ], to: path)
      let files = try read(path)
      #expect(files.images.labels == [0, 9] && files.images.order == 2 && files.test?.labels == [9])
      #expect(files.notes == ["a.npz: not used: more"])
      // A half is rounded to even.
      #expect(try files.images.quantized(levels: 2, white: 1).pixels == [0, 0, 1, 0])
      #expect(try files.images.quantized(levels: 5, white: 1).pixels == [0, 2, 4, 1])
    }
  }

  @Test func csv() throws {
    let path = try folder.write("a.csv", "p0,p1,label\n16,0,3\n9,8,4\n")
    let files = try read(path)
    #expect(files.images.brightest == 16 && files.images.labels == [3, 4])
    #expect(try files.images.quantized(levels: 2, white: 16).pixels == [1, 0, 1, 0])
  }

  @Test("what is wrong is named, with its place and what to do")
  func refusals() throws {
    let images = try write("images", Self.idx([2, 1, 2], [1, 2, 3, 4]))
    let labels = try write("labels", Self.idx([2], [1, 0]))
    #expect(problem(images).contains("complexity.labels"))
    #expect(problem(labels, labels: labels).contains("1 dimension, as a file of labels"))
    #expect(problem(images, labels: images).contains("3 dimensions, as a file of images"))
    #expect(problem(images, labels: try write("three", Self.idx([3], [1, 0, 1]))).contains("3 labels for 2 images"))
    #expect(problem(try write("none", Self.idx([0, 1, 2], [])), labels: labels).contains("no pixels"))
    // The sizes of nothing may multiply to more than an integer holds.
    let huge = [0, 0, 8, 4, 0, 0, 0, 0] + [UInt8](repeating: 255, count: 12)
    #expect(problem(try write("huge", huge), labels: labels).contains("no pixels"))
    #expect(problem(try write("dark", Self.idx([2, 1, 1], [0, 0])), labels: labels).contains("every gray value is 0"))
    #expect(problem(try write("cut", Array(Self.idx([2, 1, 2], [1]))), labels: labels).contains("incomplete"))
    #expect(problem(try write("magic", [1, 2, 3, 4, 5, 6, 7, 8]), labels: labels).contains("no IDX file"))
    #expect(problem(try write("a.npy", [])).contains("numpy.savez"))
    #expect(problem(folder.path + "/missing", labels: labels).contains("cannot be read"))
    #expect(problem(folder.path).contains("it is a directory"))
    #expect(problem(folder.path + "/missing").contains("cannot be read"))

    func csv(_ text: String) throws -> String { problem(try folder.write("b.csv", text)) }
    #expect(try csv("1,2,0\n3,-4,1\n").contains("image 1, column 1: the gray value is -4.0"))
    #expect(try csv("1,2,0\n3,nan,1\n").contains("line 2"))
    #expect(try csv("1,2,0\n3,4,0.5\n").contains("image 1: the label is 0.5"))
    #expect(try csv("1,2,0\n3,4,256\n").contains("the label is 256"))
    #expect(try csv("1,2,0\n3,4,-1\n").contains("the label is -1"))
    #expect(try csv("1\n2\n").contains("one number"))
    #expect(try problem(folder.write("c.csv", "1,0\n2,1\n"), labels: labels).contains("holds its labels itself"))

    func npz(_ arrays: [NumpyFile.NamedArray]) throws -> String {
      let path = folder.path + "/b.npz"
      try NumpyFile.writeNPZ(arrays, to: path)
      return problem(path)
    }
    let (four, two) = (DenseArray(shape: [2, 2], values: [1, 2, 3, 4]), DenseArray(shape: [2], values: [0, 1]))
    #expect(try npz([("pixels", four)]).contains("no array 'images' (it holds pixels)"))
    #expect(try npz([("images", four)]).contains("no array 'labels'"))
    #expect(try npz([("images", two), ("labels", two)]).contains("array images: its shape is [2]"))
    #expect(try npz([("images", four), ("labels", four)]).contains("array labels: its shape is [2, 2]"))
    let hole = DenseArray(shape: [2, 2], values: [1, 2, .nan, 4])
    #expect(
      try npz([("images", hole), ("labels", two)]).contains("array images, image 1, pixel 0: the gray value is nan"))
    #expect(
      try npz([("images", four), ("labels", DenseArray(shape: [2], values: [0, .infinity]))]).contains(
        "the label is inf"))
  }

  @Test func whiteBelowAGrayValue() throws {
    let files = try read(try folder.write("a.csv", "16,0,3\n9,8,4\n"))
    #expect(throws: Refusal.self) { try files.images.quantized(levels: 2, white: 10) }
    // Quotients of the largest doubles stay within range.
    let large = try read(try folder.write("b.csv", "1e308,0,3\n1e308,2e307,4\n"))
    #expect(try large.images.quantized(levels: 256, white: 1e308).pixels == [255, 0, 255, 51])
  }
}

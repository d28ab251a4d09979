import ArrayFiles
import Checkers
import Foundation
import Models
import Testing

/// The user's own data as problems: dialects, masks, entries for a test.
@Suite("Reading data")
struct FileReadingTests {
  private func problem(
    _ path: String, shape: [Int] = [], _ reading: FileReading = FileReading(), mask: ObservedMask? = nil,
    observed: ObservedPart? = nil
  ) throws -> Problem {
    try Problem(
      options: ModelOptions(shape: shape, depth: 2), source: .file(path, as: reading), observed: observed, mask: mask,
      dataSeed: 1
    ) { (options) throws(Refusal) in try ModelCatalog.model("matrix", options) }
  }

  @Test("a shape is inferred where every place is there, and refused where it is not")
  func inferred() throws {
    let folder = try ScratchFolder()
    let full = try folder.write("full.csv", "i0,i1,value\n0,1,2\n1,0,3\n1,2,4\n")
    #expect(try problem(full).measurements.shape == [2, 3])
    let gap = try folder.write("gap.csv", "i0,i1,value\n0,1,2\n1,0,3\n1,3,4\n")
    let error = #expect(throws: Refusal.self) { try problem(gap) }
    #expect(
      error.map { "\($0)".contains("index 2 in i1") && "\($0)".contains("2,4") } == true, "\(String(describing: error))"
    )
    #expect(try problem(gap, shape: [2, 4]).notes.contains { $0.contains("i1 = 2") })
  }

  @Test("what is probably not meant is said: an index base, a fill value")
  func doubts() throws {
    let folder = try ScratchFolder()
    let base = try folder.write("base.csv", "i0,i1,value\n1,1,2\n2,2,3\n1,2,4\n")
    let notes = try problem(base, shape: [3, 3]).notes
    #expect(notes.count == 2 && notes.allSatisfy { $0.contains("problem.index-base 1") }, "\(notes)")
    var reading = FileReading()
    reading.dialect.indexBase = 1
    #expect(try problem(base, shape: [2, 2], reading).notes.isEmpty)
    for (value, isFill) in [
      ("-999", true), ("1e20", true), ("9999", true), ("255", true), ("12", false), ("123", false),
    ] {
      let text = "i0,i1,value\n0,0,1.5\n0,1,\(value)\n1,0,\(value)\n1,1,-3\n"
      let notes = try problem(folder.write("fill.csv", text), shape: [2, 2]).notes
      #expect(notes.contains { $0.contains("fill value") } == isFill, "\(value): \(notes)")
    }
  }

  @Test("a mask says which entries are observed; the others are held out")
  func masks() throws {
    let folder = try ScratchFolder()
    let data = try folder.write("d.csv", "i0,i1,value\n0,0,1\n0,1,2\n1,0,3\n1,1,4\n")
    for mask in [try ObservedMask("0,1:1,0"), .file(try folder.write("m.csv", "0,1\n1,0\n"))] {
      let problem = try problem(data, shape: [2, 2], mask: mask)
      #expect(problem.measurements.values == [2, 3] && problem.heldOut == [0, 3])
    }
    let partial = try folder.write("p.csv", "i0,i1,value\n0,0,1\n0,1,2\n1,0,3\n")
    for (path, mask, words) in [
      (partial, "0,0:1,1", "observes entry [1, 1]"), (data, "0,2", "outside"), (data, "0", "outside"),
      (data, folder.path + "/none.npy", "none.npy"), (data, try folder.write("bad.csv", "0,2\n1,0\n"), "is 2.0"),
      (data, try folder.write("zero.csv", "0,0\n0,0\n"), "0 everywhere"),
      (data, try folder.write("wide.csv", "0,1,1\n0,0,1\n"), "shape"),
    ] {
      let error = #expect(throws: (any Error).self) { try problem(path, shape: [2, 2], mask: try ObservedMask(mask)) }
      #expect("\(error as Any)".contains(words), "\(mask): \(String(describing: error))")
    }
    #expect(throws: Refusal.self) { try ObservedMask("0,x") }
    #expect(throws: Refusal.self) {
      try problem(data, shape: [2, 2], mask: try ObservedMask("0,1"), observed: .count(2))
    }
  }

  @Test("an array of an archive is taken by name")
  func archives() throws {
    let folder = try ScratchFolder()
    let path = folder.path + "/many.npz"
    try NumpyFile.writeNPZ(
      [("X", DenseArray(shape: [2, 2], values: [1, 2, 3, .nan])), ("Y", DenseArray(shape: [1, 1], values: [5]))],
      to: path)
    let problem = try problem(path + ":X")
    #expect(problem.measurements.count == 3 && problem.notes.contains { $0.contains("not used: Y") })
    let error = #expect(throws: Refusal.self) { try self.problem(path + ":Z") }
    #expect(error.map { "\($0)".contains("X, Y") } == true)
  }

  @Test("entries for a test are kept out of the measurements, in the same places")
  func test() throws {
    let folder = try ScratchFolder()
    let train = try folder.write("train.csv", "user,item,rating\na,x,1\nb,y,2\nb,x,3\n")
    var reading = FileReading()
    reading.dialect.columns = ["user", "item", "rating"]
    reading.test = try folder.write("test.csv", "user,item,rating\na,y,4\nc,x,5\n")
    let problem = try problem(train, reading)
    #expect(problem.measurements.shape == [3, 2] && problem.measurements.count == 3)
    #expect(problem.labels.map(\.labels) == [["a", "b", "c"], ["x", "y"]])
    #expect(problem.labels.map(\.heading) == ["user", "item"])
    let test = try #require(problem.test)
    #expect(test.values == [4, 5])
    // c is in the test alone.
    #expect(problem.notes.contains { $0.contains("user = 2") })
    reading.test = try folder.write("both.csv", "user,item,rating\na,x,4\n")
    let error = #expect(throws: Refusal.self) { try self.problem(train, reading) }
    #expect(error.map { "\($0)".contains("observed as well") } == true)
  }
}

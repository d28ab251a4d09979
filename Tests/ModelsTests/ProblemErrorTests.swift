import ArrayFiles
import Checkers
import Models
import Testing

@Suite("Problems that cannot be posed")
struct ProblemErrorTests {
  /// One impossible problem and words its error must contain.
  struct Case: Sendable, CustomTestStringConvertible {
    var model = "cp"
    var options = ModelOptions(shape: [4, 5, 3], components: 2)
    var source = TargetSource.generated(rank: 2, norm: 1)
    var kind = MeasurementKind.entries
    var observed: ObservedPart?
    var samples: Int?
    let words: String
    var testDescription: String { words }
  }

  @Test(
    "are refused with the value and the remedy",
    arguments: [
      Case(observed: .count(0), words: "0 observed entries"), Case(observed: .count(-3), words: "-3 observed entries"),
      Case(observed: .count(61), words: "only 60 entries"),
      Case(observed: .count(.max), words: "problem.observed 60 or less"),
      Case(observed: .fraction(0), words: "observed fraction is 0.0"),
      Case(observed: .fraction(-0.5), words: "-0.5"), Case(observed: .fraction(1.5), words: "1.5"),
      Case(observed: .fraction(.nan), words: "nan"), Case(observed: .fraction(.infinity), words: "inf"),
      Case(source: .generated(rank: 0, norm: 1), words: "rank is 0"),
      Case(source: .generated(rank: -1, norm: 1), words: "problem.rank"),
      Case(source: .generated(rank: 13, norm: 1), words: "problem.rank 12 or less"),
      Case(source: .generated(rank: .max, norm: 1), words: "problem.rank 12 or less"),
      Case(source: .generated(rank: 1, norm: 0), words: "target norm is 0"),
      Case(source: .generated(rank: 1, norm: -1), words: "problem.target-norm"),
      Case(source: .generated(rank: 1, norm: .nan), words: "nan"),
      Case(source: .generated(rank: 1, norm: .infinity), words: "inf"),
      Case(options: .init(shape: [], components: 2), words: "problem.shape"),
      Case(options: .init(shape: [4, 0], components: 2), words: "below 1"),
      Case(options: .init(shape: [4, -1], components: 2), words: "below 1"),
      Case(options: .init(shape: [.max, .max], components: 2), words: "memory limit"),
      Case(options: .init(shape: [1 << 20, 1 << 20], components: 2), words: "memory limit"),
      Case(kind: .entries, samples: 5, words: "problem.samples 5"), Case(kind: .gaussian, words: "problem.samples"),
      Case(kind: .gaussian, samples: 0, words: "problem.samples"),
      Case(kind: .rankOne, samples: -2, words: "problem.samples"),
      Case(kind: .gaussian, observed: .count(3), samples: 3, words: "problem.observed does not go with sensing"),
      Case(kind: .gaussian, samples: .max, words: "memory limit"),
      Case(kind: .rankOne, samples: .max, words: "memory limit"),
      Case(options: .init(shape: [300, 300, 300], components: 2), kind: .rankOne, samples: 2, words: "at most"),
      Case(model: "parafac", words: "matrix, cp"),
      Case(source: .file("/nonexistent/data.csv"), words: "data.csv"),
      Case(source: .file("/nonexistent/data.txt"), words: "ending"),
      Case(source: .file(""), words: "ending"),
    ])
  func refused(_ given: Case) {
    do {
      _ = try Problem(
        model: given.model, options: given.options, source: given.source, kind: given.kind,
        observed: given.observed, samples: given.samples, dataSeed: 1)
      Issue.record("was accepted")
    } catch {
      #expect("\(error)".contains(given.words), "\(error)")
    }
  }

  @Test("files that hold no data for the model")
  func files() throws {
    let folder = try ScratchFolder()
    func array(_ shape: [Int], _ values: [Double]) -> DenseArray { DenseArray(shape: shape, values: values) }
    func npy(_ name: String, _ data: DenseArray) throws -> String {
      try NumpyFile.writeNPY(data, to: folder.path + "/" + name)
      return folder.path + "/" + name
    }
    let two = folder.path + "/two.npz"
    try NumpyFile.writeNPZ([("a", array([1, 1], [1])), ("b", array([1, 1], [1]))], to: two)
    let good = "i0,i1,value\n0,1,2.5\n"
    let cases: [(path: String, shape: [Int], words: String)] = [
      (try npy("inf.npy", array([2, 2], [1, 2, .infinity, 4])), [], "[1, 0] is infinite"),
      (try npy("nan.npy", array([1, 2], [.nan, .nan])), [], "every entry is NaN"),
      (try npy("shape.npy", array([2, 2], [1, 2, 3, 4])), [4], "drop problem.shape"),
      (try npy("scalar.npy", array([], [1])), [], "shape []"),
      (try npy("empty.npy", array([0, 2], [])), [], "[0, 2]"),
      (try npy("order.npy", array([4], [1, 2, 3, 4])), [], "order 2"),
      (two, [], "none is called 'data'"),
      (try folder.write("noshape.csv", good), [], "problem.shape"),
      (try folder.write("out.csv", "i0,i1,value\n0,9,2.5\n"), [2, 2], "9"),
      (try folder.write("negative.csv", "i0,i1,value\n0,-1,2.5\n"), [2, 2], "-1"),
      (try folder.write("twice.csv", good + "0,1,3\n"), [2, 2], "twice.csv"),
      (try folder.write("nan.csv", "i0,i1,value\n0,1,nan\n"), [2, 2], "nan"),
      (try folder.write("header.csv", "a,b,c\n0,1,2\n"), [2, 2], "header.csv"),
      (try folder.write("empty.csv", ""), [2, 2], "empty.csv"),
      (try folder.write("none.csv", "i0,i1,value\n"), [2, 2], "none.csv"),
      (try folder.write("order.csv", good), [2, 2, 2], "order.csv"),
      (try folder.write("huge.csv", good), [.max, .max], "huge.csv"),
      (folder.path, [2, 2], "ending"),
    ]
    for (path, shape, words) in cases {
      do {
        _ = try Problem(
          model: "matrix", options: .init(shape: shape, depth: 2), source: .file(path), dataSeed: 1)
        Issue.record("\(path) was accepted")
      } catch {
        #expect("\(error)".lowercased().contains(words.lowercased()), "\(error)")
      }
    }
  }
}

import ArrayFiles
import Foundation
import Testing

/// Entries in the dialects that data come in.
@Suite("Texts of entries")
struct EntryTextTests {
  private func read(
    _ text: String, columns: [String]? = nil, base: Int? = nil, shape: [Int] = []
  ) throws -> LabelledEntries {
    try EntryText.parse(
      [(Array(text.utf8), "data.txt")], EntryDialect(columns: columns, indexBase: base), shape: shape)[0]
  }

  private static let rows: [(Int, Int, Double)] = [(0, 1, 3.5), (2, 0, -1), (1, 1, 0.25)]

  /// The same entries as any program may write them.
  static let dialects: [(name: String, text: String, columns: [String]?, base: Int?)] = [
    ("semicolons", "i0;i1;value\n0;1;3.5\n2;0;-1\n1;1;.25\n", nil, nil),
    ("tabs", "i0\ti1\tvalue\r\n0\t1\t3.5\r\n2\t0\t-1\r\n1\t1\t2.5e-1\r\n", nil, nil),
    ("quotes", "\"i0\",\"i1\",\"value\"\n\"0\",\"1\",\"3.5\"\n2,\"0\",-1\n 1 , 1 , 0.25", nil, nil),
    ("comments", "# made by hand\n\ni0,i1,value\n% more\n0,1,3.5\n2,0,-1\n\n1,1,0.25\n", nil, nil),
    ("an index column", ",user,item,rating\n0,0,1,3.5\n1,2,0,-1\n2,1,1,.25\n", ["user", "item", "rating"], 0),
    ("another order", "rating,item,user\n3.5,1,0\n-1,0,2\n.25,1,1\n", ["user", "item", "rating"], 0),
    ("from 1, by blanks", "1 2 3.5 881250949\n3 1 -1 881250949\n2  2 0.25 881250949\n", ["1", "2", "3"], 1),
    ("double colons", "1::2::3.5::9\n3::1::-1::9\n2::2::.25::9\n", ["1", "2", "3"], 1),
    ("numbered columns below a header", "u,i,r\n0,1,3.5\n2,0,-1\n1,1,0.25\n", ["1", "2", "3"], 0),
    ("a byte order mark", "\u{FEFF}i0;i1;value\n0;1;3.5\n2;0;-1\n1;1;0.25", nil, nil),
  ]

  @Test("every dialect gives the same entries", arguments: dialects.indices)
  func same(k: Int) throws {
    let (name, text, columns, base) = Self.dialects[k]
    for shape in [[3, 2], []] {
      let read = try read(text, columns: columns, base: base, shape: shape)
      #expect(read.table.shape == [3, 2] && read.labels.isEmpty, "\(name)")
      #expect(read.table.indices == Self.rows.flatMap { [Int32($0.0), Int32($0.1)] }, "\(name)")
      #expect(read.table.values == Self.rows.map(\.2), "\(name)")
    }
  }

  @Test("labels become indices: numbers ascending, texts by their bytes, the same in a further text")
  func labels() throws {
    let first = "userId,movieId,rating,timestamp\n10,\"Toy, Story\",4.0,1\n9,Heat,3.5,1\n10,Heat,1,2\n"
    let second = "userId,movieId,rating,timestamp\n100,Alien,5,1\n9,\"Toy, Story\",2,1\n"
    let dialect = EntryDialect(columns: ["userId", "movieId", "rating"])
    let read = try EntryText.parse([(Array(first.utf8), "a"), (Array(second.utf8), "b")], dialect)
    for text in read {
      #expect(text.labels == [["9", "10", "100"], ["Alien", "Heat", "Toy, Story"]])
      #expect(text.headings == ["userId", "movieId"] && text.table.shape == [3, 3])
    }
    #expect(read[0].table.indices == [1, 2, 0, 1, 1, 1] && read[0].table.values == [4, 3.5, 1])
    #expect(read[1].table.indices == [2, 0, 0, 2] && read[1].table.values == [5, 2])
    // A shape that was asked for may be larger.
    let wide = try EntryText.parse([(Array(first.utf8), "a")], dialect, shape: [4, 5])[0]
    #expect(wide.table.shape == [4, 5] && wide.labels == [["9", "10"], ["Heat", "Toy, Story"]])
  }

  @Test("compressed bytes are read like others")
  func compressed() throws {
    let folder = NSTemporaryDirectory() + "/entries-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data("i0;i1;value\n0;1;3.5\n2;0;-1\n1;1;.25\n".utf8).write(to: URL(fileURLWithPath: folder + "/d.csv"))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/gzip")
    process.arguments = [folder + "/d.csv"]
    try process.run()
    process.waitUntilExit()
    let bytes = try FileBytes.read(folder + "/d.csv.gz")
    let read = try EntryText.parse([(bytes, "d.csv.gz")], EntryDialect())[0]
    #expect(read.table.values == Self.rows.map(\.2))
    let error = #expect(throws: FileError.self) {
      try EntryText.parse([(Array(bytes.dropLast(9)), "d.csv.gz")], EntryDialect())
    }
    #expect(error?.problem.contains("damaged") == true)
    let limited = #expect(throws: FileError.self) {
      try EntryText.parse([(bytes, "d.csv.gz")], EntryDialect(), memoryLimit: 10)
    }
    #expect(limited?.problem.contains("memory limit") == true)
  }

  @Test(
    "what cannot be read is refused with its line",
    arguments: [
      ("", nil, nil, "data.txt", "it is empty"), ("# x\n", ["1", "2"], nil, "data.txt", "no entry"),
      ("i0,i1,value\n", nil, nil, "line 1", "no entry below"),
      ("a,b,c\n1,2,3\n", nil, nil, "line 1", "problem.columns a,b,c"),
      ("a,b,c\n1,2,3\n", ["a", "x", "c"], nil, "line 1", "no column 'x'"),
      ("1,2,3\n", ["1", "2", "4"], 0, "line 1", "no column '4'"),
      ("1,2,3\n1,2\n", ["1", "2", "3"], 0, "line 2", "2 columns where the first line has 3"),
      ("1,2,3\n1,3,x\n", ["1", "2", "3"], 0, "line 2", "'x' is not a finite number"),
      ("1;2;3\n1;3;0,5\n", ["1", "2", "3"], 0, "line 2", "decimal point"),
      ("1,2,3\n1,3,nan\n", ["1", "2", "3"], 0, "line 2", "'nan' is not a finite number"),
      ("1,2,3\n0,1,3\n", ["1", "2", "3"], 1, "line 2", "index 0 is outside 1"),
      ("1,2,3\n1.0,1,3\n", ["1", "2", "3"], 1, "line 2", "'1.0' is not an integer"),
      ("1,2,3\n\n# no\n1,2,4\n", ["1", "2", "3"], 1, "line 4", "(1, 2) was already given in line 1"),
      ("u,i,r\nx,y,3\nx,y,4\n", ["u", "i", "r"], nil, "line 3", "(x, y) was already given in line 2"),
      ("1,2,3\n\"1,2,3\n", ["1", "2", "3"], 1, "line 2", "quote is not closed"),
      ("1,2,3\n\"1\"2,2,3\n", ["1", "2", "3"], 1, "line 2", "behind a closing quote"),
      ("\u{FFFE}", nil, nil, "line 1", "header"),
    ] as [(String, [String]?, Int?, String, String)])
  func refused(text: String, columns: [String]?, base: Int?, place: String, words: String) {
    let error = #expect(throws: FileError.self) { try read(text, columns: columns, base: base) }
    #expect(error.map { "\($0)".contains(words) && "\($0)".contains(place) } == true, "\(String(describing: error))")
  }

  @Test("an index beyond the shape asked for is refused, and as many columns as it has dimensions")
  func shapes() {
    let beyond = #expect(throws: FileError.self) {
      try read("1,2,3\n4,1,3\n", columns: ["1", "2", "3"], base: 1, shape: [3, 3])
    }
    #expect(beyond?.problem.contains("index 4 is outside 1…3") == true && beyond?.place == "line 2")
    let order = #expect(throws: FileError.self) {
      try read("1,2,3\n", columns: ["1", "2", "3"], base: 1, shape: [3, 3, 3])
    }
    #expect(order?.problem.contains("2 columns of indices") == true)
  }

  @Test("no bytes crash the reader")
  func random() {
    var state: UInt64 = 3
    func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
    let alphabet = Array("0123456789,;\t:\"\n\r#.-+eE i01value\u{00e9}".utf8) + [0, 0xff, 0xc3]
    for _ in 0..<3000 {
      let bytes = (0..<Int(next() % 60)).map { _ in alphabet[Int(next() % UInt64(alphabet.count))] }
      for dialect in [
        EntryDialect(), EntryDialect(columns: ["1", "2"], indexBase: 0), EntryDialect(columns: ["1", "2", "3"]),
      ] {
        _ = try? EntryText.parse([(bytes, "x")], dialect)
      }
    }
  }
}

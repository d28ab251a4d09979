import ArrayFiles
import Testing

@Suite struct EntryCSVTests {
  private func parse(_ text: String, _ shape: [Int] = [3, 4]) throws(FileError) -> EntryTable {
    try EntryCSV.parse(Array(text.utf8), shape: shape, name: "in.csv")
  }

  @Test func plain() throws {
    let table = try parse("i0,i1,value\n0,1,0.5\n2,3,-1e-3\n")
    #expect(table == EntryTable(shape: [3, 4], indices: [0, 1, 2, 3], values: [0.5, -1e-3]))
    #expect(table.count == 2)
  }

  @Test func lineEndsBlanksAndByteOrderMark() throws {
    let expected = EntryTable(shape: [3, 4], indices: [0, 1, 2, 3], values: [0.5, 7])
    for text in [
      "i0,i1,value\r\n0,1,0.5\r\n2,3,7\r\n", "i0,i1,value\n0,1,0.5\n2,3,7",
      "\u{feff}i0, i1, value\n 0 ,\t1, 0.5 \n2,3,+7.\n\n\r\n ",
      "i0,i1,value\n00,01,.5\n2,3,0.07e2\n", "i0,i1,value\n\n0,1,0.5\n \t\n\r\n\n2,3,7\n",
    ] { #expect(try parse(text) == expected) }
  }

  @Test func otherOrders() throws {
    #expect(try parse("i0,value\n2,1\n", [3]) == EntryTable(shape: [3], indices: [2], values: [1]))
    // Order 64 with 2⁶⁴ entries, more than an integer counts.
    let shape = [Int](repeating: 2, count: 64)
    let header = (0..<64).map { "i\($0)," }.joined() + "value\n"
    let zeros = String(repeating: "0,", count: 64)
    let ones = String(repeating: "1,", count: 64)
    let table = try parse(header + zeros + "1\n" + ones + "2\n", shape)
    #expect(table.values == [1, 2])
    expectMalformed(
      fileError { () throws(FileError) in _ = try parse(header + zeros + "1\n" + ones + "2\n" + zeros + "3\n", shape) },
      place: "line 4", ["line 2"])
  }

  /// Against `Double(String)`, which is not used by the reader: all bits equal.
  @Test func decimalsRoundCorrectly() throws {
    var texts = [
      "0", "-0", "1e22", "1e23", "9007199254740993", "9007199254740992", "0.1", "123456789012345678901234567890",
      "4.9e-324", "2.4703282292062328e-324", "2.4703282292062327e-324", "1.7976931348623157e308", "8.41e-45", "1e-400",
      "0.000000000000000000000000000000000000001", "6.02214076E+23",
      "0.3000000000000000166533453693773481063544750213623",
      "1" + String(repeating: "0", count: 300), "0." + String(repeating: "0", count: 300) + "123456789",
    ]
    var state: UInt64 = 1
    for _ in 0..<5000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let value = Double(bitPattern: state)
      if value.isFinite { texts.append("\(value)") }
      texts.append("\(Double(Int64(bitPattern: state) >> 20) / 1e6)")
    }
    let lines = texts.indices.map { "\($0),\(texts[$0])\n" }.joined()
    let values = try parse("i0,value\n" + lines, [texts.count]).values
    for (text, value) in zip(texts, values) {
      #expect(value.bitPattern == Double(text)!.bitPattern, "\(text)")
    }
  }

  private static let malformed: [(text: String, place: String?, words: [String])] = [
    ("", nil, ["empty"]),
    ("\n\n  \n", nil, ["empty"]),
    ("i0,i1,value\n", "line 2", ["no entry"]),
    ("0,1,0.5\n", "line 1", ["header", "'0,1,0.5'", "i0,i1,value"]),
    ("i0;i1;value\n0;1;0.5\n", "line 1", ["commas"]),
    ("\"i0\",\"i1\",\"value\"\n0,1,0.5\n", "line 1", ["without quotes"]),
    ("i0,i1,value\r0,1,0.5\r", "line 1", ["LF or CRLF"]),
    ("i0,i1,i2,value\n0,1,1,0.5\n", "line 1", ["i0,i1,value", "3×4"]),
    ("i0,i1,value\n0,1,0.5\n0,1\n", "line 3", ["2 columns", "3"]),
    ("i0,i1,value\n0,0.5\n", "line 2", ["2 columns"]),
    ("i0,i1,value\n0,1,2,0.5\n", "line 2", ["4 columns"]),
    ("i0,i1,value\n5\n", "line 2", ["1 column "]),
    ("i0,i1,value\n\n0,1,0.5\n \n\n0,1,1\n", "line 6", ["(0, 1)", "line 3"]),
    ("i0,i1,value\n0,1,0.5\n\n\n0,9,1\n", "line 5", ["index 9"]),
    ("i0,i1,value\n\n \n", "line 2", ["no entry"]),
    ("i0,i1,value\n0,x,0.5\n", "line 2", ["'x'", "i1", "not an integer"]),
    ("i0,i1,value\n1.0,1,0.5\n", "line 2", ["'1.0'", "i0", "not an integer"]),
    ("i0,i1,value\n,1,0.5\n", "line 2", ["''", "i0"]),
    ("i0,i1,value\n0,1e0,0.5\n", "line 2", ["'1e0'"]),
    ("i0,i1,value\n1 1,1,0.5\n", "line 2", ["'1 1'"]),
    ("i0,i1,value\n\"0\",1,0.5\n", "line 2", ["'\"0\"'", "quotes"]),
    ("i0,i1,value\n-1,1,0.5\n", "line 2", ["index -1", "0…2"]),
    ("i0,i1,value\n0,4,0.5\n", "line 2", ["index 4", "i1", "0…3", "count from 0"]),
    ("i0,i1,value\n99999999999999999999999,0,0.5\n", "line 2", ["99999999999999999999999", "0…2"]),
    ("i0,i1,value\n0,1,nan\n", "line 2", ["'nan'", "leave out"]),
    ("i0,i1,value\n0,1,-inf\n", "line 2", ["'-inf'", "finite"]),
    ("i0,i1,value\n0,1,\n", "line 2", ["''", "leave out"]),
    ("i0,i1,value\n0,1,1e999\n", "line 2", ["1e999", "largest double"]),
    ("i0,i1,value\n0,1,0x10\n", "line 2", ["'0x10'"]),
    ("i0,i1,value\n0,1,1.2.3\n", "line 2", ["'1.2.3'"]),
    ("i0,i1,value\n0,1,1e\n", "line 2", ["'1e'"]),
    ("i0,i1,value\n0,1,.\n", "line 2", ["'.'"]),
    ("i0,i1,value\n0,1,--1\n", "line 2", ["'--1'"]),
    ("i0,i1,value\n0,1,0.5 # mine\n", "line 2", ["# mine"]),
    ("i0,i1,value\n0,1,0.5\r0,2,1\n", "line 2", ["carriage return"]),
    ("i0,i1,value\n0,1,0.5\n1,2,1\n0,1,0.5\n", "line 4", ["(0, 1)", "line 2"]),
  ]

  @Test(arguments: malformed.indices)
  func malformedText(_ k: Int) {
    let (text, place, words) = Self.malformed[k]
    let error = fileError { () throws(FileError) in _ = try parse(text) }
    expectMalformed(error, place: place, words + ["in.csv"])
  }

  @Test func malformedShapes() {
    for shape in [[], [0, 3], [-1], [1 << 40]] {
      expectMalformed(fileError { () throws(FileError) in _ = try parse("i0,value\n0,1\n", shape) }, ["shape"])
    }
  }

  @Test func unusualBytes() {
    for byte in UInt8.min...UInt8.max {
      let text = Array("i0,value\n0,".utf8) + [byte] + Array("1\n".utf8)
      let table = try? EntryCSV.parse(text, shape: [2])
      let harmless: [UInt8] = [0x20, 0x09, 0x2b, 0x2d, 0x2e] + Array(0x30...0x39)
      #expect((table != nil) == harmless.contains(byte), "\(byte)")
    }
  }
}

import ArrayFiles
import Testing

@Suite("Matrices as CSV")
struct MatrixCSVTests {
  @Test("rows of numbers, with or without names of the columns")
  func reading() throws {
    let expected = DenseArray(shape: [2, 3], values: [1, -2.5, 3e-2, 4, 5, 6])
    for text in [
      "1,-2.5,3e-2\n4,5,6\n", "1,-2.5,3e-2\n4,5,6", "a,b,c\n1,-2.5,0.03\n4,5,6\n\n\n",
      "\n1,-2.5,3e-2\n \n\r\n4,5,6", "\n\na,b,c\n\n1,-2.5,0.03\n4,5,6",
      "\u{feff}1 ,\t-2.5,3e-2\r\n4,5,6\r\n",
      "\"first, x\"\n1,-2.5,3e-2\n4,5,6".replacing("first, x\"", with: "x\",y2,é"),
    ] {
      #expect(try MatrixCSV.parse(Array(text.utf8)) == expected, "\(text)")
    }
    #expect(try MatrixCSV.parse(Array("7\n".utf8)) == DenseArray(shape: [1, 1], values: [7]))
    #expect(try MatrixCSV.parse(Array("class\n0\n2\n".utf8)) == DenseArray(shape: [2, 1], values: [0, 2]))
  }

  @Test(
    "what is no matrix is refused with its line",
    arguments: [
      ("", ["no row"]), ("\n\n", ["no row"]), ("a,b\n", ["no row"]), ("1,2\n3\n", ["line 2", "1 number", "2"]),
      ("1,2\n3,4,5\n", ["line 2", "3 numbers"]), ("1,2\n\n3\n", ["line 3", "1 number"]),
      ("1,2\n3,x\n", ["line 2", "'x'", "column 1"]),
      ("1,nan\n", ["line 1", "'nan'", "column 1"]), ("nan,nan\n1,2\n", ["line 1", "'nan'"]),
      ("1,2\ninf,3\n", ["line 2", "'inf'"]), ("1,1e999\n", ["1e999"]), ("1,\n", ["line 1", "''"]), ("1;2\n", ["'1;2'"]),
      ("a,1\n2,3\n", ["line 1", "'a'"]), ("1,0x10\n", ["0x10"]),
    ])
  func refusals(_ text: String, _ words: [String]) {
    let error = #expect(throws: FileError.self) { _ = try MatrixCSV.parse(Array(text.utf8), name: "m.csv") }
    for word in words + ["m.csv"] {
      #expect(error?.description.contains(word) == true, "\(word) in \(String(describing: error))")
    }
  }
}

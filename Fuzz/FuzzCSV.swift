// sources: Sources/ArrayFiles
// flags: -I Sources/ArrayFiles/CZlib -lz

/// Arbitrary bytes as a CSV of entries: an error or entries in range, finite and distinct; the first byte chooses the
/// shape. The same bytes as a matrix: an error or finite numbers, a full row a line.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCSV(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 0 else { return 0 }
  let shapes = [[3], [10, 10], [2, 3, 4], [Int](repeating: 2, count: 64)]
  let shape = shapes[Int(start[0]) % shapes.count]
  let bytes = Array(UnsafeBufferPointer(start: start + 1, count: count - 1))
  checkMatrix(bytes)
  do {
    let table = try EntryCSV.parse(bytes, shape: shape)
    precondition(table.count > 0 && table.indices.count == table.count * shape.count)
    precondition(table.values.allSatisfy(\.isFinite))
    precondition(table.indices.indices.allSatisfy { (0..<shape[$0 % shape.count]).contains(Int(table.indices[$0])) })
    var seen = Set<[Int32]>()
    for k in 0..<table.count {
      let isNew = seen.insert(Array(table.indices[k * shape.count..<(k + 1) * shape.count])).inserted
      precondition(isNew)
    }
    // The text of what was read reads back the same.
    var text = shape.indices.map { "i\($0)," }.joined() + "value\n"
    for k in 0..<table.count {
      text += table.indices[k * shape.count..<(k + 1) * shape.count].map { "\($0)," }.joined()
      text += "\(table.values[k])\n"
    }
    let again = try? EntryCSV.parse(Array(text.utf8), shape: shape)
    precondition(again == table)
  } catch {
    precondition(!error.description.isEmpty && !error.remedy.isEmpty)
  }
  return 0
}

private func checkMatrix(_ bytes: [UInt8]) {
  do {
    let matrix = try MatrixCSV.parse(bytes)
    let columns = matrix.shape[1]
    precondition(matrix.shape.count == 2 && matrix.shape[0] > 0 && columns > 0)
    precondition(matrix.values.allSatisfy(\.isFinite))
    // The text of what was read reads back the same.
    let lines = stride(from: 0, to: matrix.values.count, by: columns).map { row in
      matrix.values[row..<row + columns].map { "\($0)" }.joined(separator: ",") + "\n"
    }
    let again = try? MatrixCSV.parse(Array(lines.joined().utf8))
    precondition(again == matrix)
  } catch {
    precondition(!error.description.isEmpty && !error.remedy.isEmpty)
  }
}

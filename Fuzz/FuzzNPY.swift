// sources: Sources/ArrayFiles
// flags: -I Sources/ArrayFiles/CZlib -lz

/// Arbitrary bytes as an NPY file: an error or as many values as the shape says.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzNPY(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    let array = try NumpyFile.parseNPY(bytes, memoryLimit: 1 << 22)
    precondition(array.values.count == DenseArray.elementCount(array.shape))
    precondition(array.values.count <= 1 << 19)
    // A header for the same shape is understood.
    let header = NumpyHeader.encode(shape: array.shape)
    let again = header.withUnsafeBytes { try? NumpyHeader($0) }
    precondition(again?.shape == array.shape && again?.dataOffset == header.count)
  } catch {
    precondition(!error.description.isEmpty && !error.remedy.isEmpty)
  }
  return 0
}

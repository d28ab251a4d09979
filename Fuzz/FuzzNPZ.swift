// sources: Sources/ArrayFiles
// flags: -I Sources/ArrayFiles/CZlib -lz

/// Arbitrary bytes as an NPZ file, and, because checksums keep most changes from the decompressor, as deflate data too.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzNPZ(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    let arrays = try NumpyFile.parseNPZ(bytes, memoryLimit: 1 << 22)
    precondition(!arrays.isEmpty && Set(arrays.map(\.name)).count == arrays.count)
    for (_, array) in arrays { precondition(array.values.count == DenseArray.elementCount(array.shape)) }
  } catch {
    precondition(!error.description.isEmpty && !error.remedy.isEmpty)
  }
  if count > 2 {
    let size = Int(bytes[0]) | Int(bytes[1]) << 8
    let expanded = bytes.withUnsafeBytes { try? Deflate.expand(UnsafeRawBufferPointer(rebasing: $0[2...]), size: size) }
    precondition(expanded == nil || expanded?.count == size)
  }
  return 0
}

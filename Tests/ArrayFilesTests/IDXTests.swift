import ArrayFiles
import Testing

/// The format as its authors describe it, spelled out byte by byte; the compressed ones were made by Python's gzip.
@Suite("IDX files")
struct IDXTests {
  /// Two images of 2 × 3 pixels.
  static let plain: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3] + (1...12).map { UInt8(20 * $0) }
  /// The same by Python's gzip.compress(…, mtime=0).
  static let compressed: [UInt8] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 99, 96, 224, 96, 102, 96, 96, 96, 130, 98,
    102, 17, 13, 155, 128, 148, 138, 158, 5, 91, 78, 220, 249, 0, 0, 161, 151, 181, 81, 28,
    0, 0, 0,
  ]

  private func problem(_ bytes: [UInt8], limit: Int = 1 << 20) -> String {
    do {
      _ = try IDXFile.parse(bytes, name: "a.idx", memoryLimit: limit)
      return "none"
    } catch { return "\(error)" }
  }

  @Test func readsPlainAndCompressed() throws {
    for bytes in [Self.plain, Self.compressed] {
      let array = try IDXFile.parse(bytes)
      #expect(array.shape == [2, 2, 3])
      #expect(array.values == (1...12).map { UInt8(20 * $0) })
    }
    let labels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 0]
    #expect(try IDXFile.parse(labels).values.isEmpty)
  }

  @Test func everyTruncationIsAnError() {
    for count in 0..<Self.plain.count {
      #expect(problem(Array(Self.plain.prefix(count))).contains("incomplete"), "\(count)")
    }
    for count in 0..<Self.compressed.count {
      #expect(problem(Array(Self.compressed.prefix(count))) != "none", "\(count)")
    }
    #expect(problem(Self.plain + [0]).contains("1 bytes follow the array of shape"))
    #expect(problem(Self.compressed + [0]) != "none")
  }

  @Test func wrongHeadersAreNamed() {
    var bytes = Self.plain
    bytes[0] = 0x93
    #expect(problem(bytes).contains("a.idx, header: it starts with 93000803"))
    bytes = Self.plain
    bytes[2] = 0x0d
    #expect(problem(bytes).contains("0x0d, 32-bit floats"))
    bytes[2] = 0x77
    #expect(problem(bytes).contains("which IDX does not know"))
    bytes = Self.plain
    bytes[3] = 0
    #expect(problem(bytes).contains("0 dimensions"))
    bytes[3] = 255
    #expect(problem(bytes).contains("255 dimensions"))
  }

  @Test func declaredSizesAreCheckedBeforeAllocation() {
    var bytes = Self.plain
    for k in 4..<16 { bytes[k] = 0xff }
    #expect(problem(bytes).contains("multiply to more than an integer holds"))
    bytes = Self.plain
    bytes[4] = 0x7f
    #expect(problem(bytes, limit: 1 << 50).contains("incomplete"))
    #expect(problem(bytes).contains("memory limit"))
    // A compressed file of 12 GiB in a few bytes.
    #expect(problem(Self.bomb, limit: 1 << 50).contains("can expand to"))
    #expect(problem(Self.bomb).contains("memory limit"))
  }

  /// gzip of the header alone, that declares 2³¹ images of 2 × 3.
  static let bomb: [UInt8] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 99, 96, 224, 96, 110, 96, 0, 3, 38, 32,
    102, 6, 0, 151, 84, 38, 225, 16, 0, 0, 0,
  ]

  /// Bits that pad the compressed data to a whole byte say nothing; any other that is flipped is seen.
  @Test func damageIsSeenByTheChecksum() throws {
    let array = try IDXFile.parse(Self.plain)
    var harmless = 0
    for k in 10..<Self.compressed.count {
      var bytes = Self.compressed
      bytes[k] ^= 0x10
      if let read = try? IDXFile.parse(bytes) {
        #expect(read == array, "byte \(k)")
        harmless += 1
      }
    }
    #expect(harmless <= 1)
  }
}

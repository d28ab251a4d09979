import ArrayFiles
import Testing

@Suite struct ArchiveMalformedTests {
  private let stored = base64(numpyArchives[0].file)
  private let deflated = base64(numpyArchives[1].file)

  private func error(_ file: [UInt8], memoryLimit: Int = 1 << 20) -> FileError? {
    fileError { () throws(FileError) in _ = try NumpyFile.parseNPZ(file, name: "in.npz", memoryLimit: memoryLimit) }
  }

  /// Where the k-th central directory entry starts.
  private func entry(_ file: [UInt8], _ k: Int) -> Int {
    file.indices.dropLast(3).filter { file[$0..<$0 + 4].elementsEqual([0x50, 0x4b, 1, 2]) }[k]
  }

  private func changed(_ file: [UInt8], _ changes: [Int: UInt8]) -> [UInt8] {
    var file = file
    for (offset, byte) in changes { file[offset] = byte }
    return file
  }

  @Test func notAnArchive() {
    expectMalformed(error([]), ["empty"])
    expectMalformed(error(Array("hello, world, this is no archive".utf8)), ["no ZIP directory"])
    expectMalformed(error(base64(numpyArrays[0].file)), ["NPY array", "rename"])
    expectMalformed(error([0x50, 0x4b, 5, 6] + [UInt8](repeating: 0, count: 18)), ["no arrays"])
  }

  @Test(arguments: [0, 1, 2])
  func everyPrefixIsRefused(_ k: Int) {
    let file = base64(numpyArchives[k].file)
    for count in 0..<file.count { #expect(error(Array(file[..<count])) != nil) }
  }

  /// No change of a single byte crashes the reader, and none goes unseen in the contents of a member.
  @Test(arguments: [0, 1])
  func everyChangedByte(_ k: Int) throws {
    let file = base64(numpyArchives[k].file)
    let arrays = try NumpyFile.parseNPZ(file).map(\.array)
    for offset in file.indices {
      for change: UInt8 in [0x01, 0x80, 0xff] {
        let changed = changed(file, [offset: file[offset] ^ change])
        if let read = try? NumpyFile.parseNPZ(changed, memoryLimit: 1 << 20), read.count == 2 {
          #expect(read.map(\.array) == arrays)
        }
      }
    }
  }

  @Test func damagedContents() {
    // The last byte before the second local header is data of W1.
    let second = stored.indices.dropLast(3).filter { stored[$0..<$0 + 4].elementsEqual([0x50, 0x4b, 3, 4]) }[1]
    expectMalformed(error(changed(stored, [second - 1: 0x55])), place: "member 'W1'", ["checksum"])
    let name = entry(deflated, 0)
    expectMalformed(error(changed(deflated, [name + 24: deflated[name + 24] + 1])), place: "member 'W1'", ["expand"])
    expectMalformed(error(changed(deflated, [name + 24: deflated[name + 24] - 1])), place: "member 'W1'", ["expand"])
  }

  @Test func structure() {
    let first = entry(stored, 0)
    let second = entry(stored, 1)
    expectMalformed(error(changed(stored, [first + 8: 1])), ["encrypted"])
    expectMalformed(error(changed(stored, [first + 10: 12])), ["method 12"])
    expectMalformed(error(changed(stored, [first: 0])), place: "directory entry 1", ["damaged"])
    expectMalformed(error(changed(stored, [first + 45: 0x7f])), ["no local header"])
    expectMalformed(error(changed(stored, [second + 46: UInt8(ascii: "x")])), ["another name"])
    expectMalformed(error(changed(stored, [first + 24: 1])), ["declares"])
    expectMalformed(error(changed(stored, [stored.count - 18: 1])), ["several disks"])
    expectMalformed(error(changed(stored, [stored.count - 7: 0x7f])), ["outside the file"])
    expectMalformed(error(changed(stored, [stored.count - 12: 255, stored.count - 14: 255])), ["entries do not fit"])
    expectMalformed(error(stored + [0]), ["no ZIP directory"])
  }

  @Test func membersThatShareBytes() {
    // Both entries point to the first member.
    let first = entry(stored, 0)
    let length = entry(stored, 1) - first
    var file = Array(stored[..<first]) + stored[first..<first + length] + stored[first..<first + length]
    file += [0x50, 0x4b, 5, 6, 0, 0, 0, 0, 2, 0, 2, 0]
    for number in [2 * length, first] { for shift in [0, 8, 16, 24] { file.append(UInt8(number >> shift & 255)) } }
    expectMalformed(error(file + [0, 0]), ["overlap"])
  }

  @Test func repeatedMember() {
    let member = (name: "W1.npy", contents: NPY.header("'|u1'", "False", "(2,)") + [1, 2], size: nil as Int?)
    expectMalformed(error(archive([member, member])), place: "member 'W1'", ["two members"])
    let other = (name: "W1", contents: [UInt8](), size: nil as Int?)
    #expect(error(archive([member, other])) == nil)
  }

  @Test func memberThatIsNoArray() {
    expectMalformed(
      error(archive([(name: "W1.npy", contents: Array("abc".utf8), size: nil)])),
      place: "member 'W1', header", ["magic"])
  }

  @Test func namesThatLeaveTheFolder() {
    for name in ["../W1.npy", "/W1.npy", "a/../W1.npy", "C:\\W1.npy", "\\W1.npy", "..\\W1.npy"] {
      let file = archive([(name: name, contents: NPY.header("'|u1'", "False", "(1,)") + [1], size: nil)])
      expectMalformed(error(file), ["no arrays"])
    }
  }

  @Test func bombs() {
    // A megabyte of zeros in a few kilobytes: above the limit; then a size that no deflate data of this length reaches.
    let bomb = zeroBomb(size: 1_000_000)
    #expect(bomb.count < 10_000)
    expectMalformed(error(bomb, memoryLimit: 100_000), place: "member 'bomb'", ["memory limit of 100000"])
    #expect(error(bomb, memoryLimit: 8_000_000) == nil)
    let directory = entry(bomb, 0)
    var liar = bomb
    for (k, byte) in [UInt8](arrayLiteral: 0, 0, 0, 0x40).enumerated() { liar[directory + 24 + k] = byte }
    expectMalformed(error(liar, memoryLimit: 8 << 30), ["more than its"])
    // Data that expand to more than declared stop there.
    liar = bomb
    for (k, byte) in [UInt8](arrayLiteral: 0, 1, 0, 0).enumerated() { liar[directory + 24 + k] = byte }
    expectMalformed(error(liar, memoryLimit: 8 << 30), place: "member 'bomb'", ["256 bytes declared"])
    // A believable size with a suspicious expansion: 400 MB of the same byte.
    expectMalformed(error(zeroBomb(size: 400_000_000), memoryLimit: 8 << 30), ["decompression bomb", "numpy.savez"])
  }
}

import ArrayFiles
import Foundation
import Testing

@Suite struct FileAccessTests {
  private func readError(_ path: String) -> FileError? {
    let error = fileError { () throws(FileError) in _ = try NumpyFile.readNPY(path) }
    #expect(error?.remedy.isEmpty == false)
    return error
  }

  @Test func whatCannotBeRead() throws {
    let scratch = try Scratch()
    let missing = readError(scratch.path + "/none.npy")
    #expect(missing?.kind == .unreadable && missing?.path == scratch.path + "/none.npy")
    #expect(missing?.description.contains("No such file") == true)
    #expect(readError(scratch.path)?.problem == "it is a directory")
    #expect(readError(scratch.path)?.kind == .unreadable)
    let pipe = scratch.path + "/pipe.csv"
    #expect(mkfifo(pipe, 0o600) == 0)
    let error = fileError { () throws(FileError) in _ = try EntryCSV.read(pipe, shape: [2]) }
    #expect(error?.kind == .unreadable && error?.problem == "it is a pipe, not a regular file")
    #expect(readError("/dev/zero")?.problem == "it is a device, not a regular file")
    #expect(readError("")?.problem == "the path is empty")
    #expect(readError("a\0b")?.problem.contains("NUL") == true)
    #expect(readError(scratch.path + "/" + String(repeating: "x", count: 5000))?.kind == .unreadable)
    let file = try scratch.write("file", [1])
    #expect(readError(file + "/below")?.kind == .unreadable)
    let empty = readError(try scratch.write("empty.npy", []))
    #expect(empty?.kind == .malformed && empty?.problem == "it is empty")
  }

  @Test func permissions() throws {
    let scratch = try Scratch()
    let path = try scratch.write("secret.npy", [1])
    chmod(path, 0)
    // The superuser reads and writes everything.
    if geteuid() != 0 {
      #expect(readError(path)?.remedy.contains("chmod") == true)
      chmod(scratch.path, 0o500)
      let error = fileError { () throws(FileError) in try AtomicFile.write("x", to: scratch.path + "/new") }
      #expect(error?.kind == .unwritable && error?.remedy.contains("folder") == true)
      chmod(scratch.path, 0o700)
    }
  }

  @Test func memoryLimitOnTheFile() throws {
    let scratch = try Scratch()
    let path = try scratch.write("big", [UInt8](repeating: 0, count: 100))
    expectMalformed(
      fileError { () throws(FileError) in _ = try FileBytes.read(path, memoryLimit: 99) }, ["100 bytes", "99"])
    #expect(try FileBytes.read(path, memoryLimit: 100).count == 100)
  }

  @Test func whatCannotBeWritten() throws {
    let scratch = try Scratch()
    func writeError(_ path: String) -> FileError? {
      let error = fileError { () throws(FileError) in try AtomicFile.write("x", to: path) }
      #expect(error?.kind == .unwritable)
      #expect(error?.remedy.isEmpty == false)
      return error
    }
    #expect(writeError(scratch.path)?.problem == "it is a directory")
    #expect(writeError(scratch.path + "/none/file")?.remedy.contains("create the folder") == true)
    #expect(writeError(scratch.path + "/none/")?.problem.contains("folder") == true)
    #expect(writeError("/dev/null")?.problem.contains("device") == true)
    #expect(writeError("")?.problem == "the path is empty")
    #expect(writeError(scratch.path + "/" + String(repeating: "x", count: 5000)) != nil)
    let file = try scratch.write("file", [1])
    #expect(writeError(file + "/below") != nil)
    #expect(scratch.names == ["file"])
    #expect(FileManager.default.fileExists(atPath: "/dev/null"))
  }

  @Test func writingReplacesAndLeavesNothingElse() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/report.json"
    try AtomicFile.write("one", to: path)
    try AtomicFile.write([UInt8]("two".utf8), to: path)
    #expect(try bytes(of: path) == Array("two".utf8))
    try AtomicFile.write([UInt8](), to: path)
    #expect(try bytes(of: path) == [])
    #expect(scratch.names == ["report.json"])
  }

  @Test func aLinkIsFollowed() throws {
    let scratch = try Scratch()
    let real = try scratch.write("real", [1])
    try FileManager.default.createSymbolicLink(atPath: scratch.path + "/link", withDestinationPath: real)
    try AtomicFile.write([9], to: scratch.path + "/link")
    #expect(try bytes(of: real) == [9])
    #expect(scratch.names == ["link", "real"])
  }

  /// A temporary file of a process that was killed goes with the next write, one that is in use stays.
  @Test func abandonedTemporariesAreRemoved() throws {
    let scratch = try Scratch()
    _ = try scratch.write(".report.json.0123456789abc.tmp", [1])
    let used = try scratch.write(".report.json.123456789abcd.tmp", [1])
    _ = try scratch.write(".report.json.mine.tmp", [1])
    let descriptor = open(used, O_RDWR)
    #expect(flock(descriptor, LOCK_EX) == 0)
    try AtomicFile.write("{}", to: scratch.path + "/report.json")
    #expect(scratch.names == [".report.json.123456789abcd.tmp", ".report.json.mine.tmp", "report.json"])
    close(descriptor)
    try AtomicFile.write("{}", to: scratch.path + "/report.json")
    #expect(scratch.names == [".report.json.mine.tmp", "report.json"])
  }

  @Test func longNames() throws {
    let scratch = try Scratch()
    let name = String(repeating: "é", count: 127)
    try AtomicFile.write("1", to: scratch.path + "/" + name)
    try AtomicFile.write("2", to: scratch.path + "/" + name)
    #expect(scratch.names == [name])
  }

  @Test func concurrentWritersLeaveOneWholeFile() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/shared"
    DispatchQueue.concurrentPerform(iterations: 16) { k in
      try? AtomicFile.write([UInt8](repeating: UInt8(k), count: 100_000), to: path)
    }
    let contents = try bytes(of: path)
    #expect(contents.count == 100_000 && Set(contents).count == 1)
    #expect(scratch.names == ["shared"])
  }
}

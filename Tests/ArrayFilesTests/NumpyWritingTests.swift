import ArrayFiles
import Foundation
import Testing

@Suite struct NumpyWritingTests {
  private let array = DenseArray(shape: [2, 3], values: [0, 1, 2, 3, 4, 5])

  /// Byte for byte what numpy.save writes for the same array.
  @Test func sameBytesAsNumpy() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/a.npy"
    for (name, file, shape, values) in numpyArrays where ["little f8", "a single number"].contains(name) {
      try NumpyFile.writeNPY(DenseArray(shape: shape, values: doubles(values)), to: path)
      #expect(try bytes(of: path) == base64(file), "\(name)")
    }
  }

  @Test func roundTrips() throws {
    let scratch = try Scratch()
    let specials = DenseArray(shape: [6], values: [0, -0.0, .infinity, -.infinity, .leastNonzeroMagnitude, 1 / 3])
    let arrays = [
      (name: "a", array: array), (name: "Ünicode", array: specials),
      (name: "empty", array: DenseArray(shape: [0, 3], values: [])),
      (name: "number", array: DenseArray(shape: [], values: [2.5])),
    ]
    try NumpyFile.writeNPZ(arrays, to: scratch.path + "/a.npz")
    let read = try NumpyFile.readNPZ(scratch.path + "/a.npz")
    #expect(read.map(\.name) == arrays.map(\.name))
    #expect(read.map(\.array) == arrays.map(\.array))
    #expect(read[1].array.values.map(\.bitPattern) == specials.values.map(\.bitPattern))
    try NumpyFile.writeNPY(specials, to: scratch.path + "/a.npy")
    #expect(try NumpyFile.readNPY(scratch.path + "/a.npy") == specials)
    try NumpyFile.writeNPZ(arrays, to: scratch.path + "/b.npz")
    #expect(try bytes(of: scratch.path + "/a.npz") == bytes(of: scratch.path + "/b.npz"))
    #expect(scratch.names == ["a.npy", "a.npz", "b.npz"])
  }

  @Test(arguments: ["", "a/b", "..", "a\\b", "c:d", "a\0"])
  func namesThatNoReaderGivesBack(_ name: String) throws {
    let scratch = try Scratch()
    let path = scratch.path + "/a.npz"
    let error = fileError { () throws(FileError) in try NumpyFile.writeNPZ([(name, array)], to: path) }
    #expect(error?.kind == .unwritable)
    #expect(scratch.names == [])
  }

  @Test func repeatedNamesAreRefused() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/a.npz"
    let written = fileError { () throws(FileError) in
      try NumpyFile.writeNPZ([("W", array), ("W", array)], to: path)
    }
    #expect(written?.problem.contains("'W'") == true)
    let streamed = fileError { () throws(FileError) in
      _ = try ArrayStream(path: path, arrays: [("W", []), ("W", [])])
    }
    #expect(streamed?.problem.contains("'W'") == true)
    #expect(scratch.names == [])
  }

  @Test(.enabled(if: Python.hasNumpy))
  func numpyReadsIt() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/a.npz"
    let stream = try ArrayStream(path: path, arrays: [("t", []), ("W1", [2, 3]), ("none", [0])])
    for k in 0..<3000 {
      try stream.append(0, [Double(k) / 7])
      try stream.append(1, (0..<6).map { Double(k * 6 + $0) })
      try stream.append(2, [])
    }
    try stream.finish(zip64Threshold: 1000)
    let program = """
      import numpy, sys, zipfile
      assert zipfile.ZipFile(sys.argv[1]).testzip() is None
      a = numpy.load(sys.argv[1])
      assert list(a) == ['t', 'W1', 'none'] and a['none'].shape == (3000, 0)
      assert (a['t'] == numpy.arange(3000) / 7).all()
      assert (a['W1'] == numpy.arange(18000.0).reshape(3000, 2, 3)).all()
      print('same')
      """
    #expect(Python.run(program, path) == "same\n")
    try NumpyFile.writeNPZ([("Ünicode", array)], to: path)
    let second = """
      import numpy, sys, zipfile
      assert zipfile.ZipFile(sys.argv[1]).testzip() is None
      print(numpy.load(sys.argv[1])['Ünicode'].tolist())
      """
    #expect(Python.run(second, path) == "[[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]\n")
  }
}

@Suite struct ArrayStreamTests {
  /// Items larger and smaller than the buffers, arrays that grow unevenly, with and without zip64 records.
  @Test(arguments: [0xffff_ffff, 100])
  func givesBackWhatWasAppended(_ threshold: Int) throws {
    let scratch = try Scratch()
    let path = scratch.path + "/trajectory.npz"
    let stream = try ArrayStream(path: path, arrays: [("t", []), ("A", [50, 101]), ("B", [3]), ("never", [2])])
    for k in 0..<40 {
      try stream.append(0, [Double(k)])
      try stream.append(1, (0..<5050).map { Double(k) + Double($0) / 8192 })
      for i in 0...k { try stream.append(2, [Double(k), Double(i), 0.5]) }
      #expect(!scratch.names.contains("trajectory.npz"))
    }
    try stream.finish(zip64Threshold: threshold)
    let arrays = try NumpyFile.readNPZ(path)
    #expect(arrays.map(\.name) == ["t", "A", "B", "never"])
    #expect(arrays.map(\.array.shape) == [[40], [40, 50, 101], [820, 3], [0, 2]])
    #expect(arrays[0].array.values == (0..<40).map(Double.init))
    let expected = (0..<40).flatMap { k in (0..<5050).map { Double(k) + Double($0) / 8192 } }
    #expect(arrays[1].array.values == expected)
    #expect(arrays[2].array.values.suffix(3) == [39, 39, 0.5])
    #expect(scratch.names == ["trajectory.npz"])
  }

  @Test func cancelAndReleaseLeaveNothing() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/trajectory.npz"
    do {
      let stream = try ArrayStream(path: path, arrays: [("A", [10000])])
      for _ in 0..<20 { try stream.append(0, [Double](repeating: 1, count: 10000)) }
    }
    #expect(scratch.names == [])
    let stream = try ArrayStream(path: path, arrays: [("A", [10000])])
    try stream.append(0, [Double](repeating: 1, count: 10000))
    stream.cancel()
    stream.cancel()
    #expect(scratch.names == [])
    #expect(fileError { () throws(FileError) in try stream.append(0, [1]) }?.problem.contains("closed") == true)
    #expect(fileError { () throws(FileError) in try stream.finish() }?.problem.contains("closed") == true)
  }

  @Test func anExistingFileStaysUntilTheEnd() throws {
    let scratch = try Scratch()
    let path = try scratch.write("trajectory.npz", [1, 2, 3])
    let stream = try ArrayStream(path: path, arrays: [("t", [])])
    try stream.append(0, [1])
    #expect(try bytes(of: path) == [1, 2, 3])
    try stream.finish()
    #expect(try NumpyFile.readNPZ(path)[0].array.values == [1])
    #expect(scratch.names == ["trajectory.npz"])
  }

  @Test func unwritableFoldersShowBeforeTheComputation() throws {
    let scratch = try Scratch()
    let error = fileError { () throws(FileError) in
      _ = try ArrayStream(path: scratch.path + "/none/trajectory.npz", arrays: [("t", [])])
    }
    #expect(error?.kind == .unwritable && error?.remedy.contains("create the folder") == true)
    #expect(fileError { () throws(FileError) in _ = try ArrayStream(path: scratch.path, arrays: []) } != nil)
  }

  @Test func manyArrays() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/a.npz"
    let count = 3000  // more than a process may have open files
    let stream = try ArrayStream(path: path, arrays: (0..<count).map { ("W\($0)", [3]) })
    for step in 0..<2 { for k in 0..<count { try stream.append(k, [Double(k), Double(step), 1]) } }
    try stream.finish()
    let arrays = try NumpyFile.readNPZ(path)
    #expect(arrays.count == count)
    #expect(arrays[2999].array.values == [2999, 0, 1, 2999, 1, 1])
  }

  @Test func appendsFromSeveralThreads() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/a.npz"
    let stream = try ArrayStream(path: path, arrays: (0..<4).map { ("W\($0)", [2]) })
    DispatchQueue.concurrentPerform(iterations: 4) { k in
      for step in 0..<5000 { try? stream.append(k, [Double(k), Double(step)]) }
    }
    try stream.finish()
    for (k, array) in try NumpyFile.readNPZ(path).enumerated() {
      #expect(array.array.values == (0..<5000).flatMap { [Double(k), Double($0)] })
    }
  }
}

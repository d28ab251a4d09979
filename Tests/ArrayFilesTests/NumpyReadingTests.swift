import ArrayFiles
import Testing

@Suite struct NumpyReadingTests {
  @Test(arguments: numpyArrays.indices)
  func everyNumberTypeAndOrder(_ k: Int) throws {
    let (name, file, shape, values) = numpyArrays[k]
    let array = try NumpyFile.parseNPY(base64(file), name: name)
    #expect(array.shape == shape, "\(name)")
    #expect(array.values.map(\.bitPattern) == doubles(values).map(\.bitPattern), "\(name)")
  }

  @Test(arguments: refusedArrays.indices)
  func whatIsNotRealNumbersIsRefusedByName(_ k: Int) {
    let (words, file) = refusedArrays[k]
    let error = fileError { () throws(FileError) in _ = try NumpyFile.parseNPY(base64(file), name: "x.npy") }
    expectMalformed(error, place: "header", [words, "x.npy"])
  }

  @Test(arguments: numpyArchives.indices)
  func archives(_ k: Int) throws {
    let arrays = try NumpyFile.parseNPZ(base64(numpyArchives[k].file))
    #expect(arrays.map(\.name) == ["W1", "labels"])
    #expect(arrays[0].array == DenseArray(shape: [2, 3], values: (0..<6).map(Double.init)))
    #expect(arrays[1].array == DenseArray(shape: [3, 4], values: (0..<12).map(Double.init)))
  }

  /// All 65536 half-precision numbers against the value 2^(e−25)·(1024 + f) that their fields define.
  @Test func halfPrecision() throws {
    var file = NPY.header("'<f2'", "False", "(65536,)")
    for bits in UInt16.min...UInt16.max { file += [UInt8(bits & 0xff), UInt8(bits >> 8)] }
    let values = try NumpyFile.parseNPY(file).values
    for bits in UInt16.min...UInt16.max {
      let value = values[Int(bits)]
      let exponent = Int(bits >> 10 & 31)
      let fraction = Double(bits & 1023)
      if exponent == 31 {
        #expect(fraction == 0 ? value.isInfinite : value.isNaN)
      } else {
        let unit = Double(sign: .plus, exponent: max(exponent, 1) - 25, significand: 1)
        #expect(abs(value) == (exponent == 0 ? fraction : 1024 + fraction) * unit)
        #expect((value.sign == .minus) == (bits >> 15 == 1))
      }
    }
  }

  @Test func headersWithOtherSpacingAndQuotes() throws {
    let texts = [
      "{\"shape\":(2,),\"descr\":\"|u1\",\"fortran_order\":False}",
      "{ 'fortran_order' :\tTrue , 'descr': 'u1', 'shape': ( 2L , ) , }  \n",
      "{'descr': '=u1', 'shape': (1, 2), 'fortran_order': False}",
    ]
    for text in texts {
      #expect(try NumpyFile.parseNPY(NPY.file(text, data: [7, 9])).values == [7, 9])
    }
  }

  @Test func readsFromDisk() throws {
    let scratch = try Scratch()
    let path = try scratch.write("a.npy", NPY.header("'|u1'", "False", "(3,)") + [1, 2, 3])
    #expect(try NumpyFile.readNPY(path) == DenseArray(shape: [3], values: [1, 2, 3]))
    let archive = try scratch.write("a.npz", base64(numpyArchives[1].file))
    #expect(try NumpyFile.readNPZ(archive).count == 2)
  }
}

/// NPY files by hand.
enum NPY {
  static func file(_ text: String, data: [UInt8] = [], version: UInt8 = 1) -> [UInt8] {
    let count = text.utf8.count
    let length =
      version == 1 ? [UInt8(count & 255), UInt8(count >> 8)] : [UInt8(count & 255), UInt8(count >> 8), 0, 0]
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + Array(text.utf8) + data
  }

  static func header(_ descriptor: String, _ fortran: String, _ shape: String) -> [UInt8] {
    file("{'descr': \(descriptor), 'fortran_order': \(fortran), 'shape': \(shape), }")
  }
}

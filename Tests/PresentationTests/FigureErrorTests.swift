import Foundation
import Presentation
import Testing
import Verdicts

@Suite("Figures that cannot be written", .serialized)
struct FigureErrorTests {
  private func error(
    _ path: String, _ figure: Figure = GnuplotWriterTests.decay, writer: GnuplotWriter = GnuplotWriter()
  ) -> FigureError? {
    #expect(throws: FigureError.self) { try writer.write(figure, to: path) }
  }

  @Test("endings and names", arguments: ["a", "a.", "a.jpg", ".svg", "", "/", "a.svg/", "a.SVG", "x.svg/b"])
  func endings(_ name: String) throws {
    let folder = try Folder()
    #expect(error("\(folder.path)/\(name)")?.problem == "the ending names no figure format")
    #expect(folder.names.isEmpty)
  }

  @Test("control characters in the name")
  func controls() throws {
    let folder = try Folder()
    #expect(error("\(folder.path)/a\nb.svg")?.problem == "the name holds control characters")
    #expect(error("\(folder.path)/a\0b.svg")?.problem == "the name holds control characters")
  }

  @Test("nothing to draw, and curves without as many ordinates as abscissas")
  func data() throws {
    let folder = try Folder()
    func figure(_ x: [Double], _ y: [Double]) -> Figure {
      Figure("t", xLabel: "x", yLabel: "y", logY: true, curves: [.init("s", x: x, y: y)])
    }
    let path = "\(folder.path)/a.svg"
    #expect(error(path, Figure("", xLabel: "", yLabel: "", curves: []))?.problem.contains("no point") == true)
    #expect(error(path, figure([], []))?.problem.contains("no point") == true)
    #expect(error(path, figure([1, 2], [0, -1]))?.remedy.contains("logarithmic") == true)
    #expect(error(path, figure([1, 2], [.nan, .infinity]))?.isFileAccess == false)
    #expect(error(path, figure([1, 2], [1]))?.problem == "the curve 's' has 2 abscissas and 1 ordinates")
    #expect(folder.names.isEmpty)
  }

  @Test("a folder that does not exist")
  func missingFolder() throws {
    let folder = try Folder()
    let failure = error("\(folder.path)/none/a.svg")
    #expect(failure?.isFileAccess == true)
    #expect(failure?.description.contains("No such file") == true)
  }

  @Test("a CSV that no figure wrote is not replaced")
  func foreignData() throws {
    let folder = try Folder()
    try folder.write("i0,i1,value\n0,0,1\n", to: "a.csv")
    #expect(error("\(folder.path)/a.svg")?.problem.contains("would replace a.csv") == true)
    #expect(try folder.text("a.csv") == "i0,i1,value\n0,0,1\n")
    try folder.write("plot x\n", to: "a.gp")
    #expect(error("\(folder.path)/a.svg") != nil)
    #expect(folder.names == ["a.csv", "a.gp"])
  }

  @Test("gnuplot is missing, fails, lacks the terminal, writes nothing or hangs: an error, and what was there stays")
  func gnuplotFailures() throws {
    let folder = try Folder()
    let tools = try Folder()
    try GnuplotWriter().write(GnuplotWriterTests.decay, to: "\(folder.path)/a.svg")
    let before = try folder.bytes("a.svg")
    func failure(_ script: String, timeout: Double = 60) throws -> FigureError? {
      try tools.write("#!/bin/sh\n\(script)\n", to: "fake", executable: true)
      // A process that another test forks at this instant may still hold the script open for writing, and then it is "busy".
      for _ in 0..<200 {
        let failure = error(
          "\(folder.path)/a.svg", writer: GnuplotWriter(program: "\(tools.path)/fake", timeout: timeout))
        if failure?.problem.contains("busy") != true { return failure }
      }
      return nil
    }
    let missing = error("\(folder.path)/a.svg", writer: GnuplotWriter(program: "no-such-gnuplot"))
    #expect(missing?.problem == "the program no-such-gnuplot was not found")
    #expect(missing?.remedy.contains("apt-get install gnuplot-nox") == true)
    let terminal = try failure("echo 'unknown or ambiguous terminal type; type just set terminal' >&2; exit 1")
    #expect(terminal?.problem == "this gnuplot lacks the terminal 'svg'")
    #expect(try failure("echo broken >&2; exit 3")?.problem == "gnuplot failed with status 3: broken")
    #expect(try failure("exit 0")?.problem.contains("gnuplot wrote no a.svg: it said nothing") == true)
    #expect(try failure("kill -9 $$")?.problem.contains("signal 9") == true)
    #expect(try failure("exec sleep 600", timeout: 0.2)?.problem.contains("did not finish") == true)
    // A megabyte of complaints neither blocks nor floods the message.
    let flood = try failure("head -c 1000000 /dev/zero | tr '\\0' 'x' >&2; exit 1")
    #expect((flood?.problem.count ?? 1000) < 400)
    #expect(folder.names == ["a.csv", "a.gp", "a.svg"])
    #expect(try folder.bytes("a.svg") == before)
  }
}

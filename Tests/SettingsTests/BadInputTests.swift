import Settings
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite("Bad input")
struct BadInputTests {
  /// A text and what its error must begin with and contain.
  static let texts: [(toml: String, start: String, contains: String)] = [
    ("problem.depth = 1.5", "exp.toml:1: problem.depth: expected an integer", "whole number"),
    ("problem.depth = 3.0", "exp.toml:1: problem.depth: expected an integer", "without point or exponent: 3"),
    ("problem.depth = 1e300", "exp.toml:1: problem.depth", "whole number"),
    ("problem.depth = \"3\"", "exp.toml:1: problem.depth: expected an integer", "without quotes: 3"),
    ("problem.depth = 9223372036854775808", "exp.toml:1: problem.depth: 9223372036854775808 is outside", ""),
    ("problem.depth = true", "exp.toml:1: problem.depth: expected an integer, found the truth value true", ""),
    ("problem.depth = [3]", "exp.toml:1: problem.depth: expected an integer, found a list of 1 item", ""),
    ("problem.depth = 1979-05-27", "exp.toml:1: problem.depth: a date or time", ""),
    ("problem.depth = 07:32:00", "exp.toml:1: problem.depth: a date or time", ""),
    ("problem.depth = {}", "exp.toml:1: problem.depth: expected an integer, found a table", ""),
    (
      "problem.depth = { value = 3 }", "exp.toml:1: problem.depth: expected an integer, found a table",
      "problem.depth = 10"
    ),
    ("init.scale = nan", "exp.toml:1: init.scale: nan is not a finite number", "1e-2"),
    ("init.scale = -inf", "exp.toml:1: init.scale: -inf is not a finite number", ""),
    ("init.scale = 1e999", "exp.toml:1: ", ""),
    ("init.scale = \"1e-2\"", "exp.toml:1: init.scale: expected a number", "without quotes: 1e-2"),
    ("init.scale = 1e-2e", "exp.toml:1: not valid TOML", ""),
    ("init.scale = .5", "exp.toml:1: not valid TOML", ""),
    ("init.scales = [1, nan]", "exp.toml:1: init.scales: item 2: nan is not a finite number", ""),
    ("init.scales = [[1]]", "exp.toml:1: init.scales: item 1: expected a number, found a list of 1 item", "sweep"),
    ("init.scales = [[[1]]]", "exp.toml:1: init.scales: a list inside a list of lists", ""),
    ("init.scale = [1, 2]", "exp.toml:1: init.scale: expected a number, found a list of 2 items", "sweep"),
    ("init.scales = [{a = 1}]", "exp.toml:1: init.scales: a table", ""),
    ("problem.shape = [10, 1.5]", "exp.toml:1: problem.shape: item 2: expected an integer", ""),
    ("problem.shape = \"10,10\"", "exp.toml:1: problem.shape: expected a list of integers", "[10, 10]"),
    (
      "problem.model = \"matrx\"", "exp.toml:1: problem.model: \"matrx\" is not one of matrix, cp",
      "did you mean \"matrix\"?"
    ),
    ("problem.model = 3", "exp.toml:1: problem.model: expected one of matrix, cp", ""),
    ("problem.data = 3", "exp.toml:1: problem.data: expected text", ""),
    ("problem.observed = inf", "exp.toml:1: problem.observed: inf is not", ""),
    ("flow.save-log = 1", "exp.toml:1: flow.save-log: expected true or false", ""),
    ("flow.save-log = \"true\"", "exp.toml:1: flow.save-log: expected true or false", "without quotes: true"),
    ("problem = 3", "exp.toml:1: problem is a table of settings", "problem.depth"),
    ("problem.depth = 3\nproblem.depth = 4", "exp.toml:2: not valid TOML", ""),
    ("[problem]\ndepth = 3\n[problem]\n", "exp.toml:3: not valid TOML", ""),
    ("problem.depth = 3\n\n[[problem]]\n", "exp.toml:3: an array of tables", "[name]"),
    ("\n[prblem]\n", "exp.toml:2: unknown table \"prblem\"", "did you mean [problem]?"),
    ("[init.scale]", "exp.toml:1: init.scale: expected a number, found a table", "init.scale = 1e-2"),
    ("[\"init\"]\n['init.scale']", "exp.toml:2: unknown setting", "without quotes"),
    ("\"init.scale\" = 3", "exp.toml:1: unknown setting \"'init.scale'\"", "write init.scale without quotes"),
    ("\"\" = 3", "exp.toml:1: unknown setting", ""),
    ("\"a\\nb\\u001b[2J\" = 3", "exp.toml:1: unknown setting \"'a\\nb\\u{1b}[2J'\"", ""),
    ("problem.data = \"a\\u0000b\"", "exp.toml:1: a NUL character", ""),
    ("\"problem\\u0000\".depth = 3", "exp.toml:1: a NUL character", ""),
    ("problem.model = matrix", "exp.toml:1: not valid TOML: problem.model: \"matrix\"", "quotes: \"matrix\""),
    ("problem.depth = 3 4", "exp.toml:1: not valid TOML: \"4\" after the end", ""),
    ("problem.data = 'a' 'b'", "exp.toml:1: not valid TOML", ""),
    ("problem.data = \"a\\qb\"", "exp.toml:1: not valid TOML: an unknown escape", "backslash"),
    ("problem.data = \"a\\ud800b\"", "exp.toml:1: not valid TOML: an unknown escape", ""),
    ("# \u{7}", "exp.toml:1: not valid TOML: a control character (code 7)", ""),
    ("problem.data = \"a\rb\"", "exp.toml:1: not valid TOML: a control character (code 13)", ""),
    ("problem = { depth = 3, }", "exp.toml:1: not valid TOML: expected a key", ""),
    ("problem = { depth = 3\n}", "exp.toml:1: not valid TOML: expected , or }", ""),
    ("problem = { depth = 3 }\nproblem.shape = [1]", "exp.toml:2: not valid TOML: \"problem\" is already", "line 1"),
    ("problem = { depth = 3 }\n[problem]", "exp.toml:2: not valid TOML: \"problem\" is already", "line 1"),
    ("init.scale = 3\ninit.scale.x = 4", "exp.toml:2: not valid TOML: \"init.scale\" is already", "line 1"),
    ("[init]\n[problem.x]\n[init.scale]\n[init]", "exp.toml:4: not valid TOML: \"init\" is already", "line 1"),
    ("problem.depth = 3\nscale", "exp.toml:2: not valid TOML", ""),
    ("scale =", "exp.toml:1: not valid TOML", ""),
    ("= 3", "exp.toml:1: not valid TOML", ""),
    ("[init\nscale = 1", "exp.toml:1: not valid TOML", ""),
    ("problem.data = \"abc", "exp.toml:1: not valid TOML", ""),
    ("problem.data = \"\"\"abc\n\n", "exp.toml:", "not valid TOML"),
    ("init.scales = [1, 2", "exp.toml:1: not valid TOML", ""),
    ("problem:\n  depth: 3", "exp.toml:1: not valid TOML", ""),
    ("{\"problem\": 3}", "exp.toml:1: not valid TOML", ""),
  ]

  @Test(arguments: texts)
  func message(_ example: (toml: String, start: String, contains: String)) throws {
    let error = try #require(loadingError(example.toml))
    #expect(error.hasPrefix(example.start), "\(error)")
    #expect(example.contains.isEmpty || error.contains(example.contains), "\(error)")
    #expect(!error.unicodeScalars.contains { $0.value < 32 })
  }

  @Test("nesting without end is refused, not followed")
  func nesting() throws {
    let deep = 200_000
    for toml in [
      "init = " + String(repeating: "{a=", count: deep),
      String(repeating: "a.", count: deep) + "a = 1",
      "[" + String(repeating: "a.", count: deep) + "a]",
      "[a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a]\n" + String(repeating: "'b'.", count: 20) + "a = 1",
    ] {
      let error = try #require(loadingError(toml))
      #expect(error.contains("nested deeper than 32"), "\(error)")
    }
    let lists = "init.scale = " + String(repeating: "[", count: deep)
    #expect(loadingError(lists)?.contains("a list inside a list") == true)
    #expect(loadingError(String(repeating: "a.", count: 31) + "a = 1")?.contains("unknown setting") == true)
  }

  @Test(
    "bytes that are not text",
    arguments: [
      ([0xFF, 0xFE, 0x61, 0x00] as [UInt8], 1), (Array("a = 1\n\u{e9}".utf8) + [0xC3], 2),
      (Array("# \n\n".utf8) + [0xED, 0xA0, 0x80], 3), ([0xC0, 0x80], 1), (Array("a = 1\nb\0".utf8), 2),
    ])
  func encodings(_ example: ([UInt8], Int)) throws {
    var settings = Settings(schema: exampleSchema)
    let error = #expect(throws: SettingsError.self) { try settings.load(toml: example.0, name: "exp.toml") }
    #expect(error?.place == "exp.toml:\(example.1)")
  }

  @Test("files that are missing, directories, empty, too large or without permission")
  func files() throws {
    let folder = try temporaryFolder()
    defer { removeFolder(folder) }
    func error(_ name: String) -> SettingsError? {
      var settings = Settings(schema: exampleSchema)
      return #expect(throws: SettingsError.self) { try settings.load(file: name) }
    }
    let missing = error("\(folder)/none.toml")
    #expect(missing?.isFileAccess == true)
    #expect(missing?.description.contains("No such file") == true)
    #expect(missing?.place == "\(folder)/none.toml")
    #expect(error(folder)?.problem == "is a directory")
    #expect(error(folder)?.isFileAccess == true)
    #expect(error("")?.isFileAccess == true)
    #expect(error("a\0b")?.isFileAccess == true)
    #expect(error("/dev/null")?.problem == "is empty")
    #expect(error("/dev/null")?.isFileAccess == false)
    #expect(error("/dev/zero")?.problem.contains("larger than 1 MiB") == true)
    try writeFile("\(folder)/exp.toml", "[problem]\ndepth = 4\n")
    var settings = Settings(schema: exampleSchema)
    try settings.load(file: "\(folder)/exp.toml")
    #expect(settings.integer("problem.depth") == 4)
    #expect(settings.place("problem.depth") == "\(folder)/exp.toml:2")
    if getuid() != 0 {
      #expect(chmod("\(folder)/exp.toml", 0) == 0)
      #expect(error("\(folder)/exp.toml")?.isFileAccess == true)
    }
  }
}

/// A new folder under the system's temporary folder.
private func temporaryFolder() throws -> String {
  var template = Array("/tmp/flowcheck-settings-XXXXXX".utf8CString)
  return try #require(mkdtemp(&template).map { String(cString: $0) })
}

private func writeFile(_ path: String, _ text: String) throws {
  let file = try #require(fopen(path, "w"))
  #expect(fputs(text, file) >= 0)
  #expect(fclose(file) == 0)
}

private func removeFolder(_ path: String) {
  unlink("\(path)/exp.toml")
  rmdir(path)
}

import Settings
import Testing

@Suite("Loading TOML")
struct LoadingTests {
  @Test("every kind, in tables, dotted keys and inline tables")
  func kinds() throws {
    let settings = try loaded(
      """
      # an experiment
      claims = ["balancedness", 'growth']
      problem.model = "matrix"
      problem.shape = [
        10, # rows
        1_0,
      ]
      problem.depth = 3
      problem.observed = 0.6
      problem."data" = '''a'b.csv'''

      [init]
      scale = 1
      scales = [1e-1, 1, 0x10]
      [flow]
      save-log = true
      """)
    #expect(settings.texts("claims") == ["balancedness", "growth"])
    #expect(settings.text("problem.model") == "matrix")
    #expect(settings.integers("problem.shape") == [10, 10])
    #expect(settings.integer("problem.depth") == 3)
    #expect(settings.number("problem.depth") == 3)
    #expect(settings.text("problem.observed") == "0.6")
    #expect(settings.text("problem.data") == "a'b.csv")
    #expect(settings.number("init.scale") == 1)
    #expect(settings.numbers("init.scales") == [0.1, 1, 16])
    #expect(settings.boolean("flow.save-log") == true)
    #expect(settings.place("problem.shape") == "exp.toml:4")
    #expect(settings.place("problem.data") == "exp.toml:10")
    #expect(settings.place("flow.save-log") == "exp.toml:16")
    #expect(settings.givenPaths == exampleSchema.keys.map(\.path))
  }

  @Test("what was not given is nil and its place is the default")
  func absent() throws {
    let settings = try loaded("[init]\n[problem]\n")
    #expect(settings.number("init.scale") == nil)
    #expect(settings.integers("problem.shape") == nil)
    #expect(!settings.isSet("problem.model"))
    #expect(settings.place("init.scale") == "default")
    #expect(settings.givenPaths.isEmpty)
  }

  @Test("a literal keeps apart integers, numbers and words")
  func literals() throws {
    for (written, kept) in [("2000", "2000"), ("1.0", "1.0"), ("1e20", "1e+20"), ("\"auto\"", "auto"), ("-3", "-3")] {
      #expect(try loaded("problem.observed = \(written)").text("problem.observed") == kept)
    }
  }

  @Test("a single value is a list of one")
  func listOfOne() throws {
    let settings = try loaded("problem.shape = 7\ninit.scales = 2\nclaims = \"growth\"")
    #expect(settings.integers("problem.shape") == [7])
    #expect(settings.numbers("init.scales") == [2])
    #expect(settings.texts("claims") == ["growth"])
  }

  @Test("a later file wins key by key")
  func layersOfFiles() throws {
    var settings = try loaded("problem.depth = 3\ninit.scale = 0.1")
    try settings.load(toml: "\n\ninit.scale = 0.2", name: "over.toml")
    #expect(settings.integer("problem.depth") == 3)
    #expect(settings.number("init.scale") == 0.2)
    #expect(settings.place("problem.depth") == "exp.toml:1")
    #expect(settings.place("init.scale") == "over.toml:3")
  }

  @Test("a load that fails changes nothing")
  func transaction() throws {
    var settings = try loaded("problem.depth = 3")
    #expect(throws: SettingsError.self) {
      try settings.load(toml: "problem.depth = 4\ninit.scale = \"x\"", name: "bad.toml")
    }
    #expect(settings.integer("problem.depth") == 3)
    #expect(settings.givenPaths == ["problem.depth"])
  }

  @Test("byte order mark, CRLF and a missing last line end are no errors")
  func encodings() throws {
    #expect(try loaded("\u{FEFF}init.scale = 0.5").number("init.scale") == 0.5)
    let settings = try loaded("[problem]\r\ndepth = 3\r\n\r\n[init]\r\nscale = 2\r\n")
    #expect(settings.integer("problem.depth") == 3)
    #expect(settings.place("init.scale") == "exp.toml:5")
  }
}

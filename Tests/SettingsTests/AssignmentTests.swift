import Settings
import Testing

@Suite("Assignments and flags")
struct AssignmentTests {
  private func assigned(_ assignment: String) throws(SettingsError) -> Settings {
    var settings = Settings(schema: exampleSchema)
    try settings.set(assignment: assignment)
    return settings
  }

  @Test("values by kind")
  func values() throws {
    #expect(try assigned("init.scale=1e-2").number("init.scale") == 0.01)
    #expect(try assigned("init.scale = 1_000").number("init.scale") == 1000)
    #expect(try assigned("init.scale=-1").number("init.scale") == -1)
    // What Python and C write too.
    for (text, number) in [(".5", 0.5), ("-.5", -0.5), ("+.25", 0.25), ("5.", 5), ("1.e3", 1000), (".5e-1", 0.05)] {
      #expect(try assigned("init.scale=\(text)").number("init.scale") == number, "\(text)")
    }
    #expect(try assigned("init.scales=.5,1.,2").numbers("init.scales") == [0.5, 1, 2])
    #expect(try assigned("problem.depth=3").integer("problem.depth") == 3)
    #expect(try assigned("problem.depth=0x10").integer("problem.depth") == 16)
    #expect(try assigned("problem.depth=+3").integer("problem.depth") == 3)
    #expect(try assigned("problem.shape=10,10").integers("problem.shape") == [10, 10])
    #expect(try assigned("problem.shape=10, 5 ,2").integers("problem.shape") == [10, 5, 2])
    #expect(try assigned("problem.shape=[10, 10]").integers("problem.shape") == [10, 10])
    #expect(try assigned("problem.shape=7").integers("problem.shape") == [7])
    #expect(try assigned("init.scales=1e-1,1").numbers("init.scales") == [0.1, 1])
    #expect(try assigned("claims=growth,balancedness").texts("claims") == ["growth", "balancedness"])
    #expect(try assigned("claims=[\"a,b\"]").texts("claims") == ["a,b"])
    #expect(try assigned("problem.model=cp").text("problem.model") == "cp")
    #expect(try assigned("problem.data=a=b.csv").text("problem.data") == "a=b.csv")
    #expect(try assigned("problem.data=\"a b\"").text("problem.data") == "a b")
    #expect(try assigned("problem.data=''").text("problem.data") == "")
    #expect(try assigned("problem.data=[x]").text("problem.data") == "[x]")
    #expect(try assigned("problem.observed=0.6").text("problem.observed") == "0.6")
    #expect(try assigned("flow.save-log=true").boolean("flow.save-log") == true)
    #expect(try assigned("init.scale=1e-2").place("init.scale") == "--set init.scale=1e-2")
  }

  @Test(
    "what is refused",
    arguments: [
      ("init.scale", "no '='"), ("", "no '='"), ("=3", "unknown setting \"\""),
      ("init.scal=3", "did you mean init.scale?"),
      ("init=3", "table of settings"), ("init.scale=", "found nothing"),
      ("init.scale=nan", "nan is not a finite number"),
      ("init.scale=inf", "inf is not a finite number"), ("init.scale=1e999", "outside the range of doubles"),
      ("init.scale=.", "not a number"), ("init.scale=..5", "not a number"), ("init.scale=.e5", "not a number"),
      ("init.scale=0x1p3", "not a number"), ("init.scale=1,5", "not a number"),
      ("init.scale=1 5", "not a number"),
      ("init.scale=_1", "not a number"), ("init.scale=1__0", "not a number"), ("init.scale=abc", "not a number"),
      ("init.scale=1e-2\u{0301}", "not a number"), ("init.scale=\u{0661}", "not a number"),
      ("problem.depth=1.5", "expected an integer"),
      ("problem.depth=99999999999999999999", "outside the range of integers"),
      ("problem.depth=1e400", "outside the range of doubles"), ("problem.depth=010", "not an integer"),
      ("problem.depth=+", "not an integer"),
      ("problem.shape=10,,10", "item 2"), ("problem.shape=10,", "item 2"), ("problem.shape=", "found nothing"),
      ("problem.shape=[10", "not valid TOML"), ("problem.shape=[1]\nx=2", "more than one TOML value"),
      ("problem.shape=10,a", "\"a\" is not an integer"), ("problem.model=parafac", "not one of matrix, cp"),
      ("problem.data=", "found nothing"), ("problem.data='a", "not valid TOML"),
      ("flow.save-log=yes", "not true or false"),
      ("flow.save-log=", "found nothing"), ("claims=[1]", "expected"),
    ])
  func refusals(_ pair: (String, String)) throws {
    let error = #expect(throws: SettingsError.self) { _ = try assigned(pair.0) }
    let text = try #require(error?.description)
    #expect(text.contains(pair.1), "\(text)")
    #expect(text.hasPrefix("--set "))
  }

  @Test("flags win over assignments, and those over files, in whatever order they come")
  func layers() throws {
    var settings = Settings(schema: exampleSchema)
    try settings.set(path: "init.scale", value: .number(3), place: "--init-scale")
    try settings.set(assignment: "init.scale=2")
    try settings.set(assignment: "problem.depth=2")
    try settings.load(toml: "init.scale = 1\nproblem.depth = 1\nproblem.shape = [1]", name: "exp.toml")
    #expect(settings.number("init.scale") == 3)
    #expect(settings.place("init.scale") == "--init-scale")
    #expect(settings.integer("problem.depth") == 2)
    #expect(settings.integers("problem.shape") == [1])
    try settings.set(assignment: "problem.depth=5")
    #expect(settings.integer("problem.depth") == 5)
  }

  @Test("flags are checked like every other value")
  func flags() throws {
    var settings = Settings(schema: exampleSchema)
    try settings.set(path: "problem.shape", text: "4,5", place: "--shape")
    #expect(settings.integers("problem.shape") == [4, 5])
    try settings.set(path: "init.scale", value: .integer(2), place: "--init-scale")
    #expect(settings.number("init.scale") == 2)
    let error = #expect(throws: SettingsError.self) {
      try settings.set(path: "init.scale", value: .number(.nan), place: "--init-scale")
    }
    #expect(error?.description == "--init-scale: nan is not a finite number; give a finite one, such as 1e-2")
    #expect(throws: SettingsError.self) { try settings.set(path: "init.scalx", value: .number(1), place: "--x") }
    #expect(throws: SettingsError.self) { try settings.set(path: "problem.depth", text: "x", place: "--depth") }
  }
}

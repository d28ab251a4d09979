import Settings
import Testing

/// Settings that stand for many experiments.
@Suite("Alternatives")
struct AlternativeTests {
  private func loaded(_ toml: String) throws -> Settings {
    var settings = Settings(schema: exampleSchema, takesAlternatives: true)
    try settings.load(toml: toml, name: "exp.toml")
    return settings
  }

  private func texts(_ settings: Settings) -> [String: [String]] {
    Dictionary(uniqueKeysWithValues: settings.alternatives.map { ($0.setting.path, $0.values.map(\.exactText)) })
  }

  @Test("lists in place of a value, lists of lists in place of a list, and ranges")
  func lists() throws {
    let settings = try loaded(
      """
      problem.depth = "2..4"
      problem.shape = [[4, 4], [6, 6], 8]
      problem.model = ["cp", "matrix"]
      init.scale = [1e-1, 2, "3..4"]
      init.scales = [1e-1, 1e-2]
      """)
    #expect(
      texts(settings) == [
        "problem.depth": ["2", "3", "4"], "problem.shape": ["[4, 4]", "[6, 6]", "[8]"],
        "problem.model": ["cp", "matrix"], "init.scale": ["0.1", "2", "3", "4"],
      ])
    // Of a setting that is a list, one list is one value.
    #expect(settings.value("init.scales") == .list([.number(0.1), .number(0.01)]))
  }

  @Test("assignments have commas between values, brackets around lists, and win over files")
  func assignments() throws {
    var settings = try loaded("problem.depth = [2, 3]\ninit.scale = 1")
    try settings.set(assignment: "problem.depth=5")
    try settings.set(assignment: "init.scale=1e-1, 1e-2")
    try settings.set(assignment: "problem.shape=[[2,2],[3,3]]")
    try settings.set(assignment: "problem.model=matrix,cp")
    try settings.set(assignment: "problem.data=[\"a,b.csv\", \"c..d.csv\"]")
    #expect(
      texts(settings) == [
        "init.scale": ["0.1", "0.01"], "problem.shape": ["[2, 2]", "[3, 3]"], "problem.model": ["matrix", "cp"],
        "problem.data": ["a,b.csv", "c..d.csv"],
      ])
    #expect(settings.value("problem.depth") == .integer(5))
    try settings.set(assignment: "problem.data=a,b..c.csv")
    #expect(settings.value("problem.data") == .text("a,b..c.csv"))
    try settings.set(assignment: "problem.shape=2,3")
    #expect(settings.value("problem.shape") == .list([.integer(2), .integer(3)]))
  }

  @Test("one of each is chosen, with its place")
  func choosing() throws {
    let settings = try loaded("problem.depth = \"2..4\"\n\ninit.scale = [1, 0.5]")
    let one = settings.chosen(["problem.depth": 2, "init.scale": 1])
    #expect(one.value("problem.depth") == .integer(4) && one.value("init.scale") == .number(0.5))
    #expect(one.place("init.scale") == "exp.toml:3" && one.alternatives.isEmpty)
    #expect(settings.chosen([:]).value("problem.depth") == .integer(2))
  }

  @Test(
    "what is no alternative is refused",
    arguments: [
      ("problem.depth = []", "an empty list"), ("problem.depth = [2, 2]", "\"2\" stands there twice"),
      ("problem.depth = \"4..2\"", "descends"), ("problem.depth = \"1..2000000\"", "too many"),
      ("problem.depth = \"-9223372036854775808..9223372036854775807\"", "too many"),
      ("problem.depth = \"1..x\"", "no range"), ("problem.depth = \"1...3\"", "no range"),
      ("problem.depth = [2, 1.5]", "item 2: expected an integer"), ("problem.shape = [[1], [1.5]]", "item 2: item 1"),
      ("problem.model = [\"cp\", \"matrx\"]", "did you mean \"matrix\"?"),
      ("problem.depth = [[2]]", "item 1: expected an integer"), ("init.scale = [1, nan]", "item 2: nan"),
    ])
  func refusals(toml: String, words: String) {
    let error = #expect(throws: SettingsError.self) { try loaded(toml) }
    #expect(error.map { "\($0)".contains(words) } == true, "\(String(describing: error))")
  }
}

import Settings
import Testing

/// The line the scanner finds, where the text around the key tries to mislead it. In each text `scale` is the wrong
/// key `scalX`, whose line the error must name.
@Suite("The line of a key")
struct PlaceTests {
  static let texts: [(toml: String, line: Int)] = [
    ("[init]\nscalX = 1", 2),
    ("init.scalX = 1", 1),
    ("init . scalX = 1", 1),
    ("\"init\".'scalX' = 1", 1),
    ("\"in\\u0069t\".scalX = 1", 1),
    ("init = { scales = [1], scalX = 1 }", 1),
    ("claims = [\n'a',\n'b'\n]\ninit = { scalX = 1 }", 5),
    ("problem.data = \"\"\"\n[init]\nscalX = 1\n\"\"\"\n\n[init]\nscalX = 2", 7),
    ("problem.data = '''\n[init]\nscalX = 1\n'''\n[init]\nscalX = 2", 6),
    ("problem.data = \"\"\"a\\\"\"\"\\\"\"\"\"\"\ninit.scalX = 2", 2),
    ("problem.data = \"\"\"a\"\"\"\"\"\ninit.scalX = 2", 2),
    ("problem.data = '''a'''''\ninit.scalX = 2", 2),
    ("problem.data = \"\"\"a \\\n   b\"\"\"\ninit.scalX = 2", 3),
    ("problem.data = \"\\\\\"\ninit.scalX = 2", 2),
    ("problem.data = '\\'\ninit.scalX = 2", 2),
    ("problem.data = \"# [init]\" # scalX = \"\ninit.scalX = 2", 2),
    ("# scalX\n#[init]\n[init] # [problem]\nscales = [ # ] scalX = 1\n 1 ]\nscalX = 1", 6),
    ("claims = [\"]\", '[', \"a,b\", \"#\"]\ninit.scalX = 1", 2),
    ("claims = [\n  \"\"\"\n]\n\"\"\"\n]\ninit.scalX = 1", 6),
    ("[problem]\ndepth = 3\n\n[ init ]\n\n  scalX\t=\t1", 6),
    ("[problem]\r\ndepth = 3\r\n[init]\r\nscalX = 1\r\n", 4),
    ("\u{FEFF}\n\n[init]\nscalX = 1", 4),
    ("problem.observed = 1979.5 # 07:32\ninit.scalX = 1", 2),
    ("claims = ['ü', '→']\ninit.scalX = 1", 2),
  ]

  @Test(arguments: texts)
  func place(_ example: (toml: String, line: Int)) throws {
    let error = try #require(loadingError(example.toml))
    #expect(error == "exp.toml:\(example.line): unknown setting \"init.scalX\"; did you mean init.scale?")
  }

  @Test("of several errors the first in the file is reported")
  func firstError() throws {
    let error = try #require(loadingError("problem.depth = 1.5\nalpha = 3\n[init]\nscale = 'x'"))
    #expect(error.hasPrefix("exp.toml:1: problem.depth"))
  }

  @Test(
    "the nearest key: a letter off, a missing table, a wrong table",
    arguments: [
      ("init.scalee", "init.scale"), ("scale", "init.scale"), ("flow.depth", "problem.depth"), ("claim", "claims"),
      ("problem.shap", "problem.shape"), ("problem.scales", "init.scales"),
    ])
  func nearest(_ pair: (String, String)) {
    #expect(exampleSchema.nearest(to: pair.0) == pair.1)
  }
}

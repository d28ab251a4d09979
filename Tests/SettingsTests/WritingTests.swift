import Settings
import Testing

@Suite("Writing TOML")
struct WritingTests {
  /// The settings that loading `settings.toml` gives.
  private func again(_ settings: Settings) throws -> Settings {
    var loaded = Settings(schema: settings.schema)
    try loaded.load(toml: settings.toml, name: "again.toml")
    return loaded
  }

  private func expectSame(_ settings: Settings) throws {
    let read = try again(settings)
    for key in settings.schema.keys {
      #expect(read.value(key.path) == settings.value(key.path), "\(key.path) in\n\(settings.toml)")
    }
    #expect(read.toml == settings.toml)
  }

  @Test("tables in the schema's order, typed values")
  func layout() throws {
    let settings = try loaded(
      """
      init.scale = 1
      flow.save-log = true
      problem = { shape = 7, observed = 0.50, depth = 0x10, model = 'cp' }
      claims = ["b", 'a"c']
      """)
    #expect(
      settings.toml == """
        claims = ["b", "a\\"c"]

        [problem]
        model = "cp"
        shape = [7]
        depth = 16
        observed = 0.5

        [init]
        scale = 1.0

        [flow]
        save-log = true

        """)
    try expectSame(settings)
  }

  @Test(
    "numbers at the ends of their ranges",
    arguments: [
      0, -0.0, 1, 0.1, 1e-9, 1e16, 123_456_789_012_345_680, .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
      .leastNormalMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 1 + .ulpOfOne, .pi,
    ] as [Double])
  func numbers(_ number: Double) throws {
    var settings = Settings(schema: exampleSchema)
    try settings.set(path: "init.scale", value: .number(number), place: "--init-scale")
    try settings.set(path: "init.scales", value: .list([.number(number), .number(-number)]), place: "--scales")
    let read = try again(settings)
    #expect(read.number("init.scale")?.bitPattern == number.bitPattern, "\(settings.toml)")
    #expect(read.numbers("init.scales")?.map(\.bitPattern) == [number.bitPattern, (-number).bitPattern])
  }

  @Test("integers at the ends of their range", arguments: [0, -1, .max, .min])
  func integers(_ integer: Int) throws {
    var settings = Settings(schema: exampleSchema)
    try settings.set(path: "problem.depth", value: .integer(integer), place: "--depth")
    #expect(try again(settings).integer("problem.depth") == integer)
  }

  @Test(
    "texts with quotes, escapes, control characters and whatever else a file's name may hold",
    arguments: [
      "", " ", "a b", "\"", "'", "'''", "\"\"\"", "\\", "\\n", "a\nb", "\r\n", "\t", "\u{1}\u{7F}\u{85}\u{1b}[2J", "#",
      "# [init]", "=", "true", "0.6", "1979-05-27", "ü→\u{1F4C8}", "e\u{301}", "\u{FEFF}a", "\u{2028}", "\u{FFFF}",
    ])
  func texts(_ text: String) throws {
    var settings = Settings(schema: exampleSchema)
    try settings.set(path: "problem.data", value: .text(text), place: "--data")
    try settings.set(path: "claims", value: .list([.text(text), .text("x")]), place: "--claims")
    let read = try again(settings)
    #expect(read.text("problem.data").map { Array($0.utf8) } == Array(text.utf8), "\(settings.toml)")
    #expect(read.texts("claims")?.first.map { Array($0.utf8) } == Array(text.utf8))
    try expectSame(settings)
  }

  /// A literal is written as the number it looks like only if that is read as the same text.
  @Test(
    arguments: [
      ("0.6", "0.6"), ("2000", "2000"), ("1.0", "1.0"), ("-3", "-3"), ("auto", "\"auto\""), ("6e-1", "\"6e-1\""),
      ("0.60", "\"0.60\""), ("1e20", "\"1e20\""), ("1e-12", "1e-12"), ("nan", "\"nan\""), ("true", "\"true\""),
      ("1_000", "\"1_000\""), ("99999999999999999999", "\"99999999999999999999\""),
    ])
  func literals(_ pair: (String, String)) throws {
    var settings = Settings(schema: exampleSchema)
    try settings.set(path: "problem.observed", text: pair.0, place: "--observed")
    #expect(settings.toml == "[problem]\nobserved = \(pair.1)\n")
    #expect(try again(settings).text("problem.observed") == pair.0)
  }

  @Test("a default is written and read, and is not given")
  func defaults() throws {
    let scale = SettingKey<Double>("init.scale", flag: "--init-scale", fallback: 0.05, help: "Scale.")
    let scales = SettingKey<[Double]>("init.scales", flag: "--scales", help: "Scales.")
    var settings = try loaded("problem.depth = 3")
    settings.complete(scale, 2)
    settings.complete(scales, [.infinity])
    #expect(settings[scale] == 2 && !settings.isSet(scale) && settings.place(scale) == "default")
    #expect(settings[scales] == nil, "no file can hold infinity")
    #expect(settings.givenPaths == ["problem.depth"])
    #expect(settings.toml == "[problem]\ndepth = 3\n\n[init]\nscale = 2.0\n")
    // What is given wins over a default, whichever comes first.
    try settings.load(toml: "init.scale = 1", name: "b.toml")
    settings.complete(scale, 3)
    #expect(settings[scale] == 1 && settings.isSet(scale) && settings.isFromFile("init.scale"))
    #expect(settings.keeping(["init.scale"]).givenPaths == ["init.scale"])
  }

  @Test("help tells the default that the key has")
  func help() {
    func help<Value: SettingConvertible>(_ fallback: Value?, _ text: String) -> String {
      SettingKey<Value>("a", flag: "--a", fallback: fallback, help: text).setting.help
    }
    #expect(help(0.05, "Scale.") == "Scale (default 0.05).")
    #expect(help(1.0, "Norm.") == "Norm (default 1).")
    #expect(help([1e-6, 1e-10], "Rungs.") == "Rungs (default 1e-6,1e-10).")
    #expect(help(1e20, "Large.") == "Large (default 1e20).")
    #expect(help(100, "Count.") == "Count (default 100).")
    #expect(help("l2", "Loss: l2 (default) or l1.") == "Loss: l2 (default) or l1.")
    #expect(help(false, "Also that.") == "Also that.")
    #expect(help(Int?.none, "Required.") == "Required.")
  }
}

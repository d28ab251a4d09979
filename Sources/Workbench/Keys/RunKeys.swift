import Settings

// What is asked about the experiment.

extension SettingKey<[String]> {
  package static var claims: Self {
    Self(
      "run.claims", flag: "--claims", valueName: "name,…", help: "Claims to check ('flowcheck list' shows all).")
  }
  /// What a file that states every setting had been given; the rest are defaults, and reports do not list them.
  package static var given: Self {
    Self(
      "run.given", flag: "", help: "Settings that were given where the others are defaults, as --print-config says it.")
  }
}

extension SettingKey<Bool> {
  package static var control: Self {
    Self(
      "run.control", flag: "--control", fallback: false,
      help: "Also run each claim's negative controls, which must be flagged.")
  }
  package static var allRungs: Self {
    Self(
      "run.all-rungs", flag: "--all-rungs", fallback: false,
      help:
        "Run every rung of --refine, for controls too, even where fewer settle the verdicts (see 'flowcheck explain').")
  }
}

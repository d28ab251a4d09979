import ArrayFiles
import Verdicts

/// A sweep as JUnit XML, which continuous integration shows: a suite a point, a case a claim. A case fails where the verdict is another
/// than was expected, and is an error where the point has no outcome.
package enum JUnitText {
  package static func render(_ summary: SweepSummary) -> String {
    var suites: [XML] = []
    var (cases, failures, errors) = (0, 0, 0)
    for (number, outcome) in summary.points {
      let name = "point \(summary.grid.name(number))"
      let words = summary.grid.words(number)
      var own: [XML] = []
      var (failed, broken) = (0, 0)
      if let outcome {
        for (claim, verdict, expected, reason) in outcome.verdicts(summary.expectations) {
          let isMet = verdict == expected
          failed += isMet ? 0 : 1
          own.append(
            XML(
              "testcase", ["classname": words.isEmpty ? name : words, "name": claim],
              isMet
                ? []
                : [
                  XML(
                    "failure", ["message": "\(verdict.rawValue), and \(expected.rawValue) was expected"],
                    text: reason + (summary.line(number, outcome).map { "\n\($0)" } ?? ""))
                ]))
        }
      } else {
        broken = 1
        own.append(
          XML(
            "testcase", ["classname": words.isEmpty ? name : words, "name": "run"],
            [XML("error", ["message": summary.failures[number] ?? "not run"])]))
      }
      suites.append(
        XML(
          "testsuite",
          ["name": name, "tests": "\(own.count)", "failures": "\(failed)", "errors": "\(broken)", "skipped": "0"], own))
      (cases, failures, errors) = (cases + own.count, failures + failed, errors + broken)
    }
    let root = XML(
      "testsuites", ["name": "flowcheck sweep", "tests": "\(cases)", "failures": "\(failures)", "errors": "\(errors)"],
      suites)
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + root.rendered() + "\n"
  }
}

extension SweepSummary {
  /// Writes it as JUnit XML.
  package func writeJUnit(to path: String) throws(FileError) { try AtomicFile.write(JUnitText.render(self), to: path) }
}

import Testing
import Verdicts

@Suite("Numbers as text")
struct NumberTextTests {
  @Test(
    "two significant digits",
    arguments: [
      (8.4e-11, "8.4e-11"), (8.449e-11, "8.4e-11"), (0.76, "0.76"), (458, "458"), (457.6, "458"), (37.2, "37"),
      (2.6e-05, "2.6e-05"), (1e-06, "1e-06"), (0, "0"), (-0.0, "0"), (99.6, "100"), (99.4, "99"), (-12345, "-12345"),
      (99_999.4, "99999"), (99_999.6, "1e+05"), (1.7e308, "1.7e+308"), (Double.leastNonzeroMagnitude, "4.9e-324"),
      (.nan, "nan"),
      (.infinity, "inf"), (-.infinity, "-inf"), (1, "1"), (1.04, "1"),
    ])
  func numbers(_ example: (Double, String)) {
    #expect(tableNumber(example.0) == example.1)
  }

  @Test("residuals name roundoff")
  func residuals() {
    #expect(tableResidual(1e-15, roundoff: 1e-14) == "roundoff")
    #expect(tableResidual(-1e-15, roundoff: 1e-14) == "roundoff")
    #expect(tableResidual(2.54e-12, roundoff: 1e-14) == "2.5e-12")
    #expect(tableResidual(.nan, roundoff: 1e-14) == "nan")
  }

  @Test(
    "what the user chose is printed with all its digits",
    arguments: [
      (1e-6, "1e-06"), (0.05, "0.05"), (0.00125, "0.00125"), (40, "40"), (0.1 + 0.2, "0.3"),
      (1.0 / 3, "0.333333333333333"),
      (1e300, "1e+300"), (.nan, "nan"), (0, "0"), (-0.5, "-0.5"), (123456, "123456"),
    ])
  func settings(_ example: (Double, String)) {
    #expect(tableSetting(example.0) == example.1)
  }
}

/// What a message may show of a text: control and formatting characters are replaced, a long text is shortened.
func printable(_ text: String, atMost limit: Int = 40) -> String {
  var scalars = String.UnicodeScalarView()
  var count = 0
  for scalar in text.unicodeScalars {
    if count == limit { return String(scalars) + "…" }
    scalars.append(shown(scalar))
    count += 1
  }
  return String(scalars)
}

/// The scalar, or the replacement character for one that a terminal would act on.
func shown(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
  switch scalar.properties.generalCategory {
  case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: "\u{FFFD}"
  default: scalar
  }
}

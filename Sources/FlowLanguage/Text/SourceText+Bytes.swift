extension SourceText {
  /// The bytes as they were read.
  package var allBytes: [UInt8] { bytes }
}

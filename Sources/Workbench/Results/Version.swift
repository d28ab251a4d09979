/// The version of the tool, as `--version` and provenance print it.
package enum Version {
  package static let text = "0.1.0"
}

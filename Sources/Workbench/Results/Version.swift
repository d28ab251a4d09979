import CCommit

/// The version of the tool, as `--version` and provenance print it.
package enum Version {
  package static let text = "0.1.0"

  /// The git commit that was checked out when the tool was built; nil if that is not known.
  package static let commit: String? = {
    let text = flowcheck_commit().map { String(cString: $0) } ?? ""
    return text.isEmpty ? nil : text
  }()
}

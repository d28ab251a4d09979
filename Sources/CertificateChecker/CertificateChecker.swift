import FlowLanguage

/// What the second checker says of a certificate.
public enum CheckResult: Equatable, Sendable {
  /// What is proved, as a sentence.
  case accepted(String)
  /// Why the certificate proves nothing.
  case rejected(String)
}

/// Checks certificates without the prover: it believes the `.flow` text that a certificate carries, as the language reads it, and its
/// own arithmetic of integers of any length, and nothing else that the certificate says.
///
/// Functions that are no polynomials, such as `relu`, `exp` or `sqrt`, stand for values with rules of their own for derivatives and powers;
/// what is proved of them holds where they are smooth and no denominator is 0, and the sentence says so.
public enum CertificateChecker {
  /// Checks the bytes of a file.
  ///
  /// - Throws: If the file is damaged, so that what it says cannot be known.
  public static func check(_ bytes: [UInt8]) throws(CertificateFileError) -> CheckResult {
    switch try CertificateFile.decode(bytes) {
    case .claim(let certificate): check(certificate)
    case .laws(let certificate): check(certificate)
    }
  }

  /// Checks what is said of one claim.
  public static func check(_ certificate: Certificate) -> CheckResult { check(certificate, work: Budget.workLimit) }

  /// - Parameter work: Steps that the check may take.
  package static func check(_ certificate: Certificate, work: Int) -> CheckResult {
    do { return .accepted(try statement(of: certificate, Budget(work: work))) } catch { return .rejected(error.reason) }
  }

  /// Checks a list of laws.
  public static func check(_ certificate: LawCertificate) -> CheckResult {
    do { return .accepted(try LawCheck(certificate).statement()) } catch { return .rejected(error.reason) }
  }

  private static func statement(of certificate: Certificate, _ budget: Budget) throws(Rejection) -> String {
    guard certificate.schema == Certificate.schema else { throw Rejection("the schema is not known") }
    switch certificate.verdict {
    case "holds": return try holds(certificate, budget)
    case "violated": return try violated(certificate, budget)
    default: throw Rejection("the verdict is neither holds nor violated")
    }
  }

  private static func holds(_ certificate: Certificate, _ budget: Budget) throws(Rejection) -> String {
    let isForAll = certificate.scope == .all
    if isForAll, !certificate.sizes.isEmpty {
      throw Rejection("sizes have values and the claim is said to hold for all of them")
    }
    let text = try ClaimText(
      source: certificate.source, name: certificate.name, sizes: certificate.sizes, claims: [certificate.claim])
    guard let claim = text.claims.first else { throw Rejection("there is no claim") }
    if let remarks = try DescentCheck(text.file, claim, certificate, budget).check() {
      return sentence(isForAll ? "holds for all sizes" : "holds" + sizes(certificate.sizes), claim.text, remarks)
    }
    if isForAll {
      let remarks = try AllSizesCheck(text.file, claim, certificate, budget).check()
      return sentence("holds for all sizes", claim.text, remarks)
    }
    if let remarks = try AnyLossCheck(text.file, claim, certificate.evidence, budget).check() {
      return sentence("holds" + sizes(certificate.sizes), claim.text, remarks)
    }
    let expander = try expander(text.file, claim, budget)
    let remarks = try ProofCheck(ClaimReading(claim, expander), certificate.evidence).check()
    return sentence("holds" + sizes(certificate.sizes), claim.text, remarks)
  }

  private static func violated(_ certificate: Certificate, _ budget: Budget) throws(Rejection) -> String {
    var sizes = certificate.sizes
    for (name, value) in certificate.evidence.witness?.sizes ?? [:] {
      if let known = sizes[name], known != value { throw Rejection("a size has two values") }
      // A claim about given sizes is refuted at these sizes only.
      if certificate.scope == .given, sizes[name] == nil {
        throw Rejection("the witness gives a size a value that the claim's scope does not")
      }
      sizes[name] = value
    }
    if certificate.scope == .all, !certificate.sizes.isEmpty {
      throw Rejection("sizes have values and the claim is said to be about all of them")
    }
    let text = try ClaimText(
      source: certificate.source, name: certificate.name, sizes: sizes, claims: [certificate.claim])
    guard let claim = text.claims.first else { throw Rejection("there is no claim") }
    let expander = try expander(text.file, claim, budget)
    let shown = try PointCheck(ClaimReading(claim, expander), certificate.evidence).check()
    return sentence("violated" + Self.sizes(sizes), claim.text, [shown])
  }

  /// Polynomials, and where the claim depends on functions that are none, atoms.
  private static func expander(
    _ file: CheckedFile, _ claim: CheckedClaim, _ budget: Budget
  ) throws(Rejection) -> Expander {
    let (scan, variables) = (try FunctionScan(file, claim, budget), Variables())
    return Expander(file, variables, budget, atoms: scan.isRational ? nil : Atoms(variables, budget))
  }

  private static func sizes(_ sizes: [String: Int]) -> String {
    sizes.isEmpty
      ? "" : " at " + sizes.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }.joined(separator: ", ")
  }

  private static func sentence(_ verdict: String, _ claim: String, _ remarks: [String]) -> String {
    "\(verdict): \(claim)" + (remarks.isEmpty ? "" : " (\(remarks.joined(separator: "; ")))")
  }
}

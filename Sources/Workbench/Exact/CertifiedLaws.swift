import CertificateChecker
import FlowLanguage
import Symbolic

/// A count of laws that the second checker has accepted: it expanded every law again, and computed both ranks again.
struct CertifiedLaws {
  let certificate: LawCertificate
  /// What the checker says is proved.
  let statement: String

  /// Products mod p that a certificate's columns may take: some seconds.
  private static let work = 2_000_000_000

  /// Has a count checked.
  ///
  /// - Parameters:
  ///   - claim: The claim that it answers, as canonical text, and its verdict.
  /// - Throws: ``Uncertified`` with the checker's reason.
  init(_ count: LawCount, of text: FlowText, claim: (text: String, verdict: String)? = nil, seed: UInt64)
    throws(Uncertified)
  {
    let file = text.checked
    var certificate = LawCertificate(
      program: "flowcheck \(Version.text)", name: text.name, source: text.content, sizes: text.values,
      claim: claim?.text, verdict: claim?.verdict, clock: false, forAllData: true, laws: [], count: 0,
      independence: nil, bound: nil, complete: false)
    var rate: (text: String, isPower: Bool)?
    switch file.flow {
    case .gradient(let decay?): rate = (file.text(of: decay), true)
    case .momentum(let friction): rate = (file.text(of: friction), false)
    case .gradient(nil), .mirror, .field: break
    }
    certificate.clock = rate != nil
    // Laws of a field may depend on its constants.
    if case .field = file.flow { certificate.forAllData = false } else { certificate.forAllData = rate == nil }
    for law in count.independent {
      let text = law.text(count.names)
      if let rate {
        let factor = rate.isPower ? "\(law.numerator.degree)*" : ""
        certificate.laws.append(.init(.claim, "decays \(text) rate \(factor)(\(rate.text))"))
      } else {
        certificate.laws.append(
          law.denominator == nil && law.logarithms.isEmpty
            ? .init(.polynomial, text) : .init(.claim, "conserved \(text)"))
      }
    }
    do {
      let complete = try LawCheck(certificate).completed(seed: seed, work: Self.work)
      switch CertificateChecker.check(complete) {
      case .accepted(let statement): (self.certificate, self.statement) = (complete, statement)
      case .rejected(let reason): throw Uncertified(reason: reason)
      }
    } catch let error as Rejection { throw Uncertified(reason: error.reason) } catch let error as Uncertified {
      throw error
    } catch { throw Uncertified(reason: "\(error)") }
  }

  /// Why a count has no certificate.
  struct Uncertified: Error {
    let reason: String
  }
}

/// Where a claim comes from: a paper's statement, or a derivation of its own.
public struct Source: Sendable {
  /// Authors and year; nil for what was derived for this claim and stands in no paper.
  public let paper: String?
  /// The paper's number at arXiv.
  public let arxiv: String?
  /// The theorem or section, or in words what was derived; empty for a paper as a whole.
  public let place: String

  /// A paper's statement; for what stands in no paper see ``derived(_:)``.
  public init(paper: String?, arxiv: String? = nil, place: String = "") {
    self.paper = paper
    self.arxiv = arxiv
    self.place = place
  }

  /// A step that stands in no paper.
  public static func derived(_ words: String) -> Source { Source(paper: nil, place: words) }

  /// As `explain` prints it: `Arora, Cohen, Hazan 2018 (1802.06509), Theorem 1`.
  public var text: String {
    guard let paper else { return "derived: \(place)" }
    return paper + (arxiv.map { " (\($0))" } ?? "") + (place.isEmpty ? "" : ", \(place)")
  }
}

/// The papers the claims come from.
extension Source {
  /// *On the Optimization of Deep Networks: Implicit Acceleration by Overparameterization.*
  public static func aroraCohenHazan2018(_ place: String) -> Source {
    Source(paper: "Arora, Cohen, Hazan 2018", arxiv: "1802.06509", place: place)
  }

  /// *Implicit Regularization in Deep Matrix Factorization.*
  public static func aroraCohenHuLuo2019(_ place: String) -> Source {
    Source(paper: "Arora, Cohen, Hu, Luo 2019", arxiv: "1905.13655", place: place)
  }

  /// *A Convergence Analysis of Gradient Descent for Deep Linear Neural Networks.*
  public static func aroraCohenGolowichHu2019(_ place: String = "") -> Source {
    Source(paper: "Arora, Cohen, Golowich, Hu 2019", arxiv: "1810.02281", place: place)
  }

  /// *Implicit Gradient Regularization.*
  public static func barrettDherin2021(_ place: String) -> Source {
    Source(paper: "Barrett and Dherin 2021", arxiv: "2009.11162", place: place)
  }

  /// *Gradient Descent on Neural Networks Typically Occurs at the Edge of Stability.*
  public static func cohenKaurLiKolterTalwalkar2021(_ place: String = "") -> Source {
    Source(paper: "Cohen, Kaur, Li, Kolter, Talwalkar 2021", arxiv: "2103.00065", place: place)
  }

  /// *Algorithmic Regularization in Learning Deep Homogeneous Models: Layers are Automatically Balanced.*
  public static func duHuLee2018(_ place: String) -> Source {
    Source(paper: "Du, Hu, Lee 2018", arxiv: "1806.00900", place: place)
  }

  /// *Continuous vs. Discrete Optimization of Deep Neural Networks.*
  public static func elkabetzCohen2021(_ place: String) -> Source {
    Source(paper: "Elkabetz and Cohen 2021", arxiv: "2107.06608", place: place)
  }

  /// *Implicit Regularization of Discrete Gradient Dynamics in Linear Neural Networks.*
  public static func gidelBachLacosteJulien2019(_ place: String = "") -> Source {
    Source(paper: "Gidel, Bach, Lacoste-Julien 2019", arxiv: "1904.13262", place: place)
  }

  /// *The Implicit Bias of Depth: How Incremental Learning Drives Generalization.*
  public static func gissinShalevShwartzDaniely2020(_ place: String = "") -> Source {
    Source(paper: "Gissin, Shalev-Shwartz, Daniely 2020", arxiv: "1909.12051", place: place)
  }

  /// *Implicit Regularization in Matrix Factorization.*
  public static func gunasekar2017(_ place: String) -> Source {
    Source(paper: "Gunasekar et al. 2017", arxiv: "1705.09280", place: place)
  }

  /// *Continuous Time Analysis of Momentum Methods.*
  public static func kovachkiStuart2021(_ place: String) -> Source {
    Source(paper: "Kovachki and Stuart 2021", place: place)
  }

  /// *Implicit Regularization in Deep Learning May Not Be Explainable by Norms.*
  public static func razinCohen2020(_ place: String) -> Source {
    Source(paper: "Razin and Cohen 2020", arxiv: "2005.06398", place: place)
  }

  /// *Implicit Regularization in Tensor Factorization.*
  public static func razinMamanCohen2021(_ place: String) -> Source {
    Source(paper: "Razin, Maman, Cohen 2021", arxiv: "2102.09972", place: place)
  }

  /// *Exact Solutions to the Nonlinear Dynamics of Learning in Deep Linear Neural Networks.*
  public static func saxeMcClellandGanguli2014(_ place: String = "") -> Source {
    Source(paper: "Saxe, McClelland, Ganguli 2014", arxiv: "1312.6120", place: place)
  }
}

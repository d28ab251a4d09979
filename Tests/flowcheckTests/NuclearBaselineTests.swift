import Foundation
import Testing

/// `integrate --least-nuclear-norm`: the convex baseline beside a run.
@Suite("The least nuclear norm beside a run")
struct NuclearBaselineTests {
  /// Of the matrices (x 1; 1 0) the nuclear norm √(x² + 4) is least at x = 0, where both singular values are 1.
  @Test("2×2 with a hidden entry: the optimum is 2, of effective rank 2")
  func hiddenEntry() throws {
    let folder = try Folder()
    try folder.write("i0,i1,value\n0,1,1\n1,0,1\n1,1,0\n", to: "y.csv")
    let ending = try Tool.run(
      [
        "integrate", "--model", "matrix", "--shape", "2,2", "--depth", "3", "--data", "y.csv", "--init", "balanced",
        "--init-scale", "0.1", "--until", "100", "--least-nuclear-norm", "--json",
      ], in: folder)
    #expect(ending.status == 0, "\(ending)")
    let final = try #require(try ending.json()["final"] as? [String: Double])
    #expect(abs((final["least_nuclear_norm"] ?? 0) - 2) < 4e-6, "the gap allowed, 1e-6 of 2, twice")
    #expect((final["least_nuclear_norm_gap"] ?? 1) <= 1e-6)
    #expect(abs((final["least_nuclear_norm_effective_rank"] ?? 0) - 2) < 1e-3)
    let values = [final["component_norm_1"] ?? .nan, final["component_norm_2"] ?? .nan]
    let sum = values[0] + values[1]
    #expect(abs((final["nuclear_norm"] ?? 0) / sum - 1) < 1e-12)
    let entropy = values.map { -$0 / sum * log($0 / sum) }.reduce(0, +)
    #expect(abs((final["effective_rank"] ?? 0) / exp(entropy) - 1) < 1e-9)
  }

  @Test(
    "what is no completion of a matrix is refused before anything runs",
    arguments: [
      "--model cp --shape 3,3,3 --components 2 --rank 1",
      "--model matrix --shape 3,3 --depth 2 --rank 1 --measure-with gaussian --samples 5",
    ])
  func refused(problem: String) throws {
    let folder = try Folder()
    let ending = try Tool.run(
      ["integrate"] + problem.split(separator: " ").map(String.init)
        + ["--until", "1", "--least-nuclear-norm", "--output", "out"], in: folder)
    expectRefusal(ending, status: 64, ["least nuclear norm", "--measure-with entries"])
    #expect(!folder.names.contains("out"))
  }
}

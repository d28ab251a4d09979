/// Mean and quartiles of some errors.
package struct ErrorSummary {
  package let mean: Double
  /// 25, 50 and 75 %: linear between the two nearest of the sorted values, as most programs do it.
  package let quartiles: [Double]

  /// nil for no values.
  package init?(_ values: [Double]) {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    mean = sorted.reduce(0, +) / Double(sorted.count)
    quartiles = [0.25, 0.5, 0.75].map { share in
      let place = share * Double(sorted.count - 1)
      let low = Int(place)
      let high = min(low + 1, sorted.count - 1)
      return sorted[low] + (place - Double(low)) * (sorted[high] - sorted[low])
    }
  }
}

import GSLBridge

/// Images whose pixels have few levels, each with a label: the entries of a label tensor that are observed.
///
/// An image of n pixels with q levels is an index of a tensor of order n whose modes have dimension q; the tensor's entry there is what
/// a predictor says of the image.
public struct LabelledImages: Sendable, Equatable {
  /// Pixels of one image: the order of the tensor.
  public let order: Int
  /// Levels of a pixel: the dimension of its modes.
  public let levels: Int
  /// The level of every pixel, image after image.
  public let pixels: [UInt8]
  /// The label of every image.
  public let labels: [UInt8]

  /// How many images there are.
  public var count: Int { labels.count }

  /// - Precondition: `pixels` has `order` numbers below `levels` for every label.
  public init(order: Int, levels: Int, pixels: [UInt8], labels: [UInt8]) {
    precondition(pixels.count == order * labels.count, "there must be \(order) pixels for each label")
    (self.order, self.levels, self.pixels, self.labels) = (order, levels, pixels, labels)
  }

  /// Images of gray values 0 … `white`, quantized to `levels` levels: gray · (levels − 1)/white, rounded half to even, as the authors
  /// of the experiment do it.
  public init(grays: [UInt8], white: UInt8, order: Int, levels: Int, labels: [UInt8]) {
    let table = (0...255).map { gray -> UInt8 in
      let level = Double(gray) * Double(levels - 1) / Double(max(1, white))
      return UInt8(min(level.rounded(.toNearestOrEven), Double(levels - 1)))
    }
    self.init(order: order, levels: levels, pixels: grays.map { table[Int($0)] }, labels: labels)
  }

  /// The images of these numbers, in their order.
  public func chosen(_ numbers: [Int]) -> LabelledImages {
    var chosen: [UInt8] = []
    chosen.reserveCapacity(numbers.count * order)
    for k in numbers { chosen += pixels[k * order..<(k + 1) * order] }
    return LabelledImages(order: order, levels: levels, pixels: chosen, labels: numbers.map { labels[$0] })
  }

  /// The same labels on images of independent pixels, every level as probable as any other.
  public func withRandomImages(seed: UInt64, name: String) -> LabelledImages {
    var stream = RandomStream(seed: seed, name: name)
    let random = (0..<pixels.count).map { _ in UInt8(stream.index(below: levels)) }
    return LabelledImages(order: order, levels: levels, pixels: random, labels: labels)
  }

  /// The same images with their labels permuted at random.
  public func withPermutedLabels(seed: UInt64, name: String) -> LabelledImages {
    var stream = RandomStream(seed: seed, name: name)
    let numbers = stream.permutationPrefix(of: count, count: count)
    return LabelledImages(order: order, levels: levels, pixels: pixels, labels: numbers.map { labels[$0] })
  }
}

import ArrayFiles

/// Labelled images from the user's files.
///
/// - IDX, plain or compressed by gzip: the images in one file, their labels in another.
/// - NPZ: arrays `images` (N × …) and `labels` (N), and if there are any `test_images` and `test_labels`; or the names that Keras gives
///   them, `x_train`, `y_train`, `x_test`, `y_test`.
/// - CSV: an image a row, its label in the last column.
package struct ImageFiles {
  /// The images to train with, or to do both with.
  package let images: GrayImages
  /// Those that the same file holds for the test.
  package let test: GrayImages?
  /// The gray value of full ink, where the format says it.
  package let white: Double?
  /// What of the files was not used.
  package let notes: [String]

  /// Reads images by the ending of their file's name: `.npz`, `.csv`, or else IDX.
  ///
  /// - Parameters:
  ///   - labels: the IDX file of the labels.
  ///   - labelSetting: the path of the setting that names it, for messages.
  /// - Throws: ``FileError`` for a file that cannot be read or understood, ``Refusal`` if labels are missing or given twice.
  package init(_ path: String, labels: String?, labelSetting: String) throws {
    let ending = path.lowercased()
    let holdsLabels = ending.hasSuffix(".npz") || ending.hasSuffix(".csv")
    if holdsLabels, let labels {
      throw Refusal(
        "\(path) holds its labels itself, and does not go with \(labelSetting) \(labels)",
        remedy: "drop \(labelSetting)")
    }
    if ending.hasSuffix(".npy") {
      throw Refusal(
        "\(path): an NPY file holds one array, and so no labels beside the images",
        remedy: "store both with numpy.savez(path, images=…, labels=…)")
    }
    if ending.hasSuffix(".npz") {
      (images, test, notes) = try Self.archive(path)
      white = nil
    } else if ending.hasSuffix(".csv") {
      (images, test, white, notes) = (try Self.table(path), nil, nil, [])
    } else {
      guard let labels else {
        // What cannot be read is no such file.
        _ = try FileBytes.read(path)
        throw Refusal(
          "\(path): an IDX file of images holds no labels",
          remedy: "name the IDX file of the labels with \(labelSetting), or give an .npz or .csv file")
      }
      (images, test, white, notes) = (try Self.idx(path, labels), nil, 255, [])
    }
  }

  private static func idx(_ path: String, _ labelPath: String) throws(FileError) -> GrayImages {
    let (pixels, labels) = (try IDXFile.read(path), try IDXFile.read(labelPath))
    guard pixels.shape.count >= 2 else {
      throw FileError(
        .malformed, path: path, problem: "its array has \(pixels.shape.count) dimension, as a file of labels",
        remedy: "give images, an array of images × rows × columns")
    }
    guard labels.shape.count == 1 else {
      throw FileError(
        .malformed, path: labelPath, problem: "its array has \(labels.shape.count) dimensions, as a file of images",
        remedy: "give labels, an array of one dimension")
    }
    return try GrayImages(
      path: path, shape: Array(pixels.shape.dropFirst()), grays: .bytes(pixels.values),
      labels: labels.values.map(Double.init),
      labelPath: labelPath, place: { "image \($0), pixel \($1)" })
  }

  private static func table(_ path: String) throws(FileError) -> GrayImages {
    let table = try MatrixCSV.read(path)
    let (rows, columns) = (table.shape[0], table.shape[1])
    guard columns >= 2 else {
      throw FileError(
        .malformed, path: path, problem: "a row has one number", remedy: "give the pixels of an image, then its label")
    }
    var (grays, labels): ([Double], [Double]) = ([], [])
    grays.reserveCapacity(rows * (columns - 1))
    for row in 0..<rows {
      let start = row * columns
      grays += table.values[start..<start + columns - 1]
      labels.append(table.values[start + columns - 1])
    }
    return try GrayImages(
      path: path, shape: [columns - 1], grays: .numbers(grays), labels: labels, labelPath: path,
      place: { "image \($0), column \($1)" })
  }

  private static func archive(_ path: String) throws -> (images: GrayImages, test: GrayImages?, notes: [String]) {
    let archive = try ArrayArchive(path)
    let names = [["images", "labels", "test_images", "test_labels"], ["x_train", "y_train", "x_test", "y_test"]]
    guard let used = names.first(where: { archive.contents.names.contains($0[0]) }) else {
      throw FileError(
        .malformed, path: path,
        problem: "it holds no array 'images' (it holds \(archive.contents.names.joined(separator: ", ")))",
        remedy: "store arrays images (N × …) and labels (N)")
    }
    let images = try pair(archive, used[0], used[1])
    let hasTest = archive.contents.names.contains(used[2])
    return (images, hasTest ? try pair(archive, used[2], used[3]) : nil, archive.notes(used: used))
  }

  private static func pair(_ archive: ArrayArchive, _ name: String, _ labelName: String) throws(FileError) -> GrayImages
  {
    let path = archive.path
    func missing(_ name: String) -> FileError {
      FileError(
        .malformed, path: path, problem: "it holds no array '\(name)'", remedy: "store one label for each image in it")
    }
    guard let images = try archive.contents.array(name) else { throw missing(name) }
    guard let labels = try archive.contents.array(labelName) else { throw missing(labelName) }
    guard images.shape.count >= 2 else {
      throw FileError(
        .malformed, path: path, place: "array \(name)", problem: "its shape is \(images.shape)",
        remedy: "give images × pixels, or images × rows × columns")
    }
    guard labels.shape.count == 1 || labels.shape.dropFirst().allSatisfy({ $0 == 1 }), !labels.shape.isEmpty else {
      throw FileError(
        .malformed, path: path, place: "array \(labelName)", problem: "its shape is \(labels.shape)",
        remedy: "give one number for each image, that of its class")
    }
    return try GrayImages(
      path: path, shape: Array(images.shape.dropFirst()), grays: .numbers(images.values), labels: labels.values,
      labelPath: path, place: { "array \(name), image \($0), pixel \($1)" })
  }
}

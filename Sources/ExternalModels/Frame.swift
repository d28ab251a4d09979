/// The head of everything that passes between flowcheck and a program: 16 bytes, little-endian, before `length` bytes more.
struct Frame: Equatable {
  /// What follows: one of the constants, or ``magic`` in a program's first frame.
  let kind: UInt32
  /// The version in a greeting; 1 in an answer where shared memory is used; the call's number in a request and in the reply to it.
  let flags: UInt32
  /// Bytes that follow.
  let length: UInt64

  static let size = 16
  /// `FLOW` as bytes.
  static let magic: UInt32 = 0x574F_4C46
  static let version: UInt32 = 1
  /// The answer to a greeting: a path of shared memory, or nothing.
  static let ready: UInt32 = 1
  /// θ in; f(θ) and ∇f(θ) out.
  static let gradient: UInt32 = 2
  /// θ and v in; ∇²f(θ) v out.
  static let product: UInt32 = 3

  /// Instead of a reply: why there is none, in UTF-8.
  static let complaint: UInt32 = 4

  init(_ kind: UInt32, flags: UInt32 = 0, length: Int) {
    self.kind = kind
    self.flags = flags
    self.length = UInt64(length)
  }

  init(reading bytes: UnsafeRawPointer) {
    kind = UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self))
    flags = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
    length = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
  }

  func write(_ bytes: UnsafeMutableRawPointer) {
    bytes.storeBytes(of: kind.littleEndian, as: UInt32.self)
    bytes.storeBytes(of: flags.littleEndian, toByteOffset: 4, as: UInt32.self)
    bytes.storeBytes(of: length.littleEndian, toByteOffset: 8, as: UInt64.self)
  }
}

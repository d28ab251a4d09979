/// Whether all `count` numbers are finite, at the speed of reading them.
@inline(__always)
func allFinite(_ values: UnsafePointer<Double>, count: Int) -> Bool {
  let exponentMask: UInt64 = 0x7FF0_0000_0000_0000
  // An exponent of all ones plus one carries into the sign bit; any other stays below it.
  let carry: UInt64 = 0x0010_0000_0000_0000
  var signs: UInt64 = 0
  for i in 0..<count { signs |= (values[i].bitPattern & exponentMask) &+ carry }
  return signs >> 63 == 0
}

// The only file that touches the standard library's normalizer. `_nfc` is underscored, so the
// vectors in NotationTests guard its meaning against a new compiler.
@_spi(_Unicode) import Swift

/// Whether a string is in Unicode Normalization Form C: equal, scalar by scalar, to its own form.
func isNormalized(_ string: String) -> Bool {
  string._nfc.elementsEqual(string.unicodeScalars)
}

extension String {
  /// The string in Unicode Normalization Form C, as every canonical text wants it.
  ///
  /// Use it where a person's words come in; the canonical writer refuses and never repairs.
  package var normalized: String {
    if utf8.allSatisfy({ $0 < 0x80 }) { return self }
    var scalars = String.UnicodeScalarView()
    scalars.append(contentsOf: _nfc)
    return String(scalars)
  }
}

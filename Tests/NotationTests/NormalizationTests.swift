import Notation
import Testing

/// Source and its form NFC, scalar by scalar; from the Unicode NormalizationTest file, Part 0 and 1.
private let forms: [([UInt32], [UInt32])] = [
  ([0x0041], [0x0041]),
  ([0x00C5], [0x00C5]), ([0x212B], [0x00C5]), ([0x0041, 0x030A], [0x00C5]),
  ([0x1E0A], [0x1E0A]), ([0x1E0C, 0x0307], [0x1E0C, 0x0307]),
  ([0x1E0A, 0x0323], [0x1E0C, 0x0307]), ([0x0044, 0x0307, 0x0323], [0x1E0C, 0x0307]),
  ([0x03D2, 0x0301], [0x03D3]), ([0x0958], [0x0915, 0x093C]),
  ([0x1100, 0x1161], [0xAC00]), ([0x1100, 0x1161, 0x11A8], [0xAC01]),
  ([0xF900], [0x8C48]), ([0x2F800], [0x4E3D]), ([0xFB1D], [0x05D9, 0x05B4]),
  ([0x0344], [0x0308, 0x0301]), ([0xFB01], [0xFB01]), ([0x1D15E], [0x1D157, 0x1D165]),
  ([0x0061, 0x0315, 0x0300, 0x05AE, 0x0062], [0x00E0, 0x05AE, 0x0315, 0x0062]),
]

private func text(_ scalars: [UInt32]) -> String {
  var view = String.UnicodeScalarView()
  view.append(contentsOf: scalars.map { Unicode.Scalar($0)! })
  return String(view)
}

@Test("normalization gives the form of the vector and the form is stable", arguments: forms)
func normalForm(_ source: [UInt32], _ form: [UInt32]) {
  #expect(text(source).normalized.unicodeScalars.map(\.value) == form)
  #expect(text(form).normalized.unicodeScalars.map(\.value) == form)
}

@Test("the canonical reader admits a string exactly when it is its own form", arguments: forms)
func admitsNormalForm(_ source: [UInt32], _ form: [UInt32]) throws {
  #expect(throws: Never.self) { try CanonicalJSON.bytes(["a": .string(text(form))]) }
  guard source != form else { return }
  let fault = #expect(throws: NotationFault.self) {
    try CanonicalJSON.bytes(["a": .string(text(source))])
  }
  #expect(fault?.cause == .normalization)
}

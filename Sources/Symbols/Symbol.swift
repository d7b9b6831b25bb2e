internal import CZint

/// A two-dimensional symbol that a phone or a scanner reads: dark and light modules.
///
///     let symbol = try Symbol.qr(Array(note.utf8))
///     symbol.svg(millimetersPerModule: 0.6)
///
/// What is read back are the same bytes. Drawn by zint; ISO/IEC 18004 (QR Code) and ISO/IEC 16022
/// (Data Matrix).
package struct Symbol: Hashable, Sendable {
  /// Modules in a row, without the quiet zone.
  package let width: Int
  /// Rows of modules, without the quiet zone.
  package let height: Int
  /// Light modules that stay free on each side, as the symbol's standard asks.
  package let quietZone: Int
  private let modules: [UInt8]

  /// Whether a module is dark. Outside of the symbol all is light.
  package subscript(x: Int, y: Int) -> Bool {
    guard x >= 0, y >= 0, x < width, y < height else { return false }
    return modules[y * width + x] == 1
  }
}

/// Why something cannot be drawn as a symbol.
package struct SymbolError: Error, Hashable, Sendable {
  /// What kept it from being drawn.
  package enum Reason: Hashable, Sendable {
    /// There is nothing to draw.
    case empty
    /// No symbol holds as much.
    case tooLong
    /// The text is not one that this symbol can hold, such as an unknown element.
    case notAllowed
    /// There is no memory, or zint has a fault of its own.
    case failed
  }

  /// What kept it from being drawn.
  package let reason: Reason

  /// An error with its reason.
  package init(reason: Reason) { self.reason = reason }
}

// MARK: - Kinds

extension Symbol {
  /// How much of a QR Code may be dirty or torn and still be read.
  package enum Correction: Int32, Sendable {
    /// 7 % of the codewords.
    case low = 1
    /// 15 %.
    case medium = 2
    /// 25 %.
    case quartile = 3
    /// 30 %.
    case high = 4
  }

  /// The largest symbol of either kind: QR version 40.
  private static let modulesMax = 177 * 177
  /// ECI of UTF-8 (AIM ITS/04-023): without it readers guess.
  private static let utf8: Int32 = 26

  /// A QR Code of these bytes, of at most 2,331 at medium correction.
  ///
  /// Text that is not ASCII is marked as UTF-8, so that no reader takes it for another encoding.
  package static func qr(
    _ bytes: [UInt8], correction: Correction = .medium
  ) throws(SymbolError) -> Symbol {
    let isPlain = bytes.allSatisfy { $0 < 0x80 }
    return try draw(
      BARCODE_QRCODE, mode: DATA_MODE, option1: correction.rawValue, option3: 0,
      eci: isPlain ? 0 : utf8, bytes, quietZone: 4)
  }

  /// A square GS1 DataMatrix of application identifiers with their values, such as
  /// `[("01", "00304092051058"), ("17", "300131"), ("10", "K1")]` (GS1 General Specifications,
  /// 3.2 and 5.6).
  ///
  /// - Throws: ``SymbolError/Reason/notAllowed`` for an unknown identifier, a wrong check digit and
  ///   whatever else GS1 does not allow.
  package static func gs1DataMatrix(
    _ elements: [(identifier: String, value: String)]
  ) throws(SymbolError) -> Symbol {
    // Brackets mark identifiers for zint, so no value may have one.
    guard elements.allSatisfy({ !$0.value.contains { "[]".contains($0) } }) else {
      throw SymbolError(reason: .notAllowed)
    }
    let text = elements.map { "[\($0.identifier)]\($0.value)" }.joined()
    return try draw(
      BARCODE_DATAMATRIX, mode: GS1_MODE, option1: 0, option3: DM_SQUARE, eci: 0,
      Array(text.utf8), quietZone: 1)
  }

  private static func draw(
    _ kind: Int32, mode: Int32, option1: Int32, option3: Int32, eci: Int32, _ bytes: [UInt8],
    quietZone: Int
  ) throws(SymbolError) -> Symbol {
    guard !bytes.isEmpty else { throw SymbolError(reason: .empty) }
    guard let length = Int32(exactly: bytes.count), length <= ZINT_MAX_DATA_LEN else {
      throw SymbolError(reason: .tooLong)
    }
    var modules = [UInt8](repeating: 0, count: modulesMax)
    var (rows, width): (Int32, Int32) = (0, 0)
    let status = unsafe custody_draw(
      kind, mode, option1, option3, eci, bytes, length, &modules, Int32(modulesMax), &rows, &width)
    if let reason = reason(status) { throw SymbolError(reason: reason) }
    return Symbol(
      width: Int(width), height: Int(rows), quietZone: quietZone,
      modules: Array(modules.prefix(Int(rows * width))))
  }

  private static func reason(_ status: Int32) -> SymbolError.Reason? {
    switch status {
    case 0: nil
    case ZINT_ERROR_TOO_LONG: .tooLong
    case ZINT_ERROR_INVALID_DATA, ZINT_ERROR_INVALID_CHECK, ZINT_ERROR_INVALID_OPTION,
      ZINT_ERROR_NONCOMPLIANT:
      .notAllowed
    default: .failed
    }
  }
}

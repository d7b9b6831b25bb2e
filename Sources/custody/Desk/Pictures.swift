import Foundation
import LedgerCore
import Symbols

/// Symbols for phones and scanners, on the terminal and in files.
enum Pictures {
  /// A QR Code of a text.
  static func qr(_ text: String, _ correction: Symbol.Correction = .medium) throws -> Symbol {
    do { return try Symbol.qr(Array(text.utf8), correction: correction) } catch {
      throw Failure(
        .failed,
        error.reason == .tooLong
          ? "the text is too long for a QR Code" : "the QR Code cannot be drawn")
    }
  }

  /// Half blocks for standard output: black on white by itself where a terminal shows it, and as
  /// ink on paper where it goes to a file or a printer.
  static func show(_ symbol: Symbol) {
    let isTerminal = isatty(1) == 1 && Environment.value("TERM") != "dumb"
    Console.print(symbol.blocks(colored: isTerminal).trimmingLine)
  }

  /// Eight pixels a module are enough for every reader, and for a label printer.
  static func write(_ symbol: Symbol, to path: String) throws {
    try EvidenceFiles.write(symbol.png(scale: 8), to: path)
  }
}

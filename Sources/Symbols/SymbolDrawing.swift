extension Symbol {
  /// The symbol as an `svg` element: one path on white, the quiet zone around it.
  ///
  /// - Parameters:
  ///   - millimeters: the size of a module on paper. Phones want 0.4 mm and more.
  ///   - title: what a screen reader says.
  package func svg(millimeters: Double, title: String) -> String {
    let (across, down) = (width + 2 * quietZone, height + 2 * quietZone)
    let size = { (modules: Int) in Self.decimal(Double(modules) * millimeters) + "mm" }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(size(across))" height="\(size(down))" \
      viewBox="0 0 \(across) \(down)" shape-rendering="crispEdges" role="img" \
      aria-label="\(title)"><rect width="\(across)" height="\(down)" fill="#fff"/>\
      <path fill="#000" d="\(path)"/></svg>
      """
  }

  /// One closed rectangle for each run of dark modules in a row.
  private var path: String {
    var path = ""
    for y in 0..<height {
      var x = 0
      while x < width {
        let run = (x..<width).prefix { self[$0, y] }.count
        if run > 0 { path += "M\(x + quietZone) \(y + quietZone)h\(run)v1h-\(run)z" }
        x += max(run, 1)
      }
    }
    return path
  }

  /// Three decimals are a thousandth of a millimeter.
  private static func decimal(_ value: Double) -> String {
    let thousandths = Int((value * 1000).rounded())
    let rest = String(thousandths % 1000 + 1000).dropFirst()
    return "\(thousandths / 1000).\(rest)"
  }
}

extension Symbol {
  /// The symbol in half blocks, two rows of modules in one line of text, with its quiet zone.
  ///
  /// - Parameter colored: whether each line paints black on white by itself, so that a terminal of
  ///   any colors shows it as printed. Without, the text is for paper: dark modules are ink.
  package func blocks(colored: Bool) -> String {
    let columns = -quietZone..<width + quietZone
    let rows = stride(from: -quietZone, to: height + quietZone, by: 2)
    return rows.map { y in
      let line = columns.map { Self.block(self[$0, y], self[$0, y + 1]) }.joined()
      return (colored ? "\u{1B}[38;5;16;48;5;231m\(line)\u{1B}[0m" : line) + "\n"
    }.joined()
  }

  private static func block(_ upper: Bool, _ lower: Bool) -> String {
    switch (upper, lower) {
    case (true, true): "\u{2588}"
    case (true, false): "\u{2580}"
    case (false, true): "\u{2584}"
    case (false, false): " "
    }
  }
}

extension Symbol {
  /// The symbol as a PNG file of black and white pixels (ISO/IEC 15948), with its quiet zone.
  ///
  /// - Parameter scale: pixels for each side of a module, 1 or more.
  package func png(scale: Int) -> [UInt8] {
    precondition(scale >= 1)
    let (across, down) = ((width + 2 * quietZone) * scale, (height + 2 * quietZone) * scale)
    let header = PNG.word(across) + PNG.word(down) + [1, 0, 0, 0, 0]
    return PNG.signature + PNG.chunk("IHDR", header)
      + PNG.chunk("IDAT", PNG.stored(scanlines(across, down, scale))) + PNG.chunk("IEND", [])
  }

  /// One bit for each pixel, 1 is white, each line with its filter byte 0.
  private func scanlines(_ across: Int, _ down: Int, _ scale: Int) -> [UInt8] {
    (0..<down).flatMap { y in
      var line = [UInt8](repeating: 0, count: 1 + (across + 7) / 8)
      for x in 0..<across where !self[x / scale - quietZone, y / scale - quietZone] {
        line[1 + x / 8] |= 0x80 >> UInt8(x % 8)
      }
      return line
    }
  }
}

/// The parts of a PNG file.
private enum PNG {
  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  /// Four bytes, the highest first.
  static func word(_ value: some BinaryInteger) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
    let named = Array(name.utf8) + data
    return word(data.count) + named + word(crc(named))
  }

  /// A zlib stream (RFC 1950) of stored blocks (RFC 1951, 3.2.4): a symbol is small anyway.
  static func stored(_ bytes: [UInt8]) -> [UInt8] {
    var stream: [UInt8] = [0x78, 0x01]
    var rest = bytes[...]
    repeat {
      let block = rest.prefix(0xFFFF)
      rest = rest.dropFirst(block.count)
      let length = UInt16(block.count)
      stream.append(rest.isEmpty ? 1 : 0)
      for half in [length, ~length] {
        stream += [UInt8(truncatingIfNeeded: half), UInt8(truncatingIfNeeded: half >> 8)]
      }
      stream += block
    } while !rest.isEmpty
    return stream + word(adler(bytes))
  }

  private static func adler(_ bytes: [UInt8]) -> UInt32 {
    var (low, high): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
      low = (low + UInt32(byte)) % 65521
      high = (high + low) % 65521
    }
    return high << 16 | low
  }

  private static func crc(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { rest, _ in
        rest & 1 == 1 ? rest >> 1 ^ 0xEDB8_8320 : rest >> 1
      }
    }
  }
}

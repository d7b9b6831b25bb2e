/// A table of plain text: columns aligned, two spaces between them, no spaces at line ends.
///
///     TextTable(["lot", ">quantity"], rows: [["A1", "4.300 mL"]]).lines
///
/// A title that begins with `>` makes a column of numbers, aligned to the right. Only the last
/// column wraps, and only where it would pass `width`.
package struct TextTable: Sendable {
  package let titles: [String]
  package let rows: [[String]]
  package let width: Int
  package let indent: Int

  package init(_ titles: [String], rows: [[String]], width: Int = 80, indent: Int = 0) {
    self.titles = titles
    self.rows = rows
    self.width = width
    self.indent = indent
  }

  package var lines: [String] {
    guard !rows.isEmpty else { return [] }
    let isRight = titles.map { $0.hasPrefix(">") }
    let heads = titles.map { $0.hasPrefix(">") ? String($0.dropFirst()) : $0 }
    let hasHead = heads.contains { !$0.isEmpty }
    let widths = titles.indices.map { column in
      ((hasHead ? [heads] : []) + rows).map { Text.width($0[column]) }.max() ?? 0
    }
    let taken = indent + widths.dropLast().map { $0 + 2 }.reduce(0, +)
    let room = max(20, width - taken)
    return ((hasHead ? [heads] : []) + rows).flatMap { cells in
      let last =
        isRight.last == true ? [cells.last ?? ""] : Text.wrapped(cells.last ?? "", to: room)
      return last.enumerated().map { index, part in
        var line = String(repeating: " ", count: indent)
        for column in titles.indices.dropLast() {
          let cell = index == 0 ? cells[column] : ""
          line += Text.padded(cell, to: widths[column], right: isRight[column]) + "  "
        }
        line +=
          isRight.last == true ? Text.padded(part, to: widths.last ?? 0, right: true) : part
        return Text.trimmed(line)
      }
    }
  }
}

/// Plain text in columns.
package enum Text {
  package static func width(_ text: String) -> Int { text.count }

  package static func padded(_ text: String, to width: Int, right: Bool = false) -> String {
    let spaces = String(repeating: " ", count: max(0, width - Text.width(text)))
    return right ? spaces + text : text + spaces
  }

  package static func trimmed(_ line: String) -> String {
    var line = line
    while line.last == " " { line.removeLast() }
    return line
  }

  /// Words on as many lines as they need; a word longer than a line is broken.
  package static func wrapped(_ text: String, to width: Int) -> [String] {
    var lines: [String] = [""]
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      var word = String(word)
      let joined = lines[lines.count - 1].isEmpty ? word : lines[lines.count - 1] + " " + word
      if Text.width(joined) <= width {
        lines[lines.count - 1] = joined
        continue
      }
      while Text.width(word) > width {
        lines.append(String(word.prefix(width)))
        word = String(word.dropFirst(width))
      }
      lines.append(word)
    }
    return lines.first == "" && lines.count > 1 ? Array(lines.dropFirst()) : lines
  }

  package static func heading(_ text: String) -> [String] {
    ["", text, String(repeating: "-", count: Text.width(text))]
  }

  package static func document(_ lines: [String]) -> String {
    lines.map(trimmed).joined(separator: "\n") + "\n"
  }
}

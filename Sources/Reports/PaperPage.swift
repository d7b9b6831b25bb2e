/// A page for a printer: one file without scripts, fonts or pictures from elsewhere, which fits on
/// one side of US Letter and of A4.
package struct PaperPage: Sendable {
  private let title: String
  private let content: String

  /// - Parameters:
  ///   - title: plain text.
  ///   - content: what stands on it, as HTML.
  init(title: String, content: String) {
    self.title = title
    self.content = content
  }

  /// The whole file.
  package var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
    <title>\(PaperPage.escaped(title))</title>
    <style>
    \(PaperPage.style)
    </style>
    </head>
    <body>
    \(content)
    </body>
    </html>

    """
  }

  /// Letter is wider and A4 is longer: the text is as wide as A4 and as long as Letter allow.
  private static let style = """
    @page { margin: 12mm 14mm }
    * { box-sizing: border-box }
    body { font: 9.5pt/1.35 Arial, Helvetica, "Liberation Sans", "DejaVu Sans", sans-serif;
      color: #000; background: #fff; width: 180mm; margin: 0 auto }
    h1 { font-size: 17pt; margin: 0 }
    h2 { font-size: 10.5pt; margin: 3.5mm 0 1mm; border-bottom: 0.3mm solid #000 }
    p { margin: 1mm 0 }
    header, .beside { display: flex; justify-content: space-between; gap: 6mm }
    .beside { align-items: flex-start; margin-top: 3mm }
    .beside > div { flex: 1; min-width: 0 }
    svg { flex: none; display: block }
    .right { text-align: right }
    pre, code { font: 8.5pt/1.35 "Liberation Mono", "DejaVu Sans Mono", Consolas, monospace }
    pre { margin: 1mm 0; padding: 1.5mm 2mm; border: 0.2mm solid #666;
      white-space: pre-wrap; overflow-wrap: anywhere }
    table { border-collapse: collapse; width: 100% }
    td, th { text-align: left; vertical-align: top; padding: 0.4mm 3mm 0.4mm 0 }
    td { overflow-wrap: anywhere }
    th { font-weight: bold; white-space: nowrap }
    table.ruled td, table.ruled th { border-bottom: 0.2mm solid #999 }
    table.ruled { table-layout: fixed; font-size: 8.5pt }
    table.ruled td, table.ruled th { white-space: nowrap; overflow: hidden;
      text-overflow: ellipsis; padding: 0.3mm 2mm 0.3mm 0 }
    .wide { width: 38% }
    .number { text-align: right }
    .sign { display: flex; gap: 8mm }
    .sign > div { flex: 1; border: 0.2mm solid #666; padding: 1.5mm 2mm }
    .line { border-bottom: 0.2mm solid #000; height: 7.5mm; display: flex; align-items: flex-end }
    small { font-size: 8pt }
    """

  /// Text as it stands between tags and in attributes.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      default: escaped.append(character)
      }
    }
    return escaped
  }

  /// A table of facts: what, and what it is. Both are plain text.
  static func facts(_ rows: [(String, String)]) -> String {
    let lines = rows.map { "<tr><th>\(escaped($0.0))</th><td>\(escaped($0.1))</td></tr>" }
    return "<table>\n\(lines.joined(separator: "\n"))\n</table>"
  }
}

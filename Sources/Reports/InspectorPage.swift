package import LedgerCore

/// What an inspector takes away on the day a ledger is opened: one side of paper. As text it is a
/// trust file too, in which prose begins with a number sign.
package struct InspectorPage: Sendable {
  private let trust: TrustFile
  private let notice: OneSignerNotice

  /// - Parameter notice: when one signer was enough at the site.
  package init(_ trust: TrustFile, _ notice: OneSignerNotice) {
    self.trust = trust
    self.notice = notice
  }

  /// What the code on the page holds: the lines of the trust file about the site, and no more.
  package var code: String {
    trust.text.split(separator: "\n").prefix(2).map { $0 + "\n" }.joined()
  }

  /// What to ask for, what to run, and what the answer means: titles with their lines.
  ///
  /// Lines of two columns are parted by two spaces or more.
  private static let sections: [(title: String, lines: [String])] = [
    (
      "ASK FOR",
      [
        "  a bundle        custody export bundle -o bundle",
        "  your visit      custody inspect --nonce NONCE --agency dea -o visit",
        "NONCE is a word that you make up: 8 to 64 letters and digits. You keep `visit`.",
        "The bundle has no names of patients and no free text, unless you ask for some:",
        "`--disclose note`, `--disclose 18:name`.",
      ]
    ),
    (
      "RUN, on your own machine, with your own copy of the scripts",
      [
        "  python3 verify.py bundle VKEY              Python 3 and openssl",
        "  bash verify.sh bundle VKEY                 bash, openssl, coreutils",
        "  custody verify bundle --trust page.txt     the program, which looks deeper",
        "VKEY is the word after `log` above.",
      ]
    ),
    (
      "NEXT TIME, the ledger must extend the checkpoint that you kept",
      [
        "  custody verify bundle --trust page.txt --since visit/checkpoint.note",
        "  custody verify bundle --trust page.txt --slip 'S01-…'     a slip from paper",
      ]
    ),
    (
      "THE VERDICT IS THE LAST LINE",
      [
        "  consistent to N     every byte, signature and hash of N entries fits",
        "  verified to N       the same, and an anchor outside covers as many as it says",
        "  tamper evidence     something was changed; the line names the first place",
        "  not proven          entries or signatures are missing; ask for them",
        "  unreadable          a file is missing, or is not what it should be",
      ]
    ),
    (
      "TWO INSPECTORS compare what they kept",
      [
        "  custody checkpoint compare YOURS THEIRS --vkey VKEY",
        "Two that the site signed, of one size and with different roots, or where one",
        "does not extend the other, convict whoever holds the site's key: keep both.",
      ]
    ),
  ]

  private static let warning = [
    "A site that holds all its keys can write another history since the last",
    "checkpoint that left the building. Take one away with you each time.",
  ]

  private static let keeping = [
    "Keep it where the site cannot reach it. The lines without a number sign are",
    "what your checks rest on: the site's key, and the hash of the first entry.",
  ]

  // MARK: Text

  /// The page as text: `verify --trust` reads it.
  package var text: String {
    let head = ["THE INSPECTOR'S PAGE OF \(trust.origin.text)", ""] + InspectorPage.keeping + [""]
    let foot =
      notice.foot + [""] + InspectorPage.sections.flatMap { [$0.title] + $0.lines + [""] }
      + InspectorPage.warning
    return prose(head) + trust.text + prose(foot)
  }

  private func prose(_ lines: [String]) -> String {
    lines.map { $0.isEmpty ? "#\n" : "# \($0)\n" }.joined()
  }

  // MARK: HTML

  /// The page for a printer.
  ///
  /// - Parameter svg: an `svg` element of the QR Code of ``code``.
  package func page(svg: String) -> PaperPage {
    let sections = InspectorPage.sections.map { section in
      "<h2>\(PaperPage.escaped(section.title.firstCapital))</h2>\n" + html(section.lines)
    }
    let content = """
      <header><div><h1>The inspector's page</h1><p><b>\(PaperPage.escaped(trust.origin.text))</b></p></div></header>
      <div class="beside">
      \(svg)
      <div>
      <p>Keep it where the site cannot reach it. The code holds the two lines below, on which your \
      checks rest: the site's key, and the hash of the first entry. Scanned into a file, they are \
      <code>page.txt</code>.</p>
      <pre>\(PaperPage.escaped(code))</pre>
      </div></div>
      \(notice.lines.map { "<p>\(PaperPage.escaped($0))</p>\n" }.joined())\
      \(sections.joined(separator: "\n"))
      <p><b>\(PaperPage.escaped(InspectorPage.warning.joined(separator: " ")))</b></p>
      """
    return PaperPage(title: "The inspector's page of \(trust.origin.text)", content: content)
  }

  /// Lines with two columns as tables, the others as one paragraph.
  private func html(_ lines: [String]) -> String {
    var parts: [String] = []
    var rows: [String] = []
    var words: [String] = []
    func close() {
      if !rows.isEmpty { parts.append("<table>\n\(rows.joined(separator: "\n"))\n</table>") }
      if !words.isEmpty { parts.append("<p>\(words.joined(separator: " "))</p>") }
      (rows, words) = ([], [])
    }
    for line in lines {
      let isRow = line.hasPrefix("  ")
      if isRow ? !words.isEmpty : !rows.isEmpty { close() }
      if isRow { rows.append(row(line)) } else { words.append(coded(line)) }
    }
    close()
    return parts.joined(separator: "\n")
  }

  /// What is typed stands in the type of a machine: the columns that begin with a command.
  private func row(_ line: String) -> String {
    let columns = line.dropFirst(2).split(separator: "  ", omittingEmptySubsequences: true)
      .map { PaperPage.escaped(String($0.drop { $0 == " " })) }
    let cells = columns.map { cell in
      let isTyped = ["custody ", "python3 ", "bash "].contains { cell.hasPrefix($0) }
      return "<td>\(isTyped ? "<code>\(cell)</code>" : cell)</td>"
    }
    return "<tr>\(cells.joined())</tr>"
  }

  /// Words between backticks in the type of a machine.
  private func coded(_ line: String) -> String {
    PaperPage.escaped(line).split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .map { $0.offset % 2 == 1 ? "<code>\($0.element)</code>" : String($0.element) }.joined()
  }
}

extension String {
  /// `ASK FOR` as `Ask for`; the words after a comma stay as they are.
  fileprivate var firstCapital: String {
    let words = split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    let lowered = words.map { $0 == $0.uppercased() ? $0.lowercased() : $0 }
    let text = lowered.joined(separator: " ")
    return text.prefix(1).uppercased() + text.dropFirst()
  }
}

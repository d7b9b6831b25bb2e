import ArgumentParser

/// A page of help as it is read: the everyday lines, the command's own options, and then what all
/// commands have in common.
///
/// The parser prints the titled groups of options before the ones that are a command's own.
enum HelpPage {
  /// What all commands have in common, in the order in which it is asked for.
  private static let common = ["WHO SIGNS:", "WHEN AND HOW IT HAPPENED:", "THE LEDGER:"]

  /// - Parameter text: the parser's page.
  static func arranged(_ text: String) -> String {
    var intro: [String] = []
    var sections: [[String]] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if isTitle(line) {
        sections.append([line])
      } else if sections.isEmpty {
        intro.append(line)
      } else {
        sections[sections.count - 1].append(line)
      }
    }
    // Those of one rank keep their order.
    let arranged = sections.enumerated().sorted {
      (rank($0.element[0]), $0.offset) < (rank($1.element[0]), $1.offset)
    }
    let pages = [intro.map(shortened)] + arranged.map { $0.element.map(renamed) }
    return pages.map { page in page.joined(separator: "\n").trimmingLines }
      .joined(separator: "\n\n")
  }

  /// `OPTIONS:`, and no line of the introduction, which has other lines around it.
  private static func isTitle(_ line: String) -> Bool {
    guard line.last == ":", let first = line.first, first.isLetter else { return false }
    return line.dropLast().allSatisfy { $0.isUppercase || $0 == " " }
  }

  private static func rank(_ title: String) -> Int {
    switch title {
    case "ARGUMENTS:": 0
    case "OPTIONS:": 1
    case _ where title.hasSuffix("SUBCOMMANDS:"): 9
    default: common.firstIndex(of: title).map { 3 + $0 } ?? 2
    }
  }

  private static func renamed(_ line: String) -> String {
    // `AT THE COUNTER`, under which everything is a command.
    line.hasSuffix(" SUBCOMMANDS:") ? line.replacing(" SUBCOMMANDS:", with: ":") : line
  }

  /// A usage line without the options that may be left out: they are listed below it.
  private static func shortened(_ line: String) -> String {
    guard line.hasPrefix("USAGE: ") else { return line }
    let bare = line.replacing(#/ \[-[^\]]*\]/#, with: "").replacing(" [<options>]", with: "")
    return bare == line ? line : bare + " [options]"
  }
}

extension String {
  /// Without empty lines at the end.
  fileprivate var trimmingLines: String {
    var text = self[...]
    while text.last == "\n" || text.last == " " { text = text.dropLast() }
    return String(text)
  }
}

/// The usual short options, the same in every command.
extension NameSpecification {
  /// `-i`, `--in`: a place.
  static var place: NameSpecification { [.customShort("i"), .customLong("in")] }
}

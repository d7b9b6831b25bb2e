import Foundation

/// A command line as people type it, put into the words that the parser knows.
///
///     receive ketamine 20 vials     receive ketamine '20 vials'
///     give v31 0.5 ml -p 12         give V-31 '0.5 ml' -p P-12
///     patient add --name -          asks for the name, which then stands in no shell's history
///
/// Only what can mean one thing is changed.
enum TypedWords {
  static func understood(_ typed: some Sequence<String>) throws -> [String] {
    // Whoever types the program's name twice means it once.
    let typed = Array(typed.drop { $0 == "custody" })
    return try answered(numbered(joined(typed)), typed)
  }

  // MARK: Amounts in two words

  private static let units: Set<String> = [
    "ml", "mls", "cc", "mg", "mgs", "mcg", "ug", "g", "gm", "gram", "grams", "milliliter",
    "milliliters", "milligram", "milligrams", "microgram", "micrograms",
    "vial", "vials", "bottle", "bottles", "jar", "jars", "container", "containers",
    "kit", "kits", "pack", "packs", "carton", "cartons", "box", "boxes",
    "device", "devices", "spray", "sprays", "tablet", "tablets", "tab", "tabs", "capsule",
    "capsules", "cap", "caps", "film", "films", "strip", "strips", "patch", "patches", "packet",
    "packets",
  ]

  static func isUnit(_ word: String) -> Bool { units.contains(word.lowercased()) }

  /// A number and the unit behind it are one amount: `20 vials`.
  private static func joined(_ words: [String]) -> [String] {
    var joined: [String] = []
    for word in words {
      if let last = joined.last, isUnit(word), isNumber(last) {
        joined[joined.count - 1] = last + " " + word
      } else {
        joined.append(word)
      }
    }
    return joined
  }

  private static func isNumber(_ word: String) -> Bool {
    AmountWords.number(word) != nil
      || !word.isEmpty && word.allSatisfy { $0 == "." || ("0"..."9").contains($0) }
  }

  // MARK: Numbers of containers, draws and patients

  /// The verbs whose arguments name containers and draws: a place or a drug of any other may well
  /// be called `v1`.
  private static let counter: Set<String> = [
    "draw", "give", "waste", "put-back", "empty", "count", "label", "handoff", "prepare", "move",
    "set-aside", "release", "spill", "destroy", "particulars",
  ]

  private static func numbered(_ words: [String]) -> [String] {
    let isCounter = words.first.map(counter.contains) ?? false
    return words.indices.map { index in
      let before = index == 0 ? "" : words[index - 1]
      if before == "--patient" || before == "-p" { return patient(words[index]) }
      if isCounter, index > 0, !before.hasPrefix("-") { return canonical(words[index], "VDP") }
      return words[index]
    }
  }

  /// `12`, `P12` and `p-12` are `P-12`, where a patient is meant.
  static func patient(_ word: String) -> String {
    !word.isEmpty && word.utf8.count < 8 && word.allSatisfy { ("0"..."9").contains($0) }
      ? canonical("P" + word, "P") : canonical(word, "P")
  }

  private static func canonical(_ word: String, _ letters: String) -> String {
    guard let letter = word.first?.uppercased(), letters.contains(letter) else { return word }
    let digits = word.dropFirst().drop { $0 == "-" || $0 == " " }
    guard let number = Int64(digits), number > 0, digits.utf8.count < 12 else { return word }
    return "\(letter)-\(number)"
  }

  // MARK: What is private

  /// Options of which `-` is a file, not something to be asked for.
  private static let files: Set<String> = ["-o", "--output", "--since", "--trust"]

  /// Options without a value, behind which `-` is a word of its own.
  private static let flags: Set<String> = ["--json", "--dry-run"]

  /// Asks for everything that is written as `-`, before anything is opened or locked.
  private static func answered(_ words: [String], _ typed: [String]) throws -> [String] {
    guard words.contains("-") else { return words }
    let descriptor = try detailsDescriptor(typed)
    var answered: [String] = []
    for word in words {
      guard word == "-", let before = answered.last, !files.contains(before) else {
        answered.append(word)
        continue
      }
      guard before.hasPrefix("--"), !before.contains("="), !flags.contains(before) else {
        answered.append(try Details.read("name", descriptor))
        continue
      }
      // Joined to its option, so that it may begin with a hyphen.
      let name = before.dropFirst(2).replacing("-", with: " ")
      answered[answered.count - 1] = before + "=" + (try Details.read(String(name), descriptor))
    }
    return answered
  }

  /// The descriptor is needed before the parser has read it.
  private static func detailsDescriptor(_ words: [String]) throws -> Int32? {
    let option = "--details-fd"
    let joined = words.first { $0.hasPrefix(option + "=") }?.dropFirst(option.utf8.count + 1)
    let apart = words.firstIndex(of: option).flatMap {
      words.indices.contains($0 + 1) ? words[$0 + 1] : nil
    }
    guard let text = joined.map(String.init) ?? apart else { return nil }
    guard let descriptor = Int32(text), fcntl(descriptor, F_GETFD) != -1 else {
      throw Failure.usage("descriptor `\(text)` of `--details-fd` is not open")
    }
    return descriptor
  }
}

/// Private words that need not stand on a command line: a prompt, or lines of a descriptor.
enum Details {
  static func read(_ what: String, _ descriptor: Int32?) throws -> String {
    guard let descriptor else { return try Console.ask(what) }
    guard let line = Lines.read(descriptor) else {
      throw Failure.usage(
        "descriptor \(descriptor) has no line for the \(what)",
        hint: "one line for each `-`, in the order of the command line")
    }
    return String(decoding: line, as: UTF8.self).trimmingSpaces
  }
}

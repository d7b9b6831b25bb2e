/// What is typed at the counter before the options: from what, how much and for whom, in any order.
/// What there is only one of may be left out.
///
///     give V-31 0.5mL          from V-31, 0.5mL
///     give ketamine 50 mg      from ketamine, 50 mg
///     give 0.5mL of V-31 P-12  from V-31, 0.5mL, for P-12
///     give rest                from what the performer holds, all of it
struct CounterWords: Equatable {
  var from: String?
  var quantity: String?
  var patient: String?

  init(_ typed: [String]) {
    var words = typed.filter { !["of", "from"].contains($0.lowercased()) }
    if let index = words.firstIndex(where: CounterWords.isPatient) {
      patient = words.remove(at: index)
      if index > 0, ["to", "for"].contains(words[index - 1]) { words.remove(at: index - 1) }
    }
    guard let first = words.first else { return }
    // A second word that is an amount makes the first a name, even one that begins with a digit,
    // as an NDC does.
    let isNamed =
      !CounterWords.isAmount(first) || words.dropFirst().contains(where: CounterWords.isAmount)
    if isNamed {
      let split = words.dropFirst().firstIndex(where: CounterWords.isAmount) ?? words.count
      (from, quantity) = (CounterWords.text(words[..<split]), CounterWords.text(words[split...]))
    } else {
      let isApart = words.count > 1 && TypedWords.isUnit(words[1])
      let split = isApart ? 2 : 1
      (from, quantity) = (CounterWords.text(words[split...]), CounterWords.text(words[..<split]))
    }
    if quantity == "all" { quantity = "rest" }
  }

  /// A product and its amount, whichever was typed first.
  static func ordered(_ what: String, _ quantity: String?) -> (what: String, quantity: String?) {
    guard let quantity, isAmount(what), !isAmount(quantity) else { return (what, quantity) }
    return (quantity, what)
  }

  private static func text(_ words: ArraySlice<String>) -> String? {
    words.isEmpty ? nil : words.joined(separator: " ")
  }

  private static func isPatient(_ word: String) -> Bool {
    word.hasPrefix("P-") && Int64(word.dropFirst(2)) != nil
  }

  static func isAmount(_ word: String) -> Bool {
    if word == "rest" || word == "all" { return true }
    let first = word.split(separator: " ").first.map(String.init) ?? ""
    if AmountWords.number(first) != nil, word.contains(" ") { return true }
    guard let first = word.first, first == "." || ("0"..."9").contains(first) else { return false }
    // Digits and hyphens are an NDC, and so are eleven digits.
    if word.utf8.count >= 10, word.allSatisfy(\.isNumber) { return false }
    return !word.contains("-") || word.contains(where: \.isLetter)
  }
}

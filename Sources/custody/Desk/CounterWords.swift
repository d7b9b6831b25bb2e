/// What is typed at the counter before the options: from what, and how much. Either may be left
/// out where there is only one thing that it can be.
///
///     give V-31 0.5mL          from V-31, 0.5mL
///     give ketamine 50 mg      from ketamine, 50 mg
///     give rest                from what the performer holds, all of it
struct CounterWords: Equatable {
  var from: String?
  var quantity: String?

  init(_ words: [String]) {
    // A second word that is an amount makes the first a name, even one that begins with a digit,
    // as an NDC does.
    let isNamed =
      words.first.map { !CounterWords.isAmount($0) } ?? false
      || words.dropFirst().contains(where: CounterWords.isAmount)
    let split =
      isNamed ? words.dropFirst().firstIndex(where: CounterWords.isAmount) ?? words.count : 0
    let (name, amount) = (words[..<split], words[split...])
    from = name.isEmpty ? nil : name.joined(separator: " ")
    quantity = amount.isEmpty ? nil : amount.joined(separator: " ")
  }

  private static func isAmount(_ word: String) -> Bool {
    if word == "rest" { return true }
    guard let first = word.first, first == "." || ("0"..."9").contains(first) else { return false }
    // Digits and hyphens are an NDC.
    return !word.contains("-") || word.contains(where: \.isLetter)
  }
}

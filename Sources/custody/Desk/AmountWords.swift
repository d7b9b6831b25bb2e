/// Spellings of amounts that can mean one thing only, in the ledger's own.
///
///     0.5 ml    0.5 mL
///     5CC       5 mL
///     two vials 2 vials
///
/// The vocabulary itself knows one spelling. What was understood is echoed with it.
enum AmountWords {
  static func spelled(_ typed: String) -> String {
    let text = typed.trimmingSpaces
    if text.lowercased() == "none" || text.lowercased() == "zero" { return "0" }
    let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
    if parts.count == 2, let number = number(parts[0]) { return spelled("\(number) \(parts[1])") }
    let digits = String(text.prefix { $0 == "." || $0 == "," || ("0"..."9").contains($0) })
    let word = String(text.dropFirst(digits.count)).trimmingSpaces
    guard !digits.isEmpty, let unit = units[word.lowercased()], word != "Mg" else { return text }
    return digits + " " + unit
  }

  /// `two`, as people write small numbers.
  static func number(_ word: String) -> Int? {
    let lower = word.lowercased()
    return names.firstIndex(of: lower).map { $0 + 1 } ?? tens.firstIndex(of: lower).map { $0 * 10 }
  }

  private static let tens = [
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
    "hundred",
  ]

  private static let names = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
  ]

  private static let units = [
    "ml": "mL", "mls": "mL", "cc": "mL", "milliliter": "mL", "milliliters": "mL",
    "millilitre": "mL", "millilitres": "mL", "mg": "mg", "mgs": "mg", "milligram": "mg",
    "milligrams": "mg", "gm": "g", "gms": "g", "gram": "g", "grams": "g", "mcgs": "mcg",
    "microgram": "mcg", "micrograms": "mcg", "µg": "mcg", "μg": "mcg", "tab": "tablets",
    "tabs": "tablets", "cap": "capsules", "caps": "capsules", "strip": "films", "strips": "films",
    "sachet": "packets", "sachets": "packets", "spray": "devices", "sprays": "devices",
  ]
}

/// A number of things in words: `1 day`, `2 days`.
package func tally(_ number: some BinaryInteger, _ noun: String) -> String {
  "\(number) \(noun)\(number == 1 ? "" : "s")"
}

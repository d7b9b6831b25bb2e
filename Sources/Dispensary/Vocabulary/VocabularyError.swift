/// What was wrong with a word of the vocabulary that somebody typed or that a file held.
///
/// `text` is one lower-case line with the offending words in backticks; `hint` is the remedy,
/// printed apart. Two errors are equal when their codes are equal.
///
///     `0.1234` has four decimals; the ledger keeps three
///     hint: write `0.123` or `0.124`
package struct VocabularyError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The stable name of what went wrong.
  package enum Code: String, Hashable, Sendable, CaseIterable {
    case amountMalformed = "amount-malformed"
    case amountNegative = "amount-negative"
    case amountZero = "amount-zero"
    case amountTooPrecise = "amount-too-precise"
    case amountTooLarge = "amount-too-large"
    case amountNotMeasurable = "amount-not-measurable"
    case unitUnknown = "unit-unknown"
    case unitMismatch = "unit-mismatch"
    case strengthMalformed = "strength-malformed"
    case strengthMissing = "strength-missing"
    case ndcMalformed = "ndc-malformed"
    case ndcAmbiguous = "ndc-ambiguous"
    case deaMalformed = "dea-malformed"
    case deaCheckDigit = "dea-check-digit"
    case registrationMalformed = "registration-malformed"
    case scheduleUnknown = "schedule-unknown"
    case lotMalformed = "lot-malformed"
    case dateMalformed = "date-malformed"
    case identifierMalformed = "identifier-malformed"
    case roleUnknown = "role-unknown"
    case packageMalformed = "package-malformed"
    case productMalformed = "product-malformed"
  }

  /// The stable name of what went wrong.
  package let code: Code
  /// One lower-case line without a full stop.
  package let text: String
  /// The remedy, if there is one.
  package let hint: String?

  package init(_ code: Code, _ text: String, hint: String? = nil) {
    self.code = code
    self.text = text
    self.hint = hint
  }

  package var description: String { text }

  package static func == (left: Self, right: Self) -> Bool { left.code == right.code }

  package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}

/// The user's words between backticks, shortened to sixty characters, with everything that
/// could move a cursor or end the quotation shown as `?`.
func quoted(_ text: String) -> String {
  var shown = ""
  for scalar in text.unicodeScalars.prefix(60) {
    shown.unicodeScalars.append(isHarmless(scalar) ? scalar : "?")
  }
  if text.unicodeScalars.count > 60 { shown += "…" }
  return "`\(shown)`"
}

private func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: false
  default: scalar != "`"
  }
}

/// The greatest sizes of the vocabulary, each with its reason.
package enum VocabularyLimits {
  /// Thousandths in one quantity, either sign: a thousand tonnes of powder, far above any stock
  /// and far below 2^53, so that every JSON reader keeps it exact.
  package static let thousandths: Int64 = 1_000_000_000_000_000
  /// Characters in an amount that somebody types: sixteen digits, a point, a unit and room.
  package static let amountCharacters = 40
  /// Characters in a strength as a listing states it.
  package static let strengthCharacters = 80
  /// Characters in the description of a package in a listing.
  package static let descriptionCharacters = 1_000
  /// Levels of packing in one package.
  package static let packageLevels = 5
  /// Packages of one product.
  package static let packages = 200
  /// Active ingredients of one product.
  package static let ingredients = 40
  /// Characters in a name, an address or another line of text of a product or registration.
  package static let lineCharacters = 300
  /// Digits in the number of a numbered identifier, so that it fits an `Int64` with room.
  package static let identifierDigits = 9
}

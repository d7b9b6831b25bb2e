import Dispensary
import LedgerCore
import Recordkeeping

/// The performer's unlocked key at a shared counter, for as long as they keep working.
///
/// Only the performer is leased: a witness unlocks their key for every act. The lease lives in the
/// memory of one process, and goes with it.
struct Lease: Sendable {
  let name: String
  private let signer: Signer

  /// The lease under which the command now running was typed.
  @TaskLocal static var current: Lease?

  init(name: String, signer: Signer) {
    self.name = name
    self.signer = signer
  }

  /// The leased key, where it is this person's and still the one that they sign with.
  func signer(for person: Person, in state: State) -> Signer? {
    guard signer.person == person.id, state.activeKey(of: person.id)?.name == signer.name.text
    else { return nil }
    return signer
  }
}

/// Splits a typed line into words, as a shell would: quotes keep words together.
enum TypedLine {
  struct OpenQuote: Error {}

  static func words(_ line: String) throws(OpenQuote) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    for character in line {
      if let open = quote {
        if character == open { quote = nil } else { word = (word ?? "") + String(character) }
      } else if character == "'" || character == "\"" {
        quote = character
        word = word ?? ""
      } else if character.isWhitespace {
        if let done = word { words.append(done) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    guard quote == nil else { throw OpenQuote() }
    return words + (word.map { [$0] } ?? [])
  }
}

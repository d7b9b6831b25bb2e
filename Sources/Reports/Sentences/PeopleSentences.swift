import Dispensary
import Notation

extension Sentence {
  /// People, patients, and who has looked at the records.
  func people(_ event: any Event) -> String? {
    switch event {
    default: nil
    }
  }
}

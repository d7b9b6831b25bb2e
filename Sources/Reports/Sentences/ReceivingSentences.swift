import Dispensary
import Notation

extension Sentence {
  /// Stock coming in, set aside, released and found.
  func receiving(_ event: any Event) -> String? {
    switch event {
    default: nil
    }
  }
}

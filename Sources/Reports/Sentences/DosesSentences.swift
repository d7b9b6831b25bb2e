import Dispensary
import Notation

extension Sentence {
  /// What happens to a dose beside drawing, giving and wasting it.
  func doses(_ event: any Event) -> String? {
    switch event {
    default: nil
    }
  }
}

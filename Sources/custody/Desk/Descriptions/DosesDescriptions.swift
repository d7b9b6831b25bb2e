import Dispensary
import Notation

extension Desk {
  /// What happens to a dose beside drawing, giving and wasting it.
  func describeDoses(_ event: any Event) -> String? {
    switch event {
    default: nil
    }
  }
}

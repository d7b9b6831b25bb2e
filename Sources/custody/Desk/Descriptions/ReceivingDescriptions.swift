import Dispensary
import Notation

extension Desk {
  /// Stock coming in, set aside, released and found.
  func describeReceiving(_ event: any Event) -> String? {
    switch event {
    default: nil
    }
  }
}

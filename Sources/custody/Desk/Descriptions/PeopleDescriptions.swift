import Dispensary
import Notation

extension Desk {
  /// People, patients, and who has looked at the records.
  func describePeople(_ event: any Event) -> String? {
    switch event {
    default: nil
    }
  }
}

import Dispensary
import Notation

extension Desk {
  /// What leaves otherwise than to a patient.
  func describeDisposal(_ event: any Event) -> String? {
    switch event {
    default: nil
    }
  }
}

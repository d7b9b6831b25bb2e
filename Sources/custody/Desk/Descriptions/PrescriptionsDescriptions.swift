import Dispensary
import Notation

extension Desk {
  /// Prescriptions, from the order to the patient's hand.
  func describePrescriptions(_ event: any Event) -> String? {
    switch event {
    default: nil
    }
  }
}

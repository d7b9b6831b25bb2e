import Dispensary
import Notation

extension Sentence {
  /// Prescriptions, from the order to the patient's hand.
  func prescriptions(_ event: any Event) -> String? {
    switch event {
    default: nil
    }
  }
}

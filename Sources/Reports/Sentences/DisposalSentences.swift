import Dispensary
import Notation

extension Sentence {
  /// What leaves otherwise than to a patient.
  func disposal(_ event: any Event) -> String? {
    switch event {
    default: nil
    }
  }
}

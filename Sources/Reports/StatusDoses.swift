import Dispensary
import Notation

/// Doses of which something must still be written down, and draws that are being infused.
extension StatusReport {
  var incompleteRows: [[String]] {
    state.incompleteDoses.map { entry, dose, lacks in
      [
        String(entry), wording.time(state.journal[Int(entry)].occurredAt),
        wording.code(dose.recipient) ?? "", lacks.joined(separator: " and "),
      ]
    }
  }

  var incompleteJSON: [JSON] {
    state.incompleteDoses.map { entry, dose, lacks in
      var members: [String: JSON] = [
        "entry": .integer(entry), "draw": .string(dose.draw.text),
        "occurred_at": .string(state.journal[Int(entry)].occurredAt.text),
        "lacks": .array(lacks.map { .string($0) }),
      ]
      members["patient"] = wording.code(dose.recipient).map { .string($0) }
      return .object(members)
    }
  }

  /// `, 42.000 of 100.000 mL of NaCl 0.9 % left, use before 2026-11-21 14:05, 3 h left`
  func diluted(_ prepared: DrawRecord.Preparation) -> String {
    let left = prepared.total - prepared.infused
    return ", \(left.wire) of \(prepared.total.wire) mL of \(prepared.diluent) left, use before "
      + limit(prepared.beyondUse)
  }
}

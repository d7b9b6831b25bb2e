import Dispensary
import Notation

extension StatusReport {
  /// What waits for a patient, the longest first.
  private var waiting: [(rx: PrescriptionRecord, part: WillCall)] {
    state.prescriptionList.flatMap { record in
      state.waiting(record.id).map { (record, $0) }
    }
    .sorted { ($0.part.since, $0.rx.id) < ($1.part.since, $1.rx.id) }
  }

  var willCallRows: [[String]] {
    let wording = Wording(state: state, zone: zone)
    return waiting.map { rx, part in
      [
        rx.id.text, wording.code(rx.order.recipient) ?? "",
        wording.quantity(part.amount, part.item.product),
        "\(wording.time(part.since)), \(held(part))", wording.item(part.item),
      ]
    }
  }

  /// How many fillings have waited longer than the policy lets them.
  var lateWillCall: Int { waiting.filter { isOverdue($0.part) }.count }

  /// `3 d`, and `RETURN after 16 d` where it is past the policy.
  private func held(_ part: WillCall) -> String {
    let time = span(from: part.since, to: now)
    return isOverdue(part) ? "RETURN after \(time)" : time
  }

  private func isOverdue(_ part: WillCall) -> Bool {
    now.milliseconds - part.since.milliseconds > state.policy.willCallDays * 86_400_000
  }

  var willCallJSON: JSON {
    let wording = Wording(state: state, zone: zone)
    return .array(
      waiting.map { rx, part in
        [
          "rx": .string(rx.id.text),
          "patient": .string(wording.code(rx.order.recipient) ?? ""),
          "fill": .integer(part.number), "product": .string(part.item.product.text),
          "lot": .string(part.item.lot), "amount": wording.json(part.amount, part.item.product),
          "since": .string(part.since.text), "overdue": .bool(isOverdue(part)),
        ]
      })
  }
}

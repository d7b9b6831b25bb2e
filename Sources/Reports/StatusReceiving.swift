import Dispensary
import Notation

/// What is expected from suppliers, and what was delivered for one patient and must soon be used.
extension StatusReport {
  /// Days before the last on which a delivery for one patient may be used (21 USC 829a) from which
  /// it is listed, and from which it presses: from its 30th day, and from its 40th.
  package static let deliveryDays = (listed: 15, pressing: 5)

  var receiving: [String] {
    section("Open orders", orderRows, ["order", "supplier", "since", "still to come"])
      + section(
        "Deliveries for one patient", deliveryRows,
        ["for", "place", ">left", "use through", "what"])
  }

  private var orderRows: [[String]] {
    state.openOrders.map { order in
      let lines = state.outstanding(order).map {
        "\(wording.quantity($0.amount, $0.product)) \(wording.drug($0.product))"
      }
      return [
        order.id.text, order.supplier.text, span(from: order.placedAt, to: now),
        lines.joined(separator: "; "),
      ]
    }
  }

  /// Stock of one patient, with the last day on which it may be used, soonest first.
  private var deliveries: [(position: Position, item: Item, amount: Amount, last: CivilDate)] {
    let today = zone.day(of: now)
    return state.stock.compactMap { stock in
      guard stock.position.status == .available || stock.position.status == .quarantined,
        let last = state.lastDay(ofDelivery: stock.item, stock.position, in: zone),
        last.dayNumber - today.dayNumber <= StatusReport.deliveryDays.listed
      else { return nil }
      return (stock.position, stock.item, stock.amount, last)
    }
    .sorted { ($0.last, $0.item) < ($1.last, $1.item) }
  }

  private var deliveryRows: [[String]] {
    deliveries.map { delivery in
      [
        wording.code(delivery.position.patient) ?? "", delivery.position.location.text,
        wording.quantity(delivery.amount, delivery.item.product),
        "\(delivery.last.text) \(daysToUse(delivery.last))", wording.item(delivery.item),
      ]
    }
  }

  /// `in 12 days`, `SOON: in 4 days`, `PAST`.
  private func daysToUse(_ last: CivilDate) -> String {
    let left = last.dayNumber - zone.day(of: now).dayNumber
    if left < 0 { return "PAST" }
    let words = StatusReport.daysLeft(last, from: zone.day(of: now))
    return left <= StatusReport.deliveryDays.pressing ? "SOON: \(words)" : words
  }

  var receivingMembers: [String: JSON] {
    [
      "orders": .array(
        state.openOrders.map { order in
          [
            "order": .string(order.id.text), "supplier": .string(order.supplier.text),
            "since": .string(order.placedAt.text),
            "outstanding": .array(
              state.outstanding(order).map {
                [
                  "product": .string($0.product.text),
                  "amount": wording.json($0.amount, $0.product),
                ]
              }),
          ]
        }),
      "deliveries": .array(
        deliveries.map { delivery in
          [
            "patient": .string(wording.code(delivery.position.patient) ?? ""),
            "position": wording.json(delivery.position),
            "product": .string(delivery.item.product.text), "lot": .string(delivery.item.lot),
            "amount": wording.json(delivery.amount, delivery.item.product),
            "use_through": .string(delivery.last.text),
            "days_left": .integer(
              Int64(delivery.last.dayNumber - zone.day(of: now).dayNumber)),
          ]
        }),
    ]
  }
}

import Dispensary
import Notation

extension Sentence {
  /// What happens to a dose beside drawing, giving and wasting it.
  func doses(_ event: any Event) -> String? {
    switch event {
    case let event as Handoff:
      "handed \(event.draw.text) from \(wording.handle(event.holder)) to "
        + wording.handle(event.to)
    case let event as Preparation:
      "diluted \(event.draw.text), \(amount(event.quantity, event.item)), in "
        + "\(event.diluent), \(event.total.wire) mL in all, use before "
        + wording.time(event.beyondUse)
    case let event as AdministrationCompleted:
      "completed the dose of entry \(event.entry): " + event.particulars.text
    default: nil
    }
  }

  /// `58.000 of 100.000 mL, intravenous, order in the vault, Dr. Wells, 10:05 to 10:47`, as far as known.
  func details(_ dose: Administration) -> String {
    var parts: [String] = []
    if let part = dose.infusion { parts.append("\(part.infused.wire) of \(part.total.wire) mL") }
    let said = dose.particulars.text
    if !said.isEmpty { parts.append(said) }
    if let started = dose.started { parts.append("begun \(wording.time(started))") }
    if let ended = dose.ended { parts.append("ended \(wording.time(ended))") }
    return parts.map { ", " + $0 }.joined()
  }
}

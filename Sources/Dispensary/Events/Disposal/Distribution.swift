import Notation

/// Stock goes to another registered practitioner, for general dispensing (21 CFR 1307.11).
///
/// Elements of 21 CFR 1304.22(a)(2)(vii), which 1304.22(c) asks of dispensers: name, address and
/// registration of the recipient, date, and what was distributed. The invoice goes with the goods.
package struct Distribution: Event {
  package static let type = "distribute"
  package static let isPhysical = true
  package static let isReversible = true

  package var registrant: DEANumber
  package var name: String
  package var address: String
  package var invoice: String
  package var lines: [OutgoingLine]

  package init(
    registrant: DEANumber, name: String, address: String, invoice: String, lines: [OutgoingLine]
  ) {
    self.registrant = registrant
    self.name = name
    self.address = address
    self.invoice = invoice
    self.lines = lines
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    registrant = try fields.value("registrant")
    name = try fields.text("name")
    address = try fields.text("address")
    invoice = try fields.text("invoice")
    lines = try [OutgoingLine](&fields)
  }

  package var members: Members {
    var members = Members()
    members.put("registrant", registrant)
    members.put("name", name)
    members.put("address", address)
    members.put("invoice", invoice)
    members.put("lines", objects: lines.map(\.members.all))
    return members
  }

  package var postings: [Posting] { lines.postings(to: .registrant(registrant)) }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    Words.faults(name, of: "the registrant's name")
      + Words.faults(address, of: "the registrant's address", limit: 300)
      + Words.number(invoice, of: "the invoice number")
      + lines.faults("distributed", in: state)
  }
}

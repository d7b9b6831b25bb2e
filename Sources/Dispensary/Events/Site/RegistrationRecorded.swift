import Notation

/// The site's DEA registration (21 CFR 1301.13): number, name and address as registered.
package struct RegistrationRecorded: Event {
  package static let type = "registration.record"

  package var dea: DEANumber
  package var name: String
  package var address: String
  package var state: String
  package var expires: CivilDate?
  /// The site's time zone by its name in the tz database, such as `America/New_York`.
  package var zone: String

  package init(
    dea: DEANumber, name: String, address: String, state: String, expires: CivilDate?,
    zone: String = "UTC"
  ) {
    self.dea = dea
    self.name = name
    self.address = address
    self.state = state
    self.expires = expires
    self.zone = zone
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    dea = try fields.value("dea")
    name = try fields.text("name")
    address = try fields.text("address")
    state = try fields.text("state")
    expires = try fields.optional("expires")
    zone = try fields.text("zone")
  }

  package var members: Members {
    var members = Members()
    members.put("dea", dea)
    members.put("name", name)
    members.put("address", address)
    members.put("state", state)
    members.put("expires", expires)
    members.put("zone", zone)
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = Words.faults(name, of: "the registered name")
    faults += Words.faults(address, of: "the registered address", limit: 300)
    faults += Words.faults(zone, of: "the time zone", limit: 64)
    if !Words.isStateCode(self.state) {
      faults.append(EventFault("`\(self.state)` is not a state; write two capitals, such as `OH`"))
    }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.registration = self
    // Who registers again does business again.
    state.office.closing = nil
  }
}

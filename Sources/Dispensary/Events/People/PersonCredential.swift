import Notation

/// A person's license or own DEA registration, as renewed or first shown. What is not named stays
/// as it was.
package struct PersonCredential: Event {
  package static let type = "person.credential"

  package var person: PersonID
  package var license: License?
  /// The person's own registration (21 CFR 1301.13), not the site's.
  package var dea: DEANumber?
  package var deaExpires: CivilDate?

  package init(
    person: PersonID, license: License? = nil, dea: DEANumber? = nil, deaExpires: CivilDate? = nil
  ) {
    self.person = person
    self.license = license
    self.dea = dea
    self.deaExpires = deaExpires
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    person = try fields.value("person")
    if let number = try fields.optionalText("license") {
      license = License(
        number: number, state: try fields.optionalText("license_state"),
        expires: try fields.optional("license_expires"))
    }
    dea = try fields.optional("dea")
    deaExpires = try fields.optional("dea_expires")
  }

  package var members: Members {
    var members = Members()
    members.put("person", person)
    members.put("license", license?.number)
    members.put("license_state", license?.state)
    members.put("license_expires", license?.expires)
    members.put("dea", dea)
    members.put("dea_expires", deaExpires)
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = Known.person(person, in: state)
    if license == nil && dea == nil {
      faults.append(
        EventFault("neither a license nor a registration", hint: "add `--license` or `--dea`"))
    }
    if deaExpires != nil && dea == nil {
      faults.append(EventFault("an expiry without the number of the registration"))
    }
    if let license { faults += license.faults }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    if let license { state.people[person]?.license = license }
    if let dea {
      state.people[person]?.dea = dea
      state.people[person]?.deaExpires = deaExpires
    }
  }
}

extension License {
  /// What no license has printed on it.
  var faults: [EventFault] {
    var faults = Words.faults(number, of: "the license number", limit: 40)
    if let state, !Words.isStateCode(state) {
      faults.append(EventFault("`\(state)` is not a state; write two capitals, such as `OH`"))
    }
    return faults
  }
}

import Notation

/// A person joins: someone who may sign, witness or be named.
package struct PersonAdded: Event {
  package static let type = "person.add"

  package var id: PersonID
  /// The short name typed at the counter.
  package var handle: Handle
  package var name: String
  package var initials: String
  package var roles: [Role]
  package var license: License?
  /// For locums: the first and the last day of their time here.
  package var from: CivilDate?
  package var until: CivilDate?

  package init(
    id: PersonID, handle: Handle, name: String, initials: String, roles: [Role],
    license: License? = nil, from: CivilDate? = nil, until: CivilDate? = nil
  ) {
    self.id = id
    self.handle = handle
    self.name = name
    self.initials = initials
    self.roles = roles
    self.license = license
    self.from = from
    self.until = until
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    id = try fields.value("person")
    handle = try fields.value("handle")
    name = try fields.text("name")
    initials = try fields.text("initials")
    roles = try fields.texts("roles")
    if let number = try fields.optionalText("license") {
      license = License(
        number: number, state: try fields.optionalText("license_state"),
        expires: try fields.optional("license_expires"))
    }
    from = try fields.optional("from")
    until = try fields.optional("until")
  }

  package var members: Members {
    var members = Members()
    members.put("person", id)
    members.put("handle", handle)
    members.put("name", name)
    members.put("initials", initials)
    members.put("roles", list: roles)
    members.put("license", license?.number)
    members.put("license_state", license?.state)
    members.put("license_expires", license?.expires)
    members.put("from", from)
    members.put("until", until)
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = Words.faults(name, of: "the person's name")
    faults += Words.faults(initials, of: "the set of initials", limit: 6)
    if let license { faults += license.faults }
    if roles.isEmpty { faults.append(EventFault("a person needs at least one role")) }
    if Set(roles).count != roles.count {
      faults.append(EventFault("a role is given twice", hint: "name each role once"))
    }
    if state.person(handle) != nil {
      faults.append(
        EventFault(
          "the name `\(handle.text)` is taken", hint: "choose another short name for this person"))
    }
    if id != state.newPerson {
      faults.append(EventFault("the next person is \(state.newPerson.text)"))
    }
    if let from, let until, until < from {
      faults.append(EventFault("`until` lies before `from`", hint: "check the two days"))
    }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.people[id] = Person(
      id: id, handle: handle, name: name, initials: initials, roles: roles, license: license,
      from: from, until: until)
    state.nextPerson += 1
  }
}

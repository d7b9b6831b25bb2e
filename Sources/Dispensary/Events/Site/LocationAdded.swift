import Notation

/// A place where stock is kept: a vault, a room, a cart, or a part of one.
package struct LocationAdded: Event {
  package static let type = "location.add"

  package var id: LocationID
  package var name: String
  package var parent: LocationID?

  package init(id: LocationID, name: String, parent: LocationID?) {
    self.id = id
    self.name = name
    self.parent = parent
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    id = try fields.value("location")
    name = try fields.text("name")
    parent = try fields.optional("parent")
  }

  package var members: Members {
    var members = Members()
    members.put("location", id)
    members.put("name", name)
    members.put("parent", parent)
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = Words.faults(name, of: "the location's name")
    if state.locations[id] != nil {
      faults.append(
        EventFault(
          "location `\(id.text)` exists already",
          hint: "`custody location list` shows it; choose another short name"))
    }
    if let parent { faults += Known.location(parent, in: state) }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) { state.locations[id] = self }
}

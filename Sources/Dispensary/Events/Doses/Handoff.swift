import Notation

/// A draw passes from hand to hand: from now on another person answers for it.
package struct Handoff: Event {
  package static let type = "draw.handoff"
  package static let isPhysical = true
  package static let isReversible = true

  package var draw: DrawID
  /// Who held it until now.
  package var holder: PersonID
  package var to: PersonID

  package init(draw: DrawID, holder: PersonID, to: PersonID) {
    self.draw = draw
    self.holder = holder
    self.to = to
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    draw = try fields.value("draw")
    holder = try fields.value("holder")
    to = try fields.value("to")
  }

  package var members: Members {
    var members = Members()
    members.put("draw", draw)
    members.put("holder", holder)
    members.put("to", to)
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    guard let record = state.draws[draw] else {
      return [Known.unknown("draw", draw.text, among: state.openDraws.map(\.id.text), "status")]
    }
    var faults = Known.person(to, in: state)
    if record.holder != holder {
      faults.append(EventFault("draw `\(draw.text)` is not held by whom this entry says"))
    }
    if to == holder {
      faults.append(EventFault("draw `\(draw.text)` is in those hands already"))
    }
    if state.remaining(record).isZero {
      faults.append(
        EventFault(
          "draw `\(draw.text)` is closed: nothing is left to hand over",
          hint: "`custody history` shows where it went"))
    }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.draws[draw]?.holder = to
    state.actsOnDraw[draw, default: []].append(entry.seq)
    state.touched.draws.insert(draw)
  }

  /// The draw is again with whoever got it last, or with whoever drew it.
  package func undo(in state: inout State) {
    state.touched.draws.insert(draw)
    if let last = state.standing(Handoff.self, on: draw).last {
      state.draws[draw]?.holder = last.to
    } else if let seq = state.draws[draw]?.seq, let drawn = state.reversible[seq] as? Draw {
      state.draws[draw]?.holder = drawn.holder
    }
  }
}

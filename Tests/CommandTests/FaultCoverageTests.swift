import Foundation
import Testing

/// Holds that every fault of an event is heard at the counter, or that there is a reason why no
/// command line can meet it: a new fault fails here until a transcript or the list below knows it.
@Suite("faults at the counter")
struct FaultCoverageTests {
  @Test("every fault is shown by a transcript or excused")
  func faults() throws {
    let said = try Told.everything().flatMap { $0.text.split(separator: "\n") }
      .filter { $0.hasPrefix("custody: error: ") }.map { $0.dropFirst("custody: error: ".count) }
    let faults = try FaultSource.all()
    #expect(faults.count > 150, "the faults were not found in the source")
    for fault in faults.sorted() {
      let isShown = said.contains { FaultSource.matches(String($0), fault) }
      let excuse = FaultCoverageTests.excuses[fault]
      #expect(isShown || excuse != nil, "no transcript shows: \(fault)")
      #expect(!isShown || excuse == nil, "shown, and excused all the same: \(fault)")
    }
    let gone = Set(FaultCoverageTests.excuses.keys).subtracting(faults)
    #expect(gone == [], "excused, and no fault of any event")
  }

  /// The faults that no command line meets, by why; they hold for whatever else writes entries, and
  /// their cases are in `FaultTests`.
  static let excuses: [String: String] = Dictionary(
    uniqueKeysWithValues: excused.flatMap { reason, faults in faults.map { ($0, reason) } })

  private static let excused: [String: [String]] = [
    "the desk takes the next number itself": [
      "the next case is `…`",
      "the next case is `C-…`",
      "the next draw is `…`",
      "the next container is `…`",
      "the next person is …",
      "the next number is `…`, not `…`",
      "the next filling of `…` is number …",
      "key `…` exists already",
      "this patient exists already",
    ],
    "the desk reckons this part from the book, and asks for nothing": [
      "case `…` would hold nothing",
      "… of lot `…` has no case",
      "a case without a difference",
      "the book has moved on since this count was prepared",
      "`…` is not what this entry says it is",
      "batch `…` holds other lots than the entry uses up",
      "batch `…` holds … of lot `…`, and the entry uses up …",
      "… has … by the book and … of overfill, which come first",
      "only opened containers have overfill",
      "overfill of `…` passes the cap of …",
      "`…` holds … by the book, and the entry explains …",
      "… of readings pass the policy's limit",
      "what is left in a container is never less than nothing",
      "… units do not come out of …",
      "the reversal is not what entry … posted",
      "… is not what … mL of … mL hold",
      "draw `…` is diluted whole, with …",
      "the masses of the batch are beyond reckoning",
      "filling … of `…` has less of lot `…` than that",
      "filling … of `…` has less of lot `…` waiting than that",
      "the expiry of lot `…` is not said",
      "a lot is named twice",
      "nothing is said that the receipt lacked",
    ],
    "the desk finds who and what it belongs to by the number that is typed": [
      "entry … is about another patient, or none",
      "batch `…` makes `…`, not something else",
      "case `…` is about other stock than this entry",
      "shipment `…` went to `…`",
      "draw `…` is of another lot",
      "entry … is a dose of another patient",
      "draw `…` is not held by whom this entry says",
      "hold `…` is about other records",
      "`…` is another patient's prescription",
      "key `…` is not an active key of that person",
      "the receipt of entry … has no lot `…`",
      "a receipt is for general stock or for one patient, never for both",
    ],
    "the desk puts it where it belongs": [
      "what was in a draw keeps its number",
      "what was recovered is known by its draw, and damaged",
      "what was recovered belongs to whom it was spilled from",
      "nothing was recovered, and the entry says where it is",
      "where the recovered part is put is not said",
      "what is held for waste is known by its draw, and awaits waste",
      "what is held for waste belongs to whom it was drawn from",
      "drawn liquid never goes back into a container",
      "a yield is put away in closed containers",
      "opened containers are not received",
      "what is set aside is not available",
      "what is set aside keeps its container and its owner",
      "a staged syringe is set aside whole",
      "it is available already",
      "only sealed containers are opened; a kit is unpacked",
      "only kits are unpacked; vials are opened",
    ],
    "the desk says it first, in the words that were typed": [
      "`…` holds …, and `…` holds …",
      "nothing is lost from `…`",
      "nothing is spilled from `…`",
      "entry … is not a dose",
      "draw `…` is diluted to … mL, and how much of that was infused is not said",
      "draw `…` is not prepared for an infusion",
      "this patient is not known",
      "will-call holds … of lot `…` for `…`, and … would be …",
      "a delivery names the setting and its registration",
      "downtime `…` was ended by entry … already",
      "the ledger never had … entries before this one",
    ],
    "an amount or a list has its form before it comes to the event": [
      "a count needs at least one line",
      "nobody counts less than nothing",
      "a part of the spill is negative",
      "a part of the draw is negative",
      "a quantity on the invoice is negative",
      "an order needs at least one line",
      "a receipt needs at least one line",
      "a person needs at least one role",
      "a balance would pass the limit of 10^12 units",
    ],
    "the desk makes these lines itself, each lot once": [
      "the same lot stands on two lines",
      "the same stock is named twice in one filling",
      "nothing is picked up",
      "the same lot is named twice",
      "nothing goes back to stock",
      "the same stock is named twice",
    ],
    "the desk reads times against the clock first": [
      "the day of issue, …, lies in the future",
      "a loss is discovered before it is reported, not at `…`",
      "the dose ends in the future: `…`, and it is `…`",
      "the form was sent in the future: `…`",
      "the act lies in the future: `…`, and it is `…`",
    ],
    "`init` writes these entries, once and together": [
      "the site has no registration yet",
      "the ledger is open already",
      "a ledger needs a founder",
      "two founders have the same key",
      "the first entry opens the ledger",
    ],
    "`erase` lists what there is to erase, and rules ask before it": [
      "there is nothing to erase",
      "the same value is named twice",
      "`…` was erased already",
      "an erasure takes two signers",
    ],
    "the postings and the numbers of entries are the program's own": [
      "entry … where … is next",
      "the postings of … lot `…` do not sum to zero",
    ],
  ]
}

/// The texts of the faults as the source has them, with `…` for what is filled in.
enum FaultSource {
  static func all() throws -> Set<String> {
    let folder = Program.root + "/Sources/Dispensary"
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".swift") }
    var texts: Set<String> = []
    for file in files {
      let source = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
      for part in source.components(separatedBy: "EventFault(").dropFirst() {
        var reader = Reader(rest: part[...])
        if let text = reader.literals() { texts.insert(text) }
      }
    }
    return texts
  }

  /// Whether a message is the fault with something filled in.
  static func matches(_ message: String, _ fault: String) -> Bool {
    var rest = message[...]
    let parts = fault.components(separatedBy: "…")
    for (index, part) in parts.enumerated() {
      if index == 0 {
        guard rest.hasPrefix(part) else { return false }
        rest = rest.dropFirst(part.count)
      } else if index == parts.count - 1 {
        return part.isEmpty ? !rest.isEmpty : rest.dropFirst().hasSuffix(part)
      } else {
        guard let found = rest.dropFirst().range(of: part) else { return false }
        rest = rest[found.upperBound...]
      }
    }
    return rest.isEmpty
  }

  /// Reads string literals of Swift, joined by `+`.
  private struct Reader {
    var rest: Substring

    mutating func literals() -> String? {
      skipSpace()
      guard rest.first == "\"" else { return nil }
      var text = ""
      while true {
        text += literal()
        skipSpace()
        guard rest.first == "+" else { return text }
        rest.removeFirst()
        skipSpace()
        guard rest.first == "\"" else { return text + "…" }
      }
    }

    private mutating func skipSpace() { rest = rest.drop { $0.isWhitespace } }

    /// One literal, from its first to its last quotation mark.
    private mutating func literal() -> String {
      var text = ""
      rest.removeFirst()
      while let character = rest.popFirst(), character != "\"" {
        guard character == "\\" else {
          text.append(character)
          continue
        }
        if rest.first == "(" {
          skipInterpolation()
          text += "…"
        } else if let escaped = rest.popFirst() {
          text.append(escaped)
        }
      }
      return text
    }

    private mutating func skipInterpolation() {
      var depth = 0
      repeat {
        if rest.first == "\"" {
          _ = literal()
          continue
        }
        switch rest.popFirst() {
        case "(": depth += 1
        case ")": depth -= 1
        case nil: return
        default: break
        }
      } while depth > 0
    }
  }
}

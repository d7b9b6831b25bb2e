import Dispensary

extension Rule {
  /// Who may act, and who may witness.
  static let people = [personHere, personMayAct, licenseValid, witnessNotOneself, witnessHere]

  /// People sign for their own time at the site.
  static let personHere = Rule(
    "person.present", .block, .house("people"),
    "Whoever acts belongs to the site on the day of the act."
  ) { question in
    guard let person = question.by else { return [] }
    return absence(of: person, on: question.day, question)
  }

  /// What each role may do; facts are recorded whoever did them.
  static let personMayAct = Rule(
    "person.role", .block, .house("roles"),
    "Stock is handled by clinical staff; people, keys and policies are an administrator's."
  ) { question in
    guard let person = question.by, question.valid.seq > 0,
      let denial = Permissions.denial(of: type(of: question.event).type, to: person.roles)
    else { return [] }
    return [
      Verdict(
        "`\(person.handle.text)` \(denial)", hint: "have somebody who may sign it, with `--as NAME`"
      )
    ]
  }

  /// Licenses have an end.
  static let licenseValid = Rule(
    "person.license-expired", .warn, .house("people"),
    "The license of whoever handles stock has not expired."
  ) { question in
    guard let person = question.by, let expires = person.license?.expires,
      expires < question.day, type(of: question.event).isPhysical
    else { return [] }
    return [Verdict("the license of `\(person.handle.text)` expired on \(expires.text)")]
  }

  /// A witness is another person.
  static let witnessNotOneself = Rule(
    "witness.oneself", .block, .house("witnesses"), "Nobody witnesses their own act."
  ) { question in
    guard question.witnesses.contains(question.valid.draft.by), let person = question.by else {
      return []
    }
    return [
      Verdict(
        "`\(person.handle.text)` cannot witness their own act",
        hint: "name another person with `--witness`")
    ]
  }

  static let witnessHere = Rule(
    "witness.present", .block, .house("witnesses"),
    "A witness belongs to the site on the day of the act."
  ) { question in
    question.witnesses.compactMap { question.state.people[$0] }
      .flatMap { absence(of: $0, on: question.day, question) }
  }

  private static func absence(
    of person: Person, on day: CivilDate, _ question: Question
  ) -> [Verdict] {
    if person.retiredAt != nil {
      return [Verdict("`\(person.handle.text)` has left the site")]
    }
    if let from = person.from, day < from {
      return [Verdict("`\(person.handle.text)` begins on \(from.text)")]
    }
    if let until = person.until, day > until {
      return [Verdict("`\(person.handle.text)` was here until \(until.text)")]
    }
    return []
  }
}

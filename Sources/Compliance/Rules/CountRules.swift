import Dispensary

extension Rule {
  /// Counting.
  static let counting = [countDifference, countMethod, countMisplaced]

  static let countDifference = Rule(
    "count.difference", .task, .cfr("1301.76(b)"),
    "A count agrees with the book, or the difference is followed up in a case."
  ) { question in
    guard let count = question.event as? PhysicalCount else { return [] }
    return count.lines.compactMap { line in
      guard let id = line.caseID else { return nil }
      let word = line.difference < .zero ? "missing" : "too much"
      return Verdict(
        "\(question.shown(line.difference.magnitude, line.item)) \(word) at "
          + "\(question.state.place(.stock(line.position))), lot `\(line.item.lot)`, "
          + "stands in case `\(id.text)`",
        hint: "count again; then look for what was not recorded: "
          + "`custody history --lot \(line.item.lot)`")
    }
  }

  /// Stricter than 21 CFR 1304.11(e), which lets opened containers of Schedule III be estimated.
  static let countMethod = Rule(
    "count.estimate", .block, .house("counts"),
    "Whole units and unopened containers are counted exactly, never estimated."
  ) { question in
    guard let count = question.event as? PhysicalCount, count.method == .estimate else { return [] }
    return count.lines.filter { line in
      switch line.position.holding {
      case .sealed, .kit: true
      case .container, .loose:
        question.state.products[line.item.product]?.baseUnit.isCounted == true
      }
    }.map {
      Verdict("lot `\($0.item.lot)` is counted in whole units", hint: "use `--method counted`")
    }
  }

  static let countMisplaced = Rule(
    "count.misplaced", .task, .house("counts"),
    "An opened container is counted where the book has it."
  ) { question in
    guard let count = question.event as? PhysicalCount else { return [] }
    return count.lines.compactMap { line in
      guard case .container(let id) = line.position.holding, line.counted.isPositive,
        let book = question.state.containers[id]?.position, book != line.position
      else { return nil }
      return Verdict(
        "`\(id.text)` is at `\(book.location.text)` by the book, not at "
          + "`\(line.position.location.text)`",
        hint: "correct this count, record the move, and count again")
    }
  }
}

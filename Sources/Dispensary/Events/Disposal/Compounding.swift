import Notation

/// Ingredients are taken for a batch that the house compounds.
package struct CompoundingStarted: Event {
  package static let type = "compound.start"
  package static let isPhysical = true
  package static let isReversible = true

  package var id: BatchID
  /// What is to be made.
  package var product: ProductID
  /// The code of the formula that is followed, such as `KN-10`.
  package var formula: String
  package var ingredients: [OutgoingLine]

  package init(id: BatchID, product: ProductID, formula: String, ingredients: [OutgoingLine]) {
    self.id = id
    self.product = product
    self.formula = formula
    self.ingredients = ingredients
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    id = try fields.value("batch")
    product = try fields.value("makes")
    formula = try fields.text("formula")
    ingredients = try [OutgoingLine](&fields, "ingredients")
  }

  package var members: Members {
    var members = Members()
    members.put("batch", id)
    members.put("makes", product)
    members.put("formula", formula)
    members.put("ingredients", objects: ingredients.map(\.members.all))
    return members
  }

  package var postings: [Posting] { ingredients.postings(to: .compounding(id)) }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    state.notNext(id) + Known.product(product, in: state)
      + Words.code(formula, of: "the formula")
      + ingredients.faults("compounded", in: state)
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.issue(id)
    state.batches[id] = entry.seq
  }
}

/// A batch is finished: its ingredients became a new lot, and what was lost on the way is named.
package struct CompoundingFinished: Event {
  package static let type = "compound.finish"
  package static let isPhysical = true
  package static let isReversible = true

  /// All that the batch held of one lot.
  package struct Ingredient: Hashable, Sendable {
    package var item: Item
    package var quantity: Amount
    /// What stayed in syringes, filters and vessels.
    package var deadSpace: Amount
    /// What was thrown away.
    package var wasted: Amount

    package init(
      item: Item, quantity: Amount, deadSpace: Amount = .zero, wasted: Amount = .zero
    ) {
      self.item = item
      self.quantity = quantity
      self.deadSpace = deadSpace
      self.wasted = wasted
    }

    init(_ fields: inout Fields) throws(WireFault) {
      item = Item(try fields.value("product"), try fields.text("lot"))
      quantity = try fields.amount("quantity")
      deadSpace = try fields.amountUnlessZero("dead_space")
      wasted = try fields.amountUnlessZero("wasted")
    }

    var members: Members {
      var members = Members()
      members.put("product", item.product)
      members.put("lot", item.lot)
      members.put("quantity", quantity)
      members.put("dead_space", deadSpace.isZero ? nil : deadSpace)
      members.put("wasted", wasted.isZero ? nil : wasted)
      return members
    }

    /// What went into the yield.
    package var used: Amount { quantity - deadSpace - wasted }

    func postings(of batch: BatchID) -> [Posting] {
      [Posting].moving(used, of: item, from: .compounding(batch), to: .compounded(batch))
        + .moving(deadSpace, of: item, from: .compounding(batch), to: .deadSpace)
        + .moving(wasted, of: item, from: .compounding(batch), to: .wasted)
    }
  }

  package var id: BatchID
  /// What came of it, with its own lot and expiry.
  package var yield: StockLine
  package var ingredients: [Ingredient]

  package init(id: BatchID, yield: StockLine, ingredients: [Ingredient]) {
    self.id = id
    self.yield = yield
    self.ingredients = ingredients
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    id = try fields.value("batch")
    ingredients = try fields.list("ingredients") { fields throws(WireFault) in
      try Ingredient(&fields)
    }
    yield = try StockLine(&fields)
  }

  package var members: Members {
    var members = yield.members
    members.put("batch", id)
    members.put("ingredients", objects: ingredients.map(\.members.all))
    return members
  }

  package var postings: [Posting] {
    ingredients.flatMap { $0.postings(of: id) }
      + .moving(
        yield.amount, of: yield.item, from: .compounded(id), to: .stock(yield.position))
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    guard let started = state.batch(id)?.event else {
      let known = state.recorded(CompoundingStarted.self).map(\.event.id.text)
      return [Known.unknown("batch", id.text, among: known, "compound list")]
    }
    var faults = yield.faults(in: state) + Known.positive(yield.amount, "the yield")
    if started.product != yield.item.product {
      faults.append(
        EventFault("batch `\(id.text)` makes `\(started.product.text)`, not something else"))
    }
    if yield.position.holding != .sealed {
      faults.append(EventFault("a yield is put away in closed containers"))
    }
    faults += ingredientFaults(in: state)
    return faults.isEmpty ? massFaults(in: state) : faults
  }

  /// A batch is finished at once, with all that it holds.
  private func ingredientFaults(in state: State) -> [EventFault] {
    let held = state.compounding(id)
    if held.isEmpty {
      return [
        EventFault(
          "batch `\(id.text)` is finished already", hint: "`custody compound list` shows its yield")
      ]
    }
    guard Set(ingredients.map(\.item)) == Set(held.map(\.item)), ingredients.count == held.count
    else { return [EventFault("batch `\(id.text)` holds other lots than the entry uses up")] }
    return ingredients.flatMap { line -> [EventFault] in
      let product = state.products[line.item.product]
      let amount = state.balance(.compounding(id), line.item)
      if line.quantity != amount {
        return [
          EventFault(
            "batch `\(id.text)` holds \(state.shown(amount, product)) of lot `\(line.item.lot)`, "
              + "and the entry uses up \(state.shown(line.quantity, product))")
        ]
      }
      return line.deadSpace < .zero || line.wasted < .zero || line.used < .zero
        ? [
          EventFault(
            "more of lot `\(line.item.lot)` is lost than the batch holds",
            hint: "`custody status` shows what the batch holds")
        ] : []
    }
  }

  package func unfold(in state: inout State, _ entry: EntryContext) { yield.unfold(in: &state) }

  /// A lot that only this batch knew is forgotten, so that a mistyped expiry can be put right.
  package func undo(in state: inout State) {
    let stands = state.journal.contains { entry in
      entry.type != Correction.type && entry.correctedBy == nil
        && entry.postings.contains { $0.bucket.item == yield.item }
    }
    if !stands { state.lots[yield.item] = nil }
  }
}

extension State {
  /// The batch with this number, and the entry that began it.
  package func batch(_ id: BatchID) -> (seq: Int64, event: CompoundingStarted)? {
    guard let seq = batches[id], let event = reversible[seq] as? CompoundingStarted
    else { return nil }
    return (seq, event)
  }

  /// What a batch holds, by lot; nothing once it is finished.
  package func compounding(_ id: BatchID) -> [(item: Item, amount: Amount)] {
    balances.filter { $0.key.account == .compounding(id) }
      .map { (item: $0.key.item, amount: $0.value) }.sorted { $0.item < $1.item }
  }
}

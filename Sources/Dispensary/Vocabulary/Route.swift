/// By which way a dose enters the body, in the words of the FDA's list of routes of administration.
///
/// The listing of a product in openFDA uses the same words, so that a dose can be compared with
/// its label. People may type the usual abbreviations:
///
///     Route.named("IV")            // INTRAVENOUS
///     Route.named("Intranasal")    // NASAL
///     Route.named("somehow")       // nil
package enum Route {
  /// The one spelling of a route; `nil` for what is no route.
  ///
  /// - Parameter listed: routes of the product's own listing, which are always routes.
  package static func named(_ text: String, listed: [String] = []) -> String? {
    let upper = String(text.map { $0.isASCII ? Character($0.uppercased()) : $0 })
    if let name = abbreviations[upper] { return name }
    return all.contains(upper) || listed.contains(upper) ? upper : nil
  }

  /// What is wrong with a route in a body: it stands there in its one spelling.
  static func faults(_ text: String, of product: Product?) -> [EventFault] {
    let listed = product?.routes ?? []
    guard !all.contains(text), !listed.contains(text) else { return [] }
    return [
      EventFault(
        "`\(text)` is not a route",
        hint: named(text).map { "did you mean `\($0)`?" }
          ?? "write it as on the label, such as `INTRAVENOUS`, `INTRAMUSCULAR` or `NASAL`")
    ]
  }

  /// What people write on charts.
  private static let abbreviations: [String: String] = [
    "IV": "INTRAVENOUS", "IVP": "INTRAVENOUS BOLUS", "IV PUSH": "INTRAVENOUS BOLUS",
    "IV BOLUS": "INTRAVENOUS BOLUS", "IVPB": "INTRAVENOUS DRIP", "IV DRIP": "INTRAVENOUS DRIP",
    "IV INFUSION": "INTRAVENOUS DRIP", "INFUSION": "INTRAVENOUS DRIP", "IM": "INTRAMUSCULAR",
    "SC": "SUBCUTANEOUS", "SQ": "SUBCUTANEOUS", "SUBCUT": "SUBCUTANEOUS", "SUBQ": "SUBCUTANEOUS",
    "ID": "INTRADERMAL", "IO": "INTRAOSSEOUS", "IT": "INTRATHECAL", "IN": "NASAL",
    "INTRANASAL": "NASAL", "PO": "ORAL", "BY MOUTH": "ORAL", "SL": "SUBLINGUAL", "PR": "RECTAL",
    "PV": "VAGINAL", "NG": "NASOGASTRIC", "TD": "TRANSDERMAL", "INH": "RESPIRATORY (INHALATION)",
    "INHALED": "RESPIRATORY (INHALATION)", "INHALATION": "RESPIRATORY (INHALATION)",
  ]

  /// The FDA's list without its words for not knowing, and with the intraosseous route of
  /// emergency care.
  package static let all: Set<String> = [
    "AURICULAR (OTIC)", "BUCCAL", "CONJUNCTIVAL", "CUTANEOUS", "DENTAL", "ELECTRO-OSMOSIS",
    "ENDOCERVICAL", "ENDOSINUSIAL", "ENDOTRACHEAL", "ENTERAL", "EPIDURAL", "EXTRA-AMNIOTIC",
    "EXTRACORPOREAL", "HEMODIALYSIS", "INFILTRATION", "INTERSTITIAL", "INTRA-ABDOMINAL",
    "INTRA-AMNIOTIC", "INTRA-ARTERIAL", "INTRA-ARTICULAR", "INTRABILIARY", "INTRABRONCHIAL",
    "INTRABURSAL", "INTRACARDIAC", "INTRACARTILAGINOUS", "INTRACAUDAL", "INTRACAVERNOUS",
    "INTRACAVITARY", "INTRACEREBRAL", "INTRACISTERNAL", "INTRACORNEAL", "INTRACORONAL, DENTAL",
    "INTRACORONARY", "INTRACORPORUS CAVERNOSUM", "INTRADERMAL", "INTRADISCAL", "INTRADUCTAL",
    "INTRADUODENAL", "INTRADURAL", "INTRAEPIDERMAL", "INTRAESOPHAGEAL", "INTRAGASTRIC",
    "INTRAGINGIVAL", "INTRAILEAL", "INTRALESIONAL", "INTRALUMINAL", "INTRALYMPHATIC",
    "INTRAMEDULLARY", "INTRAMENINGEAL", "INTRAMUSCULAR", "INTRAOCULAR", "INTRAOSSEOUS",
    "INTRAOVARIAN", "INTRAPERICARDIAL", "INTRAPERITONEAL", "INTRAPLEURAL", "INTRAPROSTATIC",
    "INTRAPULMONARY", "INTRASINAL", "INTRASPINAL", "INTRASYNOVIAL", "INTRATENDINOUS",
    "INTRATESTICULAR", "INTRATHECAL", "INTRATHORACIC", "INTRATUBULAR", "INTRATUMOR",
    "INTRATYMPANIC", "INTRAUTERINE", "INTRAVASCULAR", "INTRAVENOUS", "INTRAVENOUS BOLUS",
    "INTRAVENOUS DRIP", "INTRAVENTRICULAR", "INTRAVESICAL", "INTRAVITREAL", "IONTOPHORESIS",
    "IRRIGATION", "LARYNGEAL", "NASAL", "NASOGASTRIC", "OCCLUSIVE DRESSING TECHNIQUE",
    "OPHTHALMIC", "ORAL", "OROPHARYNGEAL", "PARENTERAL", "PERCUTANEOUS", "PERIARTICULAR",
    "PERIDURAL", "PERINEURAL", "PERIODONTAL", "RECTAL", "RESPIRATORY (INHALATION)",
    "RETROBULBAR", "SOFT TISSUE", "SUBARACHNOID", "SUBCONJUNCTIVAL", "SUBCUTANEOUS", "SUBLINGUAL",
    "SUBMUCOSAL", "TOPICAL", "TRANSDERMAL", "TRANSMUCOSAL", "TRANSPLACENTAL", "TRANSTRACHEAL",
    "TRANSTYMPANIC", "URETERAL", "URETHRAL", "VAGINAL",
  ]
}

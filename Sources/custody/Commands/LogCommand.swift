import ArgumentParser
import Foundation
import LedgerCore
import Notation

/// `custody log`: logs in C2SP tlog-tiles form, of anybody's.
struct LogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log", abstract: "Check a log in tlog-tiles form, of any maker.",
    subcommands: [Check.self])

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Recompute every tile from the entries, and compare the root.",
      discussion: """
        The folder holds `checkpoint` and `tile/…` as C2SP tlog-tiles names them. Every tile and \
        every entry bundle that is there is compared, with the leaf being the RFC 6962 hash of the \
        entry.

        Status 0: all fits; 4: tamper evidence; 11: not proven, files or the log's signature are \
        missing; 12: not a log.
        """)
    @Argument(help: ArgumentHelp("The folder of the log.", valueName: "dir")) var directory: String
    @OptionGroup var log: LogKeyOptions
    @Option(help: ArgumentHelp("Another checkpoint than the folder's.", valueName: "file"))
    var checkpoint: String?
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      let keys = try log.keys()
      let path = checkpoint ?? directory + "/checkpoint"
      if checkpoint == nil, EvidenceFiles.small(path, atMost: EvidenceFiles.bytesMax) == nil {
        throw Failure(
          .unreadable, "`\(directory)` has no readable checkpoint",
          hint: "name the folder that holds `checkpoint` and `tile`")
      }
      let note = try EvidenceFiles.note(path)
      let signed: Checkpoint
      do { signed = try Checkpoint.open(note: note, keys: keys) } catch {
        return try ProofOutcome(error).end(json: json)
      }
      let progress = Progress("entries", of: signed.size)
      let report = TileFolder(directory).log.check(signed) { progress.at($0) }
      progress.end()
      try TileLogPage(signed, report).print(json: json)
    }
  }
}

/// The files of a log in a folder.
struct TileFolder {
  private let directory: String

  init(_ directory: String) { self.directory = directory }

  /// 256 entries of 65,535 bytes, each with two bytes of length.
  private static let fileBytesMax = 256 * 65_537

  var log: TileLog {
    let files = (try? FileManager.default.subpathsOfDirectory(atPath: directory + "/tile")) ?? []
    return TileLog(files: files.map { "tile/" + $0 }) { [directory] name in
      EvidenceFiles.small(directory + "/" + name, atMost: TileFolder.fileBytesMax)
    }
  }
}

/// What is said about a log.
struct TileLogPage {
  private let checkpoint: Checkpoint
  private let report: TileLogReport

  init(_ checkpoint: Checkpoint, _ report: TileLogReport) {
    self.checkpoint = checkpoint
    self.report = report
  }

  /// Faults that are printed; the JSON has more.
  private static let faultsShown = 20

  var outcome: ProofOutcome {
    if let first = report.faults.first {
      let place = first.entry.map { "at entry \($0)" } ?? "in the tree"
      let file = first.file.map { ", `\($0)`" } ?? ""
      return ProofOutcome(.tampered, "tamper evidence \(place): \(first.text)\(file)")
    }
    if let missing = report.missing.first {
      return ProofOutcome(
        .notProven,
        "not proven: \(report.missing.count) \(report.missing.count == 1 ? "file is" : "files are")"
          + " not there, the first of them `\(missing.path)`")
    }
    if checkpoint.size == 0 {
      return ProofOutcome(.done, "empty: the log has signed that it holds nothing")
    }
    return ProofOutcome(.done, "consistent to \(checkpoint.size), nothing outside vouches for it")
  }

  func print(json: Bool) throws {
    if json { return try outcome.end(json: true, members) }
    Console.print(
      """
      log          \(checkpoint.origin)
      checkpoint   \(checkpoint.size) entries, root \(checkpoint.root), signed by the log
      entries      \(report.entries) hashed
      files        \(report.files) compared\(beyond)
      """)
    for fault in report.faults.prefix(TileLogPage.faultsShown) {
      let entry = fault.entry.map { " at entry \($0)" } ?? ""
      Console.print("fault\(entry): \(fault.text)\(fault.file.map { ", `\($0)`" } ?? "")")
    }
    if report.faultCount > TileLogPage.faultsShown {
      Console.print("fault: and \(report.faultCount - TileLogPage.faultsShown) more")
    }
    try outcome.end(json: false)
  }

  private var beyond: String {
    report.beyond == 0
      ? "" : "; \(report.beyond) reach beyond the checkpoint, which does not vouch for that"
  }

  private var members: [String: JSON] {
    [
      "origin": .string(checkpoint.origin), "size": .integer(checkpoint.size),
      "root": .string(checkpoint.root.base64), "entries": .integer(report.entries),
      "files": .integer(Int64(report.files)), "beyond": .integer(Int64(report.beyond)),
      "missing": .array(report.missing.map { .string($0.path) }),
      "fault_count": .integer(Int64(report.faultCount)),
      "faults": .array(
        report.faults.map { fault in
          var members: [String: JSON] = ["text": .string(fault.text)]
          members["entry"] = fault.entry.map { .integer($0) }
          members["file"] = fault.file.map { .string($0) }
          return .object(members)
        }),
    ]
  }
}

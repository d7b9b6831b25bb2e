internal import Glibc

/// Files and folders, by the calls of the operating system.
enum Medium {
  static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  /// Refuses a file that is not there or that this user may not read.
  static func requireReadable(_ path: String) throws(StoreError) {
    guard unsafe access(path, R_OK) == 0 else { throw StoreError.system(errno, path) }
  }

  /// Nil when the folder can be written, otherwise `errno`.
  static func refusal(_ directory: String) -> Int32? {
    unsafe access(directory, W_OK) == 0 ? nil : errno
  }

  static func size(_ path: String) -> Int64? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? Int64(status.st_size) : nil
  }

  static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Refuses to begin what a full disk would not let us finish.
  static func requireSpace(_ directory: String) throws(StoreError) {
    var status = statvfs()
    guard unsafe statvfs(directory, &status) == 0 else {
      throw StoreError.system(errno, directory)
    }
    let free = UInt64(status.f_bavail) * UInt64(status.f_frsize)
    if free < StoreLimits.freeBytesMin { throw StoreError(.diskFull, directory) }
  }

  /// Makes a folder that only its owner may enter; one that exists is left alone.
  static func makeDirectory(_ path: String) throws(StoreError) {
    if unsafe mkdir(path, 0o700) == 0 || (errno == EEXIST && isDirectory(path)) { return }
    throw StoreError.system(errno, path)
  }

  /// Makes a folder and every folder above it.
  static func makeDirectories(_ path: String) throws(StoreError) {
    var made = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
      made += "/" + part
      try makeDirectory(made)
    }
  }

  /// Makes an empty file with this mode before SQLite makes one with another; the
  /// WAL beside it takes the same mode. A file that exists is left alone.
  static func makeFile(_ path: String, mode: mode_t) throws(StoreError) {
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw StoreError.system(errno, path) }
    close(descriptor)
  }

  /// Makes the names in a folder durable.
  static func syncDirectory(_ path: String) throws(StoreError) {
    let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw StoreError.system(errno, path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw StoreError.system(errno, path) }
  }

  static func remove(_ path: String) { unsafe unlink(path) }

  static func removeDirectory(_ path: String) { unsafe rmdir(path) }

  /// A new folder with a name of its own that only its owner may enter.
  static func makeTemporary(in directory: String) throws(StoreError) -> String {
    var template = Array("\(directory)/custody-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else { throw StoreError.system(errno, directory) }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The whole content of a small file; nil when there is none.
  static func read(_ path: String) throws(StoreError) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw StoreError.system(errno, path)
    }
    defer { close(descriptor) }
    var content: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe Glibc.read(descriptor, &block, block.count)
      guard count >= 0 else { throw StoreError.system(errno, path) }
      if count == 0 { return content }
      content += block[..<count]
    }
  }

  /// Writes bytes at the end of a file, or as its whole content.
  static func write(_ bytes: [UInt8], to path: String, append: Bool) throws(StoreError) {
    let flags = O_WRONLY | O_CREAT | O_CLOEXEC | (append ? O_APPEND : O_TRUNC)
    let descriptor = unsafe open(path, flags, 0o600)
    guard descriptor >= 0 else { throw StoreError.system(errno, path) }
    defer { close(descriptor) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      guard count > 0 else { throw StoreError.system(errno, path) }
      rest = rest.dropFirst(count)
    }
  }

  /// Copies a file, block by block; nothing happens when there is none.
  static func copy(_ source: String, to target: String) throws(StoreError) {
    let from = unsafe open(source, O_RDONLY | O_CLOEXEC)
    guard from >= 0 else {
      if errno == ENOENT { return }
      throw StoreError.system(errno, source)
    }
    defer { close(from) }
    let to = unsafe open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard to >= 0 else { throw StoreError.system(errno, target) }
    defer { close(to) }
    var block = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = unsafe Glibc.read(from, &block, block.count)
      guard count >= 0 else { throw StoreError.system(errno, source) }
      if count == 0 { return }
      var done = 0
      while done < count {
        let written = unsafe block[done..<count].withUnsafeBytes {
          unsafe Glibc.write(to, $0.baseAddress, $0.count)
        }
        guard written > 0 else { throw StoreError.system(errno, target) }
        done += written
      }
    }
  }
}

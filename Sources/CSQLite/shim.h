#pragma once
#include <sqlite3.h>

// Swift cannot call variadic functions, nor name SQLITE_TRANSIENT (a cast).

/// Forbids what can corrupt a database file from within SQL.
static inline int custody_defend(sqlite3 *db) {
  return sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
}

/// Keeps the WAL when the last connection closes: 2 syncs an append, not 5.
static inline int custody_keep_wal(sqlite3 *db) {
  return sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}

/// Binds a copy of `length` bytes of UTF-8.
static inline int custody_bind_text(
    sqlite3_stmt *statement, int index, const void *text, int length) {
  return sqlite3_bind_text(
      statement, index, text ? (const char *)text : "", length, SQLITE_TRANSIENT);
}

/// Binds a copy of `length` bytes.
static inline int custody_bind_blob(
    sqlite3_stmt *statement, int index, const void *bytes, int length) {
  return sqlite3_bind_blob(
      statement, index, bytes ? bytes : (const void *)"", length, SQLITE_TRANSIENT);
}

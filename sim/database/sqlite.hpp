// SPDX-License-Identifier: Apache-2.0
// libsqlite3 with owners instead of handles. What goes wrong is thrown with the file's path and
// SQLite's own words: DataError where the file is damaged or no database, ConfigError where it
// cannot be opened, written or locked, std::runtime_error otherwise (a full disk, say).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace tokenfab::sqlite {

/// One prepared statement. Parameters count from 1, columns from 0, as in SQLite.
class Statement {
 public:
  Statement& set(int parameter, std::int64_t value);
  Statement& set(int parameter, double value);
  Statement& set(int parameter, std::string_view value);  // copied
  Statement& set_null(int parameter);

  /// To the next row; false at the end, where the statement begins anew.
  bool step();
  /// For statements without rows.
  void run() {
    while (step()) {
    }
  }
  void reset();

  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;
  bool is_null(int column) const;

 private:
  friend class Connection;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  Statement(std::string path, sqlite3_stmt* statement);
  void expect_ok(int code) const;

  std::string path_;  // for messages
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

class Connection {
 public:
  enum class Access {
    Create,    // makes the file; there must be none
    Write,     // of a file that is there
    Read,      // changes no content, but may tidy up after a writer that was killed
    Unchanged  // of a file that nobody writes to, in a folder that nothing can be made in
  };
  Connection(std::string path, Access access);

  const std::string& path() const { return path_; }
  /// Any number of statements, rows ignored.
  void execute(const std::string& sql) const;
  Statement prepare(std::string_view sql) const;
  /// First column of the first row; there must be one.
  std::int64_t integer(std::string_view sql) const;
  std::string text(std::string_view sql) const;
  bool is_in_transaction() const;

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  Statement first_row(std::string_view sql) const;

  std::string path_;
  std::unique_ptr<sqlite3, Close> database_;
};

/// Begins with the object and is undone with it, unless it was committed.
class Transaction {
 public:
  /// "DEFERRED" of readers, which then see one state of the database; "IMMEDIATE" of writers.
  Transaction(const Connection& connection, const std::string& kind);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  const Connection& connection_;
};

}  // namespace tokenfab::sqlite

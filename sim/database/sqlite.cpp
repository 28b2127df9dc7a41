// SPDX-License-Identifier: Apache-2.0
#include "sim/database/sqlite.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <filesystem>
#include <utility>

#include "sim/core/errors.hpp"

namespace tokenfab::sqlite {
namespace {

[[noreturn]] void fail(const std::string& path, int extended, const std::string& word) {
  const auto problem = [&](std::string message, std::string fix = {}) {
    return std::vector<Problem>{{{path}, "", std::move(message), std::move(fix)}};
  };
  switch (extended & 0xff) {  // the primary code of an extended one
    case SQLITE_NOTADB:
      throw DataError(problem("this is no SQLite database"));
    case SQLITE_CORRUPT:
    case SQLITE_ERROR:  // a table or column of ours is not there
    case SQLITE_MISMATCH:
      throw DataError(problem("the database is damaged: " + word));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw ConfigError(
          problem("another process is writing to this database", "wait for it or end it"));
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      throw ConfigError(problem("SQLite cannot open it: " + word));
    default:
      throw std::runtime_error(fmt::format("{}: SQLite: {}", path, word));
  }
}

/// As a URI, in which only these characters stand for themselves.
std::string uri_of(const std::string& path) {
  std::string uri = "file:";
  for (const char letter : std::filesystem::absolute(path).string()) {
    const auto code = static_cast<unsigned char>(letter);
    const bool is_plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                          (letter >= '0' && letter <= '9') ||
                          std::string_view("/._-").find(letter) != std::string_view::npos;
    uri += is_plain ? std::string(1, letter) : fmt::format("%{:02x}", code);
  }
  return uri;
}

int flags_of(Connection::Access access) {
  switch (access) {
    case Connection::Access::Create:
      return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    case Connection::Access::Write:
    case Connection::Access::Read:  // read-only ones leave their -wal and -shm files behind
      return SQLITE_OPEN_READWRITE;
    case Connection::Access::Unchanged:
      return SQLITE_OPEN_READONLY;
  }
  return SQLITE_OPEN_READONLY;
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Statement::Statement(std::string path, sqlite3_stmt* statement)
    : path_(std::move(path)), statement_(statement) {}

void Statement::expect_ok(int code) const {
  if (code != SQLITE_OK) {
    auto* database = sqlite3_db_handle(statement_.get());
    fail(path_, sqlite3_extended_errcode(database), sqlite3_errmsg(database));
  }
}

Statement& Statement::set(int parameter, std::int64_t value) {
  expect_ok(sqlite3_bind_int64(statement_.get(), parameter, value));
  return *this;
}

Statement& Statement::set(int parameter, double value) {
  expect_ok(sqlite3_bind_double(statement_.get(), parameter, value));
  return *this;
}

Statement& Statement::set(int parameter, std::string_view value) {
  // A null pointer would bind NULL; an empty view may hold one.
  expect_ok(sqlite3_bind_text64(statement_.get(), parameter, value.empty() ? "" : value.data(),
                                value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}

Statement& Statement::set_null(int parameter) {
  expect_ok(sqlite3_bind_null(statement_.get(), parameter));
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) {
    return true;
  }
  expect_ok(sqlite3_reset(statement_.get()));  // returns what step met with
  return false;
}

void Statement::reset() { sqlite3_reset(statement_.get()); }

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

double Statement::real(int column) const { return sqlite3_column_double(statement_.get(), column); }

std::string Statement::text(int column) const {
  const auto* bytes = sqlite3_column_text(statement_.get(), column);
  const auto size = sqlite3_column_bytes(statement_.get(), column);
  return bytes == nullptr
             ? std::string()
             : std::string(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

void Connection::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

Connection::Connection(std::string path, Access access) : path_(std::move(path)) {
  const auto name = uri_of(path_) + (access == Access::Unchanged ? "?immutable=1" : "");
  sqlite3* database = nullptr;
  const int code = sqlite3_open_v2(
      name.c_str(), &database, flags_of(access) | SQLITE_OPEN_URI | SQLITE_OPEN_EXRESCODE, nullptr);
  database_.reset(database);  // made even where opening fails
  if (code != SQLITE_OK) {
    fail(path_, code, sqlite3_errstr(code));
  }
  // The file may be anybody's: no functions called by its schema, no writing to its schema, and
  // every page checked before it is believed.
  sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  execute("PRAGMA cell_size_check = ON");
  if (access == Access::Read || access == Access::Unchanged) {
    execute("PRAGMA query_only = ON");
    sqlite3_busy_timeout(database, 5000);  // while a writer tidies up
  }
}

void Connection::execute(const std::string& sql) const {
  const int code = sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) {
    fail(path_, code, sqlite3_errmsg(database_.get()));
  }
}

Statement Connection::prepare(std::string_view sql) const {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) {
    fail(path_, code, sqlite3_errmsg(database_.get()));
  }
  return {path_, statement};
}

Statement Connection::first_row(std::string_view sql) const {
  auto statement = prepare(sql);
  if (!statement.step()) {
    throw DataError({{{path_}, "", "the database is damaged: a row of it is missing", ""}});
  }
  return statement;
}

std::int64_t Connection::integer(std::string_view sql) const { return first_row(sql).integer(0); }

std::string Connection::text(std::string_view sql) const { return first_row(sql).text(0); }

bool Connection::is_in_transaction() const { return sqlite3_get_autocommit(database_.get()) == 0; }

Transaction::Transaction(const Connection& connection, const std::string& kind)
    : connection_(connection) {
  connection_.execute("BEGIN " + kind);
}

Transaction::~Transaction() {
  if (connection_.is_in_transaction()) {
    try {
      connection_.execute("ROLLBACK");
    } catch (const std::exception&) {
      // SQLite has undone it by itself, or will where the file is opened next.
    }
  }
}

void Transaction::commit() { connection_.execute("COMMIT"); }

}  // namespace tokenfab::sqlite

// SPDX-License-Identifier: Apache-2.0
// Files that are no sweep database, or no longer: told so, and left as they are.
#include <fstream>
#include <iterator>
#include <numeric>

#include "sim/core/errors.hpp"
#include "sim/database/sweep_csv.hpp"
#include "tests/sweep_samples.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

std::string whole_database(const ScratchFolder& folder) {
  {
    auto database = SweepDatabase::create(folder.file("whole"), sample_description());
    for (std::int64_t run = 0; run < 24; ++run) {
      add_samples(database, {run});
    }
    database.commit();
  }
  return content_of(folder.file("whole"));
}

/// Reads everything; the message of what it throws, which names the file; empty if all went well.
std::string refusal(const std::string& path) {
  try {
    const auto database = SweepDatabase::open(path);
    write_sweep_csv(database, [](std::string_view) {});
    return "";
  } catch (const DataError& error) {
    REQUIRE(error.problems().front().place.file == path);
    return error.what();
  }
}

/// Holds if neither reading nor going on accepts it or changes a byte of it or leaves another file.
std::string refused_and_untouched(const ScratchFolder& folder, const std::string& content) {
  const auto path = folder.file("x");
  write(path, content);
  const auto before = folder.files();
  const auto message = refusal(path);
  REQUIRE(!message.empty());
  REQUIRE_THROWS_AS(SweepDatabase::open_to_resume(path, sample_description()), DataError);
  REQUIRE(content_of(path) == content);
  REQUIRE(folder.files() == before);
  return message;
}

void expect(const std::string& message, const std::string& part) {
  INFO(message);
  REQUIRE(message.find(part) != std::string::npos);
}

std::string made_by_sql(const ScratchFolder& folder, const std::string& sql) {
  const auto path = folder.file("other");
  {
    const sqlite::Connection other(path, sqlite::Connection::Access::Create);
    other.execute(sql);
  }
  const auto content = content_of(path);
  std::filesystem::remove(path);
  return content;
}

}  // namespace

TEST_CASE("sweep database: files that are none are refused with the reason") {
  const ScratchFolder folder;
  expect(refused_and_untouched(folder, ""), "this is no sweep database");
  expect(refused_and_untouched(folder, "run,point\n1,2\n"), "this is no SQLite database");
  expect(refused_and_untouched(folder, std::string(8192, 'x')), "this is no SQLite database");
  expect(refused_and_untouched(folder, made_by_sql(folder, "CREATE TABLE runs (run INTEGER)")),
         "this is no sweep database");
  const auto head = fmt::format("PRAGMA application_id = {}; ", sweep_application_id);
  expect(refused_and_untouched(folder, made_by_sql(folder, head + "PRAGMA user_version = 2")),
         "its schema has version 2, this program knows version 1");
  expect(refused_and_untouched(folder, made_by_sql(folder, head + "PRAGMA user_version = 1")),
         "no such table");
  const auto empty = head + "PRAGMA user_version = 1;" + sweep_schema({});
  expect(refused_and_untouched(folder, made_by_sql(folder, empty)), "which sweep it is of");
  REQUIRE_THROWS_AS(SweepDatabase::open(folder.file("absent")), ConfigError);
  REQUIRE_THROWS_AS(SweepDatabase::open(folder.name()), ConfigError);
}

TEST_CASE("sweep database: a file that ends early is refused") {
  const ScratchFolder folder;
  const auto whole = whole_database(folder);
  for (const std::size_t size : {1UL, 99UL, 100UL, 4096UL, 4097UL, whole.size() / 2,
                                 whole.size() - 4096, whole.size() - 1}) {
    INFO(size << " of " << whole.size());
    refused_and_untouched(folder, whole.substr(0, size));
  }
}

TEST_CASE("sweep database: bytes that were changed crash nothing") {
  const ScratchFolder folder;
  const auto whole = whole_database(folder);
  RandomStream random(3, 0, "test", "damage");
  const auto path = folder.file("x");
  int refused = 0;
  for (int trial = 0; trial < 300; ++trial) {
    auto content = whole;
    const auto count = trial % 3 == 0 ? 1U : 40U;
    const auto start = random.next_u64() % (trial % 2 == 0 ? content.size() : 4096);
    for (std::size_t i = start; i < std::min<std::size_t>(content.size(), start + count); ++i) {
      content[i] = static_cast<char>(random.next_u64());
    }
    write(path, content);
    std::string message;
    try {
      message = refusal(path);
    } catch (const ConfigError& error) {  // a flag that says read-only, say
      message = error.what();
    } catch (const std::runtime_error& error) {
      message = error.what();
    }
    if (!message.empty()) {
      ++refused;
    }
    REQUIRE(content_of(path) == content);
  }
  INFO(refused);
  REQUIRE(refused > 40);  // a changed number in a row cannot be told from another number
}

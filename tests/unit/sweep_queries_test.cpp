// SPDX-License-Identifier: Apache-2.0
// The questions of docs/sweep-database.md, asked of a database, so that they stay answerable.
#include <fstream>
#include <map>

#include "tests/sweep_samples.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

/// The indented blocks of the section "Questions" that are SQL, by the words before them.
std::map<std::string, std::string> questions() {
  std::ifstream file(TOKENFAB_SOURCE_DIR "/docs/sweep-database.md");
  std::map<std::string, std::string> found;
  std::string text;
  std::string sql;
  bool is_inside = false;
  bool is_new = true;
  for (std::string line; std::getline(file, line);) {
    const bool is_code = line.starts_with("    ");
    if (!is_code && !line.empty()) {
      if (!sql.empty()) {
        found[text] = sql;
        sql.clear();
      }
      is_inside = line.starts_with("## ") ? line == "## Questions" : is_inside;
      text = is_new ? line : text + ' ' + line;
    } else if (is_code && is_inside) {
      sql += line.substr(4) + '\n';
    }
    is_new = line.empty();
  }
  return found;
}

/// The one whose introduction starts so.
std::string question(const std::string& start) {
  for (const auto& [text, sql] : questions()) {
    if (text.starts_with(start)) {
      return sql;
    }
  }
  FAIL("no such question: " + start);
  return "";
}

class Asked {
 public:
  explicit Asked(std::int64_t runs = 24) : database_(made(folder_, runs)) {}
  sqlite::Statement ask(const std::string& start) { return database_.prepare(question(start)); }
  const sqlite::Connection& database() const { return database_; }

 private:
  static sqlite::Connection made(const ScratchFolder& folder, std::int64_t runs) {
    auto database = SweepDatabase::create(folder.file("x"), sample_description());
    for (std::int64_t run = 0; run < runs; ++run) {
      add_samples(database, {run});
    }
    database.commit();
    return {folder.file("x"), sqlite::Connection::Access::Read};
  }
  ScratchFolder folder_;
  sqlite::Connection database_;
};

}  // namespace

TEST_CASE("sweep database: every documented question has an answer") {
  Asked asked(20);
  int count = 0;
  for (const auto& [text, sql] : questions()) {
    if (sql.starts_with("sqlite3 ")) {
      continue;  // the shell's; its words are those of the others
    }
    INFO(text << "\n" << sql);
    auto rows = asked.database().prepare(sql);
    REQUIRE(rows.step());
    ++count;
  }
  REQUIRE(count == 11);
}

TEST_CASE("sweep database: the cheapest point, the front and the break-even are right") {
  Asked asked;
  // 400 / W seconds: 500 W and more hold 0.8 s; the h100 is the cheapest there.
  auto cheapest = asked.ask("The cheapest point");
  REQUIRE(cheapest.step());
  REQUIRE(cheapest.text(1) == "h100-sxm");
  REQUIRE(cheapest.integer(2) == 500);
  REQUIRE(cheapest.real(3) == Approx(1.1).margin(0.001));
  // Faster with power; the h100 up to 600 W, then the b200.
  auto front = asked.ask("The Pareto front");
  std::string met;
  while (front.step()) {
    met += front.text(1) + " " + front.text(2) + ", ";
  }
  REQUIRE(met == "h100-sxm 400.0, h100-sxm 500.0, h100-sxm 600.0, b200 700.0, ");
  auto even = asked.ask("Break-even");
  REQUIRE(even.step());
  REQUIRE(even.real(0) == Approx(650).margin(1));
  REQUIRE(!even.step());
}

TEST_CASE("sweep database: spreads, shares, failures and what is missing are right") {
  Asked asked(20);
  const auto description = sample_description();
  auto spread = asked.ask("Mean and spread");
  REQUIRE(spread.step());
  const double a = *sample_answer(description, 0).find("cost_per_mtok_output_usd");
  const double b = *sample_answer(description, 1).find("cost_per_mtok_output_usd");
  REQUIRE(spread.real(3) == Approx((a + b) / 2));
  // Of two: standard deviation |a - b| / sqrt(2), of their mean |a - b| / 2.
  REQUIRE(spread.real(4) == Approx(std::abs(a - b) / 2).epsilon(1e-4));
  auto energy = asked.ask("Where the energy goes");
  REQUIRE(energy.step());
  REQUIRE(energy.text(1) == "it");
  REQUIRE(energy.real(2) == Approx(1 / 1.5));
  auto failed = asked.ask("Why runs failed");
  REQUIRE(failed.step());
  REQUIRE(failed.integer(2) + (failed.step() ? failed.integer(2) : 0) == 2);  // runs 6 and 13
  auto missing = asked.ask("Runs that are still");
  for (std::int64_t run = 20; run < 24; ++run) {
    REQUIRE(missing.step());
    REQUIRE(missing.integer(0) == run);
  }
  REQUIRE(!missing.step());
  auto best = asked.ask("The best power");
  REQUIRE(best.step());
  REQUIRE(best.text(0) == "h100-sxm");
  REQUIRE(best.integer(1) == 400);
}

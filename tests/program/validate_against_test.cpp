// SPDX-License-Identifier: Apache-2.0
// tokenfab validate-against and calibrate: files, groups, refusals.
#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/program/program.hpp"

namespace tokenfab::program {
namespace {

const std::string header =
    "backend,backend_version,model,system,precision,mode,isl,osl,concurrency,tp,pp,dp,moe_ep,"
    "ttft_ms,tpot_ms,flag,measured\n";

/// Two rows that run, one that is flagged.
std::string table() {
  return header +
         "vllm,0.12.0,Qwen/Qwen3-8B,h100_sxm,fp8,agg,512,64,4,1,1,1,1,40,6,,2025-12-01\n"
         "vllm,0.12.0,Qwen/Qwen3-8B,h200_sxm,fp8,agg,512,64,8,2,1,1,1,40,6,,2025-12-01\n"
         "vllm,0.12.0,Qwen/Qwen3-8B,h100_sxm,fp8,agg,512,64,8,2,1,1,1,40,6,odd,2025-12-01\n";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("validate-against: errors by label, rows skipped with their reason, and the folder") {
  const Sandbox box;
  box.write("measured.csv", table());
  const auto told = box.run({"validate-against", "measured.csv", "--by", "chip", "--out", "out"});
  INFO(told.err);
  REQUIRE(told.code == ok);
  CHECK(contains(told.out, "time per output token"));
  CHECK(contains(told.out, "chip h200"));
  CHECK_FALSE(contains(told.out, "engine vllm"));
  CHECK(contains(told.out, "3 rows, 2 predicted"));
  CHECK(contains(told.out, "skipped     1  flagged in its source: odd"));
  for (const auto* name : {"rows.csv", "errors.md", "error_bands.json", "errors-tpot.svg"}) {
    CHECK(std::filesystem::is_regular_file(box.folder() / "out" / name));
  }
}

TEST_CASE("validate-against: the number of processes changes nothing") {
  const Sandbox box;
  box.write("measured.csv", table());
  const auto one = box.run({"validate-against", "measured.csv", "--jobs", "1"});
  const auto three = box.run({"validate-against", "measured.csv", "--jobs", "3"});
  REQUIRE(one.code == ok);
  CHECK(one.out == three.out);
}

TEST_CASE("validate-against and calibrate: files that are no table are told all at once") {
  const Sandbox box;
  box.write("a.csv", "x,y\n1,2\n");
  box.write("b.csv", "");
  const auto told = box.run({"validate-against", "a.csv", "b.csv"});
  CHECK(told.code == data_invalid);
  CHECK(contains(told.err, "a.csv"));
  CHECK(contains(told.err, "b.csv"));
  CHECK(contains(told.err, "no inferencex table"));
  const auto fitted = box.run({"calibrate", "a.csv", "--out", "fit.json"});
  CHECK(fitted.code == data_invalid);
  CHECK_FALSE(std::filesystem::exists(box.folder() / "fit.json"));
}

TEST_CASE("validate-against: a label that is none is refused with those there are") {
  const Sandbox box;
  box.write("measured.csv", table());
  const auto told = box.run({"validate-against", "measured.csv", "--by", "colour"});
  CHECK(told.code == usage);
  CHECK(contains(told.err, "concurrency"));
}

}  // namespace tokenfab::program

// SPDX-License-Identifier: Apache-2.0
// A month's bill under a filed tariff, from the public file to the dollar. The sum by hand stands
// in unit/utility_bill_test.cpp.
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <sstream>

#include "models/energy/urdb_tariff.hpp"
#include "sim/data/read_site_data.hpp"
#include "tests/utility_rates.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

TEST_CASE("urdb: July 2015 at 100 kW under SCE GS-2 TOU-B costs 10,263.316 USD") {
  const char* data = std::getenv("TOKENFAB_DATA");
  std::istringstream list(data ? data : "");
  std::string path;
  for (std::string folder; path.empty() && std::getline(list, folder, ':');) {
    const auto candidate = std::filesystem::path(folder) / "urdb_sce_gs2_toub_2015.json";
    path = std::filesystem::exists(candidate) ? candidate.string() : "";
  }
  if (path.empty()) {
    std::cout << "skipped: TOKENFAB_DATA does not hold urdb_sce_gs2_toub_2015.json" << std::endl;
    std::exit(77);
  }
  UrdbTariff tariff({path, "auto"});
  std::vector<std::string> warnings;
  SiteInputs inputs;
  inputs.calendar = calendar_from(2015, 7);
  inputs.data = read_site_data(*tariff.data_file(), path, {}, warnings);
  tariff.open(inputs);
  const auto meter = tariff.open_bill();
  meter->meter(Instant(), hours(744), Watts(100e3), Watts(0));
  REQUIRE(meter->due().total().si() == Approx(10263.316).epsilon(1e-9));
}

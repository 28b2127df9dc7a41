// SPDX-License-Identifier: Apache-2.0
#include "sim/metrics/assertion.hpp"

#include "sim/core/check.hpp"
#undef CHECK  // ours; Catch2's is meant below

#include <catch2/catch.hpp>

namespace tokenfab {
namespace {

AssertionScope scope() {
  AssertionScope scope;
  scope.objects = {{"services", {"chat"}}, {"pools", {"chat/main"}}, {"sites", {"a"}}};
  scope.usd_per_currency = {{"CNY", 0.14}, {"USD", 1}};
  return scope;
}

Assertion parsed(const std::string& text) {
  const auto outcome = parse_assertion(text, scope());
  INFO(text);
  REQUIRE(std::holds_alternative<Assertion>(outcome));
  return std::get<Assertion>(outcome);
}

std::string fault_of(const std::string& text) {
  const auto outcome = parse_assertion(text, scope());
  const auto* fault = std::get_if<AssertionFault>(&outcome);
  return fault == nullptr ? "" : fault->message + " (" + fault->fix + ")";
}

Summary summary() {
  Summary summary;
  summary.factory.set("ttft_p99_s", 2.0);
  summary.pools["chat/main"].set("mfu", 0.25);
  summary.tenants["t1"].set("requests_completed", 7);
  return summary;
}

bool holds(const std::string& text) { return check_assertion(parsed(text), summary()).holds; }

TEST_CASE("assertion: name, operator and value") {
  const auto plain = parsed("ttft_p99_s < 2 s");
  CHECK(plain.section.empty());
  CHECK(plain.metric == "ttft_p99_s");
  CHECK(plain.value == 2);
  const auto nested = parsed("pools/chat/main/mfu>=25 %");
  CHECK(nested.section == "pools");
  CHECK(nested.object == "chat/main");
  CHECK(nested.value == 0.25);
  CHECK(nested.comparison == Comparison::AtLeast);
}

TEST_CASE("assertion: values come in the metric's unit") {
  CHECK(parsed("ttft_p99_s < 300 ms").value == Approx(0.3));
  CHECK(parsed("ttft_p99_s < 1.5").value == 1.5);
  CHECK(parsed("carbon_per_mtok_g < 2 kg").value == Approx(2000));
  CHECK(parsed("carbon_kg < 500 g").value == Approx(0.5));
  CHECK(parsed("energy_site_j < 1 kWh").value == Approx(3.6e6));
  CHECK(parsed("peak_site_power_w < 20 kW").value == Approx(20e3));
  CHECK(parsed("output_tokens_per_s > 10 /s").value == 10);
  CHECK(parsed("services/chat/cost_per_mtok_output_usd < 1.8 CNY").value == Approx(1.8 * 0.14));
  CHECK(parsed("requests_completed == 1e3").value == 1000);
}

TEST_CASE("assertion: what is wrong is named with the nearest name") {
  CHECK(fault_of("ttft_p99 < 2 s") ==
        "there is no metric \"ttft_p99\" (did you mean \"ttft_p99_s\"?)");
  CHECK(fault_of("service/chat/mfu < 1") ==
        "there is no section \"service\" (did you mean \"services\"?)");
  CHECK(fault_of("services/chatt/mfu < 1") ==
        "there is no \"chatt\" among the services (did you mean \"chat\"?)");
  CHECK(fault_of("services/mfu < 1") == "there is no \"\" among the services (known: chat)");
  CHECK(fault_of("mfu < 2 s") ==
        "mfu is a ratio without unit, \"2 s\" is a time (s) (its unit is 1)");
  CHECK(fault_of("cost_total_usd < 2 EUR") ==
        "the value of one EUR is not known (add it to \"fx\")");
  CHECK(fault_of("mfu") ==
        "\"mfu\" is no assertion (write NAME OP VALUE, like \"ttft_p99_s < 2 s\")");
  CHECK(fault_of("mfu = 1").find("is no assertion") != std::string::npos);
  CHECK(fault_of("mfu < ").find("is no value") != std::string::npos);
  CHECK(fault_of("mfu << 1").find("is no value") != std::string::npos);
  CHECK(fault_of("").find("is no assertion") != std::string::npos);
}

TEST_CASE("assertion: every operator") {
  CHECK(holds("ttft_p99_s <= 2"));
  CHECK(holds("ttft_p99_s >= 2"));
  CHECK(holds("ttft_p99_s == 2 s"));
  CHECK_FALSE(holds("ttft_p99_s != 2"));
  CHECK_FALSE(holds("ttft_p99_s < 2"));
  CHECK_FALSE(holds("ttft_p99_s > 2"));
  CHECK(holds("pools/chat/main/mfu > 20 %"));
  CHECK(holds("tenants/t1/requests_completed == 7"));
}

TEST_CASE("assertion: a metric without meaning never holds") {
  for (const auto* text : {"mfu < 1", "mfu != 1", "tenants/nobody/requests_completed >= 0"}) {
    const auto outcome = check_assertion(parsed(text), summary());
    CHECK_FALSE(outcome.holds);
    CHECK_FALSE(outcome.value);
    CHECK(outcome.expression == text);
  }
}

TEST_CASE("assertion: temperatures are points on a scale") {
  CHECK(parsed("chip_temperature_max_degc < 90").value == 90);
  CHECK(parsed("chip_temperature_max_degc < 90 degC").value == 90);
  CHECK(parsed("room_temperature_max_degc <= 300.15 K").value == Approx(27));
  CHECK(fault_of("coolant_temperature_max_degc < 90 kW").find("degC or K") != std::string::npos);
}

TEST_CASE("assertion: every metric may be asserted") {
  for (const auto& declaration : metric_declarations()) {
    CHECK(parsed(std::string(declaration.name) + " > 1").value == 1);
  }
}

}  // namespace
}  // namespace tokenfab

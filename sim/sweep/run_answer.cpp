// SPDX-License-Identifier: Apache-2.0
#include "sim/sweep/run_answer.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <type_traits>

namespace tokenfab {
namespace {

constexpr std::array<std::string_view, 6> status_names{"ok",       "assert_failed", "invalid",
                                                       "bad_data", "infeasible",    "crashed"};

class Writer {
 public:
  template <class Value>
  void number(Value value) {
    static_assert(std::is_trivially_copyable_v<Value>);
    std::array<char, sizeof value> bytes{};
    std::memcpy(bytes.data(), &value, sizeof value);
    bytes_.append(bytes.data(), bytes.size());
  }
  void text(std::string_view text) {
    number<std::uint64_t>(text.size());
    bytes_ += text;
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  template <class Value>
  Value number() {
    Value value{};
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  std::string text() { return std::string(take(number<std::uint64_t>())); }
  void expect_end() const {
    if (!rest_.empty()) {
      throw std::runtime_error("the answer of a run is longer than it says");
    }
  }

 private:
  std::string_view take(std::uint64_t size) {
    if (size > rest_.size()) {
      throw std::runtime_error("the answer of a run ends early");
    }
    const auto taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  std::string_view rest_;
};

}  // namespace

std::string_view name_of(RunStatus status) {
  return status_names.at(static_cast<std::size_t>(status));
}

RunStatus run_status_of(std::string_view name) {
  const auto* found = std::find(status_names.begin(), status_names.end(), name);
  if (found == status_names.end()) {
    throw std::out_of_range("no status of a run: " + std::string(name));
  }
  return static_cast<RunStatus>(found - status_names.begin());
}

const double* RunAnswer::find(std::string_view name) const {
  const auto found = std::find_if(metrics.begin(), metrics.end(),
                                  [&](const auto& each) { return each.first == name; });
  return found == metrics.end() ? nullptr : &found->second;
}

std::string bytes_of(const RunAnswer& answer) {
  Writer writer;
  writer.number(answer.status);
  writer.text(answer.reason);
  writer.text(answer.scenario_sha256);
  writer.number<std::uint64_t>(answer.metrics.size());
  for (const auto& [name, value] : answer.metrics) {
    writer.text(name);
    writer.number(value);
  }
  writer.number<std::uint64_t>(answer.costs.size());
  for (const auto& entry : answer.costs) {
    writer.text(entry.layer);
    writer.text(entry.item);
    writer.text(entry.site);
    writer.number(entry.amount_usd);
  }
  writer.number<std::uint64_t>(answer.energies.size());
  for (const auto& entry : answer.energies) {
    writer.text(entry.site);
    writer.text(entry.item);
    writer.number(entry.energy_j);
  }
  return writer.take();
}

RunAnswer answer_of_bytes(std::string_view bytes) {
  Reader reader(bytes);
  RunAnswer answer;
  const auto status = reader.number<std::underlying_type_t<RunStatus>>();
  if (status < 0 || static_cast<std::size_t>(status) >= status_names.size()) {
    throw std::runtime_error("the answer of a run has no status");
  }
  answer.status = static_cast<RunStatus>(status);
  answer.reason = reader.text();
  answer.scenario_sha256 = reader.text();
  for (auto left = reader.number<std::uint64_t>(); left > 0; --left) {
    auto name = reader.text();
    answer.metrics.emplace_back(std::move(name), reader.number<double>());
  }
  for (auto left = reader.number<std::uint64_t>(); left > 0; --left) {
    auto& entry = answer.costs.emplace_back();
    entry.layer = reader.text();
    entry.item = reader.text();
    entry.site = reader.text();
    entry.amount_usd = reader.number<double>();
  }
  for (auto left = reader.number<std::uint64_t>(); left > 0; --left) {
    auto& entry = answer.energies.emplace_back();
    entry.site = reader.text();
    entry.item = reader.text();
    entry.energy_j = reader.number<double>();
  }
  reader.expect_end();
  return answer;
}

}  // namespace tokenfab

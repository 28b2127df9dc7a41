// SPDX-License-Identifier: Apache-2.0
#include "sim/compare/subject.hpp"

#include "sim/config/document.hpp"

namespace tokenfab {
namespace {

double number_of(const Node* node) {
  if (node == nullptr) {
    return 0;
  }
  return node->kind == NodeKind::Integer ? static_cast<double>(node->integer) : node->number;
}

/// A line of the object `replications`; reports of earlier versions have no values.
Sample sample_of_line(const Node& line, std::int64_t count) {
  if (const Node* values = line.find("values"); values != nullptr && !values->items.empty()) {
    std::vector<double> numbers;
    for (const auto& item : values->items) {
      numbers.push_back(number_of(&item));
    }
    return sample_of(std::move(numbers));
  }
  const Node* runs = line.find("runs");
  return sample_of(number_of(line.find("mean")), number_of(line.find("half_width_95")),
                   runs == nullptr ? count : runs->integer);
}

void add_samples(Subject& subject, const std::string& prefix, const Node* lines) {
  if (lines == nullptr) {
    return;
  }
  for (const auto& [name, mark, line] : lines->members) {
    if (line.find("mean") != nullptr) {
      subject.samples[prefix + name] =
          sample_of_line(line, static_cast<std::int64_t>(subject.seeds.size()));
    }
  }
}

}  // namespace

Subject subject_of(std::string name, std::string_view report, const std::string& file) {
  Subject subject;
  subject.name = std::move(name);
  subject.values = flat_report(report, file);
  subject.stamp = stamp_of_report(report, file);
  const auto document = parse_document(report, file);
  const Node* section = document.find("replications");
  const Node* seeds = section == nullptr ? nullptr : section->find("seeds");
  if (seeds == nullptr || seeds->items.size() < 2) {
    subject.seeds = {static_cast<std::int64_t>(subject.stamp.seed)};
    return subject;
  }
  for (const auto& seed : seeds->items) {
    subject.seeds.push_back(seed.integer);
  }
  add_samples(subject, "", section->find("metrics"));
  if (const Node* services = section->find("services")) {
    for (const auto& [service, mark, lines] : services->members) {
      add_samples(subject, "services/" + service + "/", &lines);
    }
  }
  return subject;
}

}  // namespace tokenfab

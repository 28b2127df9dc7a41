// SPDX-License-Identifier: Apache-2.0
#include "sim/config/origins.hpp"

#include <fmt/format.h>

#include <utility>

namespace tokenfab {
namespace {

std::string place_text(const Mark& mark) {
  const auto place = mark.place();
  return place.line > 0 ? fmt::format("{}:{}:{}", place.file, place.line, place.column)
                        : place.file;
}

class Annotator {
 public:
  explicit Annotator(const std::map<std::string, Mark>& origins) : origins_(origins) {}

  /// `before` is what stands before the value on its line, `after` what follows it.
  void write(const Node& node, const std::string& pointer, std::string before,
             std::string_view after) {
    if (node.kind != NodeKind::Object || node.members.empty()) {
      const auto origin = origins_.find(pointer);
      const auto place = origin == origins_.end() ? "default" : place_text(origin->second);
      text_ += fmt::format("{}{}{}  // {}\n", before, to_json(node, -1), after, place);
      return;
    }
    text_ += before + "{\n";
    ++depth_;
    for (std::size_t i = 0; i < node.members.size(); ++i) {
      const auto& [key, mark, value] = node.members[i];
      write(value, child_pointer(pointer, key),
            fmt::format("{}{}: ", indent(), to_json(make_text(key, {}), -1)),
            i + 1 < node.members.size() ? "," : "");
    }
    --depth_;
    text_ += fmt::format("{}}}{}\n", indent(), after);
  }

  std::string take() { return std::move(text_); }

 private:
  std::string indent() const { return std::string(2 * depth_, ' '); }

  const std::map<std::string, Mark>& origins_;
  std::string text_;
  std::size_t depth_ = 0;
};

}  // namespace

std::string annotated_json(const Node& document, const std::map<std::string, Mark>& origins) {
  Annotator annotator(origins);
  annotator.write(document, "", "", "");
  return annotator.take();
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// The tree itself. Parsing is in document_parser.cpp.
#include "sim/config/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

constexpr std::size_t max_shown_text = 40;

/// The first characters of a text, never half of a UTF-8 sequence.
std::string clipped(const std::string& text) {
  if (text.size() <= max_shown_text) {
    return text;
  }
  std::size_t end = max_shown_text;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
    --end;
  }
  return text.substr(0, end) + "...";
}

/// The array element that a pointer's key names; null if the key is no index or beyond the end.
const Node* find_item(const Node& array, const std::string& key) {
  const bool is_index =
      !key.empty() && key.size() <= 9 && (key == "0" || key[0] != '0') &&
      std::all_of(key.begin(), key.end(), [](char c) { return '0' <= c && c <= '9'; });
  if (!is_index) {
    return nullptr;
  }
  const auto index = static_cast<std::size_t>(std::stoul(key));
  return index < array.items.size() ? &array.items[index] : nullptr;
}

[[noreturn]] void refuse_pointer(const Node& value, std::string_view pointer, std::string message) {
  std::vector<Problem> problems;
  problems.push_back({value.mark.place(), std::string(pointer), std::move(message), ""});
  throw ConfigError(std::move(problems));
}

/// The child that a set_pointer step goes to, made if it is missing.
Node& step_into(Node& parent, const std::string& key, const Node& value, std::string_view pointer) {
  if (parent.kind == NodeKind::Null) {
    parent = make_object(value.mark);
  }
  if (parent.kind == NodeKind::Array) {
    const Node* item = find_item(parent, key);
    if (item == nullptr) {
      refuse_pointer(value, pointer,
                     fmt::format("\"{}\" is not an index of the array, which has {} items", key,
                                 parent.items.size()));
    }
    return const_cast<Node&>(*item);  // an element of the mutable parent
  }
  if (parent.kind != NodeKind::Object) {
    refuse_pointer(value, pointer,
                   fmt::format("cannot set \"{}\" inside {}", key, describe_value(parent)));
  }
  if (Node* child = parent.find(key)) {
    return *child;
  }
  add_member(parent, key, make_node(NodeKind::Null, value.mark));
  return parent.members.back().value;
}

void write_text(const std::string& text, std::string& out) {
  const bool is_plain = std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
  });
  if (is_plain) {
    out += '"';
    out += text;
    out += '"';
  } else {
    out += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
}

/// Writes trees as nlohmann::json does, without making one of its own.
class JsonWriter {
 public:
  explicit JsonWriter(int indent) : indent_(indent) {}

  void write(const Node& node) {
    switch (node.kind) {
      case NodeKind::Null:
        out_ += "null";
        break;
      case NodeKind::Boolean:
        out_ += node.boolean ? "true" : "false";
        break;
      case NodeKind::Integer:
        out_ += std::to_string(node.integer);
        break;
      case NodeKind::Number:
        CHECK(std::isfinite(node.number), "number {}", node.number);
        out_ += nlohmann::json(node.number).dump();
        break;
      case NodeKind::String:
        write_text(node.text, out_);
        break;
      case NodeKind::Array:
        write_all('[', node.items, ']', [this](const Node& item) { write(item); });
        break;
      case NodeKind::Object:
        write_all('{', node.members, '}', [this](const Member& member) {
          write_text(member.key, out_);
          out_ += indent_ < 0 ? ":" : ": ";
          write(member.value);
        });
        break;
    }
  }
  std::string take() { return std::move(out_); }

 private:
  template <class Items, class Write>
  void write_all(char open, const Items& items, char close, Write write_item) {
    out_ += open;
    ++depth_;
    bool is_first = true;
    for (const auto& item : items) {
      if (!is_first) {
        out_ += ',';
      }
      is_first = false;
      break_line();
      write_item(item);
    }
    --depth_;
    if (!is_first) {
      break_line();
    }
    out_ += close;
  }

  void break_line() {
    if (indent_ >= 0) {
      out_ += '\n';
      out_.append(static_cast<std::size_t>(indent_ * depth_), ' ');
    }
  }

  int indent_;
  int depth_ = 0;
  std::string out_;
};

}  // namespace

const Node* Node::find(std::string_view key) const {
  for (const auto& member : members) {
    if (member.key == key) {
      return &member.value;
    }
  }
  return nullptr;
}

Node* Node::find(std::string_view key) {
  return const_cast<Node*>(static_cast<const Node&>(*this).find(key));
}

Node make_node(NodeKind kind, Mark mark) {
  Node node;
  node.kind = kind;
  node.mark = std::move(mark);
  return node;
}

Node make_text(std::string text, Mark mark) {
  Node node = make_node(NodeKind::String, std::move(mark));
  node.text = std::move(text);
  return node;
}

Node make_integer(std::int64_t value, Mark mark) {
  Node node = make_node(NodeKind::Integer, std::move(mark));
  node.integer = value;
  return node;
}

Node make_number(double value, Mark mark) {
  Node node = make_node(NodeKind::Number, std::move(mark));
  node.number = value;
  return node;
}

Node make_boolean(bool value, Mark mark) {
  Node node = make_node(NodeKind::Boolean, std::move(mark));
  node.boolean = value;
  return node;
}

Node make_object(Mark mark) { return make_node(NodeKind::Object, std::move(mark)); }

void add_member(Node& object, std::string key, Node value) {
  Mark mark = value.mark;
  object.members.push_back({std::move(key), std::move(mark), std::move(value)});
}

void merge_patch(Node& target, const Node& patch) {
  if (patch.kind != NodeKind::Object) {
    target = patch;
    return;
  }
  if (target.kind != NodeKind::Object) {
    target = make_object(patch.mark);
  }
  for (const auto& member : patch.members) {
    if (member.value.kind == NodeKind::Null) {
      std::erase_if(target.members, [&](const Member& m) { return m.key == member.key; });
    } else if (Node* child = target.find(member.key)) {
      merge_patch(*child, member.value);
    } else {
      target.members.push_back({member.key, member.mark, {}});
      merge_patch(target.members.back().value, member.value);
    }
  }
}

std::optional<std::vector<std::string>> split_pointer(std::string_view pointer) {
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    const char c = pointer[i];
    if (c == '/') {
      keys.emplace_back();
    } else if (keys.empty()) {
      return std::nullopt;
    } else if (c != '~') {
      keys.back() += c;
    } else if (++i < pointer.size() && (pointer[i] == '0' || pointer[i] == '1')) {
      keys.back() += pointer[i] == '0' ? '~' : '/';
    } else {
      return std::nullopt;
    }
  }
  return keys;
}

void set_pointer(Node& root, std::string_view pointer, Node value) {
  const auto keys = split_pointer(pointer);
  if (!keys) {
    refuse_pointer(
        value, pointer,
        "not a JSON pointer; one starts with / and writes ~ as ~0, like \"/sites/a/power\"");
  }
  if (keys->size() > static_cast<std::size_t>(max_document_depth)) {
    refuse_pointer(value, "",
                   fmt::format("the pointer has more than {} steps", max_document_depth));
  }
  Node* target = &root;
  for (const auto& key : *keys) {
    target = &step_into(*target, key, value, pointer);
  }
  *target = std::move(value);
}

const Node* find_pointer(const Node& root, std::string_view pointer) {
  const auto keys = split_pointer(pointer);
  if (!keys) {
    return nullptr;
  }
  const Node* node = &root;
  for (const auto& key : *keys) {
    node = node->kind == NodeKind::Array ? find_item(*node, key) : node->find(key);
    if (node == nullptr) {
      return nullptr;
    }
  }
  return node;
}

std::string child_pointer(const std::string& parent, std::string_view key) {
  std::string pointer = parent + "/";
  for (const char c : key) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
  return pointer;
}

std::string describe_value(const Node& node) {
  switch (node.kind) {
    case NodeKind::Null:
      return "null";
    case NodeKind::Boolean:
      return node.boolean ? "true" : "false";
    case NodeKind::Integer:
      return fmt::format("the number {}", node.integer);
    case NodeKind::Number:
      return "the number " + to_json(node, -1);
    case NodeKind::String:
      return fmt::format("\"{}\"", clipped(node.text));
    case NodeKind::Array:
      return "an array";
    case NodeKind::Object:
      return "an object";
  }
  return "";
}

std::string to_json(const Node& node, int indent) {
  JsonWriter writer(indent);
  writer.write(node);
  return writer.take();
}

}  // namespace tokenfab

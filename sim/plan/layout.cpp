// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace tokenfab {
namespace {

template <class Value>
std::vector<Value> or_own(const std::vector<Value>& values, const Value& own) {
  std::vector<Value> kept;
  for (const auto& value : values.empty() ? std::vector<Value>{own} : values) {
    if (std::find(kept.begin(), kept.end(), value) == kept.end()) {
      kept.push_back(value);
    }
  }
  return kept;
}

/// Every layout times every value of one more choice.
template <class Value>
std::vector<Layout> times(const std::vector<Layout>& layouts, const std::vector<Value>& values,
                          Value Layout::*member) {
  std::vector<Layout> products;
  for (const auto& layout : layouts) {
    for (const auto& value : values) {
      products.push_back(layout);
      products.back().*member = value;
    }
  }
  return products;
}

std::vector<ExpertChoice> expert_choices(const SearchSpace& space, const PlanSubject& subject) {
  if (!subject.has_experts) {
    return {ExpertChoice::Cut};
  }
  return or_own(space.expert_parallel, subject.experts);
}

/// Why a combination makes no sense; empty if it does.
std::string nonsense(const Layout& layout) {
  const auto chips = layout.chips_per_replica();
  if (layout.experts == ExpertChoice::Spread &&
      layout.tensor_parallel_size * layout.data_parallel_size == 1) {
    return "experts cannot be spread over one chip";
  }
  if (chips > layout.node.chips ? chips % layout.node.chips != 0 : layout.node.chips % chips != 0) {
    return fmt::format(
        "a replica's {} chips neither divide a server's {} nor are a multiple of them", chips,
        layout.node.chips);
  }
  return "";
}

/// A pool of the layout, made of what the scenario says of it.
Node pool_of(const Node& written, const Layout& layout, std::int64_t replicas, const char* role) {
  auto pool = written;
  std::erase_if(pool.members, [](const Member& member) {
    return member.key == "min_replicas" || member.key == "max_replicas";
  });
  const auto set = [&pool](const char* pointer, Node value) {
    set_pointer(pool, pointer, std::move(value));
  };
  set("/replicas", make_integer(replicas, {}));
  // What is plain and not written need not be said.
  const auto set_unless = [&](const std::string& pointer, std::int64_t value) {
    if (value != 1 || find_pointer(pool, pointer) != nullptr) {
      set(pointer.c_str(), make_integer(value, {}));
    }
  };
  if (std::string(role) != "mixed" || pool.find("role") != nullptr) {
    set("/role", make_text(role, {}));
  }
  set("/engine/tensor_parallel_size", make_integer(layout.tensor_parallel_size, {}));
  set_unless("/engine/pipeline_parallel_size", layout.pipeline_parallel_size);
  set_unless("/engine/data_parallel_size", layout.data_parallel_size);
  const bool spreads = layout.experts == ExpertChoice::Spread;
  set_unless("/engine/expert_parallel_size",
             spreads ? layout.tensor_parallel_size * layout.data_parallel_size : 1);
  set("/engine/quantization", make_text(layout.quantization, {}));
  if (layout.max_num_seqs > 0) {
    set("/engine/max_num_seqs", make_integer(layout.max_num_seqs, {}));
  }
  if (layout.max_num_batched_tokens > 0) {
    set("/engine/max_num_batched_tokens", make_integer(layout.max_num_batched_tokens, {}));
  }
  return pool;
}

}  // namespace

std::optional<PoolSplit> pool_split_of(const std::string& text) {
  if (text == "mixed") {
    return PoolSplit();
  }
  PoolSplit split;
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, split.prefill);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != ':') {
    return std::nullopt;
  }
  const auto second = std::from_chars(first.ptr + 1, end, split.decode);
  constexpr std::int64_t most = 10'000;
  const auto is_sound = [](std::int64_t replicas) { return replicas >= 1 && replicas <= most; };
  return second.ec == std::errc() && second.ptr == end && is_sound(split.prefill) &&
                 is_sound(split.decode)
             ? std::optional(split)
             : std::nullopt;
}

std::string name_of(const PoolSplit& split) {
  return split.is_mixed() ? "mixed" : fmt::format("{}:{}", split.prefill, split.decode);
}

std::string label_of(const Layout& layout) {
  auto label = fmt::format("{} tp{}", layout.node.label, layout.tensor_parallel_size);
  const auto add = [&label](const char* word, std::int64_t value, std::int64_t plain) {
    if (value != plain) {
      label += fmt::format(" {}{}", word, value);
    }
  };
  add("pp", layout.pipeline_parallel_size, 1);
  add("dp", layout.data_parallel_size, 1);
  label += layout.experts == ExpertChoice::Spread ? " ep" : "";
  label += " " + layout.quantization;
  add("seqs", layout.max_num_seqs, 0);
  add("tokens", layout.max_num_batched_tokens, 0);
  label += layout.split.is_mixed() ? "" : " " + name_of(layout.split);
  return label;
}

std::string label_of(const Layout& layout, std::int64_t units) {
  return fmt::format("{} x {}", units, label_of(layout));
}

LayoutList layouts_of(const SearchSpace& space, const PlanSubject& subject) {
  std::vector<Layout> all;
  for (const auto& node : space.nodes.empty() ? std::vector<PlanNode>{subject.node} : space.nodes) {
    all.emplace_back().node = node;
  }
  all = times(all, or_own(space.tensor_parallel_sizes, subject.tensor_parallel_size),
              &Layout::tensor_parallel_size);
  all = times(all, or_own(space.pipeline_parallel_sizes, subject.pipeline_parallel_size),
              &Layout::pipeline_parallel_size);
  all = times(all, or_own(space.data_parallel_sizes, subject.data_parallel_size),
              &Layout::data_parallel_size);
  all = times(all, expert_choices(space, subject), &Layout::experts);
  all = times(all, or_own(space.quantizations, subject.quantization), &Layout::quantization);
  all = times(all, or_own(space.max_num_seqs, std::int64_t{0}), &Layout::max_num_seqs);
  all = times(all, or_own(space.max_num_batched_tokens, std::int64_t{0}),
              &Layout::max_num_batched_tokens);
  all = times(all, or_own(space.splits, subject.split), &Layout::split);
  LayoutList list;
  for (const auto& layout : all) {
    const auto why = nonsense(layout);
    if (why.empty()) {
      list.layouts.push_back(layout);
    } else {
      ++list.dropped[why];
    }
  }
  return list;
}

std::vector<std::pair<std::string, std::string>> settings_of(const Layout& layout,
                                                             std::int64_t units,
                                                             const PlanSubject& subject) {
  auto pools = make_object({});
  if (layout.split.is_mixed()) {
    add_member(pools, subject.mixed_name, pool_of(subject.mixed, layout, units, "mixed"));
  } else {
    add_member(pools, "prefill",
               pool_of(subject.prefill, layout, units * layout.split.prefill, "prefill"));
    add_member(pools, "decode",
               pool_of(subject.decode, layout, units * layout.split.decode, "decode"));
  }
  std::vector<std::pair<std::string, std::string>> settings;
  if (!layout.node.node.empty()) {
    settings.emplace_back(subject.cluster_pointer + "/node",
                          fmt::format(R"({{"use": "{}"}})", layout.node.node));
  }
  settings.emplace_back(subject.cluster_pointer + "/nodes", fmt::format("{}", layout.nodes(units)));
  settings.emplace_back(subject.service_pointer + "/pools", to_json(pools, -1));
  if (subject.has_autoscaler) {
    settings.emplace_back(subject.service_pointer + "/autoscaler", "fixed");
  }
  return settings;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "models/serving/prefix_cache.hpp"

#include <algorithm>
#include <iterator>

#include "sim/core/check.hpp"

namespace tokenfab {

std::uint32_t PrefixCache::find(std::uint64_t content, std::uint32_t start) const {
  const auto found = index_.find(content);
  return found != none && nodes_[found].start == start ? found : none;
}

std::uint32_t PrefixCache::match(std::span<const PromptSpan> prompt) const {
  std::uint32_t position = 0;
  for (const auto& span : prompt) {
    const auto index = find(span.content, position);
    if (index == none) {
      break;
    }
    const auto held = std::min(nodes_[index].end - position, span.tokens);
    position += held;
    if (held < span.tokens) {
      break;
    }
  }
  return position / block_size_ * block_size_;
}

std::uint64_t PrefixCache::idle_blocks_on(std::span<const PromptSpan> prompt,
                                          std::uint32_t tokens) const {
  std::uint64_t blocks = 0;
  std::uint32_t position = 0;
  for (const auto& span : prompt) {
    if (position >= tokens) {
      break;
    }
    const Node& node = nodes_[find(span.content, position)];
    position = std::min(position + span.tokens, tokens);
    blocks += position > node.pinned_end ? blocks_between(node.pinned_end, position) : 0;
  }
  return blocks;
}

void PrefixCache::lease(std::span<const PromptSpan> prompt, std::uint32_t tokens,
                        PrefixLease& lease) {
  lease.clear();
  std::uint32_t position = 0;
  for (const auto& span : prompt) {
    if (position >= tokens) {
      break;
    }
    const auto index = find(span.content, position);
    CHECK(index != none, "content {} at {} is not cached", span.content, position);
    position = std::min(position + span.tokens, tokens);
    pin(index, position);
    lease.nodes.push_back({index, position});
  }
  lease.shared_tokens = tokens;
}

void PrefixCache::extend(std::span<const PromptSpan> prompt, std::uint32_t end,
                         PrefixLease& lease) {
  const auto shared_end = end / block_size_ * block_size_;
  std::uint32_t start = 0;
  for (std::size_t i = 0; i < prompt.size() && start < shared_end && !lease.is_closed; ++i) {
    const bool is_last = i + 1 == prompt.size();
    const auto node_end = is_last ? shared_end : std::min(start + prompt[i].tokens, shared_end);
    if (node_end > lease.shared_tokens) {
      const auto index = find(prompt[i].content, start);
      const bool is_ours = index != none && i < lease.nodes.size() && lease.nodes[i].node == index;
      if (is_ours && nodes_[index].end / block_size_ * block_size_ <= lease.shared_tokens) {
        Node& node = nodes_[index];
        node.end = std::max(node.end, node_end);
        remove_use(index, lease.nodes[i].end);
        add_use(index, node.end);
        lease.nodes[i].end = node.end;
      } else if (index_.find(prompt[i].content) == none) {
        lease.nodes.push_back({make_node(prompt[i].content, start, node_end), node_end});
      } else {
        lease.is_closed = true;
        return;
      }
    }
    start += prompt[i].tokens;
    lease.shared_tokens = std::max(lease.shared_tokens, node_end / block_size_ * block_size_);
  }
}

std::uint64_t PrefixCache::release(PrefixLease& lease) {
  const auto before = idle_blocks_;
  for (auto part = lease.nodes.rbegin(); part != lease.nodes.rend(); ++part) {
    unpin(part->node, part->end);
  }
  lease.clear();
  return idle_blocks_ - before;
}

std::uint32_t PrefixCache::make_node(std::uint64_t content, std::uint32_t start,
                                     std::uint32_t end) {
  std::uint32_t index = 0;
  if (unused_.empty()) {
    index = static_cast<std::uint32_t>(nodes_.size());
    nodes_.emplace_back();
  } else {
    index = unused_.back();
    unused_.pop_back();
  }
  Node& node = nodes_[index];
  node.content = content;
  node.start = start;
  node.end = end;
  node.pinned_end = end;
  node.leases = 1;
  index_.insert(content, index);
  return index;
}

void PrefixCache::add_use(std::uint32_t index, std::uint32_t end) {
  Node& node = nodes_[index];
  if (node.leases == 0 || end == node.pinned_end) {
    node.pinned_end = end;
    ++node.leases;
  } else if (end > node.pinned_end) {
    shorter_[index].push_back({node.pinned_end, node.leases});
    node.pinned_end = end;
    node.leases = 1;
  } else {
    auto& uses = shorter_[index];
    const auto place =
        std::lower_bound(uses.begin(), uses.end(), end,
                         [](const Use& use, std::uint32_t other) { return use.end < other; });
    if (place != uses.end() && place->end == end) {
      ++place->leases;
    } else {
      uses.insert(place, {end, 1});
    }
  }
}

void PrefixCache::remove_use(std::uint32_t index, std::uint32_t end) {
  Node& node = nodes_[index];
  if (end == node.pinned_end) {
    CHECK(node.leases > 0, "content {} is not leased", node.content);
    if (--node.leases > 0) {
      return;
    }
    node.pinned_end = node.start;
    const auto shorter = shorter_.find(index);
    if (shorter != shorter_.end()) {
      node.pinned_end = shorter->second.back().end;
      node.leases = shorter->second.back().leases;
      drop_use(shorter, std::prev(shorter->second.end()));
    }
    return;
  }
  const auto shorter = shorter_.find(index);
  CHECK(shorter != shorter_.end(), "content {} is not leased to {}", node.content, end);
  auto& uses = shorter->second;
  const auto place =
      std::find_if(uses.begin(), uses.end(), [end](const Use& use) { return use.end == end; });
  CHECK(place != uses.end(), "content {} is not leased to {}", node.content, end);
  if (--place->leases == 0) {
    drop_use(shorter, place);
  }
}

void PrefixCache::drop_use(Uses::iterator shorter, std::vector<Use>::iterator use) {
  shorter->second.erase(use);
  if (shorter->second.empty()) {
    shorter_.erase(shorter);
  }
}

void PrefixCache::pin(std::uint32_t index, std::uint32_t end) {
  Node& node = nodes_[index];
  idle_blocks_ -= idle_blocks_of(node);
  add_use(index, end);
  idle_blocks_ += idle_blocks_of(node);
  if (node.is_listed && idle_blocks_of(node) == 0) {
    unlink_idle(index);
  }
}

void PrefixCache::unpin(std::uint32_t index, std::uint32_t end) {
  Node& node = nodes_[index];
  idle_blocks_ -= idle_blocks_of(node);
  remove_use(index, end);
  idle_blocks_ += idle_blocks_of(node);
  if (node.is_listed) {
    unlink_idle(index);
  }
  if (node.leases == 0 || idle_blocks_of(node) > 0) {
    append_idle(index);
  }
}

void PrefixCache::append_idle(std::uint32_t index) {
  Node& node = nodes_[index];
  node.is_listed = true;
  node.older = newest_;
  node.newer = none;
  (newest_ == none ? oldest_ : nodes_[newest_].newer) = index;
  newest_ = index;
}

void PrefixCache::unlink_idle(std::uint32_t index) {
  Node& node = nodes_[index];
  node.is_listed = false;
  (node.older == none ? oldest_ : nodes_[node.older].newer) = node.newer;
  (node.newer == none ? newest_ : nodes_[node.newer].older) = node.older;
}

void PrefixCache::evict(std::uint64_t blocks) {
  while (blocks > 0) {
    CHECK(oldest_ != none, "{} blocks to evict, none idle", blocks);
    Node& node = nodes_[oldest_];
    const auto held = idle_blocks_of(node);
    if (held > blocks) {
      node.end = (node.end / block_size_ - static_cast<std::uint32_t>(blocks)) * block_size_;
      idle_blocks_ -= blocks;
      return;
    }
    blocks -= held;
    idle_blocks_ -= held;
    const auto gone = oldest_;
    unlink_idle(gone);
    if (node.leases > 0) {
      node.end = node.pinned_end;
      continue;
    }
    index_.erase(node.content);
    unused_.push_back(gone);
  }
}

void PrefixCache::clear() {
  index_.clear();
  nodes_.clear();
  shorter_.clear();
  unused_.clear();
  oldest_ = newest_ = none;
  idle_blocks_ = 0;
}

}  // namespace tokenfab

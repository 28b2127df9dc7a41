// SPDX-License-Identifier: Apache-2.0
#include "models/serving/prefix_cache.hpp"

#include <algorithm>

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
    blocks += node.pins == 0 ? blocks_of(node) : 0;
    position += span.tokens;
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
    pin(index);
    lease.nodes.push_back(index);
    position += span.tokens;
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
      const bool is_ours = index != none && i < lease.nodes.size() && lease.nodes[i] == index;
      if (is_ours && nodes_[index].end / block_size_ * block_size_ <= lease.shared_tokens) {
        nodes_[index].end = std::max(nodes_[index].end, node_end);
      } else if (index_.find(prompt[i].content) == none) {
        lease.nodes.push_back(make_node(prompt[i].content, start, node_end));
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
  std::uint64_t freed = 0;
  for (auto i = lease.nodes.rbegin(); i != lease.nodes.rend(); ++i) {
    Node& node = nodes_[*i];
    if (--node.pins == 0) {
      append_idle(*i);
      freed += blocks_of(node);
    }
  }
  idle_blocks_ += freed;
  lease.clear();
  return freed;
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
  nodes_[index] = Node{content, start, end, 1, none, none};
  index_.insert(content, index);
  return index;
}

void PrefixCache::pin(std::uint32_t index) {
  Node& node = nodes_[index];
  if (node.pins++ == 0) {
    idle_blocks_ -= blocks_of(node);
    unlink_idle(index);
  }
}

void PrefixCache::append_idle(std::uint32_t index) {
  Node& node = nodes_[index];
  node.older = newest_;
  node.newer = none;
  (newest_ == none ? oldest_ : nodes_[newest_].newer) = index;
  newest_ = index;
}

void PrefixCache::unlink_idle(std::uint32_t index) {
  const Node& node = nodes_[index];
  (node.older == none ? oldest_ : nodes_[node.older].newer) = node.newer;
  (node.newer == none ? newest_ : nodes_[node.newer].older) = node.older;
}

void PrefixCache::evict(std::uint64_t blocks) {
  while (blocks > 0) {
    CHECK(oldest_ != none, "{} blocks to evict, none idle", blocks);
    Node& node = nodes_[oldest_];
    const auto held = blocks_of(node);
    if (held > blocks) {
      node.end = (node.end / block_size_ - static_cast<std::uint32_t>(blocks)) * block_size_;
      idle_blocks_ -= blocks;
      return;
    }
    blocks -= held;
    idle_blocks_ -= held;
    const auto gone = oldest_;
    unlink_idle(gone);
    index_.erase(node.content);
    unused_.push_back(gone);
  }
}

void PrefixCache::clear() {
  index_.clear();
  nodes_.clear();
  unused_.clear();
  oldest_ = newest_ = none;
  idle_blocks_ = 0;
}

}  // namespace tokenfab

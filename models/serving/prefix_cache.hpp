// SPDX-License-Identifier: Apache-2.0
// Automatic prefix caching: which prompt contents lie in a replica's KV blocks, who uses them, and
// which go first when room is needed.
//
// A node is the cached part of one content (sim/api/prompt.hpp): it grows while a conversation does
// and shrinks from its end. Only whole blocks are shared, as in vLLM, whatever the lengths of the
// contents. Blocks that running requests lease are pinned; the others are idle, also at the end of
// a node whose beginning is leased: they count as free and are evicted when the free blocks get
// fewer than the idle ones, the node whose last lease of any part ended longest ago first, the end
// of a prompt before its beginning.
// Source: vllm/v1/core/kv_cache_manager.py and block_pool.py, vLLM v0.10 (2025-08).
//
// Left out: partial blocks shared by copy; contents that differ only by adapter or image.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "models/serving/content_index.hpp"
#include "sim/api/prompt.hpp"

namespace tokenfab {

/// The nodes that a request uses, from the prompt's beginning.
struct PrefixLease {
  struct Part {
    std::uint32_t node;
    std::uint32_t end;  // of what the request uses of it, as a place in the prompt
  };
  std::vector<Part> nodes;
  std::uint32_t shared_tokens = 0;  // of the prompt, in blocks of the nodes; a multiple of a block
  bool is_closed = false;  // another request holds what would come next: the rest stays private

  void clear() {
    nodes.clear();
    shared_tokens = 0;
    is_closed = false;
  }
};

class PrefixCache {
 public:
  explicit PrefixCache(std::uint32_t block_size) : block_size_(block_size) {}

  /// Tokens at the prompt's beginning that are cached, in whole blocks.
  std::uint32_t match(std::span<const PromptSpan> prompt) const;
  /// Idle blocks that leasing the first `tokens` of the prompt would pin.
  std::uint64_t idle_blocks_on(std::span<const PromptSpan> prompt, std::uint32_t tokens) const;

  /// Pins what holds the first `tokens` of the prompt: at most match(), whole blocks.
  void lease(std::span<const PromptSpan> prompt, std::uint32_t tokens, PrefixLease& lease);
  /// Tokens up to `end` have been computed by the lease's owner (`end` may exceed the prompt: then
  /// the answer continues its last content): their whole blocks pass from the owner to the cache.
  void extend(std::span<const PromptSpan> prompt, std::uint32_t end, PrefixLease& lease);
  /// Ends the lease. Returns the blocks that became idle.
  std::uint64_t release(PrefixLease& lease);

  /// Evicts until at most `blocks` are idle.
  void trim(std::uint64_t blocks) {
    if (idle_blocks_ > blocks) {
      evict(idle_blocks_ - blocks);
    }
  }
  void clear();

  std::uint64_t idle_blocks() const { return idle_blocks_; }

 private:
  static constexpr auto none = ContentIndex::none;

  struct Node {
    std::uint64_t content = 0;
    std::uint32_t start = 0;       // its place in every prompt that contains it
    std::uint32_t end = 0;         // of what is cached
    std::uint32_t pinned_end = 0;  // of what is leased, by so many leases; else the start
    std::uint32_t leases = 0;
    bool is_listed = false;  // among the idle: nobody leases it, or not to its end
    std::uint32_t older = none;
    std::uint32_t newer = none;
  };
  struct Use {
    std::uint32_t end;
    std::uint32_t leases;
  };
  /// By node, leases that end before the pinned end, in order of ends. Few nodes have any.
  using Uses = std::map<std::uint32_t, std::vector<Use>>;

  std::uint64_t blocks_between(std::uint32_t start, std::uint32_t end) const {
    return end / block_size_ - start / block_size_;
  }
  std::uint64_t idle_blocks_of(const Node& node) const {
    return blocks_between(node.pinned_end, node.end);
  }
  std::uint32_t find(std::uint64_t content, std::uint32_t start) const;
  std::uint32_t make_node(std::uint64_t content, std::uint32_t start, std::uint32_t end);
  void pin(std::uint32_t index, std::uint32_t end);
  void unpin(std::uint32_t index, std::uint32_t end);
  void add_use(std::uint32_t index, std::uint32_t end);
  void remove_use(std::uint32_t index, std::uint32_t end);
  void drop_use(Uses::iterator shorter, std::vector<Use>::iterator use);
  void append_idle(std::uint32_t index);
  void unlink_idle(std::uint32_t index);
  void evict(std::uint64_t blocks);

  std::uint32_t block_size_;
  ContentIndex index_;
  std::vector<Node> nodes_;
  Uses shorter_;
  std::vector<std::uint32_t> unused_;
  std::uint32_t oldest_ = none;
  std::uint32_t newest_ = none;
  std::uint64_t idle_blocks_ = 0;
};

}  // namespace tokenfab

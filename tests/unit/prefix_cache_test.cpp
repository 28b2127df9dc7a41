// SPDX-License-Identifier: Apache-2.0
// Prefix caching by hand, against a list of single blocks on random play, and on Mooncake's trace.
#include "models/serving/prefix_cache.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <list>
#include <optional>
#include <sstream>
#include <unordered_map>
#include <vector>

#include "sim/core/random.hpp"
#include "sim/data/open_trace.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

using Prompt = std::vector<PromptSpan>;

std::uint32_t tokens_of(const Prompt& prompt) {
  std::uint32_t sum = 0;
  for (const auto& span : prompt) {
    sum += span.tokens;
  }
  return sum;
}

/// A request of its own: leases what is cached, computes the rest, and leaves.
std::uint32_t serve(PrefixCache& cache, const Prompt& prompt, std::uint64_t capacity) {
  PrefixLease lease;
  const auto hits = cache.match(prompt);
  cache.lease(prompt, hits, lease);
  cache.extend(prompt, tokens_of(prompt), lease);
  cache.release(lease);
  cache.trim(capacity);
  return hits;
}

/// Single blocks in order of their last release. A block is known by its content; of a prompt the
/// last block is released first. What somebody holds is not in the order.
class NaiveBlocks {
 public:
  using Key = std::pair<std::uint64_t, std::uint32_t>;  // content, block within it

  std::uint32_t match(const std::vector<Key>& prompt) const {
    std::uint32_t blocks = 0;
    while (blocks < prompt.size() && blocks_.count(prompt[blocks]) > 0) {
      ++blocks;
    }
    return blocks;
  }
  void hold(const Key& key) {
    auto& block = blocks_[key];
    if (block.holders++ == 0 && block.place) {
      idle_.erase(*block.place);
      block.place.reset();
    }
  }
  void release(const Key& key) {
    auto& block = blocks_.at(key);
    if (--block.holders == 0) {
      block.place = idle_.insert(idle_.end(), key);
    }
  }
  void trim(std::size_t most) {
    while (idle_.size() > most) {
      blocks_.erase(idle_.front());
      idle_.pop_front();
    }
  }
  bool knows(const Key& key) const { return blocks_.count(key) > 0; }
  std::size_t idle() const { return idle_.size(); }

 private:
  struct Block {
    std::uint32_t holders = 0;
    std::optional<std::list<Key>::iterator> place;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const {
      return key.first * 0x9e3779b97f4a7c15ULL ^ key.second;
    }
  };
  std::unordered_map<Key, Block, Hash> blocks_;
  std::list<Key> idle_;
};

constexpr std::uint32_t block = 4;

/// Whole blocks of a prompt whose contents are multiples of a block.
std::vector<NaiveBlocks::Key> keys_of(const Prompt& prompt, std::uint32_t block_size = block) {
  std::vector<NaiveBlocks::Key> keys;
  for (const auto& span : prompt) {
    for (std::uint32_t i = 0; i < span.tokens / block_size; ++i) {
      keys.emplace_back(span.content, i);
    }
  }
  return keys;
}

/// A prompt from a tree of contents: each names all before it. The last may be used in part.
Prompt random_prompt(RandomStream& random, bool is_whole) {
  Prompt prompt;
  std::uint64_t path = 1;
  const auto depth = 1 + random.next_u64() % 4;
  for (std::uint64_t i = 0; i < depth; ++i) {
    path = 5 * path + 1 + random.next_u64() % 3;
    auto tokens = block * static_cast<std::uint32_t>(1 + path % 4);
    if (!is_whole && i + 1 == depth) {
      tokens = block * static_cast<std::uint32_t>(1 + random.next_u64() % (tokens / block));
    }
    prompt.push_back({path, tokens});
  }
  return prompt;
}

/// A request under way: what it has computed, and which blocks it holds by the naive list.
struct Running {
  Prompt prompt;
  PrefixLease lease;
  std::vector<NaiveBlocks::Key> held;
  bool is_closed = false;
};

/// Empty without the trace.
std::vector<Prompt> mooncake_prompts() {
  const char* data = std::getenv("TOKENFAB_DATA");
  std::istringstream list(data != nullptr ? data : "");
  std::vector<Prompt> prompts;
  for (std::string folder; prompts.empty() && std::getline(list, folder, ':');) {
    const auto path = std::filesystem::path(folder) / "mooncake_conversation.jsonl.gz";
    if (std::filesystem::exists(path)) {
      const auto trace = open_request_trace(path.string(), "mooncake");
      for (RequestRow row; trace->next(row);) {
        prompts.push_back(row.prompt);
      }
    }
  }
  return prompts;
}

}  // namespace

TEST_CASE("prefix cache: whole blocks of the common beginning") {
  PrefixCache cache(16);
  REQUIRE(cache.match(Prompt{{1, 100}}) == 0);
  REQUIRE(serve(cache, {{1, 100}}, 100) == 0);
  REQUIRE(cache.idle_blocks() == 6);  // 96 of 100 tokens
  REQUIRE(cache.match(Prompt{{1, 100}}) == 96);
  REQUIRE(cache.match(Prompt{{1, 50}}) == 48);
  REQUIRE(cache.match(Prompt{{2, 50}}) == 0);
  // A span that ends inside a block, then another: blocks run across contents.
  REQUIRE(serve(cache, {{1, 100}, {3, 30}}, 100) == 96);
  REQUIRE(cache.match(Prompt{{1, 100}, {3, 30}}) == 128);
  REQUIRE(cache.match(Prompt{{1, 100}, {4, 30}}) == 96);
}

TEST_CASE("prefix cache: a conversation is one content that grows") {
  PrefixCache cache(16);
  PrefixLease lease;
  cache.lease(Prompt{{7, 40}}, 0, lease);
  cache.extend(Prompt{{7, 40}}, 40, lease);
  REQUIRE(lease.shared_tokens == 32);
  cache.extend(Prompt{{7, 40}}, 79, lease);  // 40 tokens of answer, the last one never cached
  REQUIRE(lease.shared_tokens == 64);
  REQUIRE(cache.release(lease) == 4);
  REQUIRE(cache.match(Prompt{{7, 120}}) == 64);
}

TEST_CASE("prefix cache: the least recently released goes first, ends before beginnings") {
  PrefixCache cache(1);
  serve(cache, {{1, 4}}, 100);
  serve(cache, {{2, 4}}, 100);
  serve(cache, {{1, 4}}, 100);  // 2 is now the oldest
  cache.trim(6);
  REQUIRE(cache.match(Prompt{{1, 4}}) == 4);
  REQUIRE(cache.match(Prompt{{2, 4}}) == 2);
  cache.trim(3);
  REQUIRE(cache.match(Prompt{{2, 4}}) == 0);
  REQUIRE(cache.match(Prompt{{1, 4}}) == 3);
}

TEST_CASE("prefix cache: what is leased stays, and its unused end goes") {
  PrefixCache cache(1);
  serve(cache, {{1, 10}}, 100);
  PrefixLease few;
  PrefixLease more;
  REQUIRE(cache.idle_blocks_on(Prompt{{1, 3}}, 3) == 3);
  cache.lease(Prompt{{1, 3}}, 3, few);
  REQUIRE(cache.idle_blocks() == 7);
  REQUIRE(cache.idle_blocks_on(Prompt{{1, 5}}, 5) == 2);
  cache.lease(Prompt{{1, 5}}, 5, more);
  REQUIRE(cache.idle_blocks() == 5);
  cache.trim(0);
  REQUIRE(cache.match(Prompt{{1, 10}}) == 5);
  REQUIRE(cache.release(more) == 2);
  cache.trim(0);
  REQUIRE(cache.match(Prompt{{1, 10}}) == 3);
  REQUIRE(cache.release(few) == 3);
  cache.trim(0);
  REQUIRE(cache.match(Prompt{{1, 10}}) == 0);
}

TEST_CASE("prefix cache: two that compute the same at once, the first one's blocks are kept") {
  PrefixCache cache(4);
  const Prompt prompt{{1, 8}, {2, 8}};
  PrefixLease first;
  PrefixLease second;
  cache.lease(prompt, 0, first);
  cache.lease(prompt, 0, second);
  cache.extend(prompt, 12, first);
  cache.extend(prompt, 16, second);
  REQUIRE(second.is_closed);
  REQUIRE(second.shared_tokens == 0);  // all its blocks are its own
  cache.extend(prompt, 16, first);
  REQUIRE(first.shared_tokens == 16);
  REQUIRE(cache.release(second) == 0);
  REQUIRE(cache.release(first) == 4);
}

TEST_CASE("prefix cache: one request at a time equals single blocks in order of release") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    RandomStream random(seed, 0, "prefix", "serial");
    PrefixCache cache(block);
    NaiveBlocks naive;
    const auto capacity = 3 + random.next_u64() % 30;
    for (int i = 0; i < 300; ++i) {
      const auto prompt = random_prompt(random, true);
      const auto keys = keys_of(prompt);
      REQUIRE(serve(cache, prompt, capacity) == block * naive.match(keys));
      for (const auto& key : keys) {
        naive.hold(key);
      }
      for (auto key = keys.rbegin(); key != keys.rend(); ++key) {
        naive.release(*key);
      }
      naive.trim(capacity);
      REQUIRE(cache.idle_blocks() == naive.idle());
    }
  }
}

TEST_CASE("prefix cache: overlapping requests equal single blocks in order of release") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    RandomStream random(seed, 0, "prefix", "overlapping");
    PrefixCache cache(block);
    NaiveBlocks naive;
    std::vector<Running> running;
    const auto capacity = 3 + random.next_u64() % 40;
    for (int i = 0; i < 400; ++i) {
      if (running.size() < 6 && random.next_u64() % 2 == 0) {
        auto& request = running.emplace_back();
        request.prompt = random_prompt(random, true);
        const auto keys = keys_of(request.prompt);
        const auto hits = cache.match(request.prompt);
        REQUIRE(hits == block * naive.match(keys));
        const auto idle_before = cache.idle_blocks();
        const auto pinned = cache.idle_blocks_on(request.prompt, hits);
        cache.lease(request.prompt, hits, request.lease);
        REQUIRE(cache.idle_blocks() == idle_before - pinned);
        for (const auto& key : keys) {
          const bool is_new = !naive.knows(key);
          request.is_closed = request.is_closed || (request.held.size() * block >= hits && !is_new);
          if (!request.is_closed) {
            naive.hold(key);
            request.held.push_back(key);
          }
        }
        cache.extend(request.prompt, tokens_of(request.prompt), request.lease);
      } else if (!running.empty()) {
        const auto which = random.next_u64() % running.size();
        auto& request = running[which];
        REQUIRE(request.lease.shared_tokens == block * request.held.size());
        cache.release(request.lease);
        for (auto key = request.held.rbegin(); key != request.held.rend(); ++key) {
          naive.release(*key);
        }
        running.erase(running.begin() + static_cast<std::ptrdiff_t>(which));
      }
      if (random.next_u64() % 4 == 0) {
        cache.trim(capacity);
        naive.trim(capacity);
      }
      REQUIRE(cache.idle_blocks() == naive.idle());
    }
  }
}

TEST_CASE("prefix cache: blocks are conserved with parts of contents and growing answers") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    RandomStream random(seed, 0, "prefix", "conservation");
    const auto block_size = static_cast<std::uint32_t>(1 + random.next_u64() % 7);
    PrefixCache cache(block_size);
    std::vector<Running> running;
    std::uint64_t evicted_below = 1000;
    for (int i = 0; i < 300; ++i) {
      if (running.size() < 6 && random.next_u64() % 2 == 0) {
        auto& request = running.emplace_back();
        request.prompt = random_prompt(random, false);
        auto hits = cache.match(request.prompt);
        REQUIRE(hits % block_size == 0);
        REQUIRE(hits <= tokens_of(request.prompt));
        hits = hits / block_size / (1 + static_cast<std::uint32_t>(i % 2)) * block_size;
        cache.lease(request.prompt, hits, request.lease);
      } else if (!running.empty()) {
        const auto which = random.next_u64() % running.size();
        auto& request = running[which];
        const auto end = tokens_of(request.prompt) + static_cast<std::uint32_t>(i % 9);
        cache.extend(request.prompt, end, request.lease);
        if (random.next_u64() % 2 == 0) {
          const auto before = cache.idle_blocks();
          const auto held = request.lease.shared_tokens / block_size;
          const auto freed = cache.release(request.lease);
          REQUIRE(freed <= held);
          REQUIRE(cache.idle_blocks() == before + freed);
          running.erase(running.begin() + static_cast<std::ptrdiff_t>(which));
        }
      }
      if (random.next_u64() % 8 == 0) {
        evicted_below = random.next_u64() % 40;
        cache.trim(evicted_below);
        REQUIRE(cache.idle_blocks() <= evicted_below);
      }
      for (const auto& request : running) {
        // What is leased is there.
        REQUIRE(cache.match(request.prompt) >=
                std::min(request.lease.shared_tokens,
                         tokens_of(request.prompt) / block_size * block_size));
      }
    }
    for (auto& request : running) {
      cache.release(request.lease);
    }
    cache.trim(0);
    REQUIRE(cache.idle_blocks() == 0);
    REQUIRE(cache.match(random_prompt(random, true)) == 0);
  }
}

TEST_CASE("prefix cache: hits on the Mooncake conversation trace") {
  const auto prompts = mooncake_prompts();
  if (prompts.empty()) {
    std::cout << "skipped: TOKENFAB_DATA does not hold mooncake_conversation.jsonl.gz" << std::endl;
    std::exit(77);
  }
  // Without bound, last blocks in part included: counted in the trace's own lists of ids.
  PrefixCache unbounded(1);
  std::uint64_t blocks = 0;
  std::uint64_t hits = 0;
  for (const auto& prompt : prompts) {
    auto left = serve(unbounded, prompt, ~std::uint64_t{0});
    for (const auto& span : prompt) {
      ++blocks;
      hits += left >= span.tokens ? 1 : 0;
      left -= std::min(left, span.tokens);
    }
  }
  REQUIRE(blocks == 288'500);
  REQUIRE(hits == 105'710);  // 36.6 %

  for (const std::uint64_t capacity : {1'000, 10'000, 50'000}) {
    INFO(capacity << " blocks");
    PrefixCache cache(512);
    NaiveBlocks naive;
    std::uint64_t found = 0;
    for (const auto& prompt : prompts) {
      const auto keys = keys_of(prompt, 512);
      const auto expected = naive.match(keys);
      REQUIRE(serve(cache, prompt, capacity) == 512 * expected);
      found += expected;
      for (const auto& key : keys) {
        naive.hold(key);
      }
      for (auto key = keys.rbegin(); key != keys.rend(); ++key) {
        naive.release(*key);
      }
      naive.trim(capacity);
    }
    REQUIRE(found > 0);
    REQUIRE(found < hits);
  }
}

// SPDX-License-Identifier: Apache-2.0
// Bad input of jobs, networks, schedulers and faults: told at once, with pointer and nearest fix.
#include <catch2/catch.hpp>

#include "tests/program/job_scenario.hpp"

namespace tokenfab::program {
namespace {

void expect_all(const std::string& text, std::vector<std::string> words, int problems,
                int code = scenario_invalid) {
  const Sandbox sandbox;
  words.push_back("tokenfab: " + std::to_string(problems) +
                  (problems == 1 ? " problem\n" : " problems\n"));
  expect_refused(sandbox, text, code, words);
}

/// The warnings of a scenario that is valid all the same.
void expect_warned(const std::string& text, const std::vector<std::string>& words) {
  const Sandbox sandbox;
  sandbox.write("scenario.json", text);
  const auto finished = sandbox.run({"run", "scenario.json", "--dry-run"});
  INFO(finished.err);
  CHECK(finished.code == ok);
  expect_words(finished.out, words);
}

TEST_CASE("job input: a layout that contradicts itself and the model, all at once") {
  auto text = replaced(job_scenario(), "\"tensor_parallel_size\": 2",
                       "\"tensor_parallel_size\": 3, \"expert_parallel_size\": 2");
  text = replaced(text, "\"global_batch_size\": 16", "\"global_batch_size\": 18");
  text =
      replaced(text, "\"interval\": \"5 min\"", "\"interval\": \"5 min\", \"policy\": \"young\"");
  text = replaced(text, "\"policy\": \"fixed\", ", "");
  expect_all(text,
             {"/jobs/train/training/layout/global_batch_size: global_batch_size 18",
              "1 x 4; nearest: 20", "/jobs/train/training/layout/sequence_length",
              "/jobs/train/training/layout/expert_parallel_size", "the model has no experts; use 1",
              "/jobs/train/training/layout/tensor_parallel_size",
              "32 attention heads do not divide over tensor_parallel_size 3; nearest: 2",
              "/jobs/train/training/checkpoint/interval", "leave the interval out"},
             5);
}

TEST_CASE("job input: parallel sizes that do not multiply to the chips") {
  const auto with = [](const std::string& chips) {
    return replaced(job_scenario(), "\"steps\": 50", "\"steps\": 50, \"chips\": " + chips);
  };
  expect_all(with("16"),
             {"/jobs/train/training/chips: tensor 2 x pipeline 1 x context 1 x data 4 is 8 chips, "
              "not 16",
              "set layout/data_parallel_size to 8"},
             1);
  expect_all(with("11"), {"nearest: data_parallel_size 6, 12 chips"}, 1);
  CHECK(run_well(Sandbox(), with("8")).err.empty());
}

TEST_CASE("job input: kinds, places, names") {
  auto text = replaced(job_scenario(), "\"train\": {",
                       "\"none\": {}, \"two\": {\"cluster\": "
                       "\"site/h10\", \"fixed\": {\"duration\": \"1 h\"}, "
                       "\"requests\": {\"workload\": \"queue\"}}, "
                       "\"lost\": {\"fixed\": {\"duration\": \"1 h\"}, \"after\": {\"trian\": {}}},"
                       "\"ask\": {\"requests\": {\"workload\": \"question\"}}, "
                       "\"queue\": {\"cluster\": \"site/h100\", "
                       "\"deployment\": {\"service\": \"chat\"}}, \"train\": {");
  text = replaced(text, "\"model\": \"llama\"", "\"model\": \"lama\"");
  expect_all(text,
             {"/jobs/none: the job does nothing",
              "give it one of fixed, data, training, requests, deployment",
              "/jobs/two: the job is of 2 kinds at once", "/jobs/two/cluster",
              "did you mean \"site/h100\"?", "workload \"queue\" makes jobs; requests are needed",
              "/jobs/lost: needs the cluster", "add \"cluster\": \"site/h100\"",
              "/jobs/lost/after/trian", "did you mean \"train\"?", "/jobs/ask/requests/workload",
              "there is no workload \"question\"", "/jobs/queue: a workload has the same name",
              "/jobs/queue/deployment/service", "there is no service \"chat\"",
              "/jobs/queue/cluster", "/jobs/train/training/model", "did you mean \"llama\"?"},
             11);
}

TEST_CASE("job input: steps or tokens, one of them") {
  expect_all(replaced(job_scenario(), "\"steps\": 50,", "\"steps\": 50, \"tokens\": 1e9,"),
             {"/jobs/train/training: steps and tokens are both given", "leave one of them out"}, 1);
  expect_all(replaced(job_scenario(), "\"steps\": 50,", ""),
             {"/jobs/train/training: neither steps nor tokens are given"}, 1);
}

TEST_CASE("job input: every ring of jobs that wait for each other") {
  const auto job = [](const std::string& name, const std::string& before) {
    return "\"" + name + "\": {\"cluster\": \"site/h100\", \"after\": {\"" + before +
           "\": {}}, \"fixed\": {\"duration\": \"1 h\"}}, ";
  };
  expect_all(replaced(job_scenario(), "\"train\": {",
                      job("a", "b") + job("b", "c") + job("c", "a") + job("self", "self") +
                          "\"train\": {"),
             {"/jobs/c/after/a: jobs wait for each other: a after b after c after a",
              "/jobs/self/after/self: jobs wait for each other: self after self"},
             2);
}

TEST_CASE("job input: networks that contradict themselves or do not fit the nodes") {
  const std::string network = R"("network": {"model": "fat_tree", "nodes_per_leaf": 2})";
  const auto with = [&](const std::string& other) {
    return replaced(job_scenario(), network, "\"network\": " + other);
  };
  const std::string pointer = "/sites/site/clusters/h100/network: ";
  expect_all(with(R"({"model": "fat_tree", "nodes_per_leaf": 2, "pod_oversubscription": 2})"),
             {pointer + "pod_oversubscription 2 without pods", "set leaves_per_pod"}, 1);
  expect_all(with(R"({"model": "rail_optimized", "rails": 3})"),
             {pointer + "8 chips of a node do not divide into 3 rails: set rails to 2"}, 1);
  expect_all(with(R"({"model": "torus", "unit": "node", "dimensions": {"x": 3, "y": 1}})"),
             {pointer + "dimensions 3 x 1 make a torus of 3 nodes, which 4 nodes do not fill"}, 1);
  expect_all(with(R"({"model": "dragonfly", "nodes_per_router": 1, "routers_per_group": 1,
                      "global_links_per_router": 1})"),
             {pointer + "4 nodes make 4 groups", "set global_links_per_router to 3"}, 1);
  expect_all(with(R"({"model": "fat_tre"})"), {"did you mean \"fat_tree\"?"}, 1);
  // Also where no job runs.
  expect_all(replaced(small_scenario(), "\"nodes\": 2",
                      R"("nodes": 2, "network": {"model": "rail_optimized", "rails": 5})"),
             {pointer + "8 chips of a node do not divide into 5 rails"}, 1);
}

TEST_CASE("job input: schedulers, placements, faults and loads of a cluster") {
  const auto with = [](const std::string& more) {
    return replaced(job_scenario(), "\"nodes\": 4,", "\"nodes\": 4, " + more);
  };
  expect_all(with(R"("scheduler": "esay", "placement": {"model": "best_fitt"},)"),
             {"did you mean \"easy\"?", "did you mean \"best_fit\"?"}, 2);
  expect_all(with(R"("faults": {"model": "scheduled", "losses": {
                     "far": {"at": "1 h", "node": 4}, "fast": {"at": "1 h", "node": 0,
                     "slowdown": 0.5}}},)"),
             {"/sites/site/clusters/h100/faults: losses/fast.slowdown (0.5) slows nothing",
              "/sites/site/clusters/h100/faults/losses/far/node: there is no node 4: the cluster "
              "has 4, numbered from 0",
              "nearest: 3"},
             2);
  expect_all(with(R"("load": {"model": "constant", "utilization": 0.5},)"),
             {"/sites/site/clusters/h100/load: the load of all 4 nodes is given, and train, queue "
              "would run on them too"},
             1);
  expect_warned(with(R"("faults": {"model": "scheduled",
                        "losses": {"rack": {"at": "1 h", "node": 2, "nodes": 8}}},)"),
                {"losses/rack: of the nodes 2 to 9 only those up to 3 exist"});
}

TEST_CASE("job input: workloads of jobs") {
  const std::string cluster = "\"cluster\": \"site/h100\", \"job_rate\"";
  expect_all(replaced(job_scenario(), "\"num_jobs\": 12,", ""),
             {"/workloads/queue: the workload never ends by itself", "set num_jobs or horizon"}, 1);
  expect_all(replaced(job_scenario(), cluster, "\"service\": \"chat\", \"job_rate\""),
             {"/workloads/queue/service", "goes to a cluster, not to a service",
              "/workloads/queue: a workload of jobs needs the cluster"},
             2);
  expect_all(replaced(job_scenario(), cluster, "\"cluster\": \"site/h200\", \"job_rate\""),
             {"/workloads/queue/cluster", "did you mean \"site/h100\"?"}, 1);
  expect_all(replaced(job_scenario(), R"("sizes": {"1": 1, "8": 1})", R"("sizes": {"one": 1})"),
             {"/workloads/queue: sizes: \"one\" is no number of chips"}, 1);
}

TEST_CASE("job input: lines between sites") {
  const auto wan = [](const std::string& to) {
    return replaced(job_scenario(), "\"jobs\": {",
                    "\"wan\": {\"line\": {\"from\": \"site\", "
                    "\"to\": \"" +
                        to + "\", \"bandwidth\": \"1 GB/s\"}}, \"jobs\": {");
  };
  expect_all(wan("sit"), {"/wan/line/to: there is no site \"sit\"", "did you mean \"site\"?"}, 1);
  expect_all(wan("site"), {"/wan/line: leads from site site to itself"}, 1);
  // Three sites, one line: what the data leaves does not reach the training.
  auto text = job_scenario();
  const auto begin = text.find("    \"site\": {");
  const auto site = text.substr(begin, text.find("  \"models\"") - begin - 6);
  auto other = [&](const std::string& name) {
    return replaced(site, "\"site\"", "\"" + name + "\"") + ",\n";
  };
  text = replaced(text, "    \"site\": {", other("east") + other("west") + "    \"site\": {");
  text = replaced(text, "\"train\": {", R"("sort": {"cluster": "east/h100", "data": {
                  "volume": "1 TB", "rate_per_node": "1 GB/s"}}, "train": {"after": {"sort":
                  {"volume": "1 GB"}},)");
  expect_all(replaced(text, "\"jobs\": {",
                      "\"wan\": {\"line\": {\"from\": \"east\", \"to\": "
                      "\"west\", \"bandwidth\": \"1 GB/s\"}}, \"jobs\": {"),
             {"/jobs/train/after/sort: no line of \"wan\" leads from site east to site site"}, 1);
}

TEST_CASE("job input: what does not fit, exit 5 with the smallest fix") {
  expect_all(replaced(job_scenario(), "llama-3.1-8b", "llama-3.1-70b"),
             {"/jobs/train/training/layout: ", " GB on the fullest chip (70.6 weights",
              "smallest fix: no single change is enough: take more chips per copy"},
             1, infeasible);
  expect_all(replaced(replaced(job_scenario(), "\"full\"", "\"none\""), "4096", "32768"),
             {"85.6 activations", "smallest fix: it fits with recompute \"full\""}, 1, infeasible);
  auto text = replaced(job_scenario(), "\"data_parallel_size\": 4", "\"data_parallel_size\": 32");
  text = replaced(text, "\"global_batch_size\": 16", "\"global_batch_size\": 64");
  text = replaced(text, "\"train\": {", R"("wide": {"cluster": "site/h100", "fixed": {"chips": 100,
                  "duration": "1 h"}}, "sort": {"cluster": "site/h100", "data": {"nodes": 5,
                  "volume": "1 TB", "rate_per_node": "1 GB/s"}}, "train": {)");
  expect_all(text,
             {"/jobs/train/training/layout: needs 8 nodes of 8 chips, site/h100 has 4 that no "
              "service has set aside",
              "smallest fix: nodes 8 for site/h100, or data_parallel_size 16",
              "/jobs/wide/fixed/chips: needs 100 chips, site/h100 has 32", "smallest fix: nodes 13",
              "/jobs/sort/data/nodes: needs 5 nodes", "smallest fix: nodes 5"},
             3, infeasible);
  expect_all(replaced(job_scenario(), "\"interval\": \"5 min\"",
                      "\"interval\": \"5 min\", \"mode\": \"in_memory\""),
             {"/jobs/train/training/checkpoint/mode: copies go to the memory of other nodes"}, 1,
             infeasible);
  const auto full = replaced(small_scenario(), "\"workloads\": {",
                             R"("workloads": {"queue": {"model": "job_mix", "num_jobs": 1,
                             "cluster": "site/h100", "job_rate": "1 /h"},)");
  expect_all(full,
             {"/workloads/queue/cluster: services have set aside all 2 nodes of site/h100",
              "smallest fix: nodes 3"},
             1, infeasible);
}

TEST_CASE("job input: what is allowed and yet worth a word") {
  expect_warned(replaced(job_scenario(), "\"data_parallel_size\": 4",
                         "\"pipeline_parallel_size\": 3, \"data_parallel_size\": 2"),
                {"32 layers over 3 stages of 1 chunks are uneven: 11 layers on the fullest",
                 "12 chips take 2 nodes of 8; 4 chips do nothing"});
  auto text =
      replaced(job_scenario(), "\"tensor_parallel_size\": 2", "\"tensor_parallel_size\": 16");
  text = replaced(text, "\"data_parallel_size\": 4", "\"data_parallel_size\": 1");
  text = replaced(text, "\"steps\": 50", "\"steps\": 50, \"elastic\": true");
  expect_warned(text, {"16 chips reach beyond a scale-up domain of 8",
                       "/jobs/train/training/elastic: has no effect"});
  expect_warned(replaced(job_scenario(), "\"jobs\": {",
                         "\"horizon\": \"1 h\", \"jobs\": {\"late\": {\"cluster\": \"site/h100\", "
                         "\"submit\": \"2 h\", \"fixed\": {\"duration\": \"1 h\"}}, "),
                {"/jobs/late/submit: comes 2 h after the start, when the run has ended"});
}

/// A service beside the jobs, whose workload `load` stages may set off.
std::string served(const std::string& jobs) {
  auto text = replaced(small_scenario(), "\"nodes\": 2", "\"nodes\": 4");
  text = replaced(text, "\"models\": {", "\"models\": {\"small\": {\"use\": \"llama-3.1-8b\"}, ");
  return replaced(text, "\"workloads\": {", "\"jobs\": {" + jobs + "}, \"workloads\": {");
}

const std::string update = R"("learn": {"cluster": "site/h100", "training": {"model": "small",
    "steps": 4, "layout": {"tensor_parallel_size": 8, "global_batch_size": 8}%}})";

TEST_CASE("job input: workloads that stages set off") {
  const auto learn = replaced(update, "%", R"(, "rollout": {"workload": "load"})");
  auto endless = replaced(served(learn), "\"num_prompts\": 50,", "");
  expect_all(replaced(endless, "\"jobs\"", "\"horizon\": \"1 min\", \"jobs\""),
             {"/jobs/learn/training/rollout/workload: workload \"load\" never ends",
              "give /workloads/load an end, such as num_prompts"},
             1);
  const std::string ask = R"(, "ask": {"requests": {"workload": "load"}})";
  expect_warned(served(learn + ask), {"/workloads/load: jobs ask, learn share it"});
  endless = replaced(served(ask.substr(2)), "\"num_prompts\": 50,", "");
  expect_warned(replaced(endless, "\"jobs\"", "\"horizon\": \"1 min\", \"jobs\""),
                {"/workloads/load: it never ends by itself, so job ask lasts until the horizon"});
}

TEST_CASE("job input: weights for a service of another model") {
  const auto plain = replaced(update, "%", "");
  const std::string deploy =
      R"(, "put": {"after": {"learn": {}}, "deployment": {"service": "chat"}})";
  expect_warned(served(plain + deploy),
                {"/jobs/put/deployment/service: chat serves llama, and the jobs before trained "
                 "small"});
}

TEST_CASE("job input: a stage plays a trace from its own begin on") {
  const Sandbox sandbox;
  sandbox.write("t.csv", "arrival_s,input_tokens,output_tokens\n0,100,10\n5,100,10\n");
  auto text = served(R"("wait": {"cluster": "site/h100", "fixed": {"duration": "1 h"}},
                        "ask": {"after": {"wait": {}}, "requests": {"workload": "load"}})");
  const auto begin = text.find("    \"load\"");
  const auto end = text.find("  \"output\"");
  text.replace(begin, end - begin,
               R"("load": {"model": "trace", "service": "chat", "path": "t.csv"}},)");
  run_well(sandbox, text);
  expect_words(sandbox.read("out/requests.csv"), {",3600,", ",3605,"});
}

}  // namespace
}  // namespace tokenfab::program

// SPDX-License-Identifier: Apache-2.0
// Readers of job traces: values, rows left out, faults; and the public files where they are there.
#include <sstream>
#include <string>
#include <vector>

#include "sim/data/job_lines.hpp"
#include "tests/job_files.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;
using Catch::Matchers::Contains;

namespace {

struct Reading {
  std::vector<JobRow> rows;
  std::map<std::string, std::uint64_t> dropped;
};

Reading read(const std::string& contents, const std::string& format) {
  const auto reader = open_job_trace(ByteStream::from_memory("t", contents), format);
  Reading reading;
  reading.rows = rows_of_jobs(*reader);
  reading.dropped = reader->dropped();
  return reading;
}

std::string fault(const std::string& contents, const std::string& format) {
  try {
    check_jobs(*open_job_trace(ByteStream::from_memory("t", contents), format));
    return {};
  } catch (const DataError& error) {
    return error.what();
  }
}

std::string sniff(const std::string& contents) {
  try {
    return std::string(sniff_job_trace_format(ByteStream::from_memory("t", contents)));
  } catch (const DataError& error) {
    return error.what();
  }
}

Duration s(double seconds) { return Duration::from_seconds(seconds); }

const std::string gavel =
    "vc,job,arrival_s,num_gpus,job_type,total_steps,v100_steps_per_s,v100_duration_s\n";
const std::string chronus =
    "job_id,user,num_gpu,submit_time,iterations,model_name,duration,interval,expect_time_list,"
    "expect_value_list,best_effort,job_type\n";
const std::string openb =
    "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,"
    "deletion_time,scheduled_time\n";

}  // namespace

TEST_CASE("job traces: SWF numbers, comments and what is not known") {
  const auto [rows, dropped] = read(
      "; Version: 2.2\n"
      ";\n"
      "  7  33 -1 2774 2 -1 -1 4 27780 -1 1 5 1 1 1 -1 -1 -1\n"
      "8 33 5 10.5 8 9.25 -1 -1 -1 -1 5 -1 1 1 1 -1 -1 -1\r\n"
      "; in between\n"
      "9 34 5 0 8 0 -1 -1 -1 -1 1 -1 1 1 1 -1 -1 -1\n"
      "10 35 5 -1 8 0 -1 8 60 -1 -1 -1 1 1 1 -1 -1 -1\n"
      "11 36 5 20 -1 0 -1 -1 60 -1 1 -1 1 1 1 -1 -1 -1\n"
      "12 36 5 20 0 0 -1 0 60 -1 1 -1 1 1 1 -1 -1 -1\n"
      "13 40 -1 1 3 -1 -1 0 0 -1 1 2 1 1 1 -1 -1 -1\n \n",
      "swf");
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].id == 7);
  CHECK(rows[0].submit == s(33));
  CHECK(rows[0].run == s(2774));
  CHECK(rows[0].chips == 4);  // those requested
  CHECK(rows[0].estimate == s(27780));
  CHECK(rows[0].user == "5");
  CHECK(rows[1].run == s(10.5));
  CHECK(rows[1].chips == 8);  // those given
  CHECK(!rows[1].estimate);
  CHECK(rows[1].user.empty());
  CHECK(rows[2].chips == 3);
  CHECK(!rows[2].estimate);
  CHECK(dropped ==
        std::map<std::string, std::uint64_t>{
            {"no chips", 1}, {"unknown chips", 1}, {"unknown run time", 1}, {"zero run time", 1}});
}

TEST_CASE("job traces: SWF faults, all at once") {
  const std::string good = "1 5 -1 10 2 -1 -1 4 20 -1 1 5 1 1 1 -1 -1 -1\n";
  const auto found = fault(good + "2 5 -1 10\n" + "3 x -1 10 2 -1 -1 4 20 -1 1 5 1 1 1 -1 -1 -1\n" +
                               "4 -5 -1 10 2 -1 -1 4 20 -1 1 5 1 1 1 -1 -1 -1\n" + good +
                               "6 6 -1 10 2 -1 -1 4.5 20 -1 1 5 1 1 1 -1 -1 -1\n" +
                               "7 4 -1 10 2 -1 -1 4 20 -1 1 5 1 1 1 -1 -1 -1\n",
                           "swf");
  CHECK_THAT(found, Contains("t:2: 4 numbers in \"2 5 -1 10\", expected 18 between blanks"));
  CHECK_THAT(found, Contains("t:3: number 2 of the line is \"x\", expected a decimal number"));
  CHECK_THAT(found, Contains("t:4: submit time is \"-5\", expected decimal seconds"));
  CHECK_THAT(found, Contains("t:6: requested processors is \"4.5\", expected a whole number"));
  CHECK_THAT(found, Contains("t:7: the row \"7 4 -1"));
  CHECK_THAT(found, Contains("is submitted 1 s before the row above it"));
  CHECK_THAT(fault("; nothing\n", "swf"), Contains("the trace has no rows"));
  CHECK_THAT(fault("1 5 -1 0 2 -1 -1 4 20 -1 1 5 1 1 1 -1 -1 -1\n", "swf"),
             Contains("none of the 1 rows is a job to play"));
}

TEST_CASE("job traces: our own CSV") {
  const auto [rows, dropped] = read(
      "chips,submit_s,run_s,user,chip_share,priority,estimate_s\n"
      "8,0.5,100,ada,,,\n1,0.5,100,,0.25,-1.5,200\n1,1,0,,,,\n",
      "csv");
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].id == 1);
  CHECK(rows[0].chips == 8);
  CHECK(rows[0].submit == s(0.5));
  CHECK(rows[0].user == "ada");
  CHECK(rows[0].chip_share == 1);
  CHECK(!rows[0].estimate);
  CHECK(rows[1].chip_share == 0.25);
  CHECK(rows[1].priority == -1.5);
  CHECK(rows[1].estimate == s(200));
  CHECK(dropped.at("zero run time") == 1);

  CHECK_THAT(fault("submit_s,run_s,chip\n", "csv"), Contains("did you mean 'chips'?"));
  const auto found = fault(
      "submit_s,run_s,chips,chip_share,priority\n0,1,0,1,0\n0,1,2,0.5,0\n0,1,1,0,0\n0,1,1,1,high\n"
      "0,-1,1,1,0\n0,1,1\n",
      "csv");
  CHECK_THAT(found, Contains("t:2: chips is \"0\", expected a whole number from 1"));
  CHECK_THAT(found, Contains("t:3: chip_share is 0.5 of 2 chips, expected 1 chip"));
  CHECK_THAT(found, Contains("t:4: chip_share is \"0\", expected a part of one chip"));
  CHECK_THAT(found, Contains("t:5: priority is \"high\", expected a decimal number"));
  CHECK_THAT(found, Contains("t:6: run_s is \"-1\", expected decimal seconds"));
  CHECK_THAT(found, Contains("t:7: 3 columns in"));
}

TEST_CASE("job traces: Philly as of gavel, and of Chronus in minutes and any order") {
  const auto first =
      read(gavel + "11cb48,0,60,4,\"A3C\",5,1.5,120.5\n11cb48,1,61,4,\"A3C\",5,,\n", "philly");
  REQUIRE(first.rows.size() == 1);
  CHECK(first.rows[0].id == 0);
  CHECK(first.rows[0].submit == s(60));
  CHECK(first.rows[0].run == s(120.5));
  CHECK(first.rows[0].user == "11cb48");
  CHECK(first.dropped.at("unknown run time") == 1);

  const auto second = read(chronus +
                               "5,vc_a,1,30,1,vgg16,20,1,1,1,0,strict\n"
                               "6,vc_b,0,10,1,vgg16,20,1,1,1,0,strict\n"
                               "7,vc_b,2,10,1,vgg16,21,1,1,1,0,strict\n"
                               "8,vc_b,2,30,1,vgg16,22,1,1,1,0,strict\n",
                           "philly");
  REQUIRE(second.rows.size() == 3);
  CHECK(second.rows[0].id == 7);
  CHECK(second.rows[0].submit == s(600));
  CHECK(second.rows[0].run == s(1260));
  CHECK(second.rows[1].id == 5);
  CHECK(second.rows[2].id == 8);
  CHECK(second.dropped.at("no chips") == 1);
  CHECK_THAT(
      fault(gavel + "11cb48,0,60,4,\"A3C\",5,1.5,120.5\n11cb48,1,59,4,\"A3C\",5,1,1\n", "philly"),
      Contains("is submitted 1 s before the row above it"));
  const auto found =
      fault(chronus + "5,vc_a,x,30,1,v,20,1,1,1,0,s\n6,vc_a,1,-1,1,v,20,1,1,1,0,s\n", "philly");
  CHECK_THAT(found, Contains("t:2: num_gpu is \"x\""));
  CHECK_THAT(found, Contains("t:3: submit_time is \"-1\""));
}

TEST_CASE("job traces: pods of openb and their shares") {
  const auto [rows, dropped] = read(openb +
                                        "p0,12000,16384,1,460,,LS,Running,10,100,20\n"
                                        "p1,12000,16384,8,1000,V100,BE,Failed,10,30,12\n"
                                        "p2,12000,16384,0,0,,BE,Failed,10,30,12\n"
                                        "p3,12000,16384,1,1000,,BE,Pending,10,30,\n",
                                    "openb");
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].chips == 1);
  CHECK(rows[0].chip_share == 0.46);
  CHECK(rows[0].submit == s(10));
  CHECK(rows[0].run == s(80));
  CHECK(rows[0].user == "LS");
  CHECK(rows[1].chips == 8);
  CHECK(rows[1].chip_share == 1);
  CHECK(dropped == std::map<std::string, std::uint64_t>{{"never scheduled", 1}, {"no chips", 1}});
  CHECK_THAT(fault(openb + "p0,1,1,1,460,,LS,Running,10,15,20\n", "openb"),
             Contains("deletion_time 15 lies before scheduled_time 20"));
}

TEST_CASE("job traces: the format is told by the first line") {
  CHECK(sniff("; UnixStartTime: 0\n") == "swf");
  CHECK(sniff("1 33 -1 2774 2 -1 -1 2 27780 -1 1 1 1 1 1 -1 -1 -1\n") == "swf");
  CHECK(sniff("\nsubmit_s,run_s,chips\n") == "csv");
  CHECK(sniff(gavel) == "philly");
  CHECK(sniff(chronus) == "philly");
  CHECK(sniff(openb) == "openb");
  CHECK_THAT(sniff("arrival_s,input_tokens,output_tokens\n"),
             Contains("is of no known job trace format"));
  CHECK_THROWS_WITH(open_job_trace("nowhere.swf", "swff"),
                    Contains("unknown job trace format \"swff\"") && Contains("'swf'"));
}

TEST_CASE("job traces: the public files") {
  const auto check = [](const std::string& name, const std::string& format) {
    return check_jobs(job_file(name), format);
  };
  const auto nasa = check("NASA-iPSC-1993-3.1-cln.swf.gz", "swf");
  CHECK(nasa.rows == 18066);
  CHECK(nasa.dropped.at("zero run time") == 173);
  CHECK(nasa.without_estimate == nasa.rows);
  CHECK(nasa.chips_max == 128);
  const auto hpc2n = check("HPC2N-2002-alea-head3170.swf.gz", "swf");
  CHECK(hpc2n.rows == 3145);
  CHECK(hpc2n.dropped.at("unknown run time") == 25);
  const auto chronus_jobs = check("philly_chronus_mix1.csv.gz", "philly");
  CHECK(chronus_jobs.rows == 30940 - 184);
  CHECK(chronus_jobs.dropped.at("no chips") == 184);
  CHECK(std::abs(chronus_jobs.chip_seconds / 3600 - 371e3) < 1e3);
  const auto gavel_jobs = check("philly_gavel_vc_11cb48.csv.gz", "philly");
  CHECK(gavel_jobs.rows == 2000 - 181);
  CHECK(gavel_jobs.users == std::vector<std::string>{"11cb48"});
  const auto pods = check("alibaba2023_openb_pods.csv.gz", "openb");
  CHECK(pods.dropped.at("no chips") == 1088);
  CHECK(pods.dropped.at("never scheduled") == 897 - 36);
  CHECK(pods.rows + pods.dropped.at("no chips") + pods.dropped.at("never scheduled") +
            (pods.dropped.contains("zero run time") ? pods.dropped.at("zero run time") : 0) ==
        8152);
  CHECK(pods.users.size() >= 2);
}

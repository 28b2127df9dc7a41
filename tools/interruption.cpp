// SPDX-License-Identifier: Apache-2.0
#include "tools/interruption.hpp"

#include <csignal>

namespace tokenfab::tools {
namespace {

volatile std::sig_atomic_t interrupted = 0;

void note(int signal) {
  interrupted = 1;
  std::signal(signal, SIG_DFL);
}

}  // namespace

void note_interruptions() {
  std::signal(SIGINT, note);
  std::signal(SIGTERM, note);
}

bool is_interrupted() { return interrupted != 0; }

}  // namespace tokenfab::tools

//===- Interrupt.cpp - Ctrl-C during a fit -------------------------------===//
//
// The disposition is the process's, so fits in several threads share one
// handler and one note: Ctrl-C ends them all.
//
//===----------------------------------------------------------------------===//
#include "Interrupt.h"

#include <csignal>

#include <atomic>
#include <mutex>

using namespace ingot::rt;

static std::atomic<bool> noted = false;
static_assert(std::atomic<bool>::is_always_lock_free,
              "a signal handler writes it");
static std::mutex lock;
static int users = 0; ///< under `lock`

static void note(int) { noted = true; }

Interrupt::Interrupt() {
  const std::lock_guard guard(lock);
  struct sigaction current = {};
  active = users > 0 ||
           (sigaction(SIGINT, nullptr, &current) == 0 &&
            !(current.sa_flags & SA_SIGINFO) && current.sa_handler == SIG_DFL);
  if (!active || users++ > 0)
    return;
  noted = false;
  struct sigaction noting = {};
  noting.sa_handler = note;
  // Back to the default by itself, so that a second one ends a step that hangs.
  // Calls of the system that wait for data go on.
  noting.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
  sigaction(SIGINT, &noting, nullptr);
}

Interrupt::~Interrupt() {
  const std::lock_guard guard(lock);
  if (active && --users == 0)
    std::signal(SIGINT, SIG_DFL);
}

bool Interrupt::requested() const { return active && noted; }

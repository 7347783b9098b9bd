// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/password.h"

#include <errno.h>
#include <kj/common.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

namespace latchkey::cli {
namespace {

constexpr int SIGNALS[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};

volatile sig_atomic_t g_signal = 0;

// While it lives what is typed is not shown, and those signals only end the reading. They are let in where it waits
// alone: one that came just before would be missed.
class Silence {
public:
  explicit Silence(const termios& before) : m_before(before) {
    g_signal = 0;
    sigset_t ours;
    sigemptyset(&ours);
    for (int signal : SIGNALS) sigaddset(&ours, signal);
    pthread_sigmask(SIG_BLOCK, &ours, &m_mask);
    struct sigaction note{};
    note.sa_handler = [](int signal) { g_signal = signal; };
    for (size_t i = 0; i < std::size(SIGNALS); ++i) {
      sigaction(SIGNALS[i], nullptr, &m_handlers[i]);
      if (m_handlers[i].sa_handler != SIG_IGN) sigaction(SIGNALS[i], &note, nullptr);
    }
    auto silent = before;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  ~Silence() {
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &m_before);
    fputc('\n', stderr);
    for (size_t i = 0; i < std::size(SIGNALS); ++i) sigaction(SIGNALS[i], &m_handlers[i], nullptr);
    pthread_sigmask(SIG_SETMASK, &m_mask, nullptr);
  }
  KJ_DISALLOW_COPY_AND_MOVE(Silence);
  const sigset_t& mask() const { return m_mask; }

private:
  termios m_before;
  sigset_t m_mask{};
  struct sigaction m_handlers[std::size(SIGNALS)] = {};
};

// False if a signal came first. `mask`: where it waits.
bool readLine(std::string& line, const sigset_t* mask) {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  char next;
  for (;;) {
    if (ppoll(&input, 1, nullptr, mask) < 0) {
      if (errno != EINTR) return true;
      if (g_signal != 0) return false;
      continue;
    }
    auto count = read(STDIN_FILENO, &next, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0 || next == '\n') return true;
    line += next;
  }
}

}  // namespace

std::string readPassword(std::string_view prompt) {
  std::string password;
  termios before{};
  if (tcgetattr(STDIN_FILENO, &before) < 0) {
    readLine(password, nullptr);
    return password;
  }
  for (bool complete = false; !complete;) {
    password.clear();
    {
      Silence silence(before);
      fprintf(stderr, "%.*s", static_cast<int>(prompt.size()), prompt.data());
      complete = readLine(password, &silence.mask());
    }
    // Asked again where that only stopped us for a while.
    if (!complete) raise(g_signal);
  }
  return password;
}

}  // namespace latchkey::cli

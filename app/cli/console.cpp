// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/console.h"

#include <errno.h>
#include <kj/debug.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "broker/base/text.h"

namespace latchkey::cli {
namespace {

const char* code(Tone tone) {
  switch (tone) {
    case Tone::Strong: return "\x1b[1m";
    case Tone::Faint: return "\x1b[2m";
    case Tone::Good: return "\x1b[32m";
    case Tone::Bad: return "\x1b[31m";
    case Tone::Plain: break;
  }
  return "";
}

bool set(const char* name) { return getenv(name) != nullptr && *getenv(name) != '\0'; }

}  // namespace

Console Console::ofProcess() {
  if (!isatty(STDOUT_FILENO)) return Console();
  winsize size{};
  ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
  bool dumb = !set("TERM") || std::string_view(getenv("TERM")) == "dumb";
  return Console(!dumb && !set("NO_COLOR"), size.ws_col);
}

std::string Console::toned(std::string_view text, Tone tone) const {
  if (!m_colours || tone == Tone::Plain) return std::string(text);
  return code(tone) + std::string(text) + "\x1b[0m";
}

void Console::print(std::string_view text) const {
  while (!text.empty()) {
    auto count = write(STDOUT_FILENO, text.data(), text.size());
    if (count < 0) {
      if (errno == EINTR) continue;
      if (errno == EPIPE) throw ReaderGone();
      KJ_FAIL_SYSCALL("write", errno, "standard output");
    }
    text.remove_prefix(static_cast<size_t>(count));
  }
}

void Console::complain(std::string_view text) {
  auto line = "latchkey: " + escaped(text) + "\n";
  [[maybe_unused]] auto written = write(STDERR_FILENO, line.data(), line.size());
}

bool Console::saysYes(std::string_view question) {
  fprintf(stderr, "%s [y/N] ", std::string(question).c_str());
  char line[64];
  return fgets(line, sizeof line, stdin) != nullptr && (line[0] == 'y' || line[0] == 'Y');
}

}  // namespace latchkey::cli

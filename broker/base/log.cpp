// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/log.h"

#include <kj/debug.h>
#include <stdlib.h>
#include <unistd.h>

#include "broker/base/text.h"

namespace latchkey {
namespace {

Level least = Level::Warning;
std::string program = "latchkey";

// "name = value", as KJ writes what it was given to print.
bool isValue(std::string_view part) {
  auto equals = part.find(" = ");
  if (equals == part.npos || equals == 0) return false;
  auto name = part.substr(0, equals);
  return name.find(' ') == name.npos || name.find('(') != name.npos || name.find(" + ") != name.npos;
}

// KJ_REQUIRE reads "expected CONDITION [VALUES]; MESSAGE; NAME = VALUE", KJ_SYSCALL "call(...): REASON; MESSAGE; ...".
// People want the message, the reason and the values; neither conditions nor names of ours.
std::string plainLine(std::string_view text) {
  auto end = text.find("; ");
  auto head = text.substr(0, end);
  std::string message, value;
  while (end != text.npos) {
    text.remove_prefix(end + 2);
    end = text.find("; ");
    auto part = text.substr(0, end);
    if (isValue(part)) {
      if (value.empty()) value = part.substr(part.find(" = ") + 3);
    } else {
      message += (message.empty() ? "" : "; ") + std::string(part);
    }
  }
  auto called = head.rfind("): ");
  bool isCode = head.starts_with("expected ") && (!message.empty() || head.find_first_of("=(!&>") != head.npos);
  std::string line;
  if (isCode) line = message.empty() ? "something that Latchkey relies on is not so; its log says more" : message;
  else if (called != head.npos && head.find('(') < called)
    line = (message.empty() ? "" : message + ": ") + std::string(head.substr(called + 3));
  else line = std::string(head) + (message.empty() ? "" : "; " + message);
  return value.empty() ? line : line + " (" + value + ")";
}

}  // namespace

void startLog(std::string_view name) {
  program = name;
  std::string_view wanted = getenv("LATCHKEY_LOG") == nullptr ? "" : getenv("LATCHKEY_LOG");
  if (wanted == "debug") least = Level::Debug;
  if (wanted == "info") least = Level::Info;
  if (wanted == "error") least = Level::Error;
}

void KjLogLines::logMessage(kj::LogSeverity severity, const char* file, int line, int, kj::String&& text) {
  auto level = severity >= kj::LogSeverity::ERROR     ? Level::Error
               : severity == kj::LogSeverity::WARNING ? Level::Warning
                                                      : Level::Debug;
  log(level, std::string(text.begin(), text.end()) + " (" + file + ":" + std::to_string(line) + ")");
}

void log(Level level, std::string_view message) {
  if (level < least) return;
  auto line = program + ": " + escaped(message) + "\n";
  // One write, so that lines of several processes do not mix. Nobody can be told if it fails.
  [[maybe_unused]] auto written = write(STDERR_FILENO, line.data(), line.size());
}

std::string reason(const kj::Exception& exception) {
  auto description = exception.getDescription();
  std::string_view text(description.begin(), description.size());
  constexpr std::string_view REMOTE = "remote exception: ";
  while (text.starts_with(REMOTE)) text.remove_prefix(REMOTE.size());
  return plainLine(text);
}

}  // namespace latchkey

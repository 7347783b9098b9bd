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
  std::string text(description.begin(), description.size());
  // A failed KJ_REQUIRE reads "expected <condition> [<values>]; <message>": people want the message.
  if (auto message = text.find("; "); text.starts_with("expected ") && message != text.npos)
    text = text.substr(message + 2);
  constexpr std::string_view REMOTE = "remote exception: ";
  while (text.starts_with(REMOTE)) text = text.substr(REMOTE.size());
  return text;
}

}  // namespace latchkey

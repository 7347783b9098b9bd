// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// One line per event on stderr, for the journal of the system and for who starts a program by hand.

#include <kj/exception.h>

#include <string>
#include <string_view>

namespace latchkey {

enum class Level { Debug, Info, Warning, Error };

// Names the program in every line and sets the least level: LATCHKEY_LOG=debug|info|warning|error, else `warning`.
// Call once, first thing in main.
void startLog(std::string_view program);

// Sends KJ's own log lines here while it exists. KJ wants such an object on the stack: a local of main, after startLog.
class KjLogLines final : public kj::ExceptionCallback {
public:
  void logMessage(kj::LogSeverity severity, const char* file, int line, int contextDepth, kj::String&& text) override;
};

void log(Level level, std::string_view message);
inline void logDebug(std::string_view message) { log(Level::Debug, message); }
inline void logInfo(std::string_view message) { log(Level::Info, message); }
inline void logWarning(std::string_view message) { log(Level::Warning, message); }
inline void logError(std::string_view message) { log(Level::Error, message); }

// What happened, for a person: the description without source places, values or a stack.
std::string reason(const kj::Exception& exception);

}  // namespace latchkey

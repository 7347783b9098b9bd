// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include <kj/debug.h>
#include <stdlib.h>

#include <algorithm>
#include <charconv>

#include "app/cli/command.h"
#include "broker/base/log.h"
#include "broker/base/text.h"
#include "broker/version.h"

namespace latchkey::cli {
namespace {

int misused(const std::string& why, const Command* command) {
  auto hint = command == nullptr ? std::string("latchkey help") : "latchkey " + std::string(command->name) + " --help";
  Console::complain(why + " (`" + hint + "` says what there is)");
  return command != nullptr && command->name == "run" ? COULD_NOT : MISUSED;
}

// `--help` before anything that could be the program's own.
bool wantsHelp(const std::vector<std::string>& arguments, Order order) {
  for (auto& word : arguments) {
    if (word == "--") return false;
    if (word == "--help" || word == "-h") return true;
    if (order == Order::BeforeWords && !word.starts_with('-')) return false;
  }
  return false;
}

int perform(const Command& command, const std::vector<std::string>& arguments) {
  auto console = Console::ofProcess();
  if (command.act != completeWord && wantsHelp(arguments, command.order)) {
    console.print(helpText(command, console));
    return DONE;
  }
  auto typed = Typed::parse(arguments, command.options, command.order);
  auto io = kj::setupAsyncIo();
  Link link(io);
  SystemClock clock;
  Call call{typed, console, clock, link};
  return command.act(call);
}

}  // namespace

const std::string& Call::word(size_t index, std::string_view what) const {
  if (index >= typed.words().size()) throw UsageError(std::string(what) + " is missing");
  return typed.words()[index];
}

void Call::atMost(size_t words) const {
  if (typed.words().size() > words) throw UsageError("one word too many: " + brief(typed.words()[words], 60));
}

uint64_t wholeNumber(std::string_view what, std::string_view text, uint64_t most) {
  uint64_t number = 0;
  auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size() || number > most) {
    throw UsageError(std::string(what) + " is a number up to " + std::to_string(most));
  }
  return number;
}

namespace {

// In there is no broker of the person's, and one started there would be a second, false one.
bool isInsideSandbox() {
  auto inside = getenv("LATCHKEY");
  return (inside != nullptr && std::string_view(inside) == "1") || getenv("LATCHKEY_SOCKET") != nullptr;
}

// A refusal is not the same to a script as a service that has gone.
bool isAboutBundles(const Command& command) {
  auto act = command.act;
  return act == installBundle || act == importApp || act == updatePackage || act == removePackage ||
         act == rollbackPackage || act == verifyPackages;
}

bool worksInside(const Command& command, const std::vector<std::string>& rest) {
  if (command.act == askPerson || command.act == showHelp || command.act == completeWord) return true;
  return wantsHelp(rest, command.order);
}

// What runs may be of another version, and need not run for this.
int showVersion() {
  try {
    Console::ofProcess().print(std::string("Latchkey ") + VERSION + "\n");
    return 0;
  } catch (const ReaderGone&) {
    return FAILED;
  }
}

}  // namespace

int act(const std::vector<std::string>& arguments) {
  auto name = arguments.empty() ? std::string("help") : arguments[0];
  if (name == "--help" || name == "-h") name = "help";
  if (name == "--version") return showVersion();
  auto command = findCommand(name);
  if (command == nullptr) return misused("there is no command " + brief(name, 60), nullptr);
  std::vector<std::string> rest(arguments.begin() + std::min<ptrdiff_t>(1, std::ssize(arguments)), arguments.end());
  if (isInsideSandbox() && !worksInside(*command, rest)) {
    Console::complain("this is inside a sandbox of Latchkey: only `latchkey ask` works here");
    return COULD_NOT;
  }
  try {
    return perform(*command, rest);
  } catch (const UsageError& error) {
    return misused(error.what(), command);
  } catch (const ReaderGone&) {
    return FAILED;
  } catch (const kj::Exception& exception) {
    bool gone = exception.getType() == kj::Exception::Type::DISCONNECTED;
    Console::complain(gone ? "Latchkey's service ended meanwhile: look with `latchkey status`, then try again"
                           : reason(exception));
    return command->act == runApp || (gone && isAboutBundles(*command)) ? COULD_NOT : FAILED;
  } catch (const std::exception& exception) {
    Console::complain(exception.what());
    return command->act == runApp || isAboutBundles(*command) ? COULD_NOT : FAILED;
  }
}

}  // namespace latchkey::cli

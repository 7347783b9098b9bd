// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Desktop entries, and what becomes of them: what is shown is printable, what runs has no byte that was not written,
// and an override made from any entry reads back as ours and starts nothing but us.

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "broker/base/exec-line.h"
#include "broker/base/text.h"
#include "launcher/desktop/app-id.h"
#include "launcher/desktop/override-entry.h"

using namespace latchkey;

namespace {
constexpr auto LOCALE = "de_AT@euro";

void require(bool condition, const char* what) {
  if (condition) return;
  fprintf(stderr, "broken: %s\n", what);
  abort();
}

void checkLine(const std::string& exec) {
  auto result = expandExec(exec, {.name = "N", .icon = "I", .file = "/F", .arguments = {"--bind", "/a b"}});
  auto words = std::get_if<std::vector<std::string>>(&result);
  if (words == nullptr) return;
  require(!words->empty() && !words->front().empty(), "a line without a program");
  bool whole = false;
  for (auto& word : *words) {
    require(word.find('\0') == std::string::npos, "a NUL in a word");
    whole = whole || word.find("--bind") != std::string::npos;
  }
  require(whole, "an argument was lost");
}

void checkOverride(const DesktopEntry& entry, const std::string& text) {
  auto keys = KeyFile::parse(text);
  require(keys.has_value(), "read once but not twice");
  static const AppCatalog catalog{DesktopPlaces{}};
  auto written = OverrideEntry(catalog, "/usr/bin/latchkey").textFor(entry, *keys);
  auto read = readDesktopEntry(entry.id, "/x", written, LOCALE);
  require(read.has_value() && read->latchkeyOverride, "an override that is none");
  auto line = expandExec(read->exec, {});
  auto words = std::get_if<std::vector<std::string>>(&line);
  require(words != nullptr && words->size() >= 3 && (*words)[0] == "/usr/bin/latchkey" && (*words)[1] == "run" &&
              (*words)[2] == entry.id,
          "an override that starts something else");
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  isAppId(text);
  checkLine(text);
  auto entry = readDesktopEntry("org.x.Y", "/y.desktop", text, LOCALE);
  if (!entry || entry->hidden) return 0;
  require(escaped(entry->name) == entry->name && !entry->name.empty(), "a name that can deceive");
  checkLine(entry->exec);
  for (auto& action : entry->actions) checkLine(action.exec);
  checkOverride(*entry, text);
  return 0;
}

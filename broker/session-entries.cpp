// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/session-entries.h"

#include <kj/debug.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "broker/base/exec-line.h"
#include "broker/base/files.h"
#include "broker/base/key-file.h"
#include "broker/base/text.h"
#include "broker/openers.h"

namespace latchkey {
namespace {

constexpr std::string_view ENDING = ".desktop";
constexpr std::string_view MARK = "X-Latchkey-Of";
constexpr size_t LONGEST_NAME = 100, LONGEST_ID = 200, LONGEST_ENTRY = 128 * 1024;
constexpr size_t MOST_WORDS = 64, LONGEST_WORD = 4096;
constexpr size_t MOST_DETAILS = 64, LONGEST_DETAIL = 1000;
constexpr size_t MOST_FILES = 5000, MOST_OF_ONE = 100;
// What an app may say of an entry besides its name. Nothing of it starts anything, and none makes it the app for files
// or addresses of the person's.
constexpr std::array<std::string_view, 6> DETAILS = {"Comment",    "GenericName",    "Keywords",
                                                     "Categories", "StartupWMClass", "StartupNotify"};

bool isPlain(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  });
}

// "Comment", "Comment[de_AT@euro]"
bool isDetail(std::string_view key) {
  auto bracket = key.find('[');
  auto base = key.substr(0, bracket);
  if (std::ranges::find(DETAILS, base) == DETAILS.end()) return false;
  if (bracket == key.npos) return true;
  auto locale = key.substr(bracket + 1);
  if (!locale.ends_with(']')) return false;
  locale.remove_suffix(1);
  return locale.size() <= 40 && std::ranges::all_of(locale, [](char c) { return isPlain({&c, 1}) || c == '@'; }) &&
         !locale.empty();
}

// A text as the value of a key.
std::string valueOf(std::string_view text) {
  std::string value;
  for (char c : text) value += c == '\\' ? std::string("\\\\") : std::string(1, c);
  return value;
}

bool areWords(const std::vector<std::string>& words) {
  return words.size() <= MOST_WORDS && std::ranges::all_of(words, [](auto& word) {
           return word.size() <= LONGEST_WORD &&
                  std::ranges::none_of(word, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
         });
}

bool exists(const std::string& path) {
  struct stat status{};
  return lstat(path.c_str(), &status) == 0;
}

kj::Maybe<std::string> markOf(const std::string& path) {
  auto text = tryReadFile(path, LONGEST_ENTRY);
  KJ_IF_MAYBE (content, text) {
    auto keys = KeyFile::parse(*content);
    auto group = keys ? keys->find("Desktop Entry") : nullptr;
    auto mark = group == nullptr ? std::nullopt : group->find(MARK);
    if (mark) return std::string(*mark);
  }
  return nullptr;
}

bool isOf(const std::string& path, const Holder& holder) {
  auto mark = markOf(path);
  KJ_IF_MAYBE (whose, mark) return *whose == holder.text();
  return false;
}

bool put(const std::string& path, const Holder& holder, const std::string& text) {
  if (exists(path) && !isOf(path, holder)) return false;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  replaceFile(path, text, 0600);
  return true;
}

bool take(const std::string& path, const Holder& holder) { return isOf(path, holder) && unlink(path.c_str()) == 0; }

template <typename Visit>
void forEachOfOurs(const std::string& folder, Visit visit) {
  std::error_code ignored;
  size_t seen = 0;
  for (auto& file : std::filesystem::directory_iterator(folder, ignored)) {
    if (++seen > MOST_FILES) return;
    if (file.path().extension() != ENDING) continue;
    auto mark = markOf(file.path().string());
    KJ_IF_MAYBE (whose, mark) visit(file.path().string(), *whose);
  }
}

bool isMenuId(const Holder& holder, const std::string& id) {
  return id.size() <= LONGEST_ID && isPlain(id) && id.starts_with(holder.app + ".") && id.ends_with(ENDING) &&
         id.size() > holder.app.size() + 1 + ENDING.size();
}

}  // namespace

SessionEntries::SessionEntries(const Places& places, std::string latchkey)
    : m_autostart(std::filesystem::path(places.config).parent_path().string() + "/autostart"),
      m_applications(std::filesystem::path(places.data).parent_path().string() + "/applications"),
      m_others(dataFolders(places)),
      m_latchkey(std::move(latchkey)) {
  m_others.erase(m_others.begin());
}

bool SessionEntries::canStart(const Holder& holder) {
  return isAppName(holder.app) && isPlain(holder.app) && holder.app.size() <= LONGEST_ID;
}

std::vector<std::string> SessionEntries::command(const Holder& holder) const {
  std::vector<std::string> words{m_latchkey, "run", "--words"};
  if (!holder.profile.empty()) words.insert(words.end(), {"--profile", holder.profile});
  words.push_back(holder.app);
  return words;
}

std::string SessionEntries::textFor(const Holder& holder, const SessionEntry& entry) const {
  std::string text =
      "# Written by Latchkey for an app, with its person's consent.\n[Desktop Entry]\nType=Application\n";
  auto line = [&text](std::string_view key, std::string_view value) { ((((text += key) += '=') += value) += '\n'); };
  line("Name", valueOf(brief(entry.name, LONGEST_NAME)));
  if (!entry.icon.empty() && escaped(entry.icon) == entry.icon) line("Icon", valueOf(entry.icon));
  size_t count = 0;
  std::vector<std::string_view> seen;
  for (auto& [key, value] : entry.details) {
    if (!isDetail(key) || std::ranges::find(seen, key) != seen.end() || ++count > MOST_DETAILS) continue;
    seen.push_back(key);
    line(key, brief(value, LONGEST_DETAIL));
  }
  std::string exec;
  auto words = command(holder);
  words.insert(words.end(), entry.words.begin(), entry.words.end());
  for (auto& word : words) exec += (exec.empty() ? "" : " ") + quotedForExec(word);
  line("Exec", exec);
  line("Terminal", "false");
  line("DBusActivatable", "false");
  line("X-Latchkey-Override", "true");
  line(MARK, holder.text());
  return text;
}

std::string SessionEntries::autostartPlace(const Holder& holder) const {
  return m_autostart + "/" + holder.text() + std::string(ENDING);
}

bool SessionEntries::startWithSession(const Holder& holder, const SessionEntry& entry) const {
  if (!canStart(holder) || !areWords(entry.words)) return false;
  return put(autostartPlace(holder), holder, textFor(holder, entry));
}

void SessionEntries::doNotStartWithSession(const Holder& holder) const {
  if (canStart(holder)) take(autostartPlace(holder), holder);
}

std::vector<Holder> SessionEntries::startingWithSession() const {
  std::vector<Holder> holders;
  forEachOfOurs(m_autostart, [&](const std::string& path, const std::string& mark) {
    try {
      auto holder = Holder::parse(mark);
      if (canStart(holder) && path == autostartPlace(holder)) holders.push_back(std::move(holder));
    } catch (const kj::Exception&) {
      // Not a mark we write.
    }
  });
  return holders;
}

bool SessionEntries::putInMenu(const Holder& holder, const std::string& id, const SessionEntry& entry) const {
  if (!canStart(holder) || !isMenuId(holder, id) || !areWords(entry.words)) return false;
  for (auto& folder : m_others) {
    if (exists(folder + "/applications/" + id)) return false;
  }
  if (brief(entry.name, LONGEST_NAME).empty()) return false;
  size_t others = 0;
  forEachOfOurs(m_applications, [&](const std::string& path, const std::string& mark) {
    others += mark == holder.text() && path != menuPlace(id) ? 1 : 0;
  });
  return others < MOST_OF_ONE && put(menuPlace(id), holder, textFor(holder, entry));
}

bool SessionEntries::takeFromMenu(const Holder& holder, const std::string& id) const {
  return isMenuId(holder, id) && take(menuPlace(id), holder);
}

void SessionEntries::takeAllFromMenu(const Holder& holder) const {
  std::vector<std::string> ours;
  forEachOfOurs(m_applications, [&](const std::string& path, const std::string& mark) {
    if (mark == holder.text()) ours.push_back(path);
  });
  for (auto& path : ours) {
    // The person's own "Always start with Latchkey" has no such mark.
    unlink(path.c_str());
  }
}

kj::Maybe<std::string> SessionEntries::inMenu(const Holder& holder, const std::string& id) const {
  if (!isMenuId(holder, id) || !isOf(menuPlace(id), holder)) return nullptr;
  return tryReadFile(menuPlace(id), LONGEST_ENTRY);
}

kj::Maybe<std::vector<std::string>> SessionEntries::wordsInMenu(const Holder& holder, const std::string& id) const {
  auto text = inMenu(holder, id);
  KJ_IF_MAYBE (content, text) {
    auto keys = KeyFile::parse(*content);
    auto group = keys ? keys->find("Desktop Entry") : nullptr;
    auto exec = group == nullptr ? std::nullopt : group->find("Exec");
    if (!exec) return nullptr;
    auto expanded = expandExec(unescapedValue(*exec), {});
    auto words = std::get_if<std::vector<std::string>>(&expanded);
    auto before = command(holder);
    if (words == nullptr || words->size() < before.size()) return nullptr;
    if (!std::equal(before.begin(), before.end(), words->begin())) return nullptr;
    return std::vector<std::string>(words->begin() + static_cast<ptrdiff_t>(before.size()), words->end());
  }
  return nullptr;
}

}  // namespace latchkey

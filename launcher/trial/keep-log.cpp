// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/trial/keep-log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <array>
#include <string_view>
#include <vector>

#include "broker/base/numbers.h"
#include "launcher/trial/beneath.h"

namespace latchkey::trial {
namespace {

constexpr size_t LONGEST = 1 << 14;  // Three paths and four numbers.

// Each is ended by a zero byte, which no path holds. What was not written whole announced nothing that was done.
std::vector<std::string> wholeFields(std::string_view text) {
  std::vector<std::string> fields;
  for (auto end = text.find('\0'); end != text.npos; end = text.find('\0')) {
    fields.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return fields;
}

struct Interrupted {
  std::string base, relative, draft;
  bool exchanging = false;
  Identity made = {}, old = {};
};

kj::Maybe<Interrupted> interruptedIn(int file) {
  std::array<char, LONGEST> text;
  auto length = pread(file, text.data(), text.size(), 0);
  if (length <= 0) return nullptr;
  auto fields = wholeFields({text.data(), static_cast<size_t>(length)});
  if (fields.size() < 3) return nullptr;
  Interrupted found{fields[0], fields[1], fields[2]};
  if (fields.size() < 7) return found;
  auto number = [&](size_t at) { return numberFrom<uint64_t>(fields[at]).value_or(0); };
  found.exchanging = true;
  found.made = {number(3), number(4)};
  found.old = {number(5), number(6)};
  return found;
}

const char* const CHANGED = "it was changed while it was being kept";

// Why not all is in order: one line, empty if it is. `path` becomes that of what is meant.
std::string clear(const Interrupted& one, std::string& path) {
  kj::AutoCloseFd base(open(one.base.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  auto folder = openParentBeneath(base, one.relative);
  auto* draft = one.draft.c_str();
  struct stat status{};
  if (folder.get() < 0 || fstatat(folder, draft, &status, AT_SYMLINK_NOFOLLOW) < 0) return {};
  auto what = identityOf(status);
  if (!one.exchanging || what == one.made || what == one.old) {
    unlinkat(folder, draft, 0);
    return {};
  }
  // Put there by somebody between the last look and the exchange. It goes back, ours comes out.
  auto name = lastPart(one.relative);
  path = one.base + "/" + one.relative;
  bool there = fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
  if (!there && renameat2(folder, draft, folder, name.c_str(), RENAME_NOREPLACE) == 0) return CHANGED;
  if (there && identityOf(status) == one.made && renameat2(folder, draft, folder, name.c_str(), RENAME_EXCHANGE) == 0) {
    if (fstatat(folder, draft, &status, AT_SYMLINK_NOFOLLOW) == 0 && identityOf(status) == one.made)
      unlinkat(folder, draft, 0);
    return CHANGED;
  }
  path.replace(path.size() - name.size(), name.size(), one.draft);
  return "it stood where something was being kept, and its place is taken";
}

std::string pathIn(const std::string& directory, const char* name) { return directory + "/" + name; }

}  // namespace

std::set<Identity> foldersBeingRemoved(const std::string& directory) {
  std::set<Identity> folders;
  kj::AutoCloseFd file(open(pathIn(directory, "removing").c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  std::array<uint64_t, 2> one{};
  while (file.get() >= 0 && read(file, one.data(), sizeof one) == sizeof one) folders.emplace(one[0], one[1]);
  return folders;
}

KeepLog::KeepLog(const std::string& directory)
    : m_keeping(open(pathIn(directory, "keeping").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)),
      m_removing(
          open(pathIn(directory, "removing").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600)),
      m_removed(foldersBeingRemoved(directory)) {
  struct flock whole{};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  if (m_keeping.get() < 0) {
    m_fault = std::string("what is being kept cannot be written down: ") + strerror(errno);
  } else if (fcntl(m_keeping, F_OFD_SETLK, &whole) < 0) {
    m_busy = true;
    m_fault = "changes of this trial are being kept at this moment";
  }
}

KeepLog::Left KeepLog::putInOrder() {
  Left left;
  KJ_IF_MAYBE (one, interruptedIn(m_keeping)) left.why = clear(*one, left.path);
  (void)!ftruncate(m_keeping, 0);
  return left;
}

bool KeepLog::append(std::string_view text) {
  auto end = lseek(m_keeping, 0, SEEK_END);
  return end >= 0 && pwrite(m_keeping, text.data(), text.size(), end) == static_cast<ssize_t>(text.size());
}

bool KeepLog::announce(const std::string& base, const std::string& relative, const std::string& draft) {
  return ftruncate(m_keeping, 0) == 0 && append(base + '\0' + relative + '\0' + draft + '\0');
}

bool KeepLog::announceExchange(const struct stat& draft, const struct stat& old) {
  std::string text;
  for (auto number : {draft.st_dev, draft.st_ino, old.st_dev, old.st_ino}) text += std::to_string(number) + '\0';
  return append(text);
}

// Where that cannot be written down, keeping again after a kill finds a conflict.
void KeepLog::announceRemoval(const struct stat& folder) {
  if (!m_removed.insert(identityOf(folder)).second) return;
  std::array<uint64_t, 2> one{folder.st_dev, folder.st_ino};
  (void)!write(m_removing, one.data(), sizeof one);
}

}  // namespace latchkey::trial

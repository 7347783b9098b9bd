// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/listing.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <QCollator>
#include <QElapsedTimer>
#include <QLocale>
#include <QMimeDatabase>
#include <QUrl>

#include <algorithm>
#include <memory>
#include <numeric>

#include "broker/base/files.h"

namespace latchkey::ui {
namespace {

constexpr qsizetype MOST_VISITED = 300'000;
constexpr int DEEPEST = 24;
constexpr qsizetype MOST_RECENT = 60;
constexpr qint64 FIRST_NEWS_MS = 150;

using Directory = std::unique_ptr<DIR, int (*)(DIR*)>;

// Takes the descriptor only if it could be opened.
Directory openDirectory(int above, const char* name, int flags) {
  int fd = openat(above, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK | flags);
  auto* opened = fd < 0 ? nullptr : fdopendir(fd);
  if (!opened && fd >= 0) close(fd);
  return {opened, closedir};
}

bool describe(int folder, FileEntry& entry, int flags) {
  struct stat facts{};
  if (fstatat(folder, entry.name.constData(), &facts, flags | AT_NO_AUTOMOUNT) != 0) return false;
  // Nothing is opened by a pipe, a socket or a device.
  if (!S_ISREG(facts.st_mode) && !S_ISDIR(facts.st_mode)) return false;
  entry.isFolder = S_ISDIR(facts.st_mode);
  entry.size = entry.isFolder ? 0 : quint64(facts.st_size);
  entry.modified = qint64(facts.st_mtim.tv_sec) * 1'000'000'000 + facts.st_mtim.tv_nsec;
  entry.device = facts.st_dev;
  entry.inode = facts.st_ino;
  return true;
}

bool isDots(const char* name) { return qstrcmp(name, ".") == 0 || qstrcmp(name, "..") == 0; }

QByteArray below(const QByteArray& folder, const QByteArray& name) {
  return folder.endsWith('/') ? folder + name : folder + '/' + name;
}

Listing failed(QByteArray folder, int error) {
  Listing listing;
  listing.folder = std::move(folder);
  listing.error = error;
  return listing;
}

// The thing itself, held; its path is the one that the kernel knows.
kj::Maybe<Resolved> tryThing(const QByteArray& path, const Fence& fence, int& error) {
  errno = ENOENT;
  kj::Maybe<Resolved> found;
  // One that goes away while it is looked at is one that is not there.
  auto gone = kj::runCatchingExceptions([&] { found = tryResolve(path.toStdString()); });
  error = errno ? errno : ENOENT;
  KJ_IF_MAYBE (thing, found) {
    error = behindFence(fence, QByteArray::fromStdString(thing->path)) ? EPERM : 0;
    if (error == 0) return kj::mv(*thing);
  }
  return nullptr;
}

kj::Maybe<Resolved> tryFolder(const QByteArray& path, const Fence& fence, int& error) {
  auto found = tryThing(path, fence, error);
  KJ_IF_MAYBE (folder, found) {
    if (folder->directory) return kj::mv(*folder);
    error = ENOTDIR;
  }
  return nullptr;
}

class Reading {
public:
  Reading(Listing& listing, const Fence& fence, const Off& off, const SoFar& sofar)
      : m_listing(listing), m_fence(fence), m_off(off), m_sofar(sofar) {
    m_clock.start();
  }

  void run(DIR* directory) {
    m_folder = dirfd(directory);
    while (auto* item = readdir(directory)) {
      if (isDots(item->d_name)) continue;
      if (full() || m_off()) return;
      take(*item);
    }
    // Links last: where they lead may be another disk, and that one dead.
    if (!m_links.isEmpty() && m_sofar) m_sofar(m_listing);
    for (auto& link : m_links) {
      if (full() || m_off()) return;
      addLink(std::move(link));
    }
  }

private:
  bool full() { return m_listing.more = m_listing.entries.size() >= MOST_ENTRIES; }

  void take(const dirent& item) {
    FileEntry entry;
    entry.name = item.d_name;
    if (behindFence(m_fence, below(m_listing.folder, entry.name))) return;
    if (item.d_type == DT_LNK) m_links.append(std::move(entry));
    else add(std::move(entry), AT_SYMLINK_NOFOLLOW);
    if (m_sofar && m_clock.elapsed() > m_news) {
      m_sofar(m_listing);
      m_news = m_clock.elapsed() * 3;  // Each copy is larger than the one before.
    }
  }
  void add(FileEntry entry, int flags) {
    if (describe(m_folder, entry, flags)) m_listing.entries.append(std::move(entry));
  }

  // Where it leads is what would be given: nothing of ours, and said to who picks it.
  void addLink(FileEntry link) {
    int error = 0;
    auto found = tryThing(below(m_listing.folder, link.name), m_fence, error);
    KJ_IF_MAYBE (thing, found) {
      link.leads = QByteArray::fromStdString(thing->path);
      add(std::move(link), 0);
    }
  }

  Listing& m_listing;
  const Fence& m_fence;
  const Off& m_off;
  const SoFar& m_sofar;
  QList<FileEntry> m_links;
  QElapsedTimer m_clock;
  qint64 m_news = FIRST_NEWS_MS;
  int m_folder = -1;
};

class Search {
public:
  Search(Listing& listing, QString words, bool hidden, const Fence& fence, const Off& off)
      : m_listing(listing), m_words(words.toCaseFolded()), m_hidden(hidden), m_fence(fence), m_off(off) {}

  void visit(Directory directory, const QByteArray& path, int depth) {
    if (!directory) return;
    while (auto* item = readdir(directory.get())) {
      if (isDots(item->d_name)) continue;
      if (m_off() || ++m_visited > MOST_VISITED || m_listing.entries.size() >= MOST_FOUND) {
        m_listing.more = true;
        return;
      }
      FileEntry entry;
      entry.name = item->d_name;
      auto whole = below(path, entry.name);
      if ((entry.hidden() && !m_hidden) || behindFence(m_fence, whole)) continue;
      if (!describe(dirfd(directory.get()), entry, AT_SYMLINK_NOFOLLOW)) continue;
      bool goOn = entry.isFolder && depth < DEEPEST;
      if (QString::fromUtf8(entry.name).toCaseFolded().contains(m_words)) {
        if (path != m_listing.folder) entry.folder = path;
        m_listing.entries.append(entry);
      }
      if (goOn) visit(openDirectory(dirfd(directory.get()), entry.name.constData(), O_NOFOLLOW), whole, depth + 1);
    }
  }

private:
  Listing& m_listing;
  QString m_words;
  bool m_hidden;
  const Fence& m_fence;
  const Off& m_off;
  qsizetype m_visited = 0;
};

// "[a-z]" at `glob[at]`: whether `letter` is one of them, and where the set ends. A set without an end is a letter "[".
bool inSet(const QString& glob, qsizetype& at, QChar letter) {
  auto end = glob.indexOf(u']', at + 2);
  if (end < 0) return glob[at++] == letter;
  auto i = at + 1;
  bool inverted = glob[i] == u'!' || glob[i] == u'^';
  if (inverted) ++i;
  bool found = false;
  for (; i < end; ++i) {
    if (i + 2 < end && glob[i + 1] == u'-') {
      found |= glob[i] <= letter && letter <= glob[i + 2];
      i += 2;
    } else {
      found |= glob[i] == letter;
    }
  }
  at = end + 1;
  return found != inverted;
}

bool matchesOne(const QString& glob, qsizetype& at, QChar letter) {
  if (glob[at] == u'[') return inSet(glob, at, letter);
  auto wanted = glob[at++];
  return wanted == letter || wanted == u'?';
}

}  // namespace

QByteArray Listing::pathOf(const FileEntry& entry) const {
  return below(entry.folder.isEmpty() ? folder : entry.folder, entry.name);
}

bool behindFence(const Fence& fence, const QByteArray& path) {
  return std::ranges::any_of(fence, [&](const QByteArray& ours) {
    return path.startsWith(ours) && (path.size() == ours.size() || path[ours.size()] == '/');
  });
}

Listing readFolder(const QByteArray& path, const Fence& fence, const Off& off, const SoFar& sofar) {
  int error = 0;
  auto found = tryFolder(path, fence, error);
  KJ_IF_MAYBE (folder, found) {
    Listing listing;
    listing.folder = QByteArray::fromStdString(folder->path);
    auto directory = openDirectory(folder->fd, ".", 0);
    if (!directory) return failed(listing.folder, errno);
    Reading(listing, fence, off, sofar).run(directory.get());
    return listing;
  }
  return failed(error == EPERM ? QByteArray() : path, error);
}

Listing searchFolder(const QByteArray& path, const QString& words, bool hidden, const Fence& fence, const Off& off) {
  int error = 0;
  auto found = tryFolder(path, fence, error);
  KJ_IF_MAYBE (folder, found) {
    Listing listing;
    listing.folder = QByteArray::fromStdString(folder->path);
    Search(listing, words, hidden, fence, off).visit(openDirectory(folder->fd, ".", 0), listing.folder, 0);
    return listing;
  }
  return failed(path, error);
}

QList<QByteArray> recentPaths(const QByteArray& text) {
  // Not by a reader of XML: two attributes of flat elements are wanted, and nothing else is to be understood.
  QList<std::pair<QByteArray, QByteArray>> found;
  for (qsizetype at = 0; (at = text.indexOf("<bookmark ", at)) >= 0; ++at) {
    auto end = text.indexOf('>', at);
    if (end < 0) break;
    auto element = text.mid(at, end - at);
    auto value = [&](const char* name) {
      auto from = element.indexOf(QByteArray(" ") + name + "=\"");
      if (from < 0) return QByteArray();
      from = element.indexOf('"', from) + 1;
      return element.mid(from, element.indexOf('"', from) - from);
    };
    auto link = value("href").replace("&amp;", "&").replace("&apos;", "'").replace("&quot;", "\"");
    if (!link.startsWith("file:///")) continue;
    found.append({value("modified"), QByteArray::fromPercentEncoding(link.mid(7))});
  }
  std::ranges::stable_sort(found, [](const auto& a, const auto& b) { return a.first > b.first; });
  QList<QByteArray> paths;
  for (const auto& [time, path] : found) {
    if (paths.size() < MOST_RECENT && !paths.contains(path) && !path.contains('\0')) paths.append(path);
  }
  return paths;
}

Listing readRecent(const QByteArray& file, const Fence& fence, const Off& off) {
  Listing listing;
  auto text = tryReadFile(file.toStdString(), 8 << 20);
  KJ_IF_MAYBE (content, text) {
    for (const auto& path : recentPaths(QByteArray::fromStdString(*content))) {
      if (off()) break;
      FileEntry entry;
      auto slash = path.lastIndexOf('/');
      entry.folder = path.left(std::max<qsizetype>(slash, 1));
      entry.name = path.mid(slash + 1);
      Directory folder = openDirectory(AT_FDCWD, entry.folder.constData(), 0);
      if (entry.name.isEmpty() || !folder || behindFence(fence, path)) continue;
      if (describe(dirfd(folder.get()), entry, 0)) listing.entries.append(entry);
    }
  }
  return listing;
}

quint64 stampOf(const QByteArray& path) {
  struct stat facts{};
  if (stat(path.constData(), &facts) != 0) return 0;
  return quint64(facts.st_mtim.tv_sec) * 1'000'000'000 + quint64(facts.st_mtim.tv_nsec) + facts.st_ino;
}

bool matchesGlob(const QString& wanted, const QString& given) {
  auto glob = wanted.toCaseFolded(), name = given.toCaseFolded();
  qsizetype at = 0, letter = 0, star = -1, tried = 0;
  while (letter < name.size()) {
    auto next = at;
    if (at < glob.size() && glob[at] == u'*') {
      star = ++at;
      tried = letter;
    } else if (at < glob.size() && matchesOne(glob, next, name[letter])) {
      at = next;
      ++letter;
    } else if (star >= 0) {  // The last star takes one more; the ones before it need not be tried again.
      at = star;
      letter = ++tried;
    } else {
      return false;
    }
  }
  while (at < glob.size() && glob[at] == u'*') ++at;
  return at == glob.size();
}

bool passes(const ChooserFilter& filter, const QString& name) {
  if (filter.globs.isEmpty() && filter.types.isEmpty()) return true;
  if (std::ranges::any_of(filter.globs, [&](const QString& glob) { return matchesGlob(glob, name); })) return true;
  if (filter.types.isEmpty()) return false;
  // By its name alone: what the bytes are is not looked at here.
  auto type = QMimeDatabase().mimeTypeForFile(name, QMimeDatabase::MatchExtension);
  return std::ranges::any_of(filter.types, [&](const QString& wanted) {
    if (wanted.endsWith(u"/*")) return type.name().startsWith(wanted.left(wanted.size() - 1));
    return type.inherits(wanted);
  });
}

QList<FileEntry> arranged(const Listing& listing, const Arrangement& how, const Off& off) {
  // The C locale does not count.
  QCollator collator(QLocale().language() == QLocale::C ? QLocale(QLocale::English) : QLocale());
  collator.setNumericMode(true);
  collator.setCaseSensitivity(Qt::CaseInsensitive);
  struct Row {
    const FileEntry* entry;
    QCollatorSortKey key;
  };
  std::vector<Row> rows;
  for (const auto& entry : listing.entries) {
    if (rows.size() % 1024 == 0 && off()) return {};
    if (entry.hidden() && !how.hidden) continue;
    if (how.foldersOnly && !entry.isFolder) continue;
    auto name = QString::fromUtf8(entry.name);
    if (!entry.isFolder && !passes(how.filter, name)) continue;
    rows.push_back({&entry, collator.sortKey(name)});
  }
  auto before = [&](const Row& a, const Row& b) {
    const auto& one = *a.entry;
    const auto& other = *b.entry;
    if (one.isFolder != other.isFolder) return one.isFolder;
    auto turned = [&](bool less) { return less != how.descending; };
    if (how.column == Arrangement::Size && one.size != other.size) return turned(one.size < other.size);
    if (how.column == Arrangement::Date && one.modified != other.modified) return turned(one.modified < other.modified);
    bool byName = how.column == Arrangement::Name;
    if (auto order = a.key.compare(b.key); order != 0) return byName ? turned(order < 0) : order < 0;
    if (one.name != other.name) return byName ? turned(one.name < other.name) : one.name < other.name;
    return one.folder < other.folder;
  };
  std::ranges::sort(rows, before);
  QList<FileEntry> sorted;
  sorted.reserve(qsizetype(rows.size()));
  for (const auto& row : rows) sorted.append(*row.entry);
  return sorted;
}

}  // namespace latchkey::ui

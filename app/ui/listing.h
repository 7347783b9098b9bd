// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What lies in a folder, as a chooser shows it: files and folders, by their exact names.
//
// Reading waits for a disk and belongs into a FarErrand; arranging is work for the processor only. Both are bounded, so
// that no folder and no search takes the window with it. Places of our own are never among what is found: a person
// cannot give away by accident what guards the rest.

#include <QByteArray>
#include <QList>
#include <QStringList>

#include <functional>

#include "app/ui/chooser-records.h"

namespace latchkey::ui {

struct FileEntry {
  QByteArray name;
  QByteArray folder;  // Where it lies, if not in the folder that is listed.
  QByteArray leads;   // Of a link: the path of what would be given.
  bool isFolder = false;
  quint64 size = 0;
  qint64 modified = 0;  // Nanoseconds since 1970, as everywhere.
  quint64 device = 0;
  quint64 inode = 0;
  bool hidden() const { return name.startsWith('.') || name.endsWith('~'); }
};

struct Listing {
  QByteArray folder;  // Without symbolic links. Empty where none was found.
  QList<FileEntry> entries;
  bool more = false;  // There is more than is read.
  int error = 0;      // errno; 0: read to its end.
  QByteArray pathOf(const FileEntry& entry) const;
};

// Folders nobody may look into, absolute, without symbolic links.
using Fence = QList<QByteArray>;
bool behindFence(const Fence& fence, const QByteArray& path);

constexpr qsizetype MOST_ENTRIES = 100'000;
constexpr qsizetype MOST_FOUND = 2'000;

// `off` is asked now and then; true ends the reading with what there is. `sofar` gets what is known while it goes on.
using Off = std::function<bool()>;
using SoFar = std::function<void(const Listing&)>;
Listing readFolder(const QByteArray& path, const Fence& fence, const Off& off, const SoFar& sofar = {});
// In the folder and below it, not through links: names that have `words` in them.
Listing searchFolder(const QByteArray& path, const QString& words, bool hidden, const Fence& fence, const Off& off);
// What was used lately, by the desktop's own list: `text` as in recently-used.xbel, the last first.
QList<QByteArray> recentPaths(const QByteArray& text);
Listing readRecent(const QByteArray& file, const Fence& fence, const Off& off);

// Changes when something comes into the folder, or leaves it. 0 where it is gone.
quint64 stampOf(const QByteArray& path);

// `*`, `?` and `[...]` as in a shell, without regard to case; takes time in proportion to both texts, whatever they
// are.
bool matchesGlob(const QString& glob, const QString& name);
bool passes(const ChooserFilter& filter, const QString& name);

struct Arrangement {
  enum Column { Name, Size, Date };
  Column column = Name;
  bool descending = false;
  bool hidden = false;
  bool foldersOnly = false;
  ChooserFilter filter;  // Empty: all.
};
// Folders first, then by the column, then by name as people count: "page 9" before "page 10".
QList<FileEntry> arranged(const Listing& listing, const Arrangement& how, const Off& off);

}  // namespace latchkey::ui
